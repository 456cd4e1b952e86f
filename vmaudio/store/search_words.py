"""What a person typed into the search, as the database is asked for it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, select, type_coerce
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from vmaudio.errors import SettingError

MOST_TERMS = 10
MOST_TEXT = 200
"""Most words and characters of a text search: each word is one pass over the transcripts."""


def search_terms(text: str) -> list[str]:
    """The words to look for; what stands in double quotes is one.

    Args:
        text: as a person typed it.

    Returns:
        At most `MOST_TERMS` of the first `MOST_TEXT` characters.
    """
    found = [phrase or word for phrase, word in re.findall(r'"([^"]+)"|([^\s"]+)', clean(text)[:MOST_TEXT])]
    return [term for term in (term.strip() for term in found) if term][:MOST_TERMS]


def clean(text: str) -> str:
    """The text without what no transcript or name in a database can hold.

    Args:
        text: as a person typed it.
    """
    return text.replace("\x00", "").encode("utf-8", "ignore").decode()


def moment(text: str) -> str:
    """The day or moment as the store writes it; as text it sorts by time.

    Args:
        text: ISO 8601.

    Raises:
        SettingError: it is no date.
    """
    for kind in (datetime.date, datetime.datetime):
        try:
            return kind.fromisoformat(text.strip()).isoformat()
        except ValueError:
            continue
    raise SettingError(f"{text[:80]!r} is no date. Write it as 2026-03-01.")


def day_after(text: str) -> str:
    """The first moment that is later than a whole day.

    Args:
        text: a day, as `moment` gives it.
    """
    day = datetime.date.fromisoformat(text)
    return (day + datetime.timedelta(days=1)).isoformat() if day < datetime.date.max else "9999-12-32"


class json_texts(GenericFunction[str]):  # noqa: N801 - named like the functions of `sqlalchemy.func`
    """The texts of a JSON list, as rows with the column ``value``.

    Args:
        values: the texts.
    """

    inherit_cache = True

    def __init__(self, values: list[str]) -> None:
        super().__init__(type_coerce(values, JSON))


@compiles(json_texts)
def _each(element: Any, compiler: Any, **given: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **given)})"


@compiles(json_texts, "postgresql")
def _elements(element: Any, compiler: Any, **given: Any) -> str:
    return f"json_array_elements_text({compiler.process(element.clauses, **given)})"


def among(column: ColumnElement[Any], texts: Sequence[str]) -> ColumnElement[bool]:
    """Whether a column has one of very many texts: one list, as a statement may have fewer parameters than there are messages.

    Args:
        column: the column.
        texts: which texts.
    """
    return column.in_(select(json_texts(list(texts)).table_valued("value").c.value))
