"""The words of all transcripts in memory: to look through 100,000 of them takes some hundredths of a second.

The database looks for a word by lower-casing every transcript again; here they stand in lower case, one after another, and are
looked through as one text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import numpy as np

from vmaudio.store import Store, scored_texts, search_terms

MOST_MESSAGES = 300_000
"""Most messages whose words are kept: about half a kilobyte each."""

_END = b"\x00"  # no transcript in a database and no search has it


class KeptWords:
    """Transcripts of scored messages in lower case.

    Args:
        store: the store; all are read.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read()

    def _read(self) -> None:
        self._text = bytearray()
        self._ids: list[str] = []
        self._places: dict[str, int] = {}
        self._starts: list[int] = []
        self._add(scored_texts(self._store))

    def _add(self, texts: Iterable[tuple[str, str]]) -> None:
        for message_id, text in texts:
            self._places[message_id] = len(self._ids)
            self._ids.append(message_id)
            self._starts.append(len(self._text))
            self._text += text.lower().encode("utf-8", "surrogatepass") + _END

    def change(self, written: Collection[str]) -> None:
        """Read the words of some messages again.

        Args:
            written: their ids, those of messages that are gone among them.
        """
        for message_id in written:
            self._places.pop(message_id, None)
        if written:
            self._add(scored_texts(self._store, written))
        if len(self._ids) > 2 * len(self._places) + 1000:  # more that is old than what counts
            self._read()

    def find(self, text: str) -> set[str]:
        """Messages whose transcript has some words.

        Args:
            text: as a person typed it; in double quotes words stand side by side.

        Returns:
            Their ids; all for a text without words.
        """
        found = np.zeros(len(self._ids), dtype=bool)
        found[list(self._places.values())] = True
        starts = np.array(self._starts, dtype=np.int64)
        for term in search_terms(text):
            word = re.compile(re.escape(term.lower().encode("utf-8", "surrogatepass")))
            at = np.fromiter((hit.start() for hit in word.finditer(self._text)), dtype=np.int64)
            has = np.zeros(len(self._ids), dtype=bool)
            has[np.searchsorted(starts, at, side="right") - 1] = True
            found &= has
        return {self._ids[i] for i in np.flatnonzero(found).tolist()}
