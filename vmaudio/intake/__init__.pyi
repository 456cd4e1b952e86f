from .manifest import (
    end_of_interval as end_of_interval,
    find_recordings as find_recordings,
    messages_for as messages_for,
    read_manifest as read_manifest,
    read_table as read_table,
    shortened as shortened,
    table_error as table_error,
    time_zone as time_zone,
)
from .outcomes import (
    ColumnMap as ColumnMap,
    Imported as Imported,
    Matched as Matched,
    Send as Send,
    column_map_toml as column_map_toml,
    file_observations as file_observations,
    import_outcomes as import_outcomes,
    join_outcomes as join_outcomes,
    joined_observations as joined_observations,
    parse_as_of as parse_as_of,
    parse_column_map as parse_column_map,
    parse_date_time as parse_date_time,
    read_crm_manifest as read_crm_manifest,
    read_outcomes as read_outcomes,
    store_observations as store_observations,
)
from .sources import (
    LeftOut as LeftOut,
    Reading as Reading,
    ReadOptions as ReadOptions,
    Source as Source,
    all_sources as all_sources,
    gather as gather,
    read_place as read_place,
    recognise as recognise,
    sound_rank as sound_rank,
    source_names as source_names,
    summary as summary,
)
from .spreadsheet import (
    harmless_cell as harmless_cell,
    restore_cell as restore_cell,
)
