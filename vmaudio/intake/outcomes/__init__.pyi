from .columns import (
    ColumnMap as ColumnMap,
    column_map_toml as column_map_toml,
    find as find,
    parse_column_map as parse_column_map,
)
from .dispositions import (
    MEANINGS as MEANINGS,
    Disposition as Disposition,
    WordRead as WordRead,
    disposition_table as disposition_table,
    meaning_of as meaning_of,
)
from .files import (
    Send as Send,
    read_crm_manifest as read_crm_manifest,
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
from .values import (
    Ambiguous as Ambiguous,
    date_order as date_order,
    parse_date_time as parse_date_time,
)
