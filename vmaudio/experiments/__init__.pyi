from .adaptive import (
    arm_probabilities as arm_probabilities,
    next_batch as next_batch,
)
from .arms import (
    measures_of as measures_of,
)
from .attribution import (
    ATTRIBUTIONS as ATTRIBUTIONS,
    DEFAULT_ATTRIBUTION as DEFAULT_ATTRIBUTION,
    Contest as Contest,
    Messages as Messages,
    attribute as attribute,
)
from .balance import (
    Imbalance as Imbalance,
)
from .cautions import (
    data_cautions as data_cautions,
    window_words as window_words,
)
from .clusters import (
    Clustered as Clustered,
)
from .comparison import (
    compare as compare,
)
from .decision import (
    Decision as Decision,
    decide as decide,
    other_outcomes as other_outcomes,
)
from .dials import (
    Dial as Dial,
    next_connects as next_connects,
    read_dials as read_dials,
)
from .fixed_effects import (
    FixedEffect as FixedEffect,
    fixed_effect as fixed_effect,
)
from .funnels import (
    Funnel as Funnel,
    funnel as funnel,
)
from .kept_count import (
    KeptCount as KeptCount,
)
from .looks import (
    remembered as remembered,
)
from .many import (
    count_many as count_many,
)
from .misclassification import (
    correct_misclassification as correct_misclassification,
)
from .moments import (
    parse_moment as parse_moment,
)
from .options import (
    AdaptiveOptions as AdaptiveOptions,
    CompareOptions as CompareOptions,
    MonitorOptions as MonitorOptions,
)
from .plan_files import (
    find_plan as find_plan,
    plan_csv as plan_csv,
    read_plan as read_plan,
    read_prospects as read_prospects,
    save_plan as save_plan,
)
from .planned import (
    Planned as Planned,
    PlannedArm as PlannedArm,
)
from .plans import (
    NO_MESSAGE as NO_MESSAGE,
    Assignment as Assignment,
    assign_arms as assign_arms,
    intention_to_treat as intention_to_treat,
    numbered_places as numbered_places,
)
from .pooling import (
    PooledArm as PooledArm,
    Pooling as Pooling,
    best_words as best_words,
    pool as pool,
    rank_words as rank_words,
)
from .pooling_options import (
    PoolingOptions as PoolingOptions,
)
from .predicted_arms import (
    approach_card as approach_card,
)
from .prediction_powered import (
    Corrected as Corrected,
    corrected_rate as corrected_rate,
)
from .preparation import (
    LOWER_IS_BETTER as LOWER_IS_BETTER,
    OUTCOMES as OUTCOMES,
    WINDOW as WINDOW,
    Prepared as Prepared,
    parse_window as parse_window,
    prepare as prepare,
)
from .rates import (
    Rate as Rate,
    difference_test as difference_test,
    holm as holm,
    newcombe as newcombe,
    risk_ratio as risk_ratio,
    wilson as wilson,
)
from .results import (
    Arm as Arm,
    Caution as Caution,
    Comparison as Comparison,
    Pair as Pair,
    Verdict as Verdict,
)
from .sample_ratio import (
    SampleRatio as SampleRatio,
    check_ratio as check_ratio,
)
from .sample_sizes import (
    further_messages as further_messages,
    sample_size as sample_size,
)
from .sequential import (
    Monitored as Monitored,
    monitor_difference as monitor_difference,
    rate_sequence as rate_sequence,
)
from .trend import (
    Trend as Trend,
)
from .values import (
    Values as Values,
    read_values as read_values,
)
from .weighted import (
    weighted_difference as weighted_difference,
)
