"""What is past the retention period is deleted once a day, while the web app runs."""

from __future__ import annotations

import logging
import threading

from vmaudio.errors import VmaudioError
from vmaudio.privacy import copies_of, due_before, find_older, forget, has_traces
from vmaudio.web.context import Web

log = logging.getLogger(__name__)

DAY_S = 24 * 3600.0


def delete_due(web: Web) -> int:
    """Delete what is past the retention period now.

    Args:
        web: The app.

    Returns:
        How many messages were deleted; 0 where no period is set.
    """
    before = due_before()
    if before is None:
        return 0
    found = find_older(web.store, before)
    if found or has_traces(web.store, before=before):
        for message_id in (*found, *copies_of(web.store, found, before=before)):
            web.jobs.delete_kept(message_id)
        forget(web.store, found, before=before, folder=web.config.folder)
        log.warning("%d messages were past the retention period and are deleted.", len(found))
    return len(found)


class Daily(threading.Thread):
    """Deletes at the start and then once a day, until it is stopped."""

    def __init__(self, web: Web) -> None:
        """Prepare; `start` begins.

        Args:
            web: The app.
        """
        super().__init__(name="vmaudio retention", daemon=True)
        self._web, self._stopped = web, threading.Event()

    def run(self) -> None:
        """Delete, and wait a day."""
        while True:
            try:
                delete_due(self._web)
            except VmaudioError as error:  # the database is locked, say: tomorrow is another day
                log.error("What is past the retention period could not be deleted: %s", error)
            if self._stopped.wait(DAY_S):
                return

    def stop(self) -> None:
        """End before the next round."""
        self._stopped.set()
        if self.is_alive():
            self.join(10)
