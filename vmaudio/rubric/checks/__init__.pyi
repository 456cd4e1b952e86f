from .case import (
    Case as Case,
    CheckFunction as CheckFunction,
    chance_of as chance_of,
)
from .questions import (
    asks as asks,
)
from .registry import (
    CHECKS as CHECKS,
    QUESTIONS as QUESTIONS,
    RegisteredCheck as RegisteredCheck,
    all_questions as all_questions,
    check_names as check_names,
    find_check as find_check,
    run_check as run_check,
)
from .rulings import (
    Ruling as Ruling,
    cannot_judge as cannot_judge,
    counting as counting,
    failed as failed,
    not_applicable as not_applicable,
    passed as passed,
    quote as quote,
    ramp as ramp,
    ruling as ruling,
)
