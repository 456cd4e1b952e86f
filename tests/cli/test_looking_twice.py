"""Peeking, plans and adaptive plans, as they are typed."""

from __future__ import annotations

import csv
import json
import random
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from vmaudio.cli.root import cli
from vmaudio.errors import SettingError, TableError


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], catch_exceptions=False)


def tables(folder: Path, n: int, rates: dict[str, float], seed: int = 1, reps: int = 4) -> tuple[Path, Path]:
    """A manifest and an outcome file: reps with levels of their own, scripts by chance, over 60 days."""
    rng = random.Random(seed)
    listed, outcomes = folder / "m.csv", folder / "o.csv"
    with listed.open("w") as m, outcomes.open("w") as o:
        m.write("file,rep,prospect,sent_at,script\n")
        o.write("file,callback\n")
        for i in range(n):
            script, rep = rng.choice(list(rates)), rng.randrange(reps)
            day = 1 + i * 56 // n
            at = f"2026-{3 + day // 29:02d}-{1 + day % 28:02d}T{9 + i % 8:02d}:00:00"
            m.write(f"v{i}.wav,rep{rep},p{i},{at},{script}\n")
            o.write(f"v{i}.wav,{int(rng.random() < rates[script] + 0.03 * rep)}\n")
    return listed, outcomes


def words(*args: object) -> str:
    """What is printed, without the breaks of its lines."""
    return " ".join(run(*args).stdout.split())


def told(*args: object) -> dict[str, Any]:
    return dict(json.loads(run(*args, "--json").stdout))


def test_the_headline_of_monitoring_is_the_sequences(tmp_path: Path) -> None:
    """A difference that the fixed test shows and the sequence does not is no winner with --monitor; a large one is."""
    listed, outcomes = tables(tmp_path, 500, {"new": 0.19, "old": 0.10}, seed=3)
    base = ("--db", tmp_path / "none.sqlite", "compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script")
    fixed, every = told(*base), told(*base, "--monitor")
    assert fixed["pairs"][0]["verdict_kind"] == "a_higher"
    assert "This holds for one look at the data" in fixed["verdict"]
    assert "use --monitor" in words(*base)
    (pair,) = every["pairs"]
    assert (pair["verdict_kind"], pair["deciding"]) == ("not_enough", "at every look")
    assert pair["p_deciding"] == pair["monitor"]["p_value"]
    assert "every look allowed for" in every["verdict"]
    assert "one look" not in every["verdict"]
    assert "rep" in pair["monitor"]["held"]
    listed, outcomes = tables(tmp_path, 1500, {"new": 0.30, "old": 0.10}, seed=3)
    large = told(*base, "--monitor")
    assert large["pairs"][0]["verdict_kind"] == "a_higher"
    assert "within reps, every look allowed for" in large["verdict"]
    assert not (tmp_path / "none.sqlite").exists()


def test_expect_makes_the_interval_narrower_and_needs_monitor(tmp_path: Path) -> None:
    """--expect N tunes the sequence to N messages; alone it is refused."""
    listed, outcomes = tables(tmp_path, 800, {"new": 0.12, "old": 0.10})
    base = ("--db", tmp_path / "none.sqlite", "compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script")

    def width(*more: object) -> float:
        (pair,) = told(*base, "--monitor", *more)["pairs"]
        return float(pair["monitor"]["high"] - pair["monitor"]["low"])

    assert width("--expect", 800) < 0.95 * width()
    with pytest.raises(SettingError, match="--monitor"):
        run(*base, "--expect", 800)


