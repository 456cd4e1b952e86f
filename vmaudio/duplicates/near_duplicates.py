"""Near-duplicate token sequences: MinHash (Broder 1997) with banding finds candidates, a closer look confirms.

Candidates come from two-word shingles. Messages to one prospect, and of one rep, are compared whatever they hold: a recogniser
that mishears every third word leaves no shingle. The closer look goes word by word, and by the sound of the whole (`sounds`).

By hand and not with datasketch 2.0 (MinHash and MinHashLSH with the same 32 bands of 3): on 20,000 made-up transcripts (scripts
sent more and less often, one word in 15 misheard, 17,632 different texts) ours takes 4 s and datasketch, with the same check
of the candidates, 18 s; with one script for all of them, 4 s against more than 60 s for the first 7,682. Its index answers with
everything in a bucket, 11 million candidates here, so the work grows with the square of a script's copies; ours stops at the
first message that is the same and looks at a few of a bucket only. What that costs: .88 of the pairs of one script come into
one group, .97 where all are compared; no pair of two scripts does in either.
"""

from __future__ import annotations

import functools
import itertools
from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from vmaudio.duplicates.normalize import STOP
from vmaudio.duplicates.options import DuplicateOptions
from vmaudio.duplicates.sounds import same_sound, sound_likeness, sound_of

_PRIME = np.uint64((1 << 31) - 1)
_CHUNK = 4000

Tokens = tuple[str, ...]

DEFAULT = DuplicateOptions()


def similarity(a: Tokens, b: Tokens) -> float:
    """Similarity of the words of two messages in their order.

    Args:
        a: one message's words.
        b: the other's.

    Returns:
        1 less the share of words to delete and insert (Indel distance), 0 to 1; 1 for equal messages.
    """
    from rapidfuzz.distance import Indel

    return 1.0 if a == b else float(Indel.normalized_similarity(a, b))


def likeness(a: Tokens, b: Tokens) -> float:
    """Likeness of two messages by words or by sound, whichever is more, 0 to 1.

    Args:
        a: one message's words.
        b: the other's.
    """
    return max(similarity(a, b), sound_likeness(sound_of(a), sound_of(b)))


def same_message(
    a: Tokens,
    b: Tokens,
    options: DuplicateOptions = DEFAULT,
    sounds: tuple[str, str] | None = None,
    distance: Callable[[], float] | None = None,
) -> float | None:
    """How similar two messages are that say the same, by their words or by their sound; None where they do not.

    Words that differ are compared where they stand: a content word without a like among the words that replace it is new.

    Args:
        a: one message's words, as `vmaudio.duplicates.normalize.normal_tokens` leaves them.
        b: the other's.
        options: what counts as the same.
        sounds: how the two sound, where that is known already (`sound_of`).
        distance: of their recordings; asked where words and sound leave it open.

    Returns:
        `similarity`, or where the words are too far apart that of the sound, 0 to 1; None.
    """
    if a == b:
        return 1.0
    found = _same_words(a, b, options)
    if found is not None:
        return found
    ours, theirs = sounds or (sound_of(a), sound_of(b))
    return same_sound(ours, theirs, options, distance)


def _same_words(a: Tokens, b: Tokens, options: DuplicateOptions) -> float | None:
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import ratio

    alike = similarity(a, b)
    if alike < options.similar:
        return None
    flags: tuple[list[bool], list[bool]] = ([], [])
    for op in Levenshtein.opcodes(a, b):
        ours, theirs = a[op.src_start : op.src_end], b[op.dest_start : op.dest_end]
        for found, side, other in ((flags[0], ours, theirs), (flags[1], theirs, ours)):
            joined = "".join(other)  # "web in are" for "webinar"
            for word in side:
                if word not in STOP:
                    known = op.tag == "equal" or word in joined or any(ratio(word, one) >= options.alike_words for one in other)
                    found.append(not known)
    new = 0.0
    for found in flags:
        runs = [len(list(run)) for is_new, run in itertools.groupby(found) if is_new]
        new += sum(options.lone_word if length == 1 else length for length in runs)
    return alike if new <= options.new_words * (len(flags[0]) + len(flags[1])) else None


