"""Files and names made by somebody who means harm: nothing runs, nothing elsewhere is read out or changed, nothing hangs."""

import csv
import dataclasses
import hashlib
import json
import os
import time
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from tests.makers import analysis
from vmaudio.audio.decode import load_audio
from vmaudio.classify import DELIVERY_COLUMNS, ModelStore
from vmaudio.cli.root import cli
from vmaudio.errors import AudioError, ModelMissing, RubricError, SettingError, TableError, VmaudioError
from vmaudio.experiments import Assignment, plan_csv, read_plan, read_values
from vmaudio.intake import manifest, parse_column_map
from vmaudio.intake.manifest import read_crm_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.outcomes.importing import import_outcomes
from vmaudio.intake.tables import reading
from vmaudio.privacy import find_messages, forget
from vmaudio.records import TONE_AXES, Failure, Message
from vmaudio.report.player_sound import sounds
from vmaudio.rubric.edit import default_rubric_text
from vmaudio.rubric.load import load_rubric, parse_rubric
from vmaudio.rubric.scoring import score
from vmaudio.store.label_rows import all_labels
from vmaudio.store.outcome_rows import all_outcomes
from vmaudio.store.store import open_store
from vmaudio.training.coach_sheet import make_sheet, read_sheet
from vmaudio.training.delivery_table import Table, read_table, write_table
from vmaudio.training.label_files import read_label_file, save_labels, write_label_csv
from vmaudio.web.job import read_record

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>"
FORMULAS = ("=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", "'=1", "''=1")
TRAVERSALS = (
    "../../../../../../etc/passwd",
    "/etc/passwd",
    "..\\..\\secret.txt",
    "file:///etc/passwd",
    "concat:/etc/passwd|x.wav",
    "http://169.254.169.254/latest/meta-data",
    "a.wav/../../secret.txt",
    "~/.ssh/id_rsa",
    "\\\\host\\share\\a.wav",
)


def scored(message):
    made = analysis(message)
    return dataclasses.replace(made, score=score(made, load_rubric()))


@pytest.fixture
def store(tmp_path):
    opened = open_store(str(tmp_path / "vm.sqlite"))
    opened.save(scored(Message("/calls/tom.wav", "m1", rep="Tom", prospect="p1", sent_at="2026-03-02T10:00:00+00:00")))
    yield opened
    opened.close()


def digest(folder: Path) -> dict[str, str]:
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*") if p.is_file()}


