"""The questions that a rubric may ask, answered from one Analysis: a verdict, the evidence quoted, and its second.

Each judge takes a Case and a Criterion and returns a Ruling. "n/a" always says why. A judge that rests on the words
rules "n/a" when the words cannot be trusted: see `Case.unreadable`.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from vmaudio.features import CATALOGUE, WE
from vmaudio.records import Analysis, Mention, Message, Part, Phone, RepBaseline, clock
from vmaudio.rubric.load import Criterion
from vmaudio.rubric.prospect import specific, terms
from vmaudio.text import DAYTIMES, FILLERS, HELLO_WORDS, match_name, spoken_words

READABLE_PROBABILITY = 0.45
"""Below this mean word probability the words cannot be trusted, and checks of content are n/a (our default)."""

READABLE_SNR_DB = 4.4
"""The same for a line: so much between noise and voice. Below, nearly every fail would be n/a and the passes left would raise
the points (from 77 to 86 at 0 dB in the benchmarks' row `uncertainty` before there was this limit)."""

UNSURE_LOCAL = 0.6
"""Seven digits of less confidence are a number that cannot be made out, not one with three digits too few (our default)."""

SURE = 0.4
"""A fail that is less sure than this is n/a (our default; see the benchmarks' row `uncertainty`)."""

SURE_PASS = 0.25
"""The same for a pass. It is lower, as the one word of a name that a pass rests on is often unsure on a clear line."""

SURE_ABSENT = 0.8
"""A fail because a part was not heard is n/a where the part model is less sure that there is none.

By reps it had not met (328 labelled sales messages, recognised text): of 23 fails for want of a reason that were surer all were
right, of the 28 others 16; for want of a value or an offer 97 % of 74 and 63 % of 65. Passes were right nine times in ten
however unsure the model was (it is tuned to find rare parts), so they stay."""

CLEAR_SNR_DB = 15.0
CLEAR_CLIPPED = 0.005
"""Noise this far below the voice, and clipping up to this share, lower no confidence."""

PACE_ERROR = 0.05
"""A pace this share beyond a limit cannot be told from the limit: words that are misheard move it that much between codecs."""

MIN_BASELINE = 10
"""Fewest messages from which a rep's own pace is taken (design: a score must not depend on the order of a batch)."""


@dataclass(frozen=True)
class Ruling:
    """The answer to one question. ``verdict`` is "pass", "fail" or "n/a"; the times are seconds, or None.

    ``absent``, 0 to 1: how sure the part model is that there is no part of the kind that was missed; 1 where the verdict does
    not rest on that.
    """

    verdict: str
    evidence: str
    start_s: float | None = None
    end_s: float | None = None
    absent: float = 1.0


@dataclass(frozen=True)
class Case:
    """One message before the judges."""

    analysis: Analysis
    baseline: RepBaseline | None

    @cached_property
    def values(self) -> Mapping[str, float | str]:
        return self.analysis.features.values

    def value(self, name: str) -> float:
        """A feature that is a number; NaN when it was not measured."""
        value = self.values.get(name, math.nan)
        return value if isinstance(value, float) else math.nan

    @cached_property
    def unreadable(self) -> str | None:
        """Why the words cannot be trusted, or None when they can."""
        probability = self.value("word_probability")
        if probability < READABLE_PROBABILITY:
            return f"the words are hard to make out (mean word probability {probability:.2f})"
        if self.value("snr_db") < READABLE_SNR_DB:
            return f"the words cannot be trusted: {self.unclear_because}"
        if not self.analysis.transcript.is_english:
            return f"the message is not in English ({self.analysis.transcript.language})"
        return None

    @cached_property
    def clearness(self) -> float:
        """1 for a clear line; falls to .25 where noise is as loud as the voice, and to .5 where 5 % of the samples clip."""
        snr, clipped = self.value("snr_db"), self.value("clipped_share")
        noise = 1.0 if math.isnan(snr) else 0.25 + 0.75 * min(max(snr / CLEAR_SNR_DB, 0.0), 1.0)
        over = 0.0 if math.isnan(clipped) else min(max((clipped - CLEAR_CLIPPED) / (0.05 - CLEAR_CLIPPED), 0.0), 1.0)
        return noise * (1.0 - 0.5 * over)

    @property
    def unclear_because(self) -> str:
        """What makes the line unclear, as a clause."""
        snr, clipped = self.value("snr_db"), self.value("clipped_share")
        why = [f"the noise is only {snr:.0f} dB below the voice"] if snr < CLEAR_SNR_DB else []
        why += [f"{100 * clipped:.1f} % of the samples clip"] if clipped > CLEAR_CLIPPED else []
        return (
            " and ".join(why) or f"the words are hard to make out (mean word probability {self.value('word_probability'):.2f})"
        )

    def sureness(self, start_s: float | None, end_s: float | None) -> float:
        """Mean recognition probability of the words between two times; of all words where no time is given."""
        words = [word.probability for word in self.analysis.transcript.words if not math.isnan(word.probability)]
        if start_s is not None and end_s is not None:
            inside = [w.probability for w in self.analysis.transcript.words if w.end_s > start_s and w.start_s < end_s]
            words = [value for value in inside if not math.isnan(value)] or words
        return sum(words) / len(words) if words else 0.0

    def parts(self, labels: Iterable[str]) -> list[Part]:
        wanted = set(labels)
        return [part for part in self.analysis.structure.parts if part.label in wanted]

    def absent(self, labels: Iterable[str], by_s: float = math.inf) -> float:
        """How sure the part model is that no part starting by then has one of these labels: the likeliest one counts."""
        wanted = tuple(labels)
        chances = [
            sum(part.probabilities.get(label, 0.0) for label in wanted) if part.probabilities else float(part.label in wanted)
            for part in self.analysis.structure.parts
            if part.start_s <= by_s
        ]
        return max(0.0, 1.0 - max(chances, default=0.0))

    @property
    def phone(self) -> Phone | None:
        """The number to call, see `Entities.number_to_call`."""
        return self.analysis.entities.number_to_call


_STRETCH_WORDS = 8

Judge = Callable[[Case, Criterion], Ruling]


def quote(text: str, words: int = 9) -> str:
    """The first words of a text in quotation marks."""
    tokens = text.split()
    return "“" + " ".join(tokens[:words]) + ("…”" if len(tokens) > words else "”")


def _rule(passed: bool, evidence: str, start_s: float | None = None, end_s: float | None = None, absent: float = 1.0) -> Ruling:
    return Ruling("pass" if passed else "fail", evidence, start_s, end_s, absent)


def _na(why: str) -> Ruling:
    return Ruling("n/a", why)


def _named(case: Case, mention: Mention | None, labels: tuple[str, ...], what: str) -> Ruling:
    if mention is not None:
        return _rule(True, f"{quote(mention.text)} at {clock(mention.start_s)}", mention.start_s, mention.end_s)
    part = next(iter(case.parts(labels)), None)
    if part is not None:  # the part model heard it, the name itself was not caught
        return _rule(True, f"{quote(part.text)} at {clock(part.start_s)}", part.start_s, part.end_s)
    return _rule(False, f"{what} was not heard", absent=case.absent(labels))


def _caller_named(case: Case, criterion: Criterion) -> Ruling:
    return _named(case, case.analysis.entities.caller, ("identity",), "your name")


_OPENINGS = frozenset({*HELLO_WORDS, *DAYTIMES})


def _unsure_opening(case: Case) -> str | None:
    """The word after the greeting that was not made out for certain, if there is one: it may have been a name."""
    words = case.analysis.transcript.words[:5]
    greeting = next((i for i, word in enumerate(words) if re.sub(r"\W", "", word.text.lower()) in _OPENINGS), None)
    after = words[greeting + 1 : greeting + 2] if greeting is not None else ()
    return next((word.text for word in after if word.probability < READABLE_PROBABILITY), None)


def _callee_named(case: Case, criterion: Criterion) -> Ruling:
    unsure = _unsure_opening(case)
    if case.analysis.entities.callee is None and not case.parts(("callee",)) and unsure:
        return _na(f"what follows the greeting cannot be made out for certain ({quote(unsure)}?)")
    return _named(case, case.analysis.entities.callee, ("callee",), "the listener's name")


def _company_named(case: Case, criterion: Criterion) -> Ruling:
    return _named(case, case.analysis.entities.company, ("company",), "a company")


_NAME = re.compile(r"[^\W\d_]+(?:[ '’.-]+[^\W\d_]+){0,4}\.?")


def expected_callee(message: Message) -> str | None:
    """The listener's name by the manifest: ``prospect_name``, else a ``prospect`` that is a name and no id."""
    if message.prospect_name:
        return message.prospect_name
    prospect = message.prospect or ""
    return prospect if _NAME.fullmatch(prospect) and prospect != prospect.lower() and " " in prospect else None


def _callee_matches(case: Case, criterion: Criterion) -> Ruling:
    expected = expected_callee(case.analysis.message)
    said = case.analysis.entities.callee
    if not expected:
        return _na("the manifest gives no prospect_name")
    if said is None:
        return _na("no listener's name was heard")
    likeness = match_name(said.text, expected)
    least = criterion.number("least_similarity") or 0.0
    return _rule(likeness >= least, f"heard {quote(said.text)}, the list says “{expected}”", said.start_s, said.end_s)


def _part_present(case: Case, criterion: Criterion) -> Ruling:
    wanted = criterion.words("parts")
    part = next(iter(case.parts(wanted)), None)
    if part is None:
        return _rule(False, f"no {' or '.join(wanted)} was heard", absent=case.absent(wanted))
    return _rule(True, f"{quote(part.text)} at {clock(part.start_s)}", part.start_s, part.end_s)


def _part_by(case: Case, criterion: Criterion) -> Ruling:
    wanted, by_s = criterion.words("parts"), criterion.number("by_s") or 0.0
    part = next(iter(case.parts(wanted)), None)
    if part is None:
        return _rule(False, f"no {' or '.join(wanted)} was heard", absent=case.absent(wanted))
    evidence = f"{quote(part.text)} comes at {part.start_s:.0f} s"
    return _rule(part.start_s <= by_s, evidence, part.start_s, part.end_s, case.absent(wanted, by_s))


def _part_before(case: Case, criterion: Criterion) -> Ruling:
    first = next(iter(case.parts(criterion.words("first"))), None)
    then = next(iter(case.parts(criterion.words("then"))), None)
    if first is None or then is None:
        missing = criterion.words("first") if first is None else criterion.words("then")
        return _na(f"no {' or '.join(missing)} was heard")
    evidence = f"{first.label} at {clock(first.start_s)}, {then.label} at {clock(then.start_s)}"
    return _rule(first.start_s < then.start_s, evidence, first.start_s, first.end_s)


def _part_count(case: Case, criterion: Criterion) -> Ruling:
    found = case.parts(criterion.words("parts"))
    low, high = criterion.number("low"), criterion.number("high")
    passed = len(found) >= (low or 0) and (high is None or len(found) <= high)
    label = " or ".join(criterion.words("parts"))
    if not found:
        return _rule(passed, f"no {label} was heard", absent=case.absent(criterion.words("parts")))
    heard = "; ".join(f"{quote(part.text, 6)} at {clock(part.start_s)}" for part in found[:3])
    return _rule(passed, f"{len(found)} × {label}: {heard}", found[-1].start_s, found[-1].end_s)


def _personal(case: Case, criterion: Criterion) -> Ruling:
    message = case.analysis.message
    if not terms(message.notes) and not terms(message.company):
        return _na("the manifest says nothing about the prospect (notes, company)")
    found = specific(message, case.analysis.transcript)
    if not found:
        return _rule(False, "nothing from the prospect's notes or company was heard")
    words = ", ".join(f"“{item.term}” at {clock(item.word.start_s)}" for item in found[:3])
    return _rule(True, words, found[0].word.start_s, found[0].word.end_s)


def _in_range(case: Case, criterion: Criterion) -> Ruling:
    name = str(criterion.options["feature"])
    feature, value = CATALOGUE[name], case.value(name)
    if math.isnan(value):
        return _na(f"{feature.meaning}: not measurable here")
    low, high = criterion.number("low"), criterion.number("high")
    limits = " and ".join(
        [*([f"at least {low:g}"] if low is not None else []), *([f"at most {high:g}"] if high is not None else [])]
    )
    passed = (low is None or value >= low) and (high is None or value <= high)
    start_s, end_s = _where(case, name)
    unit = f" {feature.unit}" if feature.unit not in ("", "0/1", "0 to 1") else ""
    if name == "filler_count":
        heard = (
            f"at least {value:.0f} um{'' if value == 1 else 's'}" if value else "no um written down, though there may be some"
        )
        return _rule(passed, f"{heard} (wanted: {limits})", start_s, end_s)
    return _rule(passed, f"{feature.meaning}: {value:.3g}{unit} (wanted: {limits})", start_s, end_s)


def _where(case: Case, feature: str) -> tuple[float | None, float | None]:
    """The second that a feature is best heard at, where it has one."""
    words = case.analysis.transcript.words
    if feature in ("filler_count", "you_share"):
        plain = [(re.sub(r"[^\w']", "", word.text.lower()), word) for word in words]
        fillers = feature == "filler_count"
        word = next((word for text, word in plain if (FILLERS.fullmatch(text) if fillers else text in WE)), None)
        return (word.start_s, word.end_s) if word else (None, None)
    if feature == "tail_silence_s":
        return case.analysis.duration_s - case.value(feature), case.analysis.duration_s
    if feature == "lead_silence_s":
        return 0.0, case.value(feature)
    if feature == "pause_longest_s":
        pause = max(case.analysis.prosody.pauses, key=lambda pause: pause.duration_s, default=None)
        return (pause.start_s, pause.start_s + pause.duration_s) if pause else (None, None)
    return None, None


def _find_phrase(case: Case, criterion: Criterion) -> tuple[str, float, float] | None:
    within_s = criterion.number("within_s")
    words = [word for word in case.analysis.transcript.words if within_s is None or word.start_s <= within_s]
    tokens = [(re.sub(r"[^\w']", "", word.text.lower().replace("’", "'")), word) for word in words]
    tokens = [(token, word) for token, word in tokens if token]
    for phrase in criterion.words("phrases"):
        wanted = re.findall(r"[\w']+", phrase.lower())
        for i in range(len(tokens) - len(wanted) + 1):
            if wanted and [token for token, _ in tokens[i : i + len(wanted)]] == wanted:
                return phrase, tokens[i][1].start_s, tokens[i + len(wanted) - 1][1].end_s
    return None


def _says_any(case: Case, criterion: Criterion) -> Ruling:
    found = _find_phrase(case, criterion)
    if found is None:
        return _rule(False, "none of the phrases was heard")
    return _rule(True, f"“{found[0]}” at {clock(found[1])}", found[1], found[2])


def _says_none(case: Case, criterion: Criterion) -> Ruling:
    found = _find_phrase(case, criterion)
    if found is None:
        return _rule(True, "none of the phrases was heard")
    return _rule(False, f"“{found[0]}” at {clock(found[1])}", found[1], found[2])


def _number_complete(case: Case, criterion: Criterion) -> Ruling:
    phone = case.phone
    if phone is None:
        part = next(iter(case.parts(("number",))), None)
        if part is None:
            return _rule(False, "no telephone number was heard")
        return _rule(False, f"no full number in {quote(part.text)}", part.start_s, part.end_s)
    span = phone.spans[0]
    if phone.complete:
        return _rule(True, f"{phone.digits} at {clock(span.start_s)}", span.start_s, span.end_s)
    if phone.agreement < 1:
        why = (
            f"the number is said {phone.times_said} times and not the same each time"
            if phone.times_said > 1
            else "the number could not be made out: heard again, it came out otherwise"
        )
        return _rule(False, why, span.start_s, span.end_s)
    # seven digits may be a whole local number in doubt, or a part that was heard well
    if len(phone.digits) in (10, 11) or (len(phone.digits) == 7 and phone.confidence < UNSURE_LOCAL):
        return _na(f"the digits cannot be made out for certain ({phone.digits}?, confidence {phone.confidence:.2f})")
    return _rule(False, f"only {len(phone.digits)} digits were heard: {phone.digits}", span.start_s, span.end_s)


def _number_by_or_twice(case: Case, criterion: Criterion) -> Ruling:
    phone, by_s = case.phone, criterion.number("by_s") or 0.0
    if phone is None:
        return _na("no telephone number was heard")
    span = phone.spans[0]
    passed = span.end_s <= by_s or phone.times_said >= 2
    return _rule(passed, f"said {phone.times_said} ×, first ends at {span.end_s:.0f} s", span.start_s, span.end_s)


def _number_slow(case: Case, criterion: Criterion) -> Ruling:
    phone = case.phone
    if phone is None or math.isnan(phone.digits_per_s):
        return _na("no telephone number was heard")
    high = criterion.number("high_digits_per_s") or 0.0
    span = phone.spans[-1]
    evidence = f"{phone.digits_per_s:.1f} digits per second (wanted: at most {high:g})"
    return _rule(phone.digits_per_s <= high, evidence, span.start_s, span.end_s)


def _pause_before_number(case: Case, criterion: Criterion) -> Ruling:
    phone = case.phone
    if phone is None:
        return _na("no telephone number was heard")
    low_s, best = criterion.number("low_s") or 0.0, 0.0
    for span in phone.spans:
        # word times reach back into pauses, so a pause that ends just after the first digit's start counts too
        gaps = [p.duration_s for p in case.analysis.prosody.pauses if abs(p.start_s + p.duration_s - span.start_s) <= 0.35]
        best = max([best, *gaps])
    span = phone.spans[0]
    return _rule(best >= low_s, f"{best:.1f} s of pause before the number", span.start_s, span.end_s)


def _number_is_caller_id(case: Case, criterion: Criterion) -> Ruling:
    expected = re.sub(r"\D", "", case.analysis.message.caller_id or "")
    phone = case.phone
    if not expected:
        return _na("the manifest gives no caller_id")
    if phone is None or not phone.complete:
        return _na("no complete telephone number was heard")
    span = phone.spans[0]
    same = expected[-10:].endswith(phone.digits[-10:])
    return _rule(same, f"said {phone.digits}, the phone shows {expected}", span.start_s, span.end_s)


def _talk_under(case: Case, criterion: Criterion) -> Ruling:
    high_s = criterion.number("high_s") or 0.0
    talk_s = case.analysis.duration_s - case.value("lead_silence_s") - case.value("tail_silence_s")
    return _rule(talk_s <= high_s, f"{talk_s:.0f} s from the first word to the last (wanted: at most {high_s:g} s)")


def _own_pace(case: Case) -> float | None:
    baseline = case.baseline
    if baseline is None or baseline.n < MIN_BASELINE:
        return None
    own = baseline.medians.get("speaking_rate_wpm", math.nan)
    return None if math.isnan(own) else own


def _pace(case: Case, limit: float | None, times: float | None, *, under: bool) -> Ruling:
    rate = case.value("speaking_rate_wpm")
    if math.isnan(rate) or case.value("n_words") < 8 or limit is None:
        return _na("too few words for a speaking rate")
    own = _own_pace(case)
    if own is not None and times is not None:
        bound, whose = own * times, f"your own pace is {own:.0f}"
    else:
        bound, whose = limit, f"wanted: at {'most' if under else 'least'} {limit:g}"
    start_s, end_s = _stretch(case, fastest=under)
    where = f", {'fastest' if under else 'slowest'} at {clock(start_s)}" if start_s is not None else ""
    evidence = f"{rate:.0f} words per minute ({whose}){where}"
    if (bound < rate <= bound * (1 + PACE_ERROR)) if under else (bound > rate >= bound * (1 - PACE_ERROR)):
        return _na(f"{evidence}: too near to tell")
    return _rule(rate <= bound if under else rate >= bound, evidence, start_s, end_s)


def _stretch(case: Case, *, fastest: bool) -> tuple[float | None, float | None]:
    """The fastest or slowest eight words in a row, numbers read out."""
    words = case.analysis.transcript.words
    best: tuple[float, float | None, float | None] = (0.0, None, None)
    for first, last in itertools.pairwise(range(0, len(words) + 1, _STRETCH_WORDS)):
        stretch = words[first:last]
        seconds = stretch[-1].end_s - stretch[0].start_s
        if seconds <= 0:
            continue
        pace = len(spoken_words(" ".join(word.text for word in stretch))) / seconds
        if best[1] is None or (pace > best[0] if fastest else pace < best[0]):
            best = (pace, stretch[0].start_s, stretch[-1].end_s)
    return best[1], best[2]


def _pace_under(case: Case, criterion: Criterion) -> Ruling:
    return _pace(case, criterion.number("high_wpm"), criterion.number("above_own"), under=True)


def _pace_over(case: Case, criterion: Criterion) -> Ruling:
    return _pace(case, criterion.number("low_wpm"), criterion.number("below_own"), under=False)


def _clear_line(case: Case, criterion: Criterion) -> Ruling:
    snr, clipped = case.value("snr_db"), case.value("clipped_share")
    if math.isnan(snr):
        return _na("no speech to compare with the noise")
    low, high = criterion.number("low_snr_db") or 0.0, criterion.number("high_clipped_share") or 0.0
    evidence = f"{snr:.0f} dB above the noise, {100 * clipped:.1f} % of the samples clipped"
    return _rule(snr >= low and clipped <= high, evidence)


JUDGES: Mapping[str, Judge] = {
    "caller_named": _caller_named,
    "callee_named": _callee_named,
    "company_named": _company_named,
    "callee_matches": _callee_matches,
    "part_present": _part_present,
    "part_by": _part_by,
    "part_before": _part_before,
    "part_count": _part_count,
    "personal": _personal,
    "feature": _in_range,
    "says_any": _says_any,
    "says_none": _says_none,
    "number_complete": _number_complete,
    "number_by_or_twice": _number_by_or_twice,
    "number_slow": _number_slow,
    "pause_before_number": _pause_before_number,
    "number_is_caller_id": _number_is_caller_id,
    "talk_under": _talk_under,
    "pace_under": _pace_under,
    "pace_over": _pace_over,
    "clear_line": _clear_line,
}
"""One judge for every question of `vmaudio.rubric.QUESTIONS` (a test holds the two together)."""

SIGNAL_ONLY = frozenset({"talk_under", "clear_line"})
"""Questions that need no words, so that words nobody can make out do not matter."""

SIGNAL_FEATURES = frozenset(feature.name for feature in CATALOGUE.values() if feature.source.startswith("signal"))
