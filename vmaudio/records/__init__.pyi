from .all_records import (
    APPROACHES as APPROACHES,
)
from .all_records import (
    ESSENTIAL_PARTS as ESSENTIAL_PARTS,
)
from .all_records import (
    FEATURE_SCHEMA as FEATURE_SCHEMA,
)
from .all_records import (
    PARTS as PARTS,
)
from .all_records import (
    SCHEMA_VERSION as SCHEMA_VERSION,
)
from .all_records import (
    TONE_AXES as TONE_AXES,
)
from .all_records import (
    TONE_LABELS as TONE_LABELS,
)
from .all_records import (
    UNSURE_CHECK as UNSURE_CHECK,
)
from .all_records import (
    Activity as Activity,
)
from .all_records import (
    Analysis as Analysis,
)
from .all_records import (
    Change as Change,
)
from .all_records import (
    Check as Check,
)
from .all_records import (
    Clause as Clause,
)
from .all_records import (
    Contour as Contour,
)
from .all_records import (
    DigitTime as DigitTime,
)
from .all_records import (
    Entities as Entities,
)
from .all_records import (
    Failure as Failure,
)
from .all_records import (
    FeatureRow as FeatureRow,
)
from .all_records import (
    Flag as Flag,
)
from .all_records import (
    Key as Key,
)
from .all_records import (
    Mention as Mention,
)
from .all_records import (
    Message as Message,
)
from .all_records import (
    Observation as Observation,
)
from .all_records import (
    Outcome as Outcome,
)
from .all_records import (
    Part as Part,
)
from .all_records import (
    Pause as Pause,
)
from .all_records import (
    Phone as Phone,
)
from .all_records import (
    Prosody as Prosody,
)
from .all_records import (
    Provenance as Provenance,
)
from .all_records import (
    Reason as Reason,
)
from .all_records import (
    Record as Record,
)
from .all_records import (
    Recording as Recording,
)
from .all_records import (
    RepBaseline as RepBaseline,
)
from .all_records import (
    Score as Score,
)
from .all_records import (
    Segment as Segment,
)
from .all_records import (
    Span as Span,
)
from .all_records import (
    Stretch as Stretch,
)
from .all_records import (
    Structure as Structure,
)
from .all_records import (
    Tone as Tone,
)
from .all_records import (
    Transcript as Transcript,
)
from .all_records import (
    Word as Word,
)