class TestHugeFields:
    """A table that is no table of a person is refused at once, with a short sentence."""

    TABLES = {  # noqa: RUF012
        "a cell of 10 MB": "file,callback,notes\na.wav,1," + "x" * 10_000_000 + "\n",
        "a quoted cell of 10 MB": 'file,callback,notes\na.wav,1,"' + "x\n" * 5_000_000 + '"\n',
        "an open quote": 'file,callback\n"a.wav' + ",1\n" * 1_000_000,
        "100,000 columns": ",".join(["file", "callback", *(f"c{i}" for i in range(100_000))]) + "\na.wav,1\n",
        "100,000 columns of one name": ",".join(["file"] * 100_000) + "\na.wav\n",
        "a column name of 100 kB": "file,callback," + "n" * 100_000 + "," + "n" * 100_000 + "\na.wav,1,2,3\n",
        "a date of 100 kB": "file,callback,sent_at\na.wav,1," + "1" * 100_000 + "\n",
        "an id of 100 kB": "file,callback,message_id\na.wav,1," + "i" * 100_000 + "\n",
        "10,000 lines with a fault": "file,callback,sent_at\n" + "a.wav,maybe,yesterday\n" * 10_000,
    }

    @pytest.mark.parametrize("name", TABLES)
    def test_in_a_manifest_and_an_outcome_file(self, name, tmp_path, store):
        """Each is one bounded sentence within seconds, and the store stays as it was."""
        path = tmp_path / "table.csv"
        path.write_text(self.TABLES[name], "utf-8")
        before = store.info()["rows"]
        for work in (
            lambda: manifest.read_manifest(path),
            lambda: read_crm_manifest(path),
            lambda: import_outcomes(store, path),
        ):
            began = time.process_time()
            with pytest.raises(TableError) as caught:
                work()
            assert time.process_time() - began < 5
            assert len(str(caught.value)) < 60_000
        assert store.info()["rows"] == before
        assert all_outcomes(store) == {}

    def test_a_table_without_end_is_not_read_to_its_end(self, tmp_path, monkeypatch):
        """A file beyond the limit is refused after reading no more than the limit."""
        monkeypatch.setattr(reading, "MOST_BYTES", 1000)
        path = tmp_path / "table.csv"
        path.write_text("file\n" + "a.wav\n" * 1000, "utf-8")
        with pytest.raises(TableError, match="Cut it into several files"):
            manifest.read_manifest(path)
        if os.path.exists("/dev/zero"):
            with pytest.raises(TableError, match="Cut it into several files"):
                manifest.read_manifest("/dev/zero")

    @pytest.mark.parametrize(
        "cell", ["1" * 100_000, "$" + "x" * 60_000 + "1" + "x" * 60_000 + "1", "1e999", "9" * 30, "nan", "inf"]
    )
    def test_an_amount_that_is_none(self, cell, tmp_path):
        """An endless, infinite or disguised amount is a fault of its line, found without searching for long."""
        path = tmp_path / "o.csv"
        path.write_text(f"file,callback,cost,touches\na.wav,1,{cell},0\nb.wav,1,1,{cell}\n", "utf-8")
        began = time.process_time()
        if cell in ("nan", "9" * 30):  # nan is "unknown" in an export; thirty nines are a number, if not of touches
            cell = ""
        try:
            rows = read_outcomes(path).rows
        except TableError as error:
            assert "line" in str(error)  # noqa: PT017
            assert len(str(error)) < 2000  # noqa: PT017
        else:
            assert all(row.outcome.cost is None or row.outcome.cost < 1e31 for row in rows)
        assert time.process_time() - began < 2

    @pytest.mark.parametrize(
        "line",
        [
            "[" * 100_000, '{"id":' * 50_000, '{"id": "' + "x" * 1_000_000, "9" * 5000, "null", "[]", '"text"',
            '{"id": "a", "rep": "r", "prospect": "p", "sentences": [{"text": "t", "part": "' + "p" * 1_000_000 + '"}]}',
            '{"id": "a", "rep": "r", "prospect": "p", "sentences": [], "tone": {"' + "t" * 1_000_000 + '": 1}}',
            '{"id": "a", "rep": "r", "prospect": "p", "sentences": [], "approach": {"a": [1]}}',
        ],
    )  # fmt: skip
    def test_in_a_label_file(self, line, tmp_path):
        """Nested, endless or wrong JSON is a fault of its line."""
        path = tmp_path / "labels.jsonl"
        path.write_text(line + "\n", "utf-8")
        with pytest.raises(TableError, match="line 1") as caught:
            read_label_file(path)
        assert len(str(caught.value)) < 5000

    def test_in_a_filled_in_label_table(self, tmp_path):
        """A position of 5,000 digits, or an endless part, is a fault of its line."""
        path = tmp_path / "labels.csv"
        rows = f"m1,{'9' * 5000},text,reason\nm1,1,text,{'x' * 100_000}\nm1,٣,text,\n"
        path.write_text("message_id,position,text,part\n" + rows, "utf-8")
        with pytest.raises(TableError, match=r"line 2: position(.|\n)*line 3: unknown part") as caught:
            read_label_file(path)
        assert len(str(caught.value)) < 3000


