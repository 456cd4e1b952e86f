"""The Analyzer: the one module that knows the order of the steps.

The slow pass (decode, activity, prosody, transcript, entities, clauses, structure, tone, features) runs once per recording
and engine; the cheap pass (`vmaudio.analysis.scoring_pass`) runs again whenever the rubric, the manifest or a baseline
changes. Decoding and prosody run ahead in threads while the recogniser is at work; memory stays flat, since what lies ready
is bounded in seconds of audio.
"""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import vmaudio
from vmaudio.analysis import flags
from vmaudio.analysis.failures import failure_of, file_name
from vmaudio.analysis.options import Options
from vmaudio.analysis.prefetch import Prefetcher
from vmaudio.analysis.scoring_pass import Baselines, no_baseline, score_in_context
from vmaudio.analysis.second_pass import second_pass
from vmaudio.audio import decode_audio, detect_speech, read_source
from vmaudio.callback import promoted_model
from vmaudio.classify import ModelStore, label_delivery, label_structure
from vmaudio.errors import TranscribeError
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
    Transcript,
)
from vmaudio.rubric import Rubric, load_rubric
from vmaudio.settings import get
from vmaudio.text import find_entities, split_clauses
from vmaudio.transcribe import Transcriber, get_transcriber, missing_members

log = logging.getLogger(__name__)

Known = Callable[[str], Analysis | None]
"""What the store holds of a recording, by the SHA-256 of its bytes."""

READY_SECONDS = 900.0
"""Most seconds of decoded audio that may lie ready before the recogniser: 58 MB at 16 kHz float32."""


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
        """Seconds of decoded audio that it holds in memory."""
        return self.result.recording.duration_s if isinstance(self.result, _Sound) else 0.0


@dataclass(frozen=True, slots=True)
class _Untranscribed:
    """One recording of a batch, and the messages that sent it."""

    sound: _Sound
    messages: list[Message]


def hint(messages: Sequence[Message]) -> str:
    """Names that a recording may hold, by its manifest: prospect, rep, company.

    Args:
        messages: all that sent the recording.

    Returns:
        The names, separated by commas; "" for a recording sent to many, or without names.
    """
    if len(messages) != 1:
        return ""
    names = (messages[0].prospect_name, messages[0].rep, messages[0].company)
    return ", ".join(name.strip() for name in names if name and name.strip())


