"""What a report says, as plain dataclasses: made by `build`, written by `render`, each testable without the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from vmaudio.experiments import PooledArm
from vmaudio.plots import Rate, Spread, Svg
from vmaudio.report.message_data import Fact, MessageView
from vmaudio.report.sends import Drops


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence of what is known, or not yet known; ``detail`` has the numbers behind it.

    ``counts``: numbers of the detail, in its order, each as it stands there and with the filters of the table of messages that
    find what it counts. ``about``: the filters that find the messages of a sentence whose numbers stand in its text.
    """

    text: str
    detail: str = ""
    counts: tuple[tuple[str, Mapping[str, str]], ...] = ()
    about: Mapping[str, str] | None = None

    @property
    def pieces(self) -> tuple[tuple[str, Mapping[str, str] | None], ...]:
        """The detail cut at its counts: pieces with their filters, None for what counts no messages."""
        made: list[tuple[str, Mapping[str, str] | None]] = []
        rest = self.detail
        for words, filters in self.counts:
            before, found, after = rest.partition(words)
            if found:
                made += [(before, None), (words, filters)]
                rest = after
        return (*made, (rest, None))


@dataclass(frozen=True, slots=True)
class CheckRow:
    """How often a check was missed, of the messages to which it applies and in which it could be judged.

    ``not_judged`` counts the messages to which it applies and in which the machine was not sure; they are not in ``missed``.
    """

    id: str
    title: str
    tip: str
    missed: Rate
    disputed: bool
    not_judged: int = 0

    @property
    def applies(self) -> int:
        """Messages to which the check applies, judged or not."""
        return self.missed.n + self.not_judged


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One rep (or campaign, or approach). ``apart`` names the groups whose callback rate is really another, up or down; ``key``
    is the value that messages are filtered by, where a page has links; ``pooled`` is its rate drawn towards the others', with
    its rank."""

    name: str
    n: int
    points: Spread
    pace_wpm: float
    top_missed: CheckRow | None
    callbacks: Rate
    apart: tuple[str, ...] = ()
    key: str = ""
    pooled: PooledArm | None = None


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One line of the table of all messages."""

    id: str
    sent: str
    rep: str
    prospect: str
    campaign: str
    approach: str
    points: float | None
    band: str
    pace_wpm: float
    duration_s: float
    missed: str
    callback: bool | None
    words: str


@dataclass(frozen=True, slots=True)
class FlagGroup:
    """All flags of one kind: how many messages have it, and some of them."""

    kind: str
    name: str
    n: int
    examples: tuple[tuple[str, str], ...]  # message title, evidence


@dataclass(frozen=True, slots=True)
class RepeatRow:
    """A message said again. ``kind`` is "same prospect" or "many prospects"; ``ids`` are the messages, none where redacted."""

    kind: str
    n: int
    who: str
    when: str
    words: str
    detail: str = ""
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A file that could not be analysed."""

    file_name: str
    message: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its caption, and its numbers as a table for those who do not see it.

    ``name`` is the name of its file when it is saved.
    """

    name: str
    title: str
    svg: Svg
    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Pictures:
    """The team's pictures; None where there is nothing to draw."""

    scores: Figure | None = None
    approaches: Figure | None = None
    pace: Figure | None = None
    trend: Figure | None = None
    calibration: Figure | None = None
    paces: Figure | None = None
    pitches: Figure | None = None
    funnel: Figure | None = None
    weekdays: Figure | None = None
    hours: Figure | None = None


@dataclass(frozen=True, slots=True)
class ReportData:
    """A team report. ``simulated``: some of the outcomes are invented, and every place that uses them says so. ``copies``:
    files that are copies of one of the ``n`` messages, and are not counted. ``overall_points`` and ``weak``: points of all
    messages, and how many are weak, where a page shows them. ``drops``: what was sent more than once. ``corrected``: by check
    what share of messages misses it as coaches would say it, in words, where they scored blind."""

    headline: str
    by: str
    n: int
    n_reps: int
    period: str
    made_on: str
    version: str
    simulated: bool
    known: tuple[Finding, ...]
    unknown: tuple[Finding, ...]
    groups: tuple[GroupRow, ...]
    groups_note: str
    overall: Rate
    checks: tuple[CheckRow, ...]
    pictures: Pictures
    instructive: tuple[MessageView, ...]
    repeats: tuple[RepeatRow, ...]
    flags: tuple[FlagGroup, ...]
    failures: tuple[FailureRow, ...]
    messages: tuple[MessageRow, ...]
    computed: tuple[Fact, ...]
    redacted: bool = False
    repeats_known: bool = False
    attribution: str = ""
    copies: int = 0
    overall_points: Spread | None = None
    drops: Drops = field(default_factory=Drops)
    weak: int = 0
    provenance: str = ""
    corrected: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Example:
    """A moment of one of the rep's own messages. ``quoted``: ``words`` were said in it, and are not about it."""

    message_id: str
    title: str
    words: str
    start_s: float | None
    end_s: float | None
    quoted: bool = True
    sound: str | None = None


@dataclass(frozen=True, slots=True)
class Try:
    """One thing to try: the check, how often it is missed lately, a moment, and the rep's own better words."""

    check: CheckRow
    moment: Example | None
    instead: Example | None


@dataclass(frozen=True, slots=True)
class FeedbackData:
    """A feedback sheet for one rep: against the rep's own past, never against others."""

    rep: str
    headline: str
    n: int
    period: str
    made_on: str
    version: str
    simulated: bool
    before: Spread
    lately: Spread
    progress: tuple[Finding, ...]
    trend: Figure | None
    strengths: tuple[CheckRow, ...]
    tries: tuple[Try, ...]
    best: MessageView | None
    callbacks: Rate
    computed: tuple[Fact, ...]
    redacted: bool = False
    attribution: str = ""
    provenance: str = ""
    drops: Drops = field(default_factory=Drops)


@dataclass(frozen=True, slots=True)
class PageData:
    """A page of one message or a few."""

    title: str
    views: tuple[MessageView, ...]
    made_on: str
    version: str
    redacted: bool = False
    notes: tuple[str, ...] = field(default_factory=tuple)
    provenance: str = ""
