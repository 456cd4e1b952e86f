"""The commands as a user types them: exit codes, what goes to stdout and what to stderr."""

import csv
import dataclasses
import io
import json
import subprocess
import sys
import time

import pytest

import vmaudio
from tests.lines import write_voice
from vmaudio.store.store import open_store
from vmaudio.testing import FakeTranscriber
from vmaudio.transcribe.tuning import best_dtype

pytestmark = pytest.mark.usefixtures("fake")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "tom.wav"
    write_voice(path, 15.0)
    return path


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "calls"
    path.mkdir()
    for i in range(3):
        write_voice(path / f"{i}.wav", 3.0, seed=i)
    (path / "broken.wav").write_text("not sound at all")
    (path / "notes.txt").write_text("left out")
    return path


class TestCheck:
    def test_a_scorecard(self, run, file):
        """A check prints the verdict, what to change with its second, the words, and the measures; nothing is kept."""
        result = run("check", file, "--prospect", "Dana Whitfield")
        assert result.code == 0
        for words in ("of 100 points", "things to change", "Transcript", "words per minute", "303-555-0126", "✗"):
            assert words in result.out
        assert not (file.parent / "cli.sqlite").exists()

    def test_json_for_every_path(self, run, file):
        """--json prints one object per path, in order: an analysis or a failure, also for the same file twice."""
        copy = file.with_name("copy.wav")
        copy.write_bytes(file.read_bytes())
        result = run("check", "--json", file, "gone.wav", copy, file)
        assert result.code == 1
        assert [row["file_name"] for row in result.json] == ["tom.wav", "gone.wav", "copy.wav", "tom.wav"]
        assert result.json[1]["error"] == "SourceMissing"
        assert result.json[0]["recording_id"] == result.json[2]["recording_id"]
        assert result.json[0]["score"]["checks"]

    def test_options_are_the_messages_context(self, run, file):
        """--rep, --prospect, --caller-id and --notes reach the checks."""
        args = ("--rep", "Tom", "--prospect", "Dana Whitfield", "--caller-id", "303-555-0126", "--notes", "lease ends in May")
        (row,) = run("check", "--json", file, *args).json
        verdicts = {check["id"]: check["verdict"] for check in row["score"]["checks"]}
        assert {verdicts[name] for name in ("callee_matches", "number_is_caller_id", "personal")} == {"pass"}

    def test_a_manifest_is_the_messages_context(self, run, file, tmp_path):
        """--manifest gives the context of its row for the file."""
        (tmp_path / "m.csv").write_text("file,rep,prospect_name\ntom.wav,Tom,Robert Low\n")
        (row,) = run("check", "--json", file, "--manifest", tmp_path / "m.csv").json
        verdicts = {check["id"]: check["verdict"] for check in row["score"]["checks"]}
        assert (row["message"]["rep"], verdicts["callee_matches"]) == ("Tom", "fail")

    def test_save(self, run, file, tmp_path):
        """--save keeps the result."""
        run("check", file, "--save")
        assert open_store(str(tmp_path / "cli.sqlite")).count() == 1

    def test_a_failure_is_a_sentence(self, run, tmp_path):
        """A file that cannot be used is a sentence on stderr and exit code 1, not a traceback."""
        result = run("check", tmp_path / "gone.wav")
        assert (result.code, result.out) == (1, "")
        assert "gone.wav" in result.err
        assert "Traceback" not in result.err

    def test_a_bad_rubric_is_named_with_its_line(self, run, file, tmp_path):
        """A rubric with a fault is refused with file, line and cause."""
        (tmp_path / "mine.toml").write_text('[[check]]\nid = "a"\ntest = "charm"\nweight = 1\ntip = "Smile."\n')
        result = run("check", file, "--rubric", tmp_path / "mine.toml")
        assert result.code == 1
        assert "mine.toml, line 3: there is no test 'charm'" in result.err

    def test_markup_in_a_name_is_text(self, run, tmp_path):
        """A file name that looks like markup is printed as it is."""
        path = tmp_path / "[red]x[bold].wav"
        write_voice(path)
        assert "[red]x[bold].wav" in run("check", path).out


