"""Clips, playlists and rounds of calibration in the store."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.makers import analysis
from vmaudio.errors import NotStored, SettingError
from vmaudio.privacy import forget
from vmaudio.records import Message
from vmaudio.rubric import scoring
from vmaudio.rubric.load import load_rubric
from vmaudio.store import (
    Store,
    all_playlists,
    all_rounds,
    analysis_rows,
    change_clip,
    change_playlist,
    clip_of,
    clips_of,
    delete_clip,
    delete_playlist,
    open_store,
    place_clip,
    playlist_of,
    round_of,
    save_clip,
    save_playlist,
    save_round,
    unplace_clip,
)
from vmaudio.store.tables import calibration_messages, clips, playlist_clips


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three messages of 20 s."""
    with open_store(tmp_path / "vm.sqlite") as made:
        for i in range(3):
            one = analysis(Message(f"{i}.wav", f"m{i}"), recording_id=f"{i:064d}", duration_s=20.0)
            made.save(dataclasses.replace(one, score=scoring.score(one, load_rubric())))
        yield made


def test_a_clip_is_kept_changed_released_and_deleted(store: Store) -> None:
    """Only what is released is for the team; a clip may be of a check, and may lose it again."""
    one = save_clip(store, "m0", (1.0, 4.5), by="Kim", comment="so", check="opener")
    assert (one.start_s, one.end_s, one.whole, one.released, one.recording_id) == (1.0, 4.5, False, False, "0" * 64)
    assert store.released() == []
    changed = change_clip(store, one.id, released=True, bounds=(2.0, 20.4))
    assert (changed.end_s, changed.comment, changed.check) == (20.0, "so", "opener")
    assert [clip.id for clip in store.released()] == [clip.id for clip in store.released("opener")] == [one.id]
    assert store.released("reason") == []
    assert change_clip(store, one.id, check="").check is None
    assert clip_of(store, one.id) == clips_of(store, message_id="m0")[0]
    assert delete_clip(store, one.id)
    assert not delete_clip(store, one.id)
    assert clip_of(store, one.id) is None
    with pytest.raises(NotStored):
        change_clip(store, one.id, comment="x")


def test_a_star_is_the_whole_message_and_one_for_each_coach(store: Store) -> None:
    """Starring again changes the star; another coach's is another one."""
    one = save_clip(store, "m1", None, by="Kim")
    assert (one.start_s, one.end_s, one.whole) == (0.0, 20.0, True)
    assert save_clip(store, "m1", None, by="Kim", comment="best of May").id == one.id
    assert save_clip(store, "m1", None, by="Lee").id != one.id
    assert [clip.comment for clip in clips_of(store, message_id="m1")] == ["", "best of May"]


def test_seconds_that_are_not_possible(store: Store) -> None:
    """Outside the recording, or too short: refused, and nothing is kept."""
    nan, endless = float("nan"), float("inf")
    for bounds, words in (
        ((-1.0, 3.0), "starts between 0"), ((20.0, 21.0), "starts between 0"), ((nan, 3.0), "starts between 0"),
        ((3.0, 3.1), "at least 0.3 s"), ((5.0, 3.0), "at least 0.3 s"), ((1.0, 30.0), "ends at 20.0 s"),
        ((1.0, endless), "starts between 0"),
    ):  # fmt: skip
        with pytest.raises(SettingError, match=words):
            save_clip(store, "m0", bounds, by="Kim")
    assert clips_of(store) == []


def test_what_is_not_there_cannot_be_kept(store: Store) -> None:
    """Neither an unknown message nor two minutes and more."""
    with pytest.raises(NotStored):
        save_clip(store, "nobody", None, by="Kim")
    long = analysis(Message("long.wav", "long"), recording_id="9" * 64, duration_s=300.0)
    store.save(dataclasses.replace(long, score=scoring.score(long, load_rubric())))
    with pytest.raises(SettingError, match="at most 120 s"):
        save_clip(store, "long", (0.0, 121.0), by="Kim")


def test_a_playlist_has_an_order(store: Store) -> None:
    """Clips come at the end, move, and go; the list outlives them and they outlive the list."""
    a, b, c = (save_clip(store, f"m{i}", None, by="Kim").id for i in range(3))
    held = save_playlist(store, "Openers", by="Kim")
    for clip in (a, b, c):
        place_clip(store, held.id, clip)
    assert place_clip(store, held.id, c, -1).clips == (a, c, b)
    assert place_clip(store, held.id, a, 5).clips == (c, b, a)
    assert place_clip(store, held.id, a).clips == (c, b, a)
    unplace_clip(store, held.id, b)
    delete_clip(store, c)
    assert playlist_of(store, held.id).clips == (a,)
    assert change_playlist(store, held.id, name="First words", released=True).released
    save_playlist(store, "asks", by="Kim")
    assert [one.name for one in all_playlists(store)] == ["asks", "First words"]
    assert delete_playlist(store, held.id)
    assert clip_of(store, a) is not None
    with pytest.raises(NotStored):
        place_clip(store, held.id, a)


def test_they_move_with_their_message_and_go_with_it(store: Store) -> None:
    """A message that is stored under another id takes along its clips and its place in a round; forgetting it leaves none."""
    clip = save_clip(store, "m0", (1.0, 3.0), by="Kim")
    held = place_clip(store, save_playlist(store, "one", by="Kim").id, clip.id)
    two = save_round(store, ["m0", "m1"], ["opener"], seed=1, by="Kim")
    alone = save_round(store, ["m2", "m0"], ["opener"], seed=2, by="Kim")
    with store.begin() as connection:
        analysis_rows.replace(connection, "m0", "m1")
    assert [one.message_id for one in clips_of(store)] == ["m1"]
    assert round_of(store, two.id).messages == ("m1",)
    assert round_of(store, alone.id).messages == ("m2", "m1")
    forget(store, ["m1"])
    assert playlist_of(store, held.id).clips == ()
    assert [one.messages for one in all_rounds(store)] == [("m2",), ()]
    with store.engine.connect() as connection:
        for table, left in ((clips, 0), (playlist_clips, 0), (calibration_messages, 1)):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == left
