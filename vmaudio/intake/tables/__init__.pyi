from .aliases import (
    MANIFEST_FIELDS as MANIFEST_FIELDS,
    OUTCOME_FIELDS as OUTCOME_FIELDS,
    is_list as is_list,
    is_ours as is_ours,
    key_of as key_of,
)
from .cells import (
    PEOPLE as PEOPLE,
    Reading as Reading,
    Rows as Rows,
)
from .columns import (
    ColumnMap as ColumnMap,
    column_map_toml as column_map_toml,
    find_columns as find_columns,
    parse_column_map as parse_column_map,
)
from .dates import (
    Ambiguous as Ambiguous,
    When as When,
    date_order as date_order,
    parse_date_time as parse_date_time,
    read_when as read_when,
)
from .dispositions import (
    MEANINGS as MEANINGS,
    OUTCOME_MEANINGS as OUTCOME_MEANINGS,
    Disposition as Disposition,
    WordRead as WordRead,
    WordReader as WordReader,
    disposition_table as disposition_table,
    meaning_of as meaning_of,
    words_sentences as words_sentences,
)
from .durations import (
    parse_duration_s as parse_duration_s,
)
from .faults import (
    line_list as line_list,
    name_list as name_list,
    shortened as shortened,
    table_error as table_error,
)
from .names import (
    file_name as file_name,
    file_stem as file_stem,
    path_tail as path_tail,
)
from .people import (
    id_key as id_key,
    person as person,
)
from .placeholders import (
    is_nobody as is_nobody,
    is_nothing as is_nothing,
)
from .reading import (
    load_table as load_table,
    read_table as read_table,
)
from .sharing import (
    mappings_for as mappings_for,
    read_fields as read_fields,
)
from .summary import (
    TableRead as TableRead,
    ValueRead as ValueRead,
    table_read as table_read,
)
from .table import (
    MOST_ID as MOST_ID,
    Table as Table,
    texts_of as texts_of,
)
from .zones import (
    day_in as day_in,
    end_of_interval as end_of_interval,
    message_zone as message_zone,
    parse_instant as parse_instant,
    time_zone as time_zone,
)
