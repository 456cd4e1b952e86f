"""What commands share: the app's state, consoles, shared options, JSON output."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from vmaudio import settings

if TYPE_CHECKING:
    from rich.console import Console

    from vmaudio.classify import ModelStore
    from vmaudio.intake import LeftOut, ReadOptions
    from vmaudio.records import Analysis, Failure
    from vmaudio.store import Store

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class App:
    """What the root's options say; opens stores when a command asks for them."""

    db: str | None = None
    models_dir: str | None = None
    quiet: bool = False
    verbose: int = 0

    @property
    def where(self) -> str:
        """URL or path of the database; "" is the user's own."""
        return str(settings.get("db", self.db))

    def store(self) -> Store:
        """Open the database, creating it when it is not there."""
        from vmaudio.store import open_store

        return open_store(self.where)

    def existing_store(self) -> Store | None:
        """Open the database only if there is one; a check must not leave a file behind."""
        from vmaudio.store import default_path

        if "://" not in self.where and not Path(self.where or default_path()).expanduser().exists():
            return None
        return self.store()

    def models(self) -> ModelStore:
        """The model folders: the user's first, then those that ship."""
        from vmaudio.classify import ModelStore

        return ModelStore.from_settings(self.models_dir)

    def progress(self) -> bool:
        """Whether progress is shown."""
        return not self.quiet and sys.stderr.isatty()


pass_app = click.make_pass_decorator(App)


_UNSAFE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")


def plain(text: str) -> str:
    """Text that is safe to print: a file name or a manifest may hold control characters that move the cursor or rewrite the
    screen.

    Args:
        text: Any text, also a stranger's.

    Returns:
        The text with a replacement character for each of them.
    """
    return _UNSAFE.sub("\N{REPLACEMENT CHARACTER}", text)


def _console(*, stderr: bool) -> Console:
    from rich.console import Console

    class Plain(Console):
        """Writes no control character but rich's own."""

        def render(self, renderable: Any, options: Any = None) -> Any:
            for segment in super().render(renderable, options):
                yield segment if segment.control else segment._replace(text=plain(segment.text))

    return Plain(stderr=stderr, highlight=False)


def out() -> Console:
    """Console for data: stdout."""
    return _console(stderr=False)


def err() -> Console:
    """Console for everything else: stderr."""
    return _console(stderr=True)


class Terminated(KeyboardInterrupt):
    """SIGTERM came; it stops a command as Ctrl-C does."""


@contextlib.contextmanager
def sigterm_stops() -> Iterator[None]:
    """In the block SIGTERM does what Ctrl-C does: the work ends in order. A second one ends the process at once."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may set handlers
        yield
        return

    def stop(number: int, frame: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        raise Terminated

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def print_json(record: Analysis | Failure | Mapping[str, Any]) -> None:
    """Print one JSON object on one line of stdout.

    Args:
        record: What is printed.
    """
    data = record if isinstance(record, Mapping) else record.to_dict()
    # a file name that is no UTF-8 has half surrogates in it: written as \udce9 they are JSON all the same
    click.echo(json.dumps(data, ensure_ascii=False).encode("utf-8", "backslashreplace"))


def engine_options(command: F) -> F:
    """``--engine``, ``--language`` and ``--rubric``, meaning the same everywhere.

    Args:
        command: The command that gets the options.

    Returns:
        The same command with them.
    """
    for option in reversed(
        (
            click.option("--engine", metavar="E", help="Speech recogniser, such as openai-whisper:base.  [VMAUDIO_ENGINE]"),
            click.option("--language", metavar="L", help="Language code, or auto.  [VMAUDIO_LANGUAGE]"),
            click.option("--rubric", metavar="FILE", help="Rubric file (TOML).  [VMAUDIO_RUBRIC]"),
        )
    ):
        command = option(command)
    return command


verbatim_option = click.option(
    "--verbatim",
    is_flag=True,
    help="Also transcribe um and uh, which the recogniser leaves out; takes longer.  [VMAUDIO_VERBATIM]",
)

every_message_option = click.option(
    "--every-message",
    is_flag=True,
    help="Judge each message of a recording that holds several; without it only the last.",
)

attribution_option = click.option(
    "--attribution",
    type=click.Choice(["as-given", "last", "first", "shared"]),
    default="as-given",
    show_default=True,
    help="To which of a prospect's messages a callback belongs.",
)


raw_format_option = click.option(
    "--raw-format",
    metavar="F",
    help="How .raw, .pcm and other files without a header are coded, such as ulaw:8000.  [VMAUDIO_RAW_FORMAT]",
)


def copies_words(copies: int) -> str:
    """What is said where copies of messages are not counted.

    Args:
        copies: how many.
    """
    return f"{copies:,} left out: copies of these messages, the same recording or the same sound in another format"


def read_options(timezone: str | None = None) -> ReadOptions:
    """What readers of sources need to know, from the settings.

    Args:
        timezone: Zone of times without one; None is that of the settings.
    """
    from vmaudio.intake import ReadOptions

    return ReadOptions(
        timezone=str(settings.get("timezone", timezone)), max_bytes=int(float(settings.get("max_file_mb")) * 1e6)
    )


def say_left_out(app: App, left_out: Iterable[LeftOut]) -> None:
    """Print what a reader left out, on stderr: a few names of each kind, with --verbose all.

    Args:
        app: Says whether to be quiet.
        left_out: As the readers gave it.
    """
    from vmaudio.intake import summary

    if not app.quiet:
        for line in summary(left_out, most=4 if not app.verbose else 1_000_000):
            err().print(line, markup=False, soft_wrap=True)
