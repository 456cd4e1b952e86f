from .measure import (
    measure_prosody as measure_prosody,
)
from .options import (
    LevelOptions as LevelOptions,
    PauseOptions as PauseOptions,
    ProsodyOptions as ProsodyOptions,
    SyllableOptions as SyllableOptions,
)
from .pitch_options import (
    PitchOptions as PitchOptions,
)
