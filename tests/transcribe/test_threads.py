"""Work in one thread for a while, or shared out to several."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch

from vmaudio.transcribe.whisper.threads import one_thread, share_out


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


@pytest.mark.parametrize("count", [1, 2, 5])
def test_every_share_is_done_once(count: int):
    """By however many threads, and an error reaches the caller."""
    torch.set_num_threads(count)
    done: list[int] = []
    share_out(done.append, range(7))
    assert sorted(done) == list(range(7))

    def fail(number: int) -> None:
        raise ValueError(f"share {number}")

    with pytest.raises(ValueError, match="share"):
        share_out(fail, range(7))
