from .all_checks import (
    JUDGES as JUDGES,
    MIN_BASELINE as MIN_BASELINE,
    SIGNAL_FEATURES as SIGNAL_FEATURES,
    SIGNAL_ONLY as SIGNAL_ONLY,
    SURE as SURE,
    SURE_ABSENT as SURE_ABSENT,
    SURE_PASS as SURE_PASS,
    Case as Case,
    Ruling as Ruling,
)
