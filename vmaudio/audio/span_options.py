"""The thresholds of finding the message in a file."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold


@dataclass(frozen=True, slots=True)
class SpanOptions:
    """What of a file is the message: blocks of speech, tones between them, and voices compared."""

    keep_greeting: bool = threshold(
        False,
        "Keep what others say (greeting, menu) in the sound that is measured and shown; it is never transcribed.",
        source="our default: it is somebody else's voice",
    )
    least_block_s: float = threshold(
        0.8,
        "Less speech than this between two tones is no block of its own: a cough, the rest of a tone.",
        unit="s",
        source="our default: shorter than a message",
    )
    sure_voice: float = threshold(
        1.0,
        "Two stretches have different voices, or the same, when the log-odds are this far from even.",
        unit="log-odds (nats)",
        source="benchmarks/fit_voices.py",
        tuned_on="the tuning part of the dialer benchmark, and read sentences of real people",
    )
    ring_s: float = threshold(0.3, "A tone shorter than this is no ring.", unit="s", source="a British ring lasts 0.4 s")
    answer_s: float = threshold(
        0.15, "After a single tone that may be a ring or a record tone, so much silence speaks for a ring.", unit="s",
        source="our default",
    )  # fmt: skip
    longest_record_tone_s: float = threshold(
        1.6, "A longer tone is no record tone.", unit="s", source="the longest in use last about 1 s"
    )
    cut_pause_s: float = threshold(
        0.3,
        "Without a tone a greeting or a menu is cut off only at a pause of at least this ...",
        unit="s",
        source="our default",
    )
    reach_s: float = threshold(
        9.0,
        "... that comes at most so long after the words of a greeting, or before those of a menu.",
        unit="s",
        source="our default: two sentences",
    )
    interrupted_s: float = threshold(
        1.0,
        "A tone with at most so much silence around it, in one voice that does not begin anew, only interrupts a message.",
        unit="s",
        source="our default",
    )


SPAN_OPTIONS = SpanOptions()
