from .decode import (
    NativeAudio as NativeAudio,
    decode_audio as decode_audio,
    decode_native as decode_native,
    load_audio as load_audio,
)
from .encode import (
    PlayerCopies as PlayerCopies,
    write_copy as write_copy,
)
from .noise_options import (
    VoiceOptions as VoiceOptions,
)
from .options import (
    DecodeOptions as DecodeOptions,
    ToneOptions as ToneOptions,
    VadOptions as VadOptions,
)
from .parties import (
    other_party as other_party,
)
from .raw import (
    parse_raw_format as parse_raw_format,
)
from .source import (
    read_source as read_source,
)
from .span_options import (
    SpanOptions as SpanOptions,
)
from .spans import (
    Block as Block,
    Layout as Layout,
    lay_out as lay_out,
    message_only as message_only,
    pauses_apart as pauses_apart,
    speech_of as speech_of,
    voices_apart as voices_apart,
    without_spans as without_spans,
)
from .vad import (
    detect_speech as detect_speech,
)
