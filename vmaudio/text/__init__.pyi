from .caller_id import (
    shown_numbers as shown_numbers,
)
from .clauses import (
    ClauseOptions as ClauseOptions,
    clauses_from_pieces as clauses_from_pieces,
    separate_words as separate_words,
    split_clauses as split_clauses,
    transcript_from_text as transcript_from_text,
)
from .entities import (
    Comparison as Comparison,
    EntityOptions as EntityOptions,
    HypothesisOptions as HypothesisOptions,
    KnownNameOptions as KnownNameOptions,
    KnownNames as KnownNames,
    NameMatchOptions as NameMatchOptions,
    NameOptions as NameOptions,
    OwnCompany as OwnCompany,
    OwnCompanyOptions as OwnCompanyOptions,
    PhoneOptions as PhoneOptions,
    RunOptions as RunOptions,
    candidate_numbers as candidate_numbers,
    confirm_by_caller_id as confirm_by_caller_id,
    confirm_numbers as confirm_numbers,
    expected_length as expected_length,
    find_entities as find_entities,
    judge_number as judge_number,
    known_region as known_region,
    learn_company as learn_company,
    match_name as match_name,
    name_company as name_company,
    national_digits as national_digits,
    respell_names as respell_names,
    same_number as same_number,
    settle_number as settle_number,
    similarity as similarity,
    sound_key as sound_key,
    spelled_digits as spelled_digits,
    written_number as written_number,
)
from .lexicon import (
    BUSINESS as BUSINESS,
    COMMON as COMMON,
    DAYTIMES as DAYTIMES,
    DIGIT_WORDS as DIGIT_WORDS,
    FILLERS as FILLERS,
    FIRST_NAMES as FIRST_NAMES,
    FUNCTION as FUNCTION,
    HELLO_WORDS as HELLO_WORDS,
    MONTH_NAMES as MONTH_NAMES,
    MONTH_SHORT as MONTH_SHORT,
    ORDINAL_WORDS as ORDINAL_WORDS,
    SPOKEN_DIGITS as SPOKEN_DIGITS,
    TEEN_WORDS as TEEN_WORDS,
    TENS_WORDS as TENS_WORDS,
    WEEKDAY_NAMES as WEEKDAY_NAMES,
)
from .mailbox import (
    Phrases as Phrases,
    mailbox_phrases as mailbox_phrases,
)
from .script import (
    SCRIPT_TEXT as SCRIPT_TEXT,
    ScriptOptions as ScriptOptions,
    adherence_of as adherence_of,
    checked_script as checked_script,
    script_adherence as script_adherence,
    script_of as script_of,
)
from .verbalize import (
    spoken_words as spoken_words,
    syllables as syllables,
)
