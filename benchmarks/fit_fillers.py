"""How sure must an um be? Prints what each threshold finds: ``python -m benchmarks.fit_fillers``.

The tuning part: other texts and other voices than the row ``fillers`` reports, and other read sentences without ums.
``vmaudio.transcribe.options.DisfluencyOptions.score_min`` is chosen from it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.common import Table, shared_data
from benchmarks.rows.fillers import MODELS, clean, counted, inserted
from vmaudio.audio.vad import detect_speech
from vmaudio.testing.signals import recording
from vmaudio.transcribe.recognisers import get_transcriber
from vmaudio.transcribe.whisper import disfluencies
from vmaudio.transcribe.whisper.disfluencies import Border

MESSAGES = 24
LEVELS = (-6.0, -5.0, -4.5, -4.0, -3.5, -3.0, -2.5, -2.0, -1.0, 0.0)


def main() -> None:
    """One table."""
    data = shared_data()
    clips = inserted(data, "tune", MESSAGES) + clean(data, "tune")
    said, rows = np.array([clip.fillers for clip in clips]), []
    score, seen = disfluencies.score_word_borders, []

    def watched(*args: Any) -> list[list[Border]]:
        seen.extend(border.score for one in score(*args) for border in one)
        return [[] for _ in args[-1]]  # nothing is put in: what was written down stays what it is

    disfluencies.score_word_borders = watched
    for model in MODELS:
        engine = get_transcriber(f"openai-whisper:{model}", verbatim=True)
        usual, scores = [], []
        for clip in clips:
            seen.clear()
            sound = recording(clip.samples)
            usual.append(counted(engine.transcribe_many([sound], [detect_speech(sound)])[0].text))
            scores.append(np.array(seen))
        for level in LEVELS:
            wrote = np.array(usual) + [int((one > level).sum()) for one in scores]
            right = np.minimum(said, wrote).sum()
            rows.append((model, level, len(clips), int(said.sum()), int(wrote.sum()), int(right), int(wrote[said == 0].sum())))
    columns = ("model", "least, nats", "recordings", "said", "written", "right", "written where none was said")
    print(Table("Fillers by threshold, tuning part", columns, rows).markdown())


if __name__ == "__main__":
    main()
