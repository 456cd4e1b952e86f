"""Log-mel spectrograms as openai-whisper computes them, one window at a time."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

from vmaudio.transcribe.whisper.tokenizer import whisper_folder

SAMPLE_RATE = 16000  # Hz
N_FFT = 400  # 25 ms
HOP = 160  # 10 ms


@cache
def _filters(n_mels: int) -> tuple[Tensor, Tensor]:
    """openai-whisper's mel filters (n_mels, 201), and the Hann window."""
    with np.load(whisper_folder() / "assets" / "mel_filters.npz", allow_pickle=False) as filters:
        return torch.from_numpy(filters[f"mel_{n_mels}"]), torch.hann_window(N_FFT)


def log_mel(samples: np.ndarray, seconds: float, n_mels: int) -> Tensor:
    """The log-mel spectrogram of ``samples`` followed by silence up to ``seconds``.

    Args:
        samples: float32, (n,), 16 kHz; what is longer than ``seconds`` is left out.
        seconds: length of the whole, a multiple of 20 ms.
        n_mels: mel bands, 80 or 128 (large-v3).

    Returns:
        float32, (n_mels, 100 * seconds), one frame per 10 ms, scaled as in ``whisper.audio.log_mel_spectrogram``: the loudest
        cell less 80 dB is the floor.
    """
    filters, window = _filters(n_mels)
    audio = torch.zeros(round(seconds * SAMPLE_RATE))
    audio[: len(samples)] = torch.from_numpy(samples)[: len(audio)]
    power = torch.stft(audio, N_FFT, HOP, window=window, return_complex=True)[:, :-1].abs().square()
    log = (filters @ power).clamp(min=1e-10).log10()
    return (torch.maximum(log, log.max() - 8.0) + 4.0) / 4.0
