"""How often somebody may do something: so many times in so many seconds."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING

from vmaudio.errors import VmaudioError

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

MOST_CALLERS = 10_000
"""Callers remembered at once; beyond that the oldest are forgotten, so that memory stays bounded."""

SITE_BITS = 64
"""Of an IPv6 address so many bits are one site's: who has one such address has all of them (RFC 6177)."""


def counted_as(address: str) -> str:
    """By what a limit counts a visitor, however the address is written: an IPv6 address by its site, else by the address.

    Args:
        address: of the visitor; what is none is taken as it is.

    Returns:
        The address, without IPv6's clothes where it is an IPv4 one; of IPv6 the network, but for addresses of one's own wire.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    if found.is_link_local or found.is_loopback:
        return str(found)
    rest = 128 - SITE_BITS
    return str(ipaddress.IPv6Network((int(found) >> rest << rest, SITE_BITS)))


def caller_of(request: HTTPConnection) -> str:
    """By what a limit counts: the client's address, or its site.

    Args:
        request: any request.

    Returns:
        As `counted_as` says, or "?".
    """
    return counted_as(request.client.host if request.client else "?")


class TooOften(VmaudioError):
    """Somebody did something too often; ``retry_s`` says when to try again."""

    def __init__(self, what: str, retry_s: float) -> None:
        """Say what was done too often.

        Args:
            what: For example "uploads".
            retry_s: Seconds to wait.
        """
        super().__init__(f"Too many {what}. Try again in {math.ceil(retry_s)} seconds.")
        self.retry_s = retry_s


class Limit:
    """At most ``most`` times in ``window_s`` seconds for each caller."""

    def __init__(self, what: str, most: int, window_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with nothing counted.

        Args:
            what: What is limited, for the error message: "uploads", say.
            most: Most times in the window, for each caller.
            window_s: Length of the window in seconds.
            clock: Gives a time in seconds that never goes back.
        """
        self.what, self.most, self.window_s, self._clock = what, most, window_s, clock
        self._seen: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, caller: str) -> None:
        """Look whether the caller has used up the window; count nothing.

        Args:
            caller: Who, by address.

        Raises:
            TooOften: the window is used up.
        """
        with self._lock:
            seen = self._recent(caller)
            if len(seen) >= self.most:
                raise TooOften(self.what, seen[0] + self.window_s - self._clock())

    def count(self, caller: str) -> None:
        """Count once.

        Args:
            caller: Who, by address.
        """
        with self._lock:
            seen = self._recent(caller)
            seen.append(self._clock())
            self._seen.pop(caller, None)
            self._seen[caller] = seen  # the newest stand last
            while len(self._seen) > MOST_CALLERS:
                del self._seen[next(iter(self._seen))]

    def take_back(self, caller: str) -> None:
        """Uncount what was counted last.

        Args:
            caller: Who, by address.
        """
        with self._lock:
            seen = self._seen.get(caller)
            if seen:
                seen.pop()

    def use(self, caller: str) -> None:
        """Check, then count.

        Args:
            caller: Who, by address.

        Raises:
            TooOften: the window is used up.
        """
        self.check(caller)
        self.count(caller)

    def _recent(self, caller: str) -> deque[float]:
        seen = self._seen.get(caller, deque())
        while seen and seen[0] <= self._clock() - self.window_s:
            seen.popleft()
        return seen
