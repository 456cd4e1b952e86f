"""Messages by each thing that may name them: id, recording, path, file name with or without folder and ending, prospect."""

from __future__ import annotations

import datetime
import functools
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from vmaudio.intake.manifest import Send, below
from vmaudio.intake.outcomes.files import OutcomeRow
from vmaudio.intake.tables import file_name, file_stem, id_key, path_tail, person, shortened

_By = dict[str, list[Send]]


class Index:
    """Messages by their names. Each kind of name is looked up only once a line has it.

    Args:
        sends: the messages.
        copies: by the id of a message that is a copy of another that of the one that counts: a name that both have means the
            one that counts.
    """

    def __init__(self, sends: Sequence[Send], copies: Mapping[str, str] = MappingProxyType({})) -> None:
        self.sends = sends
        self.copies = copies
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

    def find(self, row: OutcomeRow, base: str) -> list[Send] | str:
        """The messages that a line may be about.

        Args:
            row: the line.
            base: folder of the file that it stands in, as pathlib writes it.

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
            return self._one_of(row, self.with_recording(row.recording_id), "recording", row.recording_id)
        if row.file:
            candidates = self.with_file(row.file, base)
            named = [] if candidates else self._of_several_files(row.file)
            if len(named) > 1:
                return f"{len(named)} messages have the name {shortened(row.file)} in several folders: give path or message_id"
            return self._one_of(row, candidates, "file", row.file)
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
        found = self._counting(self.by_hash.get(recording_id.lower(), []))
        return found or _of_one_file(self._counting(self.by_stem.get(file_stem(recording_id), [])), "")

    def with_file(self, file: str, base: str) -> list[Send]:
        """The messages of a file: at its path, else of its name, else of its name with another ending.

        Args:
            file: its path, name or URL.
            base: folder that a path is relative to, as pathlib writes it.
        """
        by_path, path = self.by_path, file
        for folder in () if "://" in file else (base, self.here):
            if path in by_path:
                break
            path = below(folder, path)
        if path in by_path:
            return by_path[path]
        if file.lower() in self.by_hash:
            return self._counting(self.by_hash[file.lower()])
        named, alike = (self._counting(found) for found in self._with_name(file))
        return _of_one_file(named, file) or _of_one_file(alike, file)

    def _with_name(self, file: str) -> tuple[list[Send], list[Send]]:
        return self.by_name.get(file_name(file), []), self.by_stem.get(file_stem(file), [])

    def _of_several_files(self, file: str) -> list[Send]:
        """The messages that a name fits which is too short: those of files in several folders."""
        folders = path_tail(file)[:-1]
        for found in self._with_name(file):
            fits = [send for send in found if not folders or path_tail(send.message.source)[:-1][-len(folders) :] == folders]
            if fits:
                return self._counting(fits)
        return []

    def _counting(self, candidates: list[Send]) -> list[Send]:
        """The candidates without copies of others among them."""
        if len(candidates) < 2 or not self.copies:
            return candidates
        ids = {send.message.message_id for send in candidates}
        return [send for send in candidates if self.copies.get(send.message.message_id) not in ids]

    def _one_of(self, row: OutcomeRow, candidates: list[Send], kind: str, name: str) -> list[Send] | str:
        if len(candidates) == 1:
            return candidates
        what = f"{kind} {shortened(name)}"
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
