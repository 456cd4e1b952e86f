from .case import (
    Case as Case,
)
from .case import (
    CheckFunction as CheckFunction,
)
from .questions import (
    asks as asks,
)
from .registry import (
    CHECKS as CHECKS,
)
from .registry import (
    QUESTIONS as QUESTIONS,
)
from .registry import (
    RegisteredCheck as RegisteredCheck,
)
from .registry import (
    all_questions as all_questions,
)
from .registry import (
    check_names as check_names,
)
from .registry import (
    find_check as find_check,
)
from .registry import (
    run_check as run_check,
)
from .rulings import (
    Ruling as Ruling,
)
from .rulings import (
    clock as clock,
)
from .rulings import (
    failed as failed,
)
from .rulings import (
    not_applicable as not_applicable,
)
from .rulings import (
    passed as passed,
)
from .rulings import (
    quote as quote,
)
from .rulings import (
    ruling as ruling,
)
