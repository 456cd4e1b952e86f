"""What the benchmark scripts share: tables, intervals, where the development recordings lie, and what machine this is."""

from __future__ import annotations

import csv
import datetime
import importlib.metadata
import os
import platform
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
SEED = 20261121


@dataclass(frozen=True)
class Table:
    """One table of a page of docs/benchmarks. ``rows`` hold text or numbers; ``notes`` says how it was measured and split."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    notes: str = ""

    def markdown(self) -> str:
        """The table as GitHub Markdown."""
        lines = [f"## {self.title}", "", "| " + " | ".join(self.columns) + " |", "|" + " --- |" * len(self.columns)]
        lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in self.rows]
        return "\n".join([*lines, "", self.notes, ""] if self.notes else [*lines, ""])


def cell(value: object) -> str:
    """Format one cell: three significant digits for numbers, an empty cell for None."""
    if value is None:
        return ""
    if isinstance(value, float):
        return "n/a" if not np.isfinite(value) else f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"
    return str(value).replace("|", "\\|")


def notes(name: str, **values: object) -> str:
    """What stands below a table, from benchmarks/notes.

    Args:
        name: the file's, "bands".
        values: what it names in braces, measured or settled elsewhere.

    Returns:
        Markdown.
    """
    text = (ROOT / "benchmarks" / "notes" / f"{name}.md").read_text(encoding="utf-8")
    return text.strip().format(**values)


def shared_data() -> Path:
    """The folder of development recordings beside the repository, or the one VMAUDIO_BENCH_DATA names.

    Raises:
        SystemExit: it is not there; the sentence says what to do.
    """
    path = Path(os.environ.get("VMAUDIO_BENCH_DATA", ROOT.parent / "shared" / "data"))
    if not path.is_dir():
        raise SystemExit(f"No development recordings at {path}: set VMAUDIO_BENCH_DATA to their folder.")
    return path


def manifest(folder: Path) -> list[dict[str, str]]:
    """Rows of a folder's manifest.csv."""
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def bootstrap(
    values: Sequence[float],
    statistic: Callable[[np.ndarray], float] = np.mean,
    groups: Sequence[object] | None = None,
    draws: int = 1000,
) -> tuple[float, float]:
    """95 % percentile bootstrap interval; with ``groups`` (speaker, rep) whole groups are drawn, not single values."""
    rng = np.random.default_rng(SEED)
    data = np.asarray(values, dtype=float)
    keys = np.arange(len(data)) if groups is None else np.unique(np.asarray(groups, dtype=str), return_inverse=True)[1]
    members = [np.flatnonzero(keys == key) for key in range(int(keys.max()) + 1)] if len(data) else []
    if not members:
        return float("nan"), float("nan")
    draws_ = [
        statistic(data[np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])])
        for _ in range(draws)
    ]
    low, high = np.nanpercentile(draws_, [2.5, 97.5])
    return float(low), float(high)


def peak_mb() -> float:
    """Peak memory of this process in MB. Not ``ru_maxrss``: a child begins with its parent's."""
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return float("nan")


def stolen_s() -> float:
    """Seconds per core, since the start, in which the host gave the processor to somebody else ("steal"); 0 if unknown."""
    path = Path("/proc/stat")
    fields = path.read_text(encoding="utf-8").split("\n", 1)[0].split() if path.exists() else []
    return int(fields[8]) / os.sysconf("SC_CLK_TCK") / (os.cpu_count() or 1) if len(fields) > 8 else 0.0


def environment() -> str:
    """One line: date, versions, processor, cores."""
    names = ("vmaudio", "torch", "openai-whisper", "librosa", "scikit-learn", "numpy")
    versions = []
    for name in names:
        try:
            versions.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            versions.append(f"{name} absent")
    cpu = next((line.split(":", 1)[1].strip() for line in _cpuinfo() if line.startswith("model name")), platform.processor())
    python = platform.python_version()
    return f"{datetime.date.today().isoformat()}; Python {python}; {'; '.join(versions)}; {cpu}, {os.cpu_count()} cores"


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []
