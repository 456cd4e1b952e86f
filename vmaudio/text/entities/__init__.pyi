from .agreement import (
    confirm_numbers as confirm_numbers,
)
from .agreement import (
    same_number as same_number,
)
from .find import (
    find_entities as find_entities,
)
from .hypotheses import (
    candidate_numbers as candidate_numbers,
)
from .hypotheses import (
    expected_length as expected_length,
)
from .hypotheses import (
    settle_number as settle_number,
)
from .hypotheses import (
    spelled_digits as spelled_digits,
)
from .hypotheses import (
    written_number as written_number,
)
from .name_match import (
    match_name as match_name,
)
from .name_options import (
    NameOptions as NameOptions,
)
from .options import (
    EntityOptions as EntityOptions,
)
from .options import (
    HypothesisOptions as HypothesisOptions,
)
from .options import (
    NameMatchOptions as NameMatchOptions,
)
from .options import (
    PhoneOptions as PhoneOptions,
)
from .options import (
    RunOptions as RunOptions,
)
from .same_digits import (
    national_digits as national_digits,
)
