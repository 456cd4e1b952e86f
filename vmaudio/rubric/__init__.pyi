from .checks import (
    MIN_BASELINE as MIN_BASELINE,
)
from .edit import (
    default_rubric_text as default_rubric_text,
)
from .edit import (
    edit_rubric as edit_rubric,
)
from .load import (
    QUESTIONS as QUESTIONS,
)
from .load import (
    Criterion as Criterion,
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
from .prospect import (
    notes_flags as notes_flags,
)
from .scoring import (
    rep_baseline as rep_baseline,
)
from .scoring import (
    score as score,
)
