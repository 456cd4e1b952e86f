"""Tables as CRMs and dialers export them: separators, titles, footers, Excel, columns, people, ids."""

from __future__ import annotations

import datetime
import itertools
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st

from vmaudio.errors import TableError
from vmaudio.experiments.comparison import compare
from vmaudio.intake import file_observations
from vmaudio.intake.manifest import load_manifest, read_crm_manifest, read_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.outcomes.joining import join_outcomes
from vmaudio.intake.tables.columns import ColumnMap
from vmaudio.intake.tables.people import id_key, person, salesforce_18
from vmaudio.intake.tables.placeholders import cut_short, is_nobody, is_nothing, is_rounded
from vmaudio.intake.tables.reading import load_table, read_table
from vmaudio.intake.tables.sharing import mappings_for

MANIFEST = """message_id,file,rep,prospect,sent_at
c1,c1.wav,Ann,0035g00000AbCdEAAV,2026-05-04T09:12:00-07:00
c2,c2.wav,Ann,0035g00000AbCdFAAV,2026-05-04T18:20:00-07:00
c3,c3.wav,Bob,0035g00000AbCdGAAV,2026-05-05T10:00:00-07:00
"""


def write(folder: Path, text: str, name: str = "o.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding)
    return path


def joined(folder: Path, outcomes: str, listed: str = MANIFEST) -> dict[str, bool | None]:
    """What an outcome file says of each message of the manifest; only those that a line was joined to."""
    sends = read_crm_manifest(write(folder, listed, "m.csv"))
    matched = join_outcomes(read_outcomes(write(folder, outcomes)), sends)
    return {message_id: outcome.callback for message_id, outcome in matched.outcomes.items()}


class TestDialects:
    @pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
    @pytest.mark.parametrize("first", ["", "sep", '"sep'])
    def test_every_separator_is_read(self, tmp_path: Path, separator: str, first: str) -> None:
        """Comma, semicolon, tab and pipe, with Excel's sep= line or without."""
        line = {"": "", "sep": f"sep={separator}\n", '"sep': f'"sep={separator}"\n'}[first]
        text = line + separator.join(["message_id", "callback"]) + "\n" + separator.join(["c1", "yes"]) + "\n"
        assert joined(tmp_path, text) == {"c1": True}

    def test_the_separator_is_the_headers_and_not_the_texts(self, tmp_path: Path) -> None:
        """Commas in notes do not make commas the separator."""
        assert read_table(write(tmp_path, "file;notes, more, and more\na.wav;x, y, z\n")) == [
            (2, {"file": "a.wav", "notes, more, and more": "x, y, z"})
        ]

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_encodings(self, tmp_path: Path, encoding: str) -> None:
        """UTF-8 with or without a mark, and Excel's "Unicode text"."""
        path = write(tmp_path, "file\trep\na.wav\tZoë\n", "m.txt", encoding)
        assert read_manifest(path)[0].rep == "Zoë"

    def test_wrapped_ids(self, tmp_path: Path) -> None:
        """Ids that an export wrapped as ="c1" are c1, quoted or not."""
        assert joined(tmp_path, 'message_id,callback\n"=""c1""",1\n="c2",0\n') == {"c1": True, "c2": False}

    def test_titles_and_footers_are_set_aside(self, tmp_path: Path) -> None:
        """A report's title and filters above, totals and a copyright below are no rows; line numbers are the file's."""
        text = (
            "Calls of May\nAs of 2026-05-31\n\nActivity ID,Call Result,Called Back\nc1,Left Voicemail,Yes\nc2,Connected,No\n"
            "Total,,2\n\nCalls of May\n"
            '"Copyright (c) 2000-2026 salesforce.com, inc. All rights reserved."\n'
            "Confidential Information - Do Not Distribute\nAcme\n"
        )
        table = load_table(write(tmp_path, text))
        assert table.header_line == 4
        assert [line for line, _ in table.rows] == [5, 6]
        assert [line for line, _ in table.set_aside] == [1, 2, 7, 9, 10, 11, 12]

    def test_a_short_last_row_is_a_row(self, tmp_path: Path) -> None:
        """A row that fills only its first cell is no footer, unless it reads like one."""
        assert joined(tmp_path, "message_id,callback\nc1,1\nc2,\n") == {"c1": True, "c2": None}

    def test_data_that_reads_like_a_header_is_no_header(self, tmp_path: Path) -> None:
        """Dispositions may be called as columns are."""
        rows = read_table(write(tmp_path, "Call Ref,Ending\nc1,Connected\ncallback,Sold\n"))
        assert [row["ending"] for _, row in rows] == ["Connected", "Sold"]

    @settings(deadline=None, max_examples=60)
    @given(
        st.sampled_from(",;\t|"),
        st.lists(st.lists(st.text("abc ,;|'\"é=1-", max_size=6), min_size=2, max_size=2), min_size=1, max_size=5),
        st.integers(0, 2),
    )
    def test_a_table_comes_back_as_it_was_written(self, tmp_path_factory, separator, cells, titles) -> None:  # type: ignore[no-untyped-def]
        """Whatever the separator, and with a title above, the cells are those that were written."""
        import csv
        import io

        stream = io.StringIO()
        stream.write("My report\n" * titles)
        writer = csv.writer(stream, delimiter=separator)
        writer.writerow(["message_id", "notes"])
        kept = [[f"m{i}{one.strip()}", two] for i, (one, two) in enumerate(cells)]
        writer.writerows(kept)
        path = tmp_path_factory.mktemp("t") / "t.csv"
        path.write_text(stream.getvalue(), "utf-8", newline="")
        unwrapped = lambda text: text[2:-1] if text[:2] == '="' and text[-1] == '"' and len(text) > 3 else text  # noqa: E731
        assert [cells for _, cells in load_table(path).rows] == [[a.strip(), unwrapped(b.strip()).strip()] for a, b in kept]


class TestExcel:
    def book(self, folder: Path, rows: list[list[object]], *, before: list[list[object]] | None = None) -> Path:
        made = openpyxl.Workbook()
        sheet = made.active
        assert sheet is not None
        if before is not None:
            sheet.title = "About"
            for row in before:
                sheet.append(row)
            sheet = made.create_sheet("Calls")
        for row in rows:
            sheet.append(row)
        made.save(folder / "o.xlsx")
        return folder / "o.xlsx"

    def test_a_workbook_is_read_as_its_csv(self, tmp_path: Path) -> None:
        """Dates, numbers, yes and no of a workbook are what the same table says as text; a sheet about it is left out."""
        moment = datetime.datetime(2026, 5, 5, 9, 12)
        path = self.book(
            tmp_path,
            [
                ["Calls of May"],
                [],
                ["message_id", "callback", "callback_at", "cost"],
                ["c1", True, moment, 1.5],
                [7, 0, None, 2],
            ],
            before=[["Exported by Ann"]],
        )
        first, second = read_outcomes(path).rows
        assert (first.line, first.outcome.message_id, first.outcome.callback, first.outcome.cost) == (4, "c1", True, 1.5)
        assert first.outcome.callback_at == "2026-05-05T09:12:00+00:00"
        assert (second.outcome.message_id, second.outcome.callback, second.outcome.callback_at) == ("7", False, None)

    def test_a_day_and_a_rounded_id(self, tmp_path: Path) -> None:
        """A date cell without a time is a bare date; a number of more than fifteen digits was rounded, and is refused."""
        path = self.book(tmp_path, [["message_id", "callback_at"], ["c1", datetime.date(2026, 5, 5)]])
        assert read_outcomes(path).rows[0].callback_day == datetime.date(2026, 5, 5)
        path = self.book(tmp_path, [["message_id", "callback"], [123456789012345678, 1]])
        with pytest.raises(TableError, match=r"line 2: message_id: .* was rounded by a spreadsheet"):
            read_outcomes(path)

    @pytest.mark.parametrize("kind", ["old", "zip", "cut"])
    def test_what_is_no_workbook_is_a_sentence(self, tmp_path: Path, kind: str) -> None:
        """An old .xls, another archive and a damaged workbook are refused with the cure."""
        path = tmp_path / "o.xlsx"
        if kind == "old":
            path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
        elif kind == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("a.txt", "a")
        else:
            whole = self.book(tmp_path, [["file"], ["a.wav"]]).read_bytes()
            path.write_bytes(whole[: len(whole) // 2])
        with pytest.raises(TableError, match=r"o\.xlsx.*\.xlsx"):
            read_table(path)

    def test_a_cell_far_away_does_not_fill_the_memory(self, tmp_path: Path) -> None:
        """A cell in the last column is too many columns; one in the last row is a row."""
        far, low = openpyxl.Workbook(), openpyxl.Workbook()
        for book, cell in ((far, "XFD3"), (low, "A1048576")):
            assert book.active is not None
            book.active["A1"], book.active[cell] = "file", "a.wav"
        far.save(tmp_path / "far.xlsx")
        low.save(tmp_path / "low.xlsx")
        with pytest.raises(TableError, match="line 3: has more than 1000 columns"):
            read_table(tmp_path / "far.xlsx")
        assert read_table(tmp_path / "low.xlsx") == [(1048576, {"file": "a.wav"})]

    def test_entities_are_not_unfolded(self, tmp_path: Path) -> None:
        """XML entities that multiply ("billion laughs") end in a sentence, at once."""
        path = self.book(tmp_path, [["file"], ["a.wav"]])
        names = "abcdefghij"
        laughs = "".join(f"<!ENTITY {b} '{('&' + a + ';') * 10}'>" for a, b in itertools.pairwise(names))
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in parts.items():
                if name == "xl/worksheets/sheet1.xml":
                    part = f"<!DOCTYPE x [<!ENTITY a 'ha'>{laughs}]>".encode() + part.replace(b"<sheetData>", b"<sheetData>&j;")
                archive.writestr(name, part)
        began = time.process_time()
        with pytest.raises(TableError, match="cannot be read"):
            read_table(path)
        assert time.process_time() - began < 5

    def test_a_bomb_is_refused(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """What unpacks to far more than a table is not unpacked; more cells than a table has end the reading."""
        from vmaudio.intake.tables import workbook

        path = self.book(tmp_path, [["file", "rep"], *[["a.wav", "Ann"]] * 50])
        monkeypatch.setattr(workbook, "FEW_UNPACKED_BYTES", 5000)
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/media/a.xml", b" " * 5_000_000)
        with pytest.raises(TableError, match="too large unpacked"):
            read_table(path)
        path = self.book(tmp_path, [["file", "rep"], *[["a.wav", "Ann"]] * 50])
        monkeypatch.setattr(workbook, "MOST_CELLS", 101)
        with pytest.raises(TableError, match="Cut it into several"):
            read_table(path)
        monkeypatch.setattr(workbook, "MOST_UNPACKED_BYTES", 1000)
        with pytest.raises(TableError, match="too large unpacked"):
            read_table(path)


EXPORTS = {
    "Salesforce": ("Id,WhoId,OwnerId,ActivityDate,CompletedDateTime,CallDisposition",
                   "00T5g00000AbCdE,0035g00000AbCdE,0055g00000AbCdE,2026-05-04,2026-05-06T16:12:00.000+0000,Left Voicemail"),
    "HubSpot": ("Record ID,Associated Contact IDs,Activity assigned to,Activity date,Recording URL,Call outcome",
                "99112233,55,Ann Lee,2026-05-06 16:12,https://x/a.wav,Left voicemail"),
    "Close": ("id,contact_id,user_name,activity_at,disposition,recording_url",
              "acti_1234567890,cont_1,Ann Lee,2026-05-06T16:12:00+00:00,vm-left,https://x/a.mp3"),
    "Pipedrive": ("ID,Person ID,Assigned to user,Due date,Marked as done time,Call outcome",
                  "12345678,77,Ann Lee,2026-05-04,2026-05-06 16:12:00,left_voicemail"),
    "Aircall": ("call id,from,to,user,datetime (TZ offset incl.),recording",
                "123456789,+18045550192,+1 218 555 0134,Ann Lee,2026-05-06T16:12:00+00:00,https://x/a.mp3"),
    "JustCall": ("Call ID,Contact Number,Agent Name,Call Date,Call Time,Disposition,Recording URL",
                 "123456789,(218) 555-0134,Ann Lee,2026-05-06,04:12 PM,Left voicemail,https://x/a.mp3"),
    "VICIdial": ("call_date,phone_number_dialed,status,user,full_name,uniqueid,gmt_offset_now",
                 "2026-05-06 16:12:00,2185550134,A,Ann Lee,Ann Lee of Sales,1777.123456,-5.00"),
}  # fmt: skip


class TestColumns:
    @pytest.mark.parametrize("system", EXPORTS)
    def test_exports_are_read_without_an_option(self, tmp_path: Path, system: str) -> None:
        """Id, prospect, rep and moment of each system's export are found; a due date or a guessed zone is not taken for it."""
        path = write(tmp_path, "\n".join(EXPORTS[system]) + "\n", "m.csv")
        (send,) = read_crm_manifest(path)
        assert send.message.sent_at == "2026-05-06T16:12:00+00:00"
        assert send.message.message_id in EXPORTS[system][1]
        assert send.message.rep in ("Ann Lee", "0055g00000AbCdE" + salesforce_18("0055g00000AbCdE")[15:])
        assert send.message.prospect
        assert send.message.prospect_name is None

    def test_the_moment_wins_over_the_due_date(self, tmp_path: Path) -> None:
        """CompletedDateTime is when it was; where it is empty, ActivityDate stands in, and that is said."""
        text = "Id,WhoId,ActivityDate,CompletedDateTime\nk1,p1,2026-05-04,2026-05-06T16:12:00.000+0000\nk2,p2,2026-05-05,\n"
        read = load_manifest(write(tmp_path, text, "m.csv"))
        assert [send.message.sent_at for send in read.sends] == ["2026-05-06T16:12:00+00:00", "2026-05-05T00:00:00+00:00"]
        assert dict(read.rows.instead) == {"sent_at": 1}

    def test_a_lead_stands_in_for_a_contact(self, tmp_path: Path) -> None:
        """A row with a lead and no contact has a prospect."""
        text = "Id,Contact ID,Lead ID\n00T1,003A,\n00T2,,00QB\n"
        assert [s.message.prospect for s in read_crm_manifest(write(tmp_path, text, "m.csv"))] == ["003A", "00QB"]

    def test_a_row_number_is_no_message_id(self, tmp_path: Path) -> None:
        """1, 2, 3 beside a file column would name other messages next month; a CRM's id is taken."""
        short, long = read_manifest(write(tmp_path, "id,file\n1,a.wav\n", "m.csv")), read_manifest(
            write(tmp_path, "id,file\n00T5g00000AbCdE,a.wav\n", "m.csv")
        )  # fmt: skip
        assert (short[0].message_id[0], short[0].extra) == ("m", {"id": "1"})
        assert long[0].message_id == "00T5g00000AbCdE"

    def test_one_mapping_for_two_tables(self, tmp_path: Path) -> None:
        """A column that only the manifest has is no fault of the outcome file; one that neither has is."""
        listed = write(tmp_path, "Sound,Seller\na.wav,Ann\n", "m.csv")
        outcomes = write(tmp_path, "Sound,Rang\na.wav,yes\n")
        mapping = ColumnMap({"file": "Sound", "rep": "Seller", "callback": "Rang"})
        first, second = mappings_for([listed, outcomes], mapping)
        assert (dict(first.columns), dict(second.columns)) == (
            {"file": "Sound", "rep": "Seller"}, {"file": "Sound", "callback": "Rang"},
        )  # fmt: skip
        with pytest.raises(TableError, match="--map wants cost"):
            read_outcomes(outcomes, mappings_for([listed, outcomes], ColumnMap({"file": "Sound", "cost": "Price"}))[1])


class TestPeople:
    @pytest.mark.parametrize(
        "text",
        ["", "Unknown", "unknown", "N/A", "n/a", "(No value)", "(no value)", "-", "--", "—", "null", "NULL", "None", "#N/A",
         "nan", "<null>", "(blank)", "?", "...", "[Unknown]", "undefined"],
    )  # fmt: skip
    def test_nothing(self, text: str) -> None:
        """What exports write for no value is no value."""
        assert is_nothing(text)
        assert person(text) is None

    @pytest.mark.parametrize(
        "text",
        ["Anonymous", "8.50556E+09", "8,50556E+09", "8.50556e+09", "Restricted", "Private Number", "+266696687", "0000000000",
         "Unknown Caller", "none@none.com", "(Deleted User)", "Unavailable"],
    )  # fmt: skip
    def test_nobody(self, text: str) -> None:
        """A withheld or rounded number is nobody."""
        assert is_nobody(text)

    @pytest.mark.parametrize(
        "text", ["Nona", "p1", "0", "Ann", "N. Able", "7", "unknowns@example.com", "Blankenship", "1E5", "✓"]
    )
    def test_somebody(self, text: str) -> None:
        """Names and ids that only look alike are somebody's."""
        assert person(text) == text

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("(218) 555-0134", "+1 218-555-0134"),
            ("218.555.0134", "12185550134"),
            ("tel:+1-218-555-0134", "2185550134"),
            ("+44 20 7946 0958", "+442079460958"),
            ("Ann@Example.com", "ann@example.COM"),
            ('"Ann Lee" <ann@example.com>', "ann@example.com"),
            ("0035g00000AbCdE", "0035g00000AbCdEAAV"),
        ],
    )
    def test_two_writings_are_one_person(self, one: str, other: str) -> None:
        """A number, an address and a Salesforce id are one person's however they are written."""
        assert person(one) == person(other) != None  # noqa: E711

    def test_salesforce_ids_are_compared_in_case_and_checked(self) -> None:
        """Ids whose letters differ in case are two records; 18 characters with a wrong checksum are no Salesforce id."""
        assert person("0035g00000AbCdE") != person("0035g00000abcde")
        assert id_key("0035g00000AbCdE") != id_key("0035g00000AbCdEAAA")
        assert id_key("00T5g00000AbCdE") == "00T5g00000AbCdEEAV"

    @given(st.text("0123456789ABCDEFabcdef", min_size=12, max_size=12))
    def test_the_checksum_tells_ids_apart_that_differ_only_in_case(self, tail: str) -> None:
        """Of two ids with the same letters, the 18 characters differ in more than case."""
        one, other = salesforce_18("003" + tail), salesforce_18("003" + tail.swapcase())
        assert (one.casefold() == other.casefold()) == (tail == tail.swapcase())

    def test_unknown_prospects_are_no_shared_person(self, tmp_path: Path) -> None:
        """Two messages to "Unknown" are to nobody, and their ids are those that they always had."""
        text = "file,prospect,script\na.wav,Unknown,a\nb.wav,Unknown,N/A\n"
        first, second = read_manifest(write(tmp_path, text, "m.csv"))
        assert (first.prospect, second.prospect, second.script) == (None, None, None)
        assert first.message_id != second.message_id

    @pytest.mark.parametrize("nobody", ["Unknown", "N/A", "8.50556E+09", "(No value)", "null"])
    def test_callbacks_of_strangers_stay_with_their_script(self, tmp_path: Path, nobody: str) -> None:
        """Two messages each to nobody known: script a has 2 of 2 and b 0 of 2, and no callback moves."""
        listed = "message_id,rep,prospect,sent_at,script\n" + "".join(
            f"e{i},{rep},{nobody},2026-05-0{day}T{hour}:00:00Z,{script}\n"
            for i, rep, day, hour, script in
            ((1, "Ann", 4, "09", "a"), (2, "Ann", 4, "10", "b"), (3, "Bob", 5, "09", "a"), (4, "Bob", 5, "10", "b"))
        )  # fmt: skip
        outcomes = "message_id,callback,callback_at\ne1,1,2026-05-04T15:00:00Z\ne2,0,\ne3,1,2026-05-05T15:00:00Z\ne4,0,\n"
        seen, _ = file_observations(write(tmp_path, listed, "m.csv"), write(tmp_path, outcomes))
        assert [(arm.arm, arm.events, arm.n) for arm in compare(seen, "script").arms] == [("a", 2, 2), ("b", 0, 2)]

    def test_no_rep_and_no_script_are_no_arms(self, tmp_path: Path) -> None:
        """ "(No value)" and "N/A" are no rep and no script to compare."""
        listed = "message_id,rep,script\n" + "".join(
            f"x{i},{rep},{script}\n" for i, (rep, script) in enumerate([("Ann", "a"), ("(No value)", "N/A"), ("-", "null")] * 2)
        )
        outcomes = "message_id,callback\n" + "".join(f"x{i},{i % 2}\n" for i in range(6))
        seen, _ = file_observations(write(tmp_path, listed, "m.csv"), write(tmp_path, outcomes))
        assert [arm.arm for arm in compare(seen, "script").arms] == ["a"]
        assert [arm.arm for arm in compare(seen, "rep").arms] == ["Ann"]

    @pytest.mark.parametrize("field", ["message_id", "recording_id"])
    def test_rounded_ids_are_refused_by_name(self, tmp_path: Path, field: str) -> None:
        """An id that Excel has rounded names nothing: line, field and value are said."""
        with pytest.raises(TableError, match=rf"line 2: {field}: '1.23457E\+14' was rounded by a spreadsheet"):
            read_outcomes(write(tmp_path, f"{field},callback\n1.23457E+14,1\n"))

    def test_ids_cut_to_fifteen_digits_are_refused(self, tmp_path: Path) -> None:
        """Long numbers of one column that all end in zeros were cut; others were not."""
        assert cut_short(["1234567890123450", "2234567890123450"])
        assert not cut_short(["1234567890123450", "2234567890123457"])
        assert not cut_short(["1234567890123450"])
        assert is_rounded("1.23457E+14")
        with pytest.raises(TableError, match="was rounded"):
            read_outcomes(write(tmp_path, "message_id,callback\n12345678901234500,1\n22345678901234500,1\n"))


class TestJoins:
    @pytest.mark.parametrize(
        ("column", "first"),
        [
            ("message_id", "c1"), ("file", "c1.wav"), ("file", "C:\\calls\\c1.wav"), ("file", "/spool/c1.mp3"), ("file", "c1"),
            ("recordingUrl", "https://example.com/v/c1.wav?sig=abc"), ("recordingUrl", "https://example.com/v/c1?x=1.5"),
            ("recording_id", "c1"), ("Contact ID", "0035g00000AbCdE"), ("Contact ID", "0035g00000AbCdEAAV"), ("file", "C1.WAV"),
        ],
    )  # fmt: skip
    def test_a_message_is_found_by_each_of_its_names(self, tmp_path: Path, column: str, first: str) -> None:
        """Id, recording, file with or without folder, ending or signature, and prospect."""
        assert joined(tmp_path, f"{column},callback\n{first},yes\n") == {"c1": True}

    def test_a_salesforce_message_id_of_fifteen(self, tmp_path: Path) -> None:
        """A task's id of 15 characters is that of 18."""
        listed = "message_id,file\n00T5g00000AbCdEEAV,a.wav\n"
        assert joined(tmp_path, "Activity ID,callback\n00T5g00000AbCdE,1\n", listed) == {"00T5g00000AbCdEEAV": True}

    def test_an_ending_does_not_join_two(self, tmp_path: Path) -> None:
        """Two files that differ only in their ending are not joined by it."""
        listed = "message_id,file\nm1,x/a.wav\nm2,y/a.mp3\n"
        assert joined(tmp_path, "file,callback\na,1\na.mp3,0\n", listed) == {"m2": False}
