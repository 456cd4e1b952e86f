from .bands import (
    Bands as Bands,
)
from .baseline import (
    baseline_of as baseline_of,
    rep_baseline as rep_baseline,
)
from .checks import (
    CHECKS as CHECKS,
    QUESTIONS as QUESTIONS,
    Case as Case,
    CheckFunction as CheckFunction,
    Ruling as Ruling,
    all_questions as all_questions,
    asks as asks,
    cannot_judge as cannot_judge,
    failed as failed,
    find_check as find_check,
    not_applicable as not_applicable,
    passed as passed,
    quote as quote,
    ruling as ruling,
)
from .counted import (
    HowRight as HowRight,
    how_right as how_right,
)
from .criterion import (
    Criterion as Criterion,
    Question as Question,
)
from .edit import (
    default_rubric_text as default_rubric_text,
    edit_rubric as edit_rubric,
)
from .load import (
    Rubric as Rubric,
    load_rubric as load_rubric,
    parse_rubric as parse_rubric,
)
from .options import (
    RUBRIC_OPTIONS as RUBRIC_OPTIONS,
    CheckOptions as CheckOptions,
    ConfidenceOptions as ConfidenceOptions,
    ProspectOptions as ProspectOptions,
    RubricOptions as RubricOptions,
)
from .prospect import (
    Known as Known,
    notes_flags as notes_flags,
)
from .scoring import (
    score as score,
)
from .team import (
    NO_TEAM as NO_TEAM,
    TeamWords as TeamWords,
    team_words as team_words,
)