def test_the_great_rep_is_no_winner_under_monitoring(tmp_path: Path) -> None:
    """Where the best rep uses the new script most, neither verdict names it; where she alone does, both refuse."""
    rng = random.Random(5)
    for mostly, kind in ((0.9, "not_enough"), (1.0, "confounded")):
        listed, outcomes = tmp_path / "m.csv", tmp_path / "o.csv"
        with listed.open("w") as m, outcomes.open("w") as o:
            m.write("file,rep,prospect,sent_at,script\n")
            o.write("file,callback\n")
            for i in range(1500):
                great = i % 5 == 0
                new = rng.random() < (mostly if great else 1 - mostly)
                m.write(f"v{i}.wav,rep{i % 5},p{i},2026-03-{1 + i // 60:02d}T10:00:00,{'new' if new else 'old'}\n")
                o.write(f"v{i}.wav,{int(rng.random() < (0.35 if great else 0.08))}\n")
        base = ("--db", tmp_path / "none.sqlite", "compare", "--manifest", listed, "--outcomes", outcomes, "--by", "script")
        (pair,) = told(*base, "--monitor")["pairs"]
        assert pair["p_value"] < 1e-4
        assert pair["verdict_kind"] == kind


def test_looks_are_counted_in_the_store(tmp_path: Path) -> None:
    """The second look is said in words, at new data as a reason for --monitor; another window is another comparison."""
    listed, outcomes = tables(tmp_path, 400, {"new": 0.12, "old": 0.10})
    db = ("--db", tmp_path / "vm.sqlite")
    rows = outcomes.read_text().splitlines()
    outcomes.write_text("\n".join(rows[:200]) + "\n")
    run(*db, "outcomes", "import", outcomes, "--manifest", listed)
    base = (*db, "compare", "--by", "script")
    first = told(*base)
    assert first["looks"] == {"times": 1, "states": 1}
    assert "looked at" not in first["verdict"]
    assert "always at the same messages: that is one look" in words(*base)
    for upto in (300, 401):
        outcomes.write_text("\n".join(rows[:upto]) + "\n")
        run(*db, "outcomes", "import", outcomes)
        seen = told(*base)
    assert seen["looks"] == {"times": 4, "states": 3}
    assert (
        "It was looked at 4 times, at 3 states of the data, and a fixed test is wrong more often then: use --monitor."
        in seen["verdict"]
    )
    assert [one["states"] for one in seen["warnings"] if one["kind"] == "looks"] == [3]
    assert told(*base, "--window", "14d")["looks"]["times"] == 1
    every = told(*base, "--monitor", "--expect", 500)
    assert every["looks"]["times"] == 5
    assert "looks" not in {one["kind"] for one in every["warnings"]}
    changed = told(*base, "--monitor", "--expect", 900)
    assert [one["expected"] for one in changed["warnings"] if one["kind"] == "expect_changed"] == [[500, 900]]


def planned(folder: Path, arms: str, n: int, *more: object) -> Path:
    prospects = folder / "p.csv"
    prospects.write_text("prospect,rep\n" + "".join(f"p{i},rep{i % 4}\n" for i in range(n)))
    run("compare", "plan", "--arms", arms, "--prospects", prospects, *more, "-o", folder / "plan.csv")
    return folder / "plan.csv"


def followed(
    folder: Path, plan: Path, rates: dict[str, float], lost: dict[str, float], crossed: float = 0.0
) -> tuple[Path, Path]:
    """Messages that follow a plan, some lost and some with another script, as manifest and outcome file."""
    rng = random.Random(7)
    listed, outcomes = folder / "m.csv", folder / "o.csv"
    with plan.open() as stream, listed.open("w") as m, outcomes.open("w") as o:
        m.write("file,rep,prospect,sent_at,script\n")
        o.write("file,callback\n")
        for i, row in enumerate(csv.DictReader(stream)):
            if rng.random() < lost.get(row["arm"], 0.0):
                continue
            used = rng.choice([arm for arm in rates if arm != row["arm"]]) if rng.random() < crossed else row["arm"]
            m.write(f"v{i}.wav,{row['rep']},{row['prospect']},2026-03-{1 + i // 60:02d}T{9 + i % 8:02d}:00:00,{used}\n")
            o.write(f"v{i}.wav,{int(rng.random() < rates[used])}\n")
    return listed, outcomes


