from .fake_transcriber import (
    FakeTranscriber as FakeTranscriber,
)
from .files import (
    FORMATS as FORMATS,
    encode as encode,
    recording as recording,
)
from .signals import (
    beeps as beeps,
    breathing as breathing,
    bursts as bursts,
    busy_tone as busy_tone,
    chirp as chirp,
    chords as chords,
    clicks as clicks,
    dial_tone as dial_tone,
    dtmf as dtmf,
    hum as hum,
    noise as noise,
    ring_back as ring_back,
    set_level as set_level,
    silence as silence,
    street as street,
    tone as tone,
)
from .speech import (
    SpeechLike as SpeechLike,
    speech_like as speech_like,
)
