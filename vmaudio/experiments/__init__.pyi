from .cautions import (
    data_cautions as data_cautions,
)
from .cautions import (
    window_words as window_words,
)
from .comparison import (
    compare as compare,
)
from .funnels import (
    Funnel as Funnel,
)
from .funnels import (
    funnel as funnel,
)
from .plans import (
    Assignment as Assignment,
)
from .plans import (
    assign_arms as assign_arms,
)
from .plans import (
    intention_to_treat as intention_to_treat,
)
from .plans import (
    numbered_places as numbered_places,
)
from .plans import (
    plan_csv as plan_csv,
)
from .plans import (
    read_plan as read_plan,
)
from .plans import (
    read_prospects as read_prospects,
)
from .preparation import (
    ATTRIBUTIONS as ATTRIBUTIONS,
)
from .preparation import (
    OUTCOMES as OUTCOMES,
)
from .preparation import (
    WINDOW as WINDOW,
)
from .preparation import (
    Prepared as Prepared,
)
from .preparation import (
    attribute as attribute,
)
from .preparation import (
    parse_moment as parse_moment,
)
from .preparation import (
    parse_window as parse_window,
)
from .preparation import (
    prepare as prepare,
)
from .rates import (
    Rate as Rate,
)
from .rates import (
    holm as holm,
)
from .rates import (
    newcombe as newcombe,
)
from .rates import (
    wilson as wilson,
)
from .results import (
    Arm as Arm,
)
from .results import (
    Caution as Caution,
)
from .results import (
    Comparison as Comparison,
)
from .results import (
    Pair as Pair,
)
