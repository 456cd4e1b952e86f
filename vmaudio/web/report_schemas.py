"""The shapes of ``/report.json``."""

from __future__ import annotations

from pydantic import BaseModel, Field

from vmaudio.web.calibration_schemas import CorrectedModel


class RateModel(BaseModel):
    """So many of so many, with a 95 % interval (0 to 1)."""

    k: int
    n: int
    low: float | None
    high: float | None


class GroupModel(BaseModel):
    """One rep, campaign or approach."""

    name: str
    messages: int
    points_median: float | None
    points_low: float | None
    points_high: float | None
    pace_wpm: float | None
    top_missed: str | None = Field(description="id of the missed check that costs most points")
    callbacks: RateModel
    apart: list[str] = Field(description="groups whose callback rate is really another")


class CheckModel(BaseModel):
    """How often a check was missed, of the messages in which it could be judged."""

    id: str
    title: str
    missed: RateModel
    not_judged: int
    disputed: bool
    missed_corrected: CorrectedModel | None = Field(
        description="of all messages, as coaches who scored blind would say it; null with fewer than ten scored"
    )


class WeekModel(BaseModel):
    """Median points of one week; no interval where there are too few messages."""

    monday: str
    messages: int
    points_median: float | None
    points_low: float | None
    points_high: float | None


class ShownModel(BaseModel):
    """A recording that shows a thing."""

    message_id: str
    title: str
    evidence: str
    start_s: float | None


class ThingModel(BaseModel):
    """One thing to coach."""

    rep: str
    check: str
    title: str
    missed: int
    judged: int
    since: str
    until: str
    points_a_message: float = Field(description="what it costs a message on average, of 100 points")
    right: int | None = Field(description='how often "missed" was right on recordings of known script')
    right_of: int | None
    recordings: list[ShownModel]
    note: str
    done: bool


class FindingModel(BaseModel):
    """A sentence, and the numbers behind it."""

    text: str
    detail: str


class RepeatModel(BaseModel):
    """A message said again."""

    kind: str
    n: int
    who: str
    when: str
    words: str


class DropsModel(BaseModel):
    """Recordings that a rep sent more than once: each counts once in points, pace and checks, and every send in callbacks."""

    sends: int
    recordings: int


class ReportModel(BaseModel):
    """A team's report."""

    headline: str
    messages: int
    reps: int
    period: str
    simulated: bool = Field(description="some of the outcomes are invented")
    by: str
    callbacks: RateModel
    known: list[FindingModel]
    unknown: list[FindingModel]
    groups: list[GroupModel]
    checks: list[CheckModel]
    weeks: list[WeekModel]
    coaching_week: str | None
    coaching: list[ThingModel]
    flags: dict[str, int]
    repeats: list[RepeatModel] | None = Field(description="null where there are too many messages to look")
    copies: int = Field(description="files that are copies of another message, and are left out")
    drops: DropsModel
    coaches_simulated: bool = Field(description="some of the coaches whose verdicts correct shares are invented")


class NoteDone(BaseModel):
    """A note was saved."""

    rep: str
    check_id: str
    week: str
    note: str
    done: bool
