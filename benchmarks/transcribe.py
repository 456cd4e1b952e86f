"""How fast and how right is transcription? The named alternatives and ours on the same messages, in one run.

    python -m benchmarks.transcribe                       # tiny.en and base, all 208 messages; takes half an hour
    python -m benchmarks.transcribe --models base --every 4 --batch 16
    python -m benchmarks.accuracy transcription           # the same, and the tables into docs/benchmarks/

Engines, each with its weights loaded before the clock starts and one message to warm up:

- ``whisper``: ``whisper.transcribe(word_timestamps=True)`` message by message, float32, its defaults otherwise;
- ``whisper, no context``: the same with ``condition_on_previous_text=False``, which cures its loops;
- ``faster-whisper``: int8, ``word_timestamps=True``, greedy (beam 1), and with its default of 5 beams;
- ``vmaudio``: the openai-whisper engine with the activity gate, by batch size and number type.

Messages are sorted by length, and each engine takes them in interleaved blocks, so that a busy moment of the machine hits
all of them. Word error rate after openai-whisper's normaliser with digits and spelled letters one by one; intervals are
bootstrapped over groups of messages that share a recording, the difference to ``whisper`` paired.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import corpus
from benchmarks.common import SEED, Table, peak_mb, shared_data, stolen_s
from benchmarks.corpus import Spoken

BLOCK = 32  # messages
DISTURBED = 0.1  # share of the time taken by others on the same host above which a block is run again
TRIES = 2


@dataclass
class Result:
    """What one engine made of the messages."""

    name: str
    seconds: float = 0.0
    start_s: float = 0.0
    stolen_s: float = 0.0
    texts: dict[str, str] = field(default_factory=dict)
    words: int = 0


Hear = Callable[[Sequence[Spoken]], list[tuple[str, int]]]


def whisper_engine(model: str, cache: Path | None, **options: Any) -> Hear:
    """openai-whisper as its users call it, one message at a time."""
    import torch
    import whisper
    from whisper.model import ModelDimensions, Whisper

    from vmaudio.transcribe.weights import load_weights

    found = load_weights(model, cache)
    net = Whisper(ModelDimensions(**found.dims))
    net.load_state_dict(found.tensors)
    net.set_alignment_heads(whisper._ALIGNMENT_HEADS[found.model])
    net.eval()

    def hear(messages: Sequence[Spoken]) -> list[tuple[str, int]]:
        results = []
        for message in messages:
            with torch.inference_mode():
                got = net.transcribe(message.samples, language="en", word_timestamps=True, fp16=False, **options)
            results.append((got["text"], sum(len(segment["words"]) for segment in got["segments"])))
        return results

    return hear


def faster_engine(model: str, beam: int, **options: Any) -> Hear:
    """faster-whisper as its users call it: int8, whole message."""
    from faster_whisper import WhisperModel

    from vmaudio.transcribe import faster_whisper

    net = WhisperModel(**faster_whisper._where(model), device="cpu", compute_type="int8", cpu_threads=_threads())

    def hear(messages: Sequence[Spoken]) -> list[tuple[str, int]]:
        results = []
        for message in messages:
            found, _ = net.transcribe(message.samples, language="en", beam_size=beam, word_timestamps=True, **options)
            segments = list(found)
            words = sum(len(segment.words or ()) for segment in segments)
            results.append(("".join(segment.text for segment in segments), words))
        return results

    return hear


def our_engine(model: str, cache: Path | None, batch: int, dtype: str = "auto") -> Hear:
    """vmaudio: activity gate and transcription, in batches; the time of the gate counts."""
    from vmaudio.audio.vad import detect_speech
    from vmaudio.records import Recording
    from vmaudio.transcribe.recognisers import get_transcriber

    engine = get_transcriber(f"openai-whisper:{model}", cache_dir=cache, batch_size=batch, dtype=dtype)

    def hear(messages: Sequence[Spoken]) -> list[tuple[str, int]]:
        results = []
        for begin in range(0, len(messages), batch):
            part = messages[begin : begin + batch]
            recordings = [Recording(m.name, m.samples, corpus.RATE, m.seconds, corpus.RATE, 1, "") for m in part]
            found = engine.transcribe_many(recordings, [detect_speech(r) for r in recordings])
            results += [(t.text, len(t.words)) for t in found]
        return results

    return hear


def _threads() -> int:
    import torch

    return int(torch.get_num_threads())


def _clock() -> float:
    """Seconds of the wall; with one thread seconds of the processor, in which time that others took is not counted."""
    return time.process_time() if _threads() == 1 else time.perf_counter()


def _undisturbed(hear: Hear, part: Sequence[Spoken]) -> tuple[float, float, list[tuple[str, int]]]:
    """(seconds, seconds taken by others per core, what was heard): of up to `TRIES` runs the least disturbed."""
    runs = []
    for _ in range(TRIES):
        clock, before = _clock(), stolen_s()
        found = hear(part)
        seconds, stolen = _clock() - clock, stolen_s() - before
        runs.append((seconds, stolen, found))
        if _threads() == 1 or stolen <= DISTURBED * seconds:
            break
    return min(runs, key=lambda run: run[1] / run[0])


def measure(engines: dict[str, Callable[[], Hear]], messages: Sequence[Spoken], block: int = BLOCK) -> list[Result]:
    """Run every engine over the messages, block by block, in turn; blocks that others on the host disturbed again."""
    results, transcribers = [], []
    for name, make in engines.items():
        begin = time.perf_counter()
        transcribers.append(make())
        results.append(Result(name, start_s=time.perf_counter() - begin))
        transcribers[-1](messages[:1])
    order = sorted(messages, key=lambda message: message.seconds)
    for number, begin in enumerate(range(0, len(order), block)):
        part = order[begin : begin + block]
        turn = list(range(len(transcribers)))
        for index in turn if number % 2 == 0 else reversed(turn):
            seconds, stolen, found = _undisturbed(transcribers[index], part)
            results[index].seconds += seconds
            results[index].stolen_s += stolen
            results[index].words += sum(words for _, words in found)
            results[index].texts.update({m.name: text for m, (text, _) in zip(part, found, strict=True)})
        done = "; ".join(f"{r.name} {r.seconds:.0f} s" for r in results)
        print(f"{begin + len(part)}/{len(order)}: {done}", file=sys.stderr, flush=True)
    return results


def errors(result: Result, messages: Sequence[Spoken]) -> np.ndarray:
    """(messages, 2): word errors and reference words."""
    import jiwer

    rows = []
    for message in messages:
        found = jiwer.process_words(corpus.plain(message.text), corpus.plain(result.texts[message.name]))
        wrong = found.substitutions + found.insertions + found.deletions
        rows.append((wrong, found.hits + found.substitutions + found.deletions))
    return np.array(rows, dtype=float)


def paired(a: np.ndarray, b: np.ndarray, groups: Sequence[str], draws: int = 1000) -> tuple[float, float]:
    """95 % interval of the difference of two word error rates, groups drawn together."""
    rng = np.random.default_rng(SEED)
    keys = np.unique(np.asarray(groups), return_inverse=True)[1]
    members = [np.flatnonzero(keys == key) for key in range(keys.max() + 1)]
    found = []
    for _ in range(draws):
        rows = np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])
        found.append(a[rows, 0].sum() / a[rows, 1].sum() - b[rows, 0].sum() / b[rows, 1].sum())
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def tables(model: str, results: list[Result], messages: Sequence[Spoken]) -> list[Table]:
    """Speed and errors, and errors by kind of message."""
    total = sum(message.seconds for message in messages)
    groups = [message.group for message in messages]
    reference = results[0]
    wrong = {result.name: errors(result, messages) for result in results}
    rows, by_kind = [], []
    for result in results:
        e = wrong[result.name]
        low, high = paired(e, wrong[reference.name], groups) if result is not reference else (0.0, 0.0)
        rate = e[:, 0].sum() / e[:, 1].sum()
        gap = "" if result is reference else f"{100 * low:+.1f} to {100 * high:+.1f}"
        speed, ratio = total / result.seconds, reference.seconds / result.seconds
        rows.append((result.name, speed, ratio, f"{100 * rate:.1f} %", gap, result.words, result.start_s))
    kinds = sorted({message.kind for message in messages})
    for kind in kinds:
        place = [i for i, message in enumerate(messages) if message.kind == kind]
        cells = [f"{100 * e[place, 0].sum() / e[place, 1].sum():.1f} %" for e in wrong.values()]
        by_kind.append((kind, len(place), *cells))
    spoken = int(wrong[reference.name][:, 1].sum())
    head = f"{len(messages)} messages, {total:.0f} s, {len(set(groups))} groups, {spoken} words said; threads: {_threads()}."
    head += _disturbance(results)
    return [
        Table(
            f"Transcription with {model}",
            ("engine", "s of audio per s", "times whisper", "word errors", "difference, 95 %", "words", "start, s"),
            rows,
            head + " Word times included everywhere. Nothing was tuned on the joined clips or the changed voicemails; margins "
            "and thresholds of the guards were looked at on the 24 voicemails as recorded.",
        ),
        Table(f"Word errors by kind, {model}", ("kind", "n", *(r.name for r in results)), by_kind),
    ]


def _disturbance(results: Sequence[Result]) -> str:
    """How the time was taken, and how much of it the host gave to others, as a sentence."""
    if _threads() == 1:
        return " Seconds of processor time, each engine with one thread, in turns; other work may have run beside them."
    shares = ", ".join(f"{r.name} {100 * r.stolen_s / r.seconds:.1f} %" for r in results)
    return (
        f" Processor time that the host gave to others meanwhile (of up to {TRIES} runs of a block the best counts): {shares}."
    )


def memory(model: str) -> Table:
    """Peak memory of a fresh process for each engine over 32 messages; 4 for those that hear one by one."""
    rows = []
    for name in ("whisper", "faster-whisper", "vmaudio 16", "vmaudio 32"):
        command = [sys.executable, "-m", "benchmarks.transcribe", "--peak", name, "--models", model]
        found = subprocess.run(command, capture_output=True, text=True, check=True)
        rows.append((name, float(found.stdout.split()[-1])))
    return Table(
        f"Peak memory, {model}", ("engine", "MB"), rows, "A fresh process, weights included. 32 messages, or 4 one by one."
    )


def _peak(name: str, model: str) -> None:
    make = {
        "whisper": lambda: whisper_engine(model, None),
        "faster-whisper": lambda: faster_engine(model, 1),
        "vmaudio 16": lambda: our_engine(model, None, 16),
        "vmaudio 32": lambda: our_engine(model, None, 32),
    }[name]
    messages = corpus.messages(shared_data())[-40:-8]
    make()(messages if name.startswith("vmaudio") else messages[:4])
    print(peak_mb())


def engines_for(model: str, batches: Sequence[int], extra: bool) -> dict[str, Callable[[], Hear]]:
    """The engines of the table, the reference first."""
    found: dict[str, Callable[[], Hear]] = {"whisper": lambda: whisper_engine(model, None)}
    if extra:
        found["whisper, no context"] = lambda: whisper_engine(model, None, condition_on_previous_text=False)
    found["faster-whisper, beam 1"] = lambda: faster_engine(model, 1)
    if extra:
        found["faster-whisper, beam 5"] = lambda: faster_engine(model, 5)
    for batch in batches:
        found[f"vmaudio, batch {batch}"] = lambda batch=batch: our_engine(model, None, batch)  # type: ignore[misc]
    return found


def by_batch(model: str, messages: Sequence[Spoken], batches: Sequence[int] = (1, 4, 8, 16, 32)) -> Table:
    """Ours by batch size and number type, in turn over the same messages, and how many words that changes."""
    import jiwer

    def kind(batch: int, dtype: str) -> Callable[[], Hear]:
        return lambda: our_engine(model, None, batch, dtype)

    engines = {f"{batch}": kind(batch, "auto") for batch in batches}
    engines |= {"1, float32": kind(1, "float32"), "16, float32": kind(16, "float32")}
    results = measure(engines, messages)
    total = sum(message.seconds for message in messages)
    texts = {r.name: [corpus.plain(r.texts[m.name]) for m in messages] for r in results}
    rows = []
    for r in results:
        alone = "1, float32" if "float32" in r.name else "1"
        gaps = [100 * jiwer.wer(texts[other], texts[r.name]) for other in (alone, "1, float32")]
        rows.append((r.name, total / r.seconds, results[0].seconds / r.seconds, r.words, *gaps))
    return Table(
        f"vmaudio by batch size, {model}",
        (
            "messages in a pass",
            "s of audio per s",
            "times one by one",
            "words",
            "words unlike one by one, %",
            "unlike float32, %",
        ),
        rows,
        f"{len(messages)} messages, {total:.0f} s; the number type is this machine's best where none is named."
        + _disturbance(results),
    )


def run_models(models: Sequence[str], messages: Sequence[Spoken], batches: Sequence[int], extra: bool) -> list[Table]:
    """Measure and make the tables, model by model."""
    found: list[Table] = []
    for model in models:
        results = measure(engines_for(model, batches, extra), messages)
        found += tables(model, results, messages)
    return found


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--every", type=int, default=1, help="take every n-th message only")
    parser.add_argument("--batch", nargs="+", type=int, default=[16])
    parser.add_argument("--short", action="store_true", help="whisper, faster-whisper with one beam and ours only")
    parser.add_argument("--memory", action="store_true", help="only the peak memory")
    parser.add_argument("--peak", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.peak:
        _peak(options.peak, options.models[0])
        return
    if options.memory:
        for model in options.models:
            print(memory(model).markdown())
        return
    messages = corpus.messages(shared_data())[:: options.every]
    found = run_models(options.models, messages, options.batch, not options.short)
    for table in found:
        print(table.markdown())


if __name__ == "__main__":
    main()
