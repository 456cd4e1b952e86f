from .drift import (
    DRIFT_CHANCE as DRIFT_CHANCE,
    DRIFT_FEWEST as DRIFT_FEWEST,
    DRIFT_LARGE as DRIFT_LARGE,
    DriftReport as DriftReport,
    check_drift as check_drift,
)
from .predict import (
    MODEL_NAME as MODEL_NAME,
    MODEL_PART as MODEL_PART,
    add_probability as add_probability,
    feature_matrix as feature_matrix,
    promoted_model as promoted_model,
)
