"""Which run is working on which recording: two runs on one database share the work instead of doing it twice.

A claim is a lease: it ends with the result, with the run, or some minutes after the run has stopped renewing it. A run on the
same machine whose process is gone has lost its claims at once, so that a run started after a crash need not wait.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from sqlalchemy import delete, insert, select, update

from vmaudio.errors import StoreError
from vmaudio.records import absolute_source
from vmaudio.store.tables import claimed

if TYPE_CHECKING:
    from vmaudio.store.database import Database

LEASE_S = 180.0
"""For how long a claim holds that is not renewed: a disk may hang for a minute, and nobody waits for an hour."""
RENEW_S = 30.0
"""How often a run renews its claims: five renewals may fail, as when the database is locked, before one is lost."""


class Claims:
    """The recordings that one run has taken upon itself. Use it in a ``with`` block; at its end all claims are given up.

    Args:
        database: where claims are kept.
        lease_s: for how long an unrenewed claim holds, in seconds.
        renew_s: how often claims are renewed, in seconds.
    """

    def __init__(self, database: Database, *, lease_s: float = LEASE_S, renew_s: float = RENEW_S) -> None:
        self._database, self._lease_s, self._renew_s = database, lease_s, renew_s
        self.holder = f"{socket.gethostname()[:60]}|{os.getpid()}|{secrets.token_hex(8)}"
        self._held: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renewing, name="vmaudio-claims", daemon=True)

    def __enter__(self) -> Self:
        """Begin to renew what is claimed."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Give up all claims."""
        self._stop.set()
        self._thread.join()
        with self._database.begin() as connection:
            connection.execute(delete(claimed).where(claimed.c.holder == self.holder))

    def take(self, sources: Sequence[str]) -> set[str]:
        """Claim recordings that no other run is working on.

        Args:
            sources: paths or URLs.

        Returns:
            Those of them that are ours now, or were before.
        """
        wanted = {absolute_source(source): source for source in sources}
        ours = self._claim(list(wanted))
        self._held |= ours
        return {wanted[source] for source in ours}

    def _claim(self, sources: list[str]) -> set[str]:
        until = time.time() + self._lease_s
        with self._database.begin() as connection:
            if connection.dialect.name == "postgresql":  # until the end of the transaction; reading goes on meanwhile
                connection.exec_driver_sql("LOCK TABLE claims IN SHARE ROW EXCLUSIVE MODE")
            # the first statement writes, so that in SQLite two runs cannot both find a recording free
            connection.execute(delete(claimed).where(claimed.c.until < time.time()))
            found = connection.execute(select(claimed.c.source, claimed.c.holder).where(claimed.c.source.in_(sources))).all()
            mine = {row.source for row in found if row.holder == self.holder}
            gone = {row.source for row in found if _is_gone(row.holder)}
            if gone:
                connection.execute(delete(claimed).where(claimed.c.source.in_(gone)))
            new = set(sources) - {row.source for row in found} | gone
            if new:
                connection.execute(insert(claimed), [{"source": one, "holder": self.holder, "until": until} for one in new])
        return mine | new

    def release(self, source: str) -> None:
        """Give up the claim on a recording whose result is stored.

        Args:
            source: its path or URL.
        """
        where = absolute_source(source)
        if where in self._held:
            self._held.discard(where)
            with self._database.begin() as connection:
                connection.execute(delete(claimed).where(claimed.c.source == where, claimed.c.holder == self.holder))

    def _renewing(self) -> None:
        while not self._stop.wait(self._renew_s):
            try:
                with self._database.begin() as connection:
                    mine = update(claimed).where(claimed.c.holder == self.holder)
                    connection.execute(mine.values(until=time.time() + self._lease_s))
            except StoreError:  # locked, or a server away for a moment: the next time will do, or the work is done twice
                continue


def _is_gone(holder: str) -> bool:
    """A run of this machine whose process has ended."""
    host, process, _ = holder.rsplit("|", 2)
    if os.name != "posix" or host != socket.gethostname()[:60] or not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except OSError:  # it runs for another user
        return False
    return False
