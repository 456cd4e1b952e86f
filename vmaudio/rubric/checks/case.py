"""One message as the checks see it: its analysis, the rep's baseline, and the few lookups that many checks need."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from vmaudio.classify import EMPTY, contact_of
from vmaudio.records import Analysis, Mention, Part, Phone, ReasonHeard, RepBaseline
from vmaudio.rubric.checks.rulings import Ruling, ramp
from vmaudio.rubric.criterion import Criterion
from vmaudio.rubric.everyday import is_everyday
from vmaudio.rubric.gains import thing_given
from vmaudio.rubric.hollow import is_hollow
from vmaudio.rubric.options import RUBRIC_OPTIONS, RubricOptions
from vmaudio.rubric.team import NO_TEAM, TeamWords
from vmaudio.text import DAYTIMES, HELLO_WORDS


@dataclass(frozen=True)
class Case:
    """One message that is being scored.

    Attributes:
        analysis: all that was measured. Its own ``score`` is older and is not looked at.
        baseline: the rep's own medians and spreads, or None.
        options: the thresholds of scoring.
        team: what others are told.
    """

    analysis: Analysis
    baseline: RepBaseline | None = None
    options: RubricOptions = RUBRIC_OPTIONS
    team: TeamWords = NO_TEAM

    @cached_property
    def values(self) -> Mapping[str, float | str]:
        """The feature row: values by the names of the catalogue."""
        return self.analysis.features.values

    def value(self, name: str) -> float:
        """A feature that is a number.

        Args:
            name: as in the feature catalogue.

        Returns:
            The value in the catalogue's unit; NaN where it was not measured.
        """
        value = self.values.get(name, math.nan)
        return value if isinstance(value, float) else math.nan

    def in_file(self, message_s: float) -> float:
        """A second of the message as a second of the file: what comes before the message (ring, greeting, tone) is added.

        Args:
            message_s: seconds from the message's beginning.
        """
        return self.analysis.origin_s + message_s

    def of_message(self, file_s: float) -> str:
        """Where in the message a second of the file is, in words; "" where both begin together.

        Args:
            file_s: seconds from the start of the file.
        """
        origin_s = self.analysis.origin_s
        return f", {max(0.0, file_s - origin_s):.0f} s into the message" if origin_s >= _OTHER_TIME_S else ""

    def parts(self, labels: Iterable[str]) -> list[Part]:
        """The parts of the message with one of these labels, in the order of time.

        Args:
            labels: of `vmaudio.records.PARTS`.
        """
        wanted = set(labels)
        return [part for part in self.analysis.structure.parts if part.plays in wanted]

    def telling(self, labels: Iterable[str]) -> list[Part]:
        """The same without reasons and values that say nothing, see `says_nothing`.

        Args:
            labels: of `vmaudio.records.PARTS`.
        """
        return [part for part in self.parts(labels) if part.plays not in SAYS_WHY or not self.says_nothing(part)]

    def says_nothing(self, part: Part) -> bool:
        """Whether a part has the form of a reason, a value or an offer and says none.

        That is so by its words (`is_hollow`), and for each of them where the whole message gives no reason (`no_reason`).

        Args:
            part: of the message.
        """
        return is_hollow(part) or (part.plays in SAYS_WHY and self.no_reason is not None)

    @property
    def may_give_none(self) -> bool:
        """Whether the reason model takes it for as likely as not that no reason is given: then none is praised or placed."""
        heard = self.analysis.structure.reason
        return heard is not None and heard.chance(*EMPTY) >= self.options.confidence.maybe_no_reason

    @cached_property
    def no_reason(self) -> ReasonHeard | None:
        """What the reason model heard where it is sure that no reason is given; None where it is not sure, or was not asked.

        It is not asked about a message that may be an inquiry or, by either model, a bare call, or that names an earlier
        contact, somebody who sent the caller, or a thing to have.
        """
        heard, limits = self.analysis.structure.reason, self.options.confidence
        chances, text = self.analysis.structure.chances, self.analysis.transcript.text
        pitch = chances.get("pitch", 0.0) >= limits.pitch_no_reason
        least = limits.maybe_no_reason if pitch else limits.sure_no_reason
        if heard is None or not heard.text or heard.chance(*EMPTY) < least:
            return None
        bare = chances.get("curiosity", 0.0) >= limits.maybe_approach and heard.chance("bare") > limits.not_bare
        other = bare or chances.get("inquiry", 0.0) >= limits.maybe_approach
        return None if other or contact_of(text) or thing_given(text) else heard

    def hollow(self, labels: Iterable[str]) -> Part | None:
        """The first part with one of these labels that has the form of a reason or a value and says none, see `says_nothing`.

        Where the reason model is sure that the message gives none, it is the clause that says so most, as a reason.

        Args:
            labels: of `vmaudio.records.PARTS`.
        """
        wanted = SAYS_WHY.intersection(labels)
        found = next((part for part in self.analysis.structure.parts if part.plays in wanted and is_hollow(part)), None)
        if found is None and wanted and (heard := self.no_reason) is not None:
            return Part("reason", heard.start_s, heard.end_s, heard.text, heard.chance(*EMPTY))
        return found

    def absent(self, labels: Iterable[str], by_s: float = math.inf, *, telling: bool = False, least_s: float = 0.0) -> float:
        """How sure the part model is that there is no part with one of these labels.

        Args:
            labels: of `vmaudio.records.PARTS`.
            by_s: only parts that start by this second are looked at.
            telling: parts that say nothing do not count, see `says_nothing`.
            least_s: shorter parts do not count, in seconds: "take care" is no telephone number.

        Returns:
            0 to 1: one minus the probability of the part that is most likely one of them; 1 without parts.
        """
        wanted = tuple(labels)
        chances = [
            chance_of(part, wanted)
            for part in self.analysis.structure.parts
            if part.start_s <= by_s and part.end_s - part.start_s >= least_s and not (telling and self.says_nothing(part))
        ]
        gone = max(0.0, 1.0 - max(chances, default=0.0))
        if telling and SAYS_WHY.issuperset(wanted) and self.no_reason is not None:
            return max(gone, self.no_reason.chance(*EMPTY))
        return gone

    def near(self, value: float, limit: float) -> float:
        """How much a verdict counts that rests on a measure: less where it is near to the limit, where another line turns it.

        Args:
            value: what was measured.
            limit: where the verdict turns.

        Returns:
            0 at the limit to 1 from ``CheckOptions.near_limit`` of it on.
        """
        return ramp(abs(value - limit), 0.0, self.options.checks.near_limit * abs(limit)) if limit else 1.0

    def counts(self, part: Part, labels: Iterable[str]) -> float:
        """How much a pass counts that rests on a part.

        Args:
            part: what was heard.
            labels: of `vmaudio.records.PARTS`; the part is one of them.

        Returns:
            0 to 1, by the probability that it is: from ``ConfidenceOptions.least_part`` to ``full_part``.
        """
        limits = self.options.confidence
        return ramp(chance_of(part, tuple(labels)), limits.least_part, limits.full_part)

    @property
    def phone(self) -> Phone | None:
        """The number to call, see `Entities.number_to_call`; None without one."""
        return self.analysis.entities.number_to_call

    @property
    def callee(self) -> Mention | None:
        """The listener's name as heard; None without one, and where it is the rep's own."""
        callee = self.analysis.entities.callee
        return None if callee is None or self.is_own_name(callee.text) else callee

    def is_own_name(self, text: str) -> bool:
        """Whether a name is the rep's own, as heard where the caller is named or as the manifest has it.

        Args:
            text: the name; a greeting before it does not matter.
        """
        caller, rep = self.analysis.entities.caller, self.analysis.message.rep
        prospect = _names(f"{self.analysis.message.prospect_name or ''} {self.analysis.message.prospect or ''}")
        own = _names(f"{f'{caller.text} {caller.as_heard}' if caller else ''} {rep or ''}") - prospect
        said = _names(text)
        return bool(said) and said <= own

    def is_no_company(self, company: Mention) -> bool:
        """Whether what was heard as a company is a guess in words of everyday speech ("Oh"): something else was said.

        Args:
            company: as heard.
        """
        unsure = company.probability < self.options.confidence.guess_probability
        return unsure and all(map(is_everyday, re.findall(r"[^\W\d_]+", company.as_heard.lower())))


def chance_of(part: Part, labels: tuple[str, ...]) -> float:
    """The probability that a part has one of these labels.

    Args:
        part: of a message.
        labels: of `vmaudio.records.PARTS`.
    """
    if not part.probabilities:
        return float(part.plays in labels)
    return min(1.0, sum(part.probabilities.get(label, 0.0) for label in labels))


def _names(text: str) -> set[str]:
    """The names in a text, in lower case, without greetings and titles."""
    return {word for word in re.findall(r"[^\W\d_]+", text.lower()) if word not in _BESIDE_NAMES}


_OTHER_TIME_S = 1.0  # with less before it the message's time and the file's are the same to a reader
_BESIDE_NAMES = frozenset({*HELLO_WORDS, *DAYTIMES, "good", "mr", "mrs", "ms", "miss", "mister", "doctor", "dr"})
SAYS_WHY = frozenset({"reason", "value", "offer"})

CheckFunction = Callable[[Case, Criterion], Ruling]
"""What answers a question: it looks at the case, reads the criterion's options, and returns a ruling."""
