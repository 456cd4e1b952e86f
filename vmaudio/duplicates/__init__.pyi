from .copies import (
    Copy as Copy,
    counted_once as counted_once,
    find_copies as find_copies,
)
from .groups import (
    DUPLICATE_KINDS as DUPLICATE_KINDS,
    DuplicateGroup as DuplicateGroup,
    find_duplicates as find_duplicates,
)
from .items import (
    DuplicateItem as DuplicateItem,
    Levels as Levels,
    StoredLevels as StoredLevels,
    duplicate_items as duplicate_items,
    item_of as item_of,
)
from .kept import (
    KeptCopies as KeptCopies,
)
from .options import (
    DuplicateOptions as DuplicateOptions,
)
from .stored import (
    compared_levels as compared_levels,
    repeats_among as repeats_among,
    stored_copies as stored_copies,
    without_copies as without_copies,
)
