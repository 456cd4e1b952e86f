"""Decoded sound, and what is measured in it without a transcript."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vmaudio.records.base import Record, Span

if TYPE_CHECKING:  # the command line reads records long before it needs numpy
    import numpy as np


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """Decoded sound; lives in memory only.

    Args:
        sha256: hex digest of the file's bytes; it is the ``recording_id`` everywhere.
        samples: mono, float32 of shape (n_samples,) in -1..1.
        sample_rate_hz: 16000.
        duration_s: length of ``samples``.
        source_rate_hz: sample rate of the file.
        source_channels: channels of the file.
        source_codec: FFmpeg's name of the codec, such as "mp3".
        truncated: only a part was decoded: the file is damaged, or longer than the limit.
        truncated_why: that reason in a few words.
    """

    sha256: str
    samples: np.ndarray
    sample_rate_hz: int
    duration_s: float
    source_rate_hz: int
    source_channels: int
    source_codec: str
    truncated: bool = False
    truncated_why: str = ""


@dataclass(frozen=True, slots=True)
class Activity(Record):
    """Where there is speech, from the signal alone.

    Args:
        speech: spans of speech, in time order.
        speech_s: their sum.
        noise_dbfs: level of the noise under the voice.
        snr_db: level of the speech above it.
        tones: spans of tones and held notes (record tone, ringback, keys, music), in time order: neither speech nor noise.
        voice: those spans of ``speech`` that are about as loud as most of it: the level is measured there.
    """

    speech: tuple[Span, ...]
    speech_s: float
    noise_dbfs: float
    snr_db: float
    tones: tuple[Span, ...] = ()
    voice: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Pause(Record):
    """A silence between two stretches of speech."""

    start_s: float
    duration_s: float


@dataclass(frozen=True, slots=True)
class Contour(Record):
    """Pitch and level over time, one frame per 50 ms, for pictures. ``times_s`` are frame centres; unvoiced f0 is NaN."""

    times_s: tuple[float, ...]
    f0_hz: tuple[float, ...]
    level_dbfs: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class PhraseEnd(Record):
    """The pitch at the end of a phrase.

    Args:
        start_s: first of the frames that it is measured from, at most half a second before the last.
        end_s: last of them.
        fall_st: how far the pitch falls between the two, in semitones; below 0 it rises.
        error_st: standard error of that.
    """

    start_s: float
    end_s: float
    fall_st: float
    error_st: float


@dataclass(frozen=True, slots=True)
class Prosody(Record):
    """How it sounds, measured from the signal; needs no transcript.

    Pitch and level are taken where there is speech. What cannot be measured is NaN: where nothing is voiced, all of the pitch.

    Args:
        f0_median_hz: median pitch of the voiced frames.
        f0_p10_hz: its 10th percentile.
        f0_p90_hz: its 90th percentile.
        f0_range_st: from the 10th to the 90th percentile, in semitones.
        final_fall_st: how far the pitch falls at the end of phrases, in semitones: the median of ``ends``.
        voiced_share: voiced part of the speech, 0 to 1.
        level_mean_dbfs: mean level of the speech, in dB below full scale.
        level_sd_db: standard deviation of that level.
        spectral_tilt_db: level of the high frequencies against the low ones.
        hnr_db: harmonics-to-noise ratio.
        snr_db: level of the speech above the noise in the pauses.
        clipped_share: samples at the limit of the number range, 0 to 1.
        lead_silence_s: silence before the first speech, from the start of the file or from the last tone before the speech.
        tail_silence_s: silence after the last speech, to the end of the file or to the first tone after the speech.
        speech_s: seconds of speech.
        pauses: silences between two stretches of speech.
        syllables: syllable nuclei counted in the signal.
        articulation_rate_syl_s: syllable nuclei per second of phonation.
        contour: pitch and level over time, for pictures.
        before_s: seconds of the file before the lead silence: up to the end of the last tone before the speech.
        after_s: seconds of the file after the tail silence: from the start of the first tone after the speech.
        ends: the ends of phrases that can be measured, in time order.
    """

    f0_median_hz: float
    f0_p10_hz: float
    f0_p90_hz: float
    f0_range_st: float
    final_fall_st: float
    voiced_share: float
    level_mean_dbfs: float
    level_sd_db: float
    spectral_tilt_db: float
    hnr_db: float
    snr_db: float
    clipped_share: float
    lead_silence_s: float
    tail_silence_s: float
    speech_s: float
    pauses: tuple[Pause, ...]
    syllables: int
    articulation_rate_syl_s: float
    contour: Contour
    before_s: float = 0.0
    after_s: float = 0.0
    ends: tuple[PhraseEnd, ...] = ()

    @property
    def speech_start_s(self) -> float:
        """When the first speech starts, in s from the start of the file."""
        return self.before_s + self.lead_silence_s

    @property
    def after_speech_s(self) -> float:
        """Seconds of the file after the last speech, of silence and of tones."""
        return self.tail_silence_s + self.after_s