class TestNestedAndEndlessValues:
    """Brackets that Python's parsers give up on, and numbers beyond a float's, are a fault of the file too."""

    DEEP, LONG, HUGE = "[" * 100_000, "9" * 5000, "9" * 400

    @pytest.mark.parametrize("value", [DEEP, LONG, HUGE, "0x" + "f" * 5000, "1e999", "nan"])
    def test_in_toml(self, value, tmp_path):
        """A mapping, a file of values, a rubric."""
        path = tmp_path / "x.toml"
        path.write_text(f"[columns]\ncallback = {value}\n[values]\nsale = {value}\n", "utf-8")
        with pytest.raises(TableError) as caught:
            parse_column_map([str(path)])
        assert len(str(caught.value)) < 1000
        with pytest.raises(SettingError) as wrong:
            read_values(path)
        assert len(str(wrong.value)) < 1000
        text = default_rubric_text().replace("weight = ", f"weight = {value} # ", 1)
        with pytest.raises(RubricError, match="line"):
            parse_rubric(text, "x.toml")

    @pytest.mark.parametrize("value", [DEEP, '{"a": ' + HUGE + "}", LONG])
    def test_in_a_plan(self, value, tmp_path):
        """The probabilities of a place."""
        cell = value.replace('"', '""')
        path = tmp_path / "plan.csv"
        path.write_text(f'plan_id,prospect,arm,rep,position,probabilities\np,a,a,Ann,0,"{cell}"\n', "utf-8")
        with pytest.raises(TableError, match="line 2") as caught:
            read_plan(path)
        assert len(str(caught.value)) < 1000

    def test_in_the_webs_record(self, tmp_path):
        """A damaged record of jobs is none."""
        (tmp_path / "jobs.json").write_text('{"a": ' + self.HUGE + "}", "utf-8")
        assert read_record(tmp_path / "jobs.json") == {}

    def test_in_a_table_of_features(self, tmp_path):
        """A field beyond the limit of Python's csv, and a long value, which is shortened."""
        path = tmp_path / "f.csv"
        head = ",".join(["id", "rep", *DELIVERY_COLUMNS])
        for cell, cause in (("x" * 200_000, "field larger"), ("x" * 2000, "should be a number")):
            path.write_text(f"{head}\na,Ann,{cell}\n", "utf-8")
            with pytest.raises(TableError, match=cause) as caught:
                read_table([path])
            assert len(str(caught.value)) < 1000


class TestPathTraversal:
    """A path in a table is never more than the name of a recording to be tried as sound."""

    @pytest.mark.parametrize("name", TRAVERSALS)
    def test_a_manifest_reads_out_no_file(self, name, tmp_path):
        """A file outside that is no recording is refused, and its words are in no sentence; nothing is fetched."""
        (tmp_path / "secret.txt").write_text("the secret words", "utf-8")
        inside = tmp_path / "in" / "side"
        inside.mkdir(parents=True)
        (inside / "m.csv").write_text(f'file,rep\n"{name}",Ann\n', "utf-8")
        before = digest(tmp_path)
        (message,) = manifest.read_manifest(inside / "m.csv")
        with pytest.raises(AudioError) as caught:
            load_audio(message.source)
        assert "root:" not in str(caught.value)
        assert "secret words" not in str(caught.value)
        assert digest(tmp_path) == before

    @pytest.mark.parametrize("name", TRAVERSALS)
    def test_an_outcome_file_opens_no_file(self, name, tmp_path, store, monkeypatch):
        """A path in an outcome file is only compared with those that are stored: nothing is opened by it."""
        path = tmp_path / "o.csv"
        path.write_text(f'file,callback\n"{name}",1\n/calls/tom.wav,0\n', "utf-8")
        opened = []
        real = Path.open
        monkeypatch.setattr(Path, "open", lambda self, *a, **k: opened.append(str(self)) or real(self, *a, **k))
        done = import_outcomes(store, path)
        assert [line for line, _ in done.unmatched] == [2]
        assert set(opened) <= {str(path)}

    @pytest.mark.parametrize("name", TRAVERSALS)
    def test_a_label_file_opens_no_file(self, name, tmp_path, store):
        """A path in a label file names no file that an import would open or write."""
        path = tmp_path / "l.jsonl"
        row = {"id": name, "rep": name, "prospect": name, "file": name, "sentences": [{"text": "hi", "part": "greeting"}]}
        path.write_text(json.dumps(row) + "\n", "utf-8")
        before = digest(tmp_path)
        assert save_labels(store, read_label_file(path), "coach") == 1
        assert [label.message_id for label in all_labels(store)] == [name]
        after = digest(tmp_path)
        assert {key: after[key] for key in after if not key.startswith("vm.sqlite")} == {
            key: before[key] for key in before if not key.startswith("vm.sqlite")
        }

    @pytest.mark.parametrize("name", [*TRAVERSALS, "../part", "part/../../x", "part/..", ".", "", "part\x00"])
    def test_a_model_name_leads_nowhere_else(self, name, tmp_path):
        """A model is looked up by a plain name and version; anything else is no model."""
        models = ModelStore(user_dir=tmp_path / "models")
        with pytest.raises(ModelMissing):
            models.current(name)
        with pytest.raises(ModelMissing):
            models.folder("part", name)

    def test_a_players_link_stays_a_link(self, tmp_path):
        """With --audio link a name full of markup is percent-encoded, and a source that is no file has no player."""
        evil = tmp_path / 'a"><script>alert(1)<.wav'
        evil.write_bytes(b"RIFF")
        link = sounds("link", tmp_path)
        found = link(analysis(Message(str(evil))))
        assert found is not None
        assert not set(found) & set("\"'<> ")
        for name in TRAVERSALS:
            if not os.path.isfile(name):
                assert link(analysis(Message(name))) is None
        javascript = tmp_path / "javascript:alert(1).wav"
        javascript.write_bytes(b"RIFF")
        assert not (link(analysis(Message(str(javascript)))) or "").startswith("javascript:")


