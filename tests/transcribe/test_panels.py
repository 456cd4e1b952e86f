"""Products of float32 rows with weights kept in float16: right, and the same for a row whatever is beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from vmaudio.transcribe.whisper import packing
from vmaudio.transcribe.whisper.compiled_loops import has_float16
from vmaudio.transcribe.whisper.layers import linear
from vmaudio.transcribe.whisper.packing import packed
from vmaudio.transcribe.whisper.panels import Panels

pytestmark = pytest.mark.skipif(not has_float16(), reason="this processor has no fused multiply-add, or no float16")


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Torch's threads as they were before."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def numbers(*shape: int) -> torch.Tensor:
    """Float32, the same in each test."""
    return torch.randn(shape, generator=torch.Generator().manual_seed(3))


@pytest.mark.parametrize(("outputs", "inputs"), [(200, 96), (16, 1), (7, 33), (64, 40000)])
def test_it_is_a_linear_map(outputs: int, inputs: int):
    """The same as in float64, to rounding; also outputs that fill no panel, and more inputs than rows fit into the cache."""
    weight, bias = (numbers(outputs, inputs) / inputs**0.5).half(), numbers(outputs)
    for rows in (1, 4, 13, 100):
        x = numbers(rows, inputs)
        wanted = F.linear(x.double(), weight.double(), bias.double()).float()
        assert torch.allclose(Panels(weight).multiply(x, bias), wanted, atol=1e-3)
    assert torch.allclose(Panels(weight).multiply(x), wanted - bias, atol=1e-3)


def test_a_row_has_the_same_sums_beside_any_others():
    """To the last bit: for any number of rows and threads, at any place, in three dimensions."""
    weight, bias, x = Panels(numbers(1200, 384).half()), numbers(1200), numbers(700, 384)
    torch.set_num_threads(1)
    whole = weight.multiply(x, bias)
    for count in (1, 2, 3):
        torch.set_num_threads(count)
        for rows in (*range(1, 30), 341, 700):
            assert torch.equal(weight.multiply(x[-rows:], bias), whole[-rows:]), (rows, count)
    assert torch.equal(linear(x.view(7, 100, 384), weight, bias), whole.view(7, 100, 1200))
    assert torch.equal(linear(x.T.contiguous().T, weight, bias), whole)


def test_no_rows_give_no_rows():
    """An empty batch has the right shape."""
    assert Panels(numbers(20, 8).half()).multiply(numbers(0, 8)).shape == (0, 20)


def test_rows_of_the_weight_can_be_read():
    """Also of the last panel, which is not full."""
    weight = numbers(39, 8).half()
    wanted = torch.tensor([[0, 38], [17, 38]])
    assert torch.equal(Panels(weight).rows(wanted), weight[wanted].float())


def test_only_where_nothing_is_lost(monkeypatch: pytest.MonkeyPatch):
    """Weights of more than 16 bits stay as they are, and all do where the processor cannot."""
    weight = numbers(32, 16)
    assert packed(weight, torch.float32) is weight
    assert isinstance(packed(weight.half(), torch.float32), Panels)
    monkeypatch.setattr(packing, "has_float16", lambda: False)
    plain = packed(weight.half(), torch.float32)
    assert isinstance(plain, torch.Tensor)
    assert torch.equal(plain, weight.half().float())
