"""The web app: a rep's self-check, the coach's team pages, the rubric's editor. Every page has a ``.json`` twin.

`create_app` makes it; ``vmaudio serve`` runs it. Needs the extra ``vmaudio[web]``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vmaudio.web.app import create_app
    from vmaudio.web.config import Config

__all__ = ["Config", "create_app"]


def __getattr__(name: str) -> Any:
    if name == "create_app":
        from vmaudio.web.app import create_app

        return create_app
    if name == "Config":
        from vmaudio.web.config import Config

        return Config
    raise AttributeError(name)