class TestFormulas:
    """Every table that a person opens in a spreadsheet is text where it could be a formula."""

    @pytest.mark.parametrize("formula", FORMULAS)
    def test_in_a_plan(self, formula, tmp_path):
        """A plan's prospects, reps and arms are written as text and read back as they were."""
        made = [Assignment("p1", 1, formula, formula, formula)]
        text = plan_csv(made)
        assert not [
            cell for line in text.splitlines()[1:] for cell in line.split(",") if cell.strip('"')[:1] in tuple("=+-@\t＝")
        ]
        (tmp_path / "plan.csv").write_text(text, "utf-8")
        assert read_plan(tmp_path / "plan.csv") == made

    @pytest.mark.parametrize("formula", [*FORMULAS, "a\r=1"])
    def test_in_a_coachs_sheet_and_a_table_of_features(self, formula, tmp_path):
        """Ids, reps and prospects: no program that reads the file finds a cell that begins like a formula."""
        made = scored(Message("/calls/a.wav", message_id=formula, rep=formula, prospect=formula))
        (tmp_path / "s.csv").write_text(make_sheet([made], {"caller_named": "Name?"})[0], "utf-8", newline="")
        who, marks = (formula,), {axis: np.ones(1) for axis in TONE_AXES}
        write_table(tmp_path / "f.csv", Table(who, who, who, np.zeros((1, len(DELIVERY_COLUMNS))), marks))
        for name in ("s.csv", "f.csv"):
            with (tmp_path / name).open(newline="", encoding="utf-8") as stream:
                cells = [cell for row in csv.reader(stream) for cell in row]
            assert [cell for cell in cells if cell[:1] in tuple("=+-@\t＝")] == []
            assert [cell for cell in cells if formula in cell]
        assert read_table([tmp_path / "f.csv"]).groups[0] == formula
        text = (tmp_path / "s.csv").read_text("utf-8").replace("Name?,", "Name?,pass").replace('"Name?",""', '"Name?","pass"')
        (tmp_path / "s.csv").write_text(text, "utf-8")
        if "\r" not in formula:  # which a text file reads as a line feed
            assert len(read_sheet(tmp_path / "s.csv", "Kim", {formula: frozenset({"caller_named"})}).verdicts) == 1

    @pytest.mark.parametrize("formula", FORMULAS)
    def test_in_the_table_to_label(self, formula, tmp_path):
        """Names, files and words in the table that a coach fills in are text, and come back as they were."""
        import io

        made = analysis(Message(formula, message_id=formula, rep=formula, prospect=formula))
        part = dataclasses.replace(made.structure.parts[0], text=formula)
        made = dataclasses.replace(made, structure=dataclasses.replace(made.structure, parts=(part,)))
        stream = io.StringIO(newline="")
        write_label_csv([made], stream)
        (tmp_path / "l.csv").write_text(stream.getvalue(), "utf-8", newline="")
        (read,) = read_label_file(tmp_path / "l.csv")
        assert (read.id, read.sentences[0].text) == (formula, formula)
        lines = stream.getvalue().splitlines()[1:]
        assert not [cell for line in lines for cell in line.split(",") if cell.strip('"')[:1] in tuple("=+-@\t＝")]


