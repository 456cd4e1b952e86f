"""Thresholds of the second pass over telephone numbers and of the flags, each with unit, source and data."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

_TUNING = "telephone numbers of the tuning part; benchmarks/rows/phones.py"


@dataclass(frozen=True, slots=True)
class SecondPassOptions:
    """How the sound of a telephone number is put to the recogniser again, and how numbers are compared."""

    lead_s: float = threshold(
        1.5,
        "Sound before the number that is heard again: it tells the recogniser what is coming.",
        unit="s",
        source="our default",
    )
    tail_s: float = threshold(0.6, "Sound behind the number that is heard again.", unit="s", source="our default")
    stretch: float = threshold(
        1.08,
        "The second pass hears the sound made this many times as long; the pitch falls with it.",
        unit="factor",
        source="our default",
    )
    speeds: tuple[float, ...] = threshold(
        (1.0, 1.08, 0.94),
        "Candidate numbers are compared on the sound made this many times as long, each in turn; the scores are averaged.",
        unit="factor",
        source="our default",
    )
    shortlist: int = threshold(
        16,
        "Candidates that are compared at all speeds, and in figures too; the others only at the first.",
        source="our default",
    )
    figures_weight: float = threshold(
        0.25,
        "Weight of how well a number fits as recognisers write it (303-555-0126), beside digit by digit (3 0 3 5 ...) with 1. "
        'Where a token is one digit the sound decides; in figures habit does ("555" draws a fourth 5).',
        source="of the numbers in doubt digits find 77 % clean, 69 % through GSM; figures 59 and 38, both together 82 and 75",
        tuned_on=_TUNING,
    )
    noisy_db: float = threshold(
        20.0,
        "On a line with less above the noise a number said once is compared with its neighbours although both passes agree.",
        unit="dB",
        source="with babble at 15 dB three real numbers that both passes heard alike were wrong, and none of them led the "
        "others by 2 nats; clean lines and telephone codecs lie above",
        tuned_on=_TUNING,
    )


@dataclass(frozen=True, slots=True)
class FlagOptions:
    """From when on a person should look at a recording."""

    noisy_snr_db: float = threshold(
        10.0,
        "Below this signal-to-noise ratio recognisers and pitch trackers degrade.",
        unit="dB",
        source="evidence 3; our default",
    )
    clipped_share: float = threshold(
        0.005, "From this share of samples at full scale on clipping is heard.", unit="share of samples", source="our default"
    )
    unclear_probability: float = threshold(
        0.6, "Below this mean word probability the transcript needs a listener.", unit="probability", source="our default"
    )
    unheard_s: float = threshold(
        2.5,
        "More speech than this in a row without a word is worth a listen: missed speech has been looked for already.",
        unit="s",
        source="our default",
    )
