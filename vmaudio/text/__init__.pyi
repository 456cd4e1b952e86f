from .clauses import (
    ClauseOptions as ClauseOptions,
)
from .clauses import (
    clauses_from_pieces as clauses_from_pieces,
)
from .clauses import (
    separate_words as separate_words,
)
from .clauses import (
    split_clauses as split_clauses,
)
from .clauses import (
    transcript_from_text as transcript_from_text,
)
from .entities import (
    EntityOptions as EntityOptions,
)
from .entities import (
    HypothesisOptions as HypothesisOptions,
)
from .entities import (
    NameMatchOptions as NameMatchOptions,
)
from .entities import (
    NameOptions as NameOptions,
)
from .entities import (
    PhoneOptions as PhoneOptions,
)
from .entities import (
    RunOptions as RunOptions,
)
from .entities import (
    candidate_numbers as candidate_numbers,
)
from .entities import (
    confirm_numbers as confirm_numbers,
)
from .entities import (
    expected_length as expected_length,
)
from .entities import (
    find_entities as find_entities,
)
from .entities import (
    match_name as match_name,
)
from .entities import (
    national_digits as national_digits,
)
from .entities import (
    same_number as same_number,
)
from .entities import (
    settle_number as settle_number,
)
from .entities import (
    spelled_digits as spelled_digits,
)
from .entities import (
    written_number as written_number,
)
from .lexicon import (
    DAYTIMES as DAYTIMES,
)
from .lexicon import (
    DIGIT_WORDS as DIGIT_WORDS,
)
from .lexicon import (
    HELLO_WORDS as HELLO_WORDS,
)
from .lexicon import (
    MONTH_NAMES as MONTH_NAMES,
)
from .lexicon import (
    MONTH_SHORT as MONTH_SHORT,
)
from .lexicon import (
    ORDINAL_WORDS as ORDINAL_WORDS,
)
from .lexicon import (
    SPOKEN_DIGITS as SPOKEN_DIGITS,
)
from .lexicon import (
    TEEN_WORDS as TEEN_WORDS,
)
from .lexicon import (
    TENS_WORDS as TENS_WORDS,
)
from .lexicon import (
    WEEKDAY_NAMES as WEEKDAY_NAMES,
)
from .verbalize import (
    spoken_words as spoken_words,
)
from .verbalize import (
    syllables as syllables,
)
