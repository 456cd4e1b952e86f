"""The database: where it lies, its connection, and the version of its tables."""

from __future__ import annotations

import datetime
import json
import math
import os
from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from vmaudio.errors import StoreError
from vmaudio.store import migrate
from vmaudio.store.faults import explain_faults
from vmaudio.store.tables import HEAD


class TablesError(StoreError):
    """The database has tables of another version."""


class Database:
    """An open database. Safe to use from several threads; one process should write at a time.

    Args:
        engine: SQLAlchemy's engine.
        shown: its URL without a password, for messages.
    """

    def __init__(self, engine: Engine, shown: str) -> None:
        self.engine, self.shown = engine, shown

    def begin(self) -> AbstractContextManager[Connection]:
        """A connection in one transaction: committed at the end of the block, rolled back by an exception."""
        return self.engine.begin()

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def __enter__(self) -> Self:
        """The store itself, closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self.close()


def utc_now() -> str:
    """This moment in ISO 8601, UTC, to the second."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")


def default_path() -> Path:
    """The SQLite file in the user's data folder."""
    import platformdirs

    return Path(platformdirs.user_data_dir("vmaudio", appauthor=False)) / "vmaudio.sqlite"


def put(
    connection: Connection,
    table: Any,
    key: Mapping[str, Any],
    values: Mapping[str, Any],
    only_new: Mapping[str, Any] | None = None,
) -> None:
    """Insert or update one row.

    Args:
        connection: in a transaction.
        table: the table.
        key: values by which the row is found; no two rows can have the same.
        values: its other values.
        only_new: values that only a new row gets.
    """
    # in one statement, so that of two programs that write the same row at once neither fails
    row = insert_into(connection, table).values(**key, **values, **(only_new or {}))
    connection.execute(row.on_conflict_do_update(index_elements=list(key), set_=dict(values or key)))


def insert_into(connection: Connection, table: Any) -> Any:
    """An insert that can say what becomes of a row that is there: ``on_conflict_do_update`` is each database's own.

    Args:
        connection: to the database.
        table: the table.
    """
    made: Any = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}[connection.dialect.name]
    return made(table)


def _to_url(where: str) -> URL:
    if "://" in where:
        try:
            url = make_url(where)
        except (SQLAlchemyError, ValueError) as error:  # ValueError: a port that is no number
            # what was given may hold a password, and the error quotes it
            shown = f"'{where.partition('://')[0]}://...'"
            raise StoreError(f"{shown} is not a database URL. Write sqlite:///path or postgresql://user@host/name.") from error
        if url.get_backend_name() not in ("sqlite", "postgresql", "postgres"):
            raise StoreError(f"{url.get_backend_name()!r} is no database that vmaudio knows. Use SQLite or PostgreSQL.")
        return url
    return URL.create("sqlite", database=str(Path(where).expanduser() if where else default_path()))


def shown_url(where: str) -> str:
    """A database's URL as it may be shown; nothing is opened.

    Args:
        where: a path or a URL; "" is the user's own database.

    Returns:
        The URL without its password.

    Raises:
        StoreError: it is no URL.
    """
    return _shown(_to_url(where))


def _shown(url: URL) -> str:
    """Without the password before the @, and without what may be one behind the ?."""
    secret = [name for name in url.query if "pass" in name.lower()]
    return url.difference_update_query(secret).render_as_string(hide_password=True)


def connect(where: str, *, migrate_old: bool, read_only: bool = False) -> tuple[Engine, str]:
    """Open a database, creating it when it is not there, with tables of today's version.

    Args:
        where: a path or a URL; "" is the user's own database.
        migrate_old: bring tables of an older version up to date.
        read_only: let nothing be changed, and make nothing.

    Returns:
        SQLAlchemy's engine, and the URL without its password, to be shown.

    Raises:
        StoreError: it cannot be opened, is no database, needs a driver that is not installed, or has tables of another version.
    """
    url = _to_url(where)
    shown = _shown(url)
    if read_only and url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        raise StoreError(f"There is no database at {shown}. Run `vmaudio batch`, or give another with --db.")
    try:
        engine = _engine(url, read_only=read_only, others_write=True)
        explain_faults(engine, shown)
        with engine.begin() as connection:
            current = migrate.revision(connection)
            if read_only:
                if current is None:
                    raise StoreError(f"{shown} has no tables of vmaudio yet. Run `vmaudio batch`, or give another with --db.")
                _refuse_other(current, shown)
            elif current is None or (current != HEAD and migrate_old and current in migrate.known_revisions()):
                migrate.upgrade(connection)
            else:
                _refuse_other(current, shown)
    except StoreError:
        raise
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise _not_opened(error, shown) from error
    return engine, shown


