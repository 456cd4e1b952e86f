from .app import (
    create_app as create_app,
)
from .config import (
    Config as Config,
)
