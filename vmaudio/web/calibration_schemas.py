"""The shapes of the ``.json`` twins of calibration."""

from __future__ import annotations

from pydantic import BaseModel, Field


class RoundModel(BaseModel):
    """A sample that coaches score blind, and how far the reader has come in it."""

    id: int
    seed: int
    by: str
    created_utc: str
    messages: int
    checks: list[str]
    answered: int = Field(description="by the reader")
    questions: int
    state: str = Field(description="new, begun or finished")


class QuestionModel(BaseModel):
    """One check of one message, with the reader's own answer. The machine's verdict is never in it."""

    check: str
    title: str
    answer: str | None = Field(description="pass, fail, n/a or unsure")


class MessageToScore(BaseModel):
    """One message of a round."""

    round: RoundModel
    at: int = Field(description="its place, from 1")
    message_id: str
    audio: str | None
    questions: list[QuestionModel]


class CalibrateModel(BaseModel):
    """All rounds, the newest first."""

    coach: str
    rounds: list[RoundModel]


class EstimateModel(BaseModel):
    """A number with its 95 % interval; null where it is not defined or too little is known."""

    value: float | None
    low: float | None
    high: float | None
    n: int = Field(description="messages behind it; below ten no number is given")


class CorrectedModel(BaseModel):
    """The share of all messages that miss a check, as coaches would say it (prediction-powered inference)."""

    rate: float
    low: float
    high: float
    machine: float
    n: int
    n_all: int
    weight: float


class CheckAgreementModel(BaseModel):
    """Agreement on one check."""

    check: str
    messages: int
    coaches: int
    alpha: EstimateModel = Field(description="between coaches (Krippendorff)")
    kappa_with_machine: EstimateModel = Field(description="of the machine with the coaches' majority (Cohen)")
    same_as_machine: float | None
    missed: CorrectedModel | None


class CoachAgreementModel(BaseModel):
    """One coach: points by which this coach passes more often."""

    coach: str
    messages: int
    verdicts: int
    lenient: EstimateModel = Field(description="than the other coaches")
    lenient_to_machine: EstimateModel
    simulated: bool


class DifferentModel(BaseModel):
    """A verdict of the reader that is not the machine's."""

    message_id: str
    title: str
    check: str
    coach: str
    machine: str


class AgreementModel(BaseModel):
    """How far coaches agree with each other and with the machine: what ``vmaudio calibrate --json`` says."""

    checks: list[CheckAgreementModel]
    coaches: list[CoachAgreementModel]
    simulated: bool
    differences: list[DifferentModel] = Field(description="where the reader and the machine differ, at most 60")


class Answered(BaseModel):
    """Answers were kept."""

    kept: int
    answered: int
    questions: int
    url: str
