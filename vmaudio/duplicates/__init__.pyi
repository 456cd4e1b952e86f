from .groups import (
    DUPLICATE_KINDS as DUPLICATE_KINDS,
    DuplicateGroup as DuplicateGroup,
    DuplicateItem as DuplicateItem,
    duplicate_items as duplicate_items,
    find_duplicates as find_duplicates,
)
from .options import (
    DuplicateOptions as DuplicateOptions,
)
