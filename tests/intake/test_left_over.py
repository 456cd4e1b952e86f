"""Nothing vanishes: rows without a recording, recordings without a row, words not understood, lines that join to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from vmaudio.errors import TableError
from vmaudio.intake.outcomes.checking import check_tables
from vmaudio.intake.outcomes.importing import import_outcomes
from vmaudio.intake.recordings import fit_messages, fit_recordings
from vmaudio.records import Message
from vmaudio.store.outcome_rows import all_outcomes
from vmaudio.store.store import open_store

LISTED = "message_id,file,rep,prospect,script\nc1,c1.wav,Ann,p1,a\nc2,c2.wav,(No value),Unknown,b\nc3,c3.wav,Bob,p3,a\n"


def tables(folder: Path, outcomes: str, listed: str = LISTED) -> tuple[Path, Path]:
    (folder / "m.csv").write_text(listed, "utf-8")
    (folder / "o.csv").write_text(outcomes, "utf-8")
    return folder / "m.csv", folder / "o.csv"


class TestRecordings:
    def test_both_sides_are_named(self) -> None:
        """Recordings without a row and rows without a recording are left over on their side."""
        listed = [Message("calls/a.wav", rep="Ann"), Message("calls/gone.wav", rep="Bob")]
        found = fit_recordings(["calls/a.wav", "calls/b.wav"], listed)
        assert [message.rep for message in found.messages] == ["Ann", None]
        assert found.without_row == ("calls/b.wav",)
        assert found.without_recording == (listed[1],)

    @pytest.mark.parametrize(
        "source",
        ["https://x/v/c1.wav?sig=abc", "export/c1.wav", "C:\\calls\\c1.mp3", "/spool/C1.WAV", "c1"],
    )
    def test_a_row_finds_its_recording_by_name(self, source: str) -> None:
        """A URL, another folder or another ending is the recording of that name; the message keeps its id."""
        row = Message(source, rep="Ann")
        (message,) = fit_recordings(["calls/c1.wav"], [row]).messages
        assert (message.source, message.rep, message.message_id) == ("calls/c1.wav", "Ann", row.message_id)

    def test_a_recording_named_as_a_message_or_recording_id(self) -> None:
        """Dialers name files by the call's id; a row without a file is found by it."""
        by_id, by_recording = Message("", "c1", rep="Ann"), Message("", "c2", rep="Bob", extra={"recording_id": "RE99"})
        found = fit_recordings(["x/c1.wav", "x/RE99.mp3"], [by_id, by_recording])
        assert [message.rep for message in found.messages] == ["Ann", "Bob"]

    def test_one_name_in_two_folders_joins_nothing_unless_the_folder_tells(self) -> None:
        """A name that several recordings have names none of them; with its folder it does."""
        files = ["new/a.wav", "old/a.wav"]
        assert len(fit_recordings(files, [Message("https://x/a.wav")]).without_row) == 2
        found = fit_recordings(files, [Message("https://x/old/a.wav", rep="Ann")])
        assert [message.rep for message in found.messages] == [None, "Ann"]

    def test_a_row_whose_own_recording_exists_is_not_taken_for_another(self, tmp_path: Path) -> None:
        """Another file of the same name elsewhere is not the row's recording."""
        (tmp_path / "a.wav").touch()
        found = fit_recordings(["other/a.wav"], [Message(str(tmp_path / "a.wav"), rep="Ann")])
        assert [message.rep for message in found.messages] == [None]

    def test_what_a_reader_knows_fills_a_row_found_by_id_or_name(self) -> None:
        """A row is a message's by the reader's id, or by the name of its recording; both sides are left over as for files."""
        there = [
            Message("spool/msg0000.wav", "1428-0", sent_at="2026-03-02T17:15:02+00:00", caller_id="3035550126"),
            Message("spool/msg0001.wav", "1428-1", caller_id="3035550177"),
            Message("spool/msg0002.wav", "1428-2"),
        ]
        rows = [
            Message("", "1428-0", rep="Ann", caller_id="8045550192"),
            Message("https://pbx/rec/msg0001.wav?sig=1", rep="Bob"),
            Message("gone.wav", rep="Cy"),
        ]
        found = fit_messages(there, rows)
        ann, bob, alone = found.messages
        assert (ann.source, ann.rep, ann.sent_at, ann.caller_id) == (there[0].source, "Ann", there[0].sent_at, "8045550192")
        assert (bob.source, bob.message_id, bob.rep, bob.caller_id) == (there[1].source, "1428-1", "Bob", "3035550177")
        assert alone == there[2]
        assert found.without_row == ("spool/msg0002.wav",)
        assert found.without_recording == (rows[2],)


