from .manifest import (
    Manifest as Manifest,
    Send as Send,
    load_manifest as load_manifest,
    read_crm_manifest as read_crm_manifest,
    read_manifest as read_manifest,
)
from .outcomes import (
    Imported as Imported,
    IntakeCheck as IntakeCheck,
    Matched as Matched,
    check_tables as check_tables,
    file_observations as file_observations,
    import_outcomes as import_outcomes,
    join_outcomes as join_outcomes,
    joined_observations as joined_observations,
    parse_as_of as parse_as_of,
    read_outcomes as read_outcomes,
    store_observations as store_observations,
)
from .recordings import (
    Fitted as Fitted,
    find_recordings as find_recordings,
    fit_recordings as fit_recordings,
    messages_for as messages_for,
)
from .spreadsheet import (
    harmless_cell as harmless_cell,
    restore_cell as restore_cell,
)
from .tables import (
    ColumnMap as ColumnMap,
    TableRead as TableRead,
    column_map_toml as column_map_toml,
    end_of_interval as end_of_interval,
    id_key as id_key,
    parse_column_map as parse_column_map,
    parse_date_time as parse_date_time,
    parse_duration_s as parse_duration_s,
    person as person,
    read_fields as read_fields,
    read_table as read_table,
    shortened as shortened,
    table_error as table_error,
    table_read as table_read,
    time_zone as time_zone,
)
