"""The active rubric, the user's own file, and what a draft would do to the last messages."""

from __future__ import annotations

import dataclasses
import os
import re
import statistics
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from pathlib import Path

from sqlalchemy import func, select

from vmaudio.analysis import score_in_context
from vmaudio.errors import RubricError
from vmaudio.records import Analysis, RepBaseline
from vmaudio.report import title_of
from vmaudio.rubric import Criterion, Rubric, find_check, load_rubric, parse_rubric
from vmaudio.store import Store, scores
from vmaudio.web.schemas import Moved, Preview

LAST = 200
"""So many messages a preview judges."""

MOST_MOVED = 20
MOST_BYTES = 200_000
BANDS = ("strong", "fair", "weak", "unscored")
NAME = "rubric.toml"


def shipped_text() -> str:
    """The text of the rubric that ships."""
    return resources.files("vmaudio.rubric").joinpath("default.toml").read_text("utf-8")


@dataclasses.dataclass(frozen=True, slots=True)
class Active:
    """A rubric with its text; ``path`` is None for the one that ships."""

    rubric: Rubric
    text: str
    path: Path | None


class Conflict(RubricError):
    """Somebody else has saved a rubric meanwhile."""


class Book:
    """Holds the active rubric. ``given`` is the file of the setting, if any: it is read, and edits are saved to it.

    Without one, edits are saved to ``rubric.toml`` in the app's folder. The one that ships is never written.
    """

    def __init__(self, given: str, folder: Path) -> None:
        own = Path(given).expanduser() if given else folder / NAME
        shipped = Path(str(resources.files("vmaudio.rubric")))
        self.target = folder / NAME if shipped in own.resolve().parents else own
        self._lock = threading.Lock()
        self._active = self._read(self.target if self.target.exists() else None)

    @property
    def active(self) -> Active:
        return self._active

    def draft(self, text: str) -> Rubric:
        """Read a draft.

        Raises:
            RubricError: a fault, with its line.
        """
        if len(text.encode()) > MOST_BYTES:
            raise RubricError(f"The rubric is larger than {MOST_BYTES // 1000} kB. Take something out.")
        return parse_rubric(text.replace("\r\n", "\n"), NAME)

    def save(self, text: str, based_on: str) -> Active:
        """Save a draft as the user's own rubric and make it the active one; the file before it stays beside it.

        Raises:
            RubricError: a fault in the draft; `Conflict` when the active rubric is no longer ``based_on``.
        """
        text = text.replace("\r\n", "\n")
        self.draft(text)
        with self._lock:
            if self._active.rubric.rubric_id != based_on:
                raise Conflict(
                    f"Somebody saved another rubric meanwhile ({self._active.rubric.rubric_id}). "
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
                raise RubricError(
                    f"{self.target} cannot be written ({error.strerror}). Set VMAUDIO_RUBRIC or --rubric."
                ) from error
            self._active = self._read(self.target)
            return self._active

    def _read(self, path: Path | None) -> Active:
        if path is None:
            return Active(load_rubric(), shipped_text(), None)
        found = load_rubric(path)
        return Active(found, path.read_text("utf-8"), path)


def scored_otherwise(store: Store, rubric_id: str) -> int:
    """How many stored messages were scored by another rubric than this."""
    query = select(func.count()).select_from(scores).where(scores.c.rubric_id != rubric_id)
    with store.engine.connect() as connection:
        return int(connection.execute(query).scalar_one())


# -- the form: values changed inside the text, so that comments and order stay ---------------------------------------------

_BLOCK = re.compile(r"\s*\[\[\s*check\s*\]\]")
_TABLE = re.compile(r"\s*\[")


def is_editable(criterion: Criterion, name: str) -> bool:
    """Can the form change this option? Numbers can; lists of words are for the text."""
    return isinstance(find_check(criterion.test).question.options.get(name), float)


def edited(text: str, rubric: Rubric, changes: Mapping[tuple[str, str], str]) -> str:
    """The text with values changed: ``changes`` maps (check id, key) to what was typed. Comments and order stay.

    Raises:
        RubricError: a value that is no number, or a key whose line is not found (written in a way only an editor can change).
    """
    lines = text.splitlines()
    index = {criterion.id: i for i, criterion in enumerate(rubric.criteria)}
    for (check_id, key), typed in changes.items():
        starts = [i for i, line in enumerate(lines) if _BLOCK.match(line)]
        criterion = rubric.criteria[index[check_id]]
        start = starts[index[check_id]]
        stop = next((i for i in range(start + 1, len(lines)) if _TABLE.match(lines[i])), len(lines))
        if key == "tip":
            value = _toml_text(typed)
        else:
            value = _toml_number(typed, f"{criterion.title}: {key.replace('_', ' ')}")
        at = next((i for i in range(start, stop) if re.match(rf"\s*{re.escape(key)}\s*=", lines[i])), None)
        if at is None:
            lines.insert(start + 1, f"{key} = {value}")
            continue
        left, comment = _comment_of(lines[at])
        if left.rstrip().endswith(("[", '"""', "'''")):
            raise RubricError(f"{criterion.title}: {key} is written over several lines. Change it in the text.")
        lines[at] = f"{left.split('=', 1)[0].rstrip()} = {value}{'  ' + comment if comment else ''}"
    return "\n".join(lines) + "\n"


def _comment_of(line: str) -> tuple[str, str]:
    """A line's assignment and its comment; a # inside quotes is no comment."""
    quote = ""
    for i, sign in enumerate(line):
        if quote:
            if sign == quote and line[i - 1] != "\\":
                quote = ""
        elif sign in "\"'":
            quote = sign
        elif sign == "#":
            return line[:i], line[i:]
    return line, ""


def _toml_number(typed: str, what: str) -> str:
    try:
        value = float(typed.strip().replace(",", "."))
    except ValueError:
        raise RubricError(f"{what} must be a number, not {typed[:40]!r}.") from None
    if value != value or abs(value) > 1e9:
        raise RubricError(f"{what} must be an ordinary number, not {typed[:40]!r}.")
    return f"{value:g}"


def _toml_text(typed: str) -> str:
    text = " ".join(typed.split())
    if not text:
        raise RubricError("A tip must not be empty: say what to do instead, in one sentence.")
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


# -- the preview ---------------------------------------------------------------------------------------------------------


def preview(analyses: Sequence[Analysis], old: Rubric, new: Rubric, baselines: Callable[[str], RepBaseline | None]) -> Preview:
    """Judge messages by both rubrics, so that what differs is the rubric's doing alone; nothing is saved."""
    known: dict[str, RepBaseline | None] = {}

    def baseline(rep: str) -> RepBaseline | None:
        if rep not in known:
            known[rep] = baselines(rep)
        return known[rep]

    pairs = [(score_in_context(a, a.message, old, baseline), score_in_context(a, a.message, new, baseline)) for a in analyses]
    moved = []
    for before, after in pairs:
        first, second = before.score, after.score
        if first is None or second is None or (first.points == second.points and first.band == second.band):
            continue
        moved.append(
            Moved(
                message_id=before.message.message_id,
                title=title_of(before),
                points_before=first.points,
                points_after=second.points,
                band_before=first.band,
                band_after=second.band,
            )
        )
    moved.sort(key=lambda m: -abs((m.points_after or 0) - (m.points_before or 0)))
    points = [[a.score.points for a in side if a.score and a.score.points is not None] for side in zip(*pairs, strict=True)]
    before_points, after_points = points if points else ([], [])
    bands = [Counter(a.score.band for a in side if a.score) for side in zip(*pairs, strict=True)] or [Counter(), Counter()]
    return Preview(
        rubric_id=new.rubric_id,
        messages=len(pairs),
        changed_band=sum(m.band_before != m.band_after for m in moved),
        changed_points=len(moved),
        median_before=statistics.median(before_points) if before_points else None,
        median_after=statistics.median(after_points) if after_points else None,
        bands_before={band: bands[0][band] for band in BANDS},
        bands_after={band: bands[1][band] for band in BANDS},
        histogram_before=_histogram(before_points),
        histogram_after=_histogram(after_points),
        moved=moved[:MOST_MOVED],
    )


def _histogram(points: Sequence[float]) -> list[int]:
    counts = [0] * 10
    for value in points:
        counts[min(9, int(value // 10))] += 1
    return counts