class TestCheck:
    def test_columns_values_and_what_is_left_over(self, tmp_path: Path) -> None:
        """The dry run says each column, each value with its count and reading, and what is left over, with lines."""
        listed, outcomes = tables(
            tmp_path, "Call ID,Call Result\nc1,Connected\nc2,Fluxed\nc9,Fluxed\n\nTotal,3\n"
        )  # fmt: skip
        found = check_tables(listed, outcomes)
        assert found.outcomes is not None
        assert found.outcomes.columns == {"message_id": "call id", "result": "call result"}
        read = {value.text: (value.count, value.line, value.understood) for value in found.outcomes.values["result"]}
        assert read == {"Connected": (1, 2, True), "Fluxed": (2, 3, False)}
        assert found.outcomes.set_aside == ((6, "Total 3"),)
        assert found.unmatched == ((4, "no message has the id 'c9'"),)
        assert found.without_outcome == ((4, "c3.wav"),)
        assert len(found.left_over()) == 3
        assert found.manifest is not None
        assert [(v.text, v.reading) for v in found.manifest.values["prospect"]] == [("Unknown", "nobody")]
        assert ("(No value)", "nobody") in [(v.text, v.reading) for v in found.manifest.values["rep"]]
        assert found.to_dict()["left_over"] == found.left_over()
        (asked,) = found.questions
        assert "'Fluxed' (2)" in asked
        assert "--map-value 'Fluxed=connect'" in asked

    def test_the_cure_is_the_option_that_works(self, tmp_path: Path) -> None:
        """The column that names messages is found, and reading with the option joins them."""
        from vmaudio.intake.tables.columns import parse_column_map

        listed, outcomes = tables(tmp_path, "Call ID,Ref,Called Back\nx1,c1,yes\nx2,c2.wav,no\nx3,c3,no\n")
        cure = check_tables(listed, outcomes).cure
        assert cure == "3 of 3 values in the column 'ref' name a message: --map file=ref."
        mapping = parse_column_map(["file=ref"])
        assert check_tables(listed, outcomes, mapping).matched == 3

    def test_no_cure_is_named_where_none_works(self, tmp_path: Path) -> None:
        """Where no column names a message, no option is advised."""
        listed, outcomes = tables(tmp_path, "Call ID,Called Back\nx1,yes\n")
        assert check_tables(listed, outcomes).cure is None
        store = open_store(str(tmp_path / "vm.sqlite"))
        with pytest.raises(TableError, match="no --map helps"):
            import_outcomes(store, outcomes, manifest_path=listed)
        store.close()


class TestImport:
    def test_strict_imports_nothing(self, tmp_path: Path) -> None:
        """With strict reading, a word that nobody understands and a line that joins to nothing stop the import."""
        listed, outcomes = tables(tmp_path, "message_id,callback,result\nc1,1,Fluxed\nc2,0,\nc3,0,\nc9,1,\n")
        store = open_store(str(tmp_path / "vm.sqlite"))
        with pytest.raises(TableError, match=r"'Fluxed'(.|\n)*1 lines of the outcome file join to no message"):
            import_outcomes(store, outcomes, manifest_path=listed, strict=True)
        assert all_outcomes(store) == {}
        assert store.run_summaries() == []
        assert import_outcomes(store, outcomes, manifest_path=listed).matched == 3
        store.close()

    def test_the_summary_is_kept_with_the_run_and_names_nobody(self, tmp_path: Path) -> None:
        """Columns, counts, lines and words of outcomes are kept; no prospect, rep, id or file."""
        listed, outcomes = tables(tmp_path, "message_id,callback,result\nc1,1,Connected\nc9,1,\n")
        store = open_store(str(tmp_path / "vm.sqlite"))
        import_outcomes(store, outcomes, manifest_path=listed)
        ((command, _, summary),) = store.run_summaries()
        store.close()
        assert command == "outcomes import"
        assert (summary["matched"], summary["unmatched_lines"], summary["without_outcome"]) == (1, [3], 2)
        assert summary["outcomes"]["values"]["result"] == [["Connected", "connect", 1]]
        assert summary["manifest"]["nobody"] == {"prospect": 1, "rep": 1}
        for name in ("Ann", "p1", "c1.wav", "c9", str(tmp_path)):
            assert name not in str(summary)
