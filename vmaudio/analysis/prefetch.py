"""Work ahead in threads, with a bound on how much may lie ready."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")


class Prefetcher(Generic[T, R]):
    """Results of work on many items, made ahead by threads and taken in batches.

    What lies ready is bounded in number and in cost, which keeps memory flat however many items there are. One result may
    exceed the budget alone, so that a long file cannot stop everything.

    Args:
        items: what to work on; read by one thread at a time.
        work: makes the result of one item; called from the threads.
        workers: number of threads.
        most: most results that lie ready.
        cost: what a result counts against the budget, such as its seconds of audio.
        budget: most that the results lying ready may cost together, in the unit of ``cost``.
    """

    def __init__(
        self,
        items: Iterable[T],
        work: Callable[[T], R],
        *,
        workers: int,
        most: int,
        cost: Callable[[R], float],
        budget: float,
    ) -> None:
        self._items, self._work = iter(items), work
        self._most, self._cost, self._budget = most, cost, budget
        self._ready: deque[R] = deque()
        self._spent = 0.0
        self._error: BaseException | None = None
        self._stop = False
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._pulling = threading.Lock()  # iterators are not safe to share
        self._threads = [threading.Thread(target=self._run, daemon=True, name="vmaudio-ahead") for _ in range(workers)]
        self._running = workers

    def start(self) -> None:
        """Start the threads, unless they have been started; what is ready lies there until `batches` takes it."""
        for thread in self._threads:
            if thread.ident is None:
                thread.start()

    def _full(self) -> bool:
        return len(self._ready) >= self._most or (bool(self._ready) and self._spent >= self._budget)

    def _pull(self) -> tuple[T] | None:
        with self._pulling:
            if self._stop:
                return None
            for item in self._items:
                return (item,)
        return None

    def _run(self) -> None:
        try:
            while (pulled := self._pull()) is not None:
                result = self._work(pulled[0])
                with self._changed:
                    self._changed.wait_for(lambda: self._stop or not self._full())
                    if self._stop:
                        break
                    self._ready.append(result)
                    self._spent += self._cost(result)
                    self._changed.notify_all()
        except BaseException as error:  # noqa: BLE001 - it is handed to the consumer's thread
            with self._changed:
                self._error = self._error or error
                self._stop = True
        finally:
            with self._changed:
                self._running -= 1
                self._changed.notify_all()

    def batches(self, size: int, least: Callable[[], int] | None = None) -> Iterator[list[R]]:
        """Start the threads, unless they run already, and take their results.

        Args:
            size: most results in one batch.
            least: so many are waited for, asked before each batch; ``size`` by default. Fewer come at the end, and where what
                lies ready reaches its bounds.

        Yields:
            Lists of 1 to ``size`` results in order of completion, until all items are done.

        Raises:
            BaseException: what the iterator of items or the work raised, after the results that were ready before it.
        """
        self.start()
        try:
            while True:
                enough = size if least is None else min(size, least())
                with self._changed:
                    self._changed.wait_for(
                        lambda enough=enough: (  # type: ignore[misc]
                            bool(self._error) or len(self._ready) >= enough or self._full() or self._running == 0
                        )
                    )
                    batch = [self._ready.popleft() for _ in range(min(size, len(self._ready)))]
                    self._spent -= sum(map(self._cost, batch))
                    self._changed.notify_all()
                    if not batch:
                        if self._error:
                            raise self._error
                        return
                yield batch
        finally:
            self.close()

    def close(self) -> None:
        """Stop the threads after the item they are on and wait for them."""
        with self._changed:
            self._stop = True
            self._ready.clear()
            self._changed.notify_all()
        for thread in self._threads:
            if thread.ident is not None and thread is not threading.current_thread():
                thread.join()
