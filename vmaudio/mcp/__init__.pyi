from .library import (
    Library as Library,
)
from .server import (
    create_server as create_server,
)
