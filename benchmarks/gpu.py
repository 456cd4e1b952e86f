"""How fast on a graphics card? One program for one card, without network, meant to end within 8 minutes on an H100.

    python -m benchmarks.gpu                       # tiny.en and base, over the samples said ten times
    python -m benchmarks.gpu --models tiny.en --copies 4

Prints for each model and batch size the seconds of sound per second of transcription alone (word times included) and of the
whole analysis, the card's peak memory, and how far the words are from the processor's in float32; beside them openai-whisper's
own ``transcribe``, one by one. Where there is no CUDA device it says so and ends with exit code 2. Nothing has been measured
with it yet: its parts were run on a processor only.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.common import ROOT
from vmaudio.records import Message, Recording

BATCHES = (16, 64, 128)
LIMIT_S = 420.0
"""Nothing more is begun after this."""


def sounds(copies: int) -> list[tuple[str, Recording]]:
    """The samples with speech in WAV, each as often as asked for."""
    from vmaudio.audio import decode_audio

    paths = [
        path for path in sorted((ROOT / "samples").glob("*.wav")) if "silence" not in path.name and "tone" not in path.name
    ]
    return [(str(path), decode_audio(path.read_bytes(), name=path.name)) for path in paths] * copies


def transcription(
    model: str, heard: Sequence[Recording], device: str, batch: int, dtype: str = "auto"
) -> tuple[float, list[str]]:
    """Seconds for all words with times, after one message to warm up, and the texts."""
    from vmaudio.audio import speech_of
    from vmaudio.transcribe import get_transcriber

    engine = get_transcriber(f"openai-whisper:{model}", device=device, batch_size=batch, dtype=dtype)
    activities = [speech_of(recording) for recording in heard]
    engine.transcribe_many(heard[:1], activities[:1])
    begun = time.perf_counter()
    found = engine.transcribe_many(heard, activities)
    return time.perf_counter() - begun, [transcript.text for transcript in found]


def analysis(model: str, paths: Sequence[str], batch: int) -> float:
    """Seconds for the whole analysis of files, after one to warm up; the engine takes the card by itself."""
    from vmaudio.analysis import Analyzer
    from vmaudio.classify import ModelStore
    from vmaudio.rubric import load_rubric
    from vmaudio.transcribe import get_transcriber

    engine = get_transcriber(f"openai-whisper:{model}", batch_size=batch)
    analyzer = Analyzer(engine, ModelStore(), load_rubric(""), batch_size=batch)
    list(analyzer.analyze_many([Message(source=paths[0])]))
    begun = time.perf_counter()
    list(analyzer.analyze_many([Message(source=path, message_id=str(i)) for i, path in enumerate(paths)]))
    return time.perf_counter() - begun


def reference(model: str) -> Callable[[Recording], Any]:
    """openai-whisper's own ``transcribe`` with word times, in float16 on the card where there is one."""
    import torch
    import whisper

    from vmaudio.transcribe.weights import load_weights

    card = torch.cuda.is_available()
    weights = load_weights(model)
    network = whisper.model.Whisper(whisper.model.ModelDimensions(**weights.dims))
    network.load_state_dict({name: tensor.float() for name, tensor in weights.tensors.items()}, strict=False)
    network.set_alignment_heads(whisper._ALIGNMENT_HEADS[model])
    if card:
        network = network.cuda()
    return lambda one: network.transcribe(one.samples, language="en", word_timestamps=True, fp16=card)


def main() -> int:
    """Measure what there is time for, and print a line as soon as it is known."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--copies", type=int, default=10)
    options = parser.parse_args()
    import torch

    if not torch.cuda.is_available():
        print("no CUDA device here: nothing was measured", file=sys.stderr)
        return 2
    begun = time.perf_counter()
    print(torch.cuda.get_device_name(0), "torch", torch.__version__)
    named = sounds(options.copies)
    paths, heard = [path for path, _ in named], [recording for _, recording in named]
    seconds, once = sum(each.duration_s for each in heard), len(heard) // options.copies
    for model in options.models:
        _, wanted = transcription(model, heard[:once], "cpu", 16, "float32")
        for batch in BATCHES:
            if time.perf_counter() - begun > LIMIT_S:
                print("out of time")
                return 0
            torch.cuda.reset_peak_memory_stats()
            took, texts = transcription(model, heard, "cuda", batch)
            whole = analysis(model, paths, batch)
            memory = torch.cuda.max_memory_allocated() >> 20
            print(
                f"{model} batch {batch}: transcription {seconds / took:.0f} x, whole analysis {seconds / whole:.0f} x,"
                f" {memory} MiB, words off the processor's {distance(wanted, texts[:once]):.2%}"
            )
        hear = reference(model)
        hear(heard[0])
        start = time.perf_counter()
        for recording in heard[:once]:
            hear(recording)
        alone = sum(each.duration_s for each in heard[:once]) / (time.perf_counter() - start)
        print(f"{model} whisper.transcribe: transcription {alone:.0f} x")
    return 0


def distance(wanted: Sequence[str], found: Sequence[str]) -> float:
    """Words that differ per word of the first texts."""
    import jiwer

    return float(jiwer.wer([text or "-" for text in wanted], [text or "-" for text in found]))


if __name__ == "__main__":
    sys.exit(main())
