"""outcomes, compare, repeats and models train callback, as they are typed."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import hashlib
import io
import json
import random
import shlex
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

import vmaudio
from vmaudio.cli.compare_text import show
from vmaudio.cli.root import cli, main
from vmaudio.errors import SettingError, TableError, TrainingError
from vmaudio.experiments.comparison import compare
from vmaudio.experiments.sequential import Monitored
from vmaudio.records import Message, Observation, Outcome


def run(*args: object, **more: Any) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], catch_exceptions=False, **more)


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """The trainer's 27 of 133 against 14 of 133, over five reps."""
    listed, outcomes = tmp_path / "m.csv", tmp_path / "o.csv"
    with listed.open("w", newline="") as m, outcomes.open("w", newline="") as o:
        writer, results = csv.writer(m), csv.writer(o)
        writer.writerow(["file", "rep", "prospect", "sent_at", "script"])
        results.writerow(["file", "callback"])
        for i in range(266):
            arm, k = ("curiosity", "pitch")[i // 133], i % 133
            writer.writerow([f"v{i}.wav", f"rep{i % 5}", f"p{i}", f"2026-03-{1 + i % 28:02d}T10:00:00", arm])
            results.writerow([f"v{i}.wav", int(k * 8 % 133 < (27, 14)[i // 133])])
    return listed, outcomes


def test_compare_straight_from_files(files: tuple[Path, Path], tmp_path: Path) -> None:
    """No recordings and no store are needed, none is made, and stdout holds one JSON object."""
    listed, outcomes = files
    done = run("--db", tmp_path / "none.sqlite", "compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script",
               "--outcome", "callback", "--json")  # fmt: skip
    found = json.loads(done.stdout)
    assert [(arm["arm"], arm["n"], arm["events"]) for arm in found["arms"]] == [("curiosity", 133, 27), ("pitch", 133, 14)]
    assert found["pairs"][0]["adjusted"]["reason"] is None
    assert not (tmp_path / "none.sqlite").exists()


def check_contract(found: dict[str, Any]) -> None:
    """Names, types and ranges that other programs rely on."""
    for arm in found["arms"]:
        assert isinstance(arm["arm"], str)
        assert isinstance(arm["n"], int)
        assert isinstance(arm["events"], int)
        assert 0 <= arm["low"] <= arm["rate"] <= arm["high"] <= 1
    for pair in found["pairs"]:
        assert {pair["a"], pair["b"]} <= {arm["arm"] for arm in found["arms"]}
        assert -1 <= pair["low"] <= pair["difference"] <= pair["high"] <= 1
        assert 0 <= pair["p_value"] <= pair["p_adjusted"] <= 1
        assert 0 <= pair["prob_a_better"] <= 1
        assert pair["n_more_per_arm"] is None or (isinstance(pair["n_more_per_arm"], int) and pair["n_more_per_arm"] >= 0)
        assert isinstance(pair["test"], str)
        by_rep, inner = pair["clustered"], pair["adjusted"]
        assert isinstance(by_rep["n_reps"], int)
        assert (by_rep["low"] is None) == (by_rep["reason"] is not None)
        if by_rep["low"] is not None:
            assert -1 <= by_rep["low"] <= by_rep["high"] <= 1
            assert 0 <= by_rep["icc"] <= 1 <= by_rep["design_effect"]
        assert (inner["difference"] is None) == isinstance(inner["reason"], str)
        if inner["difference"] is not None:
            assert inner["low"] <= inner["difference"] <= inner["high"]
    for warned in found["warnings"]:
        assert isinstance(warned["kind"], str)
        assert warned["sentence"].endswith((".", "?", "!"))


def test_store_and_files_say_the_same(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The comparison from the store is that from files, and both keep the contract."""
    listed, outcomes = files
    db = ("--db", tmp_path / "vm.sqlite")
    run(*db, "outcomes", "import", outcomes, "--manifest", listed)
    args = ("compare", "--by", "script", "--outcome", "callback", "--json")
    stored = json.loads(run(*db, *args).stdout)
    straight = json.loads(run(*args, "--manifest", listed, "--outcomes", outcomes).stdout)
    for found in (stored, straight):
        check_contract(found)
    assert stored["arms"] == straight["arms"]
    assert stored["pairs"] == straight["pairs"]
    for by in ("rep", "prospect_group", "points"):
        done = CliRunner().invoke(cli, ["--db", str(db[1]), "compare", "--by", by, "--json"])
        if by == "rep":
            check_contract(json.loads(done.stdout))
        else:
            assert isinstance(done.exception, SettingError)


def test_one_great_rep_is_named_in_the_json(tmp_path: Path) -> None:
    """One great rep alone uses a script: confounded is named with its size, and no sentence says that the script is better."""
    listed, outcomes = tmp_path / "m.csv", tmp_path / "o.csv"
    with listed.open("w", newline="") as m, outcomes.open("w", newline="") as o:
        m.write("file,rep,prospect,sent_at,script\n")
        o.write("file,callback\n")
        for i in range(600):
            great = i % 6 == 0
            m.write(f"v{i}.wav,rep{i % 6},p{i},2026-03-{1 + i % 28:02d}T10:00:00,{'new' if great else 'old'}\n")
            o.write(f"v{i}.wav,{int(i % 18 == 0 if great else i % 13 == 0)}\n")
    found = json.loads(run("compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script", "--json").stdout)
    check_contract(found)
    (pair,) = found["pairs"]
    assert pair["p_value"] < 0.001
    assert pair["adjusted"]["difference"] is None
    assert "no rep used both" in pair["adjusted"]["reason"]
    assert pair["verdict_kind"] == "confounded"
    assert "higher" not in found["verdict"]
    (named,) = [warned for warned in found["warnings"] if warned["kind"] == "confounded"]
    assert named["covariate"] == "rep"
    assert named["smd"] > 1


def test_options_that_decide_what_counts(tmp_path: Path) -> None:
    """--missing-is, --window and --as-of change n and events as they say, and warnings count what is left out."""
    listed, outcomes = tmp_path / "m.csv", tmp_path / "o.csv"
    sent = [f"2026-03-{day:02d}T10:00:00" for day in range(1, 29)]
    with listed.open("w") as m:
        m.write("file,rep,prospect,sent_at,script\n")
        m.writelines(f"v{i}.wav,ann,p{i},{at},{'ab'[i % 2]}\n" for i, at in enumerate(sent))
    outcomes.write_text("file,callback,callback_at\nv0.wav,1,2026-03-02\nv1.wav,1,2026-03-20\nv2.wav,0,\n")
    base = ("compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script", "--json")

    def counted(*more: str) -> tuple[int, int, dict[str, Any]]:
        found = json.loads(run(*base, *more).stdout)
        kinds = {warned["kind"]: warned.get("count") for warned in found["warnings"]}
        return sum(arm["n"] for arm in found["arms"]), sum(arm["events"] for arm in found["arms"]), kinds

    n, events, kinds = counted()
    assert (n, events, kinds["unknown_outcome"], kinds["late_callbacks"]) == (3, 1, 25, 1)
    n, events, kinds = counted("--missing-is", "0", "--as-of", "2026-03-28")
    assert (n, events, kinds["young_messages"], kinds["missing_as_no"]) == (21, 1, 7, 25)
    n, events, kinds = counted("--missing-is", "0", "--window", "30d", "--as-of", "2026-05-31")
    assert (n, events) == (28, 2)
    n, events, kinds = counted("--missing-is", "0", "--window", "none", "--as-of", "2026-03-10")
    assert (n, events, kinds["late_callbacks"], kinds["not_sent"]) == (10, 1, 1, 18)  # ten were sent by the end of 10 March
    (pair,) = json.loads(run(*base, "--missing-is", "0").stdout)["pairs"]
    assert pair["verdict"].startswith("Not enough data")
    assert pair["verdict_kind"] == "not_enough"


def test_provenance_says_from_what_and_how(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The JSON has version, command, time, settings and hashes; other data have another hash, the same data the same."""
    listed, outcomes = files
    args = ("compare", "--by", "script", "--window", "14d", "--monitor", "--json")
    made = json.loads(run(*args, "--manifest", listed, "--outcomes", outcomes).stdout)["provenance"]
    assert made["vmaudio_version"] == vmaudio.__version__
    files_given = f"--manifest {shlex.quote(str(listed))} --outcomes {shlex.quote(str(outcomes))}"
    assert made["command"] == f"vmaudio compare --by script {files_given} --window 14d --monitor --json"
    moment = datetime.datetime.fromisoformat(made["created_utc"])
    assert abs((datetime.datetime.now(datetime.UTC) - moment).total_seconds()) < 600
    assert {one["what"]: one["sha256"] for one in made["inputs"]} == {
        "manifest": hashlib.sha256(listed.read_bytes()).hexdigest(),
        "outcomes": hashlib.sha256(outcomes.read_bytes()).hexdigest(),
    }
    assert (made["settings"]["window"], made["settings"]["missing_is"]) == ("14d", "unknown")
    assert made["settings"]["thresholds"]["alpha"] == 0.05
    db = ("--db", tmp_path / "vm.sqlite")
    run(*db, "outcomes", "import", outcomes, "--manifest", listed)
    stored = [json.loads(run(*db, *args).stdout)["provenance"] for _ in range(2)]
    assert stored[0]["inputs"] == stored[1]["inputs"]
    assert stored[0]["inputs"][0]["records"] == 266
    assert "vm.sqlite" not in json.dumps(stored[0])
    outcomes.write_text(outcomes.read_text().replace("v0.wav,1", "v0.wav,0"))
    run(*db, "outcomes", "import", outcomes)
    assert json.loads(run(*db, *args).stdout)["provenance"]["inputs"] != stored[0]["inputs"]


def test_exit_codes(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """0 for an answer, 1 with a sentence for an expected error, 2 for wrong usage."""
    listed, outcomes = files
    monkeypatch.setenv("VMAUDIO_DB", str(tmp_path / "none.sqlite"))
    given = ["--manifest", str(listed), "--outcomes", str(outcomes)]
    for code, args in ((0, [*given, "--by", "script", "--json"]), (1, [*given, "--by", "colour"]), (1, ["--by", "script"]),
                       (2, ["--by", "script", "--manifest", str(listed)])):  # fmt: skip
        monkeypatch.setattr(sys, "argv", ["vmaudio", "compare", *args])
        with pytest.raises(SystemExit) as caught:
            main()
        assert int(caught.value.code or 0) == code
        said = capsys.readouterr()
        assert bool(said.err.strip()) == (code != 0)
        assert bool(said.out.strip()) == (code == 0)


def test_what_is_still_needed_is_said_where_the_rates_alone_are_too_close(tmp_path: Path) -> None:
    """Two reps, each with a clear difference; both together have nearly the same rates, as the better one uses b more."""
    cells = (("Ann", "a", 100, 60), ("Ann", "b", 300, 126), ("Bob", "a", 300, 75), ("Bob", "b", 100, 10))
    rows = [(rep, arm, i < hits) for rep, arm, n, hits in cells for i in range(n)]
    listed, outcomes = tmp_path / "m.csv", tmp_path / "o.csv"
    text = [f"{i}.wav,{rep},p{i},{arm}" for i, (rep, arm, _) in enumerate(rows)]
    listed.write_text("\n".join(["file,rep,prospect,script", *text]), "utf-8")
    outcomes.write_text("\n".join(["file,callback", *(f"{i}.wav,{int(hit)}" for i, (*_, hit) in enumerate(rows))]), "utf-8")
    asked = ("compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script")
    (pair,) = json.loads(run(*asked, "--json").stdout)["pairs"]
    assert pair["verdict_kind"] == "a_higher"
    assert pair["n_more_per_arm"] > 10_000
    assert (pair["n_more_deciding"], pair["n_in_all"]) == (0, {"a": 400, "b": 400})
    said = " ".join(run(*asked).stdout.split())
    assert "still needed 0 more messages per arm for 80 % power, compared within reps" in said
    assert "too close" not in said


def test_compare_for_people(files: tuple[Path, Path]) -> None:
    """The text has the verdict, the rates and the prior; with --monitor the verdict is that of the sequence."""
    listed, outcomes = files
    base = ("compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script")
    for text in ("has the higher rate", "20.3 %", "14.3-27.9 %", "Beta(1, 1)", "81 more messages per arm"):
        assert text in run(*base).stdout
    every = run(*base, "--monitor").stdout
    assert "sequential" in every
    assert "has the higher rate" not in every


def test_whether_a_difference_is_shown_is_said_by_the_interval() -> None:
    """Several pairs share the level: a p-value under 0.05 shows nothing while the pair's own interval holds zero."""
    sends = [
        Observation(Message(f"{arm}{i}.wav", script=arm, sent_at="2026-03-01"), Outcome("", callback=i % 3 == 0), points=1.0)
        for arm in "ab"
        for i in range(30)
    ]
    found = compare(sends, "script", window=None, anytime=True)
    (pair,) = found.pairs

    def told(low: float) -> str:
        made = dataclasses.replace(pair, anytime=Monitored(low, 0.2, 30.0, 1 / 30, 20, 0))
        stream = io.StringIO()
        show(dataclasses.replace(found, pairs=(made,)), Console(file=stream, width=200))
        return stream.getvalue()

    assert "no difference is shown yet" in told(-0.01)
    assert ": a difference is shown" in told(0.01)


def test_faults_are_sentences(files: tuple[Path, Path]) -> None:
    """A faulty outcome file, an unknown column and a lone manifest say what to do."""
    listed, outcomes = files
    with outcomes.open("a") as stream:
        stream.write("v1.wav,perhaps\n")
    with pytest.raises(TableError, match="line 268"):
        run("compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script")
    assert run("compare", "--manifest", listed, "--by", "script").exit_code == 2
    assert run("compare").exit_code == 2


def test_unknown_columns_are_refused(files: tuple[Path, Path]) -> None:
    """A column that is not there is named, with those that are."""
    with pytest.raises(SettingError, match="Columns: script, rep, prospect"):
        run("compare", "--manifest", files[0], "--outcomes", files[1], "--by", "colour")


def test_import_status_compare_repeats(files: tuple[Path, Path], tmp_path: Path) -> None:
    """The way through the store: import twice, look at the funnel, compare, look for repeats."""
    listed, outcomes = files
    db = ("--db", tmp_path / "vm.sqlite")
    first = json.loads(run(*db, "outcomes", "import", outcomes, "--manifest", listed, "--as-of", "2026-05-01", "--json").stdout)
    assert (first["lines"], first["matched"], first["added"], first["new_messages"]) == (266, 266, 266, 266)
    again = json.loads(run(*db, "outcomes", "import", outcomes, "--json").stdout)
    assert (again["added"], again["changed"], again["same"]) == (0, 0, 266)
    status = json.loads(run(*db, "outcomes", "status", "--json").stdout)
    assert status["outcomes"]["callback"]["events"] == 41
    assert "callback" in run(*db, "outcomes", "status").stdout
    assert json.loads(run(*db, "compare", "--by", "script", "--json").stdout)["arms"][0]["events"] == 27
    assert json.loads(run(*db, "repeats", "--json").stdout) == {"messages": 0, "groups": []}


@pytest.mark.parametrize("width", [60, 80, 86, 120])
def test_a_narrow_terminal_cuts_no_number(width: int) -> None:
    """Columns are left out, and said to be, before an end of an interval is; the interval that decides stays."""
    sends = [
        Observation(
            Message(f"{arm}{i}.wav", script=arm, rep=f"r{i % 4}", sent_at="2026-03-01"), Outcome("", callback=i % 7 < k)
        )
        for k, arm in enumerate("ab", 1)
        for i in range(150)
    ]
    found = compare(sends, "script", window=None, anytime=True)
    stream = io.StringIO()
    show(found, Console(file=stream, width=width))
    said = stream.getvalue()
    assert "…" not in said
    assert ("without 95 % interval" in said) == (width < 86)
    for arm in found.arms:
        assert arm.anytime is not None
        low, high = arm.anytime
        assert f"{100 * low:.1f}-{100 * high:.1f} %" in said
        assert f"{100 * (arm.rate or 0):.1f} %" in said


def test_plan_and_back(tmp_path: Path, files: tuple[Path, Path]) -> None:
    """A plan is written the same way twice, and read back for an intention-to-treat comparison."""
    listed, outcomes = files
    prospects = tmp_path / "p.csv"
    prospects.write_text("prospect,rep\n" + "".join(f"p{i},rep{i % 5}\n" for i in range(266)))
    args = ("compare", "plan", "--arms", "curiosity,pitch", "--by-rep", "--prospects", prospects)
    assert run(*args).stdout == run(*args).stdout
    done = run(*args, "-o", tmp_path / "plan.csv")
    assert "Plan p" in done.stderr
    found = json.loads(
        run("compare", "--plan", tmp_path / "plan.csv", "--manifest", listed, "--outcomes", outcomes, "--json").stdout
    )
    assert sum(arm["n"] for arm in found["arms"]) == 266
    assert "not_as_planned" in {warned["kind"] for warned in found["warnings"]}


def test_a_saved_plan_is_read_back_by_its_id(tmp_path: Path, files: tuple[Path, Path]) -> None:
    """A plan in the store gives the same comparison as its file, arms balanced in each rep; an unknown id lists the known."""
    listed, outcomes = files
    prospects, db = tmp_path / "p.csv", ("--db", tmp_path / "vm.sqlite")
    prospects.write_text("prospect,rep\n" + "".join(f"p{i},rep{i % 5}\n" for i in range(266)))
    made = run(*db, "compare", "plan", "--arms", "curiosity,pitch", "--by-rep", "--prospects", prospects, "--save",
               "-o", tmp_path / "plan.csv")  # fmt: skip
    plan_id = made.stderr.split()[1].rstrip(":")
    with (tmp_path / "plan.csv").open() as stream:
        counts = Counter((row["rep"], row["arm"]) for row in csv.DictReader(stream))
    assert all(abs(counts[f"rep{r}", "curiosity"] - counts[f"rep{r}", "pitch"]) <= 3 for r in range(5))
    files_given = ("--manifest", listed, "--outcomes", outcomes, "--json")
    by_id = run(*db, "compare", "--plan", plan_id, *files_given).stdout
    assert json.loads(by_id)["arms"] == json.loads(run("compare", "--plan", tmp_path / "plan.csv", *files_given).stdout)["arms"]
    with pytest.raises(TableError, match=f"saved: {plan_id}"):
        run(*db, "compare", "--plan", "p000", *files_given)
    run(*db, "outcomes", "import", outcomes, "--manifest", listed)
    stored = json.loads(run(*db, "compare", "--plan", plan_id, "--json").stdout)
    assert stored["by"] == "plan"
    assert sum(arm["n"] for arm in stored["arms"]) == 266


def test_training_on_too_little_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    """Forty-one callbacks make no model, and the rule is said."""
    table = tmp_path / "t.csv"
    table.write_text("file,rep,prospect,duration_s\n" + "".join(f"v{i}.wav,r,p{i},{i % 30}\n" for i in range(266)))
    with pytest.raises(TrainingError, match="41 messages with and 225 without"):
        run(
            "models",
            "train",
            "callback",
            "--out",
            tmp_path / "m" / "callback" / "1",
            "--features",
            table,
            "--outcomes",
            files[1],
        )


def test_help_needs_no_statistics() -> None:
    """Help on compare loads neither scipy nor SQLAlchemy."""
    code = (
        "import sys; from vmaudio.cli import compare, outcomes, repeats; "
        "sys.exit(bool({'scipy', 'sqlalchemy', 'sklearn', 'statsmodels'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_checks_as_a_coach_reads_them(tmp_path: Path) -> None:
    """``--by checks`` has one line for each check, and says of the planted one alone that passing goes with more."""
    rng = random.Random(3)
    with_verdicts = []
    for i in range(1200):
        verdicts = {name: rng.choice(["pass", "fail"]) for name in ("number_complete", "under_30s", "personal")}
        called = rng.random() < (0.30 if verdicts["number_complete"] == "pass" else 0.10)
        message = Message(f"{i}.wav", rep=f"rep{i % 6}", prospect=f"p{i}", sent_at=f"2026-03-{1 + i % 28:02d}T10:00:00")
        with_verdicts.append(Observation(message, Outcome(message.message_id, callback=called), checks=verdicts))
    for width in (80, 120):
        console = Console(width=width, record=True, file=io.StringIO())
        show(compare(with_verdicts, "checks"), console)
        text = console.export_text()
        lines = {line.split()[0]: line for line in text.splitlines() if line.strip()}
        assert lines["number_complete"].split()[-1] == "more"
        assert lines["under_30s"].split()[-1] == "open"
        assert lines["personal"].split()[-1] == "open"
        assert max(map(len, text.splitlines())) <= width
        assert "…" not in text


def test_training_counts_what_compare_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Missing outcomes, window and day of export decide for training as for comparing; the model goes to the next version."""
    table, outcomes = tmp_path / "t.csv", tmp_path / "o.csv"
    table.write_text(
        "message_id,rep,prospect,sent_at,duration_s\n"
        + "".join(f"m{i},ann,p{i},2026-03-{1 + i:02d}T10:00:00,{20 + i}\n" for i in range(28))
    )
    outcomes.write_text("Message,Returned,Returned at\nm0,yes,2026-03-02\nm1,yes,2026-03-20\n")
    asked: list[tuple[list[Any], Path]] = []

    def refuse(examples: list[Any], folder: Path, **_: Any) -> None:
        asked.append((examples, folder))
        raise TrainingError("stop")

    monkeypatch.setattr("vmaudio.training.train_callback", refuse)
    command = ("--models-dir", tmp_path / "models", "models", "train", "callback", "--features", table, "--outcomes", outcomes,
               "--map", "message_id=Message,callback=Returned,callback_at=Returned at")  # fmt: skip
    for more, n, events in (
        ((), 2, 1),
        (("--missing-is", "0", "--as-of", "2026-03-28"), 21, 1),
        (("--missing-is", "0", "--window", "30d", "--as-of", "2026-05-31"), 28, 2),
    ):
        with pytest.raises(TrainingError):
            run(*command, *more)
        examples, folder = asked.pop()
        assert (len(examples), sum(one.called_back for one in examples)) == (n, events)
        assert folder == tmp_path / "models" / "callback" / "1"
    assert run("models", "train", "part").exit_code == 2
