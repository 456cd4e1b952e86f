from .measure import (
    measure_prosody as measure_prosody,
)
