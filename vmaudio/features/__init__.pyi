from .catalogue import (
    CATALOGUE as CATALOGUE,
    Feature as Feature,
    ends_words as ends_words,
)
from .options import (
    FEATURE_OPTIONS as FEATURE_OPTIONS,
    FeatureOptions as FeatureOptions,
)
from .row import (
    WE as WE,
    YOU as YOU,
    feature_row as feature_row,
    with_company as with_company,
)
