"""Telephone numbers are heard a second time, alone and slower; where that leaves doubt, their neighbours are compared.

Recognition probabilities do not tell wrong digits from right ones; a second decode of changed sound does, as an error seldom
comes back as the same digits. Where the hearings differ, or no whole number was heard, the recogniser is asked how well each
number that could have been said fits the sound at three speeds. Only the stretch of the number is heard again, for all
messages of a batch together, so it costs little beside the first hearing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from vmaudio.audio import detect_speech
from vmaudio.records import Activity, Entities, Phone, Recording, Transcript
from vmaudio.text import (
    candidate_numbers,
    confirm_numbers,
    expected_length,
    national_digits,
    same_number,
    settle_number,
    spelled_digits,
    written_number,
)
from vmaudio.transcribe import Transcriber

LEAD_S = 1.5  # of what was said before the number: it tells the recogniser what is coming
TAIL_S = 0.6
SLOWER = 1.08  # times as long; the pitch falls with it
SPEEDS = (1.0, SLOWER, 0.94)
SHORTLIST = 16  # candidates that are compared at all speeds, and in figures too
FIGURES = 0.25
"""Weight of how well a number fits as recognisers write it (303-555-0126), beside digit by digit (3 0 3 5 ...) with 1. Where a
token is one digit the sound decides; in figures habit does ("555" draws a fourth 5). Of the tuning part's numbers in doubt,
digits find 77 % clean and 69 % through GSM, figures 59 and 38, both together 82 and 75."""
NOISY_DB = 20.0
"""On a line with less above the noise a number said once is compared with its neighbours although both hearings agree: with
babble at 15 dB three of the tuning part's real numbers that both heard alike were wrong, and none of them leads the others by
`respell.LEAD`. Clean lines and telephone codecs lie above."""

Find = Callable[[Transcript], Entities]


@runtime_checkable
class Speller(Protocol):
    """A recogniser that can tell how well texts fit a sound."""

    def fit(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Natural log probability of each text after ``before``, (texts,) for each list; compared within a list."""
        ...


def second_pass(
    transcriber: Transcriber,
    recordings: Sequence[Recording],
    activities: Sequence[Activity],
    transcripts: Sequence[Transcript | Exception],
    found: Sequence[Entities],
    find: Find,
    *,
    local: bool = False,
    region: str = "US",
) -> list[Entities]:
    """Check the telephone numbers of a batch against a second hearing, and mend those that were heard badly.

    Args:
        transcriber: that heard them first.
        recordings: decoded sound.
        activities: of the recordings; what matters is how far the voice lies above the noise.
        transcripts: what was heard first; an exception where that failed.
        found: the entities of each.
        find: how entities are found in a transcript.
        local: seven digits may be a whole number.
        region: numbers are only mended in regions of the North American plan.

    Returns:
        The entities of each message; those without a telephone number as they are.
    """
    places = [i for i, one in enumerate(found) if one.phones]
    if not places:
        return list(found)
    cuts = [stretch(recordings[i], found[i].phones, SLOWER) for i in places]
    heard = transcriber.transcribe_many(cuts, [detect_speech(cut) for cut in cuts])
    checked = list(found)
    for place, second in zip(places, heard, strict=True):
        first, again, script = found[place], find(second), transcripts[place]
        confirmed = confirm_numbers(first, again)
        if isinstance(transcriber, Speller) and region in ("US", "CA") and isinstance(script, Transcript):
            noisy = activities[place].snr_db < NOISY_DB
            phones = []
            for before, one in zip(first.phones, confirmed.phones, strict=True):
                if one.complete and not (noisy and one.times_said == 1):
                    phones.append(one)
                    continue
                doubted = one if one.complete else before
                phones.append(_mended(transcriber, recordings[place], script, doubted, again, local, region) or one)
            confirmed = dataclasses.replace(confirmed, phones=tuple(phones))
        checked[place] = confirmed
    return checked


def _mended(
    speller: Speller, recording: Recording, script: Transcript, phone: Phone, again: Entities, local: bool, region: str
) -> Phone | None:
    """The number after its neighbours were compared; None where there is nothing to compare."""
    length = expected_length(phone, local=local)
    if length is None or not script.is_english:
        return None
    other = same_number(phone, again.phones)
    foreign = phone.digits.startswith("0")  # no number of the North American plan, or a digit was lost
    if foreign and other is not None and other.digits.startswith("0"):
        return None
    numbers = candidate_numbers([phone.digits, *([other.digits] if other else [])], length)
    if len(numbers) < 2:
        return None
    begin = min(span.start_s for span in phone.spans)
    before = "".join(f" {word.text}" for word in script.words if begin - LEAD_S <= word.start_s and word.end_s <= begin + 0.05)
    sounds = [stretch(recording, (phone,), speed) for speed in SPEEDS]
    (rough,) = speller.fit(sounds[0], before, list(map(spelled_digits, numbers)))
    numbers = [numbers[i] for i in np.argsort(-rough)[:SHORTLIST]]
    ways = [list(map(way, numbers)) for way in (spelled_digits, written_number)]
    totals = np.zeros(len(numbers))
    for sound in sounds:
        spelled, written = speller.fit(sound, before, *ways)
        totals += (spelled + FIGURES * written) / len(sounds)
    best, second = np.argsort(-totals)[:2]
    chance = float(1.0 / np.exp(totals - totals[best]).sum())
    lead = float(totals[best] - totals[second])
    settled = settle_number(phone, other, national_digits(numbers[best]), lead, chance, region)
    return dataclasses.replace(settled, complete=False) if foreign else settled


def stretch(recording: Recording, phones: Sequence[Phone], slower: float) -> Recording:
    """The sound from before the first saying of the numbers to behind the last, made ``slower`` times as long."""
    import soxr

    spans = [span for phone in phones for span in phone.spans]
    rate = recording.sample_rate_hz
    begin = max(0.0, min(span.start_s for span in spans) - LEAD_S)
    end = min(recording.duration_s, max(span.end_s for span in spans) + TAIL_S)
    cut = recording.samples[round(begin * rate) : round(end * rate)]
    if slower != 1.0:
        cut = np.asarray(soxr.resample(cut, rate, rate * slower), dtype=np.float32)
    return dataclasses.replace(recording, samples=cut, duration_s=len(cut) / rate)
