"""One message as its page shows it: words, parts, checks and flags. Plain values; nothing here counts."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.plots import Svg
from vmaudio.records import ScriptAdherence

NAN = float("nan")


@dataclass(frozen=True, slots=True)
class WordView:
    """One word: ``said`` is part of a telephone number, ``unsure`` was recognised with a probability below one half."""

    text: str
    start_s: float
    end_s: float
    unsure: bool = False
    said: bool = False


@dataclass(frozen=True, slots=True)
class PartView:
    """A part with its words; ``label`` is empty for words outside every part."""

    label: str
    name: str
    family: str
    start_s: float
    end_s: float
    words: tuple[WordView, ...]


@dataclass(frozen=True, slots=True)
class OverrideView:
    """A person's verdict on a check, kept apart from the machine's."""

    verdict: str
    reason: str
    author: str
    created_utc: str = ""


@dataclass(frozen=True, slots=True)
class CheckView:
    """One check of one message, with its second and its tip."""

    id: str
    title: str
    verdict: str
    weight: float
    evidence: str
    start_s: float | None
    end_s: float | None
    tip: str
    source: str
    disputed: bool
    override: OverrideView | None = None
    unsure: bool = False
    not_judged: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """Something measured, as a name and a value with its unit."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class FlagView:
    """A flag of one message; ``praise`` where it names something done well, and no trouble."""

    kind: str
    name: str
    evidence: str
    start_s: float | None
    end_s: float | None
    praise: bool = False


@dataclass(frozen=True, slots=True)
class MessageView:
    """One message as its page shows it: scorecard, synced transcript, picture.

    ``sound`` is what an <audio> element may play (a data: URI, a relative link or a path of the web app), or None.
    ``band_why`` says why the band is lower than the points alone would give, where it is. ``unheard``: the check whose lack
    comes before all missed ones, though nobody is blamed for it. ``why`` says why the message was chosen, where it was.
    ``callback`` is None when nothing is known or final, and ``callback_note`` says why a callback that came does not count.
    ``script``: what was said of the message's script, where it has one.
    """

    id: str
    title: str
    file_name: str
    rep: str
    prospect: str
    sent: str
    duration_s: float
    status: str
    approach: str
    approach_probability: float
    points: float | None
    band: str
    band_why: str
    summary: str
    parts: tuple[PartView, ...]
    missing: tuple[str, ...]
    failed: tuple[CheckView, ...]
    passed: tuple[CheckView, ...]
    not_applicable: tuple[CheckView, ...]
    facts: tuple[Fact, ...]
    flags: tuple[FlagView, ...]
    tone: tuple[Fact, ...]
    tone_label: str
    forecast: str
    reasons: tuple[str, ...]
    picture: Svg
    made: tuple[Fact, ...]
    sound: str | None = None
    why: str = ""
    callback: bool | None = None
    simulated: bool = False
    callback_note: str = ""
    length: str = ""
    script: ScriptAdherence | None = None
    unheard: CheckView | None = None

    @property
    def to_change(self) -> tuple[CheckView, ...]:
        """What to change, the first thing first: what is lacking, then what was missed."""
        return (self.unheard, *self.failed) if self.unheard else self.failed
