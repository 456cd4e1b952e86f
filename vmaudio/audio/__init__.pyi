from .decode import (
    NativeAudio as NativeAudio,
)
from .decode import (
    decode_audio as decode_audio,
)
from .decode import (
    decode_native as decode_native,
)
from .decode import (
    load_audio as load_audio,
)
from .encode import (
    PlayerCopies as PlayerCopies,
)
from .encode import (
    write_copy as write_copy,
)
from .options import (
    DecodeOptions as DecodeOptions,
)
from .options import (
    VadOptions as VadOptions,
)
from .source import (
    read_source as read_source,
)
from .vad import (
    detect_speech as detect_speech,
)
