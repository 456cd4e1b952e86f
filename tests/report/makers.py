"""Makers for report tests: varied analyses from the labelled messages, with invented times, voices and outcomes.

The words, parts, entities and approaches are those of ``labels/``; times, pitch and level are drawn from a seed, features
and scores come from the real code, so a made Analysis is as consistent as a measured one.
"""

from __future__ import annotations

import dataclasses
import datetime
import functools
import json
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vmaudio.features import CATALOGUE, feature_row
from vmaudio.records import (
    MEASURE_VERSIONS,
    TONE_AXES,
    Analysis,
    Contour,
    Entities,
    Failure,
    Flag,
    Mention,
    Message,
    Outcome,
    Part,
    Pause,
    Phone,
    PhraseEnd,
    Prosody,
    Provenance,
    Segment,
    Span,
    Structure,
    Tone,
    Transcript,
    Word,
)  # fmt: skip
from vmaudio.report.glossary import Glossary
from vmaudio.rubric.load import Rubric, load_rubric
from vmaudio.rubric.scoring import score
from vmaudio.text.verbalize import spoken_words, syllables

LABELS = Path(__file__).resolve().parents[2] / "labels"
FROZEN = Path(__file__).parent / "frozen.jsonl"
REPS = ("Amara Nwosu", "Bram Keller", "Celia Duarte", "Dev Pillai", "Edie Marsh", "Finn O’Leary")
NOTES = (None, None, "asked about prices in March", "moves to a bigger shop this summer", "reads on his phone")
CAMPAIGNS = ("spring renewals", "new builds")


@functools.cache
def labelled() -> tuple[dict[str, Any], ...]:
    """The labelled messages that ship with the repository, those that a rep would leave."""
    rows = [
        json.loads(line) for path in sorted(LABELS.glob("messages_[ab].jsonl")) for line in path.read_text("utf-8").splitlines()
    ]
    return tuple(row for row in rows if row["approach"] not in ("robocall", "inquiry", "other") and "entities" in row)


@functools.cache
def default_rubric() -> Rubric:
    return load_rubric()


@functools.cache
def glossary() -> Glossary:
    """What the rubric and the catalogue say about checks and features."""
    return Glossary.of(default_rubric(), CATALOGUE.values())


def _times(row: dict[str, Any], rng: np.random.Generator, pace: float) -> tuple[list[Word], list[Part], list[Pause]]:
    """Words one after the other, with pauses between sentences and before numbers."""
    words, parts, pauses, at = [], [], [], float(rng.uniform(0.3, 1.6))
    for sentence in row["sentences"]:
        text, label = sentence["text"], sentence["part"]
        if words and (rng.random() < 0.55 or label.startswith("number")):
            gap = float(rng.uniform(0.1, 0.9))
            if gap > 0.25:
                pauses.append(Pause(round(at, 3), round(gap, 3)))
            at += gap
        begin = at
        for token in text.split():
            spoken = spoken_words(token)
            length = max(0.12, sum(map(syllables, spoken)) / (pace * (0.8 if label.startswith("number") else 1.0)))
            words.append(Word(token, round(at, 3), round(at + length, 3), float(rng.beta(14, 1.6))))
            at += length * float(rng.uniform(0.95, 1.15))
        parts.append(Part(label, round(begin, 3), words[-1].end_s, text, float(rng.beta(12, 2))))
    return words, parts, pauses


def _contour(duration_s: float, words: list[Word], rng: np.random.Generator, median_hz: float) -> Contour:
    times = np.arange(0.025, duration_s, 0.05)
    speech = np.zeros(len(times), bool)
    for word in words:
        speech |= (times >= word.start_s) & (times <= word.end_s - 0.02)
    drift = np.convolve(rng.standard_normal(len(times) + 20), np.ones(14) / 14, "same")[: len(times)]
    phase = np.cumsum(rng.uniform(0.2, 0.6, len(times)))
    f0 = median_hz * 2 ** ((3.2 * drift + 1.4 * np.sin(phase)) / 12)
    voiced = speech & (rng.random(len(times)) < 0.82)
    level = np.where(speech, -22 + 5 * np.sin(phase * 1.7) + rng.normal(0, 2, len(times)), -58 + rng.normal(0, 1.5, len(times)))
    return Contour(
        tuple(np.round(times, 3).tolist()),
        tuple(np.where(voiced, np.round(f0, 1), np.nan).tolist()),
        tuple(np.round(level, 1).tolist()),
    )


