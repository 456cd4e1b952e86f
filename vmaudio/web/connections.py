"""Connections that say nothing, or very slowly, and one visitor's hundreds of them must not shut others out.

uvicorn waits for ever for a first request and for the rest of a body; it counts such connections towards its limit.
"""

from __future__ import annotations

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from vmaudio.web.limits import counted_as

SILENT_S = 10.0
"""A connection that sends nothing for so long, while something is due from it, is closed. A telephone in a tunnel takes 3."""

REQUEST_S = 20.0
"""A request's head must be there after so long: one that trickles in, a letter at a time, never is."""

MOST_PER_PEER = 60
"""Connections from one address: a browser opens 6 to a host, and a team behind one address has a dozen of them."""


class Connections:
    """Open connections by address."""

    def __init__(self, most: int = MOST_PER_PEER, proxies: Sequence[str] = ()) -> None:
        """Start with none.

        Args:
            most: Most connections from one address.
            proxies: Addresses or networks of proxies, behind which everybody stands: for them there is no limit.

        Raises:
            ValueError: a proxy is no address and no network.
        """
        self.most = most
        self._proxies = [ipaddress.ip_network(one) for one in proxies]
        # as a server sees IPv4 that listens on IPv6 for both
        clothed = [f"::ffff:{one.network_address}/{96 + one.prefixlen}" for one in self._proxies if one.version == 4]
        self._proxies += [ipaddress.ip_network(one) for one in clothed]
        self._open: Counter[str] = Counter()

    @property
    def proxies(self) -> list[str]:
        """The networks of the proxies, in each way in which a server may see their addresses."""
        return [str(one) for one in self._proxies]

    def enter(self, peer: str) -> bool:
        """Count a new connection.

        Args:
            peer: Its address.

        Returns:
            False when the address has too many already; then it is not counted.
        """
        site = counted_as(peer)
        if self._open[site] >= self.most and not self._is_proxy(peer):
            return False
        self._open[site] += 1
        return True

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def leave(self, peer: str) -> None:
        """A counted connection has ended.

        Args:
            peer: Its address.
        """
        site = counted_as(peer)
        self._open[site] -= 1
        if not self._open[site]:
            del self._open[site]


def protocol(connections: Connections, *, silent_s: float = SILENT_S, request_s: float = REQUEST_S) -> type[H11Protocol]:
    """A protocol for uvicorn that closes what is silent, and refuses too many connections from one address.

    Args:
        connections: Counts them, for the whole server.
        silent_s: Longest silence while a request is due, in seconds.
        request_s: Longest time for the head of a request, in seconds.

    Returns:
        The class that `uvicorn.Config` takes as ``http``.
    """

    class Timed(H11Protocol):
        """uvicorn's, with a clock."""

        _peer: str | None = None
        _timer: asyncio.TimerHandle | None = None
        _head_since: float | None = None

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            peer = self.client[0] if self.client else ""
            if not connections.enter(peer):
                transport.close()
                return
            self._peer, self._head_since = peer, self.loop.time()
            self._wind()

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            if self._timer is not None:
                self._timer.cancel()
            if self._peer is not None:
                connections.leave(self._peer)
                self._peer = None

        def data_received(self, data: bytes) -> None:
            if self._head_since is None:
                self._head_since = self.loop.time()
            super().data_received(data)
            self._wind()

        def on_response_complete(self) -> None:
            super().on_response_complete()
            self._head_since = None  # until another request begins, uvicorn's own keep-alive counts

        def _wind(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
            due = silent_s
            if self._head_since is not None and not self._is_answering():
                due = min(due, max(0.0, self._head_since + request_s - self.loop.time()))
            self._timer = self.loop.call_later(due, self._look)

        def _is_answering(self) -> bool:
            return self.cycle is not None and not self.cycle.response_complete

        def _look(self) -> None:
            if self.transport.is_closing():
                return
            if not self._is_answering():
                if self._head_since is not None:
                    self.transport.abort()
            elif self.cycle.more_body:
                if self.flow.read_paused:  # it is we who do not read on
                    self._wind()
                else:
                    self.transport.abort()
            # else an answer is made or sent: the visitor waits, or listens to a recording

    return Timed
