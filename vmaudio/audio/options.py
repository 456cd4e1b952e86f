"""The thresholds of decoding and of voice activity detection, each with its unit, source and the data it was tuned on."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

_LOG_ODDS = "our default; the log-odds are those of vad_model.json, fitted by benchmarks/fit_vad.py"


@dataclass(frozen=True, slots=True)
class DecodeOptions:
    """How channels become one, and from when on a recording counts as decoded only in part.

    Limits that protect the machine (bytes, seconds, packets, time) are arguments or constants, not options.
    """

    drop_channel_db: float = threshold(
        30.0,
        "A channel this far below the loudest carries no voice of its own: mixing it in would only lower the level.",
        unit="dB",
        source="our default",
    )
    opposite_correlation: float = threshold(
        -0.5,
        "Channels that correlate with the loudest below this would cancel it when mixed: the loudest is taken alone.",
        unit="correlation, -1 to 1",
        source="our default",
    )
    missing_s: float = threshold(
        0.25,
        "A recording is truncated when more than this is missing of the length that its header announces ...",
        unit="s",
        source="our default",
    )
    missing_share: float = threshold(
        0.02,
        "... and more than this share of that length.",
        unit="share of the announced length",
        source="our default",
    )
    end_fault_s: float = threshold(
        0.1,
        "One fault at the very end does not make a recording truncated while less than this is missing.",
        unit="s",
        source="our default",
    )
    over_limit_s: float = threshold(
        0.05,
        "A recording that announces at most this much more than the longest length allowed is not called truncated.",
        unit="s",
        source="our default",
    )
    gap_s: float = threshold(
        0.05,
        "Time stamps that leave this much between two frames leave a gap, which is filled with silence; less is rounding.",
        unit="s",
        source="WebM rounds its stamps to 1 ms and a codec's frame lasts 20 ms; recorders that let packets out leave more",
    )
    longest_lead_s: float = threshold(
        60.0,
        "A first time stamp later than this is the recorder's own clock, not silence before the first sound.",
        unit="s",
        source="our default",
    )
    longest_gap_s: float = threshold(
        300.0,
        "A jump of the time stamps longer than this is not filled with silence but flagged.",
        unit="s",
        source="our default",
    )
    raw_format: str = threshold(
        "",
        "How files without a header are coded that end in .raw, .pcm or a telephone format's ending: ulaw:8000, s16le:8000.",
        unit="coding:Hz",
        source="the setting raw_format; empty reads by the ending alone",
    )


@dataclass(frozen=True, slots=True)
class VadOptions:
    """Voice activity detection: which frames hold sound, which of it is speech, and how the noise is measured.

    The frames are 10 ms apart. Losing speech costs more than letting noise through, so every doubt is settled for speech.
    """

    present_db: float = threshold(
        3.0,
        "A frame holds sound when the mean power of its bands rises this much over the tracked noise floor.",
        unit="dB",
        source="five standard deviations of stationary noise",
    )
    band_cap_db: float = threshold(
        40.0,
        "A band counts with at most this much over the floor: one loud band must not speak for all.",
        unit="dB",
        source="our default",
    )
    loud_quantile: float = threshold(
        0.95, "Level of the loud parts: this quantile of the frames' levels.", unit="quantile", source="our default"
    )
    range_db: float = threshold(
        38.0,
        "Frames this far below the loud parts are echo, breath or leakage.",
        unit="dB",
        source="a vowel lies about 30 dB over a weak fricative (Fletcher 1953)",
    )
    noise_over_floor_db: float = threshold(
        10.0,
        "The quieter half of the frames is taken for noise where its mean level lies less than this over the floor ...",
        unit="dB",
        source="our default",
    )
    noise_spreads: float = threshold(
        1.7,
        "... and then a frame must lie this many standard deviations over that mean: noise that swells (babble, traffic) ...",
        unit="standard deviations",
        source="our default",
    )
    noise_range_db: float = threshold(
        24.0,
        "... but frames less than this below the loud parts count all the same.",
        unit="dB",
        source="our default",
    )
    quietest_dbfs: float = threshold(
        -78.0,
        "No frame below this level is taken for speech.",
        unit="dBFS",
        source="16-bit rounding noise lies at -96 dBFS",
    )
    min_pause_s: float = threshold(
        0.12,
        "Stretches of speech nearer to each other are one span: shorter gaps are closures of stops, not pauses.",
        unit="s",
        source="closures of stops last up to about 0.1 s",
    )
    min_span_s: float = threshold(0.05, "Shorter spans are left out.", unit="s", source="our default")
    tone_share: float = threshold(
        0.95,
        "A frame is no evidence of speech when its 8 strongest spectral lines hold this share of its power: a pure tone.",
        unit="share",
        source="our default",
    )
    held_correlation: float = threshold(
        0.85,
        "Nor is one whose spectrum correlates this much with that of 60 ms away: a held tone.",
        unit="correlation, -1 to 1",
        source="our default",
    )
    min_evidence_frames: int = threshold(
        12,
        "A recording holds speech when at least this many frames are more likely speech than not ...",
        unit="frames of 10 ms",
        source=_LOG_ODDS,
    )
    best_frames: int = threshold(
        15,
        "... and so many of the best of them ...",
        unit="frames of 10 ms",
        source=_LOG_ODDS,
    )
    min_evidence: float = threshold(
        1.0,
        "... have at least this mean log-odds of speech.",
        unit="log-odds (nats)",
        source=_LOG_ODDS,
    )
    stretch_evidence: float = threshold(
        -1.5,
        "A stretch of sound belongs to the speech when one of its frames has more than this log-odds.",
        unit="log-odds (nats)",
        source=_LOG_ODDS,
    )
    noise_clear_s: float = threshold(
        0.05, "Noise is measured in frames at least this far from any speech.", unit="s", source="our default"
    )
    noise_min_s: float = threshold(
        0.1, "With less of them than this the tracked floor stands for the noise.", unit="s", source="our default"
    )
    noise_share: float = threshold(
        0.98,
        "Share of the quieter of these frames that the mean is taken over; the loudest are left out.",
        unit="share",
        source="our default",
    )
    noise_lowest_dbfs: float = threshold(
        -100.0, "Lowest noise level that is reported: digital silence.", unit="dBFS", source="16-bit rounding noise: -96 dBFS"
    )
    snr_lowest_db: float = threshold(-10.0, "Lowest signal-to-noise ratio that is reported.", unit="dB", source="our default")
    snr_highest_db: float = threshold(60.0, "Highest signal-to-noise ratio that is reported.", unit="dB", source="our default")


DECODE_OPTIONS = DecodeOptions()
VAD_OPTIONS = VadOptions()
