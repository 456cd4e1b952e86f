"""When a decoded window is suspicious, which of two texts is better, and how many tokens a text may have."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

from vmaudio.transcribe.options import DEFAULT, DecodingOptions
from vmaudio.transcribe.words import Decoded


def suspicious(result: Decoded, options: DecodingOptions = DEFAULT.decoding) -> bool:
    """Whether a text should be decoded again at a higher temperature.

    It is too repetitive or too improbable by openai-whisper's thresholds (``whisper.transcribe``), or was cut. Not where the
    model doubts that there is speech at all: sampling again would only give another hallucination.

    Args:
        result: of one window.
        options: the thresholds.
    """
    if result.no_speech_prob > options.no_speech_prob_max and result.avg_logprob < options.avg_logprob_min:
        return False
    return _repetitive(result, options) or result.avg_logprob < options.avg_logprob_min


def better(new: Decoded, old: Decoded, options: DecodingOptions = DEFAULT.decoding) -> bool:
    """Whether a text decoded again should replace the one from before.

    A text that is not suspicious does; of two suspicious ones the one that does not repeat itself, else the more probable.

    Args:
        new: decoded at a higher temperature.
        old: suspicious.
        options: the thresholds.
    """
    if not suspicious(new, options):
        return True
    loops = _repetitive(new, options), _repetitive(old, options)
    if loops[0] != loops[1]:
        return not loops[0]
    return new.avg_logprob > old.avg_logprob


def _repetitive(result: Decoded, options: DecodingOptions) -> bool:
    """Whether a text repeats itself, or is longer than can be said."""
    return result.compression_ratio > options.compression_ratio_max or result.cut


def compression_ratio(text: str) -> float:
    """Bytes of a text over bytes of it compressed by zlib, as in ``whisper.utils``.

    Args:
        text: counted as UTF-8.

    Returns:
        0 for an empty text; above 1 where it can be compressed.
    """
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0


def token_limit(seconds: float, most: int, options: DecodingOptions = DEFAULT.decoding) -> int:
    """Most tokens for a window: no more than can be said in its time.

    Args:
        seconds: of sound in the window.
        most: half the model's context of text.
        options: tokens for a second, and for every window.
    """
    return min(most, options.tokens_min + math.ceil(options.tokens_per_second * seconds))


def repeated_tokens(tokens: Sequence[int], options: DecodingOptions = DEFAULT.decoding) -> int:
    """How many of the last tokens only repeat a phrase before them.

    Args:
        tokens: of the text so far, without time tokens.
        options: how often, and over how many tokens, a phrase must stand.

    Returns:
        0 unless one phrase fills the last `DecodingOptions.loop_tokens` tokens at least, `DecodingOptions.loop_times` times or
        more; then the number of tokens after its first time.
    """
    for size in range(1, options.loop_phrase_tokens + 1):
        span = max(options.loop_tokens, options.loop_times * size)
        if len(tokens) >= span and tokens[-1] == tokens[-1 - size] and tokens[-span + size :] == tokens[-span:-size]:
            return span - size
    return 0
