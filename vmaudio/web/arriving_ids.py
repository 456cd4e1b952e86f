"""Ids of recordings on their way, so that what is sent twice is taken once."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from vmaudio.store import Claims


@dataclass(slots=True)
class Arriving:
    """Ids of recordings that were taken and are not analysed yet; ``claims`` keeps other servers off them meanwhile."""

    ids: set[str] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)
    claims: Claims | None = None

    def begin(self, message_id: str) -> bool:
        """Note an id.

        Args:
            message_id: the id.

        Returns:
            False where it was there.
        """
        with self.lock:
            if message_id in self.ids:
                return False
            self.ids.add(message_id)
            return True

    def end(self, message_id: str) -> None:
        """Forget an id.

        Args:
            message_id: the id.
        """
        with self.lock:
            self.ids.discard(message_id)
