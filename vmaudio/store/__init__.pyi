from .assignment_rows import (
    get_assignments as get_assignments,
)
from .assignment_rows import (
    plan_ids as plan_ids,
)
from .assignment_rows import (
    put_assignments as put_assignments,
)
from .database import (
    default_path as default_path,
)
from .database import (
    utc_now as utc_now,
)
from .flat import (
    Cell as Cell,
)
from .flat import (
    Column as Column,
)
from .flat import (
    Table as Table,
)
from .flat import (
    message_columns as message_columns,
)
from .flat import (
    messages_table as messages_table,
)
from .label_rows import (
    Label as Label,
)
from .label_rows import (
    all_labels as all_labels,
)
from .label_rows import (
    labels_of as labels_of,
)
from .label_rows import (
    put_labels as put_labels,
)
from .outcome_rows import (
    all_outcomes as all_outcomes,
)
from .outcome_rows import (
    observations as observations,
)
from .outcome_rows import (
    outcome_of as outcome_of,
)
from .outcome_rows import (
    put_outcomes as put_outcomes,
)
from .outcome_rows import (
    stored_messages as stored_messages,
)
from .outcome_rows import (
    transcripts as transcripts,
)
from .override_rows import (
    Override as Override,
)
from .override_rows import (
    OverrideEntry as OverrideEntry,
)
from .override_rows import (
    Overrides as Overrides,
)
from .override_rows import (
    overrides_by_message as overrides_by_message,
)
from .search import (
    Facets as Facets,
)
from .search import (
    Page as Page,
)
from .search import (
    Row as Row,
)
from .search import (
    Search as Search,
)
from .store import (
    Filter as Filter,
)
from .store import (
    Store as Store,
)
from .store import (
    open_store as open_store,
)
from .tables import (
    analyses as analyses,
)
from .tables import (
    assignments as assignments,
)
from .tables import (
    baselines as baselines,
)
from .tables import (
    failures as failures,
)
from .tables import (
    labels as labels,
)
from .tables import (
    messages as messages,
)
from .tables import (
    outcomes as outcomes,
)
from .tables import (
    override_log as override_log,
)
from .tables import (
    overrides as overrides,
)
from .tables import (
    recordings as recordings,
)
from .tables import (
    scores as scores,
)
from .tables import (
    verdicts as verdicts,
)
