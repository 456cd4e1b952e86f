from .columns import (
    ColumnMap as ColumnMap,
)
from .columns import (
    column_map_toml as column_map_toml,
)
from .columns import (
    parse_column_map as parse_column_map,
)
from .files import (
    Send as Send,
)
from .files import (
    read_crm_manifest as read_crm_manifest,
)
from .files import (
    read_outcomes as read_outcomes,
)
from .importing import (
    Imported as Imported,
)
from .importing import (
    import_outcomes as import_outcomes,
)
from .importing import (
    parse_as_of as parse_as_of,
)
from .joining import (
    Matched as Matched,
)
from .joining import (
    join_outcomes as join_outcomes,
)
from .joining import (
    joined_observations as joined_observations,
)
from .observations import (
    file_observations as file_observations,
)
from .observations import (
    store_observations as store_observations,
)
from .values import (
    parse_date_time as parse_date_time,
)
