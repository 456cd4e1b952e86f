from .checking import (
    IntakeCheck as IntakeCheck,
    check_tables as check_tables,
)
from .files import (
    read_outcomes as read_outcomes,
)
from .importing import (
    Imported as Imported,
    import_outcomes as import_outcomes,
    parse_as_of as parse_as_of,
)
from .joining import (
    Matched as Matched,
    join_outcomes as join_outcomes,
    joined_observations as joined_observations,
)
from .observations import (
    file_observations as file_observations,
    store_observations as store_observations,
)
