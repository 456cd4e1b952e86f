from .adjudication import (
    Conflict as Conflict,
    Settled as Settled,
    labelled_messages as labelled_messages,
    read_decisions as read_decisions,
    settled_messages as settled_messages,
    write_conflicts as write_conflicts,
)
from .answers import (
    Evaluation as Evaluation,
)
from .audiofolder import (
    write_audiofolder as write_audiofolder,
)
from .callback_examples import (
    OutcomeRules as OutcomeRules,
    examples_from_files as examples_from_files,
    examples_from_store as examples_from_store,
)
from .callback_model import (
    train_callback as train_callback,
)
from .callback_table import (
    Example as Example,
    read_features as read_features,
)
from .coach_agreement import (
    Calibration as Calibration,
    CheckAgreement as CheckAgreement,
    calibrate as calibrate,
    estimate_words as estimate_words,
    hold_against as hold_against,
)
from .coach_shares import (
    corrected_shares as corrected_shares,
    machine_of as machine_of,
)
from .coach_sheet import (
    UNSURE as UNSURE,
    SheetRead as SheetRead,
    draw_messages as draw_messages,
    make_sheet as make_sheet,
    read_sheet as read_sheet,
)
from .evaluation import (
    compare_models as compare_models,
    evaluate_model as evaluate_model,
)
from .fit_model import (
    NAMES as NAMES,
    TrainingResult as TrainingResult,
    train_model as train_model,
)
from .guide import (
    label_guide as label_guide,
)
from .label_agreement import (
    ENOUGH_LABELS as ENOUGH_LABELS,
    label_status as label_status,
)
from .label_files import (
    count_labels as count_labels,
    label_worklist as label_worklist,
    read_label_file as read_label_file,
    save_labels as save_labels,
    write_label_csv as write_label_csv,
    write_label_json_lines as write_label_json_lines,
)
from .label_studio import (
    label_studio_config as label_studio_config,
    label_studio_tasks as label_studio_tasks,
    label_studio_text as label_studio_text,
)
from .labels import (
    LabelledMessage as LabelledMessage,
    Sentence as Sentence,
)
from .pictures import (
    draw_evaluation as draw_evaluation,
)
from .tracking import (
    check_mlflow as check_mlflow,
    log_to_mlflow as log_to_mlflow,
)
