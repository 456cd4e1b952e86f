"""How right are the measures? Prints one table per measure and writes them to docs/benchmarks.md.

Run all of them, or the ones named::

    python -m benchmarks.accuracy            # every row, writes docs/benchmarks.md
    python -m benchmarks.accuracy pitch pace # these rows; their sections of docs/benchmarks.md are replaced

A row is a module of benchmarks/rows with ``run(data) -> list[Table]``; ``data`` is the folder of development recordings.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import re
import time

from benchmarks import rows
from benchmarks.common import ROOT, environment, shared_data

PAGE = ROOT / "docs" / "benchmarks.md"
HEAD = "# Benchmarks\n\nMade by `make benchmark`. Each section says how it was measured, and beside which named alternative.\n"


def sections(text: str) -> dict[str, str]:
    """Split the page into its sections, keyed by row name."""
    found = re.findall(r"<!-- row: (\w+) -->\n(.*?)<!-- end: \1 -->\n", text, flags=re.DOTALL)
    return dict(found)


def main() -> None:
    """Run the rows named on the command line, or all."""
    known = sorted(module.name for module in pkgutil.iter_modules(rows.__path__))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("row", nargs="*", choices=[*known, []], help="rows to run (default: all)")
    names = parser.parse_args().row or known
    data = shared_data()
    for name in names:
        start = time.monotonic()
        tables = importlib.import_module(f"benchmarks.rows.{name}").run(data)
        text = "\n".join(table.markdown() for table in tables)
        # read just before it is written: another row may have been measured meanwhile
        page = sections(PAGE.read_text(encoding="utf-8")) if PAGE.exists() else {}
        page[name] = f"## {name}\n\n{text}\nMeasured {environment()}; the row took {time.monotonic() - start:.0f} s.\n\n"
        print(page[name], flush=True)
        PAGE.parent.mkdir(exist_ok=True)
        body = "".join(f"<!-- row: {key} -->\n{page[key]}<!-- end: {key} -->\n\n" for key in sorted(page))
        PAGE.write_text(HEAD + "\n" + body, encoding="utf-8")


if __name__ == "__main__":
    main()