class TestBatch:
    def test_a_folder(self, run, folder):
        """A folder is analysed; the bad file is named on stderr; a second run does nothing twice."""
        first = run("batch", folder)
        assert (first.code, first.out) == (1, "")
        assert "3 analysed, 0 stored already" in first.err
        assert "broken.wav" in first.err
        (folder / "broken.wav").unlink()
        second = run("batch", folder)
        assert second.code == 0
        assert "0 analysed, 3 stored already" in second.err

    def test_json_lines(self, run, folder, tmp_path):
        """--jsonl writes one object per path, to a file or to stdout, also for what was stored."""
        target = tmp_path / "out.jsonl"
        run("batch", folder, "--jsonl", target)
        assert len(target.read_text().splitlines()) == 4
        rows = run("batch", folder, "--jsonl", "-").json
        assert sorted(row["file_name"] for row in rows) == ["0.wav", "1.wav", "2.wav", "broken.wav"]

    def test_a_manifest(self, run, folder):
        """--manifest alone analyses its rows, with their context; one file for two prospects is two messages."""
        manifest = folder / "m.csv"
        manifest.write_text("file,rep,prospect\n0.wav,Ann,p1\n0.wav,Ann,p2\n1.wav,Bo,p3\n")
        result = run("batch", "--manifest", manifest, "--jsonl", "-")
        assert result.code == 0
        assert sorted((row["file_name"], row["message"]["prospect"]) for row in result.json) == [
            ("0.wav", "p1"), ("0.wav", "p2"), ("1.wav", "p3"),
        ]  # fmt: skip

    def test_patterns(self, run, folder):
        """A pattern that the shell did not expand is expanded."""
        assert "2 analysed" in run("batch", f"{folder}/[01].wav").err

    def test_wrong_usage(self, run, tmp_path):
        """Nothing to do is wrong usage: exit code 2."""
        assert run("batch").code == 2
        assert run("batch", tmp_path / "empty*").code == 2
        assert run("batch", ".", "--workers", "0").code == 2

    def test_a_log_shows_that_it_moves(self, run, folder, fake, monkeypatch):
        """Without a terminal a line of progress comes every minute, also while nothing is finished."""
        monkeypatch.setattr("vmaudio.cli.progress.LINE_S", 0.02)
        words, waiting = fake.transcribe_many, [0.3]

        def slow(*args):
            time.sleep(waiting.pop() if waiting else 0.0)
            return words(*args)

        monkeypatch.setattr(fake, "transcribe_many", slow)
        told = run("batch", folder).err
        assert "0 of 4 messages, 0 s of audio." in told or "1 of 4 messages, 0 s of audio." in told

    def test_quiet(self, run, folder):
        """-q prints neither progress nor summary."""
        assert run("-q", "batch", folder).err == ""


def test_rescore(run, folder, tmp_path):
    """A new rubric changes the scores of the store without opening a recording."""
    run("batch", folder)
    for file in folder.glob("?.wav"):
        file.unlink()
    (tmp_path / "mine.toml").write_text(
        'id = "mine"\n[[check]]\nid = "a"\ntest = "number_complete"\nweight = 1\ntip = "Say it."\n'
    )
    result = run("rescore", "--rubric", tmp_path / "mine.toml")
    assert result.code == 0
    assert "3 messages scored by mine@" in result.err
    assert {made.score.points for made in open_store(str(tmp_path / "cli.sqlite")).analyses()} <= {0.0, 100.0}


def test_report_as_csv(run, folder):
    """The report on stdout is CSV with one row per message."""
    run("batch", folder)
    result = run("report")
    rows = list(csv.DictReader(io.StringIO(result.out)))
    assert result.code == 0
    assert len(rows) == 3
    assert {"file_name", "points", "speaking_rate_wpm"} <= set(rows[0])


def test_models(run):
    """models list names the shipped models with their baseline, models show prints the card."""
    listed = run("models", "list")
    assert listed.code == 0
    for name in ("part/", "approach/", "tone/"):
        assert name in listed.out
    card = run("models", "show", "approach")
    assert "majority" in card.out.lower()
    assert run("models", "show", "charm").code == 1


def test_db(run, folder, tmp_path):
    """db path and db info say where the database is and what is in it."""
    run("batch", folder)
    assert run("db", "path").out.strip() == str(tmp_path / "cli.sqlite")
    (found,) = run("db", "info", "--json").json
    assert found["rows"]["messages"] == 3
    assert run("db", "upgrade").code == 0


