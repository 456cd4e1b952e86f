from .catalogue import (
    CATALOGUE as CATALOGUE,
)
from .catalogue import (
    Feature as Feature,
)
from .options import (
    FEATURE_OPTIONS as FEATURE_OPTIONS,
)
from .options import (
    FeatureOptions as FeatureOptions,
)
from .row import (
    FILLERS as FILLERS,
)
from .row import (
    WE as WE,
)
from .row import (
    feature_row as feature_row,
)
