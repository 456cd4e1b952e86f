from .agreement import (
    confirm_by_caller_id as confirm_by_caller_id,
    confirm_numbers as confirm_numbers,
    same_number as same_number,
)
from .comparison import (
    Comparison as Comparison,
)
from .doubt import (
    judge_number as judge_number,
)
from .find import (
    find_entities as find_entities,
)
from .hypotheses import (
    candidate_numbers as candidate_numbers,
    expected_length as expected_length,
    settle_number as settle_number,
    spelled_digits as spelled_digits,
    written_number as written_number,
)
from .known_names import (
    KnownNames as KnownNames,
    respell_names as respell_names,
)
from .name_match import (
    match_name as match_name,
    sound_key as sound_key,
)
from .name_options import (
    NameOptions as NameOptions,
)
from .options import (
    EntityOptions as EntityOptions,
    HypothesisOptions as HypothesisOptions,
    KnownNameOptions as KnownNameOptions,
    NameMatchOptions as NameMatchOptions,
    OwnCompanyOptions as OwnCompanyOptions,
    PhoneOptions as PhoneOptions,
    RunOptions as RunOptions,
)
from .own_company import (
    OwnCompany as OwnCompany,
    learn_company as learn_company,
    name_company as name_company,
)
from .phones import (
    known_region as known_region,
)
from .same_digits import (
    national_digits as national_digits,
    similarity as similarity,
)
