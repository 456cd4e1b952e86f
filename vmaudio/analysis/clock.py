"""A clock for the stages of an analysis: what ``seconds_by_stage`` holds."""

from __future__ import annotations

import time


class Clock:
    """Adds the time spent in a ``with`` block to the seconds of a stage.

    Args:
        seconds: seconds by stage; it is changed.
        stage: the stage.
    """

    def __init__(self, seconds: dict[str, float], stage: str) -> None:
        self.seconds, self.stage = seconds, stage

    def __enter__(self) -> None:
        self.started = time.perf_counter()

    def __exit__(self, *exc: object) -> None:
        self.seconds[self.stage] = self.seconds.get(self.stage, 0.0) + time.perf_counter() - self.started
