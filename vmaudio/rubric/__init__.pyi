from .baseline import (
    rep_baseline as rep_baseline,
)
from .checks import (
    CHECKS as CHECKS,
)
from .checks import (
    QUESTIONS as QUESTIONS,
)
from .checks import (
    Case as Case,
)
from .checks import (
    CheckFunction as CheckFunction,
)
from .checks import (
    Ruling as Ruling,
)
from .checks import (
    all_questions as all_questions,
)
from .checks import (
    asks as asks,
)
from .checks import (
    clock as clock,
)
from .checks import (
    failed as failed,
)
from .checks import (
    find_check as find_check,
)
from .checks import (
    not_applicable as not_applicable,
)
from .checks import (
    passed as passed,
)
from .checks import (
    quote as quote,
)
from .checks import (
    ruling as ruling,
)
from .criterion import (
    Criterion as Criterion,
)
from .criterion import (
    Question as Question,
)
from .edit import (
    default_rubric_text as default_rubric_text,
)
from .edit import (
    edit_rubric as edit_rubric,
)
from .load import (
    Rubric as Rubric,
)
from .load import (
    load_rubric as load_rubric,
)
from .load import (
    parse_rubric as parse_rubric,
)
from .options import (
    RUBRIC_OPTIONS as RUBRIC_OPTIONS,
)
from .options import (
    CheckOptions as CheckOptions,
)
from .options import (
    ConfidenceOptions as ConfidenceOptions,
)
from .options import (
    ProspectOptions as ProspectOptions,
)
from .options import (
    RubricOptions as RubricOptions,
)
from .prospect import (
    notes_flags as notes_flags,
)
from .scoring import (
    score as score,
)
