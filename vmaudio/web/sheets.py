"""The store's messages as columns, read once for each state of the store; and what was made of them, remembered."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, TimeoutError as Late
from typing import Any, TypeVar

from vmaudio.report import KeptSheet, Sheet
from vmaudio.store import Store

log = logging.getLogger(__name__)

MOST_KEPT = 24
"""Most reports that are remembered."""

PATIENCE_S = 0.05
"""So long a page waits for what takes long, before it is sent without it."""

_T = TypeVar("_T")


class Sheets:
    """The newest sheet of a store, and reports of it.

    Args:
        store: the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._kept: KeptSheet | None = None
        self._sheet: Sheet | None = None
        self._made: OrderedDict[Hashable, Any] = OrderedDict()
        self._waiting: dict[Hashable, Future[Any]] = {}
        self._pool = ThreadPoolExecutor(1, "vmaudio report")

    def current(self) -> Sheet:
        """The sheet of the store as it is now; read again only as far as something has changed."""
        with self._lock:
            if self._kept is None:
                self._kept = KeptSheet(self._store)
            now = self._kept.now()
            if now is not self._sheet:
                self._sheet = now
                self._made.clear()
                for old in self._waiting.values():
                    old.cancel()  # nobody waits for what has not begun: it is of another state
                self._waiting.clear()
            return now

    def words(self, sheet: Sheet) -> Callable[[str], Collection[str]] | None:
        """Where words of transcripts are looked for without the database.

        Args:
            sheet: the messages.

        Returns:
            Gives the ids of the messages with some words; None where they are not kept.
        """

        with self._lock:
            kept = self._kept.keep_words() if self._kept is not None and self._sheet is sheet else None
        if kept is None:
            return None
        words = kept

        def find(text: str) -> Collection[str]:
            with self._lock:
                return words.find(text)

        return find

    def warm(self) -> None:
        """Read the sheet in the background, so that the first page need not wait for it."""

        def read() -> None:
            try:
                self.words(self.current())
            except Exception:  # the page that needs it will say why
                log.exception("the messages could not be read ahead")

        self._pool.submit(read)

    def remembered(self, key: Hashable, sheet: Sheet, make: Callable[[], _T]) -> _T:
        """What was made of a sheet; made now if it was not.

        Args:
            key: of what is made.
            sheet: the sheet that it is made of.
            make: makes it.

        Returns:
            The made thing.
        """
        with self._lock:
            if key in self._made and self._sheet is sheet:
                self._made.move_to_end(key)
                found: _T = self._made[key]
                return found
        made = make()
        with self._lock:
            if self._sheet is sheet:
                self._made[key] = made
                while len(self._made) > MOST_KEPT:
                    self._made.popitem(last=False)
        return made

    def later(self, key: Hashable, sheet: Sheet, make: Callable[[], _T], wait_s: float | None = PATIENCE_S) -> _T | None:
        """The same for what takes long: made in the background.

        Args:
            key: of what is made.
            sheet: the sheet that it is made of.
            make: makes it.
            wait_s: so long to wait; None is until it is made.

        Returns:
            The made thing; None where it is not made yet.
        """
        with self._lock:
            future = self._waiting.get(key) if self._sheet is sheet else None
            if future is None:
                future = self._pool.submit(make)
                self._waiting[key] = future
                for old in list(self._waiting)[:-MOST_KEPT]:
                    self._waiting.pop(old).cancel()
        try:
            found: _T = future.result(wait_s)
            return found
        except Late:
            return None
        except CancelledError:  # the store has changed while this page waited
            return make()

    def is_made(self, key: Hashable, sheet: Sheet) -> bool:
        """Whether what takes long is made already.

        Args:
            key: of what is made.
            sheet: the sheet that it is made of.

        Returns:
            True where `later` has it at once.
        """
        with self._lock:
            future = self._waiting.get(key) if self._sheet is sheet else None
            return future is not None and future.done()

    def stop(self) -> None:
        """Begin nothing more in the background; what is being made there is not waited for."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        if self._kept is not None:  # not behind the lock: what is being read is not waited for either
            self._kept.close()
