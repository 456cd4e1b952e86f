from .catalogue import (
    CATALOGUE as CATALOGUE,
)
from .catalogue import (
    WE as WE,
)
from .catalogue import (
    feature_row as feature_row,
)