def examine_tables(where: str) -> str:
    """Look whether a database can be used; nothing is made or changed, and one that is not there yet can be made.

    Args:
        where: a path or a URL; "" is the user's own database.

    Returns:
        Its URL without the password.

    Raises:
        TablesError: it has tables of another version.
        StoreError: it cannot be opened, is no database, or needs a driver that is not installed.
    """
    url = _to_url(where)
    shown = _shown(url)
    if url.get_backend_name() == "sqlite" and not (url.database and Path(url.database).is_file()):
        return shown
    try:
        engine = _engine(url, read_only=True)
        with engine.connect() as connection:
            current = migrate.revision(connection)
        engine.dispose()
    except (SQLAlchemyError, OSError, ImportError) as error:
        raise _not_opened(error, shown) from error
    if current is not None:
        _refuse_other(current, shown)
    return shown


def _refuse_other(current: str, shown: str) -> None:
    """Raise TablesError for tables of another version than today's."""
    if current != HEAD and current not in migrate.known_revisions():
        raise TablesError(f"{shown} was written by a newer vmaudio (tables {current}). Install that version.")
    if current != HEAD:
        raise TablesError(f"{shown} has tables of an older version ({current}). Run: vmaudio --db {shown} db upgrade")


def _not_opened(error: Exception, shown: str) -> StoreError:
    """What is said of a database that cannot be opened."""
    if isinstance(error, ImportError):
        return StoreError(f"The database {shown} needs a driver that is not installed: {error}. Install it with pip.")
    cause = str(error.orig) if isinstance(error, DBAPIError) and error.orig else str(error)
    return StoreError(f"The database {shown} cannot be opened: {cause}. Give another with --db, or set VMAUDIO_DB.")


def _engine(url: URL, *, read_only: bool = False, others_write: bool = False) -> Engine:
    if url.get_backend_name() != "sqlite":
        if url.drivername in ("postgresql", "postgres"):
            url = url.set(drivername="postgresql+psycopg")
        return _server(url, read_only=read_only)
    if url.database and url.database != ":memory:":
        path = Path(url.database)
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_file() and (read_only or not _may_write(path)):
            url = _read_only(url, path, others_write=others_write and _may_write(path))
        if not url.query:
            # created here, for the owner alone: recordings are other people's voices
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    pragmas = ["foreign_keys=ON", "busy_timeout=30000"]
    if not url.query:
        # WAL: readers do not wait for the writer, and a killed process loses no committed row
        pragmas += ["journal_mode=WAL", "synchronous=NORMAL", "secure_delete=ON"]
    engine = create_engine(url, connect_args={"timeout": 30}, hide_parameters=True, json_serializer=to_json)

    @event.listens_for(engine, "connect")
    def _pragmas(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows only the letters of English: a search for "école" shall find "École"
        connection.create_function("lower", 1, _lower, deterministic=True)

    return engine


def _server(url: URL, *, read_only: bool) -> Engine:
    # pre_ping: a server that was started again meanwhile costs no error
    engine = create_engine(url, hide_parameters=True, pool_pre_ping=True, json_serializer=to_json)

    @event.listens_for(engine, "connect")
    def _texts(connection: Any, _record: Any) -> None:
        from psycopg.types.string import StrDumperUnknown

        class WithoutZero(StrDumperUnknown):
            """PostgreSQL takes no character 0 in a text, and a mail may have one; SQLite keeps it."""

            def dump(self, obj: str) -> Any:
                return super().dump(obj.replace("\x00", ""))

        connection.adapters.register_dumper(str, WithoutZero)
        if read_only:  # each transaction begins as READ ONLY
            connection.read_only = True

    return engine


def to_json(value: Any) -> str:
    """JSON as every database takes it.

    Args:
        value: plain values.

    Returns:
        The text. NaN and the infinities, for which JSON has no word, are null.
    """
    try:
        return json.dumps(value, allow_nan=False)
    except ValueError:
        return json.dumps(_finite(value), allow_nan=False)


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)


def _read_only(url: URL, path: Path, *, others_write: bool) -> URL:
    # A database in WAL mode needs two files beside it even to be read, unless SQLite may take it as one that nobody changes.
    # What another program has written since and not yet put into the file itself lies in -wal, and must not be passed over.
    waiting = path.with_name(path.name + "-wal")
    unchanging = "" if others_write or (waiting.exists() and waiting.stat().st_size) else "&immutable=1"
    return url.set(database=f"file:{quote(str(path.absolute()))}", query={}).update_query_string(
        f"mode=ro{unchanging}&uri=true"
    )


def _lower(value: Any) -> Any:
    return value.lower() if isinstance(value, str) else value
