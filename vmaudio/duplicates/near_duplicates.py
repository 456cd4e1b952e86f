"""Near-duplicate token sequences: MinHash (Broder 1997) with banding finds candidates, a word-by-word look confirms."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from vmaudio.duplicates.normalize import STOP

BANDS, ROWS = 32, 3
"""A pair whose two-word shingles have Jaccard similarity .5 becomes a candidate with probability .986, .1 with .03."""

LEAST_TOKENS = 4
"""Shorter messages say too little to call them the same by their words."""

SIMILAR = 0.75
"""Least similarity of the words in order (rapidfuzz, 0 to 1): two readings of one script stay above, errors and all."""

NEW_WORDS = 0.11
"""Most content words, as a share of both messages', without a like in the other: above, the reason has changed."""

LONE = 0.25
"""How much a new content word counts that stands alone among words that both have: a recogniser mishears a word here and
there, a new reason is several words in a row. Chosen with `NEW_WORDS` on made-up scripts: with a word in 15 misheard, 68 to
83 % of pairs are found (30 to 47 % when every new word counts alike), and as few changed reasons are taken for the same."""

ALIKE = 60.0
"""Least rapidfuzz ratio (0 to 100) of two words that a recogniser may have made of one."""

LEADERS = 8
"""Most different messages of one bucket that a newcomer is compared with: what keeps the work linear."""

_PRIME = np.uint64((1 << 31) - 1)
_CHUNK = 4000

Tokens = tuple[str, ...]


def similarity(a: Tokens, b: Tokens) -> float:
    """Similarity of the words in order, 0 to 1."""
    from rapidfuzz.distance import Indel

    return 1.0 if a == b else float(Indel.normalized_similarity(a, b))


def same_message(a: Tokens, b: Tokens, least: float = SIMILAR) -> float | None:
    """Their similarity when both say the same, else None.

    Words that differ are looked at where they stand: a content word without a like among the words that replace it is new.
    """
    if a == b:
        return 1.0
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import ratio

    alike = similarity(a, b)
    if alike < least:
        return None
    flags: tuple[list[bool], list[bool]] = ([], [])
    for op in Levenshtein.opcodes(a, b):
        ours, theirs = a[op.src_start : op.src_end], b[op.dest_start : op.dest_end]
        for found, side, other in ((flags[0], ours, theirs), (flags[1], theirs, ours)):
            joined = "".join(other)  # "web in are" for "webinar"
            for word in side:
                if word not in STOP:
                    known = op.tag == "equal" or word in joined or any(ratio(word, one) >= ALIKE for one in other)
                    found.append(not known)
    new = 0.0
    for found in flags:
        runs = [len(list(run)) for is_new, run in itertools.groupby(found) if is_new]
        new += sum(LONE if length == 1 else length for length in runs)
    return alike if new <= NEW_WORDS * (len(flags[0]) + len(flags[1])) else None


def signatures(texts: Sequence[Tokens]) -> np.ndarray:
    """MinHash of the two-word shingles, (n_texts, BANDS x ROWS) uint32; each text must have two words or more."""
    rng = np.random.default_rng(20260521)
    k = BANDS * ROWS
    a = rng.integers(1, int(_PRIME), k, dtype=np.uint64)
    b = rng.integers(0, int(_PRIME), k, dtype=np.uint64)
    vocabulary: dict[str, int] = {}
    made = np.empty((len(texts), k), dtype=np.uint32)
    for start in range(0, len(texts), _CHUNK):
        part = texts[start : start + _CHUNK]
        hashes: list[int] = []
        starts: list[int] = []
        for text in part:
            ids = [vocabulary.setdefault(word, len(vocabulary)) for word in text]
            starts.append(len(hashes))
            hashes.extend((x * 1_000_003 + y * 7_919 + 17) & 0x7FFFFFFF for x, y in itertools.pairwise(ids))
        shingles = _mix(np.array(hashes, dtype=np.uint64))
        for column in range(k):
            values = (shingles * a[column] + b[column]) % _PRIME
            made[start : start + len(part), column] = np.minimum.reduceat(values, starts)
    return made


def _mix(values: np.ndarray) -> np.ndarray:
    """Scatter the shingles' numbers over 0..2^31: neighbouring word numbers must not give neighbouring hashes."""
    values = (values ^ (values >> np.uint64(15))) * np.uint64(0x2C1B3C6D)
    values = (values ^ (values >> np.uint64(12))) * np.uint64(0x297A2D39)
    return np.asarray((values ^ (values >> np.uint64(15))) % _PRIME)


def clusters(
    texts: Sequence[Tokens], least: float = SIMILAR, told: Callable[[int, int], None] = lambda done, total: None
) -> np.ndarray:
    """Cluster number of each text (n_texts,); -1 for texts under `LEAST_TOKENS` words.

    ``told`` hears of the progress (done, total).
    """
    number = np.full(len(texts), -1, dtype=int)
    first: dict[Tokens, int] = {}
    members: dict[int, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        if len(text) >= LEAST_TOKENS:
            members[first.setdefault(text, i)].append(i)
    unique = list(members)
    parent = list(range(len(unique)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    if unique:
        signature = signatures([texts[i] for i in unique])
        refused: set[tuple[int, int]] = set()
        for band in range(BANDS):
            keys = np.ascontiguousarray(signature[:, band * ROWS : (band + 1) * ROWS]).view(f"V{4 * ROWS}").ravel().tolist()
            buckets: dict[bytes, list[int]] = {}
            for i, key in enumerate(keys):
                leaders = buckets.setdefault(key, [])
                for leader in leaders:
                    if root(i) == root(leader):
                        break
                    if (leader, i) in refused:
                        continue
                    if same_message(texts[unique[leader]], texts[unique[i]], least) is not None:
                        parent[root(i)] = root(leader)
                        break
                    refused.add((leader, i))
                else:
                    if len(leaders) < LEADERS:
                        leaders.append(i)
            told(band + 1, BANDS)
    for i, own in enumerate(unique):
        for member in members[own]:
            number[member] = unique[root(i)]
    return number
