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
