"""The openai-whisper engine: Whisper's own weights, network and tokenizer, run over many short messages at a time."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vmaudio import events
from vmaudio.collector import collector_paused
from vmaudio.events import Listener
from vmaudio.records import Recording
from vmaudio.transcribe.options import DEFAULT, DecodingOptions, TranscribeOptions, WindowOptions, changed_thresholds
from vmaudio.transcribe.tuning import best_dtype
from vmaudio.transcribe.weights import load_weights
from vmaudio.transcribe.whisper import memory
from vmaudio.transcribe.whisper.interrupts import held_back
from vmaudio.transcribe.whisper.tokenizer import tokenizer, vocabulary, whisper_tokenizer
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob, check_language
from vmaudio.transcribe.words import Decoded, Timed

if TYPE_CHECKING:
    import torch

    from vmaudio.transcribe.whisper.kv_cache import Audio

CONTEXT_S = 30.0  # most that the network can read
ENCODE_S = 30.0  # seconds of context encoded together: more gains nothing on a processor and takes memory
BATCH_S = 240.0  # seconds of sound decoded together on a processor: their keys and values take 600 kB a second with base


class OpenAIWhisper(WindowedTranscriber):
    """Transcribes with openai-whisper's model. Make it with `get_transcriber`.

    Args:
        model: an official name, "base".
        language: a two-letter code, or "auto": the model finds it for each window, and the message has that of the window with
            the most words.
        cache_dir: where the converted weights are kept; None is the user's cache folder.
        batch_size: most windows in one pass of the decoder.
        threads: processor threads, 0 for torch's own choice.
        dtype: "float32", "bfloat16", "float16", or "auto", see `vmaudio.transcribe.tuning.best_dtype`.
        device: "cpu", "cuda" or "auto".
        verbatim: put um and uh in where the sound has them, see `vmaudio.transcribe.whisper.disfluencies`.
        thresholds: of all steps.
        listener: called when weights are converted (stage "convert"), and with windows done and total (stage "transcribe").

    Raises:
        SettingError: an English-only model with another language, or a language that Whisper does not know.
        WeightsMissing: the weights are not on this machine.
        WeightsCorrupt: they are damaged.
    """

    supports_scoring = True

    def __init__(
        self,
        model: str = "base",
        *,
        language: str = "en",
        cache_dir: Path | None = None,
        batch_size: int = 16,
        threads: int = 0,
        dtype: str = "auto",
        device: str = "auto",
        verbatim: bool = False,
        thresholds: TranscribeOptions = DEFAULT,
        listener: Listener = events.ignore,
    ) -> None:
        memory.bound_allocator()
        memory.share_cores()
        with collector_paused(), held_back():
            import torch

            from vmaudio.transcribe.whisper.decoder import ROWS, Decoder
            from vmaudio.transcribe.whisper.network import WhisperNetwork, compile_loops

        check_language(model, language, list(whisper_tokenizer().LANGUAGES))
        if threads:
            torch.set_num_threads(threads)
        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self.dtype = best_dtype(self.device, model, cache_dir) if dtype == "auto" else dtype
        self.name = f"openai-whisper:{model}"
        self.language = language
        self.batch_size = max(1, batch_size)
        self.batch_s = BATCH_S if self.device == "cpu" else math.inf
        self.listener = listener
        self.thresholds = thresholds
        style = {"verbatim": True} if verbatim else {}
        self.options = {"language": language, "dtype": self.dtype, **style, **changed_thresholds(thresholds)}
        self._verbatim = verbatim
        self._scored: tuple[np.ndarray, Audio] | None = None  # the sound scored last is often the one scored next
        self._early_s = thresholds.alignment.early_s(model)
        weights = load_weights(model, cache_dir, listener)
        with ThreadPoolExecutor(1) as beside:  # torch works in it without Python's lock
            building = beside.submit(WhisperNetwork, weights, getattr(torch, self.dtype), self.device)
            tokenizer(*vocabulary(weights.dims), "en")
            if self.device == "cpu":
                compile_loops(getattr(torch, self.dtype))
            self._net = building.result()
        del weights
        self._decoder = Decoder(self._net, self._tokenizer, language, min(ROWS, self.batch_size), thresholds.decoding)
        memory.return_code_pages()

    def transcribe_windows(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        """Encode, decode and align a batch of windows; see `WindowedTranscriber`.

        A window whose hint put in words that were not said is decoded again without it.

        Args:
            jobs: windows, the longest first.

        Returns:
            For each window: what was decoded, and the words with times in the window.
        """
        import torch

        self._scored = None
        with torch.inference_mode():
            features = self._features(jobs)
            memory.return_free_memory()  # before the keys and values of the audio come, the most there is
            audio = self._net.listen(features)
            del features
            chances = self._decoder.language_chances(audio)
            languages = self._decoder.languages(chances)
            results = self._decode(jobs, audio, languages, [job.hint for job in jobs])
            again = [
                i for i, job in enumerate(jobs) if job.hint and hint_put_in(job.hint, results[i][1], self.thresholds.decoding)
            ]
            if again:
                plain = self._decode(
                    [jobs[i] for i in again], audio.rows(again), [languages[i] for i in again], [""] * len(again)
                )
                for i, result in zip(again, plain, strict=True):
                    results[i] = result
            if self._verbatim:
                self._insert_disfluencies(jobs, audio, languages, results)
            del audio
        memory.return_free_memory()
        return [
            (replace(decoded, english=one.get("en")), words) for (decoded, words), one in zip(results, chances, strict=True)
        ]

    def spoken_languages(self, jobs: Sequence[WindowJob]) -> list[Mapping[str, float]]:
        """How probable each language is in each of some windows; see `WindowedTranscriber.spoken_languages`."""
        import torch

        if not self._net.multilingual:
            return super().spoken_languages(jobs)
        found: list[Mapping[str, float]] = []
        with torch.inference_mode():
            for begin in range(0, len(jobs), self.batch_size):
                features = self._features(jobs[begin : begin + self.batch_size])
                found += self._decoder.language_chances(self._net.listen(features))
        return found

    def text_logprobs(self, jobs: Sequence[WindowJob], languages: Sequence[str]) -> list[float]:
        """How probable the greedy text of each window is in a language; see `WindowedTranscriber.text_logprobs`."""
        import torch

        if not self._net.multilingual:
            return super().text_logprobs(jobs, languages)
        found: list[float] = []
        with torch.inference_mode():
            for begin in range(0, len(jobs), self.batch_size):
                part = jobs[begin : begin + self.batch_size]
                audio = self._net.listen(self._features(part))
                texts = self._decoder.greedy(audio, [job.seconds for job in part], languages[begin : begin + len(part)])
                found += [text.avg_logprob for text in texts]
        return found

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Forced scoring: how well the texts of each list fit a sound. See `Transcriber.score_texts`."""
        import torch

        from vmaudio.transcribe.whisper import forced_scoring
        from vmaudio.transcribe.whisper.mel import log_mel

        with torch.inference_mode():
            if self._scored is None or self._scored[0] is not recording.samples:
                sound = recording.samples[: int(self.thresholds.windows.longest_s * recording.sample_rate_hz)]
                context = context_seconds(len(sound) / recording.sample_rate_hz, self.thresholds.windows)
                heard = self._net.listen(self._net.encode([log_mel(sound, context, self._net.dims["n_mels"])]))
                self._scored = (recording.samples, heard)
            audio = self._scored[1]
            return [forced_scoring.score_texts(self._net, self._tokenizer("en"), audio, before, texts) for texts in lists]

    def _decode(
        self, jobs: Sequence[WindowJob], audio: Audio, languages: Sequence[str], hints: Sequence[str]
    ) -> list[tuple[Decoded, list[Timed]]]:
        """Decode and align windows, each with its hint."""
        most = self.thresholds.decoding.hint_tokens
        prompts = [self._tokenizer("en").encode(" " + hint)[:most] if hint else [] for hint in hints]
        decoded = self._decoder.decode(audio, [job.seconds for job in jobs], languages, prompts)
        return self._timed(jobs, audio, languages, decoded, [bool(hint) for hint in hints])

    def _timed(
        self,
        jobs: Sequence[WindowJob],
        audio: Audio,
        languages: Sequence[str],
        decoded: Sequence[Decoded],
        hinted: Sequence[bool],
    ) -> list[tuple[Decoded, list[Timed]]]:
        """The decoded texts with the times of their words."""
        from vmaudio.transcribe.whisper.alignment import align_words

        timed = align_words(
            self._net,
            [self._tokenizer(language) for language in languages],
            audio,
            [job.seconds for job in jobs],
            [d.tokens for d in decoded],
            [d.logprobs for d in decoded],
            hinted,
            self._early_s,
        )
        return list(zip(decoded, timed, strict=True))

    def _insert_disfluencies(
        self, jobs: Sequence[WindowJob], audio: Audio, languages: Sequence[str], results: list[tuple[Decoded, list[Timed]]]
    ) -> None:
        """Put the ums of English windows into ``results``, and align those windows again."""
        from vmaudio.transcribe.whisper import disfluencies

        english, net = self._tokenizer("en"), self._net
        rows = [i for i, (decoded, _) in enumerate(results) if decoded.tokens and languages[i] == "en"]
        if not rows:
            return
        scored = disfluencies.score_word_borders(net, english, audio.rows(rows), [results[i][0].tokens for i in rows])
        fuller = {
            i: disfluencies.insert_disfluencies(english, results[i][0], found, self.thresholds.disfluencies)
            for i, found in zip(rows, scored, strict=True)
        }
        changed = [i for i in rows if fuller[i] is not results[i][0]]
        if changed:
            again = self._timed(
                [jobs[i] for i in changed],
                audio.rows(changed),
                [languages[i] for i in changed],
                [fuller[i] for i in changed],
                [False] * len(changed),
            )
            for i, result in zip(changed, again, strict=True):
                results[i] = result

    def _features(self, jobs: Sequence[WindowJob]) -> list[torch.Tensor]:
        """The encoder's features of each window, encoded at most `ENCODE_S` seconds at a time."""
        from vmaudio.transcribe.whisper.mel import log_mel

        features: list[torch.Tensor] = []
        group: list[torch.Tensor] = []
        room = ENCODE_S
        for job in jobs:
            context = context_seconds(job.seconds, self.thresholds.windows)
            if group and room < context:
                features += self._net.encode(group)
                group, room = [], ENCODE_S
            group.append(log_mel(job.samples, context, self._net.dims["n_mels"]))
            room -= context
        return features + self._net.encode(group)

    def _tokenizer(self, language: str) -> Any:
        """The model's tokenizer of a language code."""
        return tokenizer(self._net.multilingual, self._net.languages, language)


def hint_put_in(hint: str, words: Sequence[Timed], options: DecodingOptions = DEFAULT.decoding) -> bool:
    """Whether a word of the hint stands in the text although the sound does not support it.

    Args:
        hint: names, as the user gave them.
        words: of the window, aligned with their deficits.
        options: the largest deficit.
    """
    names = set(re.findall(r"\w+", hint.lower()))
    return any(word.deficit > options.hint_deficit and names & set(re.findall(r"\w+", word.text.lower())) for word in words)


def context_seconds(seconds: float, options: WindowOptions = DEFAULT.windows) -> float:
    """How much sound the encoder sees for a window: the window and a margin of silence, rounded up.

    Args:
        seconds: of the window.
        options: the margin, and the step to which is rounded.

    Returns:
        Seconds, at most 30.
    """
    steps = -(-(seconds + options.margin_s) // options.context_step_s)
    return min(CONTEXT_S, steps * options.context_step_s)
