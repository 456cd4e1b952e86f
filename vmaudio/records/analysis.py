"""All that is known of one message, what produced it, or why it could not be analysed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from vmaudio.records.base import Record
from vmaudio.records.entities import Entities
from vmaudio.records.message import Message
from vmaudio.records.score import Score
from vmaudio.records.sound import Prosody
from vmaudio.records.spans import FileSpan
from vmaudio.records.structure import Structure, Tone
from vmaudio.records.transcript import Transcript
from vmaudio.records.versions import MEASURE_VERSIONS, SCHEMA_VERSION


@dataclass(frozen=True, slots=True)
class FeatureRow(Record):
    """Everything measured in one message, flat: a row of numbers and words.

    Args:
        schema: version of the catalogue that the values follow: "vm1".
        values: by the names in the catalogue of `vmaudio.features`, which has each one's unit, meaning and usual range. NaN
            where nothing could be measured.
        lower_bounds: names of the values that are "at least": there may be more than could be counted.
    """

    schema: str
    values: Mapping[str, float | str]
    lower_bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag(Record):
    """Something a person should look at.

    Args:
        kind: a short word, such as "clipped", "truncated", "no_speech".
        evidence: a few words: what was found.
        start_s: where it begins, in seconds; None where it is about the whole message.
        end_s: where it ends, in seconds.
    """

    kind: str
    evidence: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Key(Record):
    """The key under which a result of the same bytes is stored, and the versions of the code that measured it.

    ``engine``, ``options``, ``feature_schema`` and ``model_ids`` are what a user asks for: results that differ in them lie
    side by side in the store. ``options`` holds the recogniser's options, the analyzer's own and every threshold that is not
    at its default. ``measure_versions`` is the version of each measuring stage (`MEASURE_VERSIONS`): a result of an older
    version is kept and used until it is measured again, and never counted as one of today's.
    """

    engine: str
    options: Mapping[str, str | int | float | bool]
    feature_schema: str
    model_ids: tuple[str, ...]
    measure_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Sixteen hex figures that differ when anything differs that a user asks for; measure versions leave it as it is."""
        asked = {name: value for name, value in self.to_dict().items() if name != "measure_versions"}
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


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
    measure_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        """The key under which this result may be used again."""
        return Key(self.engine, self.options, self.feature_schema, self.model_ids, self.measure_versions)

    @property
    def is_older(self) -> bool:
        """Whether a stage has changed since: measured by other versions than today's code, or by one that stored none."""
        return dict(self.measure_versions) != dict(MEASURE_VERSIONS)


@dataclass(frozen=True, slots=True)
class Analysis(Record):
    """All that is known of one message: what the store keeps, the report shows, the web serves and ``--json`` prints.

    Args:
        recording_id: SHA-256 of the file's bytes, in hex; of one channel or one message that was asked for by name see
            `Message.recording_id`.
        source: path or URL as the user gave it.
        file_name: its last part.
        duration_s: length of what was decoded.
        message: who sent it to whom.
        transcript: what was said.
        prosody: how it sounds.
        entities: who, to whom, from where, and how to call back.
        structure: its parts and the approach.
        tone: delivery on a few axes, never feelings; None where the setting ``tone`` is "off".
        features: everything measured, flat.
        score: the rubric's verdict; None before it was scored.
        flags: what a person should look at.
        provenance: the version, the recogniser, the models and the rubric that made this.
        schema_version: layout of this record.
        spans: what lies where in the file, in time order: ring, greeting, record tone, message ... Empty in results of older
            versions.
    """

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
    spans: tuple[FileSpan, ...] = ()

    @property
    def origin_s(self) -> float:
        """Where the message's own time begins, in s from the start of the file: at the end of the record tone, or of what else
        comes before it (greeting, ring, music); 0 where nothing does. "In the first 9 s" counts from here.
        """
        return self.prosody.before_s

    @property
    def judged(self) -> FileSpan | None:
        """The span of the message that is judged; None where there is none, and in results of older versions."""
        return next((span for span in self.spans if span.kind == "message"), None)


@dataclass(frozen=True, slots=True)
class Failure(Record):
    """A recording that could not be analysed: a result, not an exception.

    Args:
        source: path or URL as the user gave it.
        file_name: its last part.
        stage: where it failed: "read", "decode", "activity", "prosody", "transcribe", "describe" or "worker".
        error: class of the error, such as "NotAudio"; see `vmaudio.errors`.
        message: a sentence for a user: file, cause, cure.
    """

    source: str
    file_name: str
    stage: str
    error: str
    message: str
