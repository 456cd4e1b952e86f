"""How an uploaded table is to be read, as the fields of a form: the same for outcomes alone and for a whole folder."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form

from vmaudio.web.tables import HowRead


def asked_by_form(
    mapping: Annotated[str, Form(max_length=2000, description="FIELD=COLUMN, ... for other names of columns")] = "",
    dates: Annotated[str, Form(pattern="^(auto|mdy|dmy)$", description="order in dates such as 3/4/2026")] = "auto",
    as_of: Annotated[str, Form(max_length=40, description="when the file was exported")] = "",
    words: Annotated[str, Form(max_length=2000, description="WORD=MEANING, ... for words of the disposition")] = "",
) -> HowRead:
    """The fields of a form as the options of ``vmaudio outcomes import``.

    Args:
        mapping: Other names of columns.
        dates: "auto", "mdy" or "dmy".
        as_of: Day of the export.
        words: What words of the disposition mean.

    Returns:
        How to read.
    """
    return HowRead(mapping, dates, as_of, words)


AskedByForm = Annotated[HowRead, Depends(asked_by_form)]
