"""Files as nobody should write them: a value or a sentence, never a crash, never half an import."""

from __future__ import annotations

import contextlib
import csv
import io
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings, strategies as st

from vmaudio.errors import VmaudioError
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.funnels import funnel
from vmaudio.intake.manifest import read_crm_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.outcomes.importing import import_outcomes
from vmaudio.intake.outcomes.joining import join_outcomes, joined_observations
from vmaudio.store.outcome_rows import all_outcomes, observations as stored
from vmaudio.store.store import open_store

HEADERS = st.sampled_from(
    ["file", "File Name", "Recording", "message_id", "Activity ID", "callback", "Called Back", "Returned?", "callback_at",
     "sent_at", "Date", "prospect", "Contact ID", "rep", "cost", "touches", "sale", "complaint", "wrong_person", "result",
     "Call outcome", "script", "campaign", "", "x", "file "]
)  # fmt: skip
CELLS = st.one_of(
    st.sampled_from(
        ["a.wav", "b.wav", "p1", "m1", "1", "0", "yes", "no", "TRUE", "", "n/a", "2026-05-04", "2026-05-04T09:00:00Z",
         "5/6/2026", "13/5/2026", "5/13/2026 4:05 PM", "1773496800000", "$1,200.50", "-3", "Connected", "Wrong Number",
         "=1+1", "ä", "\x00"]
    ),
    st.text(max_size=12),
)  # fmt: skip
wild = settings(deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def tables(draw: st.DrawFn) -> str:
    """CSV text with some of the usual columns, some unusual ones, and cells of all kinds; rows may be short or long."""
    header = draw(st.lists(HEADERS, min_size=1, max_size=7))
    rows = draw(st.lists(st.lists(CELLS, max_size=8), max_size=6))
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=draw(st.sampled_from([",", ";", "\t"])))
    writer.writerows([header, *rows])
    return stream.getvalue()


@wild
@given(tables(), tables())
def test_wild_files_give_a_comparison_or_a_sentence(listed: str, outcomes: str) -> None:
    """Whatever stands in manifest and outcome file, reading ends in values or in an error of ours, and values compare."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "m.csv").write_text(listed, "utf-8")
        (Path(folder) / "o.csv").write_text(outcomes, "utf-8")
        with contextlib.suppress(VmaudioError):
            sends = read_crm_manifest(Path(folder) / "m.csv")
            matched = join_outcomes(read_outcomes(Path(folder) / "o.csv"), sends)
            assert matched.matched + len(matched.unmatched) == matched.lines
            seen = joined_observations(sends, matched)
            assert funnel(seen).to_dict()["messages"] == len(sends)
            found = compare(seen, "script").to_dict()
            assert all(0 <= arm["low"] <= arm["rate"] <= arm["high"] <= 1 for arm in found["arms"])


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@given(tables())
def test_a_wild_import_is_all_or_nothing_and_repeatable(outcomes: str) -> None:
    """An import that fails leaves the store as it was; one that works changes nothing when it is done again."""
    with tempfile.TemporaryDirectory() as folder:
        path, listed = Path(folder) / "o.csv", Path(folder) / "m.csv"
        listed.write_text("message_id,file,prospect,sent_at\nm1,a.wav,p1,2026-05-01\nm2,b.wav,p2,2026-05-01\n", "utf-8")
        path.write_text(outcomes, "utf-8")
        store = open_store(str(Path(folder) / "vm.sqlite"))
        try:
            try:
                done = import_outcomes(store, path, manifest_path=listed)
            except VmaudioError:
                assert all_outcomes(store) == {}
                assert list(stored(store)) == []
                return
            before = all_outcomes(store)
            assert done.added == len(before)
            again = import_outcomes(store, path)
            assert (again.added, again.changed) == (0, 0)
            assert all_outcomes(store) == before
        finally:
            store.close()


def test_one_recording_to_a_thousand_people(tmp_path: Path) -> None:
    """One recording dropped on a thousand people has a thousand outcomes, joined by file and prospect or by recording id."""
    people = range(1000)
    sha = "ab" * 32
    (tmp_path / "m.csv").write_text(
        "file,recording_id,prospect,sent_at,script\n"
        + "".join(f"drop.mp3,{sha},p{i},2026-05-0{1 + i % 3},{'new' if i % 2 else 'old'}\n" for i in people),
        "utf-8",
    )
    by_file = "file,prospect,callback\n" + "".join(f"drop.mp3,p{i},{int(i % 10 == 0)}\n" for i in people)
    by_hash = "recording_id,prospect,callback\n" + "".join(f"{sha.upper()},p{i},{int(i % 10 == 0)}\n" for i in people)
    sends = read_crm_manifest(tmp_path / "m.csv")
    for text in (by_file, by_hash):
        (tmp_path / "o.csv").write_text(text, "utf-8")
        matched = join_outcomes(read_outcomes(tmp_path / "o.csv"), sends)
        assert len(matched.outcomes) == matched.matched == 1000
        assert sum(bool(outcome.callback) for outcome in matched.outcomes.values()) == 100
    store = open_store(str(tmp_path / "vm.sqlite"))
    first = import_outcomes(store, tmp_path / "o.csv", manifest_path=tmp_path / "m.csv")
    assert (first.added, first.new_messages) == (1000, 1000)
    assert import_outcomes(store, tmp_path / "o.csv").same == 1000
    store.close()
