"""The shelf works ahead, within its bounds, and hands errors on."""

import threading
import time

import pytest

from vmaudio.analysis.prefetch import Prefetcher


def shelf(items, work, **options):
    return Prefetcher(items, work, **({"workers": 2, "most": 4, "cost": lambda _: 1.0, "budget": 100.0} | options))


def test_every_item_comes_out_once():
    """Every item is worked on and comes out once, in lots of at most the size asked for."""
    lots = list(shelf(range(23), lambda x: x * x).lots(5))
    assert sorted(x for lot in lots for x in lot) == [x * x for x in range(23)]
    assert max(map(len, lots)) <= 5


def test_nothing():
    """No items give no lots."""
    assert list(shelf([], abs).lots(3)) == []


@pytest.mark.parametrize(("most", "budget", "bound"), [(3, 100.0, 3), (100, 4.0, 4)])
def test_what_lies_ready_is_bounded(most, budget, bound):
    """However slow the consumer, no more than `most` results or the budget lie ready, and one per worker in hand."""
    made, taken, ahead = [], 0, []
    lock = threading.Lock()

    def work(x):
        with lock:
            made.append(x)
        return x

    for lot in shelf(range(60), work, most=most, budget=budget).lots(2):
        time.sleep(0.002)
        with lock:
            taken += len(lot)
            ahead.append(len(made) - taken)
    assert max(ahead) <= bound + 2


def test_one_result_over_the_budget_still_comes():
    """A single costly result passes alone."""
    assert list(shelf(["big"], str, cost=lambda _: 1e9, budget=1.0).lots(1)) == [["big"]]


def test_an_error_is_raised_for_the_consumer():
    """An error of the items or the work is raised where the lots are taken."""

    def items():
        yield 1
        raise OSError("list ended")

    with pytest.raises(OSError, match="list ended"):
        list(shelf(items(), abs).lots(2))
    with pytest.raises(ZeroDivisionError):
        list(shelf([1, 0], lambda x: 1 / x).lots(2))


def test_closing_stops_the_threads():
    """A consumer that stops early leaves no thread behind."""
    before = threading.active_count()
    lots = shelf(iter(int, 1), lambda x: x).lots(2)
    next(lots)
    lots.close()
    assert threading.active_count() == before
