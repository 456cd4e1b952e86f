from .delivery import (
    AXIS_COLUMNS as AXIS_COLUMNS,
)
from .delivery import (
    DELIVERY_COLUMNS as DELIVERY_COLUMNS,
)
from .delivery import (
    SPEAKER_COLUMNS as SPEAKER_COLUMNS,
)
from .delivery import (
    axis_columns as axis_columns,
)
from .delivery import (
    delivery_axes as delivery_axes,
)
from .delivery import (
    delivery_row as delivery_row,
)
from .delivery import (
    judge_delivery as judge_delivery,
)
from .model_folder import (
    Model as Model,
)
from .model_folder import (
    ModelFolder as ModelFolder,
)
from .model_folder import (
    probe as probe,
)
from .model_writing import (
    CURRENT_FILE as CURRENT_FILE,
)
from .model_writing import (
    check_target as check_target,
)
from .registry import (
    ModelStore as ModelStore,
)
from .structure import (
    CLAUSE_COLUMNS as CLAUSE_COLUMNS,
)
from .structure import (
    CLAUSE_CUES as CLAUSE_CUES,
)
from .structure import (
    CLAUSE_TEXTS as CLAUSE_TEXTS,
)
from .structure import (
    MESSAGE_COLUMNS as MESSAGE_COLUMNS,
)
from .structure import (
    MESSAGE_CUES as MESSAGE_CUES,
)
from .structure import (
    MESSAGE_TEXTS as MESSAGE_TEXTS,
)
from .structure import (
    approach_probabilities_of as approach_probabilities_of,
)
from .structure import (
    best_path as best_path,
)
from .structure import (
    boosted as boosted,
)
from .structure import (
    clause_rows as clause_rows,
)
from .structure import (
    label_structure as label_structure,
)
from .structure import (
    message_row as message_row,
)
from .structure import (
    ordered_columns as ordered_columns,
)
from .structure import (
    part_path as part_path,
)
from .structure import (
    part_probabilities as part_probabilities,
)
from .structure import (
    part_probabilities_of as part_probabilities_of,
)
from .structure import (
    sharpened as sharpened,
)
from .structure import (
    transition_matrix as transition_matrix,
)
