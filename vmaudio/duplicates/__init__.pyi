from .groups import (
    DUPLICATE_KINDS as DUPLICATE_KINDS,
)
from .groups import (
    DuplicateGroup as DuplicateGroup,
)
from .groups import (
    DuplicateItem as DuplicateItem,
)
from .groups import (
    duplicate_items as duplicate_items,
)
from .groups import (
    find_duplicates as find_duplicates,
)
from .options import (
    DuplicateOptions as DuplicateOptions,
)