def signatures(texts: Sequence[Sequence[str]], hashes: int = DEFAULT.bands * DEFAULT.rows) -> np.ndarray:
    """MinHash of the two-word shingles of texts.

    Args:
        texts: words of each message; each must have two or more.
        hashes: length of a signature.

    Returns:
        (n_texts, hashes) uint32. Two texts agree in a column with the probability of their shingles' Jaccard similarity.
    """
    rng = np.random.default_rng(20260521)
    k = hashes
    a = rng.integers(1, int(_PRIME), k, dtype=np.uint64)
    b = rng.integers(0, int(_PRIME), k, dtype=np.uint64)
    vocabulary: dict[str, int] = {}
    made = np.empty((len(texts), k), dtype=np.uint32)
    for start in range(0, len(texts), _CHUNK):
        part = texts[start : start + _CHUNK]
        numbers: list[int] = []
        starts: list[int] = []
        for text in part:
            ids = [vocabulary.setdefault(word, len(vocabulary)) for word in text]
            starts.append(len(numbers))
            numbers.extend((x * 1_000_003 + y * 7_919 + 17) & 0x7FFFFFFF for x, y in itertools.pairwise(ids))
        shingles = _mix(np.array(numbers, dtype=np.uint64))
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
    texts: Sequence[Tokens],
    options: DuplicateOptions = DEFAULT,
    progress: Callable[[int, int], None] = lambda done, total: None,
    together: Sequence[Sequence[int]] = (),
    distance: Callable[[int, int], float] | None = None,
) -> np.ndarray:
    """Which texts say the same.

    Args:
        texts: words of each message, as `vmaudio.duplicates.normalize.normal_tokens` leaves them.
        options: what counts as the same, and how many candidates are looked at.
        progress: called with bands done and bands in all.
        together: numbers of texts that are compared with each other whatever they hold: those to one prospect, or of one rep.
            Of each, the last ``options.most_together``.
        distance: of the recordings of two texts, by their numbers; asked where the words leave it open.

    Returns:
        Cluster number of each text, (n_texts,) int; -1 for texts of fewer than ``options.least_words`` words.
    """
    number = np.full(len(texts), -1, dtype=int)
    first: dict[Tokens, int] = {}
    members: dict[int, list[int]] = defaultdict(list)
    for i, text in enumerate(texts):
        if len(text) >= options.least_words:
            members[first.setdefault(text, i)].append(i)
    unique = list(members)
    joined = _Joined([texts[i] for i in unique], options, distance and (lambda i, j: distance(unique[i], unique[j])))
    if unique:
        signature = signatures(joined.texts, options.bands * options.rows)
        for band in range(options.bands):
            joined.band(signature[:, band * options.rows : (band + 1) * options.rows])
            progress(band + 1, options.bands)
    place = {i: n for n, own in enumerate(unique) for i in members[own]}
    for several in together:
        known = list(dict.fromkeys(place[i] for i in several if i in place))[-options.most_together :]
        for one, other in itertools.combinations(known, 2):
            joined.compare(one, other)
    for i, own in enumerate(unique):
        for member in members[own]:
            number[member] = unique[joined.root(i)]
    return number


class _Joined:
    """Texts that were found to say the same, as trees with a root each."""

    def __init__(
        self, texts: Sequence[Tokens], options: DuplicateOptions, distance: Callable[[int, int], float] | None
    ) -> None:
        self.texts, self.options, self.distance = texts, options, distance
        self.sounds = [sound_of(text) for text in texts]
        self.parent = list(range(len(texts)))
        self.refused: set[tuple[int, int]] = set()

    def root(self, i: int) -> int:
        while self.parent[i] != i:
            self.parent[i] = self.parent[self.parent[i]]
            i = self.parent[i]
        return i

    def compare(self, one: int, other: int) -> bool:
        """Whether two texts say the same; they are joined if so."""
        if self.root(one) == self.root(other):
            return True
        pair = (min(one, other), max(one, other))
        if pair in self.refused:
            return False
        asked = self.distance and functools.partial(self.distance, one, other)
        sounds = (self.sounds[one], self.sounds[other])
        if same_message(self.texts[one], self.texts[other], self.options, sounds, asked or None) is None:
            self.refused.add(pair)
            return False
        self.parent[self.root(other)] = self.root(one)
        return True

    def band(self, part: np.ndarray) -> None:
        """Compare what shares a bucket of one band of the signature with a few of those that came before."""
        keys = np.ascontiguousarray(part).view(f"V{4 * part.shape[1]}").ravel().tolist()
        buckets: dict[bytes, list[int]] = {}
        for i, key in enumerate(keys):
            leaders = buckets.setdefault(key, [])
            if not any(self.compare(leader, i) for leader in leaders) and len(leaders) < self.options.leaders:
                leaders.append(i)
