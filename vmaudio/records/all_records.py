"""The frozen records that travel between stages.

Units are in the field names; times are seconds from the start of the file. ``to_dict`` gives plain JSON values (NaN as
None, tuples as lists); ``from_dict`` is its inverse and ignores keys that it does not know, so that an older program
reads a newer file as far as it can.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import os
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, Self

if TYPE_CHECKING:  # the command line reads records long before it needs numpy
    import numpy as np

SCHEMA_VERSION = 1
"""Version of the shape of Analysis. Raise it when a field changes its meaning; adding a field does not need that."""

FEATURE_SCHEMA = "vm1"
"""Name of the feature catalogue. Raise it when a feature changes its definition: models refuse rows of another schema."""

APPROACHES = (
    "robocall", "inquiry", "referral", "follow_up", "offer", "curiosity", "relevance_first", "identity_first",
    "pitch", "other",
)  # fmt: skip
"""Message-level classes, in the order in which the label guide tries them."""

PARTS = (
    "greeting", "callee", "identity", "company", "reason", "value", "offer", "proof", "ask", "number", "number_repeat",
    "next_step", "opt_out", "closing", "filler", "other",
)  # fmt: skip
"""Clause-level classes."""

ESSENTIAL_PARTS = ("callee", "identity", "reason", "ask", "number")
"""What `Structure.missing` looks for: to whom, from whom, why, what to do, and where to call."""

UNSURE_CHECK = 0.5
"""A check judged with less confidence is shown as one to hear again (our default)."""

TONE_AXES = ("lively", "confident", "urgent", "formal", "friendly")
TONE_LABELS = ("businesslike", "warm", "rushed", "hesitant", "flat", "pushy", "neutral", "unclear")


def _plain(value: Any) -> Any:
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


@cache
def _reader(hint: Any) -> Callable[[Any], Any]:
    """How a value of this type is read back. Worked out once per type: a stored Analysis holds thousands of values."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        if type(None) not in args:
            return lambda value: math.nan if value is None else value
        inner = _reader(next(arg for arg in args if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if isinstance(hint, type) and issubclass(hint, Record):
        return hint.from_dict
    if hint is float:
        return lambda value: math.nan if value is None else float(value)
    if origin is tuple:
        item = _reader(args[0])
        return lambda value: tuple(map(item, value))
    if origin is not None and issubclass(origin, Mapping):
        item = _reader(args[1])
        return lambda value: {key: item(one) for key, one in value.items()}
    return lambda value: value


@cache
def _readers(cls: type) -> tuple[tuple[str, Callable[[Any], Any]], ...]:
    hints = typing.get_type_hints(cls)
    return tuple((f.name, _reader(hints[f.name])) for f in dataclasses.fields(cls))


class Record:
    """Base of the records that are stored: a dataclass that turns to plain JSON values and back."""

    __slots__ = ()
    _derived: ClassVar[tuple[str, ...]] = ()  # properties shown in JSON, not read back

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; NaN and infinities become None."""
        names = [f.name for f in dataclasses.fields(self)]  # type: ignore[arg-type]
        return {name: _plain(getattr(self, name)) for name in (*names, *self._derived)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Build the record from ``to_dict``'s output. Missing keys take their defaults; unknown keys are ignored."""
        return cls(**{name: read(data[name]) for name, read in _readers(cls) if name in data})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Span(Record):
    """A stretch of time, in seconds from the start of the file."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class Message(Record):
    """One *send*: a recording, who left it for whom, and when. Outcomes belong to messages, measurements to recordings."""

    source: str
    message_id: str = ""
    rep: str | None = None
    prospect: str | None = None
    prospect_name: str | None = None
    company: str | None = None  # the prospect's company
    sent_at: str | None = None  # ISO 8601
    campaign: str | None = None
    channel: str | None = None
    caller_id: str | None = None
    notes: str | None = None
    script: str | None = None
    extra: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.message_id:
            # the absolute path, so that one file has one id however its path is written
            where = self.source if "://" in self.source else os.path.abspath(self.source)
            key = "\x1f".join((where, self.prospect or "", self.sent_at or ""))
            object.__setattr__(self, "message_id", "m" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16])


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Decoded sound; lives in memory only.

    ``samples`` is float32 of shape (n_samples,) in -1..1, mono at ``sample_rate_hz`` (16000). ``sha256`` is the hex digest
    of the file's bytes and is the ``recording_id`` everywhere. ``truncated`` says that only a part was decoded (the file is
    damaged, or longer than the limit); ``truncated_why`` is that reason in a few words.
    """

    sha256: str
    samples: np.ndarray
    sample_rate_hz: int
    duration_s: float
    source_rate_hz: int
    source_channels: int
    source_codec: str
    truncated: bool = False
    truncated_why: str = ""


@dataclass(frozen=True, slots=True)
class Activity(Record):
    """Where there is speech, from the signal alone."""

    speech: tuple[Span, ...]
    speech_s: float
    noise_dbfs: float
    snr_db: float


@dataclass(frozen=True, slots=True)
class Stretch(Record):
    """Some characters of a word with a time of their own: "555" of "303-555-0126"."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Word(Record):
    """One recognised word as written by the engine. ``interpolated``: its times were not measured but filled in.

    ``stretches``: for a word with several figures, the pieces of it that were timed one by one, in order; else empty.
    """

    text: str
    start_s: float
    end_s: float
    probability: float
    interpolated: bool = False
    stretches: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Segment(Record):
    """One stretch of the engine's output."""

    start_s: float
    end_s: float
    text: str
    words: tuple[Word, ...]
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float


@dataclass(frozen=True, slots=True)
class Transcript(Record):
    """What was said. ``status`` is "speech" or "no_speech"; ``text`` is empty when there is no speech."""

    status: str
    language: str
    text: str
    segments: tuple[Segment, ...]
    engine: str
    options: Mapping[str, str | int | float | bool] = field(default_factory=dict)

    @property
    def words(self) -> tuple[Word, ...]:
        """All words of all segments, in time order."""
        return tuple(word for segment in self.segments for word in segment.words)


@dataclass(frozen=True, slots=True)
class Pause(Record):
    """A silence between two stretches of speech."""

    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Contour(Record):
    """Pitch and level over time, one frame per 50 ms, for pictures. ``times_s`` are frame centres; unvoiced f0 is NaN."""

    times_s: tuple[float, ...]
    f0_hz: tuple[float, ...]
    level_dbfs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Prosody(Record):
    """How it sounds, measured from the signal; needs no transcript. Where nothing is voiced the pitch fields are NaN."""

    f0_median_hz: float
    f0_p10_hz: float
    f0_p90_hz: float
    f0_range_st: float
    final_fall_st: float
    voiced_share: float
    level_mean_dbfs: float
    level_sd_db: float
    spectral_tilt_db: float
    hnr_db: float
    snr_db: float
    clipped_share: float
    lead_silence_s: float
    tail_silence_s: float
    speech_s: float
    pauses: tuple[Pause, ...]
    syllables: int
    articulation_rate_syl_s: float
    contour: Contour


@dataclass(frozen=True, slots=True)
class Mention(Record):
    """Words that name something. ``probability`` is the lowest of the words' recognition probabilities."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class DigitTime(Record):
    """When one digit was said. ``interpolated``: figures were timed together ("555"), and this is the digit's equal share."""

    digit: str
    start_s: float
    end_s: float
    interpolated: bool


@dataclass(frozen=True, slots=True)
class Phone(Record):
    """A telephone number as spoken.

    ``digits`` without extension (a leading country 1 allowed); ``spans`` one per saying; ``agreement`` the share of digits
    on which the sayings agree (1.0 for one saying); ``confidence`` 0 to 1; ``digits_per_s`` of the slowest saying;
    ``complete`` for 10 digits (11 with a leading 1), and for 7 where local numbers are allowed, when no digit is in doubt.
    ``digit_times`` are those of the first saying in full, as it was heard first: where a second hearing mended the number,
    their digits may differ from ``digits``.
    """

    digits: str
    extension: str | None
    e164: str | None
    spans: tuple[Span, ...]
    times_said: int
    agreement: float
    confidence: float
    digits_per_s: float
    complete: bool
    digit_times: tuple[DigitTime, ...] = ()


@dataclass(frozen=True, slots=True)
class Entities(Record):
    """Who, to whom, from where, and how to call back."""

    caller: Mention | None = None
    callee: Mention | None = None
    company: Mention | None = None
    phones: tuple[Phone, ...] = ()
    emails: tuple[Mention, ...] = ()
    times: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause(Record):
    """A piece of the transcript that carries one part label, with what a classifier may look at.

    ``first_word`` and ``last_word`` index ``Transcript.words`` (inclusive). ``features`` are this clause's own numbers;
    which ones there are is written in `vmaudio.text.clauses`. ``model_text`` is the text for a classifier: lower case, names
    and numbers replaced by placeholders.
    """

    text: str
    start_s: float
    end_s: float
    first_word: int
    last_word: int
    features: Mapping[str, float] = field(default_factory=dict)
    model_text: str = ""  # what text classifiers read: lower case, names and digits as placeholders


@dataclass(frozen=True, slots=True)
class Part(Record):
    """A part of the message: neighbouring clauses with the same label, joined.

    ``probability`` is the label's mean over the clauses, weighted by their words; ``probabilities`` says what else may be in
    it: for every label of at least 5 % the highest that a clause has.
    """

    label: str
    start_s: float
    end_s: float
    text: str
    probability: float
    probabilities: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Structure(Record):
    """How the message is built. ``order`` lists the labels as first reached; ``approach`` may be "unclear"."""

    parts: tuple[Part, ...]
    order: tuple[str, ...]
    approach: str
    approach_probabilities: Mapping[str, float] = field(default_factory=dict)
    model_ids: tuple[str, ...] = ()
    _derived: ClassVar[tuple[str, ...]] = ("missing",)

    @property
    def missing(self) -> tuple[str, ...]:
        """The essential parts that were not found."""
        return tuple(label for label in ESSENTIAL_PARTS if label not in self.order)


@dataclass(frozen=True, slots=True)
class Tone(Record):
    """How the message sounds (never what the speaker feels). ``axes`` are numbers from 0 to 1; ``label`` may be "unclear"."""

    axes: Mapping[str, float]
    label: str
    model_id: str
    not_validated: tuple[str, ...] = ()  # axes that nobody has yet held against real voices


@dataclass(frozen=True, slots=True)
class FeatureRow(Record):
    """Everything measured, flat. The meaning of each value is in the catalogue of `vmaudio.features`.

    ``lower_bounds``: names of the values that are "at least": there may be more than could be counted.
    """

    schema: str
    values: Mapping[str, float | str]
    lower_bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag(Record):
    """Something a person should look at: a kind, the evidence, and where."""

    kind: str
    evidence: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Check(Record):
    """One criterion of the rubric, judged. ``verdict`` is "pass", "fail" or "n/a"; n/a leaves the sum.

    ``confidence``, 0 to 1: recognition probability of the words that the verdict rests on, lowered by noise and clipping, and
    by the part model's doubt where a part was missed; 0 for n/a. It ranks checks that a person should hear again; it is not
    calibrated.
    """

    id: str
    verdict: str
    weight: float
    evidence: str
    start_s: float | None = None
    end_s: float | None = None
    tip: str = ""
    confidence: float = 1.0

    @property
    def unsure(self) -> bool:
        """Whether a person should hear it again: pass or fail with a confidence under `UNSURE_CHECK`."""
        return self.verdict != "n/a" and self.confidence < UNSURE_CHECK


@dataclass(frozen=True, slots=True)
class Reason(Record):
    """One term of the callback model: ``contribution`` is in log-odds, and the terms add up."""

    feature: str
    value: float | str
    unit: str
    contribution: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Change(Record):
    """One thing done otherwise, alone: the callback probability that it would give. Association, not proof of cause."""

    feature: str
    now: float | str
    then: float | str
    unit: str
    probability: float
    sentence: str


@dataclass(frozen=True, slots=True)
class Score(Record):
    """The rubric's verdict, 0 to 100 points (None when unscored); a probability only from a model of observed outcomes.

    ``callback_simulated`` is true when that model learned from outcomes that were invented for an exercise.
    """

    points: float | None
    band: str
    checks: tuple[Check, ...]
    rubric_id: str
    callback_probability: float | None = None
    callback_low: float | None = None
    callback_high: float | None = None
    reasons: tuple[Reason, ...] = ()
    changes: tuple[Change, ...] = ()
    callback_simulated: bool = False
    model_id: str | None = None
    baseline_id: str | None = None

    @property
    def why_unscored(self) -> str:
        """Where there are no points the reason that most of the checks give; "" with points or without checks."""
        reasons = [check.evidence for check in self.checks if check.verdict == "n/a"]
        return max(dict.fromkeys(reasons), key=reasons.count) if self.points is None and reasons else ""


@dataclass(frozen=True, slots=True)
class RepBaseline(Record):
    """A rep's own medians and spreads (interquartile ranges) of features over ``n`` messages, frozen under an id."""

    baseline_id: str
    rep: str
    n: int
    medians: Mapping[str, float]
    spreads: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Key(Record):
    """Under which a stored result may be used again: engine with options, feature schema and models (and the same bytes)."""

    engine: str
    options: Mapping[str, str | int | float | bool]
    feature_schema: str
    model_ids: tuple[str, ...]

    @property
    def digest(self) -> str:
        """Sixteen hex figures that differ when anything in the key does."""
        text = json.dumps(self.to_dict(), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Provenance(Record):
    """What produced an Analysis."""

    vmaudio_version: str
    feature_schema: str
    engine: str
    options: Mapping[str, str | int | float | bool]
    model_ids: tuple[str, ...]
    rubric_id: str | None
    baseline_id: str | None
    created_utc: str
    seconds_by_stage: Mapping[str, float]

    @property
    def key(self) -> Key:
        """The key under which this result may be used again."""
        return Key(self.engine, self.options, self.feature_schema, self.model_ids)


@dataclass(frozen=True, slots=True)
class Analysis(Record):
    """All that is known of one message: what the store keeps, the report shows, the web serves and ``--json`` prints."""

    recording_id: str
    source: str
    file_name: str
    duration_s: float
    message: Message
    transcript: Transcript
    prosody: Prosody
    entities: Entities
    structure: Structure
    tone: Tone | None
    features: FeatureRow
    score: Score | None
    flags: tuple[Flag, ...]
    provenance: Provenance
    schema_version: int = SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class Outcome(Record):
    """What came of one message, as the CRM says. None means unknown, which is not the same as no.

    ``callback_at`` and ``as_of`` (when the CRM was exported) are ISO 8601 with a zone. ``touches`` counts earlier contacts
    with this prospect. ``cost`` is in the user's currency.
    """

    message_id: str
    callback: bool | None = None
    callback_at: str | None = None
    reply: bool | None = None
    connect: bool | None = None
    sale: bool | None = None
    complaint: bool | None = None
    wrong_person: bool | None = None
    cost: float | None = None
    touches: int | None = None
    as_of: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Observation(Record):
    """A message with what was measured in it and what came of it: one row of evidence.

    ``features`` are the values of its FeatureRow, ``checks`` verdicts by check id, ``approach_label`` a coach's label.
    """

    message: Message
    outcome: Outcome | None = None
    recording_id: str | None = None
    features: Mapping[str, Any] = field(default_factory=dict)
    points: float | None = None
    checks: Mapping[str, str] = field(default_factory=dict)
    approach_label: str | None = None


@dataclass(frozen=True, slots=True)
class Failure(Record):
    """A file that could not be analysed. ``message`` is a sentence: file, cause, cure."""

    source: str
    file_name: str
    stage: str
    error: str
    message: str
