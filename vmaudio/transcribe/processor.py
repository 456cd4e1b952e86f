"""What the processor can do, as the kernel tells. Cheap: nothing is loaded."""

from __future__ import annotations

from pathlib import Path


def flags() -> frozenset[str]:
    """Instruction sets the processor names (Linux; empty elsewhere)."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    return frozenset(next((line.split(":", 1)[1].split() for line in lines if line.startswith(("flags", "Features"))), ()))


def native_bfloat16() -> frozenset[str]:
    """Those of the instruction sets that multiply bfloat16."""
    return flags() & {"amx_bf16", "avx512_bf16", "bf16"}
