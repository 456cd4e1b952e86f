"""The Analyzer: the one module that knows the order of the steps.

The slow pass (decode, activity, prosody, transcript, entities, clauses, structure, tone, features) runs once per recording
and engine; the cheap pass (context flags, score) runs again whenever the rubric, the manifest or a baseline changes.
Decoding and prosody run ahead in threads while the recogniser is at work; memory stays flat, since what lies ready is
bounded in seconds of audio.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import vmaudio
from vmaudio.analysis import flags
from vmaudio.analysis.prefetch import Prefetcher
from vmaudio.analysis.second_pass import second_pass
from vmaudio.audio import decode_audio, detect_speech, read_source
from vmaudio.callback import add_probability, promoted_model
from vmaudio.classify import Model, ModelStore, judge_delivery, label_structure
from vmaudio.errors import VmaudioError
from vmaudio.events import Event, Listener, ignore
from vmaudio.features import feature_row
from vmaudio.prosody import measure_prosody
from vmaudio.records import (
    FEATURE_SCHEMA,
    MEASURE_VERSIONS,
    Activity,
    Analysis,
    Entities,
    Failure,
    Key,
    Message,
    Prosody,
    Provenance,
    Recording,
    RepBaseline,
    Transcript,
    changed_options,
)
from vmaudio.rubric import Rubric, load_rubric, score
from vmaudio.settings import get
from vmaudio.text import find_entities, split_clauses
from vmaudio.transcribe import Transcriber, get_transcriber

log = logging.getLogger(__name__)

Known = Callable[[str], Analysis | None]
Baselines = Callable[[str], RepBaseline | None]

READY_SECONDS = 900.0
"""Most seconds of decoded audio that may lie ready before the recogniser: 58 MB at 16 kHz float32."""


@dataclass(frozen=True, slots=True)
class Options:
    """What changes a measurement besides the engine: part of the key under which a result is stored."""

    max_seconds: float = 600.0
    max_file_mb: float = 512.0
    local_numbers: bool = False
    region: str = "US"
    tone: bool = True
    hints: bool = True

    def for_key(self) -> dict[str, str | int | float | bool]:
        """What of this belongs into the key of a stored result: the fields, and every threshold that is not at its default."""
        own: dict[str, str | int | float | bool] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if dataclasses.is_dataclass(value):
                for name, one in changed_options(value).items():
                    own[f"{field.name}.{name}"] = one if isinstance(one, (str, int, float)) else repr(one)
            else:
                own[field.name] = value
        return own


@dataclass(frozen=True, slots=True)
class _Sound:
    """A recording decoded and measured, not yet transcribed; ``seconds`` is filled as stages end."""

    recording: Recording
    activity: Activity
    prosody: Prosody
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A message on its way: its sound, or what the store knows of these bytes, or why it cannot be used."""

    message: Message
    result: _Sound | Analysis | Failure

    @property
    def audio_s(self) -> float:
        return self.result.recording.duration_s if isinstance(self.result, _Sound) else 0.0


@dataclass(frozen=True, slots=True)
class _Group:
    """One recording and the messages that sent it."""

    sound: _Sound
    messages: list[Message]


def hint(messages: Sequence[Message]) -> str:
    """Names that the recording may hold, by its manifest: prospect, rep, company. Nothing for a recording sent to many."""
    if len(messages) != 1:
        return ""
    names = (messages[0].prospect_name, messages[0].rep, messages[0].company)
    return ", ".join(name.strip() for name in names if name and name.strip())


def no_baseline(rep: str) -> RepBaseline | None:
    """No rep has a baseline."""
    return None


