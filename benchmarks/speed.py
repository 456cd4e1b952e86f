"""How fast on which processor? Ours and others on the same messages, by instruction set and number of threads.

    python -m benchmarks.speed --out /tmp/speed                          # every piece that is not there yet; takes hours
    python -m benchmarks.speed --out /tmp/speed --engines words faster --isa avx2 --threads 1 --every 20 --turns 1
    python -m benchmarks.speed --out /tmp/speed --table                  # the table and the picture of what is there

A piece is one engine with one model, instruction set and number of threads, over all messages, in a process of its own: the
variables that limit the instructions are read when the libraries are loaded. Its result is a JSON file in --out; pieces that
are there are not run again, so the whole may be stopped and go on later. Pieces of one turn follow one another, and the turns
(--turns) come one after another, so that a busy moment hits all engines alike; of a piece's turns the one with the least
processor time counts. Loading, and the first message, are timed apart. Run it on a quiet machine.

Engines: ``analysis`` is all of `vmaudio batch` (decode, vad, words with times, second hearing, prosody, classify, score,
store), ``words`` only our transcription with the activity gate; ``faster`` is faster-whisper int8 one by one, greedy, with
word times, ``faster-batched`` its batched pipeline; ``ctranslate2`` gives CTranslate2 int8 whole batches of trimmed context;
``whisper`` is openai-whisper's own ``transcribe`` with word times, float32.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import corpus
from benchmarks.common import ROOT, Table, peak_mb, shared_data
from benchmarks.corpus import Spoken
from benchmarks.speed_picture import picture
from benchmarks.transcribe import Hear, Result, errors, faster_engine, our_engine, paired, whisper_engine

BATCH = 16
ISA: dict[str, tuple[str, dict[str, str]]] = {
    "native": ("auto", {}),
    "avx512_bf16": ("bfloat16", {"ONEDNN_MAX_CPU_ISA": "AVX512_CORE_BF16", "CT2_FORCE_CPU_ISA": "AVX512"}),
    "avx512_vnni": (
        "float32",
        {
            "ONEDNN_MAX_CPU_ISA": "AVX512_CORE_VNNI",
            "ATEN_CPU_CAPABILITY": "avx512",
            "CT2_FORCE_CPU_ISA": "AVX512",
        },
    ),
    "avx2": (
        "float32",
        {
            "ONEDNN_MAX_CPU_ISA": "AVX2",
            "ATEN_CPU_CAPABILITY": "avx2",
            "CT2_FORCE_CPU_ISA": "AVX2",
            "MKL_ENABLE_INSTRUCTIONS": "AVX2",
            "NUMBA_CPU_NAME": "haswell",
        },
    ),
}
"""Instruction set to our number type under it, and the variables that limit the libraries to it. Native: no limit (with AMX
where the machine has it)."""


def batched_engine(model: str) -> Hear:
    """faster-whisper's batched pipeline, int8, with word times."""
    import torch
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    from vmaudio.transcribe import faster_whisper

    threads = torch.get_num_threads()
    net = WhisperModel(**faster_whisper._where(model), device="cpu", compute_type="int8", cpu_threads=threads)
    pipeline = BatchedInferencePipeline(net)

    def hear(messages: Sequence[Spoken]) -> list[tuple[str, int]]:
        results = []
        for message in messages:
            found, _ = pipeline.transcribe(
                message.samples, language="en", beam_size=1, batch_size=8, word_timestamps=True, vad_filter=True
            )
            segments = list(found)
            words = sum(len(segment.words or ()) for segment in segments)
            results.append(("".join(segment.text for segment in segments), words))
        return results

    return hear


