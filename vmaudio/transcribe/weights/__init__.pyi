from .download import (
    fetch_weights as fetch_weights,
)
from .locate import (
    WEIGHT_PACKAGES as WEIGHT_PACKAGES,
)
from .locate import (
    WHISPER_MODELS as WHISPER_MODELS,
)
from .locate import (
    Weights as Weights,
)
from .locate import (
    file_sha256 as file_sha256,
)
from .locate import (
    find_weights as find_weights,
)
from .locate import (
    join_package as join_package,
)
from .locate import (
    load_weights as load_weights,
)
from .locate import (
    missing_for_faster as missing_for_faster,
)
from .locate import (
    missing_weights as missing_weights,
)
from .locate import (
    package_files as package_files,
)
from .locate import (
    package_for as package_for,
)
from .locate import (
    side_files as side_files,
)
from .shapes import (
    tensor_shapes as tensor_shapes,
)
