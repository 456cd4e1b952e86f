from .data import (
    OverrideView as OverrideView,
)
from .data import (
    RepeatRow as RepeatRow,
)
from .dictionary import (
    dictionary_markdown as dictionary_markdown,
)
from .dictionary import (
    dictionary_table as dictionary_table,
)
from .dictionary import (
    overrides_table as overrides_table,
)
from .files import (
    csv_text as csv_text,
)
from .files import (
    jsonl_text as jsonl_text,
)
from .files import (
    table_jsonl_text as table_jsonl_text,
)
from .files import (
    write_parquet as write_parquet,
)
from .files import (
    write_text as write_text,
)
from .files import (
    write_xlsx as write_xlsx,
)
from .glossary import (
    Glossary as Glossary,
)
from .glossary import (
    approach_name as approach_name,
)
from .glossary import (
    part_name as part_name,
)
from .groups import (
    groups_table as groups_table,
)
from .html import (
    FILTERS as FILTERS,
)
from .html import (
    page_css as page_css,
)
from .html import (
    page_script as page_script,
)
from .html import (
    render_feedback as render_feedback,
)
from .html import (
    render_messages as render_messages,
)
from .html import (
    render_report as render_report,
)
from .html import (
    unbroken as unbroken,
)
from .material import (
    Material as Material,
)
from .material import (
    collect as collect,
)
from .material import (
    dictionary_text as dictionary_text,
)
from .material import (
    page_html as page_html,
)
from .material import (
    table_text as table_text,
)
from .material import (
    tone_in as tone_in,
)
from .material import (
    write_dictionary as write_dictionary,
)
from .material import (
    write_table as write_table,
)
from .message import (
    message_view as message_view,
)
from .message import (
    sent_words as sent_words,
)
from .message import (
    title_of as title_of,
)
from .overrides import (
    redacted_overrides as redacted_overrides,
)
from .pages import (
    message_page as message_page,
)
from .pages import (
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
)
from .repeats import (
    rows_of_groups as rows_of_groups,
)
from .takes import (
    TakesCompared as TakesCompared,
)
from .takes import (
    compare_takes as compare_takes,
)
from .team import (
    Sounds as Sounds,
)
from .team import (
    build_report as build_report,
)
from .tone_visibility import (
    tone_is_shown as tone_is_shown,
)
from .tone_visibility import (
    without_tone as without_tone,
)
