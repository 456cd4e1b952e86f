from .doubled_numbers import (
    separate_words as separate_words,
)
from .options import (
    ClauseOptions as ClauseOptions,
)
from .split import (
    clauses_from_pieces as clauses_from_pieces,
    split_clauses as split_clauses,
    transcript_from_text as transcript_from_text,
)
