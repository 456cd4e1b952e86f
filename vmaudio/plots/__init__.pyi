from .message import (
    in_words as in_words,
)
from .message import (
    message_picture as message_picture,
)
from .shapes import (
    Bin as Bin,
)
from .shapes import (
    Rate as Rate,
)
from .shapes import (
    Spread as Spread,
)
from .shapes import (
    Week as Week,
)
from .shapes import (
    percent as percent,
)
from .svg import (
    Svg as Svg,
)
from .team import (
    approaches_picture as approaches_picture,
)
from .team import (
    calibration_picture as calibration_picture,
)
from .team import (
    pace_picture as pace_picture,
)
from .team import (
    scores_picture as scores_picture,
)
from .team import (
    trend_picture as trend_picture,
)
from .theme import (
    FAMILIES as FAMILIES,
)
from .theme import (
    FAMILY_NAMES as FAMILY_NAMES,
)
from .theme import (
    STYLE as STYLE,
)
from .theme import (
    VARIABLES as VARIABLES,
)
from .theme import (
    family as family,
)
from .theme import (
    standalone as standalone,
)
