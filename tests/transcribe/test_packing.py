"""Weights in the processor's own layout: the same sums as plain ones, and plain ones wherever that is not sure."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from vmaudio.transcribe.whisper import packing
from vmaudio.transcribe.whisper.layers import linear
from vmaudio.transcribe.whisper.packing import packed


@pytest.fixture(autouse=True)
def asked_again() -> Iterator[None]:
    """Whether this processor packs is found out in each test, and again after it."""
    packing._packs.cache_clear()
    yield
    packing._packs.cache_clear()


def weight() -> torch.Tensor:
    """Of a layer with 96 inputs and 200 outputs."""
    return torch.randn(200, 96, generator=torch.Generator().manual_seed(1)).bfloat16()


@pytest.mark.parametrize("rows", [1, 2, 5, 16, 33, 400])
def test_sums_are_those_of_plain_weights(rows: int):
    """To the bit, alone and among others, of two or of three dimensions."""
    bias, x = torch.randn(200).bfloat16(), torch.randn(2, 400, 96).bfloat16()
    plain, made = weight(), packed(weight(), torch.bfloat16)
    expected = linear(x, plain, bias)
    assert torch.equal(linear(x, made, bias), expected)
    assert torch.equal(linear(x[0, :rows], made, bias), expected[0, :rows])
    assert torch.equal(linear(x[1, :rows], made), linear(x[1, :rows], plain))


def test_plain_where_it_is_not_sure(monkeypatch: pytest.MonkeyPatch):
    """Other number types, AMX, no bfloat16, other sums, a limit to older instructions, and a torch without the operations."""
    plain = weight()
    with monkeypatch.context() as patch:
        patch.setenv("ONEDNN_MAX_CPU_ISA", "avx512_core")
        assert packed(plain, torch.bfloat16) is plain
    assert packed(exact := plain.float(), torch.float32) is exact
    for name, value in (
        ("has_amx", lambda: True),
        ("native_bfloat16", frozenset),
        ("packed_linear", lambda x, weight, bias: torch.zeros(len(x), len(weight), dtype=x.dtype)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(packing, name, value)
            packing._packs.cache_clear()
            assert packed(plain, torch.bfloat16) is plain, name

    def refused(weight: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("bf16 path needs the cpu support")

    monkeypatch.setattr(packing, "_pack", refused)
    monkeypatch.setattr(packing, "native_bfloat16", lambda: {"avx512_bf16"})
    monkeypatch.setattr(packing, "has_amx", lambda: False)
    packing._packs.cache_clear()
    assert packed(plain, torch.bfloat16) is plain


def test_packed_where_it_pays():
    """On a processor with bfloat16 and without AMX."""
    if not packing.native_bfloat16() or packing.has_amx():
        pytest.skip("this processor has AMX, or no bfloat16")
    assert packed(weight(), torch.bfloat16).is_mkldnn
