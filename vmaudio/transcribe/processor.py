"""What the processor can do, as the operating system reports it. Cheap: nothing is loaded."""

from __future__ import annotations

import platform
from pathlib import Path


def flags() -> frozenset[str]:
    """The instruction sets that Linux reports ("avx512_bf16", ...); empty on other systems."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.split(":", 1)[1].split() for line in lines if line.startswith(("flags", "Features"))), ()))


def native_bfloat16() -> frozenset[str]:
    """The instruction sets of this processor that multiply bfloat16; empty if it has none or is not asked (not Linux)."""
    return flags() & {"amx_bf16", "avx512_bf16", "bf16"}


def has_amx() -> bool:
    """Whether this processor multiplies whole tiles of bfloat16 (Intel's AMX); False where it is not asked (not Linux)."""
    return "amx_bf16" in flags()


def processor_name() -> str:
    """The processor's name as the system gives it ("AMD EPYC", "arm64"); the machine's kind where there is none."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    name = next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor())
    return name or platform.machine()
