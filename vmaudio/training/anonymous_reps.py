"""Who trained a model, so that an evaluation can say that it met them before, without their names.

A model may go to another team or into a public place. A name is easily guessed, and so each is stored as the digest of a slow
function (scrypt), with a salt: trying a list of a million names takes half a day of a processor for one model.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Collection, Iterable

_SALT = b"vmaudio rep of the training data"
_DIGITS = 16


@functools.lru_cache(maxsize=4096)
def _digest(name: str) -> str:
    # 2**14 blocks of 1 kB: RFC 7914's own example for interactive use; 40 ms
    return hashlib.scrypt(name.encode("utf-8", "replace"), salt=_SALT, n=2**14, r=8, p=1).hex()[:_DIGITS]


def rep_digests(names: Iterable[str]) -> list[str]:
    """Digests of the reps' names, each once.

    Args:
        names: of the reps, as often as they have messages.

    Returns:
        Sorted digests: 16 hexadecimal digits.
    """
    return sorted({_digest(name) for name in names})


def known_reps(names: Iterable[str], digests: Collection[str]) -> set[str]:
    """Which of these reps a model was trained on.

    Args:
        names: of the reps.
        digests: of the model's, from `rep_digests`.

    Returns:
        The names that are among them.
    """
    wanted = set(digests)
    return {name for name in set(names) if wanted and _digest(name) in wanted}
