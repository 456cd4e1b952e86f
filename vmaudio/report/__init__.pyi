from .coaching import (
    Coaching as Coaching,
    CoachingOptions as CoachingOptions,
    Thing as Thing,
    coaching_of as coaching_of,
)
from .collecting import (
    collect as collect,
    what_was_read as what_was_read,
)
from .columns import (
    MOST_REPEATED as MOST_REPEATED,
    SlowParts as SlowParts,
    build_columns_report as build_columns_report,
    slow_parts as slow_parts,
)
from .counting import (
    Counting as Counting,
    count_callbacks as count_callbacks,
    counted_alone as counted_alone,
)
from .data import (
    FailureRow as FailureRow,
    Figure as Figure,
    Finding as Finding,
    RepeatRow as RepeatRow,
    ReportData as ReportData,
)
from .dictionary import (
    dictionary_markdown as dictionary_markdown,
    dictionary_table as dictionary_table,
    overrides_table as overrides_table,
)
from .digest import (
    Digest as Digest,
    build_digest as build_digest,
    digest_html as digest_html,
    digest_mail as digest_mail,
    monday_of as monday_of,
    write_digest as write_digest,
)
from .drill_list import (
    DRILLS as DRILLS,
    Drill as Drill,
)
from .drills import (
    DrillOffer as DrillOffer,
    DrillOptions as DrillOptions,
    DrillVerdict as DrillVerdict,
    drills_for as drills_for,
    judge_drill as judge_drill,
)
from .files import (
    csv_text as csv_text,
    jsonl_text as jsonl_text,
    table_jsonl_text as table_jsonl_text,
    write_parquet as write_parquet,
    write_text as write_text,
    write_xlsx as write_xlsx,
)
from .glossary import (
    Glossary as Glossary,
    approach_name as approach_name,
    approach_words as approach_words,
    part_name as part_name,
    part_words as part_words,
)
from .groups import (
    groups_table as groups_table,
)
from .html import (
    FILTERS as FILTERS,
    coaches_say as coaches_say,
    page_css as page_css,
    page_script as page_script,
    render_feedback as render_feedback,
    render_messages as render_messages,
    render_report as render_report,
    unbroken as unbroken,
)
from .kept_sheet import (
    KeptSheet as KeptSheet,
    read_sheet as read_sheet,
)
from .material import (
    Material as Material,
    dictionary_text as dictionary_text,
    page_html as page_html,
    table_text as table_text,
    tone_in as tone_in,
    write_dictionary as write_dictionary,
    write_table as write_table,
)
from .message import (
    message_view as message_view,
    sent_words as sent_words,
    title_of as title_of,
)
from .message_data import (
    OverrideView as OverrideView,
)
from .overrides import (
    redacted_overrides as redacted_overrides,
)
from .pages import (
    message_page as message_page,
    write_messages as write_messages,
)
from .player_sound import (
    sounds as sounds,
)
from .rep_sheet import (
    build_rep_sheet as build_rep_sheet,
)
from .repeats import (
    repeat_items as repeat_items,
    rows_of_groups as rows_of_groups,
)
from .report_json import (
    report_dict as report_dict,
)
from .script_words import (
    ScriptRun as ScriptRun,
    script_runs as script_runs,
    script_sentence as script_sentence,
)
from .sends import (
    first_sends as first_sends,
)
from .sheet import (
    Coded as Coded,
    Sheet as Sheet,
    chosen_by as chosen_by,
    narrowed as narrowed,
)
from .takes import (
    TakesCompared as TakesCompared,
    compare_takes as compare_takes,
)
from .tallies import (
    distribution_of_rep as distribution_of_rep,
    weeks_in as weeks_in,
)
from .team import (
    Sounds as Sounds,
    build_report as build_report,
)
from .tone_visibility import (
    tone_is_shown as tone_is_shown,
    without_tone as without_tone,
)
from .trend_figures import (
    TrendOptions as TrendOptions,
)
from .trends import (
    Trends as Trends,
    sentence_of as sentence_of,
    trends_of as trends_of,
)
from .wording import (
    PRAISE as PRAISE,
    delivery_word as delivery_word,
    flag_name as flag_name,
    flags_for_people as flags_for_people,
    length_words as length_words,
    not_found as not_found,
)
