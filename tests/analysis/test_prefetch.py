"""The shelf works ahead, within its bounds, and hands errors on."""

import threading
import time

import pytest

from vmaudio.analysis.prefetch import Prefetcher


def shelf(items, work, **options):
    return Prefetcher(items, work, **({"workers": 2, "most": 4, "cost": lambda _: 1.0, "budget": 100.0} | options))


def test_every_item_comes_out_once():
    """Every item is worked on and comes out once, in batches of at most the size asked for."""
    batches = list(shelf(range(23), lambda x: x * x).batches(5))
    assert sorted(x for batch in batches for x in batch) == [x * x for x in range(23)]
    assert max(map(len, batches)) <= 5


def test_nothing():
    """No items give no batches."""
    assert list(shelf([], abs).batches(3)) == []


@pytest.mark.parametrize(("most", "budget", "bound"), [(3, 100.0, 3), (100, 4.0, 4)])
def test_what_lies_ready_is_bounded(most, budget, bound):
    """However slow the consumer, no more than `most` results or the budget lie ready, and one per worker in hand."""
    made, taken, ahead = [], 0, []
    lock = threading.Lock()

    def work(x):
        with lock:
            made.append(x)
        return x

    for batch in shelf(range(60), work, most=most, budget=budget).batches(2):
        time.sleep(0.002)
        with lock:
            taken += len(batch)
            ahead.append(len(made) - taken)
    assert max(ahead) <= bound + 2


def test_one_result_over_the_budget_still_comes():
    """A single costly result passes alone."""
    assert list(shelf(["big"], str, cost=lambda _: 1e9, budget=1.0).batches(1)) == [["big"]]


def test_an_error_is_raised_for_the_consumer():
    """An error of the items or the work is raised where the batches are taken."""

    def items():
        yield 1
        raise OSError("list ended")

    with pytest.raises(OSError, match="list ended"):
        list(shelf(items(), abs).batches(2))
    with pytest.raises(ZeroDivisionError):
        list(shelf([1, 0], lambda x: 1 / x).batches(2))


def test_closing_stops_the_threads():
    """A consumer that stops early leaves no thread behind."""
    before = threading.active_count()
    batches = shelf(iter(int, 1), lambda x: x).batches(2)
    next(batches)
    batches.close()
    assert threading.active_count() == before
