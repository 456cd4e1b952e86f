"""The last steps for one recording: clauses, structure, delivery, features and flags, once its transcript is there."""

from __future__ import annotations

import dataclasses
import datetime
from dataclasses import dataclass

import vmaudio
from vmaudio.analysis import flags
from vmaudio.analysis.clock import Clock
from vmaudio.analysis.failures import file_name
from vmaudio.analysis.options import Options
from vmaudio.analysis.prepare import Sound
from vmaudio.classify import Model, hear_reason, label_delivery, label_structure
from vmaudio.features import feature_row
from vmaudio.records import Analysis, Entities, Key, Message, Provenance, Transcript
from vmaudio.text import split_clauses

SHIPPED_REASON = "reason/1"
"""The reason model that ships."""


@dataclass(frozen=True, slots=True)
class Models:
    """The loaded models of an analysis; without ``tone`` no delivery is measured, without ``reason`` no reason is judged."""

    part: Model
    approach: Model
    tone: Model | None
    reason: Model | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, as the key of an analysis has them.

        The reason model that ships is left out: analyses of before there was one are of the same key, and count as older by
        the version of their structure.
        """
        own_reason = self.reason if self.reason is not None and self.reason.model_id != SHIPPED_REASON else None
        models = (self.part, self.approach, self.tone, own_reason)
        return tuple(model.model_id for model in models if model is not None)


def describe(
    measured: Sound, transcript: Transcript, who: Entities, message: Message, models: Models, options: Options, key: Key
) -> Analysis:
    """Put the measurements of one recording together.

    Args:
        measured: the recording with its prosody; ``seconds`` gets the time of these steps too.
        transcript: what was said.
        who: names, numbers and times in it.
        message: one of the messages that sent the recording.
        models: label parts, approach and delivery.
        options: thresholds of the stages.
        key: under which the result will be stored.

    Returns:
        The analysis, without a score.
    """
    recording, sound, seconds = measured.recording, measured.prosody, measured.seconds
    assert sound is not None  # noqa: S101 - measured once the message has been found
    of_signal = flags.of_signal(recording, transcript, sound, options.flags)
    garbled = any(flag.kind == "wrong_speed" for flag in of_signal)
    with Clock(seconds, "describe"):
        pieces = split_clauses(transcript, who, sound, options=options.clauses)
    with Clock(seconds, "judge"):  # the name of the labelling stage in ``seconds_by_stage``
        built = label_structure(pieces, transcript, models.part, models.approach, options.structure)
        if measured.unsure or garbled:  # a greeting may be in it, or the words are not those that were said
            built = dataclasses.replace(built, approach="unclear")
        elif models.reason is not None and transcript.is_english:
            heard = hear_reason(pieces, models.reason)
            built = dataclasses.replace(built, reason=heard, model_ids=(*built.model_ids, models.reason.model_id))
        delivery = label_delivery(sound, transcript, models.tone, options.delivery) if models.tone else None
    row = feature_row(
        duration_s=max(0.0, recording.duration_s - sound.before_s - sound.after_s),
        origin_s=sound.before_s,
        transcript=transcript,
        prosody=sound,
        entities=who,
        structure=built,
        tone=delivery,
        options=options.features,
    )
    return Analysis(
        recording_id=recording.sha256,
        source=message.source,
        file_name=file_name(message.source),
        duration_s=recording.duration_s,
        message=message,
        transcript=transcript,
        prosody=sound,
        entities=who,
        structure=built,
        tone=delivery,
        features=row,
        score=None,
        flags=(
            *of_signal,
            *flags.of_content(transcript, who, built),
            *flags.of_spans(measured.spans, measured.unsure),
        ),
        provenance=Provenance(
            vmaudio_version=vmaudio.__version__,
            feature_schema=key.feature_schema,
            engine=key.engine,
            options=key.options,
            model_ids=key.model_ids,
            rubric_id=None,
            baseline_id=None,
            created_utc=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
            seconds_by_stage={stage: round(spent, 4) for stage, spent in seconds.items()},
            measure_versions=key.measure_versions,
        ),
        spans=measured.spans,
    )
