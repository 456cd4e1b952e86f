"""The active rubric, the user's own file, and what a draft would do to the last messages."""

from __future__ import annotations

import dataclasses
import logging
import os
import threading
from importlib import resources
from pathlib import Path

from sqlalchemy import func, select

from vmaudio.analysis import compare_rubrics
from vmaudio.errors import RubricError
from vmaudio.report import title_of
from vmaudio.rubric import Rubric, default_rubric_text, load_rubric, parse_rubric
from vmaudio.store import Filter, Store, scores
from vmaudio.web.schemas import Moved, Preview

log = logging.getLogger(__name__)

LAST = 200
"""Number of messages that a preview scores: the last that were stored."""

MOST_MOVED = 20
"""Most messages that a preview lists by name."""

MOST_BYTES = 200_000
"""Largest rubric: the default one has 10 kB."""

NAME = "rubric.toml"


@dataclasses.dataclass(frozen=True, slots=True)
class Active:
    """A rubric with its text; ``path`` is None for the one that ships."""

    rubric: Rubric
    text: str
    path: Path | None


class Conflict(RubricError):
    """Somebody else has saved a rubric meanwhile."""


class Book:
    """Holds the active rubric, and saves edits as the user's own file. The default rubric is never written."""

    def __init__(self, given: str, folder: Path) -> None:
        """Read the rubric.

        Args:
            given: The file of the setting: it is read, and edits are saved to it. Without one ("") edits are saved to
                ``rubric.toml`` in ``folder``.
            folder: The app's own folder.

        Raises:
            RubricError: the file cannot be read, or has an error.
        """
        own = Path(given).expanduser() if given else folder / NAME
        shipped = Path(str(resources.files("vmaudio.rubric")))
        self.target = folder / NAME if shipped in own.resolve().parents else own
        self._lock = threading.Lock()
        self._active = self._read(self.target if self.target.exists() else None)

    @property
    def active(self) -> Active:
        """The rubric by which messages are scored now."""
        return self._active

    def draft(self, text: str) -> Rubric:
        """Read a draft. Nothing is saved.

        Args:
            text: TOML.

        Returns:
            The rubric that it says.

        Raises:
            RubricError: an error, with its line; or the text is too long.
        """
        if len(text.encode()) > MOST_BYTES:
            raise RubricError(f"The rubric is larger than {MOST_BYTES // 1000} kB. Make it shorter.")
        return parse_rubric(text.replace("\r\n", "\n"), NAME)

    def save(self, text: str, based_on: str) -> Active:
        """Save a draft as the user's own rubric and make it the active one; the file before it stays beside it.

        Args:
            text: TOML.
            based_on: Id of the rubric that was edited.

        Returns:
            The new active rubric.

        Raises:
            RubricError: an error in the draft, or the file cannot be written.
            Conflict: when the active rubric is no longer ``based_on``.
        """
        text = text.replace("\r\n", "\n")
        self.draft(text)
        with self._lock:
            if self._active.rubric.rubric_id != based_on:
                raise Conflict(
                    f"Somebody else has saved another rubric ({self._active.rubric.rubric_id}). "
                    "Open the editor again and make your change there."
                )
            try:
                self.target.parent.mkdir(parents=True, exist_ok=True)
                if self.target.exists():
                    old = self._active.rubric.rubric_id.rpartition("@")[2]
                    self.target.with_name(f"{self.target.stem}.{old}.toml").write_text(self._active.text, "utf-8")
                part = self.target.with_suffix(".part")
                part.write_text(text, "utf-8")
                os.replace(part, self.target)
            except OSError as error:
                why = error.strerror
                log.warning("the rubric %s cannot be written (%s); VMAUDIO_RUBRIC names another file", self.target, why)
                raise RubricError(f"The rubric cannot be saved on the server ({why}). Its log names the file.") from error
            self._active = self._read(self.target)
            return self._active

    def _read(self, path: Path | None) -> Active:
        if path is None:
            return Active(load_rubric(), default_rubric_text(), None)
        found = load_rubric(path)
        return Active(found, path.read_text("utf-8"), path)


def scored_otherwise(store: Store, rubric_id: str) -> int:
    """How many stored messages were scored by another rubric.

    Args:
        store: Where the scores are.
        rubric_id: The rubric that does not count.

    Returns:
        The number of messages with a score by any other rubric.
    """
    query = select(func.count()).select_from(scores).where(scores.c.rubric_id != rubric_id)
    with store.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


def preview(store: Store, old: Rubric, new: Rubric) -> Preview:
    """What a draft would do to the last `LAST` messages. Nothing is saved.

    Args:
        store: Where the messages and the reps' baselines are.
        old: The active rubric.
        new: The draft.

    Returns:
        The effect, with the `MOST_MOVED` messages that change most.
    """
    total = store.count()
    last = list(store.analyses(Filter(), limit=LAST, offset=max(0, total - LAST)))
    effect = compare_rubrics(last, old, new, store.baseline)
    moved = [
        Moved(
            message_id=one.analysis.message.message_id,
            title=title_of(one.analysis),
            points_before=one.points_before,
            points_after=one.points_after,
            band_before=one.band_before,
            band_after=one.band_after,
        )
        for one in effect.moved[:MOST_MOVED]
    ]
    found = {field.name: getattr(effect, field.name) for field in dataclasses.fields(effect)}
    return Preview.model_validate({**found, "moved": moved})
