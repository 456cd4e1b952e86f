"""How right are the measures? Prints one table per measure and writes them to docs/benchmarks/, a page a row.

Run all of them, or the ones named::

    python -m benchmarks.accuracy            # every row
    python -m benchmarks.accuracy pitch pace # these rows; their pages are replaced

A row is a module of benchmarks/rows with ``run(data) -> list[Table]``; ``data`` is the folder of development recordings. The
first sentence of its docstring says what it asks, on its page and in the list of all (docs/benchmarks.md).
"""

from __future__ import annotations

import argparse
import ast
import importlib
import pkgutil
import time
from pathlib import Path

from benchmarks import rows
from benchmarks.common import ROOT, environment, shared_data

LIST = ROOT / "docs" / "benchmarks.md"
PAGES = ROOT / "docs" / "benchmarks"
GROUPS = {
    "What it tells a rep and a coach": ("verdicts", "bands", "codecs", "uncertainty", "stability"),
    "Words": ("transcription", "transcription_tiny", "words", "word_times", "fillers", "languages", "invention"),
    "Numbers and names": ("phones", "number_forms", "voices", "names", "introductions", "hints", "redaction"),
    "Sound and clauses": ("no_speech", "pitch", "final_pitch", "pace", "level", "clauses", "parts"),
    "Which call a recording is of": ("dialer", "join"),
    "The referee": ("evidence", "referee", "pooling", "callback_truth"),
    "Speed and memory": (
        "whole_batch", "speed", "batches", "where_time_goes", "number_types", "memory", "large_store",
    ),
}  # fmt: skip
"""The list's headings, and the rows under each."""

_HEAD = """# Benchmarks

How right it is, and how fast. Each page says how it was measured, on which half of the data, with intervals, and beside which
named alternative; what falls short of its aim says so. `make benchmark` measures everything again, `make benchmark ROW=phones`
one page.
"""


def question(row: str) -> str:
    """What a row asks: the first sentence of its module's docstring, or of the program of that name beside the rows."""
    here = Path(__file__).parent
    path = next(path for path in (here / "rows" / f"{row}.py", here / f"{row}.py") if path.exists())
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n\n")[0].replace("\n", " ")


def title(row: str) -> str:
    """A row's title."""
    return row.replace("_", " ").capitalize()


def page(row: str, body: str) -> str:
    """A row's page.

    Args:
        row: its name.
        body: tables and how they were measured, headings of the second order.
    """
    return f"# {title(row)}\n\n{question(row)}\n\n{body.strip()}\n"


def listed() -> str:
    """The list of the pages that are there, by group."""
    parts = [_HEAD]
    for group, names in GROUPS.items():
        there = [name for name in names if (PAGES / f"{name}.md").exists()]
        parts.append(
            "\n".join(
                [f"## {group}", "", *(f"- [{title(name)}](benchmarks/{name}.md). {question(name)}" for name in there), ""]
            )
        )
    return "\n".join([*parts, "```{toctree}\n:hidden:\n:glob:\n\nbenchmarks/*\n```\n"])


def main() -> None:
    """Run the rows named on the command line, or all."""
    known = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", nargs="*", choices=[*known, []], help="rows to run (default: all)")
    data = shared_data()
    for name in parser.parse_args().row or known:
        start = time.monotonic()
        tables = importlib.import_module(f"benchmarks.rows.{name}").run(data)
        text = "\n".join(table.markdown() for table in tables)
        text += f"\nMeasured {environment()}; the row took {time.monotonic() - start:.0f} s.\n"
        print(text, flush=True)
        (PAGES / f"{name}.md").write_text(page(name, text), encoding="utf-8")
    LIST.write_text(listed(), encoding="utf-8")


if __name__ == "__main__":
    main()
