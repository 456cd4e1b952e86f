from .checks import (
    MIN_BASELINE as MIN_BASELINE,
)
from .load import (
    QUESTIONS as QUESTIONS,
    Criterion as Criterion,
    Rubric as Rubric,
    load_rubric as load_rubric,
    parse_rubric as parse_rubric,
)
from .prospect import (
    notes_flags as notes_flags,
)
from .scoring import (
    rep_baseline as rep_baseline,
    score as score,
)
