from .converted import (
    Weights as Weights,
)
from .download import (
    fetch_weights as fetch_weights,
)
from .load import (
    load_weights as load_weights,
)
from .locate import (
    cache_folder as cache_folder,
    find_weights as find_weights,
    missing_for_faster as missing_for_faster,
    missing_weights as missing_weights,
)
from .names import (
    WHISPER_MODELS as WHISPER_MODELS,
)
from .packages import (
    WEIGHT_PACKAGES as WEIGHT_PACKAGES,
    file_sha256 as file_sha256,
    join_package as join_package,
    package_files as package_files,
    package_for as package_for,
    side_files as side_files,
)
from .shapes import (
    tensor_shapes as tensor_shapes,
)
