from .attribution import (
    ATTRIBUTIONS as ATTRIBUTIONS,
)
from .attribution import (
    attribute as attribute,
)
from .attribution import (
    parse_moment as parse_moment,
)
from .balance import (
    Imbalance as Imbalance,
)
from .cautions import (
    data_cautions as data_cautions,
)
from .cautions import (
    window_words as window_words,
)
from .clusters import (
    Clustered as Clustered,
)
from .comparison import (
    compare as compare,
)
from .fixed_effects import (
    FixedEffect as FixedEffect,
)
from .fixed_effects import (
    fixed_effect as fixed_effect,
)
from .funnels import (
    Funnel as Funnel,
)
from .funnels import (
    funnel as funnel,
)
from .misclassification import (
    correct_misclassification as correct_misclassification,
)
from .options import (
    CompareOptions as CompareOptions,
)
from .options import (
    MonitorOptions as MonitorOptions,
)
from .plan_files import (
    find_plan as find_plan,
)
from .plan_files import (
    plan_csv as plan_csv,
)
from .plan_files import (
    read_plan as read_plan,
)
from .plan_files import (
    read_prospects as read_prospects,
)
from .plan_files import (
    save_plan as save_plan,
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
from .predicted_arms import (
    approach_card as approach_card,
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
    parse_window as parse_window,
)
from .preparation import (
    prepare as prepare,
)
from .rates import (
    Rate as Rate,
)
from .rates import (
    difference_test as difference_test,
)
from .rates import (
    further_messages as further_messages,
)
from .rates import (
    holm as holm,
)
from .rates import (
    newcombe as newcombe,
)
from .rates import (
    risk_ratio as risk_ratio,
)
from .rates import (
    sample_size as sample_size,
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
from .results import (
    Verdict as Verdict,
)
from .sequential import (
    Monitored as Monitored,
)
from .sequential import (
    monitor_difference as monitor_difference,
)
from .sequential import (
    rate_sequence as rate_sequence,
)
from .trend import (
    Trend as Trend,
)
