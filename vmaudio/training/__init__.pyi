from .answers import (
    Evaluation as Evaluation,
)
from .callback_examples import (
    OutcomeRules as OutcomeRules,
)
from .callback_examples import (
    examples_from_files as examples_from_files,
)
from .callback_examples import (
    examples_from_store as examples_from_store,
)
from .callback_model import (
    train_callback as train_callback,
)
from .callback_table import (
    Example as Example,
)
from .callback_table import (
    read_features as read_features,
)
from .evaluation import (
    compare_models as compare_models,
)
from .evaluation import (
    evaluate_model as evaluate_model,
)
from .fit_model import (
    NAMES as NAMES,
)
from .fit_model import (
    TrainingResult as TrainingResult,
)
from .fit_model import (
    train_model as train_model,
)
from .label_files import (
    ENOUGH_LABELS as ENOUGH_LABELS,
)
from .label_files import (
    label_status as label_status,
)
from .label_files import (
    label_worklist as label_worklist,
)
from .label_files import (
    labelled_messages as labelled_messages,
)
from .label_files import (
    read_label_file as read_label_file,
)
from .label_files import (
    save_labels as save_labels,
)
from .label_files import (
    write_label_csv as write_label_csv,
)
from .label_files import (
    write_label_json_lines as write_label_json_lines,
)
from .labels import (
    LabelledMessage as LabelledMessage,
)
from .labels import (
    Sentence as Sentence,
)
from .pictures import (
    draw_evaluation as draw_evaluation,
)
