"""The whole job on many files: `vmaudio batch`, by engine, beside the script that somebody writes in an afternoon.

    python -m benchmarks.whole_batch                # 64 messages with base: time, ways to use the cores, peak memory
    python -m benchmarks.whole_batch --memory       # 20 and 500 files with tiny.en, 5 % of them broken: peak memory
    python -m benchmarks.whole_batch --ray          # 128 messages with tiny.en: local processes and Ray's actors, in turns

The afternoon script uses the same packages one file after the other: pydub opens the file, ``whisper.transcribe`` with word
times, ``librosa.pyin`` with its defaults, ``librosa.effects.split`` for pauses, ``librosa.feature.rms`` for the level. It
finds no numbers, classifies nothing and saves one line of CSV per file. Every way runs in a process of its own; loading is
timed separately.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks import corpus
from benchmarks.common import ROOT, SEED, Table, peak_mb, shared_data

WAYS = ("afternoon", "inline", "local")
TURNS = 3
BROKEN = 20  # every so many files


def write(folder: Path, sounds: Sequence[np.ndarray]) -> None:
    """The messages as 16 kHz wav files."""
    from scipy.io import wavfile

    for number, samples in enumerate(sounds):
        data = np.clip(np.round(np.asarray(samples) * 32767), -32768, 32767).astype(np.int16)
        wavfile.write(folder / f"{number:04d}.wav", corpus.RATE, data)


def afternoon(folder: Path, model: str) -> Callable[[], int]:
    """Load; return the work."""
    import csv

    import librosa
    from pydub import AudioSegment

    from benchmarks.transcribe import whisper_engine

    hear = whisper_engine(model, None)

    def work() -> int:
        with (folder / "afternoon.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            for path in sorted(folder.glob("*.wav")):
                sound = AudioSegment.from_file(path).set_channels(1).set_frame_rate(corpus.RATE)
                samples = np.array(sound.get_array_of_samples(), dtype=np.float32) / 32768
                ((text, words),) = hear([corpus.Spoken(path.name, "", samples, "", "")])
                f0, _, _ = librosa.pyin(samples, fmin=65, fmax=500, sr=corpus.RATE)
                spoken = librosa.effects.split(samples, top_db=35)
                level = librosa.feature.rms(y=samples)
                pace = 60 * words / max(1e-9, float((spoken[:, 1] - spoken[:, 0]).sum()) / corpus.RATE)
                writer.writerow([path.name, text, words, pace, np.nanmedian(f0), len(spoken), float(np.mean(level))])
        return 0

    return work


def ours(folder: Path, model: str, engine: str) -> Callable[[], int]:
    """Load; return the work: everything that `vmaudio batch` does, the store included."""
    from vmaudio.analysis.batch import run_batch
    from vmaudio.analysis.engines import get_batch_engine
    from vmaudio.intake.recordings import find_recordings
    from vmaudio.records import Message
    from vmaudio.store.store import open_store

    runner = get_batch_engine(engine, workers=2, engine=f"openai-whisper:{model}")
    assert runner.key
    store = open_store(str(folder / f"{engine}.sqlite"))

    def work() -> int:
        messages = [Message(message_id=path, source=path) for path in find_recordings([str(folder)])]
        return run_batch(runner, messages, store).failed

    return work


def one(way: str, folder: Path, model: str) -> None:
    """In a process of its own: print load seconds, work seconds, failures and peak memory as JSON."""
    begin = time.perf_counter()
    work = afternoon(folder, model) if way == "afternoon" else ours(folder, model, way)
    loaded = time.perf_counter()
    failed = work()
    done = time.perf_counter()
    peak = [peak_mb(), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]
    print(json.dumps({"load": loaded - begin, "work": done - loaded, "failed": failed, "peak": peak}))


def start(way: str, folder: Path, model: str) -> dict[str, float]:
    """Run one way and read what it printed."""
    command = [sys.executable, "-m", "benchmarks.whole_batch", "--way", way, "--folder", str(folder), "--models", model]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def speed(data: Path, model: str, count: int) -> Table:
    """Every way over the same files."""
    messages = corpus.messages(data)
    chosen = [messages[i] for i in np.random.default_rng(SEED).permutation(len(messages))[:count]]
    seconds = sum(message.seconds for message in chosen)
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), [message.samples for message in chosen])
        found = {way: start(way, Path(place), model) for way in WAYS}
    names = {
        "afternoon": "afternoon script",
        "inline": "batch --on inline (threads)",
        "local": "batch --on local (2 processes)",
    }
    rows = [
        (
            names[way], seconds / got["work"], found["afternoon"]["work"] / got["work"], got["work"], got["load"],
            got["peak"][0] if way != "local" else got["peak"][0] + 2 * got["peak"][1],
        )
        for way, got in found.items()
    ]  # fmt: skip
    return Table(
        f"The whole job on {count} files with {model}",
        ("way", "s of audio per s", "times the script", "work, s", "start, s", "peak memory, MB"),
        rows,
        f"{seconds:.0f} s of audio, drawn from the messages of the transcription benchmark. Peak of local: the driver and twice"
        " the larger worker.",
    )


def memory(model: str, counts: Sequence[int] = (20, 100, 500)) -> Table:
    """Peak memory by number of files; every twentieth file is broken."""
    from vmaudio.audio.decode import load_audio

    sounds = [load_audio(path).samples for path in sorted((ROOT / "samples").glob("*.wav"))[:8]]
    rng = np.random.default_rng(SEED)
    rows = []
    for count in counts:
        with tempfile.TemporaryDirectory() as place:
            cut = [sounds[i % len(sounds)][: int(rng.uniform(8, 20) * corpus.RATE)] for i in range(count)]
            made = [samples + rng.standard_normal(len(samples)).astype(np.float32) * 1e-4 for samples in cut]
            write(Path(place), made)
            for number in range(0, count, BROKEN):
                (Path(place) / f"{number:04d}.wav").write_bytes(b"RIFF\x10\x00\x00\x00WAVEfmt broken" * (number + 1))
            got = start("inline", Path(place), model)
        rows.append((count, len(range(0, count, BROKEN)), int(got["failed"]), got["peak"][0]))
    return Table(
        f"Memory by number of files, {model}",
        ("files", "broken", "failures reported", "peak memory, MB"),
        rows,
        "batch --on inline, one process. The first eight samples, cut to 8 to 20 s and made different by faint noise.",
    )


def long_file(data: Path, model: str, minutes: float = 10.0) -> Table:
    """One recording of ten minutes beside the same messages one by one."""
    import jiwer

    from benchmarks.transcribe import our_engine

    pool = [m for m in corpus.messages(data) if m.kind == "joined, real people"]
    chosen: list[corpus.Spoken] = []
    for index in np.random.default_rng(SEED).permutation(len(pool)):
        if sum(m.seconds for m in chosen) + pool[index].seconds <= 60 * minutes:
            chosen.append(pool[index])
    whole = corpus.Spoken("long", "long", np.concatenate([m.samples for m in chosen]), " ".join(m.text for m in chosen), "")
    hear = our_engine(model, None, 16)
    hear(chosen[:1])
    before = peak_mb()
    rows = []
    for name, made in (("one by one", chosen), ("one long recording", [whole])):
        begin = time.perf_counter()
        text = " ".join(found for found, _ in hear(made))
        seconds = time.perf_counter() - begin
        found = jiwer.process_words(corpus.plain(whole.text), corpus.plain(text))
        grown = peak_mb() - before
        wrong = f"{found.substitutions}, {found.deletions}, {found.insertions}"
        rows.append((name, whole.seconds / seconds, 100 * found.wer, wrong, grown))
    return Table(
        f"A recording of {whole.seconds / 60:.1f} minutes, {model}",
        ("way", "s of audio per s", "word errors, %", "changed, lost, invented", "more memory, MB"),
        rows,
        f"{len(chosen)} messages of real people's sentences end to end; windows are cut at pauses.",
    )


def on_ray(data: Path, model: str, count: int) -> Table:
    """The local engine and Ray's over the same files, in turns: `vmaudio[ray]` must be installed."""
    messages = corpus.messages(data)
    chosen = [messages[i] for i in np.random.default_rng(SEED).permutation(len(messages))[:count]]
    seconds = sum(message.seconds for message in chosen)
    found: dict[str, list[dict[str, float]]] = {"local": [], "ray": []}
    with tempfile.TemporaryDirectory() as place:
        write(Path(place), [message.samples for message in chosen])
        for _ in range(TURNS):
            for way, got in found.items():
                got.append(start(way, Path(place), model))
                (Path(place) / f"{way}.sqlite").unlink()
                print(way, got[-1], flush=True)
    median = {way: float(np.median([one["work"] for one in got])) for way, got in found.items()}
    rows = [
        (way, seconds / median[way], median["local"] / median[way], ", ".join(f"{one['work']:.1f}" for one in got),
         float(np.median([one["load"] for one in got])))
        for way, got in found.items()
    ]  # fmt: skip
    return Table(
        f"Ray and the local engine on {count} files with {model}, two workers on one machine",
        ("batch --on", "s of audio per s", "times local", "work, s", "start, s"),
        rows,
        f"{seconds:.0f} s of audio; median of {TURNS} runs in turns, each in a process of its own; the work begins with the"
        " first worker loaded and ends when all processes have gone.",
    )


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=None)
    parser.add_argument("--count", type=int)
    parser.add_argument("--memory", action="store_true")
    parser.add_argument("--ray", action="store_true")
    parser.add_argument("--way", choices=(*WAYS, "ray"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way:
        one(options.way, options.folder, options.models)
    elif options.memory:
        print(memory(options.models or "tiny.en").markdown())
    elif options.ray:
        print(on_ray(shared_data(), options.models or "tiny.en", options.count or 128).markdown())
    else:
        print(speed(shared_data(), options.models or "base", options.count or 64).markdown())


if __name__ == "__main__":
    main()
