"""The openai-whisper engine: Whisper's own weights, network and tokenizer, run over many short messages at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vmaudio import events
from vmaudio.errors import SettingError
from vmaudio.events import Event, Listener
from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe import segments, weights
from vmaudio.transcribe.windows import Window, plan

if TYPE_CHECKING:
    import torch

    from vmaudio.transcribe.words import Placed

MARGIN_S = 3.0  # silence behind the sound; see docs/benchmarks.md
CONTEXT_STEP_S = 0.5
CONTEXT_S = 30.0
ENCODE_S = 120.0  # seconds of context encoded together: more gains nothing on a processor and takes memory
HINT_TOKENS = 96


@dataclass(slots=True)
class _Job:
    """One window on its way."""

    message: int
    window: Window
    context_s: float
    language: str = ""
    words: list[Placed] | None = None


class OpenAIWhisper:
    """Transcribes with openai-whisper's model. Make it with `get_transcriber`.

    Args:
        model: an official name, "base".
        language: a two-letter code, or "auto" (the model tells per window; the message takes its first window's).
        cache_dir: where the converted weights are kept.
        batch_size: most windows in one pass of the decoder.
        threads: processor threads, 0 for torch's own choice.
        dtype: "float32", "bfloat16", "float16", or "auto": float16 on a GPU, bfloat16 where the processor multiplies it
            natively, float32 elsewhere.
        device: "cpu", "cuda" or "auto".
        listener: told of weights being converted and of windows done (stage "transcribe").

    Raises:
        SettingError: an English-only model with another language, or a language that Whisper does not know.
        WeightsMissing, WeightsCorrupt: see `weights.load`.
    """

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
        listener: Listener = events.ignore,
    ) -> None:
        check_language(model, language)
        import torch

        from vmaudio.transcribe.decode import Decoder
        from vmaudio.transcribe.net import Net

        if threads:
            torch.set_num_threads(threads)
        self.device = ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device
        self.dtype = best_dtype(self.device) if dtype == "auto" else dtype
        self.name = f"openai-whisper:{model}"
        self.language = language
        self.batch_size = max(1, batch_size)
        self.listener = listener
        self.options: Mapping[str, str | int | float | bool] = {"language": language, "dtype": self.dtype}
        self._net = Net(weights.load(model, cache_dir, listener), getattr(torch, self.dtype), self.device)
        self._decoder = Decoder(self._net, self._tokenizer, language)

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """Transcribe messages; one Transcript per recording, in the same order.

        Args:
            recordings: decoded sound.
            activities: where there is speech in each; nothing outside is transcribed.
            hints: per recording, names that may be said ("Dana Whitfield, Acme Roofing"), or nothing at all.
        """
        import torch

        if len(activities) != len(recordings) or (hints and len(hints) != len(recordings)):
            raise ValueError("one activity, and one hint or none at all, for each recording")
        jobs = []
        for message, (recording, activity) in enumerate(zip(recordings, activities, strict=True)):
            for window in plan(activity.speech, recording.duration_s):
                jobs.append(_Job(message, window, context_seconds(window.seconds)))
        results: dict[int, list[tuple[_Job, Any, list[Placed]]]] = {}
        order = sorted(jobs, key=lambda job: -job.context_s)
        with torch.inference_mode():
            for begin in range(0, len(order), self.batch_size):
                batch = order[begin : begin + self.batch_size]
                for job, decoded, placed in self._batch(batch, recordings, activities, hints):
                    results.setdefault(job.message, []).append((job, decoded, placed))
                self.listener(Event("transcribe", self.name, begin + len(batch), len(order)))
        transcripts = []
        for message in range(len(recordings)):
            parts = sorted(results.get(message, []), key=lambda part: part[0].window.pieces[0].start_s)
            heard = [segments.Heard(job.window, decoded, placed) for job, decoded, placed in parts]
            transcripts.append(segments.transcript(heard, self.language, self.name, self.options))
        return transcripts

    def _batch(
        self, jobs: list[_Job], recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str]
    ) -> list[tuple[_Job, Any, list[Placed]]]:
        from vmaudio.transcribe.align import align
        from vmaudio.transcribe.words import place

        features = self._features(jobs, recordings)
        seconds = [job.window.seconds for job in jobs]
        languages = self._decoder.languages(features)
        prompts = [self._prompt(hints[job.message]) if hints else () for job in jobs]
        decoded = self._decoder.decode(features, seconds, languages, prompts)
        tokenizers = [self._tokenizer(language) for language in languages]
        timed = align(self._net, tokenizers, features, seconds, [d.tokens for d in decoded], [d.logprobs for d in decoded])
        return [
            (job, result, place(words, job.window, activities[job.message].speech, recordings[job.message].duration_s))
            for job, result, words in zip(jobs, decoded, timed, strict=True)
        ]

    def _features(self, jobs: list[_Job], recordings: Sequence[Recording]) -> list[torch.Tensor]:
        from vmaudio.transcribe.mel import log_mel

        features: list[torch.Tensor] = []
        group: list[torch.Tensor] = []
        room = ENCODE_S
        for job in jobs:
            recording = recordings[job.message]
            samples = job.window.samples(recording.samples, recording.sample_rate_hz)
            if group and room < job.context_s:
                features += self._net.encode(group)
                group, room = [], ENCODE_S
            group.append(log_mel(samples, job.context_s, self._net.dims["n_mels"]))
            room -= job.context_s
        return features + self._net.encode(group)

    def _prompt(self, hint: str) -> tuple[int, ...]:
        return tuple(self._tokenizer("en").encode(" " + hint.strip())[:HINT_TOKENS]) if hint.strip() else ()

    def _tokenizer(self, language: str) -> Any:
        from whisper.tokenizer import get_tokenizer

        net = self._net
        return get_tokenizer(net.multilingual, num_languages=net.languages, language=language, task="transcribe")


def context_seconds(seconds: float) -> float:
    """How much sound the encoder sees for a window: its own, the margin, rounded up to half seconds, 30 s at most."""
    steps = -(-(seconds + MARGIN_S) // CONTEXT_STEP_S)
    return min(CONTEXT_S, steps * CONTEXT_STEP_S)


def check_language(model: str, language: str) -> None:
    """Raise SettingError if a model cannot do a language."""
    from whisper.tokenizer import LANGUAGES

    if language != "auto" and language not in LANGUAGES:
        raise SettingError(f"Whisper knows no language {language!r}. Use a two-letter code such as en, de, es, fr, or auto.")
    if model.endswith(".en") and language != "en":
        raise SettingError(
            f"Whisper {model!r} knows English only, and the language is set to {language!r}. "
            f"Use the engine openai-whisper:{model.removesuffix('.en')}."
        )


def best_dtype(device: str) -> str:
    """float16 on a GPU, bfloat16 where the processor multiplies it natively (AMX or AVX512-BF16), else float32."""
    if device.startswith("cuda"):
        return "float16"
    return "bfloat16" if native_bfloat16() else "float32"


def native_bfloat16() -> bool:
    """Whether this processor has bfloat16 instructions, as torch or the kernel tells."""
    import torch

    for probe in ("_is_amx_tile_supported", "_is_avx512_bf16_supported"):
        if getattr(torch.cpu, probe, bool)():
            return True
    try:
        flags = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return any(flag in flags for flag in ("amx_bf16", "avx512_bf16", " bf16"))
