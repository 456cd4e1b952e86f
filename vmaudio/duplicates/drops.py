"""One recording behind messages with the same words: a drop that was recorded anew at each call, or its words spoken again?

A call leaves its ringing before the sound, a line its noise, a mailbox cuts the end off. So two contours are laid upon each
other wherever they fit best. Where they hold one sound they are alike in every two seconds; a synthetic voice that says another
name is so everywhere but there. Measured on 24 pairs of 4 drops (ringing of 1.1 and 2 s, noise, 6 dB less; u-law, GSM, Vorbis):
correlation .966 and more, .92 and more in the worst two seconds. Three scripts that a synthetic voice said again at one pace
with another name: .918 to .944, and .48 to .78. Two scripts: .46 at most.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from vmaudio.duplicates.copies import FRAME_S, clipped_levels, is_heard, running_sums, same_sounds
from vmaudio.duplicates.items import DuplicateItem, Levels
from vmaudio.duplicates.options import DuplicateOptions

DEFAULT = DuplicateOptions()

MOST_ASKED = 64
"""Of so many neighbours most alike it is asked whether they are to be compared: the others of one sound are joined to them."""

_WINDOW = 40  # frames: two seconds
_SHORTENED = 4  # frames that are one when many contours are laid upon each other
_SHORTENED_LEAST = 0.6  # what passes is looked at in full
_OVERLAP = 0.6  # least share of the shorter contour that lies upon the other
_LEAST_FRAMES = 100
_AT_ONCE = 256
_ALONE = 3  # recordings that none of the others is like: then the words are taken for spoken anew each time


def one_sound(items: Sequence[DuplicateItem], levels: Levels, options: DuplicateOptions = DEFAULT) -> dict[str, str]:
    """Recordings that hold the same sound, whatever is known of them: a drop that was recorded anew at each call.

    Those of like length are compared first. What is left then is held against one after another of those that are left,
    whatever their lengths, until a few were like no other: it bounds the work.

    Args:
        items: messages with the same words.
        levels: level contours of their recordings.
        options: what counts as the same sound.

    Returns:
        By the id of a recording that of another with its sound, the same for all that share it; those alone are left out.
    """
    first = {item.recording_id: item for item in items if is_heard(item, levels)}
    root = {name: name for name in first}

    def sound(name: str) -> str:
        while root[name] != name:
            root[name] = root[root[name]]
            name = root[name]
        return name

    def same(one: str, other: str) -> bool:
        return is_one_sound(clipped_levels(levels[one], options), clipped_levels(levels[other], options), options)

    # what is known to be one sound is not compared again: a drop may have thousands
    pairs = same_sounds(
        list(first.values()),
        levels,
        wider_shift(options),
        lambda a, b: sound(a.recording_id) != sound(b.recording_id),
        MOST_ASKED,
    )
    for a, b, _ in pairs:
        one, other = sound(a.recording_id), sound(b.recording_id)
        if one != other and same(a.recording_id, b.recording_id):
            root[other] = one
    left = [name for name in first if root[name] == name and len(levels[name]) >= _LEAST_FRAMES]
    short = {name: _shortened(clipped_levels(levels[name], options)) for name in left}
    alone = 0
    while len(left) > 1 and alone < _ALONE:
        leader, *others = left
        left = []
        found = best_correlations(short[leader], [short[name] for name in others], _LEAST_FRAMES // _SHORTENED)
        for name, alike in zip(others, found.tolist(), strict=True):
            if alike >= _SHORTENED_LEAST and same(leader, name):
                root[name] = leader
            else:
                left.append(name)
        alone += len(left) == len(others)
    sounds = {name: sound(name) for name in first}
    several = {one for name, one in sounds.items() if name != one}
    return {name: one for name, one in sounds.items() if one in several}


def wider_shift(options: DuplicateOptions) -> DuplicateOptions:
    """The options for recordings of like length of which the longer one may begin so much later.

    Args:
        options: of copies.
    """
    shift = max(options.copy_shift_frames, round(options.copy_length_s / FRAME_S))
    return dataclasses.replace(options, copy_shift_frames=shift)


def is_one_sound(a: np.ndarray, b: np.ndarray, options: DuplicateOptions = DEFAULT) -> bool:
    """Whether two contours are those of one sound, which may begin anywhere and be cut short.

    Args:
        a: one contour in dBFS, (n_frames,), one frame per 50 ms.
        b: the other.
        options: how alike they must be, on the whole and in the worst two seconds.
    """
    alike, shift, n = _alignment(a, b, _LEAST_FRAMES)
    if alike < options.copy_correlation:
        return False
    x, y = a[max(0, shift) :][:n], b[max(0, -shift) :][:n]
    for start in range(0, n - _WINDOW + 1, _WINDOW // 2):
        one, other = x[start : start + _WINDOW], y[start : start + _WINDOW]
        speaks = min(one.std(), other.std()) >= options.speech_sd_db
        if speaks and float(np.corrcoef(one, other)[0, 1]) < options.same_window:
            return False
    return True


def _alignment(a: np.ndarray, b: np.ndarray, fewest: int) -> tuple[float, int, int]:
    """The best correlation of two contours over all shifts, the shift, and how many frames lie upon each other there."""
    found, shifts, n = _over_shifts(a, b[None, :], np.array([len(b)]), fewest)
    best = int(found[0].argmax())
    return float(found[0, best]), int(shifts[best]), int(n[0, best])


def best_correlations(a: np.ndarray, others: Sequence[np.ndarray], fewest: int) -> np.ndarray:
    """The best correlation of one contour with each of others over all shifts; many at once take a tenth of the time.

    Args:
        a: a contour, (n_frames,).
        others: contours.
        fewest: frames that must lie upon each other, beside most of the shorter one.

    Returns:
        (n_others,), -1 where there is too little.
    """
    best = []
    for start in range(0, len(others), _AT_ONCE):
        some = others[start : start + _AT_ONCE]
        lengths = np.array([len(one) for one in some])
        padded = np.zeros((len(some), int(lengths.max())))
        for row, one in zip(padded, some, strict=True):
            row[: len(one)] = one
        best.append(_over_shifts(a, padded, lengths, fewest)[0].max(axis=1))
    return np.concatenate(best) if best else np.empty(0)


def _over_shifts(
    a: np.ndarray, others: np.ndarray, lengths: np.ndarray, fewest: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlations of a contour with others (n_others, width; behind their lengths 0) at all shifts, the shifts, and how much
    lies upon each other, each (n_others, n_shifts)."""
    width = others.shape[1]
    size = 1 << (len(a) + width - 1).bit_length()
    shifts = np.arange(1 - width, len(a))
    starts = np.maximum(0, shifts)[None, :]
    n = np.minimum(len(a), shifts + lengths[:, None]) - starts
    begins, many = np.broadcast_to(starts - shifts, n.shape), np.maximum(n, 1)
    transformed = np.fft.rfft(a, size) * np.conj(np.fft.rfft(others, size))
    together = np.fft.irfft(transformed, size)[:, shifts % size] / many
    whole_a, whole_b = (running_sums(a), running_sums(a**2)), (_row_sums(others), _row_sums(others**2))
    mean_a, square_a = ((total[starts + np.maximum(n, 0)] - total[starts]) / many for total in whole_a)
    mean_b, square_b = (
        (np.take_along_axis(total, begins + np.maximum(n, 0), 1) - np.take_along_axis(total, begins, 1)) / many
        for total in whole_b
    )
    spreads = square_a - mean_a**2, square_b - mean_b**2
    least = np.maximum(fewest, _OVERLAP * np.minimum(len(a), lengths))[:, None]
    enough = (n >= least) & (np.minimum(*spreads) >= 1.0)
    found = np.where(enough, (together - mean_a * mean_b) / np.sqrt(np.maximum(spreads[0] * spreads[1], 1e-9)), -1.0)
    return found, shifts, n


def _row_sums(values: np.ndarray) -> np.ndarray:
    return np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))


def _shortened(levels: np.ndarray) -> np.ndarray:
    """Every fourth value of the mean over eight: half a step of another shift changes little."""
    sums = running_sums(levels)
    return np.asarray((sums[2 * _SHORTENED :] - sums[: -2 * _SHORTENED])[::_SHORTENED] / (2 * _SHORTENED))
