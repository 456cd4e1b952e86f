from .cautions import (
    Caution as Caution,
    data_cautions as data_cautions,
    window_words as window_words,
)
from .comparison import (
    Arm as Arm,
    Comparison as Comparison,
    Pair as Pair,
    compare as compare,
)
from .funnels import (
    Funnel as Funnel,
    funnel as funnel,
)
from .plans import (
    Assignment as Assignment,
    assign_arms as assign_arms,
    intention_to_treat as intention_to_treat,
    numbered_places as numbered_places,
    plan_csv as plan_csv,
    read_plan as read_plan,
    read_prospects as read_prospects,
)
from .preparation import (
    ATTRIBUTIONS as ATTRIBUTIONS,
    OUTCOMES as OUTCOMES,
    WINDOW as WINDOW,
    Prepared as Prepared,
    attribute as attribute,
    parse_moment as parse_moment,
    parse_window as parse_window,
    prepare as prepare,
)
from .rates import (
    Rate as Rate,
    holm as holm,
    newcombe as newcombe,
    wilson as wilson,
)
