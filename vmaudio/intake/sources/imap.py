"""A mailbox on an IMAP server: its mails with recordings copied into a folder, from which they are read like any others.

The only reader that opens a connection, and only when a user asks for it by name. It is encrypted, and the certificate is
checked; the mailbox is opened for reading (EXAMINE, BODY.PEEK), so nothing is marked as read, moved or deleted; and of mails
without a recording nothing but size and structure is fetched.
"""

from __future__ import annotations

import contextlib
import datetime
import imaplib
import os
import re
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vmaudio.errors import SettingError, SourceUnreachable
from vmaudio.intake.sources.mails import MOST_BYTES
from vmaudio.intake.sources.sounds import SOUND_ENDINGS
from vmaudio.store import write_private

PASSWORD_VARIABLE = "VMAUDIO_IMAP_PASSWORD"
"""The environment variable with the password."""

TIMEOUT_S = 60.0
_PORTION = 200
_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_RECORDING = re.compile(
    rb'"audio"|"video" "3gpp"|\.(?:' + "|".join(sorted(re.escape(one) for one in SOUND_ENDINGS)).encode() + rb')"', re.I
)
_ENCODED_NAME = re.compile(rb'"=\?[^"]*\?="')


@dataclass(frozen=True, slots=True)
class ImapServer:
    """Where a mailbox is, and how to get in.

    Args:
        host: name of the server.
        user: name of the account.
        password: its password.
        port: 993 for TLS from the first byte; with ``starttls`` usually 143.
        starttls: begin in the clear and turn encryption on before the password is sent.
        ca_file: certificate of an authority of one's own; None trusts those that the system does.
    """

    host: str
    user: str
    password: str
    port: int = 993
    starttls: bool = False
    ca_file: str | None = None


@dataclass(slots=True)
class Fetched:
    """What `fetch_mails` did: mails copied now, there already, without a recording, and larger than the limit."""

    copied: int = 0
    known: int = 0
    without: int = 0
    too_large: int = 0


def imap_password(host: str, user: str) -> str:
    """The password of a mailbox: from ``VMAUDIO_IMAP_PASSWORD``, else from the system's keyring.

    Args:
        host: name of the server; in the keyring the service is "vmaudio imap HOST".
        user: name of the account.

    Returns:
        The password.

    Raises:
        SettingError: neither has one.
    """
    if password := os.environ.get(PASSWORD_VARIABLE, "").strip("\r\n"):
        return password
    with contextlib.suppress(Exception):  # not installed, locked, or no keyring on this system: the sentence below helps
        import keyring

        if stored := keyring.get_password(f"vmaudio imap {host}", user):
            return stored
    raise SettingError(
        f"There is no password for {user} at {host}. Set {PASSWORD_VARIABLE}, or run:"
        f' pip install "vmaudio[mail]" && keyring set "vmaudio imap {host}" {user}'
    )


def fetch_mails(server: ImapServer, to: Path, *, mailbox: str = "INBOX", since: datetime.date | None = None) -> Fetched:
    """Copy the mails with recordings of a mailbox into a folder, each as a .eml file; those that are there are not fetched.

    Args:
        server: the server and account.
        to: the folder; it is made where it is missing, for this user alone.
        mailbox: name of the mailbox, such as "INBOX" or "Voicemail".
        since: only mails of this day and later.

    Returns:
        What was done.

    Raises:
        SourceUnreachable: the server cannot be reached, is not the one that it says it is, or refuses.
        SettingError: the mailbox's name cannot be one.
    """
    if not mailbox.isascii() or not mailbox.isprintable():
        raise SettingError(f"The mailbox {mailbox[:80]!r} must be named in ASCII, as the server lists it.")
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    done = Fetched()
    with _connected(server) as connection:
        quoted = '"' + mailbox.replace("\\", "\\\\").replace('"', '\\"') + '"'
        _ok(server, connection.select(quoted, readonly=True), f"has no mailbox {mailbox!r}, or does not open it")
        validity = (connection.response("UIDVALIDITY")[1] or [b"0"])[0] or b"0"
        stem = re.sub(r"\W+", "_", f"{server.host}_{server.user}_{mailbox}")[:120] + f"_{int(validity)}"
        day = () if since is None else ("SINCE", imaplib.Time2Internaldate(_noon(since)).strip('"').split(" ")[0])
        found = _ok(server, connection.uid("SEARCH", *(day or ("ALL",))), "does not search")
        uids = [uid for line in found if line for uid in line.split()]
        for start in range(0, len(uids), _PORTION):
            for uid, size, has_recording in _look(server, connection, uids[start : start + _PORTION]):
                target = to / f"{stem}_{uid}.eml"
                if not has_recording:
                    done.without += 1
                elif target.exists():
                    done.known += 1
                elif size > MOST_BYTES:
                    done.too_large += 1
                else:
                    write_private(target, _mail(server, connection, uid))
                    done.copied += 1
    return done


