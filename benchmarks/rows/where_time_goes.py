"""Where transcription's time goes, stage by stage, and what the hardware could do at best."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import torch

from benchmarks import corpus
from benchmarks.common import Table
from vmaudio.audio.vad import detect_speech
from vmaudio.records import Recording
from vmaudio.transcribe.recognisers import get_transcriber
from vmaudio.transcribe.weights.shapes import tensor_shapes
from vmaudio.transcribe.whisper import alignment, mel
from vmaudio.transcribe.whisper.engine import OpenAIWhisper
from vmaudio.transcribe.whisper.network import WhisperNetwork

BATCH, MESSAGES = 16, 48
_PARTS: dict[str, tuple[Any, str]] = {
    "log-mel spectrogram": (mel, "log_mel"),
    "encoder": (WhisperNetwork, "encode"),
    "keys and values of the audio": (WhisperNetwork, "listen"),
    "decoder, layers": (WhisperNetwork, "forward"),
    "decoder, vocabulary": (WhisperNetwork, "logits"),
    "word times, path": (alignment, "warp"),
}


def run(data: Path) -> list[Table]:
    """One table a model, after a first pass that lays out memory."""
    return [_table(data, model) for model in ("tiny.en", "base")]


@contextlib.contextmanager
def timed(spent: dict[str, float], calls: dict[str, int]) -> Iterator[None]:
    """Add up the seconds and the calls of every part while the block runs."""

    def around(name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **options: Any) -> Any:
            begin = time.perf_counter()
            try:
                return call(*args, **options)
            finally:
                spent[name] = spent.get(name, 0.0) + time.perf_counter() - begin
                calls[name] = calls.get(name, 0) + 1

        return measured

    with contextlib.ExitStack() as stack:
        for name, (owner, attribute) in _PARTS.items():
            stack.enter_context(mock.patch.object(owner, attribute, around(name, getattr(owner, attribute))))
        stack.enter_context(mock.patch.object(alignment, "align_words", around("word times, all", alignment.align_words)))
        yield


def _table(data: Path, model: str) -> Table:
    messages = sorted(corpus.messages(data)[::4][:MESSAGES], key=lambda message: message.seconds)
    recordings = [Recording(m.name, m.samples, corpus.RATE, m.seconds, corpus.RATE, 1, "") for m in messages]
    begin = time.perf_counter()
    active = [detect_speech(recording) for recording in recordings]
    gate_s = time.perf_counter() - begin
    engine = get_transcriber(f"openai-whisper:{model}", batch_size=BATCH)
    assert isinstance(engine, OpenAIWhisper)
    engine.transcribe_many(recordings[:2], active[:2])
    spent: dict[str, float] = {}
    calls: dict[str, int] = {}
    words = 0
    begin = time.perf_counter()
    with timed(spent, calls):
        for start in range(0, len(recordings), BATCH):
            part = slice(start, start + BATCH)
            words += sum(len(t.words) for t in engine.transcribe_many(recordings[part], active[part]))
    total = time.perf_counter() - begin
    audio_s = sum(message.seconds for message in messages)
    least = limits(engine, audio_s, calls["decoder, layers"])
    forced = spent.pop("word times, all")
    named = sum(spent.values())
    rows: list[list[object]] = [["activity gate", gate_s, 100 * gate_s / total, None]]
    rows += [[name, spent.get(name, 0.0), 100 * spent.get(name, 0.0) / total, least.get(name)] for name in _PARTS]
    rows.append(["choosing tokens, joining, the rest", total - named, 100 * (total - named) / total, None])
    rows.append(["all", total, 100.0, sum(least.values())])
    kind = engine.options["dtype"]
    return Table(
        f"Where the time goes: {model}",
        ("part", "s", "% of transcription", "least possible here, s"),
        rows,
        f"{MESSAGES} messages, {audio_s:.0f} s, {words} words, batches of {BATCH}, {kind}, {torch.get_num_threads()} threads,"
        f" {audio_s / total:.0f} s of audio per second. Word times take {forced:.2f} s in all, part of which is the decoder's"
        " layers. Least possible: the encoder's multiplications at the speed of one large matrix product, measured here; the"
        " decoder's weights read once per step at the speed of a plain sum over them.",
    )


def limits(engine: OpenAIWhisper, audio_s: float, steps: int) -> dict[str, float]:
    """Least seconds of the encoder, by its multiplications, and of the decoder's steps, by reading its weights."""
    dims, dtype = engine._net.dims, engine._net.dtype
    state, layers = dims["n_audio_state"], dims["n_audio_layer"]
    frames = 50.0 * (audio_s + engine.thresholds.windows.margin_s * MESSAGES)
    linear = 12 * state * state * layers
    convolutions = 3 * (2 * dims["n_mels"] + state) * state  # the first runs at twice the frame rate
    numbers = sum(
        torch.Size(shape).numel()
        for name, shape in tensor_shapes(dims).items()
        if name.startswith("decoder.blocks") and not name.endswith(("cross_attn.key.weight", "cross_attn.value.weight"))
    )
    read = numbers * torch.empty(0, dtype=dtype).element_size()
    return {"encoder": 2 * (linear + convolutions) * frames / _speed(dtype), "decoder, layers": steps * read / _bandwidth()}


def _speed(dtype: torch.dtype) -> float:
    """Floating point operations per second of one large product."""
    a, b = torch.randn(4096, 2048).to(dtype), torch.randn(2048, 2048).to(dtype)
    return 2 * 4096 * 2048 * 2048 / _best(lambda: a @ b)


def _bandwidth() -> float:
    """Bytes per second of reading memory that does not fit the caches."""
    big = torch.ones(1 << 28, dtype=torch.uint8)
    view = big.view(torch.int64)
    return len(big) / _best(lambda: view.sum())


def _best(call: Callable[[], object]) -> float:
    times = []
    for _ in range(7):
        begin = time.perf_counter()
        call()
        times.append(time.perf_counter() - begin)
    return min(times)
