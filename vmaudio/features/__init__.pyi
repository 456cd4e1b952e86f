from .catalogue import (
    CATALOGUE as CATALOGUE,
    WE as WE,
    feature_row as feature_row,
)
