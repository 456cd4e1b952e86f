"""A PostgreSQL server for the tests: on loopback, in a temporary folder, as a user without rights, gone at the end.

One server serves a whole session; every test gets a database of its own, copied from one that has the tables already.
"""

from __future__ import annotations

import contextlib
import ctypes
import itertools
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from vmaudio.store import default_path, open_store, store

_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2): the server ends with the tests, also when they are killed

_ENOUGH = 4 << 30


def programs() -> Path | None:
    """The folder with the server's programs: on the path, or where Debian puts them."""
    found = shutil.which("initdb")
    if found is not None and shutil.which("postgres") is not None:
        return Path(found).resolve().parent
    return max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), default=None)


def why_not() -> str | None:
    """Why no server can be started here; None when one can."""
    if programs() is None:
        return "PostgreSQL is not installed; make test-postgres does it"
    try:
        import psycopg  # noqa: F401
    except ImportError:
        return "psycopg is not installed: pip install 'vmaudio[postgres]'"
    return None


def _room() -> str | None:
    """Memory where there is enough of it, as each database is a hundred files; else the folder for temporary files."""
    memory = Path("/dev/shm")  # noqa: S108
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > _ENOUGH else None


class PostgresServer:
    """A running server; `new_database` makes an empty database with vmaudio's tables.

    Args:
        on_disk: its files lie in the folder for temporary files, also where there is enough memory for them.
    """

    def __init__(self, *, on_disk: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="vmaudio-postgres-", dir=None if on_disk else _room()))
        self.password = secrets.token_urlsafe(12)
        self._counter = itertools.count()
        self._user = self._other_user()
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._create()
        self._process = self._start()
        self._run_sql("CREATE DATABASE template_vm")
        open_store(self.url("template_vm")).close()

    def _other_user(self) -> dict[str, str | int]:
        """PostgreSQL refuses to run as root: then it runs as Debian's user for it, else as nobody."""
        if os.getuid() != 0:
            return {}
        known = {entry.pw_name: entry for entry in pwd.getpwall()}
        entry = known.get("postgres") or known["nobody"]
        os.chown(self.folder, entry.pw_uid, entry.pw_gid)
        return {"user": entry.pw_uid, "group": entry.pw_gid}

    def _create(self) -> None:
        word = self.folder / "password"
        word.write_text(self.password)
        if self._user:
            os.chown(word, int(self._user["user"]), int(self._user["group"]))
        subprocess.run(
            [programs() / "initdb", "-D", self.folder / "data", "-U", "vm", "-A", "scram-sha-256", "--pwfile", word,
             "-E", "UTF8", "--locale", "C.UTF-8", "--no-sync"],
            check=True, stdout=subprocess.DEVNULL, cwd=self.folder, extra_groups=[] if self._user else None, **self._user,
        )  # fmt: skip
        word.unlink()

    def _start(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "max_connections": 60,
            "shared_buffers": "32MB", "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
            "autovacuum": "off", "deadlock_timeout": "200ms",
        }  # fmt: skip
        with (self.folder / "log").open("wb") as log:
            given = [f"--{name}={value}" for name, value in settings.items()]
            process = subprocess.Popen(
                [programs() / "postgres", "-D", self.folder / "data", *given],
                stdout=log, stderr=log, cwd=self.folder, extra_groups=[] if self._user else None, **self._user,
                preexec_fn=lambda: ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGINT),
            )  # fmt: skip
        end = time.monotonic() + 60
        while time.monotonic() < end and process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                self._run_sql("SELECT 1", process)
            except OSError:
                time.sleep(0.05)
            else:
                return process
        raise RuntimeError(f"PostgreSQL did not start: {(self.folder / 'log').read_text()}")

    def _run_sql(self, statement: str, starting: subprocess.Popen[bytes] | None = None) -> None:
        import psycopg

        try:
            with psycopg.connect(
                host="127.0.0.1", port=self.port, user="vm", password=self.password, dbname="postgres", autocommit=True
            ) as connection:
                connection.execute(statement)  # type: ignore[arg-type]
        except psycopg.OperationalError as error:
            raise (OSError(str(error)) if starting else error) from error

    def url(self, database: str) -> str:
        """The URL of a database, with its password."""
        return f"postgresql://vm:{self.password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, *, tables: bool = True) -> str:
        """Make a database.

        Args:
            tables: with vmaudio's tables of today; else empty.

        Returns:
            Its URL, with a password.
        """
        name = f"t{next(self._counter)}"
        self._run_sql(f"CREATE DATABASE {name}" + (" TEMPLATE template_vm" if tables else ""))
        return self.url(name)

    def stop(self) -> None:
        """End the server and delete its files."""
        self._process.send_signal(signal.SIGQUIT)  # at once: nothing in it is needed any more
        self._process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def stores_on(server: PostgresServer) -> Iterator[None]:
    """Let whatever opens a store by a path get a database on the server: the same one for the same path.

    Args:
        server: a running server.

    Yields:
        Nothing. Files that are there already, as of an older version, stay SQLite.
    """
    made: dict[Path, str] = {}
    connect = store.connect

    def elsewhere(where: str, *, migrate_old: bool, read_only: bool = False) -> tuple[Engine, str]:
        if "://" not in where:
            path = Path(where or default_path()).expanduser().absolute()
            if path.exists():
                return connect(where, migrate_old=migrate_old, read_only=read_only)
            if path not in made:
                made[path] = server.new_database()
            where = made[path]
        return connect(where, migrate_old=migrate_old, read_only=read_only)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "connect", elsewhere)
        yield
