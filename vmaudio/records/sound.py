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

    ``samples`` is float32 of shape (n_samples,) in -1..1, mono at ``sample_rate_hz`` (16000). ``sha256`` is the hex digest
    of the file's bytes and is the ``recording_id`` everywhere. ``truncated`` says that only a part was decoded (the file is
    damaged, or longer than the limit); ``truncated_why`` is that reason in a few words.
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
    """Where there is speech, from the signal alone."""

    speech: tuple[Span, ...]
    speech_s: float
    noise_dbfs: float
    snr_db: float


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
class Prosody(Record):
    """How it sounds, measured from the signal; needs no transcript. Where nothing is voiced the pitch fields are NaN."""

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
