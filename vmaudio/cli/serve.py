"""serve: the web app."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from pathlib import Path

import click

from vmaudio.cli.common import App, engine_options, err, pass_app
from vmaudio.errors import SettingError


@click.command("serve", short_help="Start the web app: self-check, team pages, rubric editor.")
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on. An address that other machines can reach needs a password.",
)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port; 0 means any free port.")
@click.option("--ask-password", is_flag=True, help="Type the password that visitors must give.  [VMAUDIO_PASSWORD]")
@click.option(
    "--password-file",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="Read the password from the first line of a file.",
)
@click.option(
    "--token", is_flag=True, help="Make a token for this run and print it; programs send it as Bearer.  [VMAUDIO_TOKEN]"
)
@click.option(
    "--intake-token",
    is_flag=True,
    help="Take recordings from programs at /intake; makes a token for this run and prints it.  [VMAUDIO_INTAKE_TOKEN]",
)
@click.option("--allow-host", multiple=True, metavar="NAME", help="Another host name by which browsers reach the server.")
@click.option(
    "--behind-proxy",
    multiple=True,
    metavar="ADDRESS",
    help="Address or network of a proxy or tunnel whose X-Forwarded-For is believed. Without it nobody's is.",
)
@click.option("--certfile", type=click.Path(exists=True, dir_okay=False), metavar="PEM", help="Certificate, for https.")
@click.option("--keyfile", type=click.Path(exists=True, dir_okay=False), metavar="PEM", help="Key of the certificate.")
@engine_options
@pass_app
def command(
    app: App,
    host: str,
    port: int,
    ask_password: bool,
    password_file: str | None,
    token: bool,
    intake_token: bool,
    allow_host: tuple[str, ...],
    behind_proxy: tuple[str, ...],
    certfile: str | None,
    keyfile: str | None,
    engine: str | None,
    language: str | None,
    rubric: str | None,
) -> int:
    """Start the web app: self-check for reps, the team's messages, outcomes and the rubric editor.

    Only this machine can open it, unless you give --host; then visitors must log in: all with one password, or each by name
    (vmaudio users).

    \b
    Example:
      vmaudio serve
      VMAUDIO_PASSWORD=... vmaudio serve --host 0.0.0.0 --certfile cert.pem --keyfile key.pem
    """
    try:
        import uvicorn

        from vmaudio.web import Config, Connections, create_app, is_loopback, protocol
    except ImportError as error:
        cure = "Install it with: pip install 'vmaudio[web]'"
        raise SettingError(f"The web app needs a package that is not installed ({error.name}). {cure}") from None

    password = _password(ask_password, password_file)
    try:
        connections = Connections(proxies=behind_proxy)
    except ValueError as error:
        raise SettingError(f"--behind-proxy: {error}. Give the proxy's address, like 127.0.0.1, or its network.") from None
    secret = os.environ.get("VMAUDIO_TOKEN") or None
    by_name = _has_users(app)
    shared = not secret and not password and not by_name and is_loopback(host) and others_use_this_machine()
    token = token or shared
    if token and not secret:
        secret = secrets.token_urlsafe(24)
    intake = os.environ.get("VMAUDIO_INTAKE_TOKEN") or (secrets.token_urlsafe(24) if intake_token else None)
    listener = _listen(host, port)
    with listener:
        port = listener.getsockname()[1]
        config = Config.from_settings(
            db=app.where, models_dir=app.models_dir, engine=engine, language=language, rubric=rubric, host=host, port=port,
            password=password, token=secret, intake_token=intake, by_name=by_name,
            names=allow_host,
        )  # fmt: skip
        site = create_app(config)
        scheme = "https" if certfile else "http"
        shown = f"[{host}]" if ":" in host else host
        key = f"/login?token={secret}" if token and secret else ""
        err().print(f"Open {scheme}://{shown}:{port}{key}  (stop with Ctrl-C)", markup=False, soft_wrap=True)
        if token and secret:
            err().print(f"Token of this run: {secret}", markup=False)
        if shared:
            err().print(
                "Other people are logged in to this machine and could open the page as well, so it asks for that token. "
                "A password of your own: --ask-password.",
                markup=False,
            )
        if intake_token and intake:
            err().print(f"Intake token of this run: {intake}", markup=False)
        if not config.is_local and not certfile:
            err().print(
                "Without --certfile the password is sent unencrypted, and browsers do not allow the microphone. "
                "Give a certificate, or use a proxy that has one.",
                markup=False,
            )
        server = uvicorn.Server(
            uvicorn.Config(
                site, log_level="info" if app.verbose else "warning", access_log=app.verbose > 1, server_header=False,
                ssl_certfile=certfile, ssl_keyfile=keyfile, timeout_graceful_shutdown=5, timeout_keep_alive=30,
                limit_concurrency=200, http=protocol(connections), proxy_headers=bool(behind_proxy),
                forwarded_allow_ips=connections.proxies,
            )
        )  # fmt: skip
        server.run(sockets=[listener])
    return 0


def _has_users(app: App) -> bool:
    """Are there users, who log in by name? A database that is not there yet is not made."""
    from vmaudio.store import has_users

    store = app.existing_store()
    if store is None:
        return False
    with store:
        return has_users(store)


def others_use_this_machine(processes: Path = Path("/proc")) -> bool:
    """Is anybody but this user logged in to this machine? Then an address that only this machine reaches is no lock.

    Args:
        processes: Where the system shows what runs (Linux).

    Returns:
        True when a process belongs to another person's account (1000 and above, login.defs(5)); False where the system does not
        show its processes.
    """
    if not hasattr(os, "getuid"):
        return False
    for entry in processes.glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            owner = entry.stat().st_uid
            if 1000 <= owner < 60000 and owner != os.getuid():
                return True
    return False


def _password(ask: bool, file: str | None) -> str | None:
    """The password: from a prompt, a file or the environment; never from the command line, where others can read it."""
    if ask:
        return str(click.prompt("Password for visitors", hide_input=True, confirmation_prompt=True, err=True))
    if file:
        lines = Path(file).read_text("utf-8").splitlines()
        if not lines or not lines[0].strip():
            raise SettingError(f"{file}: the first line is empty. Write the password there.")
        return lines[0].strip()
    return os.environ.get("VMAUDIO_PASSWORD") or None


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything else: a second server must not touch the first one's uploads.

    Raises:
        SettingError: the address cannot be used.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        made = socket.socket(family, kind, protocol)
        try:
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            made.bind(address)
            made.listen(128)
        except OSError:
            made.close()
            raise
    except OSError as error:
        raise SettingError(f"Cannot listen on {host}:{port}: {error.strerror or error}. Give another --port.") from None
    return made
