"""Names of files as exports write them: with a folder or without, with another ending, as a URL with a signature."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import unquote, urlsplit

_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def file_name(path: str, *, fold: bool = True) -> str:
    """The name of a file without its folder, and of a URL without what follows the ``?``.

    Args:
        path: a path of any system, or a URL.
        fold: without case, for comparing.

    Returns:
        The name; the whole text where it ends in a slash.
    """
    if "/" not in path and "\\" not in path:
        return path.casefold() if fold else path
    if "://" in path:
        with contextlib.suppress(ValueError):  # no URL, though it looks like one
            path = unquote(urlsplit(path).path) or path
    if "\\" in path and "/" not in path:
        path = path.replace("\\", "/")
    name = path.rpartition("/")[2] or path.rstrip("/").rpartition("/")[2] or path
    return name.casefold() if fold else name


def file_stem(path: str) -> str:
    """The name of a file without folder and ending, for comparing.

    Args:
        path: a path or a URL.
    """
    name = file_name(path)
    return _ENDING.sub("", name) or name


def path_tail(path: str) -> tuple[str, ...]:
    """The parts of a path, for comparing its last ones.

    Args:
        path: a path of any system, or a URL.
    """
    if "://" in path:
        path = path.partition("?")[0].partition("://")[2]
    return tuple(part.casefold() for part in path.replace("\\", "/").split("/") if part not in ("", "."))
