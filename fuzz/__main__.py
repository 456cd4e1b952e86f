"""``python -m fuzz [TARGET ...] [--seconds 120]``: fuzz targets one after the other; the exit status tells whether one broke.

An input that breaks a target is left in build/fuzz/TARGET/, and so are those that reached new code: the next run begins with
them. An input that takes longer than 10 seconds, or 2 GB, breaks a target too.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

NAMES = ("decode", "tables", "rubric", "entities", "uploads")
ROOT = Path(__file__).resolve().parents[1]


def one(name: str, seconds: int) -> None:
    """Fuzz one target in this process; libFuzzer ends it."""
    import atheris

    with atheris.instrument_imports(include=["vmaudio"]):
        from fuzz.targets import TARGETS
    target, folder = TARGETS[name], ROOT / "build" / "fuzz" / name
    for kind in ("corpus", "found"):
        (folder / kind).mkdir(parents=True, exist_ok=True)
    for order, seed in enumerate(target.seeds()):
        (folder / "corpus" / f"seed{order}").write_bytes(seed)
    (folder / "words").write_text("".join(f'"{word}"\n' for word in target.words))
    limits = {"max_total_time": seconds, "timeout": 10, "rss_limit_mb": 2000, "max_len": 65536, "print_final_stats": 1}
    given = [f"-{name}={value}" for name, value in limits.items()]
    given += [f"-dict={folder / 'words'}", f"-artifact_prefix={folder / 'found'}/", str(folder / "corpus")]
    atheris.Setup(["fuzz", *given], target.run)
    atheris.Fuzz()


def main() -> int:
    """Fuzz the targets that are named, or all of them, each in a process of its own."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", choices=[*NAMES, []], default=[], metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=120, help="for each target")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.here:
        one(given.targets[0], given.seconds)
    command = [sys.executable, "-m", "fuzz", "--here", "--seconds", str(given.seconds)]
    broken = [name for name in given.targets or NAMES if subprocess.run([*command, name], check=False).returncode]
    print(f"broken: {', '.join(broken)}; the inputs are in build/fuzz/" if broken else "nothing broke")
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
