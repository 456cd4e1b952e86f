"""The command line: one module per noun, loaded when it is called, so that ``--help`` answers at once."""

from __future__ import annotations

from vmaudio.cli.root import main

__all__ = ["main"]