def ctranslate2_engine(model: str, batch: int = 8) -> Hear:
    """CTranslate2 by its own interface: batches of windows, the context cut to the longest of a batch, words aligned."""
    import ctranslate2
    import torch
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

    from vmaudio.audio.vad import detect_speech
    from vmaudio.records import Recording
    from vmaudio.transcribe import faster_whisper
    from vmaudio.transcribe.whisper.engine import context_seconds
    from vmaudio.transcribe.whisper.mel import log_mel
    from vmaudio.transcribe.windows import plan_windows

    threads = torch.get_num_threads()
    whole = WhisperModel(**faster_whisper._where(model), device="cpu", compute_type="int8", cpu_threads=threads)
    net = whole.model
    tokenizer = Tokenizer(whole.hf_tokenizer, net.is_multilingual, task="transcribe", language="en")
    start = list(tokenizer.sot_sequence)

    def hear(messages: Sequence[Spoken]) -> list[tuple[str, int]]:
        jobs: list[tuple[int, np.ndarray]] = []
        for number, message in enumerate(messages):
            recording = Recording(message.name, message.samples, corpus.RATE, message.seconds, corpus.RATE, 1, "")
            for window in plan_windows(detect_speech(recording).speech, recording.duration_s):
                jobs.append((number, window.samples(recording.samples, corpus.RATE)))
        order = sorted(range(len(jobs)), key=lambda i: -len(jobs[i][1]))
        texts: list[tuple[str, int]] = [("", 0)] * len(jobs)
        for begin in range(0, len(order), batch):
            part = order[begin : begin + batch]
            sounds = [jobs[i][1] for i in part]
            context = context_seconds(max(map(len, sounds)) / corpus.RATE)
            mels = np.stack([log_mel(sound, context, 80).numpy() for sound in sounds])
            audio = net.encode(ctranslate2.StorageView.from_array(np.ascontiguousarray(mels)))
            found = net.generate(audio, [start] * len(part), beam_size=1, max_length=224, max_initial_timestamp_index=50)
            tokens = [[token for token in one.sequences_ids[0] if token < tokenizer.eot] for one in found]
            aligned = net.align(audio, start, tokens, [len(sound) // 320 * 2 for sound in sounds], median_filter_width=7)
            for i, text, one in zip(part, tokens, aligned, strict=True):
                texts[i] = (tokenizer.decode(text), len(one.text_token_probs))
        results = []
        for number in range(len(messages)):
            mine = [texts[i] for i in range(len(jobs)) if jobs[i][0] == number]
            results.append(("".join(text for text, _ in mine), sum(count for _, count in mine)))
        return results

    return hear


def analysis_engine(model: str, dtype: str) -> Hear:
    """All of `vmaudio batch`, files and store included."""
    from benchmarks.whole_batch import write
    from vmaudio.analysis import Analyzer, run_batch
    from vmaudio.analysis.engines import InlineEngine
    from vmaudio.classify import ModelStore
    from vmaudio.records import Analysis, Message
    from vmaudio.rubric import load_rubric
    from vmaudio.store import open_store
    from vmaudio.transcribe import get_transcriber

    engine = get_transcriber(f"openai-whisper:{model}", dtype=dtype, batch_size=BATCH)
    analyzer = Analyzer(engine, ModelStore(None), load_rubric(""), batch_size=BATCH)

    def hear(messages: Sequence[Spoken]) -> list[tuple[str, int]]:
        with tempfile.TemporaryDirectory() as place:
            write(Path(place), [message.samples for message in messages])
            sent = [Message(str(path)) for path in sorted(Path(place).glob("*.wav"))]
            found: dict[str, tuple[str, int]] = {}

            def keep(result: Any) -> None:
                transcript = result.transcript if isinstance(result, Analysis) else None
                found[result.source] = (transcript.text, len(transcript.words)) if transcript else ("", 0)

            store = open_store(str(Path(place) / "speed.sqlite"))
            run_batch(InlineEngine(analyzer), sent, store, on_result=keep)
            store.close()
            return [found[message.source] for message in sent]

    return hear


ENGINES: dict[str, Callable[[str, str], Hear]] = {
    "analysis": analysis_engine,
    "words": lambda model, dtype: our_engine(model, None, BATCH, dtype),
    "faster": lambda model, _: faster_engine(model, 1),
    "faster-batched": lambda model, _: batched_engine(model),
    "ctranslate2": lambda model, _: ctranslate2_engine(model),
    "whisper": lambda model, _: whisper_engine(model, None),
}


def piece(engine: str, model: str, isa: str, threads: int, every: int) -> dict[str, Any]:
    """Measure in this process, whose variables limit the instructions."""
    begin = time.perf_counter()
    hear_of = ENGINES[engine]
    if engine in ("analysis", "words"):
        from vmaudio.transcribe.whisper import memory

        memory.share_cores()
    import torch

    torch.set_num_threads(threads)
    messages = sorted(corpus.messages(shared_data())[::every], key=lambda message: message.seconds)
    loaded = time.perf_counter()
    hear = hear_of(model, ISA[isa][0])
    hear(messages[:1])
    ready, before = time.perf_counter(), _processor_s()
    texts = hear(messages)
    return {
        "engine": engine, "model": model, "isa": isa, "threads": threads,
        "start_s": ready - loaded, "imports_s": loaded - begin,
        "wall_s": time.perf_counter() - ready, "cpu_s": _processor_s() - before, "peak_mb": peak_mb(),
        "audio_s": sum(message.seconds for message in messages),
        "texts": {message.name: text for message, (text, _) in zip(messages, texts, strict=True)},
    }  # fmt: skip


def _processor_s() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def run(options: argparse.Namespace) -> Iterator[Path]:
    """Run every piece that is not there yet; each is written once it is whole."""
    options.out.mkdir(parents=True, exist_ok=True)
    for turn in range(options.turns):
        for model, threads, isa, engine in itertools.product(options.models, options.threads, options.isa, options.engines):
            target = options.out / f"{model}-{engine}-{isa}-{threads}-{options.every}-{turn}.json"
            if target.exists():
                continue
            command = [sys.executable, "-m", "benchmarks.speed", "--piece", engine, model, isa, str(threads)]
            command += ["--every", str(options.every)]
            environ = {**os.environ, **ISA[isa][1], "OMP_NUM_THREADS": str(threads), "PYTHONPATH": str(ROOT)}
            done = subprocess.run(command, env=environ, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            if done.returncode:
                print(f"{target.stem}: failed, exit code {done.returncode}", file=sys.stderr)
                continue
            target.write_text(done.stdout.splitlines()[-1], encoding="utf-8")
            yield target


def table(out: Path) -> tuple[Table, list[dict[str, Any]]]:
    """What the pieces say; of a piece's turns the one with the least processor time."""
    pieces = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(out.glob("*.json"))]
    spoken = {message.name: message for message in corpus.messages(shared_data())}
    best: dict[tuple[str, str, int, str], dict[str, Any]] = {}
    for one in pieces:
        key = one["model"], one["isa"], one["threads"], one["engine"]
        if key not in best or one["cpu_s"] < best[key]["cpu_s"]:
            best[key] = one
    rows = []
    for (model, isa, threads, engine), one in sorted(best.items(), key=lambda item: (item[0][:3], item[1]["cpu_s"])):
        messages = [spoken[name] for name in one["texts"]]
        groups = [message.group for message in messages]
        mine = errors(Result(engine, texts=one["texts"]), messages)
        other = best.get((model, isa, threads, "faster"))
        gap = ""
        if other and other is not one and other["texts"].keys() == one["texts"].keys():
            low, high = paired(mine, errors(Result("faster", texts=other["texts"]), messages), groups)
            gap = f"{100 * low:+.1f} to {100 * high:+.1f}"
        rows.append(
            (
                model, isa, threads, engine, one["audio_s"] / one["wall_s"], one["audio_s"] / one["cpu_s"],
                100 * mine[:, 0].sum() / mine[:, 1].sum(), gap, one["peak_mb"], one["start_s"], len(messages),
            )
        )  # fmt: skip
    columns = (
        "model", "instructions", "threads", "engine", "s of audio per s", "s of audio per processor second", "word errors, %",
        "beside faster-whisper, 95 %", "peak memory, MB", "start, s", "n",
    )  # fmt: skip
    notes = "analysis is the whole of vmaudio batch, the others transcribe only, all with word times."
    return Table("Speed by processor", columns, rows, notes), list(best.values())


def main() -> None:
    """Run pieces, or show what is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, help="folder of the pieces")
    parser.add_argument("--models", nargs="+", default=["tiny.en", "base"])
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=list(ENGINES))
    parser.add_argument("--isa", nargs="+", default=list(ISA), choices=list(ISA))
    parser.add_argument("--threads", nargs="+", type=int, default=[1, 2])
    parser.add_argument("--every", type=int, default=8, help="take every n-th of the 208 messages only")
    parser.add_argument("--turns", type=int, default=2)
    parser.add_argument("--table", action="store_true", help="only show the table, and draw the picture into --out")
    parser.add_argument("--piece", nargs=4, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.piece:
        engine, model, isa, threads = options.piece
        print(json.dumps(piece(engine, model, isa, int(threads), options.every)))
        return
    if options.out is None:
        parser.error("--out FOLDER is needed")
    if not options.table:
        for path in run(options):
            print(path.name, file=sys.stderr, flush=True)
    found, best = table(options.out)
    print(found.markdown())
    (options.out / "speed.svg").write_text(picture(best), encoding="utf-8")


if __name__ == "__main__":
    main()
