from .analysis import (
    Analysis as Analysis,
    Failure as Failure,
    FeatureRow as FeatureRow,
    Flag as Flag,
    Key as Key,
    Provenance as Provenance,
)
from .base import (
    Record as Record,
    Span as Span,
)
from .clock_format import (
    clock as clock,
)
from .count_words import (
    counted as counted,
)
from .digits_format import (
    grouped_digits as grouped_digits,
)
from .entities import (
    DigitTime as DigitTime,
    Entities as Entities,
    Mention as Mention,
    Phone as Phone,
)
from .many import (
    records_of as records_of,
)
from .message import (
    Message as Message,
    Observation as Observation,
    Outcome as Outcome,
    Sent as Sent,
    absolute_source as absolute_source,
    made_message_id as made_message_id,
    messages_of as messages_of,
)
from .options import (
    changed_options as changed_options,
    option_fields as option_fields,
    threshold as threshold,
)
from .parsing import (
    parse_json as parse_json,
    parse_toml as parse_toml,
)
from .score import (
    UNSURE_CHECK as UNSURE_CHECK,
    Change as Change,
    Check as Check,
    Reason as Reason,
    RepBaseline as RepBaseline,
    Score as Score,
)
from .script import (
    ScriptAdherence as ScriptAdherence,
    ScriptWord as ScriptWord,
)
from .sound import (
    Activity as Activity,
    Contour as Contour,
    Pause as Pause,
    PhraseEnd as PhraseEnd,
    Prosody as Prosody,
    Recording as Recording,
)
from .spans import (
    OTHER_VOICES as OTHER_VOICES,
    SPAN_KINDS as SPAN_KINDS,
    FileSpan as FileSpan,
    judged_channel as judged_channel,
)
from .structure import (
    Clause as Clause,
    Part as Part,
    ReasonHeard as ReasonHeard,
    Structure as Structure,
    Tone as Tone,
)
from .transcript import (
    UNKNOWN_LANGUAGE as UNKNOWN_LANGUAGE,
    UNSURE_WORD as UNSURE_WORD,
    Segment as Segment,
    Stretch as Stretch,
    Transcript as Transcript,
    Word as Word,
    is_english as is_english,
)
from .versions import (
    FEATURE_SCHEMA as FEATURE_SCHEMA,
    MEASURE_VERSIONS as MEASURE_VERSIONS,
    SCHEMA_VERSION as SCHEMA_VERSION,
    versions_text as versions_text,
)
from .vocabulary import (
    APPROACH_CLASSES as APPROACH_CLASSES,
    APPROACHES as APPROACHES,
    ESSENTIAL_PARTS as ESSENTIAL_PARTS,
    PART_CLASSES as PART_CLASSES,
    PARTS as PARTS,
    REASON_CLASSES as REASON_CLASSES,
    REASONS as REASONS,
    TONE_AXES as TONE_AXES,
    TONE_LABELS as TONE_LABELS,
    LabelClass as LabelClass,
)
