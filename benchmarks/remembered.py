"""A recogniser that remembers what it heard, so that a change of rule needs no new recognition."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe import Transcriber


class Remembered:
    """A transcriber whose answers are kept in a folder, by the sound, the engine with its options, and the hint.

    Args:
        inner: what is asked where nothing is remembered.
        folder: where the answers are kept.
    """

    def __init__(self, inner: Transcriber, folder: Path) -> None:
        self.inner, self.folder = inner, folder
        self.name = inner.name
        self.options: Mapping[str, str | int | float | bool] = inner.options
        self.supports_second_pass, self.supports_scoring = inner.supports_second_pass, inner.supports_scoring
        folder.mkdir(parents=True, exist_ok=True)

    def _path(self, recording: Recording, *rest: object) -> Path:
        sound = hashlib.sha256(np.ascontiguousarray(recording.samples).tobytes()).hexdigest()
        key = json.dumps([sound, self.name, sorted(self.options.items()), *rest])
        return self.folder / (hashlib.sha256(key.encode()).hexdigest()[:32] + ".json")

    def _read(self, path: Path) -> Any:
        return json.loads(path.read_text(encoding="utf-8"))

    def _write(self, path: Path, value: Any) -> None:
        path.write_text(json.dumps(value), encoding="utf-8")

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """What the recogniser hears, or heard before."""
        given = list(hints) or [""] * len(recordings)
        paths = [self._path(sound, hint) for sound, hint in zip(recordings, given, strict=True)]
        new = [at for at, path in enumerate(paths) if not path.is_file()]
        if new:
            heard = self.inner.transcribe_many(
                [recordings[at] for at in new], [activities[at] for at in new], [given[at] for at in new] if any(given) else ()
            )
            for at, one in zip(new, heard, strict=True):
                self._write(paths[at], one.to_dict())
        return [Transcript.from_dict(self._read(path)) for path in paths]

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """How well texts fit the sound, or how well they did before."""
        path = self._path(recording, before, [list(one) for one in lists])
        if not path.is_file():
            scored = self.inner.score_texts(recording, before, *lists)
            self._write(path, [np.asarray(one, dtype=float).tolist() for one in scored])
        return [np.array(one, dtype=float) for one in self._read(path)]
