"""When a decoded window is not to be trusted, and how many tokens it may have."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence

from vmaudio.transcribe.segments import Decoded

COMPRESSION_RATIO_MAX = 2.4
AVG_LOGPROB_MIN = -1.0
NO_SPEECH = 0.6
TOKENS_PER_SECOND = 14.0  # digits read fast, "5-5-5", are two tokens each and five a second
TOKENS_MIN = 12
CIRCLE_TOKENS = 32  # a phrase repeated over at least so many tokens, ...
CIRCLE_TIMES = 4  # ... and so often: no number or stammer is
CIRCLE_LONGEST = 20  # tokens of the phrase


def suspicious(result: Decoded) -> bool:
    """Too repetitive or too improbable by openai-whisper's thresholds, or longer than can be said.

    Not where the model doubts that there is speech at all: sampling again would only find another invention.
    """
    if result.no_speech_prob > NO_SPEECH and result.avg_logprob < AVG_LOGPROB_MIN:
        return False
    return result.compression_ratio > COMPRESSION_RATIO_MAX or result.avg_logprob < AVG_LOGPROB_MIN or result.cut


def better(new: Decoded, old: Decoded) -> bool:
    """A sound result beats a suspicious one; of two suspicious ones the more probable that does not loop."""
    if not suspicious(new):
        return True
    loops = (new.compression_ratio > COMPRESSION_RATIO_MAX or new.cut, old.compression_ratio > COMPRESSION_RATIO_MAX or old.cut)
    if loops[0] != loops[1]:
        return not loops[0]
    return new.avg_logprob > old.avg_logprob


def compression_ratio(text: str) -> float:
    """Bytes of the text over bytes of it compressed by zlib, as in ``whisper.utils``; 0 for an empty text."""
    data = text.encode("utf-8")
    return len(data) / len(zlib.compress(data)) if data else 0.0


def token_limit(seconds: float, most: int) -> int:
    """Most tokens for a window of so many seconds."""
    return min(most, TOKENS_MIN + math.ceil(TOKENS_PER_SECOND * seconds))


def circling(tokens: Sequence[int]) -> int:
    """How many of the last tokens only repeat those before them; 0 unless they are one phrase over and over.

    That is `CIRCLE_TIMES` times or more, over `CIRCLE_TOKENS` tokens at least.
    """
    for size in range(1, CIRCLE_LONGEST + 1):
        span = max(CIRCLE_TOKENS, CIRCLE_TIMES * size)
        if len(tokens) >= span and tokens[-1] == tokens[-1 - size] and tokens[-span + size :] == tokens[-span:-size]:
            return span - size
    return 0
