"""A second pass over telephone numbers: each is transcribed again, alone and slower; in doubt its neighbours are compared.

Recognition probabilities do not tell wrong digits from right ones; a second pass over changed sound does, as an error seldom
comes back as the same digits. Where the two passes differ, or no whole number was heard, forced scoring tells how well each
number that could have been said fits the sound at three speeds. Only the sound of the number goes through the second pass,
for all messages of a batch together, so it costs little beside the first.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence

import numpy as np

from vmaudio.analysis.options import SecondPassOptions
from vmaudio.audio import VadOptions, detect_speech
from vmaudio.records import Activity, Entities, Phone, Recording, Transcript
from vmaudio.text import (
    HypothesisOptions,
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

Find = Callable[[Transcript], Entities]
"""Finds the entities in a transcript."""

DEFAULT = SecondPassOptions()
VAD = VadOptions()
HYPOTHESES = HypothesisOptions()


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
    options: SecondPassOptions = DEFAULT,
    vad: VadOptions = VAD,
    hypotheses: HypothesisOptions = HYPOTHESES,
) -> list[Entities]:
    """Check the telephone numbers of a batch by a second pass, and mend those that were heard badly.

    Args:
        transcriber: the recogniser of the first pass; it must support a second one. Numbers are mended only where it also
            supports scoring.
        recordings: decoded sound.
        activities: of the recordings; what matters is how far the voice lies above the noise.
        transcripts: of the first pass; an exception where that failed.
        found: the entities of each.
        find: finds the entities in a transcript.
        local: seven digits may be a whole number.
        region: numbers are only mended in regions of the North American plan.
        options: how the sound is heard again, and how numbers are compared.
        vad: how speech is found in the sound that is heard again.
        hypotheses: when the numbers of two passes are the same, and when another number is taken instead.

    Returns:
        The entities of each message; those without a telephone number as they are.
    """
    places = [i for i, one in enumerate(found) if one.phones]
    if not places:
        return list(found)
    cuts = [stretch(recordings[i], found[i].phones, options.stretch, options) for i in places]
    heard = transcriber.transcribe_many(cuts, [detect_speech(cut, options=vad) for cut in cuts])
    checked = list(found)
    for place, second in zip(places, heard, strict=True):
        first, again, script = found[place], find(second), transcripts[place]
        confirmed = confirm_numbers(first, again, options=hypotheses)
        if transcriber.supports_scoring and region in ("US", "CA") and isinstance(script, Transcript):
            noisy = activities[place].snr_db < options.noisy_db
            phones = []
            for before, one in zip(first.phones, confirmed.phones, strict=True):
                if one.complete and not (noisy and one.times_said == 1):
                    phones.append(one)
                    continue
                doubted = one if one.complete else before
                mended = _mended(transcriber, recordings[place], script, doubted, again, local, region, options, hypotheses)
                phones.append(dataclasses.replace(mended, heard_again=one.heard_again) if mended is not None else one)
            confirmed = dataclasses.replace(confirmed, phones=tuple(phones))
        checked[place] = confirmed
    return checked


def _mended(
    transcriber: Transcriber,
    recording: Recording,
    script: Transcript,
    phone: Phone,
    again: Entities,
    local: bool,
    region: str,
    options: SecondPassOptions,
    hypotheses: HypothesisOptions,
) -> Phone | None:
    """The number after its neighbours were compared; None where there is nothing to compare."""
    length = expected_length(phone, local=local)
    if length is None or not script.is_english:
        return None
    other = same_number(phone, again.phones, options=hypotheses)
    foreign = phone.digits.startswith("0")  # no number of the North American plan, or a digit was lost
    if foreign and other is not None and other.digits.startswith("0"):
        return None
    numbers = candidate_numbers([phone.digits, *([other.digits] if other else [])], length)
    if len(numbers) < 2:
        return None
    begin = min(span.start_s for span in phone.spans)
    before = "".join(
        f" {word.text}"
        for word in script.words
        if begin - options.lead_s <= word.start_s and word.end_s <= begin + options.overlap_s
    )
    sounds = [stretch(recording, (phone,), speed, options) for speed in options.speeds]
    (rough,) = transcriber.score_texts(sounds[0], before, list(map(spelled_digits, numbers)))
    numbers = [numbers[i] for i in np.argsort(-rough)[: options.shortlist]]
    ways = [list(map(way, numbers)) for way in (spelled_digits, written_number)]
    totals = np.zeros(len(numbers))
    for sound in sounds:
        spelled, written = transcriber.score_texts(sound, before, *ways)
        totals += (spelled + options.figures_weight * written) / len(sounds)
    best, second = np.argsort(-totals)[:2]
    chance = float(1.0 / np.exp(totals - totals[best]).sum())
    lead = float(totals[best] - totals[second])
    settled = settle_number(phone, other, national_digits(numbers[best]), lead, chance, region, options=hypotheses)
    return dataclasses.replace(settled, complete=False) if foreign else settled


def stretch(recording: Recording, phones: Sequence[Phone], slower: float, options: SecondPassOptions = DEFAULT) -> Recording:
    """Cut the sound of telephone numbers out of a recording.

    Args:
        recording: decoded sound.
        phones: numbers with the spans where they are said.
        slower: how many times as long the sound is made; its pitch falls with it.
        options: how much sound around the numbers is kept.

    Returns:
        The sound from before the first saying of the numbers to behind the last.
    """
    import soxr

    spans = [span for phone in phones for span in phone.spans]
    rate = recording.sample_rate_hz
    begin = max(0.0, min(span.start_s for span in spans) - options.lead_s)
    end = min(recording.duration_s, max(span.end_s for span in spans) + options.tail_s)
    cut = recording.samples[round(begin * rate) : round(end * rate)]
    if slower != 1.0:
        cut = np.asarray(soxr.resample(cut, rate, rate * slower), dtype=np.float32)
    return dataclasses.replace(recording, samples=cut, duration_s=len(cut) / rate)