def _find(parts: list[Part], labels: tuple[str, ...], text: str | None) -> Mention | None:
    part = next((part for part in parts if part.label in labels), None)
    return Mention(text, part.start_s, part.end_s, 0.9) if text and part else None


def _phones(row: dict[str, Any], parts: list[Part]) -> tuple[Phone, ...]:
    digits = row["entities"].get("phone_digits")
    said = [part for part in parts if part.label in ("number", "number_repeat")]
    if not digits or not said:
        return ()
    pace = max(len(digits) / (part.end_s - part.start_s) for part in said)
    e164 = f"+1{digits}" if len(digits) == 10 else None
    spans = tuple(Span(part.start_s, part.end_s) for part in said)
    return (Phone(digits, None, e164, spans, len(spans), 1.0, 0.93, pace, len(digits) == 10),)


def make(
    row: dict[str, Any], message: Message | None = None, *, seed: int = 0, pace: float = 4.2, scored: bool = True
) -> Analysis:
    """One analysis of a labelled message: ``pace`` in syllables per second."""
    rng = np.random.default_rng(seed)
    words, parts, pauses = _times(row, rng, pace)
    tail_s, median_hz = float(rng.uniform(0.3, 4.0)), float(rng.uniform(95, 230))
    duration_s = round(words[-1].end_s + tail_s, 3)
    text = " ".join(sentence["text"] for sentence in row["sentences"])
    segments = (Segment(words[0].start_s, words[-1].end_s, text, tuple(words), -0.2, 0.01, 1.3),)
    transcript = Transcript("speech", "en", text, segments, "fake:labels", {"language": "en"})
    contour = _contour(duration_s, words, rng, median_hz)
    speech_s = sum(word.end_s - word.start_s for word in words)
    fall_st = float(rng.normal(1.2, 1.5))
    prosody = Prosody(
        f0_median_hz=median_hz, f0_p10_hz=median_hz * 0.84, f0_p90_hz=median_hz * 1.22, f0_range_st=6.4,
        final_fall_st=fall_st, voiced_share=0.62, level_mean_dbfs=-22.0,
        level_sd_db=float(rng.uniform(3.4, 7.5)), spectral_tilt_db=-12.0, hnr_db=13.0, snr_db=float(rng.uniform(9, 38)),
        clipped_share=0.0, lead_silence_s=words[0].start_s, tail_silence_s=tail_s, speech_s=speech_s, pauses=tuple(pauses),
        syllables=sum(sum(map(syllables, spoken_words(word.text))) for word in words), articulation_rate_syl_s=pace,
        contour=contour, ends=(PhraseEnd(words[-1].end_s - 0.5, words[-1].end_s, fall_st, 0.5),),
    )  # fmt: skip
    said = row["entities"]
    entities = Entities(
        caller=_find(parts, ("identity",), said.get("caller")),
        callee=_find(parts, ("callee", "greeting"), said.get("callee")),
        company=_find(parts, ("company", "identity"), said.get("company")),
        phones=_phones(row, parts),
    )
    order = tuple(dict.fromkeys(part.label for part in parts))
    sure = round(float(rng.uniform(0.55, 0.97)), 3)
    structure = Structure(
        tuple(parts), order, row["approach"], {row["approach"]: sure, "pitch": 1 - sure}, ("part/1", "approach/1")
    )
    tone = Tone({axis: round(float(rng.uniform(0.1, 0.9)), 3) for axis in TONE_AXES}, "businesslike", "tone/1")
    flags = (Flag("noisy", f"the speech is only {prosody.snr_db:.0f} dB above the noise"),) if prosody.snr_db < 10 else ()
    sent = message or Message(f"calls/{row['id']}.wav", rep=row["rep"], prospect=row["prospect"], prospect_name=row["prospect"])
    made = Analysis(
        recording_id=f"{row['id']:0>64}".replace("_", "0"),
        source=sent.source,
        file_name=Path(sent.source).name,
        duration_s=duration_s,
        message=sent,
        transcript=transcript,
        prosody=prosody,
        entities=entities,
        structure=structure,
        tone=tone,
        features=feature_row(duration_s=duration_s, transcript=transcript, prosody=prosody, entities=entities,
                                structure=structure, tone=tone),
        score=None,
        flags=flags,
        provenance=Provenance("0.1.0", "vm1", "fake:labels", {"language": "en", "beam": 1}, ("part/1", "approach/1", "tone/1"),
                              default_rubric().rubric_id, None, "2026-05-04T09:00:00+00:00", {"decode": 0.01}),
    )  # fmt: skip
    return dataclasses.replace(made, score=score(made, default_rubric())) if scored else made