class Analyzer:
    """Holds the loaded transcriber, models and rubric; turns messages into analyses.

    ``transcriber`` is any `vmaudio.transcribe.Transcriber`; ``models`` finds the part, approach and tone models;
    ``baselines`` gives a rep's own baseline. ``batch_size`` is the most messages in one forward pass, ``ahead`` the number
    of threads that decode and measure ahead.
    """

    def __init__(
        self,
        transcriber: Transcriber,
        models: ModelStore,
        rubric: Rubric,
        *,
        options: Options | None = None,
        baselines: Baselines = no_baseline,
        batch_size: int = 16,
        ahead: int = 2,
        listener: Listener = ignore,
    ) -> None:
        self.transcriber, self.models, self.rubric = transcriber, models, rubric
        self.options = options or Options()
        self.baselines, self.listener = baselines, listener
        self.batch_size, self.ahead = batch_size, ahead
        self.part, self.approach = models.load("part"), models.load("approach")
        self.tone = models.load("tone") if self.options.tone else None
        self.callback = promoted_model(models)

    @classmethod
    def from_settings(
        cls,
        *,
        engine: str | None = None,
        language: str | None = None,
        rubric: str | None = None,
        models_dir: str | None = None,
        threads: int | None = None,
        verbatim: bool | None = None,
        baselines: Baselines = no_baseline,
        listener: Listener = ignore,
    ) -> Analyzer:
        """Build an analyzer from the settings; what is given here wins over the environment.

        Raises:
            VmaudioError: a setting, the rubric, a model or the engine's weights cannot be used.
        """
        judged_by = load_rubric(str(get("rubric", rubric)))  # the quick checks come before the slow load
        own_models, cache_dir = str(get("models_dir", models_dir)), str(get("cache_dir"))
        transcriber = get_transcriber(
            str(get("engine", engine)),
            language=str(get("language", language)),
            cache_dir=Path(cache_dir) if cache_dir else None,
            batch_size=int(get("batch_size")),
            threads=int(get("threads", threads)),
            verbatim=bool(get("verbatim", verbatim)),
            listener=listener,
        )
        options = Options(
            max_seconds=float(get("max_seconds")),
            max_file_mb=float(get("max_file_mb")),
            local_numbers=bool(get("local_numbers")),
            region=str(get("region")),
            tone=get("tone") != "off",
        )
        return cls(
            transcriber,
            ModelStore(Path(own_models) if own_models else None),
            judged_by,
            options=options,
            baselines=baselines,
            batch_size=max(1, int(get("batch_size"))),
            listener=listener,
        )

    @property
    def key(self) -> Key:
        """Under which this analyzer's results are stored."""
        models = (self.part, self.approach, *((self.tone,) if self.tone else ()))
        return Key(
            engine=self.transcriber.name,
            options={**self.transcriber.options, **self.options.for_key()},
            feature_schema=FEATURE_SCHEMA,
            model_ids=tuple(model.model_id for model in models),
            measure_versions=MEASURE_VERSIONS,
        )

    def analyze(self, message: Message, open: Callable[[str], bytes] | None = None) -> Analysis | Failure:
        """Analyse one message; see `analyze_many`."""
        return next(iter(self.analyze_many([message], open=open)))

    def analyze_many(
        self,
        messages: Iterable[Message],
        open: Callable[[str], bytes] | None = None,
        known: Known | None = None,
    ) -> Iterator[Analysis | Failure]:
        """Analyse messages; yield one Analysis or Failure for each, in order of completion.

        ``open`` turns a source into bytes (default: a bounded read of a local path). ``known`` looks up an earlier result by
        the SHA-256 of the bytes, so that only the cheap pass is made; equal bytes are transcribed once. A file that cannot be
        used yields a Failure and never stops the others.
        """
        opener = open or self._read
        shelf = Prefetcher(
            messages,
            lambda message: self._prepare(message, opener, known),
            workers=self.ahead,
            most=4 * self.batch_size,
            cost=lambda item: item.audio_s,
            budget=READY_SECONDS,
        )
        for lot in shelf.lots(2 * self.batch_size):
            # neighbours in length share a forward pass, so that little of it is padding
            lot.sort(key=lambda item: item.audio_s)
            waiting: dict[str, _Group] = {}
            for item in lot:
                if isinstance(item.result, Failure):
                    yield item.result
                elif isinstance(item.result, Analysis):
                    yield self.judge(item.result, item.message)
                else:
                    group = waiting.setdefault(item.result.recording.sha256, _Group(item.result, []))
                    group.messages.append(item.message)
            del lot[:]
            groups = list(waiting.values())
            waiting.clear()
            while groups:
                batch, groups = groups[: self.batch_size], groups[self.batch_size :]
                yield from self._finish_batch(batch, known)

    def judge(self, measured: Analysis, message: Message) -> Analysis:
        """The cheap pass under this analyzer's rubric, baselines and callback model; see `judge`."""
        return score_in_context(measured, message, self.rubric, self.baselines, self.callback)

    def _read(self, source: str) -> bytes:
        return read_source(source, max_bytes=int(self.options.max_file_mb * 1e6))

    def _prepare(self, message: Message, opener: Callable[[str], bytes], known: Known | None) -> _Prepared:
        seconds: dict[str, float] = {}
        stage = "read"
        try:
            with _clock(seconds, "decode"):
                data = opener(message.source)
                earlier = known(hashlib.sha256(data).hexdigest()) if known is not None else None
                if earlier is not None:
                    return _Prepared(message, earlier)
                stage = "decode"
                recording = decode_audio(data, name=message.source, max_seconds=self.options.max_seconds)
                del data
            stage = "activity"
            with _clock(seconds, "activity"):
                active = detect_speech(recording)
            stage = "prosody"
            with _clock(seconds, "prosody"):
                sound = measure_prosody(recording, active)
        except Exception as error:  # noqa: BLE001 - one bad file must not stop a batch
            return _Prepared(message, failure_of(message, stage, error))
        self.listener(Event("measured", file_name(message.source), 0))
        return _Prepared(message, _Sound(recording, active, sound, seconds))

    def _finish_batch(self, batch: Sequence[_Group], known: Known | None) -> Iterator[Analysis | Failure]:
        fresh: list[_Group] = []
        for group in batch:  # another copy of these bytes may have been finished and stored meanwhile
            stored = known(group.sound.recording.sha256) if known is not None else None
            if stored is None:
                fresh.append(group)
            else:
                yield from (self.judge(stored, message) for message in group.messages)
        if not fresh:
            return
        self.listener(Event("transcribe", f"{len(fresh)} messages", 0, len(fresh)))
        started = time.perf_counter()
        transcripts = self._transcribe(fresh)
        found = self._entities([group.sound for group in fresh], transcripts)
        share = (time.perf_counter() - started) / len(fresh)
        for group, transcript, who in zip(fresh, transcripts, found, strict=True):
            if isinstance(transcript, Exception):
                yield from (failure_of(message, "transcribe", transcript) for message in group.messages)
                continue
            group.sound.seconds["transcribe"] = share
            try:
                measured = self._measure(group.sound, transcript, who, group.messages[0])
                results = [self.judge(measured, message) for message in group.messages]
            except Exception as error:  # noqa: BLE001
                yield from (failure_of(message, "describe", error) for message in group.messages)
            else:
                yield from results

    def _transcribe(self, groups: Sequence[_Group]) -> list[Transcript | Exception]:
        """Transcribe a batch; when it fails, each message alone, so that one bad message costs only itself."""
        sounds = [group.sound for group in groups]
        hints = [hint(group.messages) if self.options.hints else "" for group in groups]
        try:
            return list(
                self.transcriber.transcribe_many(
                    [s.recording for s in sounds], [s.activity for s in sounds], hints if any(hints) else ()
                )
            )
        except Exception as error:  # noqa: BLE001
            if len(sounds) == 1:
                return [error]
            log.warning("a batch of %d failed (%s); each message is tried alone", len(sounds), error)
        return [self._transcribe([group])[0] for group in groups]

    def _entities(self, sounds: Sequence[_Sound], transcripts: Sequence[Transcript | Exception]) -> list[Entities]:
        """Who, whom and how to call back, the numbers heard twice where the recogniser is a real one."""

        def find(transcript: Transcript) -> Entities:
            return find_entities(transcript, local_numbers=self.options.local_numbers, region=self.options.region)

        found = [Entities() if isinstance(one, Exception) else find(one) for one in transcripts]
        if not getattr(self.transcriber, "hears_twice", False):
            return found
        try:
            return second_pass(
                self.transcriber, [s.recording for s in sounds], [s.activity for s in sounds], transcripts, found, find,
                local=self.options.local_numbers, region=self.options.region,
            )  # fmt: skip
        except Exception:  # the first hearing stands; what went wrong is for the log
            log.exception("the second hearing of %d messages failed", len(sounds))
            return found

    def _measure(self, sounds: _Sound, transcript: Transcript, who: Entities, message: Message) -> Analysis:
        """The rest of the slow pass for one recording, once its transcript is there."""
        recording, sound, seconds = sounds.recording, sounds.prosody, sounds.seconds
        with _clock(seconds, "describe"):
            pieces = split_clauses(transcript, who, sound)
        with _clock(seconds, "judge"):
            built = label_structure(pieces, transcript, self.part, self.approach)
            delivery = judge_delivery(sound, transcript, self.tone) if self.tone else None
        row = feature_row(
            duration_s=recording.duration_s,
            transcript=transcript,
            prosody=sound,
            entities=who,
            structure=built,
            tone=delivery,
        )
        key = self.key
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
            flags=(*flags.of_signal(recording, transcript, sound), *flags.of_content(transcript, who, built)),
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
        )


