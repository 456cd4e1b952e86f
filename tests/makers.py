"""Makers of records for tests: a plausible Analysis in one line, any field changed by name."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

from vmaudio.features import feature_row
from vmaudio.records import (
    TONE_AXES,
    Analysis,
    Contour,
    Entities,
    Mention,
    Message,
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
)

TEXT = (
    "Hi Dana, your lease on Main Street ends in May. This is Tom Becker with Acme Copiers. "
    "Call me at 303-555-0126. That's 303-555-0126. Thanks, bye."
)
PIECES = (
    ("greeting", "Hi"),
    ("callee", "Dana,"),
    ("reason", "your lease on Main Street ends in May."),
    ("identity", "This is Tom Becker"),
    ("company", "with Acme Copiers."),
    ("ask", "Call me at"),
    ("number", "303-555-0126."),
    ("number_repeat", "That's 303-555-0126."),
    ("closing", "Thanks, bye."),
)


def transcript(text: str = TEXT, *, words_per_s: float = 2.5, probability: float = 0.9, **changes: Any) -> Transcript:
    """A transcript whose words follow each other at an even pace, from 0.5 s on."""
    step = 1 / words_per_s
    words = tuple(
        Word(token, round(0.5 + i * step, 3), round(0.5 + (i + 0.9) * step, 3), probability)
        for i, token in enumerate(text.split())
    )
    segments = (Segment(words[0].start_s, words[-1].end_s, text, words, -0.2, 0.01, 1.2),) if words else ()
    made = Transcript("speech" if words else "no_speech", "en", text, segments, "fake:words", {"language": "en"})
    return dataclasses.replace(made, **changes)


def parts(script: Transcript, pieces: tuple[tuple[str, str], ...] = PIECES) -> tuple[Part, ...]:
    """Parts with the times of their words; the pieces must be the transcript's words in order."""
    words, found, at = script.words, [], 0
    for label, text in pieces:
        n = len(text.split())
        found.append(Part(label, words[at].start_s, words[at + n - 1].end_s, text, 0.9))
        at += n
    return tuple(found)


def prosody(**changes: Any) -> Prosody:
    """A calm, clean voice."""
    made = Prosody(
        f0_median_hz=120.0, f0_p10_hz=100.0, f0_p90_hz=150.0, f0_range_st=7.0, final_fall_st=2.0, voiced_share=0.6,
        level_mean_dbfs=-20.0, level_sd_db=6.0, spectral_tilt_db=-12.0, hnr_db=14.0, snr_db=35.0, clipped_share=0.0,
        lead_silence_s=0.5, tail_silence_s=0.8, speech_s=10.0, pauses=(Pause(3.5, 0.4),), syllables=40,
        articulation_rate_syl_s=4.5, contour=Contour((0.025, 0.075), (120.0, math.nan), (-20.0, -60.0)),
        ends=(PhraseEnd(10.7, 11.2, 2.0, 0.5),),
    )  # fmt: skip
    return dataclasses.replace(made, **changes)


def analysis(message: Message | None = None, *, recording_id: str = "0" * 64, **changes: Any) -> Analysis:
    """A plausible analysis, unscored; its features are built from its other fields unless given."""
    script = changes.pop("transcript", None) or transcript()
    end_s = script.words[-1].end_s + 0.8 if script.words and script.text != TEXT else 12.0  # no speech without words
    sent = message or Message("/calls/tom.wav", rep="Tom", prospect="p1", sent_at="2026-03-02T10:00:00+00:00")
    number = Phone("3035550126", None, "+13035550126", (Span(8.9, 9.3), Span(9.7, 10.0)), 2, 1.0, 0.9, 2.5, True)
    made: dict[str, Any] = {
        "recording_id": recording_id,
        "source": sent.source,
        "file_name": sent.source.split("/")[-1],
        "duration_s": end_s,
        "message": sent,
        "transcript": script,
        "prosody": prosody(),
        "entities": Entities(
            caller=Mention("Tom Becker", 5.3, 6.0, 0.9),
            callee=Mention("Dana", 0.9, 1.2, 0.9),
            company=Mention("Acme Copiers", 6.5, 7.2, 0.8),
            phones=(number,),
        ),
        "structure": Structure(
            parts(script) if script.text == TEXT else (),
            tuple(label for label, _ in PIECES),
            "relevance_first",
            {"relevance_first": 0.8, "pitch": 0.2},
            ("part/1", "approach/1"),
        ),
        "tone": Tone(dict.fromkeys(TONE_AXES, 0.4), "businesslike", "tone/1"),
        "score": None,
        "flags": (),
        "provenance": Provenance(
            "0.1.0", "vm1", "fake:words", {"language": "en"}, ("part/1", "approach/1", "tone/1"), None, None,
            "2026-03-02T11:00:00+00:00", {"decode": 0.01},
        ),
    } | changes  # fmt: skip
    made.setdefault(
        "features",
        feature_row(
            duration_s=made["duration_s"],
            transcript=made["transcript"],
            prosody=made["prosody"],
            entities=made["entities"],
            structure=made["structure"],
            tone=made["tone"],
        ),
    )
    return Analysis(**made)
