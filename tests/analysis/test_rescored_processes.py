"""Messages scored again by several processes: the database holds what one process would have left."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.analysis.test_rescored_lots import TEAM, TWICE, contents, filled
from vmaudio.analysis import Lost, rescore, rescore_bands, rescoring, rescoring_processes
from vmaudio.analysis.pool_members import Answer
from vmaudio.analysis.rescoring_processes import LotEngine, LotLost, rescorers
from vmaudio.analysis.scoring_again import LotHandler
from vmaudio.records import Message
from vmaudio.rubric import load_rubric
from vmaudio.store.store import open_store


def bands_of_one(path: Path) -> list[tuple[str, str]]:
    """The store scored again by one process."""
    pairs = rescore(filled(path), load_rubric())
    return [(old.score.band if old.score else "", new.score.band if new.score else "") for old, new in pairs]


def test_processes_leave_what_one_leaves_though_one_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tables are equal, and the bands come in the same order, with a recording of two sends that gets another company."""
    monkeypatch.setattr(rescoring_processes, "LOT", 1)
    several = filled(tmp_path / "several.sqlite")
    engines: list[LotEngine] = []
    monkeypatch.setattr(rescoring, "LotEngine", lambda *args, **given: engines.append(LotEngine(*args, **given)) or engines[0])
    scored = rescore_bands(several, load_rubric(), workers=2)
    found = [next(scored)]
    os.kill(engines[0].pool.pids[0], signal.SIGKILL)
    found += scored
    assert found == bands_of_one(tmp_path / "one.sqlite")
    assert contents(several) == contents(open_store(tmp_path / "one.sqlite"))
    assert engines[0]._renamed == {TWICE.recording_id}
    assert engines[0].pool.pids == []


class Pool:
    """Answers at once, in this process and the last lot first; the lot of one number is lost."""

    def __init__(self, handler: LotHandler, lost: int | None = None) -> None:
        self.handler, self.lost, self.most, self.stopped = handler, lost, 0, False
        self.lots: list[Any] = []

    def give(self, items: list[Any]) -> None:
        """One lot."""
        self.lots += items
        self.most = max(self.most, len(self.lots))

    def wait(self) -> Iterator[Answer | Lost]:
        """The answer to the lot that was given last."""
        lot = self.lots.pop()
        if lot["number"] == self.lost:
            yield Lost(lot, "died", 2, -9)
        else:
            yield Answer(lot, next(self.handler.answer([lot], lambda event: None))[1])

    def stop(self) -> None:
        """The end."""
        self.stopped = True


def pooled(monkeypatch: pytest.MonkeyPatch, lost: int | None = None) -> list[Pool]:
    """Engines get a pool of this process."""
    made: list[Pool] = []

    def engine(store: Any, by: Any, *args: Any, **given: Any) -> LotEngine:
        built = LotEngine(store, by, *args, **given)
        made.append(Pool(LotHandler(store, by), lost))
        built.pool = made[0]  # type: ignore[assignment]
        return built

    monkeypatch.setattr(rescoring, "LotEngine", engine)
    monkeypatch.setattr(rescoring_processes, "LOT", 1)
    return made


def test_answers_in_any_order_are_saved_in_that_of_the_messages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no more lots are under way than a few for each process."""
    pools = pooled(monkeypatch)
    monkeypatch.setattr(rescoring_processes, "_AHEAD", 2)
    several = filled(tmp_path / "several.sqlite")
    assert list(rescore_bands(several, load_rubric(), workers=2)) == bands_of_one(tmp_path / "one.sqlite")
    assert contents(several) == contents(open_store(tmp_path / "one.sqlite"))
    assert pools[0].most == 4
    assert pools[0].stopped


def test_a_lot_over_which_processes_die_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is before it is saved, and the processes end."""
    pools = pooled(monkeypatch, lost=2)
    monkeypatch.setattr(rescoring_processes, "_AHEAD", 1)
    saved: list[Any] = []
    put = rescoring_processes.put_rescored
    monkeypatch.setattr(rescoring_processes, "put_rescored", lambda store, lot: saved.append(lot) or put(store, lot))
    with open_store(tmp_path / "team.sqlite") as store:
        for one in TEAM:
            store.save(one)
        order = [one.message.message_id for one in store.analyses()]
        with pytest.raises(LotLost, match=f"{order[2]} to {order[2]} again died 2 times .exit code -9.*--workers 1"):
            list(rescore_bands(store, load_rubric(), workers=2))
    assert pools[0].stopped
    assert len(saved) == 2


def test_what_takes_the_place_of_another_is_scored_in_one_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A manifest gives a message another id; a file was analysed before its manifest."""
    monkeypatch.delattr(rescoring, "LotEngine")
    listed = [Message(TEAM[2].source, message_id="mine")]
    with filled(tmp_path / "manifest.sqlite") as store:
        assert len(list(rescore_bands(store, load_rubric(), listed, workers=2))) == len(TEAM) + 1
        assert store.one("mine") is not None
    with filled(tmp_path / "bare.sqlite") as store:
        bare = Message(TEAM[4].source)
        store.save(rescoring.replace(TEAM[4], message=bare))
        list(rescore_bands(store, load_rubric(), workers=2))
        assert store.one(bare.message_id) is None


def test_few_messages_and_a_database_in_memory_need_no_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless a number is given; what is in memory no other process can read."""
    with filled(tmp_path / "few.sqlite") as store:
        assert rescorers(store, None) == 1
        assert rescorers(store, 3) == 3
        monkeypatch.setattr(rescoring_processes, "FEW", len(TEAM))
        monkeypatch.setattr(rescoring_processes, "default_workers", lambda worker_bytes: int(1e9 / worker_bytes))
        assert rescorers(store, None) == 4
    with open_store("sqlite://") as store:
        assert rescorers(store, 3) == 1
