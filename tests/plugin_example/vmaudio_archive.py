"""A recogniser that reads transcripts bought elsewhere, and a check for thanks."""

import json
from pathlib import Path

from vmaudio.records import Segment, Transcript, Word
from vmaudio.rubric import Ruling
from vmaudio.transcribe import Transcriber


class Archive(Transcriber):  # and so without a second pass: it cannot listen again
    """Texts by recording_id, from a JSON file; word times are shared out evenly over the speech."""

    def __init__(self, path):
        self.name, self.options = f"archive:{path}", {}
        self.texts = json.loads(Path(path).read_text("utf-8"))

    def transcribe_many(self, recordings, activities, hints=()):
        return [self._one(*pair) for pair in zip(recordings, activities, strict=True)]

    def _one(self, recording, activity):
        said = self.texts.get(recording.sha256, "").split() if activity.speech else []
        if not said:
            return Transcript("no_speech", "en", "", (), self.name)
        start, end = activity.speech[0].start_s, activity.speech[-1].end_s
        step = (end - start) / len(said)
        words = tuple(Word(one, start + i * step, start + (i + 1) * step, 1.0, True) for i, one in enumerate(said))
        segment = Segment(start, end, " ".join(said), words, 0.0, 0.0, 1.0)
        return Transcript("speech", "en", segment.text, (segment,), self.name)


def make(model, **options):
    """`--engine archive:texts.json` calls this with "texts.json"; options such as the language do not matter here."""
    return Archive(model)


def says_thanks(case, criterion):
    """Is anybody thanked?"""  # a rubric asks this with `test = "says_thanks"`
    for word in case.analysis.transcript.words:
        if word.text.lower().startswith("thank"):
            return Ruling("pass", f"“{word.text}”", word.start_s, word.end_s)
    return Ruling("fail", "nobody is thanked")