def score_in_context(
    measured: Analysis,
    message: Message,
    rubric: Rubric,
    baselines: Baselines = no_baseline,
    forecaster: Model | None = None,
) -> Analysis:
    """The cheap pass: the same measurements under a message's context, a rubric and the rep's own baseline.

    ``forecaster`` is the promoted callback model, if there is one (`vmaudio.callback.promoted_model`).
    """
    kept = tuple(flag for flag in measured.flags if flag.kind not in flags.CONTEXT_KINDS)
    draft = dataclasses.replace(
        measured,
        source=message.source,
        file_name=file_name(message.source),
        message=message,
        flags=(*kept, *flags.of_context(message, measured.transcript)),
        score=None,
    )
    scored = score(draft, rubric, baselines(message.rep) if message.rep else None)
    scored = add_probability(scored, draft.features.values, forecaster)
    provenance = dataclasses.replace(draft.provenance, rubric_id=scored.rubric_id, baseline_id=scored.baseline_id)
    return dataclasses.replace(draft, score=scored, provenance=provenance)


class _clock:  # noqa: N801 - used as a statement
    """Add the time spent in the block to ``seconds[stage]``."""

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self.seconds, self.stage = seconds, stage

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, *exc: object) -> None:
        self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + time.perf_counter() - self.started


def file_name(source: str) -> str:
    """Last part of a path or URL."""
    return PurePosixPath(source).name if "://" in source else Path(source).name or source


def failure_of(message: Message, stage: str, error: Exception) -> Failure:
    """Turn an exception into a Failure; an unexpected one says that it is our bug, and its traceback is logged."""
    if isinstance(error, VmaudioError):
        sentence = str(error)
    else:
        log.debug("%s failed at %s", message.source, stage, exc_info=error)
        sentence = (
            f"{message.source}: unexpected {type(error).__name__} at stage {stage!r}: {error}. "
            "This is a bug of vmaudio, not of the file; run with -v for the traceback and report it."
        )
    return Failure(
        source=message.source, file_name=file_name(message.source), stage=stage, error=type(error).__name__, message=sentence
    )
