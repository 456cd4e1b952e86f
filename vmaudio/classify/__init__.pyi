from .approach import (
    MESSAGE_COLUMNS as MESSAGE_COLUMNS,
)
from .approach import (
    MESSAGE_CUES as MESSAGE_CUES,
)
from .approach import (
    MESSAGE_TEXTS as MESSAGE_TEXTS,
)
from .approach import (
    approach_probabilities_of as approach_probabilities_of,
)
from .approach import (
    message_row as message_row,
)
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
    label_delivery as label_delivery,
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
from .options import (
    DELIVERY_OPTIONS as DELIVERY_OPTIONS,
)
from .options import (
    STRUCTURE_OPTIONS as STRUCTURE_OPTIONS,
)
from .options import (
    DeliveryOptions as DeliveryOptions,
)
from .options import (
    StructureOptions as StructureOptions,
)
from .parts import (
    CLAUSE_COLUMNS as CLAUSE_COLUMNS,
)
from .parts import (
    CLAUSE_CUES as CLAUSE_CUES,
)
from .parts import (
    CLAUSE_TEXTS as CLAUSE_TEXTS,
)
from .parts import (
    clause_rows as clause_rows,
)
from .parts import (
    part_path as part_path,
)
from .parts import (
    part_probabilities as part_probabilities,
)
from .parts import (
    part_probabilities_of as part_probabilities_of,
)
from .registry import (
    ModelStore as ModelStore,
)
from .sequence import (
    best_path as best_path,
)
from .sequence import (
    boosted as boosted,
)
from .sequence import (
    ordered_columns as ordered_columns,
)
from .sequence import (
    sharpened as sharpened,
)
from .sequence import (
    transition_matrix as transition_matrix,
)
from .structure import (
    label_structure as label_structure,
)
