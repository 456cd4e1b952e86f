"""A recogniser that needs no weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from vmaudio.records import Activity, Recording, Segment, Transcript, Word


class FakeTranscriber:
    """A transcriber that knows what was said: a whole analysis takes milliseconds.

    The words are spread evenly over the activity's speech. ``calls`` keeps the size of every batch. It knows the words, so a
    second pass would find nothing new, and it scores no texts: a test that needs either makes a subclass that says so.

    Args:
        texts: words by recording_id (the SHA-256 of the file's bytes). A text that is an exception is raised, so that an
            engine's failure can be played.
        default: words of all other recordings.
        probability: recognition probability of every word, 0 to 1.
        name: its name as an engine, "family:model".
    """

    supports_second_pass: bool = False
    supports_scoring: bool = False

    def __init__(
        self,
        texts: Mapping[str, str | Exception] | None = None,
        *,
        default: str | Exception = "Hi Dana, this is Tom Becker. Call me at 303-555-0126. Thanks.",
        probability: float = 0.9,
        name: str = "fake:words",
    ) -> None:
        self.texts, self.default, self.probability, self.name = dict(texts or {}), default, probability, name
        self.options: Mapping[str, str | int | float | bool] = {"language": "en"}
        self.calls: list[int] = []

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """Return one written transcript per recording; "no_speech" where the activity has none.

        Args:
            recordings: the sounds; only their ids are used.
            activities: where there is speech in each.
            hints: is not used.

        Returns:
            Transcripts in the order of the recordings.
        """
        self.calls.append(len(recordings))
        return [self._one(sound, active) for sound, active in zip(recordings, activities, strict=True)]

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Forced scoring, which this transcriber does not have.

        Args:
            recording: the sound.
            before: the words before the texts.
            lists: lists of texts.

        Raises:
            NotImplementedError: always.
        """
        raise NotImplementedError(f"{self.name} cannot score texts")

    def _one(self, sound: Recording, active: Activity) -> Transcript:
        text = self.texts.get(sound.sha256, self.default)
        if isinstance(text, Exception):
            raise text
        tokens = text.split()
        if not active.speech or not tokens:
            return Transcript("no_speech", "en", "", (), self.name, self.options)
        start_s, end_s = active.speech[0].start_s, active.speech[-1].end_s
        step = (end_s - start_s) / len(tokens)
        words = tuple(
            Word(token, start_s + i * step, start_s + (i + 1) * step, self.probability) for i, token in enumerate(tokens)
        )
        segment = Segment(start_s, end_s, text, words, -0.2, 0.01, 1.2)
        return Transcript("speech", "en", text, (segment,), self.name, self.options)
