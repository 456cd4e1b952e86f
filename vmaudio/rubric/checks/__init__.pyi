from .all_checks import (
    JUDGES as JUDGES,
)
from .all_checks import (
    MIN_BASELINE as MIN_BASELINE,
)
from .all_checks import (
    SIGNAL_FEATURES as SIGNAL_FEATURES,
)
from .all_checks import (
    SIGNAL_ONLY as SIGNAL_ONLY,
)
from .all_checks import (
    SURE as SURE,
)
from .all_checks import (
    SURE_ABSENT as SURE_ABSENT,
)
from .all_checks import (
    SURE_PASS as SURE_PASS,
)
from .all_checks import (
    Case as Case,
)
from .all_checks import (
    Ruling as Ruling,
)
