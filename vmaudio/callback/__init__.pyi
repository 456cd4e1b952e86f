from .drift import (
    DRIFT_CHANCE as DRIFT_CHANCE,
)
from .drift import (
    DRIFT_FEWEST as DRIFT_FEWEST,
)
from .drift import (
    DRIFT_LARGE as DRIFT_LARGE,
)
from .drift import (
    DriftReport as DriftReport,
)
from .drift import (
    check_drift as check_drift,
)
from .predict import (
    MODEL_NAME as MODEL_NAME,
)
from .predict import (
    MODEL_PART as MODEL_PART,
)
from .predict import (
    add_probability as add_probability,
)
from .predict import (
    feature_matrix as feature_matrix,
)
from .predict import (
    promoted_model as promoted_model,
)
