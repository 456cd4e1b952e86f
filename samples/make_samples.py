"""Make the samples: read scripts.toml, speak it, send it through a line, write files with their truth and the tables.

    python samples/make_samples.py              make everything (about ten minutes the first time; clauses are cached)
    python samples/make_samples.py --only 09    the messages whose name contains this, then the tables
    python samples/make_samples.py --check      verify the folder; nothing is synthesised

What must be installed is in README.md of this folder.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import os
import sys
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

if __package__ in (None, ""):  # run as a script: let `samples` be found
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from samples import channels, scripts, voices
from samples.scripts import Script, Unit
from samples.voices import Samples

HERE = Path(__file__).resolve().parent
MANIFEST_COLUMNS = (
    "message_id", "file", "rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id",
    "notes", "script",
)  # fmt: skip
OUTCOME_COLUMNS = (
    "message_id",
    "callback",
    "callback_at",
    "reply",
    "connect",
    "sale",
    "complaint",
    "wrong_person",
    "simulated",
)
WIDE_RATE_HZ = 24000  # everything is joined at this rate, then resampled by the line


def rng_of(name: str) -> np.random.Generator:
    """A generator that depends on the name alone, so that adding a sample changes no other."""
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big"))


def speak(text: str, voice: str, **options: Any) -> Samples:
    """`voices.say` at 24 kHz with a cache in the user's folder: a second run is quick."""
    key = json.dumps([3, text, voices.VOICES[voice].formula, voices.VOICES[voice].pace, sorted(options.items())])
    folder = Path(os.environ.get("VMAUDIO_CLAUSES") or Path.home() / ".cache" / "vmaudio-samples" / "clauses")
    path = folder / (hashlib.sha256(key.encode()).hexdigest()[:32] + ".npy")
    if path.is_file():
        return np.asarray(np.load(path, allow_pickle=False), np.float32)
    samples, rate = voices.say(text, voice, **options)
    samples = voices.resample(samples, rate, WIDE_RATE_HZ)
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part.npy")
    np.save(partial, samples)
    partial.replace(path)
    return samples


def pause_after(unit: Unit, script: Script, rng: np.random.Generator) -> float:
    """Draw a pause: about 0.42 s after a sentence and 0.15 s after a comma, times the message's own factor."""
    middle = 0.42 if unit.text[-1] in ".?!" else 0.15
    return float(np.clip(rng.lognormal(np.log(middle), 0.25), 0.06, 1.2) * script.row.get("pauses", 1.0))


def build(script: Script) -> tuple[Samples, list[dict[str, Any]], list[dict[str, Any]]]:
    """Speak one message. Returns sound at 24 kHz, the parts with their times, and the pauses (seconds)."""
    rng = rng_of(script.name)
    units = script.units()
    spoken = []
    for unit in units:
        options = {
            "speed": round(script.row.get("speed", 1.0) * unit.options.get("speed", 1.0), 4),
            "pitch_range": unit.options.get("range", script.row.get("range", 1.0)),
            "end_st": unit.options.get("end", 0.0),
            "seed": script.row.get("seed", 0),
        }
        spoken.append(speak(unit.text, script.voice, **options))
    levels = [voices.level_dbfs(x, WIDE_RATE_HZ) for x in spoken]
    middle = float(np.median(levels))
    line: list[Samples | float] = [float(script.row.get("lead", rng.uniform(0.3, 0.9)))]
    for i, (unit, sound, level) in enumerate(zip(units, spoken, levels, strict=True)):
        if i:
            drawn = pause_after(units[i - 1], script, rng)
            line.append(unit.pause_before_s if unit.pause_before_s is not None else drawn)
        gain = -0.6 * (level - middle) + unit.options.get("gain", 0.0)  # clauses spoken apart differ too much in level
        line.append((sound * np.float32(10 ** (np.clip(gain, -6, 6) / 20))).astype(np.float32))
    line.append(float(script.row.get("tail", rng.uniform(0.5, 1.5))))
    joined = voices.join(line, WIDE_RATE_HZ)
    pauses = [{"start_s": s, "duration_s": d, "exact": True} for s, d in joined.pauses]
    for span in joined.spans:
        pauses += inner_pauses(joined.samples, span)
    return joined.samples, parts_of(script, units, joined.spans), sorted(pauses, key=lambda p: p["start_s"])


