"""Work in one thread for a while."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from vmaudio.transcribe.whisper.threads import one_thread


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Torch's threads are as they were."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_as_before_also_after_an_error(count: int):
    """One inside, and then what was set."""
    torch.set_num_threads(count)
    seen = []

    def fail() -> None:
        with one_thread():
            seen.append(torch.get_num_threads())
            raise ValueError("inside")

    with pytest.raises(ValueError, match="inside"):
        fail()
    assert [*seen, torch.get_num_threads()] == [1, count]