def test_a_wrong_ratio_names_no_winner(tmp_path: Path) -> None:
    """An arm that loses messages is found, by arm, and no winner is named although the difference is large."""
    plan = planned(tmp_path, "new,old", 1000, "--by-rep")
    rates = {"new": 0.30, "old": 0.10}
    listed, outcomes = followed(tmp_path, plan, rates, {})
    base = ("--db", tmp_path / "none.sqlite", "compare", "--plan", plan, "--manifest", listed, "--outcomes", outcomes)
    fair = told(*base)
    assert not fair["plan"]["sample_ratio"]["fails"]
    assert fair["pairs"][0]["verdict_kind"] == "a_higher"
    assert [arm["counted"] for arm in fair["plan"]["arms"]] == [arm["assigned"] for arm in fair["plan"]["arms"]]
    followed(tmp_path, plan, rates, {"old": 0.35})
    unfair = told(*base)
    assert unfair["plan"]["sample_ratio"]["fails"]
    assert unfair["pairs"][0]["verdict_kind"] == "confounded"
    assert "do not come in the ratio that was assigned" in unfair["verdict"]
    assert "higher" not in unfair["verdict"]
    new, old = unfair["plan"]["arms"]
    assert new["counted"] == new["assigned"]
    assert 0.25 < 1 - old["counted"] / old["assigned"] < 0.45
    (missing,) = [one for one in unfair["warnings"] if one["kind"] == "not_reached"]
    assert missing["by_arm"] == {"old": old["assigned"] - old["reached"]}
    assert "no winner is named" in words(*base)
    assert told(*base, "--monitor")["pairs"][0]["verdict_kind"] == "confounded"


def test_as_assigned_and_as_used_stand_side_by_side(tmp_path: Path) -> None:
    """Where reps leave the plan, both differences are given; the one as assigned is diluted."""
    plan = planned(tmp_path, "new,old", 1500, "--by-rep")
    listed, outcomes = followed(tmp_path, plan, {"new": 0.40, "old": 0.10}, {}, crossed=0.25)
    base = ("--db", tmp_path / "none.sqlite", "compare", "--plan", plan, "--manifest", listed, "--outcomes", outcomes)
    found = told(*base)
    (assigned,), (used,) = found["pairs"], found["plan"]["as_treated"]["pairs"]
    assert 0.08 < assigned["adjusted"]["difference"] < 0.22
    assert 0.25 < used["adjusted"]["difference"] < 0.36
    text = words(*base)
    assert f"within reps: as assigned {100 * assigned['adjusted']['difference']:+.1f}" in text
    assert f"as really used {100 * used['adjusted']['difference']:+.1f}" in text
    assert "outcome known missing" in text


def test_alternation_and_a_no_message_arm(tmp_path: Path) -> None:
    """In turn every rep has each arm once in three prospects; the call list says whether the next dial connects."""
    plan = planned(tmp_path, "pitch,name", 900, "--by-rep", "--no-message", "--assign", "alternate")
    with plan.open() as stream:
        rows = list(csv.DictReader(stream))
    for rep in range(4):
        own = [row["arm"] for row in rows if row["rep"] == f"rep{rep}"]
        assert all(len(set(own[i : i + 3])) == 3 for i in range(0, len(own) - 2, 3))
        assert own[:3] == own[3:6]
    assert {row["arm"] for row in rows} == {"pitch", "name", "no-message"}
    rng, dials = random.Random(2), tmp_path / "d.csv"
    with dials.open("w") as stream:
        stream.write("prospect,rep,sent_at,result\n")
        for i, row in enumerate(rows):
            day = i // 45
            stream.write(f"{row['prospect']},{row['rep']},2026-03-{1 + day:02d}T10:00:00,Left voicemail\n")
            if rng.random() < 0.8:
                picked = rng.random() < (0.45 if row["arm"] == "no-message" else 0.15)
                again = f"{row['prospect']},{row['rep']},2026-03-{4 + day:02d}T10:00:00"
                stream.write(f"{again},{'Connected' if picked else 'No answer'}\n")
    base = ("--db", tmp_path / "none.sqlite", "compare", "--plan", plan, "--dials", dials)
    found = told(*base)
    assert found["outcome"] == "connect"
    verdicts = {(pair["a"], pair["b"]): pair["verdict_kind"] for pair in found["pairs"]}
    assert verdicts == {
        ("name", "no-message"): "b_higher",
        ("name", "pitch"): "not_enough",
        ("no-message", "pitch"): "a_higher",
    }
    (said,) = [one for one in found["warnings"] if one["kind"] == "next_dial"]
    assert said["first_dials"] == {"pitch": 300, "name": 300, "no-message": 300}
    assert sum(arm["n"] for arm in found["arms"]) == sum(said["dialled_again"].values()) < 800
    with dials.open("w") as stream:
        stream.write("prospect,rep,sent_at,result\n")
        for row in rows[:400]:
            for day, said_then in enumerate(("Left voicemail", "No answer" if rng.random() < 0.8 else "Connected"), 1):
                stream.write(f"{row['prospect']},{row['rep']},2026-03-{day:02d}T10:00:00,{said_then}\n")
    text = words(*base)
    assert "dialled in vain" in text
    assert "500 of 900 assigned prospects have no dial yet that reached nobody" in text
    assert "Counted: connect within 7 days of the dial that reached nobody. Intervals" in text
    assert "message" not in text.replace("no-message", "")
    assert run(*base, "--outcome", "sale").exit_code == 2
    assert run("compare", "--by", "script", "--dials", dials).exit_code == 2