def test_forget_and_purge(run, folder, tmp_path):
    """forget removes a rep's messages from every table and from the file; purge removes what is old."""
    (folder / "m.csv").write_text("file,rep,sent_at\n0.wav,Ann,2020-01-01\n1.wav,Bo,2020-01-01\n2.wav,Bo,2099-01-01\n")
    run("batch", "--manifest", folder / "m.csv")
    assert run("forget", "--rep", "Ann", "--yes").code == 0
    store = open_store(str(tmp_path / "cli.sqlite"))
    assert {made.message.rep for made in store.analyses()} == {"Bo"}
    assert run("purge", "--older-than", "90d", "--yes").code == 0
    assert [made.file_name for made in store.analyses()] == ["2.wav"]
    assert run("forget", "2.wav", "--yes").code == 0
    assert all(count == 0 for name, count in store.info()["rows"].items() if name != "runs")
    store.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("cli.sqlite*"))
    assert b"Main Street" not in raw
    assert run("forget", "--rep", "Ann", "--prospect", "x").code == 2
    assert run("purge", "--older-than", "soon", "--yes").code == 2


def test_labels(run, folder, tmp_path):
    """labels export, import and status work on one another's files."""
    run("batch", folder)
    assert run("labels", "export", "-o", tmp_path / "l.csv").code == 0
    rows = list(csv.DictReader(io.StringIO((tmp_path / "l.csv").read_text())))
    for row in rows:
        row["part"] = row["guess"]
    with (tmp_path / "l.csv").open("w", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    assert f"{len(rows)} labels of 3 messages" in run("labels", "import", tmp_path / "l.csv", "--annotator", "Ann").err
    assert "part: " in run("labels", "status").out


def test_doctor_tunes(run, file, monkeypatch, tmp_path):
    """doctor --tune times each engine and number type, keeps the figures with the processor's name, and doctor shows them."""
    monkeypatch.setenv("VMAUDIO_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("VMAUDIO_ENGINE", "openai-whisper:tiny.en")
    monkeypatch.setattr("vmaudio.analysis.doctor.comparable_engines", lambda: ["openai-whisper:tiny.en"])
    asked = []

    def made(name, **options):
        asked.append(options["dtype"])
        return FakeTranscriber()

    monkeypatch.setattr("vmaudio.transcribe.get_transcriber", made)
    assert "measured here nothing" in " ".join(run("doctor").out.split())
    rows = run("doctor", "--tune", file, "--json").json
    assert [row["dtype"] for row in rows] == asked == ["bfloat16", "float32"]
    told = run("doctor").out
    for row in rows:
        assert (
            f"openai-whisper:tiny.en in {row['dtype']}: transcribes {row['audio_s_per_s']:.0f} times as fast as it is" in told
        )
    best = max(rows, key=lambda row: row["audio_s_per_s"])
    assert best_dtype("cpu", "tiny.en", tmp_path / "cache") == best["dtype"]


def test_doctor(run):
    """doctor says what is here, and lists the questions that a rubric may ask."""
    result = run("doctor")
    assert "Python" in result.out
    assert "number_slow" in run("doctor", "--rubric-tests").out


@pytest.fixture
def older(run, file, tmp_path):
    """The database is one of an older vmaudio."""
    run("check", file, "--save")
    with open_store(str(tmp_path / "cli.sqlite")) as store, store.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")


@pytest.mark.usefixtures("older")
def test_tables_of_an_older_version(run, file, monkeypatch, tmp_path):
    """doctor names the version and the cure; a check goes on without the store unless it saves; wrong options come first."""
    before = (tmp_path / "cli.sqlite").read_bytes()
    told = run("doctor")
    assert told.code == 1
    said = " ".join(told.out.split())
    assert "✗ database" in said
    assert "(0003)" in said
    assert "db upgrade" in said
    assert "Everything that a check needs" not in said
    found = run("check", file, "--rep", "Tom")
    assert (found.code, "of 100 points" in found.out) == (0, True)
    assert len(found.err.strip().splitlines()) == 1
    assert "older version (0003)" in found.err
    assert run("check", file).err == ""  # without a rep there is no baseline that could be missed
    saving = run("check", file, "--save")
    assert (saving.code, saving.out) == (1, "")
    assert "older version (0003)" in saving.err
    assert "older version" not in run("check", tmp_path / "gone.wav", "--save").err
    assert (tmp_path / "cli.sqlite").read_bytes() == before
    monkeypatch.undo()
    monkeypatch.setenv("VMAUDIO_DB", str(tmp_path / "cli.sqlite"))
    monkeypatch.setenv("VMAUDIO_ENGINE", "foo")
    assert "foo" in run("check", file, "--save").err


def test_an_unknown_command_is_wrong_usage(run):
    """A command that is not there is exit code 2, with the nearest one."""
    result = run("chek")
    assert result.code == 2
    assert "Did you mean 'check'?" in result.err
    assert "There is no command 'duplicates'. Did you mean 'repeats'?" in run("duplicates").err


def test_the_recogniser_is_an_engine(run, folder):
    """--model is wrong usage, and --engine is suggested where a command has it."""
    result = run("batch", folder, "--model", "tiny.en")
    assert result.code == 2
    assert "--engine" in result.err
    assert "--engine" not in run("repeats", "--model", "tiny.en").err


def test_help_and_version_need_no_models():
    """--help and --version answer in a process of their own, with exit code 0."""
    for args, words in ((["--help"], "A first session"), (["--version"], vmaudio.__version__)):
        done = subprocess.run([sys.executable, "-m", "vmaudio", *args], capture_output=True, text=True, check=True)
        assert words in done.stdout
        assert done.stderr == ""


def test_a_bug_keeps_its_traceback(run, monkeypatch):
    """What is not expected is our bug: it is not dressed up as the user's."""
    from vmaudio.cli.root import main

    def broken(*args, **kwargs):
        raise KeyError("oops")

    monkeypatch.setattr("vmaudio.cli.common.App.store", broken)
    monkeypatch.setattr(sys, "argv", ["vmaudio", "db", "info"])
    with pytest.raises(KeyError, match="oops"):
        main()


def test_verbatim_reaches_the_recogniser(fake, run, tmp_path, monkeypatch):
    """`check --verbatim` and VMAUDIO_VERBATIM ask the recogniser to write um and uh down; without them it does as usual."""
    given = []
    monkeypatch.setattr(
        "vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: given.append(options["verbatim"]) or fake
    )
    path = tmp_path / "tom.wav"
    write_voice(path, 4.0)
    run("check", path, "--json")
    run("check", path, "--json", "--verbatim")
    monkeypatch.setenv("VMAUDIO_VERBATIM", "yes")
    run("check", path, "--json")
    assert given == [False, True, True]


def test_redo_alone_and_with_stale(fake, run, tmp_path):
    """`--redo FOLDER` measures all again, `--redo stale FOLDER` what is older; batch says how many are."""
    folder = tmp_path / "calls"
    folder.mkdir()
    write_voice(folder / "a.wav", 3.0, seed=1)
    write_voice(folder / "b.wav", 3.0, seed=2)
    assert run("batch", folder).code == 0
    store = open_store(str(tmp_path / "cli.sqlite"))
    made = next(store.analyses())
    store.save(dataclasses.replace(made, provenance=dataclasses.replace(made.provenance, measure_versions={})))
    store.close()
    assert "1 message measured by an older version" in run("db", "info").out
    told = run("batch", folder).err
    assert "2 stored already" in told
    assert "1 of the stored results was measured by an older version" in " ".join(told.split())
    assert "1 analysed, 1 stored already" in run("batch", "--redo", "stale", folder).err
    assert "0 analysed, 2 stored already" in run("batch", folder, "--redo", "stale").err
    assert "2 analysed, 0 stored already" in run("batch", "--redo", folder).err
    assert "2 analysed, 0 stored already" in run("batch", folder, "--redo").err
    assert "older version" not in run("db", "info").out


def test_a_missing_file_is_told_before_anything_is_loaded(tmp_path):
    """Neither the recogniser nor numpy: the sentence comes in a third of a second."""
    code = """
import sys
from vmaudio.cli.root import main
try:
    main()
finally:
    print([name for name in ("torch", "numpy", "av", "sqlalchemy") if name in sys.modules], file=sys.stderr)
"""
    gone = tmp_path / "gone.wav"
    command = [sys.executable, "-c", code, "check", str(gone), str(tmp_path), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert [json.loads(line)["error"] for line in done.stdout.splitlines()] == ["SourceMissing", "SourceNotAFile"]
    assert done.stderr.strip() == "[]"


def test_batch_over_paths_that_lead_nowhere_loads_no_recogniser(run, tmp_path, monkeypatch):
    """Each is a failure in the store and in the lines, as it is beside files that are there."""
    gone = [tmp_path / "gone.wav", tmp_path / "there.wav"]
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: pytest.fail("it was loaded"))
    first = run("batch", *gone, "--jsonl", "-")
    assert (first.code, [line["error"] for line in first.json]) == (1, ["SourceMissing", "SourceMissing"])
    assert "0 analysed, 0 stored already and scored again, 2 failed" in first.err
    monkeypatch.setattr("vmaudio.analysis.analyzer.get_transcriber", lambda name, **options: FakeTranscriber())
    write_voice(gone[1], 5.0)
    again = run("batch", *gone, "--jsonl", "-")
    assert sorted(line.get("error", "") for line in again.json) == ["", "SourceMissing"]
    assert next(line for line in again.json if "error" in line) == first.json[0]
