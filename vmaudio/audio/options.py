"""The thresholds of decoding and of voice activity detection, each with its unit, source and the data it was tuned on."""

from __future__ import annotations

from dataclasses import dataclass, field

from vmaudio.audio.noise_options import VoiceOptions
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
    echo_db: float = threshold(
        8.0,
        "On a call with one party a channel, what is this much quieter than on the other channel is the other's echo.",
        unit="dB",
        source="our default: echoes lie 20 dB and more below",
    )
    party_alone_s: float = threshold(
        0.3,
        "Two channels are two parties when each sounds alone for at least this ...",
        unit="s",
        source="a record tone lasts as long",
    )
    party_share: float = threshold(
        0.6,
        "... and one of them alone for this share of the time that either sounds: a voice in stereo sounds on both.",
        unit="share",
        source="our default",
    )
    party_over_db: float = threshold(
        9.0, "A channel sounds where it is this much over its quiet ...", unit="dB", source="our default"
    )
    party_range_db: float = threshold(
        35.0, "... and at most this much under the loudest of both.", unit="dB", source="as VadOptions.range_db"
    )
    party_speech_s: float = threshold(
        1.0, "A channel with less speech than this is not the rep's.", unit="s", source="our default"
    )
    party_tone_s: float = threshold(
        0.15, "The channel with at least so much of the line's tones is the other side.", unit="s", source="our default"
    )
    overlap_s: float = threshold(
        0.3, "Both parties speak at once when they do for longer than this.", unit="s", source="our default"
    )


_VOICES = "71 recordings of voices: samples/, read sentences, voicemails"


@dataclass(frozen=True, slots=True)
class ToneOptions:
    """Tones: when a sound of few held lines is a tone (record tone, ringback, key tone, held notes), not a voice."""

    line_share: float = threshold(
        0.6,
        "In a frame of a tone the 8 strongest spectral lines hold this share of the power ...",
        unit="share",
        source="our default",
        tuned_on=_VOICES,
    )
    sure_correlation: float = threshold(
        0.95,
        "... and its strong lines correlate this much with those of 60 ms away ...",
        unit="correlation, -1 to 1",
        source="our default",
        tuned_on=_VOICES,
    )
    min_sure_frames: int = threshold(
        8,
        "... for so many frames on end: no voice held its lines so well for more than 3.",
        unit="frames of 10 ms",
        source="our default",
        tuned_on=_VOICES,
    )
    held_correlation: float = threshold(
        0.9,
        "Beside such a stretch this much is enough: another note of the same music ...",
        unit="correlation, -1 to 1",
        source="our default",
        tuned_on=_VOICES,
    )
    min_held_frames: int = threshold(
        9,
        "... for so many frames on end: no voice did for more than 8.",
        unit="frames of 10 ms",
        source="our default",
        tuned_on=_VOICES,
    )
    min_key_frames: int = threshold(
        3,
        "A pair of the frequencies of key tones must sound for so many frames on end.",
        unit="frames of 10 ms",
        source="ITU-T Q.24: 40 ms are accepted",
    )
    quiet_quantile: float = threshold(
        0.05, "The quiet of the recording: this quantile of the frames' levels.", unit="quantile", source="our default"
    )
    quietest_dbfs: float = threshold(
        -90.0, "Frames below this level are digital silence and do not count for it.", unit="dBFS", source="our default"
    )
    over_quiet_db: float = threshold(
        10.0, "What lies less than this over the quiet is no tone: hum never stops.", unit="dB", source="our default"
    )
    join_s: float = threshold(
        0.3,
        "Tones less far apart are one (keys, notes of a melody), and what lies so near to the file's ends.",
        unit="s",
        source="our default",
    )
    rest_s: float = threshold(
        0.15,
        "A sound shorter than this right before or after a tone belongs to it: the onset or the end of a note.",
        unit="s",
        source="our default: shorter than a word said alone",
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
        0.05, "Noise is measured in frames at least this far from any speech and any tone.", unit="s", source="our default"
    )
    noise_between_s: float = threshold(
        0.3,
        "With so much of them between the first speech and the last, stretches before and after count only where they are "
        "alike ...",
        unit="s",
        source="our default",
    )
    noise_alike_db: float = threshold(
        6.0,
        "... that is, no more than this over or under the quietest of those between: a clatter is not alike, nor is an added "
        "silence, nor a line that is louder before the caller is put through.",
        unit="dB",
        source="our default",
    )
    noise_unlike_db: float = threshold(
        15.0,
        "With less between, those before and after count where they lie no more than this over the tracked floor.",
        unit="dB",
        source="our default",
    )
    noise_min_s: float = threshold(
        0.1, "With less of all these than this the tracked floor stands for the noise.", unit="s", source="our default"
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
    tones: ToneOptions = field(default_factory=ToneOptions)
    voice: VoiceOptions = field(default_factory=VoiceOptions)


DECODE_OPTIONS = DecodeOptions()
TONE_OPTIONS = ToneOptions()
VAD_OPTIONS = VadOptions()
