"""Attention of one token at a time gives what torch's gives, row by row, however the rows are shared out."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vmaudio.transcribe.whisper.one_query import SIZE, Rows, attend, raw
from vmaudio.transcribe.whisper.self_attention import attend_blocks

LENGTHS = (700, 3, 1301, 1, 90)


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Torch's threads as they were before."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def rows(dtype: torch.dtype) -> tuple[torch.Tensor, list[torch.Tensor], list[torch.Tensor]]:
    """Queries, and keys and values with room behind what counts."""
    draws = torch.Generator().manual_seed(5)

    def some(*shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=draws).to(dtype)

    keys, values = ([some(8, length + 9, SIZE) for length in LENGTHS] for _ in range(2))
    return 3 * some(len(LENGTHS), 8, SIZE), keys, values


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
def test_it_is_attention(dtype):
    """The same as torch's in float32 over the same numbers, to rounding; what lies behind a row's length does not count."""
    query, keys, values = rows(dtype)
    found = attend(query, Rows([raw(k) for k in keys]), Rows([raw(v) for v in values]), LENGTHS)
    for row, length in enumerate(LENGTHS):
        q, k, v = (x.float() for x in (query[row, :, None], keys[row][:, :length], values[row][:, :length]))
        wanted = F.scaled_dot_product_attention(q, k, v)[:, 0]
        assert torch.allclose(found[row], wanted, atol=2e-5, rtol=1e-4)


def test_a_row_has_the_same_numbers_alone_and_with_two_threads():
    """To the last bit: a message must not hear other words beside others."""
    query, keys, values = rows(torch.bfloat16)
    torch.set_num_threads(1)
    together = attend(query, Rows([raw(k) for k in keys]), Rows([raw(v) for v in values]), LENGTHS)
    torch.set_num_threads(2)
    assert torch.equal(together, attend(query, Rows([raw(k) for k in keys]), Rows([raw(v) for v in values]), LENGTHS))
    for row, length in enumerate(LENGTHS):
        alone = attend(query[row : row + 1], Rows([raw(keys[row])]), Rows([raw(values[row])]), [length])
        assert torch.equal(alone[0], together[row])


@pytest.mark.parametrize("frames", [50, 128, 700])
def test_attention_in_blocks(frames):
    """Within bfloat16's rounding of torch's attention over the same numbers, for windows of less and more than a block."""
    qkv = torch.randn(frames, 3 * 8 * SIZE, generator=torch.Generator().manual_seed(6)).to(torch.bfloat16)
    q, k, v = (part.float().view(frames, 8, SIZE).transpose(0, 1) for part in qkv.chunk(3, dim=1))
    wanted = F.scaled_dot_product_attention(q, k, v).transpose(0, 1).reshape(frames, -1)
    found = attend_blocks(qkv, 8).float()
    assert float((found - wanted).norm() / wanted.norm()) < 0.01


def test_neither_numba_nor_whisper_is_imported():
    """They take 0.8 s at start and 100 MB; the loops, the tokenizer and the filters come without them."""
    code = """
import sys, numpy as np, torch
from vmaudio.transcribe.whisper.mel import log_mel
from vmaudio.transcribe.whisper.one_query import Rows, attend
from vmaudio.transcribe.whisper.tokenizer import tokenizer
assert tokenizer(True, 99, "en").encode(" hello")
log_mel(np.zeros(3200, np.float32), 0.5, 80)
row = Rows([np.ones((8, 3, 64), np.float32)])
assert torch.allclose(attend(torch.ones(1, 8, 64), row, row, [2]), torch.ones(1, 8, 64))
heavy = {"numba", "whisper", "scipy.linalg", "scipy.signal"} & set(sys.modules)
assert not heavy, heavy
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
