"""The connection to Ray: a cluster of somebody's, or one on this machine that nobody else can reach."""

from __future__ import annotations

import atexit
import functools
import os
import secrets
import signal
import sys
import threading
from typing import Any

from vmaudio.analysis.ray_folder import RayFolder
from vmaudio.errors import ExtraMissing, SettingError

STORE_BYTES = 256 << 20
"""Shared memory for recordings on their way to the actors of this machine, in bytes; more would go to the disk."""

_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # what the cluster says of nodes that die, Ray would else print between the lines that go to stdout
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".*",
}
_PRIVATE = {
    "RAY_enable_metrics_collection": "0",
    "RAY_AUTH_MODE": "token",
    # with "no cluster" Ray listens on 127.0.0.1; on Linux it would else listen on every address of the machine
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
    # Ray would run actors at niceness 15, so that beside any other work they get next to no processor
    "RAY_worker_niceness": "0",
    # at a SIGTERM while it starts Ray would wait half a minute for servers, of which there are none
    "RAY_GRACEFUL_SHUTDOWN_DRAIN_TIMEOUT_S": "0",
}


@functools.cache
def _token() -> str:
    """The word that Ray's processes on this machine show each other; Ray reads it once for each process."""
    return secrets.token_hex(32)


class RayCluster:
    """Connects to Ray once, and lets go of it.

    Args:
        address: ``host:port`` of a cluster's head, or "auto" for the one that this machine belongs to; "" starts Ray here, on
            loopback, without its dashboard, with a token that only its own processes know and a folder of this user's alone.
        cpus: processors that a Ray started here may count on.

    Raises:
        SettingError: the address is one of Ray Client's, which cannot stream results.
    """

    def __init__(self, address: str, cpus: int) -> None:
        if address.startswith("ray://"):
            raise SettingError(
                f"ray_address={address!r}: Ray Client does not stream results. Join this machine to the cluster"
                " (ray start --address=HOST:PORT) and give HOST:PORT, or auto."
            )
        self.address, self.cpus = address, cpus
        self._ray: Any = None
        self._folder: RayFolder | None = None

    def connect(self) -> Any:
        """Connect, unless that is done.

        Returns:
            The module ray.

        Raises:
            ExtraMissing: Ray is not installed.
            SettingError: there is no cluster at the address, or this process uses Ray already.
        """
        if self._ray is not None:
            return self._ray
        os.environ.update(_QUIET)
        if not self.address:
            if sys.modules.get("ray") is not None and os.environ.get("RAY_AUTH_TOKEN") != _token():
                raise SettingError(
                    "This process has loaded Ray already, and only at its loading can Ray be told to stay on loopback. Start a"
                    " Ray of your own and give ray_address='auto', or run vmaudio batch --on ray."
                )
            os.environ.update(_PRIVATE, RAY_AUTH_TOKEN=_token())
        try:
            import ray
        except ImportError:
            raise ExtraMissing("--on ray needs the package ray. Install it: pip install 'vmaudio[ray]'") from None
        if ray.is_initialized():
            raise SettingError("This process is connected to Ray already. Call ray.shutdown() first.")
        here: dict[str, Any] = {"address": self.address}
        if not self.address:
            self._folder = RayFolder()
            atexit.register(self.close)  # a command may be stopped between the key and the run
            here = {
                "address": "local", "_node_ip_address": "127.0.0.1", "include_dashboard": False, "num_cpus": self.cpus,
                # one further in: everybody may write to what Ray is given
                "_temp_dir": os.path.join(self._folder.path, "r"), "object_store_memory": STORE_BYTES,
            }  # fmt: skip
        main = threading.current_thread() is threading.main_thread()
        before = signal.getsignal(signal.SIGTERM) if main else None
        try:
            ray.init(**here, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, ValueError, RuntimeError, OSError) as error:
            self.close()
            where = f"ray_address={self.address!r}: " if self.address else ""
            said = (str(error).splitlines() or [type(error).__name__])[0]
            raise SettingError(f"{where}Ray cannot be reached ({said}). Is it running there? See ray status.") from None
        except SystemExit:  # Ray has answered a SIGTERM
            if hasattr(signal, "alarm"):
                signal.alarm(0)  # with which it would abort the process three seconds later
            if callable(before):
                before(signal.SIGTERM, None)
            raise
        finally:
            if main and before is not None:  # Ray takes SIGTERM, which is the command's to handle
                signal.signal(signal.SIGTERM, before)
        self._ray = ray
        return ray

    @property
    def free_cpus(self) -> int:
        """Processors of the connected cluster, at least 1."""
        return max(1, int(self.connect().cluster_resources().get("CPU", 1)))

    def close(self) -> None:
        """Let go of the cluster; a Ray started here ends, and its folder is deleted."""
        if sys.modules.get("ray") is not None:
            sys.modules["ray"].shutdown()
        self._ray = None
        atexit.unregister(self.close)
        if self._folder is not None:
            self._folder.delete()
            self._folder = None
