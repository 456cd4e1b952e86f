"""The text of a script that a manifest names as a file."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

ENDINGS = (".txt", ".md")

MOST_BYTES = 20_000
"""A longer file is no script of a voicemail (400 words have about 2,500 characters)."""


def names_script_file(cell: str) -> bool:
    """Whether a cell of the column ``script`` looks like the name of a file.

    Args:
        cell: what the column says.
    """
    return len(cell) <= 200 and cell.lower().endswith(ENDINGS)


def script_beside(folder: str, cell: str) -> str | None:
    """The text of a script's file that lies in the folder of a manifest, or below it.

    A manifest may come from somebody else, so a path that leads out of its folder is not opened.

    Args:
        folder: the folder of the manifest.
        cell: what the column ``script`` says.

    Returns:
        The text; None where the cell is no such file: it is then the name of a script, or its text.
    """
    if not names_script_file(cell):
        return None
    root = Path(folder).resolve()
    try:
        # what was uploaded without its folders lies beside the manifest
        for path in ((root / cell).resolve(), (root / PureWindowsPath(cell).name).resolve()):
            if root in path.parents and path.is_file() and path.stat().st_size <= MOST_BYTES:
                return path.read_text("utf-8-sig").strip() or None
    except (OSError, ValueError):  # no file, or not in UTF-8
        pass
    return None
