"""Messages by each thing that may name them: id, recording, path, file name with or without folder and ending, prospect."""

from __future__ import annotations

import datetime
import functools
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from vmaudio.intake.manifest import Send, below
from vmaudio.intake.outcomes.files import OutcomeRow
from vmaudio.intake.tables import file_name, file_stem, id_key, path_tail, person, shortened

_By = dict[str, list[Send]]


class Index:
    """Messages by their names. Each kind of name is looked up only once a line has it.

    Args:
        sends: the messages.
    """

    def __init__(self, sends: Sequence[Send]) -> None:
        self.sends = sends
        self.here = str(Path.cwd())
        self.by_id = {send.message.message_id: send for send in sends}

    @functools.cached_property
    def by_id_key(self) -> _By:
        """Messages by their id as `id_key` writes it: a Salesforce id of 15 characters is one of 18."""
        return self._by(lambda send: id_key(send.message.message_id))

    @functools.cached_property
    def by_hash(self) -> _By:
        """Messages by the id of their recording, its SHA-256."""
        return self._by(lambda send: send.recording_id and send.recording_id.lower())

    @functools.cached_property
    def by_prospect(self) -> _By:
        """Messages by whom they went to."""
        return self._by(lambda send: person(send.message.prospect))

    @functools.cached_property
    def by_path(self) -> _By:
        """Messages by the path of their file as it was given, and as it is from the root."""
        found = self._by(lambda send: send.message.source)
        for send in self.sends:
            source = send.message.source
            if source and "://" not in source and (whole := below(self.here, source)) != source:
                found[whole].append(send)
        return found

    @functools.cached_property
    def by_name(self) -> _By:
        """Messages by the name of their file."""
        return self._by(lambda send: _name_of(send) and file_name(_name_of(send)))

    @functools.cached_property
    def by_stem(self) -> _By:
        """Messages by the name of their file without its ending."""
        return self._by(lambda send: _name_of(send) and file_stem(_name_of(send)))

    def _by(self, key: Callable[[Send], str | None]) -> _By:
        found: _By = defaultdict(list)
        for send in self.sends:
            name = key(send)
            if name:
                found[name].append(send)
        return found

    def find(self, row: OutcomeRow, base: Path) -> list[Send] | str:
        """The messages that a line may be about.

        Args:
            row: the line.
            base: folder of the file that it stands in.

        Returns:
            One message, or several of one prospect; or why there is none.
        """
        if row.outcome.message_id:
            found = self.with_id(row.outcome.message_id)
            if found is not None:
                return [found]
            if not (row.file or row.recording_id):
                return f"no message has the id {shortened(row.outcome.message_id)}"
        if row.recording_id:
            what = f"recording {shortened(row.recording_id)}"
            return self._one_of(row, self.with_recording(row.recording_id), what)
        if row.file:
            return self._one_of(row, self.with_file(row.file, base), f"file {shortened(row.file)}")
        candidates = self.by_prospect.get(row.prospect or "", [])
        if not candidates:
            return f"no message went to the prospect {shortened(row.prospect or '')}"
        exact = [send for send in candidates if row.sent_at and _same_time(send.message.sent_at, row.sent_at)]
        return exact or candidates

    def with_id(self, message_id: str) -> Send | None:
        """The message of an id.

        Args:
            message_id: the id; of a Salesforce id 15 characters are enough.

        Returns:
            The message; None where none or several have it.
        """
        found = self.by_id.get(message_id)
        if found is None:
            alike = self.by_id_key.get(id_key(message_id), [])
            found = alike[0] if len(alike) == 1 else None
        return found

    def with_recording(self, recording_id: str) -> list[Send]:
        """The messages of a recording: of its SHA-256, else of the file that has the id for a name.

        Args:
            recording_id: the id.
        """
        return self.by_hash.get(recording_id.lower(), []) or _of_one_file(self.by_stem.get(file_stem(recording_id), []), "")

    def with_file(self, file: str, base: Path) -> list[Send]:
        """The messages of a file: at its path, else of its name, else of its name with another ending.

        Args:
            file: its path, name or URL.
            base: folder that a path is relative to.
        """
        paths = [file]
        if "://" not in file:
            paths.append(below(str(base), file))
            paths.append(below(self.here, paths[1]))
        for path in paths:
            if path in self.by_path:
                return self.by_path[path]
        if file.lower() in self.by_hash:
            return self.by_hash[file.lower()]
        return _of_one_file(self.by_name.get(file_name(file), []), file) or _of_one_file(
            self.by_stem.get(file_stem(file), []), file
        )

    def _one_of(self, row: OutcomeRow, candidates: list[Send], what: str) -> list[Send] | str:
        if not candidates:
            return f"no message has the {what}"
        if len(candidates) > 1 and row.prospect:
            candidates = [send for send in candidates if person(send.message.prospect) == row.prospect]
            if not candidates:
                return f"no message with the {what} went to the prospect {shortened(row.prospect or '')}"
        if len(candidates) > 1 and row.sent_at:
            candidates = [send for send in candidates if _same_time(send.message.sent_at, row.sent_at)] or candidates
        if len(candidates) > 1:
            return f"{len(candidates)} messages have the {what}: give message_id, or prospect and sent_at"
        return candidates


def _name_of(send: Send) -> str:
    return send.file_name or send.message.source


def _of_one_file(candidates: list[Send], file: str) -> list[Send]:
    """Messages of one name, if they are of one file: a name in several folders names none, unless the folders tell."""
    if len({send.message.source for send in candidates}) <= 1:
        return candidates
    tail = path_tail(file)
    alike = [send for send in candidates if tail and path_tail(send.message.source)[-len(tail) :] == tail]
    return alike if len({send.message.source for send in alike}) == 1 else []


def _same_time(ours: str | None, theirs: str) -> bool:
    if not ours:
        return False
    a, b = datetime.datetime.fromisoformat(ours), datetime.datetime.fromisoformat(theirs)
    return a == b or (a.date() == b.date() and b.time() == datetime.time(0))
