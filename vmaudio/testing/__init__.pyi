from .fake_transcriber import (
    FakeTranscriber as FakeTranscriber,
)
from .files import (
    FORMATS as FORMATS,
)
from .files import (
    encode as encode,
)
from .files import (
    recording as recording,
)
from .signals import (
    beeps as beeps,
)
from .signals import (
    breathing as breathing,
)
from .signals import (
    bursts as bursts,
)
from .signals import (
    busy_tone as busy_tone,
)
from .signals import (
    chirp as chirp,
)
from .signals import (
    chords as chords,
)
from .signals import (
    clicks as clicks,
)
from .signals import (
    dial_tone as dial_tone,
)
from .signals import (
    dtmf as dtmf,
)
from .signals import (
    hum as hum,
)
from .signals import (
    noise as noise,
)
from .signals import (
    ring_back as ring_back,
)
from .signals import (
    set_level as set_level,
)
from .signals import (
    silence as silence,
)
from .signals import (
    street as street,
)
from .signals import (
    tone as tone,
)
from .speech import (
    SpeechLike as SpeechLike,
)
from .speech import (
    speech_like as speech_like,
)
