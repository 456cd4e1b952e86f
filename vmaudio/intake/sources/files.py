"""Folders and files of recordings, as anybody keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from vmaudio.intake.recordings import find_recordings
from vmaudio.intake.sources.source import LeftOut, ReadOptions, Source
from vmaudio.records import Message


class Files(Source):
    """Every file is a recording, whatever its ending; a manifest says who left it for whom."""

    name = "files"
    title = "Files and folders of recordings"
    reads = "any format that vmaudio decodes; a manifest may say who left which for whom"

    def recognises(self, path: Path) -> bool:
        """Whether something is there; asked last, when no other reader knows it.

        Args:
            path: a file or folder.
        """
        return path.exists()

    def read(self, path: Path, options: ReadOptions) -> Iterator[Message | LeftOut]:
        """Yield a message without context for each file.

        Args:
            path: a file or folder.
            options: not needed.

        Yields:
            Messages in the order of names.
        """
        for source in find_recordings([path]):
            yield Message(source=source)
