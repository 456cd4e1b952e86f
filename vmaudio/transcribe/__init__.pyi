from .options import (
    AlignmentOptions as AlignmentOptions,
)
from .options import (
    DecodingOptions as DecodingOptions,
)
from .options import (
    DisfluencyOptions as DisfluencyOptions,
)
from .options import (
    HallucinationOptions as HallucinationOptions,
)
from .options import (
    MissedSpeechOptions as MissedSpeechOptions,
)
from .options import (
    SegmentOptions as SegmentOptions,
)
from .options import (
    TranscribeOptions as TranscribeOptions,
)
from .options import (
    WindowOptions as WindowOptions,
)
from .processor import (
    native_bfloat16 as native_bfloat16,
)
from .recognisers import (
    Transcriber as Transcriber,
)
from .recognisers import (
    engines as engines,
)
from .recognisers import (
    get_transcriber as get_transcriber,
)
from .weights import (
    fetch_weights as fetch_weights,
)
