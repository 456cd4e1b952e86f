from .changes import (
    CAUTION as CAUTION,
    CHANGEABLE as CHANGEABLE,
    add_probability as add_probability,
)
from .drift import (
    DriftReport as DriftReport,
    check_drift as check_drift,
    check_store_drift as check_store_drift,
)
from .options import (
    CALLBACK_OPTIONS as CALLBACK_OPTIONS,
    DRIFT_OPTIONS as DRIFT_OPTIONS,
    CallbackOptions as CallbackOptions,
    DriftOptions as DriftOptions,
)
from .predict import (
    COVARIANCE_PART as COVARIANCE_PART,
    MODEL_NAME as MODEL_NAME,
    MODEL_PART as MODEL_PART,
    feature_matrix as feature_matrix,
    promoted_model as promoted_model,
)
