from .callback_model import (
    train_callback as train_callback,
)
from .callback_table import (
    Example as Example,
    read_features as read_features,
)
from .evaluation import (
    Evaluation as Evaluation,
    compare_models as compare_models,
    evaluate_model as evaluate_model,
)
from .fit_model import (
    NAMES as NAMES,
    TrainingResult as TrainingResult,
    train_model as train_model,
)
from .label_files import (
    ENOUGH_LABELS as ENOUGH_LABELS,
    label_status as label_status,
    label_worklist as label_worklist,
    labelled_messages as labelled_messages,
    read_label_file as read_label_file,
    save_labels as save_labels,
    write_label_csv as write_label_csv,
    write_label_json_lines as write_label_json_lines,
)
from .labels import (
    LabelledMessage as LabelledMessage,
    Sentence as Sentence,
)
from .pictures import (
    draw_evaluation as draw_evaluation,
)
