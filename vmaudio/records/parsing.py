"""JSON and TOML from files that somebody else may have written: what cannot be read is always a ValueError."""

from __future__ import annotations

import json
import tomllib
from typing import Any

_TOO_DEEP = "brackets are nested too deeply"


def parse_json(text: str | bytes) -> Any:
    """Parse JSON.

    Args:
        text: the document.

    Returns:
        What it holds.

    Raises:
        ValueError: it is no JSON, or valid and nested so deeply that Python's parser gives up.
    """
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None


def parse_toml(text: str) -> dict[str, Any]:
    """Parse TOML.

    Args:
        text: the document.

    Returns:
        Its tables.

    Raises:
        tomllib.TOMLDecodeError: it is no TOML, nested so deeply that Python's parser gives up, or has a number of thousands of
            digits; a ValueError.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise
    except RecursionError:
        raise tomllib.TOMLDecodeError(f"{_TOO_DEEP} (at end of document)") from None
    except ValueError:  # Python's limit, or a day such as 2026-02-31
        raise tomllib.TOMLDecodeError("a number or a date that is none (at end of document)") from None
