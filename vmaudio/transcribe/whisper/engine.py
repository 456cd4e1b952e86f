"""The openai-whisper engine: Whisper's own weights, network and tokenizer, run over many short messages at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from vmaudio import events
from vmaudio.events import Listener
from vmaudio.records import Recording
from vmaudio.transcribe.processor import native_bfloat16
from vmaudio.transcribe.segments import Decoded, Timed
from vmaudio.transcribe.weights import load_weights
from vmaudio.transcribe.whisper import memory
from vmaudio.transcribe.whisper.tokenizer import tokenizer
from vmaudio.transcribe.windowed import WindowedTranscriber, WindowJob, check_language
from vmaudio.transcribe.windows import LONGEST_S

if TYPE_CHECKING:
    import torch

    from vmaudio.transcribe.whisper.network import Audio

MARGIN_S = 3.0  # silence behind the sound; see docs/benchmarks.md
CONTEXT_STEP_S = 0.5
CONTEXT_S = 30.0
ENCODE_S = 120.0  # seconds of context encoded together: more gains nothing on a processor and takes memory
HINT_TOKENS = 64
HINT_DEFICIT = 6.0  # nats: a hinted word that the sound alone makes e^6 times less likely than another was not said


class OpenAIWhisper(WindowedTranscriber):
    """Transcribes with openai-whisper's model. Make it with `get_transcriber`.

    Args:
        model: an official name, "base".
        language: a two-letter code, or "auto" (the model tells per window; the message is that of its longest).
        cache_dir: where the converted weights are kept.
        batch_size: most windows in one pass of the decoder.
        threads: processor threads, 0 for torch's own choice.
        dtype: "float32", "bfloat16", "float16", or "auto": float16 on a GPU, bfloat16 where the processor multiplies it
            natively, float32 elsewhere.
        device: "cpu", "cuda" or "auto".
        verbatim: put um and uh in where the sound has them, see `vmaudio.transcribe.whisper.disfluencies`.
        listener: told of weights being converted and of windows done (stage "transcribe").

    Raises:
        SettingError: an English-only model with another language, or a language that Whisper does not know.
        WeightsMissing, WeightsCorrupt: see `weights.load`.
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
        listener: Listener = events.ignore,
    ) -> None:
        memory.bound_allocator()
        import torch
        from whisper.tokenizer import LANGUAGES

        from vmaudio.transcribe.whisper.alignment import EARLY_S
        from vmaudio.transcribe.whisper.decoder import ROWS, Decoder
        from vmaudio.transcribe.whisper.network import WhisperNetwork

        check_language(model, language, list(LANGUAGES))
        if threads:
            torch.set_num_threads(threads)
        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self.dtype = best_dtype(self.device) if dtype == "auto" else dtype
        self.name = f"openai-whisper:{model}"
        self.language = language
        self.batch_size = max(1, batch_size)
        self.listener = listener
        self.options = {"language": language, "dtype": self.dtype, **({"verbatim": True} if verbatim else {})}
        self._verbatim = verbatim
        self._early_s = EARLY_S.get(model, 0.0)
        self._net = WhisperNetwork(load_weights(model, cache_dir, listener), getattr(torch, self.dtype), self.device)
        self._decoder = Decoder(self._net, self._tokenizer, language, rows=min(ROWS, self.batch_size))

    def hear(self, jobs: Sequence[WindowJob]) -> list[tuple[Decoded, list[Timed]]]:
        """Encode, decode and time a batch of windows; a hint that put in what was not said is taken back."""
        import torch

        with torch.inference_mode():
            audio = self._net.listen(self._features(jobs))
            languages = self._decoder.languages(audio)
            results = self._decode(jobs, audio, languages, [job.hint for job in jobs])
            again = [i for i, job in enumerate(jobs) if job.hint and put_in(job.hint, results[i][1])]
            if again:
                plain = self._decode(
                    [jobs[i] for i in again], audio.rows(again), [languages[i] for i in again], [""] * len(again)
                )
                for i, result in zip(again, plain, strict=True):
                    results[i] = result
            if self._verbatim:
                self._put_ums_in(jobs, audio, languages, results)
            del audio
        memory.return_free_memory()
        return results

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """How well the texts of each list fit a sound of up to 27 s; see `forced_scoring.score_texts`."""
        import torch

        from vmaudio.transcribe.whisper import forced_scoring
        from vmaudio.transcribe.whisper.mel import log_mel

        with torch.inference_mode():
            sound = recording.samples[: int(LONGEST_S * recording.sample_rate_hz)]
            context = context_seconds(len(sound) / recording.sample_rate_hz)
            audio = self._net.listen(self._net.encode([log_mel(sound, context, self._net.dims["n_mels"])]))
            return [forced_scoring.score_texts(self._net, self._tokenizer("en"), audio, before, texts) for texts in lists]

    def _decode(
        self, jobs: Sequence[WindowJob], audio: Audio, languages: Sequence[str], hints: Sequence[str]
    ) -> list[tuple[Decoded, list[Timed]]]:
        prompts = [self._tokenizer("en").encode(" " + hint)[:HINT_TOKENS] if hint else [] for hint in hints]
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

    def _put_ums_in(
        self, jobs: Sequence[WindowJob], audio: Audio, languages: Sequence[str], results: list[tuple[Decoded, list[Timed]]]
    ) -> None:
        """Put the ums of English windows into ``results``, and time those windows again."""
        from vmaudio.transcribe.whisper import disfluencies

        english, net = self._tokenizer("en"), self._net
        rows = [i for i, (decoded, _) in enumerate(results) if decoded.tokens and languages[i] == "en"]
        if not rows:
            return
        scored = disfluencies.score_word_borders(net, english, audio.rows(rows), [results[i][0].tokens for i in rows])
        fuller = {
            i: disfluencies.insert_disfluencies(english, results[i][0], found) for i, found in zip(rows, scored, strict=True)
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
        from vmaudio.transcribe.whisper.mel import log_mel

        features: list[torch.Tensor] = []
        group: list[torch.Tensor] = []
        room = ENCODE_S
        for job in jobs:
            context = context_seconds(job.seconds)
            if group and room < context:
                features += self._net.encode(group)
                group, room = [], ENCODE_S
            group.append(log_mel(job.samples, context, self._net.dims["n_mels"]))
            room -= context
        return features + self._net.encode(group)

    def _tokenizer(self, language: str) -> Any:
        return tokenizer(self._net.multilingual, self._net.languages, language)


def put_in(hint: str, words: Sequence[Timed]) -> bool:
    """Whether a word of the hint stands in the text although the sound does not support it."""
    names = set(re.findall(r"\w+", hint.lower()))
    return any(word.deficit > HINT_DEFICIT and names & set(re.findall(r"\w+", word.text.lower())) for word in words)


def context_seconds(seconds: float) -> float:
    """How much sound the encoder sees for a window: its own, the margin, rounded up to half seconds, 30 s at most."""
    steps = -(-(seconds + MARGIN_S) // CONTEXT_STEP_S)
    return min(CONTEXT_S, steps * CONTEXT_STEP_S)


def best_dtype(device: str) -> str:
    """float16 on a GPU, bfloat16 where the processor multiplies it natively (AMX or AVX512-BF16), else float32."""
    if device.startswith("cuda"):
        return "float16"
    import torch

    probes = (getattr(torch.cpu, name, bool) for name in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"))
    return "bfloat16" if any(probe() for probe in probes) or native_bfloat16() else "float32"
