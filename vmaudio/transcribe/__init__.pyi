from .engine_list import (
    engines as engines,
)
from .foreign import (
    odd_options as odd_options,
)
from .options import (
    AlignmentOptions as AlignmentOptions,
    DecodingOptions as DecodingOptions,
    DisfluencyOptions as DisfluencyOptions,
    HallucinationOptions as HallucinationOptions,
    MissedSpeechOptions as MissedSpeechOptions,
    SegmentOptions as SegmentOptions,
    TranscribeOptions as TranscribeOptions,
    WindowOptions as WindowOptions,
)
from .processor import (
    native_bfloat16 as native_bfloat16,
)
from .recognisers import (
    Transcriber as Transcriber,
    get_transcriber as get_transcriber,
    missing_members as missing_members,
)
from .tuning import (
    Figure as Figure,
    quickest as quickest,
    read_figures as read_figures,
    save_figures as save_figures,
)
from .weights import (
    fetch_weights as fetch_weights,
)
