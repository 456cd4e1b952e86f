"""Memory is given back between batches, and few compiled kernels are kept."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from vmaudio.transcribe.whisper import memory


def resident_mb() -> float:
    """Memory of this process that is in use, by the kernel's own count."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc can give memory back")
def test_freed_blocks_between_used_ones_are_given_back() -> None:
    """Memory that is free but hemmed in by small blocks in use leaves the process."""
    blocks = [np.ones(100_000 // 8) for _ in range(2000)]  # 200 MB in pieces under the size that is mapped alone
    small = [bytearray(b"x" * 2000) for _ in range(2000)]
    kept = blocks[::20]
    full = resident_mb()
    del blocks
    memory.return_free_memory()
    assert full - resident_mb() > 100
    assert len(kept) == 100
    assert len(small) == 2000


@pytest.mark.parametrize("name", ["ONEDNN_PRIMITIVE_CACHE_CAPACITY", "LRU_CACHE_CAPACITY"])
def test_few_kernels_are_kept_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch, name) -> None:
    """oneDNN, and torch's own layer over it, are set to keep few kernels; a number that the user set stays."""
    monkeypatch.delenv(name, raising=False)
    memory.bound_allocator()
    assert os.environ[name] == "32"
    monkeypatch.setenv(name, "500")
    memory.bound_allocator()
    assert os.environ[name] == "500"


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's own threshold")
@pytest.mark.parametrize(("own", "set_here"), [({}, True), ({"MALLOC_MMAP_THRESHOLD_": "5"}, False)])
def test_large_blocks_are_mapped_unless_the_user_says_otherwise(monkeypatch: pytest.MonkeyPatch, own, set_here) -> None:
    """glibc is set to map large blocks; a threshold that the user set stays."""
    asked = []
    monkeypatch.delenv("MALLOC_MMAP_THRESHOLD_", raising=False)
    for name, value in own.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(memory, "_of_c", lambda name: lambda *given: asked.append((name, given)))
    memory.bound_allocator()
    assert asked == ([("mallopt", (-3, memory.MAPPED_BYTES))] if set_here else [])


RETURNS = """
import os
from pathlib import Path
import torch
from vmaudio.transcribe.whisper import memory
from vmaudio.transcribe.whisper.one_query import Rows, attend

def resident_mb():
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

draws = torch.Generator().manual_seed(1)
query, kept = torch.randn(1, 8, 64, generator=draws), Rows([torch.randn(8, 5, 64, generator=draws).numpy()])
before, full = attend(query, kept, kept, [5]), resident_mb()
memory.return_code_pages()
print(full - resident_mb(), torch.equal(attend(query, kept, kept, [5]), before))
"""


@pytest.mark.skipif(not Path("/proc/self/smaps").exists(), reason="only Linux says what is in memory")
def test_code_that_only_the_start_needed_leaves_memory_and_still_runs() -> None:
    """Less of torch and LLVM is in memory, and they compute the same, in a process that gave nothing back before."""
    done = subprocess.run([sys.executable, "-c", RETURNS], capture_output=True, text=True, check=True)
    freed, same = done.stdout.split()
    assert float(freed) > 30
    assert same == "True"
