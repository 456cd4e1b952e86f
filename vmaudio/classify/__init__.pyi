from .approach import (
    MESSAGE_COLUMNS as MESSAGE_COLUMNS,
    MESSAGE_CUES as MESSAGE_CUES,
    MESSAGE_TEXTS as MESSAGE_TEXTS,
    approach_probabilities_of as approach_probabilities_of,
    message_row as message_row,
)
from .contact import (
    contact_of as contact_of,
)
from .delivery import (
    AXIS_COLUMNS as AXIS_COLUMNS,
    DELIVERY_COLUMNS as DELIVERY_COLUMNS,
    SPEAKER_COLUMNS as SPEAKER_COLUMNS,
    axis_columns as axis_columns,
    delivery_axes as delivery_axes,
    delivery_row as delivery_row,
    label_delivery as label_delivery,
)
from .model_classes import (
    approaches_of as approaches_of,
    in_our_parts as in_our_parts,
    language_of as language_of,
    own_of as own_of,
    parts_of as parts_of,
    remembered as remembered,
)
from .model_folder import (
    Model as Model,
    ModelFolder as ModelFolder,
    probe as probe,
)
from .model_writing import (
    CURRENT_FILE as CURRENT_FILE,
    check_target as check_target,
)
from .options import (
    DELIVERY_OPTIONS as DELIVERY_OPTIONS,
    STRUCTURE_OPTIONS as STRUCTURE_OPTIONS,
    DeliveryOptions as DeliveryOptions,
    StructureOptions as StructureOptions,
)
from .own_classes import (
    ENGLISH as ENGLISH,
    NONE_OWN as NONE_OWN,
    OwnClass as OwnClass,
    OwnClasses as OwnClasses,
    declared_classes as declared_classes,
    known_approaches as known_approaches,
    known_parts as known_parts,
)
from .part_rows import (
    CLAUSE_COLUMNS as CLAUSE_COLUMNS,
    CLAUSE_CUES as CLAUSE_CUES,
    CLAUSE_TEXTS as CLAUSE_TEXTS,
    clause_rows as clause_rows,
)
from .parts import (
    part_path as part_path,
    part_probabilities as part_probabilities,
    part_probabilities_of as part_probabilities_of,
)
from .reason import (
    EMPTY as EMPTY,
    REASON_COLUMNS as REASON_COLUMNS,
    hear_reason as hear_reason,
    reason_probabilities as reason_probabilities,
    reason_rows as reason_rows,
)
from .registry import (
    ModelStore as ModelStore,
)
from .sequence import (
    best_path as best_path,
    boosted as boosted,
    ordered_columns as ordered_columns,
    sharpened as sharpened,
    transition_matrix as transition_matrix,
)
from .stretches import (
    cut_features as cut_features,
    joined_probabilities as joined_probabilities,
    mixed as mixed,
)
from .structure import (
    label_structure as label_structure,
)
