from .app import (
    create_app as create_app,
)
from .config import (
    Config as Config,
    is_loopback as is_loopback,
)
from .connections import (
    Connections as Connections,
    protocol as protocol,
)
from .rights import (
    table_for_people as table_for_people,
)
from .viewers import (
    ROLES as ROLES,
)