class Analyzer:
    """Holds the loaded transcriber, models and rubric; turns messages into analyses.

    Args:
        transcriber: the recogniser.
        models: finds the part, approach and tone models, and the promoted callback model.
        rubric: by which messages are scored.
        options: what changes a measurement; part of the key under which results are stored.
        baselines: gives a rep's own baseline.
        batch_size: most recordings in one forward pass.
        ahead: threads that decode and measure while the recogniser works.
        listener: hears of the stages of each message (`vmaudio.analysis.STAGES`); it may be called from any thread.

    Raises:
        ModelError: a model cannot be used.
        TypeError: the transcriber lacks a member of `vmaudio.Transcriber`.
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
        if missing := missing_members(transcriber):
            raise TypeError(
                f"A {type(transcriber).__name__} is no Transcriber: it has no {', '.join(missing)}. A class that inherits from"
                " vmaudio.Transcriber needs only name, options and transcribe_many."
            )
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
        max_seconds: float | None = None,
        options: Options | None = None,
        ahead: int = 2,
        baselines: Baselines = no_baseline,
        listener: Listener = ignore,
    ) -> Analyzer:
        """Build an analyzer from the settings; what is given here (and is not None) wins over the environment.

        Args:
            engine: name of the recogniser, "openai-whisper:base".
            language: two-letter code, or "auto".
            rubric: path of a rubric file; "" is the one that ships.
            models_dir: folder of your own promoted models.
            threads: processor threads of the recogniser; 0 is all.
            verbatim: write um and uh down.
            max_seconds: longest audio that is analysed; what lies behind is cut and flagged.
            options: everything that changes a measurement, thresholds included, instead of what the settings say.
            ahead: threads that decode and measure while the recogniser works.
            baselines: gives a rep's own baseline.
            listener: hears of weights being converted, and of the stages of each message.

        Raises:
            VmaudioError: a setting, the rubric, a model or the engine's weights cannot be used.
        """
        judged_by = load_rubric(str(get("rubric", rubric)))  # the quick checks come before the slow load
        own_models, cache_dir = str(get("models_dir", models_dir)), str(get("cache_dir"))
        if options is None:
            options = Options(
                max_seconds=float(get("max_seconds", max_seconds)),
                max_file_mb=float(get("max_file_mb")),
                local_numbers=bool(get("local_numbers")),
                region=str(get("region")),
                tone=get("tone") != "off",
            )
        elif max_seconds is not None:
            options = dataclasses.replace(options, max_seconds=max_seconds)
        transcriber = get_transcriber(
            str(get("engine", engine)),
            language=str(get("language", language)),
            cache_dir=Path(cache_dir) if cache_dir else None,
            batch_size=int(get("batch_size")),
            threads=int(get("threads", threads)),
            verbatim=bool(get("verbatim", verbatim)),
            thresholds=options.transcribe,
            listener=listener,
        )
        return cls(
            transcriber,
            ModelStore(Path(own_models) if own_models else None),
            judged_by,
            options=options,
            baselines=baselines,
            batch_size=max(1, int(get("batch_size"))),
            ahead=ahead,
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

    def analyze(
        self, message: Message, open: Callable[[str], bytes] | None = None, *, listener: Listener | None = None
    ) -> Analysis | Failure:
        """Analyse one message.

        Args:
            message: what to analyse.
            open: turns its source into bytes; a bounded read of a local path by default.
            listener: hears of its stages, instead of the analyzer's own listener.

        Returns:
            An Analysis; or a Failure, if the recording cannot be used.
        """
        return next(iter(self.analyze_many([message], open=open, listener=listener)))

    def analyze_many(
        self,
        messages: Iterable[Message],
        open: Callable[[str], bytes] | None = None,
        known: Known | None = None,
        *,
        listener: Listener | None = None,
    ) -> Iterator[Analysis | Failure]:
        """Analyse messages.

        Args:
            messages: what to analyse; read as the work goes on.
            open: turns a source into bytes; a bounded read of a local path by default.
            known: looks up an earlier result by the SHA-256 of the bytes, so that only the cheap pass is made.
            listener: hears of the stages of these messages (`vmaudio.analysis.STAGES`) beside the analyzer's own listener; it
                may be called from any thread.

        Yields:
            One Analysis or Failure for each message, in order of completion. Equal bytes are transcribed once. A file that
            cannot be used yields a Failure and never stops the others.
        """
        opener = open or self._read
        tell = self.listener if listener is None else _both(self.listener, listener)
        ready = Prefetcher(
            messages,
            lambda message: self._prepare(message, opener, known, tell),
            workers=self.ahead,
            most=4 * self.batch_size,
            cost=lambda item: item.audio_s,
            budget=READY_SECONDS,
        )
        for prepared in ready.batches(2 * self.batch_size):
            # neighbours in length share a forward pass, so that little of it is padding
            prepared.sort(key=lambda item: item.audio_s)
            by_bytes: dict[str, _Untranscribed] = {}
            for item in prepared:
                if isinstance(item.result, Failure):
                    yield item.result
                elif isinstance(item.result, Analysis):
                    yield self.score(item.result, item.message)
                else:
                    one = by_bytes.setdefault(item.result.recording.sha256, _Untranscribed(item.result, []))
                    one.messages.append(item.message)
            del prepared[:]
            waiting = list(by_bytes.values())
            by_bytes.clear()
            while waiting:
                batch, waiting = waiting[: self.batch_size], waiting[self.batch_size :]
                yield from self._finish_batch(batch, known, tell)

    def score(self, measured: Analysis, message: Message) -> Analysis:
        """Score measurements under this analyzer's rubric, baselines and callback model; see `score_in_context`.

        Args:
            measured: the recording's measurements, scored or not.
            message: who sent it to whom: the context.

        Returns:
            The same measurements with this message, its flags and its score.
        """
        return score_in_context(measured, message, self.rubric, self.baselines, self.callback)

    def _read(self, source: str) -> bytes:
        return read_source(source, max_bytes=int(self.options.max_file_mb * 1e6))

    def _prepare(self, message: Message, opener: Callable[[str], bytes], known: Known | None, tell: Listener) -> _Prepared:
        """Read, decode and measure one message; runs ahead in a thread."""
        tell(Event("listen", file_name(message.source), 0))
        seconds: dict[str, float] = {}
        stage = "read"
        try:
            with _clock(seconds, "decode"):
                data = opener(message.source)
                earlier = known(hashlib.sha256(data).hexdigest()) if known is not None else None
                if earlier is not None:
                    return _Prepared(message, earlier)
                stage = "decode"
                recording = decode_audio(
                    data, name=message.source, max_seconds=self.options.max_seconds, options=self.options.decode
                )
                del data
            stage = "activity"
            with _clock(seconds, "activity"):
                active = detect_speech(recording, options=self.options.vad)
            stage = "prosody"
            with _clock(seconds, "prosody"):
                sound = measure_prosody(recording, active, options=self.options.prosody)
        except Exception as error:  # noqa: BLE001 - one bad file must not stop a batch
            return _Prepared(message, failure_of(message, stage, error))
        return _Prepared(message, _Sound(recording, active, sound, seconds))

    def _finish_batch(
        self, batch: Sequence[_Untranscribed], known: Known | None, tell: Listener
    ) -> Iterator[Analysis | Failure]:
        """Transcribe and describe the recordings of one forward pass; yield a result for each of their messages."""
        fresh: list[_Untranscribed] = []
        for one in batch:  # another copy of these bytes may have been finished and stored meanwhile
            stored = known(one.sound.recording.sha256) if known is not None else None
            if stored is None:
                fresh.append(one)
            else:
                yield from (self.score(stored, message) for message in one.messages)
        if not fresh:
            return
        for done, one in enumerate(fresh):
            tell(Event("transcribe", file_name(one.messages[0].source), done, len(fresh)))
        started = time.perf_counter()
        transcripts = self._transcribe(fresh)
        found = self._entities([one.sound for one in fresh], transcripts)
        share = (time.perf_counter() - started) / len(fresh)
        for done, (one, transcript, who) in enumerate(zip(fresh, transcripts, found, strict=True)):
            if isinstance(transcript, Exception):
                yield from (failure_of(message, "transcribe", transcript) for message in one.messages)
                continue
            tell(Event("describe", file_name(one.messages[0].source), done, len(fresh)))
            one.sound.seconds["transcribe"] = share
            try:
                measured = self._measure(one.sound, transcript, who, one.messages[0])
                results = [self.score(measured, message) for message in one.messages]
            except Exception as error:  # noqa: BLE001
                yield from (failure_of(message, "describe", error) for message in one.messages)
            else:
                yield from results

    def _transcribe(self, batch: Sequence[_Untranscribed]) -> list[Transcript | Exception]:
        """Transcribe a batch; when it fails, each message alone, so that one bad message costs only itself."""
        sounds = [one.sound for one in batch]
        hints = [hint(one.messages) if self.options.hints else "" for one in batch]
        try:
            made = self.transcriber.transcribe_many(
                [s.recording for s in sounds], [s.activity for s in sounds], hints if any(hints) else ()
            )
            return _transcripts(made, self.transcriber.name, batch)
        except Exception as error:  # noqa: BLE001
            if len(sounds) == 1:
                return [error]
            log.warning("a batch of %d failed (%s); each message is tried alone", len(sounds), error)
        return [self._transcribe([one])[0] for one in batch]

    def _entities(self, sounds: Sequence[_Sound], transcripts: Sequence[Transcript | Exception]) -> list[Entities]:
        """Who, whom and how to call back; numbers are checked by a second pass where the recogniser supports one."""

        options = self.options

        def find(transcript: Transcript) -> Entities:
            return find_entities(
                transcript, local_numbers=options.local_numbers, region=options.region, options=options.entities
            )

        found = [Entities() if isinstance(one, Exception) else find(one) for one in transcripts]
        if not self.transcriber.supports_second_pass:
            return found
        try:
            return second_pass(
                self.transcriber, [s.recording for s in sounds], [s.activity for s in sounds], transcripts, found, find,
                local=options.local_numbers, region=options.region, options=options.second_pass,
                vad=options.vad, hypotheses=options.entities.hypotheses,
            )  # fmt: skip
        except Exception:  # the first pass stands; what went wrong is for the log
            log.exception("the second pass over %d messages failed", len(sounds))
            return found

    def _measure(self, sounds: _Sound, transcript: Transcript, who: Entities, message: Message) -> Analysis:
        """The rest of the slow pass for one recording, once its transcript is there."""
        recording, sound, seconds = sounds.recording, sounds.prosody, sounds.seconds
        with _clock(seconds, "describe"):
            pieces = split_clauses(transcript, who, sound, options=self.options.clauses)
        with _clock(seconds, "judge"):
            built = label_structure(pieces, transcript, self.part, self.approach, self.options.structure)
            delivery = label_delivery(sound, transcript, self.tone, self.options.delivery) if self.tone else None
        row = feature_row(
            duration_s=recording.duration_s,
            transcript=transcript,
            prosody=sound,
            entities=who,
            structure=built,
            tone=delivery,
            options=self.options.features,
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
            flags=(
                *flags.of_signal(recording, transcript, sound, self.options.flags),
                *flags.of_content(transcript, who, built),
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
        )


def _transcripts(made: Any, name: str, batch: Sequence[_Untranscribed]) -> list[Transcript | Exception]:
    """What a recogniser gave, if it is one Transcript for each recording; another package's may give anything.

    Raises:
        TranscribeError: it is something else.
    """
    if isinstance(made, Sequence) and len(made) == len(batch) and all(isinstance(one, Transcript) for one in made):
        return list(made)
    got = f"{len(made)} results for {len(batch)} recordings" if isinstance(made, Sequence) else f"a {type(made).__name__}"
    raise TranscribeError(
        f"{batch[0].messages[0].source}: the recogniser {name} gave {got}, and should give one Transcript for each recording."
        " Use another engine, or tell its authors."
    )


def _both(first: Listener, second: Listener) -> Listener:
    """A listener that passes every event on to two."""

    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell


class _clock:  # noqa: N801 - used as a statement
    """Add the time spent in the block to ``seconds[stage]``."""

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self.seconds, self.stage = seconds, stage

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, *exc: object) -> None:
        self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + time.perf_counter() - self.started
