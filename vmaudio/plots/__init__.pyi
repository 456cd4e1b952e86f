from .distribution import (
    distribution_picture as distribution_picture,
)
from .file_spans import (
    SPAN_NAMES as SPAN_NAMES,
)
from .funnel import (
    funnel_picture as funnel_picture,
)
from .message import (
    in_words as in_words,
    message_picture as message_picture,
)
from .shapes import (
    Bin as Bin,
    Rate as Rate,
    Spread as Spread,
    Week as Week,
    percent as percent,
)
from .svg import (
    Svg as Svg,
)
from .team import (
    approaches_picture as approaches_picture,
    calibration_picture as calibration_picture,
    pace_picture as pace_picture,
    scores_picture as scores_picture,
    trend_picture as trend_picture,
)
from .theme import (
    FAMILIES as FAMILIES,
    FAMILY_NAMES as FAMILY_NAMES,
    STYLE as STYLE,
    VARIABLES as VARIABLES,
    family as family,
    standalone as standalone,
)
from .weeks import (
    rates_trend_picture as rates_trend_picture,
)
