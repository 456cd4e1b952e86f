from .drift import (
    DriftReport as DriftReport,
)
from .drift import (
    check_drift as check_drift,
)
from .drift import (
    check_store_drift as check_store_drift,
)
from .options import (
    CALLBACK_OPTIONS as CALLBACK_OPTIONS,
)
from .options import (
    DRIFT_OPTIONS as DRIFT_OPTIONS,
)
from .options import (
    CallbackOptions as CallbackOptions,
)
from .options import (
    DriftOptions as DriftOptions,
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
