from .copies import (
    copies_of as copies_of,
)
from .finding import (
    count_undated as count_undated,
    due_before as due_before,
    find_messages as find_messages,
    find_older as find_older,
)
from .forgetting import (
    Gone as Gone,
    forget as forget,
    has_traces as has_traces,
)
from .options import (
    RedactOptions as RedactOptions,
)
from .redact_analysis import (
    redact_text as redact_text,
    redacted_id as redacted_id,
    rep_aliases as rep_aliases,
    stand_ins as stand_ins,
)
from .redact_sound import (
    cover_with_tone as cover_with_tone,
    spans_to_cover as spans_to_cover,
)
from .redact_unheard import (
    SoundOfFile as SoundOfFile,
    sound_of_file as sound_of_file,
)
from .redact_unlisted import (
    is_listed as is_listed,
)
from .sheet import (
    privacy_sheet as privacy_sheet,
)
