from .analysis import (
    Analysis as Analysis,
)
from .analysis import (
    Failure as Failure,
)
from .analysis import (
    FeatureRow as FeatureRow,
)
from .analysis import (
    Flag as Flag,
)
from .analysis import (
    Key as Key,
)
from .analysis import (
    Provenance as Provenance,
)
from .base import (
    Record as Record,
)
from .base import (
    Span as Span,
)
from .entities import (
    DigitTime as DigitTime,
)
from .entities import (
    Entities as Entities,
)
from .entities import (
    Mention as Mention,
)
from .entities import (
    Phone as Phone,
)
from .message import (
    Message as Message,
)
from .message import (
    Observation as Observation,
)
from .message import (
    Outcome as Outcome,
)
from .options import (
    changed_options as changed_options,
)
from .options import (
    option_fields as option_fields,
)
from .options import (
    threshold as threshold,
)
from .score import (
    UNSURE_CHECK as UNSURE_CHECK,
)
from .score import (
    Change as Change,
)
from .score import (
    Check as Check,
)
from .score import (
    Reason as Reason,
)
from .score import (
    RepBaseline as RepBaseline,
)
from .score import (
    Score as Score,
)
from .sound import (
    Activity as Activity,
)
from .sound import (
    Contour as Contour,
)
from .sound import (
    Pause as Pause,
)
from .sound import (
    Prosody as Prosody,
)
from .sound import (
    Recording as Recording,
)
from .structure import (
    Clause as Clause,
)
from .structure import (
    Part as Part,
)
from .structure import (
    Structure as Structure,
)
from .structure import (
    Tone as Tone,
)
from .transcript import (
    Segment as Segment,
)
from .transcript import (
    Stretch as Stretch,
)
from .transcript import (
    Transcript as Transcript,
)
from .transcript import (
    Word as Word,
)
from .versions import (
    FEATURE_SCHEMA as FEATURE_SCHEMA,
)
from .versions import (
    MEASURE_VERSIONS as MEASURE_VERSIONS,
)
from .versions import (
    SCHEMA_VERSION as SCHEMA_VERSION,
)
from .versions import (
    versions_text as versions_text,
)
from .vocabulary import (
    APPROACHES as APPROACHES,
)
from .vocabulary import (
    ESSENTIAL_PARTS as ESSENTIAL_PARTS,
)
from .vocabulary import (
    PARTS as PARTS,
)
from .vocabulary import (
    TONE_AXES as TONE_AXES,
)
from .vocabulary import (
    TONE_LABELS as TONE_LABELS,
)
