"""The copies of what is forgotten: the same words under another path, which would otherwise stay."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from sqlalchemy import select

from vmaudio.duplicates import stored_copies
from vmaudio.store import Store, messages


def copies_of(
    store: Store, message_ids: Sequence[str], *, person: bool = False, before: datetime.datetime | None = None
) -> list[str]:
    """The messages that go with others when those are deleted: the same bytes, or the same sound in another format.

    Another send of one recording, to another prospect say, is no copy.

    Args:
        store: an open store; it is only read.
        message_ids: of the messages that are to be deleted.
        person: they are a person's. Then a message goes too of which one of them is the copy: it is the person's as well,
            though not noted as that.
        before: they are older than this moment. Then copies go whose sending time is not known; what is known to be sent
            later is kept.

    Returns:
        The ids of the others, sorted.
    """
    if not message_ids:
        return []
    asked, either = set(message_ids), person or before is not None
    copies = stored_copies(store, with_outcomes=True)
    counting = {copies.get(message_id, message_id) for message_id in asked} if either else asked
    found = {copy for copy, of in copies.items() if of in counting}
    found |= counting if either else set()
    found -= asked
    if before is not None and found:
        with store.engine.connect() as connection:
            dated = connection.execute(select(messages.c.message_id).where(messages.c.sent_at.is_not(None))).scalars()
            found -= set(dated)
    return sorted(found)