def worsen(row: dict[str, Any], rng: np.random.Generator, skill: float) -> dict[str, Any]:
    """The message as somebody with less practice leaves it: ``skill`` (0 to 1) is the chance to get each thing right."""
    sentences = [dict(sentence) for sentence in row["sentences"]]
    if rng.random() > skill:
        sentences = [s for s in sentences if s["part"] != "callee"] or sentences
    if rng.random() > skill + 0.2:
        sentences = [s for s in sentences if not s["part"].startswith("number")] or sentences
    if rng.random() > skill:
        sentences.insert(0, {"text": "Hi there, I hope you're doing well today, sorry to bother you.", "part": "filler"})
    if rng.random() > skill:
        text = "We are a leading provider and we work with our clients on all of our programs, we really do."
        sentences.insert(len(sentences) // 2, {"text": text, "part": "company"})
    if rng.random() > skill:
        sentences.append(
            {"text": "So, um, anyway, I'll, uh, I'll just try you again some other time then, bye bye.", "part": "closing"}
        )
    return {**row, "sentences": sentences}


def team(n: int = 120, *, seed: int = 7, weeks: int = 8) -> tuple[list[Analysis], dict[str, Outcome]]:
    """A team's messages over some weeks, and simulated outcomes of most of them, by message id."""
    rng = np.random.default_rng(seed)
    rows, start = labelled(), datetime.datetime(2026, 3, 2, 9, tzinfo=datetime.UTC)
    analyses, outcomes = [], {}
    for i in range(n):
        row = rows[int(rng.integers(len(rows)))]
        rep = REPS[min(int(rng.integers(len(REPS) + 2)), len(REPS) - 1)]
        sent = start + datetime.timedelta(minutes=float(rng.uniform(0, weeks * 7 * 24 * 60)))
        message = Message(
            f"calls/{re.sub('[^a-z]', '', rep.lower())}-{i:03d}.wav",
            message_id=f"msg-{i:04d}", rep=rep, prospect=row["prospect"], prospect_name=row["prospect"],
            company=row.get("prospect_company"), notes=NOTES[i % len(NOTES)], sent_at=sent.isoformat(timespec="seconds"),
            campaign=CAMPAIGNS[int(rng.integers(2))], channel="dialler",
        )  # fmt: skip
        skill = 0.45 + 0.09 * REPS.index(rep) + 0.02 * (sent - start).days / 7
        made = make(
            worsen(row, rng, skill), message, seed=seed * 10_000 + i, pace=float(rng.normal(4.0 + 0.25 * REPS.index(rep), 0.35))
        )
        made = dataclasses.replace(made, recording_id=f"{i:064d}")
        analyses.append(made)
        if rng.random() < 0.85:
            points = made.score.points if made.score and made.score.points is not None else 50.0
            chance = 1 / (1 + math.exp(-(-2.6 + 0.02 * (points - 50) + 0.25 * (row["approach"] == "relevance_first"))))
            outcomes[message.message_id] = Outcome(
                message.message_id, bool(rng.random() < chance), as_of="2026-06-01T00:00:00+00:00", simulated=True
            )
    return analyses, outcomes


def measured_with(analysis: Analysis, versions: Mapping[str, int]) -> Analysis:
    """The analysis as if stages of these versions had made it."""
    return dataclasses.replace(analysis, provenance=dataclasses.replace(analysis.provenance, measure_versions=versions))


@functools.cache
def frozen() -> tuple[tuple[Analysis, ...], dict[str, Outcome]]:
    """A small team as it was made once: pages made of it change only when the pages do. ``python -m tests.report.freeze``.

    It counts as measured by today's stages, whatever their versions.
    """
    lines = [json.loads(line) for line in FROZEN.read_text("utf-8").split("\n") if line]
    made = [Analysis.from_dict(line["analysis"]) for line in lines]
    analyses = tuple(measured_with(one, MEASURE_VERSIONS) for one in made)
    outcomes = [Outcome.from_dict(line["outcome"]) for line in lines if line["outcome"]]
    return analyses, {outcome.message_id: outcome for outcome in outcomes}


def failure(name: str = "calls/broken.mp3") -> Failure:
    return Failure(name, Path(name).name, "decode", "NotAudio", f"{name} is no audio that can be read. Export it again as WAV.")
