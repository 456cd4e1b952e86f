"""A second pass over telephone numbers: each is transcribed again, alone and slower; in doubt its neighbours are compared.

Recognition probabilities do not tell wrong digits from right ones; a second pass over changed sound does, as an error seldom
comes back as the same digits. Where the two passes differ, or no whole number was heard, forced scoring tells how well each
number that could have been said fits the sound at three speeds. Only the sound of the number goes through the second pass,
for all messages of a batch together, so it costs little beside the first.
"""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence

import numpy as np

from vmaudio.analysis.options import SecondPassOptions
from vmaudio.audio import VadOptions, detect_speech
from vmaudio.records import Activity, Entities, Phone, Recording, Transcript
from vmaudio.text import (
    Comparison,
    HypothesisOptions,
    candidate_numbers,
    confirm_numbers,
    expected_length,
    judge_number,
    same_number,
    settle_number,
    spelled_digits,
    written_number,
)
from vmaudio.transcribe import Transcriber

Find = Callable[[Transcript], Entities]
"""Finds the entities in a transcript."""

Compare = Callable[[Phone, Phone | None], Comparison | None]
"""Compares a number, and what a second pass heard of it, with its neighbours."""

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
        again, script = find(second), transcripts[place]
        compare = None
        if transcriber.supports_scoring and region in ("US", "CA") and isinstance(script, Transcript):
            compare = functools.partial(compared, transcriber, recordings[place], script, local=local, options=options)
        checked[place] = settled(
            found[place], again, activities[place].snr_db, compare, local=local, region=region, options=options,
            hypotheses=hypotheses,
        )  # fmt: skip
    return checked


def settled(
    first: Entities,
    again: Entities,
    snr_db: float,
    compare: Compare | None,
    *,
    local: bool = False,
    region: str = "US",
    options: SecondPassOptions = DEFAULT,
    hypotheses: HypothesisOptions = HYPOTHESES,
) -> Entities:
    """The entities after both passes.

    Args:
        first: of the first pass.
        again: of the second.
        snr_db: how far the voice lies above the noise, dB.
        compare: compares a number (and what the second pass heard of it) with its neighbours; None where nothing can.
        local: seven digits may be a whole number.
        region: two-letter region of the numbers.
        options: from which noise on a number said once is compared although both passes agree.
        hypotheses: when the numbers of two passes are the same, and when another number is taken instead.

    Returns:
        ``first`` with the numbers as both passes and the comparison have them.
    """
    confirmed = confirm_numbers(first, again, options=hypotheses)
    phones = []
    for before, one in zip(first.phones, confirmed.phones, strict=True):
        scores, doubted = None, one if one.complete else before
        other = same_number(doubted, again.phones, options=hypotheses)
        if compare is not None and in_doubt(one, snr_db, options):
            scores = compare(doubted, other)
        if scores is not None:
            taken = settle_number(doubted, other, scores.best, scores.lead, scores.chance, region, options=hypotheses)
            one = dataclasses.replace(taken, heard_again=one.heard_again, complete=taken.complete and not _foreign(doubted))
        if region in ("US", "CA"):
            one = judge_number(before, one, other, scores, local=local, options=hypotheses)
        phones.append(one)
    return dataclasses.replace(confirmed, phones=tuple(phones))


def in_doubt(phone: Phone, snr_db: float, options: SecondPassOptions = DEFAULT) -> bool:
    """Whether a number is compared with its neighbours.

    Args:
        phone: as both passes have it.
        snr_db: how far the voice lies above the noise, dB.
        options: from which noise on a number said once is compared although both passes agree.
    """
    return not phone.complete or (snr_db < options.noisy_db and phone.times_said == 1)


def _foreign(phone: Phone) -> bool:
    """No number of the North American plan, or a digit was lost."""
    return phone.digits.startswith("0")


def compared(
    transcriber: Transcriber,
    recording: Recording,
    script: Transcript,
    phone: Phone,
    other: Phone | None,
    *,
    local: bool = False,
    options: SecondPassOptions = DEFAULT,
) -> Comparison | None:
    """How well the sound fits a number and its neighbours.

    Args:
        transcriber: a recogniser that supports scoring.
        recording: decoded sound.
        script: the words of the first pass.
        phone: the number as first heard.
        other: as heard in the second pass, if it was.
        local: seven digits may be a whole number.
        options: at which speeds, and how many neighbours at all of them.

    Returns:
        None where there is nothing to compare: other languages, numbers too far from a whole one or from another country.
    """
    length = expected_length(phone, local=local)
    if length is None or not script.is_english:
        return None
    if _foreign(phone) and other is not None and _foreign(other):
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
    scores = []
    for sound in sounds:
        spelled, written = transcriber.score_texts(sound, before, *ways)
        scores.append(tuple((spelled + options.figures_weight * written).tolist()))
    return Comparison(tuple(numbers), tuple(scores))


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
