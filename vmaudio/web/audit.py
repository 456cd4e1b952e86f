"""The log of who did what, written beside the answers: a look costs a page no time."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable

from vmaudio.errors import VmaudioError
from vmaudio.store import AuditEntry, Store, put_audit, seen_user, utc_now
from vmaudio.web.viewers import Viewer

log = logging.getLogger(__name__)

SAME_S = 600.0
"""The same look of the same user is written once in this time: a player asks for a sound in many parts."""

SEEN_S = 600.0
"""So often it is noted at most when a user was last here."""

MOST_REMEMBERED = 10_000
MOST_WAITING = 10_000
"""Most entries that wait to be written, when the database is slow or locked; what comes then is lost, as its log says."""

_END = object()


class Audit:
    """Writes entries in the background, in their order, many in one transaction when many wait.

    Args:
        store: the store.
        clock: gives a time in seconds that never goes back.
    """

    def __init__(self, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._store, self._clock = store, clock
        self._waiting: queue.Queue[object] = queue.Queue(MOST_WAITING)
        self._last: dict[tuple[object, ...], float] = {}
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    def note(
        self, viewer: Viewer, action: str, kind: str = "", subject: str | None = None, *, who: str = "", once: bool = False
    ) -> None:
        """Write that somebody did something.

        Args:
            viewer: who.
            action: what.
            kind: of what it is about: "message", "rep", "user", or nothing.
            subject: its id or name.
            who: for somebody who is no user: "(password)", say.
            once: leave it out when the same was written a short while ago.
        """
        if once and not self._is_new((viewer.user_id, who, action, kind, subject), SAME_S):
            return
        entry = AuditEntry(utc_now(), viewer.user_id or None, viewer.name or who or "(nobody)", action, kind, subject)
        self._put(entry)

    def seen(self, user_id: int) -> None:
        """Note that a user is here.

        Args:
            user_id: the user's number.
        """
        if self._is_new(("seen", user_id), SEEN_S):
            self._put(user_id)

    def flush(self) -> None:
        """Wait until all is written that was noted so far."""
        if self._thread is not None:
            self._waiting.join()

    def stop(self) -> None:
        """Write what waits, and end."""
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._waiting.put(_END)
            thread.join(10)

    def _is_new(self, key: tuple[object, ...], seconds: float) -> bool:
        now = self._clock()
        with self._lock:
            last = self._last.pop(key, None)
            new = last is None or now - last > seconds
            self._last[key] = now if new else last or now
            while len(self._last) > MOST_REMEMBERED:
                del self._last[next(iter(self._last))]
        return new

    def _put(self, what: object) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="vmaudio log", daemon=True)
                self._thread.start()
        try:
            self._waiting.put_nowait(what)
        except queue.Full:
            log.error("The log cannot be written, and %d entries wait already: one is lost.", MOST_WAITING)

    def _work(self) -> None:
        ended = False
        while not ended:
            found = [self._waiting.get()]
            while not self._waiting.empty() and len(found) < 500:
                found.append(self._waiting.get())
            ended = _END in found
            try:
                put_audit(self._store, [one for one in found if isinstance(one, AuditEntry)])
                for user_id in {one for one in found if isinstance(one, int)}:
                    seen_user(self._store, user_id)
            except VmaudioError as error:  # the disk is full, say: the pages go on
                log.error("%d entries of the log could not be written: %s", len(found), error)
            except Exception:
                log.exception("%d entries of the log could not be written", len(found))
            finally:
                for _ in found:
                    self._waiting.task_done()
