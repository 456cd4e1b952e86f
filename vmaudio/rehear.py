"""Telephone numbers are heard a second time, alone and slower: an error seldom comes back as the same digits.

Recognition probabilities do not tell wrong digits from right ones; a second decode of changed sound does. Only the stretch of
the number is heard again, for all messages of a batch together, so it costs little beside the first hearing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from vmaudio import activity, entities
from vmaudio.records import Entities, Recording, Transcript
from vmaudio.transcribe import Transcriber

LEAD_S = 1.5  # of what was said before the number: it tells the recogniser what is coming
TAIL_S = 0.6
SLOWER = 1.08  # times as long; the pitch falls with it

Find = Callable[[Transcript], Entities]


def rehear(transcriber: Transcriber, recordings: Sequence[Recording], found: Sequence[Entities], find: Find) -> list[Entities]:
    """Check the telephone numbers of a batch against a second hearing; see `vmaudio.entities.confirm`.

    Args:
        transcriber: that heard them first.
        recordings: decoded sound.
        found: the entities of each.
        find: how entities are found in a transcript.

    Returns:
        The entities of each message; those without a telephone number as they are.
    """
    places = [i for i, one in enumerate(found) if one.phones]
    if not places:
        return list(found)
    cuts = [stretch(recordings[i], found[i]) for i in places]
    heard = transcriber.transcribe_many(cuts, [activity.detect(cut) for cut in cuts])
    checked = list(found)
    for place, transcript in zip(places, heard, strict=True):
        checked[place] = entities.confirm(found[place], find(transcript))
    return checked


def stretch(recording: Recording, found: Entities) -> Recording:
    """The sound from before the first saying of a number to behind the last, `SLOWER`."""
    import soxr

    spans = [span for phone in found.phones for span in phone.spans]
    rate = recording.sample_rate_hz
    begin = max(0.0, min(span.start_s for span in spans) - LEAD_S)
    end = min(recording.duration_s, max(span.end_s for span in spans) + TAIL_S)
    cut = recording.samples[round(begin * rate) : round(end * rate)]
    slow = np.asarray(soxr.resample(cut, rate, rate * SLOWER), dtype=np.float32)
    return dataclasses.replace(recording, samples=slow, duration_s=len(slow) / rate)
