"""A mailbox on a real IMAP server: dovecot on this machine, for the length of the tests."""

from __future__ import annotations

import datetime
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

import pytest

from tests.intake.mail_makers import mail
from vmaudio.errors import SettingError, SourceUnreachable
from vmaudio.intake.sources.imap import ImapServer, fetch_mails, imap_password
from vmaudio.intake.sources.registry import read_place
from vmaudio.intake.sources.source import ReadOptions

DOVECOT = shutil.which("dovecot", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
needs_dovecot = pytest.mark.skipif(
    not DOVECOT or not shutil.which("openssl"), reason="dovecot (Debian: dovecot-imapd) or openssl is not installed"
)
PASSWORD = "right-hörse"
CONFIG = """
protocols = imap
listen = 127.0.0.1
base_dir = {root}/run
log_path = {root}/log
ssl = required
ssl_cert = <{root}/cert.pem
ssl_key = <{root}/key.pem
mail_location = maildir:{root}/mail
first_valid_uid = 1
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={root}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {tls}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
"""


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture(scope="module")
def server():
    """A server with an inbox of three mails, one without a recording, and its folder."""
    root = Path(tempfile.mkdtemp(prefix="vmaudio-imap-"))
    root.chmod(0o755)
    uid, gid = (65534, 65534) if os.getuid() == 0 else (os.getuid(), os.getgid())
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "2", "-addext",
         "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", f"{root}/key.pem", "-out", f"{root}/cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    inbox = root / "mail"
    for name in ("new", "cur", "tmp"):
        (inbox / name).mkdir(parents=True)
    encoded = mail(sounds={}, mail_id="c@example.com")
    encoded.add_attachment(b"RIFF" * 30, maintype="application", subtype="octet-stream", filename="Nachricht für Dana.wav")
    mails = (mail(mail_id="a@example.com"), mail(sounds={}, mail_id="b@example.com"), encoded)
    for number, one in enumerate(mails):
        (inbox / "new" / f"177247170{number}.M1P{number}.host").write_bytes(bytes(one))
    (root / "home").mkdir()
    if os.getuid() == 0:
        subprocess.run(["chown", "-R", f"{uid}:{gid}", inbox, root / "home"], check=True)
    ports = {"tls": free_port(), "plain": free_port()}
    mine = (
        "" if os.getuid() == 0 else "default_login_user = {0}\ndefault_internal_user = {0}\n".format(os.environ.get("USER", ""))
    )
    (root / "dovecot.conf").write_text(mine + CONFIG.format(password=PASSWORD, root=root, uid=uid, gid=gid, **ports))
    process = subprocess.Popen(
        [str(DOVECOT), "-F", "-c", f"{root}/dovecot.conf"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    end = time.monotonic() + 20
    while True:
        try:
            socket.create_connection(("127.0.0.1", ports["tls"]), 1).close()
            break
        except OSError:
            if process.poll() is not None or time.monotonic() > end:
                process.terminate()
                said = process.communicate()[0].decode("utf-8", "replace")
                shutil.rmtree(root, ignore_errors=True)
                pytest.skip(f"dovecot does not start here: {said[-500:]}")
            time.sleep(0.1)
    made = ImapServer("localhost", "dana", PASSWORD, ports["tls"], ca_file=f"{root}/cert.pem")
    yield made, root, ports
    process.terminate()
    process.communicate(timeout=20)
    shutil.rmtree(root, ignore_errors=True)


def changed(server: ImapServer, **values) -> ImapServer:
    import dataclasses

    return dataclasses.replace(server, **values)


@needs_dovecot
def test_mails_with_recordings_are_copied_once(server, tmp_path):
    """Two of three mails; a second run fetches none again; what was copied is read like any mailbox."""
    imap, _, _ = server
    done = fetch_mails(imap, tmp_path / "mails")
    assert (done.copied, done.known, done.without, done.too_large) == (2, 0, 1, 0)
    again = fetch_mails(imap, tmp_path / "mails")
    assert (again.copied, again.known, again.without) == (0, 2, 1)
    found = read_place(tmp_path / "mails", options=ReadOptions(keep=tmp_path / "kept"))
    assert sorted(one.message_id for one in found.messages) == ["a@example.com", "c@example.com"]
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in (tmp_path / "mails").iterdir())


@needs_dovecot
def test_nothing_on_the_server_changes(server, tmp_path):
    """No mail is marked as seen, moved or deleted."""
    imap, root, _ = server
    fetch_mails(imap, tmp_path)
    names = sorted(path.name for folder in ("new", "cur") for path in (root / "mail" / folder).iterdir())
    assert len(names) == 3
    assert not any("S" in name.partition(":2,")[2] for name in names)


@needs_dovecot
def test_starttls(server, tmp_path):
    """The other port begins in the clear and is encrypted before the password."""
    imap, _, ports = server
    assert fetch_mails(changed(imap, port=ports["plain"], starttls=True), tmp_path).copied == 2


@needs_dovecot
def test_only_mails_of_a_day_and_later(server, tmp_path):
    """By the day on which the server got them."""
    imap, _, _ = server
    today = datetime.datetime.now(datetime.UTC).date()
    assert fetch_mails(imap, tmp_path, since=today + datetime.timedelta(days=2)).copied == 0
    assert fetch_mails(imap, tmp_path, since=today - datetime.timedelta(days=2)).copied == 2


@needs_dovecot
@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"ca_file": None}, r"cannot be trusted \(self.signed certificate.*--ca"),
        ({"password": "wrong"}, "refuses dana .*Check the password"),
        ({"host": "127.0.0.1", "port": 1}, r"127\.0\.0\.1:1 cannot be reached"),
    ],
)
def test_what_goes_wrong_is_a_sentence(server, tmp_path, values, why):
    """A certificate that nobody vouches for, a wrong password, nobody there; the password is in none of them."""
    imap, _, _ = server
    with pytest.raises(SourceUnreachable, match=why) as caught:
        fetch_mails(changed(imap, **values), tmp_path)
    assert PASSWORD not in str(caught.value)


@needs_dovecot
def test_tls_on_the_port_without_it(server, tmp_path):
    """Never the password in the clear."""
    imap, _, ports = server
    with pytest.raises(SourceUnreachable, match="cannot be"):
        fetch_mails(changed(imap, port=ports["plain"]), tmp_path)


@needs_dovecot
@pytest.mark.parametrize(
    ("mailbox", "error"), [("Nowhere", SourceUnreachable), ("Büro", SettingError), ("a\r\nb", SettingError)]
)
def test_a_mailbox_that_is_not_there(server, tmp_path, mailbox, error):
    """Named in the sentence."""
    with pytest.raises(error, match="mailbox"):
        fetch_mails(server[0], tmp_path, mailbox=mailbox)


def test_the_password(monkeypatch):
    """From the environment, then from the keyring; else a sentence with both."""
    asked = []
    fake = types.SimpleNamespace(get_password=lambda service, user: asked.append((service, user)) or "from keyring")
    monkeypatch.setitem(sys.modules, "keyring", fake)
    monkeypatch.setenv("VMAUDIO_IMAP_PASSWORD", "from environment")
    assert imap_password("imap.example.com", "dana") == "from environment"
    monkeypatch.delenv("VMAUDIO_IMAP_PASSWORD")
    assert imap_password("imap.example.com", "dana") == "from keyring"
    assert asked == [("vmaudio imap imap.example.com", "dana")]
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(SettingError, match=r"VMAUDIO_IMAP_PASSWORD.*keyring set"):
        imap_password("imap.example.com", "dana")
