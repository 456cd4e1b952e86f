"""How batch shows that it moves: a bar on a terminal, a line a minute in a log."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, err
from vmaudio.records import Analysis, Failure, Message

if TYPE_CHECKING:
    from vmaudio.analysis import BatchProgress

LINE_S = 60.0
"""Between two lines of progress in a log."""


@contextlib.contextmanager
def show_progress(app: App, messages: Sequence[Message]) -> Iterator[Callable[[Analysis | Failure], None]]:
    """A bar with rate and time left on a terminal, a line a minute elsewhere; nothing with --quiet.

    Args:
        app: Says whether to be quiet.
        messages: All that will be done.

    Yields:
        What is called with each result.
    """
    from vmaudio.analysis import BatchProgress

    progress = BatchProgress(messages)
    if app.quiet:
        yield progress.take
    elif app.progress():
        with _bar(progress) as tick:
            yield tick
    else:
        with _lines(progress):
            yield progress.take


@contextlib.contextmanager
def _lines(progress: BatchProgress) -> Iterator[None]:
    """Say every minute how far it is, also where nothing was finished in it: a log that stands still looks like a fault."""
    over = threading.Event()

    def say() -> None:
        while not over.wait(LINE_S):
            click.echo(progress.line(), err=True)

    thread = threading.Thread(target=say, daemon=True, name="vmaudio progress")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


@contextlib.contextmanager
def _bar(progress: BatchProgress) -> Iterator[Callable[[Analysis | Failure], None]]:
    from rich.progress import BarColumn, Progress, TextColumn

    from vmaudio.analysis import in_words

    names = ("count", "rate", "left")
    columns = (TextColumn("{task.description}"), BarColumn(), *(TextColumn(f"{{task.fields[{name}]}}") for name in names))
    with Progress(*columns, console=err()) as bar:
        task = bar.add_task("messages", total=None, count=f"0/{progress.total}", rate="", left="")

        def tick(result: Analysis | Failure) -> None:
            progress.take(result)
            left, left_s = progress.audio_left_s, progress.left_s
            bar.update(
                task,
                completed=progress.audio_s,
                total=None if left is None else progress.audio_s + left,
                count=f"{progress.done}/{progress.total}",
                rate=f"{progress.rate:.1f} s of audio per second",
                left="" if left_s is None else f"{in_words(left_s)} left",
            )

        yield tick