class TestNames:
    """Names that are no text, or that move a terminal's cursor."""

    BROKEN = "Ren\udce9 \x1b[2J\x07.wav"

    def test_a_name_that_is_no_utf8_is_stored_and_found_again(self, store):
        """Messages and failures of such a file are saved, come back under the same name, and can be forgotten."""
        store.save(scored(Message(self.BROKEN, rep="Tom")))
        store.save_failure(Failure("calls/\udcff.wav", "\udcff.wav", "decode", "NotAudio", "calls/\udcff.wav is no audio."))
        assert {one.source for one in store.analyses()} == {"/calls/tom.wav", os.path.abspath(self.BROKEN)}
        assert {row.file_name for row in store.page().rows} == {"tom.wav", self.BROKEN.replace("\udce9", "?")}
        assert [failure.source for failure in store.failures()] == [os.path.abspath("calls/\udcff.wav")]
        found = find_messages(store, files=[self.BROKEN])
        assert len(found) == 1
        assert forget(store, found).messages == 1
        assert {one.source for one in store.analyses()} == {"/calls/tom.wav"}

    def test_such_a_file_does_not_stop_a_batch(self, tmp_path):
        """A folder with such a name is worked through: the file that is no sound is a failure with its name in the JSON."""
        folder = tmp_path / "calls"
        folder.mkdir()
        try:
            (folder / self.BROKEN).write_text("not a sound")
        except (OSError, UnicodeError):
            pytest.skip("this file system takes only UTF-8 names")
        (folder / "b.wav").write_text("not a sound either")
        db, made = str(tmp_path / "b.sqlite"), tmp_path / "made.jsonl"
        result = CliRunner().invoke(cli, ["--db", db, "batch", str(folder), "--jsonl", str(made)], standalone_mode=False)
        if isinstance(result.exception, VmaudioError) and "weights" in str(result.exception).lower():
            pytest.skip("no recogniser on this machine")
        lines = [json.loads(line) for line in made.read_text("utf-8").splitlines()]
        assert {line["error"] for line in lines} == {"NotAudio"}, result.output
        assert {line["file_name"] for line in lines} == {self.BROKEN, "b.wav"}
        assert "\x1b" not in result.output

    def test_nothing_moves_the_cursor(self, store, tmp_path, capsys):
        """Control characters in names and cells are shown as a stand-in by every command that prints for people."""
        from vmaudio.cli.common import err, out, plain

        evil = "a\x1b]0;owned\x07\x1b[31m\x9b2J\rb\x00\ud800"
        for console in (out(), err()):
            console.print(evil, markup=False)
            console.print(f"[bold]x[/bold] {MARKUP}")
        shown = capsys.readouterr()
        for text in (shown.out, shown.err, plain(evil)):
            assert not set(text) & set("\x1b\x07\x9b\r\x00\ud800")
        assert plain("line\n\ttab é 漢") == "line\n\ttab é 漢"

    def test_a_models_card_is_text(self, tmp_path, monkeypatch):
        """A card with markup and terminal codes is printed as text without the codes."""
        monkeypatch.setattr(
            "vmaudio.classify.model_folder.ModelFolder.card", lambda self: f"# Card\n{MARKUP}\x1b[2J\x07[red]x[/red]\n"
        )
        result = CliRunner().invoke(cli, ["models", "show", "part"])
        assert result.exit_code == 0, result.output
        assert MARKUP in result.output
        assert "[red]x[/red]" in result.output
        assert not set(result.output) & set("\x1b\x07")