@contextlib.contextmanager
def _connected(server: ImapServer) -> Iterator[imaplib.IMAP4]:
    where = f"{server.host}:{server.port}"
    try:
        context = ssl.create_default_context(cafile=server.ca_file)
        if server.starttls:
            connection = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT_S)
            connection.starttls(context)
        else:
            connection = imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=TIMEOUT_S)
    except ssl.SSLError as error:
        why = getattr(error, "verify_message", "") or error.reason or "no TLS"
        raise SourceUnreachable(
            f"{where} cannot be trusted ({why}). Give the certificate of its authority with --ca, or check the port."
        ) from error
    except (imaplib.IMAP4.error, OSError) as error:
        raise SourceUnreachable(f"{where} cannot be reached ({error}). Check the host, the port and the network.") from error
    try:
        try:
            _log_in(connection, server)
        except imaplib.IMAP4.error as error:
            raise SourceUnreachable(
                f"{where} refuses {server.user} ({_said(error.args)}). Check the password; many providers want one that is made"
                " for programs."
            ) from None
        yield connection
    except (imaplib.IMAP4.abort, OSError) as error:
        raise SourceUnreachable(
            f"The connection to {where} broke off ({error}). Run it again: it goes on where it was."
        ) from error
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            connection.logout()


def _log_in(connection: imaplib.IMAP4, server: ImapServer) -> None:
    """By AUTH=PLAIN where the server has it, since LOGIN takes neither spaces in a name nor letters beyond ASCII."""
    if "AUTH=PLAIN" in connection.capabilities:
        connection.authenticate("PLAIN", lambda _challenge: f"\0{server.user}\0{server.password}".encode())
    elif server.user.isascii() and server.password.isascii():
        connection.login('"' + server.user.replace("\\", "\\\\").replace('"', '\\"') + '"', server.password)
    else:
        raise imaplib.IMAP4.error("the server takes no name or password with letters beyond ASCII")


def _look(server: ImapServer, connection: imaplib.IMAP4, uids: Sequence[bytes]) -> Iterator[tuple[int, int, bool]]:
    """Of each mail the uid, its size in bytes, and whether its structure has a recording in it."""
    answer = _ok(server, connection.uid("FETCH", b",".join(uids).decode(), "(UID RFC822.SIZE BODYSTRUCTURE)"), "lists no mails")
    text = b"\n".join(b"".join(part) if isinstance(part, tuple) else part or b"" for part in answer)
    for one in re.split(rb"(?m)^(?=\d+ \()", text):
        uid, size = _UID.search(one), _SIZE.search(one)
        if uid and size:
            # a name in encoded words may hide an ending: such a mail is fetched, and looked into here
            yield int(uid[1]), int(size[1]), bool(_RECORDING.search(one) or _ENCODED_NAME.search(one))


def _mail(server: ImapServer, connection: imaplib.IMAP4, uid: int) -> bytes:
    answer = _ok(server, connection.uid("FETCH", str(uid), "(BODY.PEEK[])"), f"does not give mail {uid}")
    return next((bytes(part[1]) for part in answer if isinstance(part, tuple)), b"")


def _ok(server: ImapServer, answer: tuple[str, Any], why: str) -> list[Any]:
    if answer[0] != "OK":
        raise SourceUnreachable(f"{server.host} {why} ({_said(answer[1])}).")
    return list(answer[1])


def _said(parts: Any) -> str:
    text = " ".join(part.decode("utf-8", "replace") if isinstance(part, bytes) else str(part) for part in parts)
    return "".join(c for c in text if c.isprintable())[:200]


def _noon(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
