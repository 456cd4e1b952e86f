"""Log-mel spectrograms as openai-whisper computes them, one window at a time."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor

SAMPLE_RATE = 16000
N_FFT = 400  # 25 ms
HOP = 160  # 10 ms


@cache
def _filters(n_mels: int) -> tuple[Tensor, Tensor]:
    from whisper.audio import mel_filters

    return mel_filters("cpu", n_mels), torch.hann_window(N_FFT)


def log_mel(samples: np.ndarray, seconds: float, n_mels: int) -> Tensor:
    """The spectrogram of ``samples`` followed by silence up to ``seconds``.

    Args:
        samples: float32 (n,), 16 kHz.
        seconds: length of the whole, a multiple of 20 ms.
        n_mels: 80 or 128.

    Returns:
        float32 (n_mels, 100 * seconds), scaled as in ``whisper.audio.log_mel_spectrogram``: the loudest cell less 80 dB is
        the floor.
    """
    filters, window = _filters(n_mels)
    audio = torch.zeros(round(seconds * SAMPLE_RATE))
    audio[: len(samples)] = torch.from_numpy(samples)[: len(audio)]
    power = torch.stft(audio, N_FFT, HOP, window=window, return_complex=True)[:, :-1].abs().square()
    log = (filters @ power).clamp(min=1e-10).log10()
    return (torch.maximum(log, log.max() - 8.0) + 4.0) / 4.0
