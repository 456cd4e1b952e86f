from .measure import (
    measure_prosody as measure_prosody,
)
from .options import (
    LevelOptions as LevelOptions,
)
from .options import (
    PauseOptions as PauseOptions,
)
from .options import (
    ProsodyOptions as ProsodyOptions,
)
from .options import (
    SyllableOptions as SyllableOptions,
)
from .pitch_options import (
    PitchOptions as PitchOptions,
)
