"""Which route a request goes to, known before its body is read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from starlette.routing import Route, compile_path
from starlette.types import Scope


@dataclass(frozen=True, slots=True)
class Found:
    """The route of a request.

    Attributes:
        template: its path as it is declared.
        parameters: the parts of the path by name.
    """

    template: str
    parameters: dict[str, str]


def routes_in(routes: Iterable[Any]) -> Iterator[Route | Any]:
    """All routes of an app, in the order in which they are tried, however its routers are nested.

    Args:
        routes: of the app.

    Yields:
        Each route that has a path and methods.
    """
    for route in routes:
        if getattr(route, "path", None) is not None and getattr(route, "methods", None):
            yield route
        inner = getattr(route, "original_router", None)  # FastAPI keeps routers that were included as one route
        if inner is not None:
            yield from routes_in(inner.routes)


class Routes:
    """The routes of an app.

    Args:
        routes: of the app, when all are there.
    """

    def __init__(self, routes: Iterable[Any]) -> None:
        self._known: list[tuple[re.Pattern[str], frozenset[str], str]] = [
            (compile_path(route.path)[0], frozenset(route.methods or ()), route.path) for route in routes_in(routes)
        ]

    def find(self, scope: Scope) -> Found | None:
        """The route that will answer.

        Args:
            scope: of the request.

        Returns:
            The route; None where none fits path and method, and the answer is 404 or 405.
        """
        path, method = scope["path"], "GET" if scope["method"] == "HEAD" else scope["method"]
        for pattern, methods, template in self._known:
            match = pattern.match(path)
            if match and method in methods:
                return Found(template, match.groupdict())
        return None
