"""The Analyzer: the order of the steps, which are in `prepare`, `recognise` and `describe`.

The slow pass (decode, vad, spans, prosody, transcript, entities, clauses, structure, tone, features) runs once per recording
and engine; the cheap pass (`vmaudio.analysis.scoring_pass`) runs again whenever the rubric, the manifest or a baseline
changes. Decoding and prosody run ahead in threads while the recogniser is at work; memory stays flat, since what lies ready
is bounded in seconds of audio.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from vmaudio.analysis.describe import Models, describe
from vmaudio.analysis.failures import failure_of, file_name
from vmaudio.analysis.message_spans import settle
from vmaudio.analysis.options import Options
from vmaudio.analysis.pass_size import PassSize
from vmaudio.analysis.prefetch import Prefetcher
from vmaudio.analysis.prepare import Known, Prepared, Sound, measured_ahead, reader
from vmaudio.analysis.recognise import Untranscribed, entities, transcribe
from vmaudio.analysis.rep_channel import on_the_reps_channel
from vmaudio.analysis.scoring_pass import Baselines, no_baseline, score_in_context
from vmaudio.audio import DecodeOptions, parse_raw_format
from vmaudio.callback import promoted_model
from vmaudio.classify import ModelStore
from vmaudio.errors import SettingError
from vmaudio.events import Event, Listener, ignore
from vmaudio.records import (
    FEATURE_SCHEMA,
    MEASURE_VERSIONS,
    Analysis,
    Failure,
    Key,
    Message,
    Transcript,
)
from vmaudio.rubric import Rubric, load_rubric
from vmaudio.settings import get
from vmaudio.transcribe import Transcriber, get_transcriber, missing_members, odd_options


class Analyzer:
    """Holds the loaded transcriber, models and rubric; turns messages into analyses.

    Args:
        transcriber: the recogniser.
        models: finds the part, approach, tone and reason models, and the promoted callback model.
        rubric: by which messages are scored.
        options: what changes a measurement; part of the key under which results are stored.
        baselines: gives a rep's own baseline.
        batch_size: most recordings in one forward pass.
        ahead: threads that decode and measure while the recogniser works.
        listener: is called with the stages of each message (`vmaudio.analysis.STAGES`); it may be called from any thread.

    Raises:
        ModelError: a model cannot be used.
        TypeError: the transcriber lacks a member of `vmaudio.Transcriber`, or has an option that cannot be stored.
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
        if odd := odd_options(transcriber):
            raise TypeError(f"{transcriber.name}: {odd}")
        self.transcriber, self.models, self.rubric = transcriber, models, rubric
        self.options = options or Options()
        self.baselines, self.listener = baselines, listener
        self.batch_size, self.ahead = batch_size, ahead
        tone = models.load("tone") if self.options.tone else None
        reason = models.load("reason") if models.versions("reason") else None
        self._loaded = Models(models.load("part"), models.load("approach"), tone, reason)
        self.callback = promoted_model(models)
        self._begun: tuple[list[Message], Prefetcher[Message, Prepared]] | None = None

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
        raw_format: str | None = None,
        max_seconds: float | None = None,
        options: Options | None = None,
        ahead: int = 2,
        baselines: Baselines = no_baseline,
        listener: Listener = ignore,
        soon: Sequence[Message] = (),
    ) -> Analyzer:
        """Build an analyzer from the settings; what is given here (and is not None) wins over the environment.

        Args:
            engine: name of the recogniser, "openai-whisper:base".
            language: two-letter code, or "auto".
            rubric: path of a rubric file; "" is the one that ships.
            models_dir: folder of your own promoted models.
            threads: processor threads of the recogniser; 0 is all.
            verbatim: write um and uh down.
            raw_format: how files without a header are coded, "ulaw:8000".
            max_seconds: longest audio that is analysed; what lies behind is cut and flagged.
            options: everything that changes a measurement, thresholds included, instead of what the settings say.
            ahead: threads that decode and measure while the recogniser works.
            baselines: gives a rep's own baseline.
            listener: is called while weights are converted, and with the stages of each message.
            soon: messages that `analyze_many` will be asked for next, as files: they are decoded and measured while the
                recogniser is loaded.

        Raises:
            VmaudioError: a setting, the rubric, a model or the engine's weights cannot be used.
        """
        scored_by = load_rubric(str(get("rubric", rubric)))  # the quick checks come before the slow load
        own_models, cache_dir = str(get("models_dir", models_dir)), str(get("cache_dir"))
        if own_models and not Path(own_models).is_dir():
            raise SettingError(f"models_dir: there is no folder {own_models}. Check the path, or promote a model into it.")
        if raw := str(get("raw_format", raw_format)):
            parse_raw_format(raw)
        options = _options(options, raw, raw_format, max_seconds)
        batch_size = max(1, int(get("batch_size")))
        begun = None
        if soon:
            begun = measured_ahead(list(soon), reader(options), None, options, listener, ahead, batch_size)
            begun.start()
        try:
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
            made = cls(
                transcriber,
                ModelStore(Path(own_models) if own_models else None),
                scored_by,
                options=options,
                baselines=baselines,
                batch_size=batch_size,
                ahead=ahead,
                listener=listener,
            )
        except BaseException:
            if begun is not None:
                begun.close()
            raise
        if begun is not None:
            made._begun = (list(soon), begun)
        return made

    @property
    def key(self) -> Key:
        """The key under which this analyzer's results are stored."""
        return Key(
            engine=self.transcriber.name,
            options={**self.transcriber.options, **self.options.for_key()},
            feature_schema=FEATURE_SCHEMA,
            model_ids=self._loaded.ids,
            measure_versions=MEASURE_VERSIONS,
        )

    def analyze(
        self, message: Message, open: Callable[[str], bytes] | None = None, *, listener: Listener | None = None
    ) -> Analysis | Failure:
        """Analyse one message.

        Args:
            message: what to analyse.
            open: turns its source into bytes; a bounded read of a local path by default.
            listener: is called with its stages, instead of the analyzer's own listener.

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
            listener: is called with the stages of these messages (`vmaudio.analysis.STAGES`) beside the analyzer's own
                listener; it may be called from any thread.

        Yields:
            One Analysis or Failure for each message, in order of completion: at the end of its pass of at most ``batch_size``
            messages (`vmaudio.analysis.pass_size`), before the next pass begins. Equal bytes are transcribed once. A file that
            cannot be used yields a Failure and never stops the others.
        """
        tell = self.listener if listener is None else _both(self.listener, listener)
        begun, self._begun = self._begun, None
        if begun is not None and open is None and known is None and listener is None and messages == begun[0]:
            ready = begun[1]
        else:
            if begun is not None:
                begun[1].close()
            ready = measured_ahead(messages, open or self._read, known, self.options, tell, self.ahead, self.batch_size)
        size = PassSize(self.batch_size)
        waiting: dict[str, Untranscribed] = {}
        for prepared in ready.batches(2 * self.batch_size, least=lambda: size.now):
            for item in prepared:
                if isinstance(item.result, Failure):
                    yield item.result
                elif isinstance(item.result, Analysis):
                    yield self.score(item.result, item.message)
                else:
                    one = waiting.setdefault(item.result.recording.sha256, Untranscribed(item.result, []))
                    one.messages.append(item.message)
            del prepared[:]
            while len(waiting) >= size.now:  # fewer wait for company
                yield from self._finish_batch(size.choose(waiting, _seconds), known, tell, size)
        while waiting:
            yield from self._finish_batch(size.choose(waiting, _seconds), known, tell, size)

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
        return reader(self.options)(source)

    def _finish_batch(
        self, batch: Sequence[Untranscribed], known: Known | None, tell: Listener, size: PassSize
    ) -> Iterator[Analysis | Failure]:
        """Transcribe and describe the recordings of one forward pass; yield a result for each of their messages."""
        fresh: list[Untranscribed] = []
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

        def hear(jobs: Sequence[tuple[int, Sound]]) -> list[Transcript | Exception]:
            wanted = [Untranscribed(sound, fresh[number].messages) for number, sound in jobs]
            return transcribe(wanted, self.transcriber, self.options)

        placed = on_the_reps_channel([(one.sound, one.messages[0]) for one in fresh], hear, self.options)
        sounds, transcripts = settle(
            [(sound, one.messages[0].audio_message) for sound, one in zip(placed, fresh, strict=True)], hear, self.options
        )
        fresh = [Untranscribed(sound, one.messages) for sound, one in zip(sounds, fresh, strict=True)]
        found = entities(fresh, transcripts, self.transcriber, self.options)
        took = time.perf_counter() - started
        size.took(len(fresh), took)
        share = took / len(fresh)
        for done, (one, transcript, who) in enumerate(zip(fresh, transcripts, found, strict=True)):
            if isinstance(transcript, Exception):
                yield from (failure_of(message, "transcribe", transcript) for message in one.messages)
                continue
            tell(Event("describe", file_name(one.messages[0].source), done, len(fresh)))
            one.sound.seconds["transcribe"] = share
            try:
                measured = describe(one.sound, transcript, who, one.messages[0], self._loaded, self.options, self.key)
                results = [self.score(measured, message) for message in one.messages]
            except Exception as error:  # noqa: BLE001
                yield from (failure_of(message, "describe", error) for message in one.messages)
            else:
                yield from results


def _options(options: Options | None, raw: str, raw_format: str | None, max_seconds: float | None) -> Options:
    """The options by the settings, or those given with what `Analyzer.from_settings` was given besides."""
    if options is None:
        return Options(
            max_seconds=float(get("max_seconds", max_seconds)),
            max_file_mb=float(get("max_file_mb")),
            local_numbers=bool(get("local_numbers")),
            region=str(get("region")),
            rep_company=str(get("rep_company")),
            tone=get("tone") != "off",
            decode=DecodeOptions(raw_format=raw),
        )
    if max_seconds is not None:
        options = dataclasses.replace(options, max_seconds=max_seconds)
    if raw_format:
        options = dataclasses.replace(options, decode=dataclasses.replace(options.decode, raw_format=raw_format))
    return options


def _seconds(one: Untranscribed) -> float:
    return one.sound.recording.duration_s


def _both(first: Listener, second: Listener) -> Listener:
    """A listener that passes every event on to two."""

    def tell(event: Event) -> None:
        first(event)
        second(event)

    return tell
