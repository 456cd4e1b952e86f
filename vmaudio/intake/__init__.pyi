from .manifest import (
    end_of_interval as end_of_interval,
)
from .manifest import (
    find_recordings as find_recordings,
)
from .manifest import (
    messages_for as messages_for,
)
from .manifest import (
    read_manifest as read_manifest,
)
from .manifest import (
    read_table as read_table,
)
from .manifest import (
    shortened as shortened,
)
from .manifest import (
    table_error as table_error,
)
from .manifest import (
    time_zone as time_zone,
)
from .outcomes import (
    ColumnMap as ColumnMap,
)
from .outcomes import (
    Imported as Imported,
)
from .outcomes import (
    Matched as Matched,
)
from .outcomes import (
    Send as Send,
)
from .outcomes import (
    column_map_toml as column_map_toml,
)
from .outcomes import (
    file_observations as file_observations,
)
from .outcomes import (
    import_outcomes as import_outcomes,
)
from .outcomes import (
    join_outcomes as join_outcomes,
)
from .outcomes import (
    joined_observations as joined_observations,
)
from .outcomes import (
    parse_as_of as parse_as_of,
)
from .outcomes import (
    parse_column_map as parse_column_map,
)
from .outcomes import (
    parse_date_time as parse_date_time,
)
from .outcomes import (
    read_crm_manifest as read_crm_manifest,
)
from .outcomes import (
    read_outcomes as read_outcomes,
)
from .outcomes import (
    store_observations as store_observations,
)
from .spreadsheet import (
    harmless_cell as harmless_cell,
)
from .spreadsheet import (
    restore_cell as restore_cell,
)
