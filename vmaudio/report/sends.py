"""One recording left for several prospects: many sends, and one sound.

Each prospect of a drop may call back, so callbacks count every send. How a rep sounds and what the rep's messages miss was
spoken once: points, pace, pitch, checks and flags count a recording once for each rep, by its first send among the messages
asked for; a flag by the first send that has it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from vmaudio.records import Analysis


@dataclass(frozen=True, slots=True)
class Drops:
    """How many messages are sends of a recording that its rep sent more than once.

    Attributes:
        sends: the messages.
        recordings: the recordings, counted for each rep.
    """

    sends: int = 0
    recordings: int = 0

    @property
    def again(self) -> int:
        """Messages beyond the first sends: they count in callbacks alone."""
        return self.sends - self.recordings

    @property
    def sentence(self) -> str:
        """What a page says of it; empty where every recording was sent once."""
        if not self.sends:
            return ""
        which, once = ("one recording", "once") if self.recordings == 1 else (f"{self.recordings:,} recordings", "once each")
        what = "in points, pace, pitch, checks and flags"
        return f"{self.sends:,} sends of {which} count {once} here {what}; every send counts in callbacks."


@dataclass(frozen=True, slots=True)
class Sounds:
    """The recordings behind the rows of a sheet.

    Attributes:
        codes: the same number for the sends of one recording by one rep (n_messages,).
        rank: 0 for the first send of all, and so on (n_messages,).
        single: no recording was sent twice.
        undated: so many stand before all that have a date.
    """

    codes: np.ndarray
    rank: np.ndarray
    single: bool = False
    undated: int = 0

    @classmethod
    def ordered(cls, codes: np.ndarray, dated: np.ndarray, undated: Sequence[str]) -> Sounds:
        """The recordings of rows that stand in order.

        Args:
            codes: as above.
            dated: whether it is known when each was sent; these stand in that order, behind the others.
            undated: ids of the others.

        Returns:
            The recordings with their rank: sends without a date come last, by id.
        """
        rank = np.zeros(len(codes), dtype=np.int64)
        n = int(dated.sum())
        rank[dated] = np.arange(n)
        places = np.flatnonzero(~dated)
        rank[places[sorted(range(len(places)), key=lambda i: undated[i])]] = n + np.arange(len(places))
        return cls(codes, rank, not len(codes) or int(np.bincount(codes).max()) < 2, int(np.argmax(dated)) if n else len(codes))

    def once(self, chosen: np.ndarray) -> np.ndarray:
        """The first send of each recording among some messages.

        Args:
            chosen: which messages (n_messages,).

        Returns:
            bool (n_messages,).
        """
        kept = np.zeros(len(self.codes), dtype=bool)
        kept[self.once_at(np.flatnonzero(chosen))] = True
        return kept

    def once_at(self, places: np.ndarray) -> np.ndarray:
        """The same of places.

        Args:
            places: of some messages.

        Returns:
            Those of first sends, in the order of the rows.
        """
        places = np.sort(places)
        if self.single or not len(places):
            return places
        few = int(np.searchsorted(places, self.undated))
        last_first = np.concatenate([places[:few][np.argsort(-self.rank[places[:few]])], places[few:][::-1]])
        first = np.empty(int(self.codes.max()) + 1, dtype=np.int64)
        first[self.codes[last_first]] = last_first  # of equal codes the last that is written stays: the first send
        return places[first[self.codes[places]] == places]

    def drops(self, chosen: np.ndarray) -> Drops:
        """What was sent more than once.

        Args:
            chosen: which messages (n_messages,).

        Returns:
            The count.
        """
        if self.single:
            return Drops()
        counts = np.bincount(self.codes[chosen])
        return _drops(counts[counts > 1].tolist())


def sound_key(rep: str | None, recording: str | None, message_id: str) -> Hashable:
    """What is equal for the sends of one recording by one rep.

    Args:
        rep: who left it.
        recording: id of the recording; a message without one is its own.
        message_id: id of the message.

    Returns:
        The key.
    """
    return (rep or "", recording) if recording else (rep or "", "", message_id)


def _first(sent_at: str | None, message_id: str) -> tuple[bool, str, str]:
    """Sends without a date come last."""
    return not sent_at, sent_at or "", message_id


def _drops(counts: Iterable[int]) -> Drops:
    several = [n for n in counts if n > 1]
    return Drops(sum(several), len(several))


def _key_of(analysis: Analysis) -> Hashable:
    return sound_key(analysis.message.rep, analysis.recording_id, analysis.message.message_id)


def first_sends(analyses: Iterable[Analysis]) -> list[Analysis]:
    """Each recording once for each rep: the first of its sends.

    Args:
        analyses: messages.

    Returns:
        Those that count in what describes how somebody sounds, in the same order.
    """
    analyses = list(analyses)
    kept: dict[Hashable, Analysis] = {}
    for one in sorted(analyses, key=lambda a: _first(a.message.sent_at, a.message.message_id)):
        kept.setdefault(_key_of(one), one)
    wanted = {id(one) for one in kept.values()}
    return [one for one in analyses if id(one) in wanted]


def drops_of(analyses: Iterable[Analysis]) -> Drops:
    """What was sent more than once among some messages.

    Args:
        analyses: messages.

    Returns:
        The count.
    """
    return _drops(Counter(map(_key_of, analyses)).values())
