from .callers import (
    parse_caller as parse_caller,
)
from .gathering import (
    gather as gather,
)
from .imap import (
    ImapServer as ImapServer,
    fetch_mails as fetch_mails,
    imap_password as imap_password,
)
from .providers import (
    Understood as Understood,
    records_in as records_in,
    understand as understand,
)
from .registry import (
    SOURCES as SOURCES,
    all_sources as all_sources,
    find_source as find_source,
    once as once,
    read_place as read_place,
    recognise as recognise,
    source_names as source_names,
    summary as summary,
)
from .sounds import (
    sound_rank as sound_rank,
)
from .source import (
    REASONS as REASONS,
    LeftOut as LeftOut,
    Reading as Reading,
    ReadOptions as ReadOptions,
    Source as Source,
)
from .watching import (
    Watcher as Watcher,
    wake_ups as wake_ups,
)