def inner_pauses(samples: Samples, span: tuple[float, float], least_s: float = 0.15) -> list[dict[str, Any]]:
    """Silences inside one clause of clean synthesis: 10 ms frames 35 dB or more below the loudest, for ``least_s``."""
    frame = WIDE_RATE_HZ // 100
    part = samples[round(span[0] * WIDE_RATE_HZ) : round(span[1] * WIDE_RATE_HZ)]
    n = len(part) // frame
    rms = np.sqrt(np.mean(part[: n * frame].reshape(n, frame).astype(np.float64) ** 2, axis=1))
    quiet = np.concatenate([[False], rms < rms.max() * 10 ** (-35 / 20), [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(int)))
    runs = edges.reshape(-1, 2)
    return [
        {"start_s": span[0] + a / 100, "duration_s": (b - a) / 100, "exact": False}
        for a, b in runs
        if (b - a) / 100 >= least_s and a > 0 and b < n
    ]


def parts_of(script: Script, units: Sequence[Unit], spans: Sequence[tuple[float, float]]) -> list[dict[str, Any]]:
    """Times of the labelled pieces; a border inside one synthesis is put by the number of phonemes and marked not exact."""
    out: list[dict[str, Any]] = []
    for unit, (start, end) in zip(units, spans, strict=True):
        weights = [weight(voices.phonemes(text)) for _, text in unit.shares]
        borders = start + (end - start) * np.cumsum([0.0, *weights]) / sum(weights)
        for k, (index, text) in enumerate(unit.shares):
            row = {
                "label": script.pieces[index].label, "text": text, "start_s": float(borders[k]), "end_s": float(borders[k + 1]),
                "start_exact": k == 0, "end_exact": k == len(unit.shares) - 1, "piece": index,
            }  # fmt: skip
            if out and out[-1]["piece"] == index:  # the same piece goes on in another sentence
                out[-1] |= {"text": out[-1]["text"] + " " + text, "end_s": row["end_s"], "end_exact": row["end_exact"]}
            else:
                out.append(row)
    for row in out:
        del row["piece"]
    return out


def weight(ipa: str) -> float:
    """About how long phonemes last: a vowel as long as 1.7 consonants; stress marks nothing."""
    vowels = scripts.syllables(ipa)
    return 1.7 * vowels + max(0, len([c for c in ipa if c.isalpha()]) - vowels)


def special(script: Script) -> Samples:
    """Sound without a voice: the line alone, or what a box records after a hang-up (US call progress tones)."""
    n = int(script.seconds * WIDE_RATE_HZ)
    t = np.arange(n) / WIDE_RATE_HZ
    if script.special == "silence":
        return np.zeros(n, np.float32)
    beep = np.sin(2 * np.pi * 1000 * t) * ((t >= 0.3) & (t < 0.7))
    dial = 0.5 * (np.sin(2 * np.pi * 350 * t) + np.sin(2 * np.pi * 440 * t)) * ((t >= 1.4) & (t < 4.2))
    busy = 0.5 * (np.sin(2 * np.pi * 480 * t) + np.sin(2 * np.pi * 620 * t)) * ((t >= 4.6) & ((t - 4.6) % 1.0 < 0.5))
    return (0.25 * (beep + dial + busy)).astype(np.float32)


def make(script: Script) -> dict[str, Any]:
    """Make one sample: the sound file and its truth beside it. Returns the truth."""
    rng = rng_of("line " + script.name)
    row = script.row
    if "special" in row:
        sound, parts, pauses = special(script), [], []
    else:
        sound, parts, pauses = build(script)
    snr = row.get("snr", round(float(rng.uniform(46, 58)), 1))  # a quiet line is never wholly silent
    level = row.get("level", round(float(rng.uniform(-25, -19)), 1))
    seed = int(rng.integers(1 << 30))
    if row.get("special") == "silence":
        lined, rate = channels.channel(sound, WIDE_RATE_HZ, row["line"])
        lined = 10 ** (-62 / 20) * channels.band_limit(channels.make_noise("pink", len(lined), rate, seed), rate)
    else:
        clip = row.get("clip", 0.0)
        line = {"level": None if clip else level, "snr_db": snr, "noise": row.get("noise", "pink"), "clip_share": clip}
        lined, rate = channels.channel(sound, WIDE_RATE_HZ, row["line"], seed=seed, **line)
    path = HERE / script.file
    channels.write(path, lined, rate, row["format"], kbps=row.get("kbps"), stereo=row.get("stereo", False))
    decoded, decoded_rate = channels.read(path)
    at_rate = voices.resample(decoded, decoded_rate, rate)
    offset = 0.0 if row.get("special") == "silence" else channels.delay(lined, at_rate, rate) / rate
    for item in (*parts, *pauses):
        for key in ("start_s", "end_s"):
            if key in item:
                item[key] = round(item[key] + offset, 3)
        if "duration_s" in item:
            item["duration_s"] = round(item["duration_s"], 3)
    truth = describe(script, parts, pauses, len(decoded) / decoded_rate) | {
        "codec": channels.FORMATS[row["format"]], "sample_rate_hz": decoded_rate if row["format"] == "ogg" else rate,
        "channels": 2 if row.get("stereo") else 1, "band_hz": [300, 3400] if row["line"] == "band" else None,
        "kbps": row.get("kbps"), "snr_db": snr, "noise": row.get("noise", "line"),
        "level_dbfs": None if row.get("special") == "silence" else round(voices.level_dbfs(at_rate, rate), 1),
        "clipped_share": row.get("clip", 0.0), "decode_offset_s": round(offset, 4), "bytes": path.stat().st_size,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }  # fmt: skip
    path.with_suffix(".json").write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return truth


def describe(script: Script, parts: list[dict[str, Any]], pauses: list[dict[str, Any]], duration_s: float) -> dict[str, Any]:
    """The part of the truth that does not depend on the file format."""
    row = script.row
    start, end = (parts[0]["start_s"], parts[-1]["end_s"]) if parts else (0.0, 0.0)
    spoken = max(end - start, 1e-9)
    n_words, n_syllables = len(scripts.words(script.text)), scripts.syllables(voices.phonemes(script.text)) if parts else 0
    voice = voices.VOICES[script.voice]
    return {
        "id": row["id"], "file": script.file, "point": row["point"], "rep": script.rep["name"], "approach": row["approach"],
        "text": script.text, "parts": parts, "entities": script.entities, "notes": row.get("notes"),
        "notes_use": row.get("notes_use"), "repeat_of": row.get("repeat_of"), "special": row.get("special"),
        "tone_intended": row.get("tone"), "duration_s": round(duration_s, 3),
        "lead_silence_s": round(start, 3) if parts else None, "tail_silence_s": round(duration_s - end, 3) if parts else None,
        "words": n_words, "syllables": n_syllables, "wpm": round(n_words / spoken * 60, 1) if parts else None,
        "syllables_per_s": round(n_syllables / spoken, 2) if parts else None, "pauses": pauses,
        "voice": voice.name if parts else None, "voice_formula": voice.formula if parts else None,
        "voice_licence": voice.licence if parts else None, "speed": row.get("speed", 1.0), "pitch_range": row.get("range", 1.0),
    }  # fmt: skip


# --- tables ------------------------------------------------------------------------------------------------------------


def write_tables(all_scripts: Sequence[Script]) -> None:
    """Write manifest.csv, outcomes.csv and labels.jsonl."""
    rows = [
        {
            "message_id": send["id"], "file": s.file, "rep": s.rep["name"], "prospect": send["prospect"],
            "prospect_name": send["prospect_name"], "company": send["company"], "sent_at": send["sent_at"],
            "campaign": s.campaign, "channel": s.row.get("channel", "live"), "caller_id": s.caller_id,
            "notes": s.row.get("notes", ""), "script": s.row.get("script", ""),
        }
        for s in all_scripts
        for send in s.sends
    ]  # fmt: skip
    _write_csv(HERE / "manifest.csv", MANIFEST_COLUMNS, rows)
    _write_csv(HERE / "outcomes.csv", OUTCOME_COLUMNS, simulate_outcomes(all_scripts))
    with (HERE / "labels.jsonl").open("w", encoding="utf-8") as handle:
        for s in all_scripts:
            if not s.pieces:
                continue
            label = {
                "id": s.id, "rep": s.rep["name"], "prospect": s.row.get("prospect_name", ""),
                "prospect_company": s.row.get("company", ""),
                "file": s.file, "sentences": [{"text": p.text, "part": p.label} for p in s.pieces], "approach": s.approach,
                "entities": s.entities,
            }  # fmt: skip
            if "tone" in s.row:
                label["tone"] = s.row["tone"]
            handle.write(json.dumps(label, ensure_ascii=False) + "\n")


def simulate_outcomes(all_scripts: Sequence[Script]) -> list[dict[str, Any]]:
    """Invented outcomes: a callback is drawn with a probability set by hand from the word that opens ``point``.

    They show the form of the file and let the commands run. They say nothing about which approach works.
    """
    chances = {"strong": 0.45, "fair": 0.25, "weak": 0.12}
    out = []
    for s in all_scripts:
        for send in s.sends:
            rng = rng_of("simulated outcome " + send["id"])
            draws = rng.random(6)
            chance = 0.0 if "special" in s.row else chances.get(str(s.point).split(":")[0].split(",")[0].split(" ")[0], 0.2)
            chance = {"robocall": 0.0, "other": 0.0, "inquiry": 0.7}.get(s.approach, chance)
            if send["id"] in ("s30", "s08e"):  # nothing known yet: no row
                continue
            callback = int(draws[0] < chance)
            when = datetime.fromisoformat(send["sent_at"]) + timedelta(minutes=round(15 + 240 * draws[1] ** 2))
            connect = int(callback and draws[2] < 0.7)
            out.append(
                {
                    "message_id": send["id"], "callback": callback, "callback_at": when.isoformat() if callback else "",
                    "reply": int(draws[3] < 0.08), "connect": connect, "sale": int(connect and draws[4] < 0.35),
                    "complaint": int(s.approach == "robocall" or (s.approach == "pitch" and draws[5] < 0.2)),
                    "wrong_person": int(s.name.endswith("wrong_number")), "simulated": "yes",
                }
            )  # fmt: skip
    return out


def _write_csv(path: Path, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def main(argv: Sequence[str] | None = None) -> int:
    """Make or check the samples."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="verify the folder without making anything")
    parser.add_argument("--only", metavar="TEXT", help="make the messages whose name contains this")
    args = parser.parse_args(argv)
    if args.check:
        from samples.check import check

        problems = check(HERE)
        for problem in problems:
            print(problem, file=sys.stderr)
        print(f"{len(problems)} problems in {HERE.name}/" if problems else f"{HERE.name}/ is as it should be")
        return 1 if problems else 0
    all_scripts = scripts.load()
    for script in all_scripts:
        if args.only is None or args.only in script.name:
            truth = make(script)
            shown = f"{truth['file']:48} {truth['duration_s']:6.1f} s {truth['bytes'] / 1000:6.0f} kB"
            print(f"{shown}  {truth['wpm']} wpm  {truth['level_dbfs']} dBFS", flush=True)
    write_tables(all_scripts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