def test_an_adaptive_plan_favours_the_better_script_and_is_weighed(tmp_path: Path) -> None:
    """Batches begin evenly, then go to the better script, with a floor; the comparison is weighted, also from the store."""
    rates, plan = {"a": 0.10, "b": 0.12, "c": 0.45}, tmp_path / "plan.csv"
    db = ("--db", tmp_path / "vm.sqlite")
    seen: list[dict[str, Any]] = []
    for batch in range(1, 4):
        new = tmp_path / f"p{batch}.csv"
        new.write_text("prospect,rep\n" + "".join(f"p{batch}-{i},rep{i % 4}\n" for i in range(200)))
        more: tuple[object, ...] = ()
        if batch > 1:
            listed, outcomes = followed(tmp_path, plan, rates, {})
            more = ("--after", plan, "--manifest", listed, "--outcomes", outcomes, "--as-of", "2026-09-01")
        args = (*db, "compare", "plan", "--adaptive", "--arms", "a,b,c", "--prospects", new, *more, "--save", "-o", plan)
        done = run(*args)
        with plan.open() as stream:
            seen = list(csv.DictReader(stream))
        drawn = json.loads(seen[-1]["probabilities"])
        assert sum(drawn.values()) == pytest.approx(1)
        assert min(drawn.values()) >= 0.05
        assert (max(drawn.values()) == pytest.approx(1 / 3)) == (batch == 1)
        assert "drawn with a " in done.stderr
    assert drawn["c"] > 0.6
    assert [row["batch"] for row in seen] == [str(1 + i // 200) for i in range(600)]
    listed, outcomes = followed(tmp_path, plan, rates, {})
    found = told(*db, "compare", "--plan", plan, "--manifest", listed, "--outcomes", outcomes, "--as-of", "2026-09-01")
    by_pair = {(pair["a"], pair["b"]): pair for pair in found["pairs"]}
    assert by_pair["b", "c"]["verdict_kind"] == by_pair["a", "c"]["verdict_kind"] == "b_higher"
    assert by_pair["a", "b"]["verdict_kind"] == "not_enough"
    assert "inverse-probability" in by_pair["a", "c"]["monitor"]["method"]
    assert by_pair["a", "c"]["monitor"]["low"] < -0.35 < by_pair["a", "c"]["monitor"]["high"]
    assert "adaptive" in {one["kind"] for one in found["warnings"]}
    assert (found["pooling"], found["overall_p"], by_pair["a", "b"]["prob_a_better"]) == (None, None, None)
    worth = tmp_path / "values.toml"
    worth.write_text("[values]\ncallback = 10\n")
    text = run("compare", "--plan", plan, "--manifest", listed, "--outcomes", outcomes, "--as-of", "2026-09-01",
               "--values", worth).stdout  # fmt: skip
    said = " ".join(text.split())
    for of_plain_rates in ("is the best", "rank", "pooled", "Test of all arms", "truly better", "score (Pearson", "by rep",
                           "held equal", "still needed", "more message"):  # fmt: skip
        assert of_plain_rates not in said.split("callback by plan")[1].split("as the plan assigned")[0]
    assert said.count("weighted") >= 3
    assert "No expected value: an adaptive plan drew the arms" in said
    plan_id = seen[0]["plan_id"]
    run(*db, "outcomes", "import", outcomes, "--manifest", listed, "--as-of", "2026-09-01")
    stored = told(*db, "compare", "--plan", plan_id)
    assert stored["pairs"][0]["monitor"] == found["pairs"][0]["monitor"]
    with pytest.raises(SettingError, match="in the plan already"):
        run(*db, "compare", "plan", "--adaptive", "--arms", "a,b,c", "--prospects", tmp_path / "p1.csv", "--after", plan_id)
    with pytest.raises(SettingError, match="the plan so far also has 'c'"):
        run(*db, "compare", "plan", "--adaptive", "--arms", "a,b", "--prospects", tmp_path / "p1.csv", "--after", plan_id)
    assert run("compare", "plan", "--adaptive", "--arms", "a,b", "--n", 5).exit_code == 2
    plan.write_text(plan.read_text().replace('""a"": 0.3', '""a"": 0.9', 1))
    with pytest.raises(TableError, match="no probabilities"):
        run(*db, "compare", "--plan", plan)


def test_what_a_plan_would_drop_is_said(tmp_path: Path) -> None:
    """Reps that nothing balances are an error, and an arm without a message is pointed to the call list by whatever option."""
    refused = run("compare", "plan", "--arms", "a,b", "--n", 10, "--reps", "Ann,Bob")
    assert refused.exit_code == 2
    assert "add --by-rep" in refused.stderr
    assert run("compare", "plan", "--arms", "a,b", "--n", 10, "--reps", "Ann,Bob", "--by-rep").exit_code == 0
    people = tmp_path / "people.csv"
    people.write_text("prospect,rep\np1,Ann\n")
    assert run("compare", "plan", "--arms", "a,b", "--prospects", people, "--reps", "Ann", "--by-rep").exit_code == 2
    for args in (("--arms", "no-message,a"), ("--arms", "a", "--no-message")):
        assert "--dials" in run("compare", "plan", *args, "--n", 10).stderr
    assert run("compare", "plan", "--adaptive", "--arms", "no-message,a", "--prospects", people).exit_code == 2


def test_a_plans_file_needs_no_store(tmp_path: Path) -> None:
    """Files alone are compared although the usual store has the tables of an older version, and the next batch is drawn."""
    old, prospects, plan = (tmp_path / name for name in ("old.sqlite", "p.csv", "plan.csv"))
    with sqlite3.connect(old) as made:
        made.execute("create table alembic_version (version_num text)")
        made.execute("insert into alembic_version values ('0003')")
    prospects.write_text("prospect\n" + "".join(f"p{i}\n" for i in range(40)))
    ours = ("--db", old, "compare", "plan", "--adaptive", "--arms", "a,b", "--prospects", prospects, "-o")
    assert run(*ours, plan).exit_code == 0
    listed, outcomes = tables(tmp_path, 40, {"a": 0.2, "b": 0.2})
    files = ("--manifest", listed, "--outcomes", outcomes)
    found = run("--db", old, "compare", *files, "--plan", plan, "--json")
    assert found.exit_code == 0
    assert sum(arm["n"] for arm in json.loads(found.stdout)["arms"]) == 40
    assert "This look is not remembered" in found.stderr
    prospects.write_text("prospect\nq1\nq2\n")
    assert "2 new, drawn with" in run(*ours, tmp_path / "next.csv", "--after", plan, *files).output
