"""Coaches who score blind: the sheet, its faults, agreement against other libraries, leniency, and corrected rates.

Every coach here is simulated.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.report.makers import team
from vmaudio.cli.root import cli
from vmaudio.errors import TableError
from vmaudio.experiments import corrected_rate
from vmaudio.store import CoachVerdict, coach_verdicts_of
from vmaudio.store.store import open_store
from vmaudio.training import calibrate, hold_against
from vmaudio.training.label_agreement import cohen_kappa, krippendorff_alpha

TEAM = [dataclasses.replace(one, recording_id=f"{i:064d}") for i, one in enumerate(team(40)[0])]
CHECK = TEAM[0].score.checks[0].id if TEAM[0].score else ""


@pytest.fixture
def db(tmp_path: Path) -> str:
    """A store with 40 scored messages."""
    path = str(tmp_path / "store.sqlite")
    store = open_store(path)
    for analysis in TEAM:
        store.save(analysis)
    store.close()
    return path


def run(db: str, *args: object, fails: bool = False) -> Result:
    done = CliRunner().invoke(cli, ["--db", db, "calibrate", *(str(one) for one in args)])
    assert (done.exit_code != 0) == fails, done.output
    return done


def filled(sheet: str, word: str, path: Path) -> Path:
    """A sheet with one verdict everywhere."""
    rows = list(csv.DictReader(io.StringIO(sheet)))
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows({**row, "verdict": word} for row in rows)
    return path


def test_a_sheet_is_blind_and_the_same_for_every_coach(db: str) -> None:
    """Thirty messages, every check of the rubric, no verdict, points or rep of the machine's; another seed draws others."""
    first, again, other = (run(db, "sheet", *more).stdout for more in ((), (), ("--seed", 1)))
    rows = list(csv.DictReader(io.StringIO(first)))
    assert first == again != other
    assert len({row["message_id"] for row in rows}) == 30
    assert set(rows[0]) == {"message_id", "file", "check", "question", "verdict"}
    assert {row["verdict"] for row in rows} == {""}
    assert all(one.message.rep and one.message.rep not in first for one in TEAM)


def test_verdicts_are_read_back_and_replaced(db: str, tmp_path: Path) -> None:
    """A filled sheet is stored under the coach's name, and read again it takes the place of the first."""
    sheet = run(db, "sheet", "--checks", CHECK).stdout
    assert "30 verdicts by Ann." in run(db, "read", filled(sheet, "yes", tmp_path / "a.csv"), "--coach", "Ann").stdout
    run(db, "read", filled(sheet, "fail", tmp_path / "b.csv"), "--coach", "Ann", "--simulated")
    found = coach_verdicts_of(open_store(db))
    assert len(found) == 30
    assert {(one.coach, one.verdict, one.simulated) for one in found} == {("Ann", "fail", True)}


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("", ""), "is not filled: none of its 30 rows"),
        (("", "perhaps"), "line 2: 'perhaps' is no verdict"),
        ((TEAM[0].message.message_id, "nobody"), "there is no message 'nobody'"),
        ((CHECK, "lunch"), "has no check 'lunch'"),
    ],
)
def test_a_sheet_with_faults_is_not_read(db: str, tmp_path: Path, change: tuple[str, str], why: str) -> None:
    """Nothing is read of a sheet with an unknown message, check or word, or without any verdict; the line is named."""
    sheet = run(db, "sheet", "--checks", CHECK, "--n", 40).stdout
    empty = not change[0]
    if "none of" in why:
        sheet = "\n".join(sheet.splitlines()[:31]) + "\n"
    path = filled(sheet, "" if empty else "pass", tmp_path / "s.csv")
    text = path.read_text("utf-8")
    changed = text.replace(",\n", f",{change[1]}\n", 1) if empty else text.replace(*change, 1)
    path.write_text(changed, "utf-8")
    done = run(db, "read", path, "--coach", "Ann", fails=True)
    assert isinstance(done.exception, TableError)
    assert why in str(done.exception)
    assert coach_verdicts_of(open_store(db)) == []


def test_a_sheet_has_each_sound_once_and_only_messages_with_points(db: str) -> None:
    """Of messages that share a recording one is drawn, and none without points: silence, a robocall."""
    store = open_store(db)
    scored = [one for one in TEAM if one.score is not None and one.score.points is not None]
    first, *others = scored
    for i, one in enumerate(others[:5]):  # the first sound again, left for others
        again = dataclasses.replace(first.message, message_id=f"drop {i}", prospect=f"p{i}")
        store.save(dataclasses.replace(first, message=again))
        assert one.score is not None
        store.save(dataclasses.replace(one, score=dataclasses.replace(one.score, points=None)))
    store.close()
    rows = list(csv.DictReader(io.StringIO(run(db, "sheet", "--checks", CHECK, "--n", 99).stdout)))
    drawn = {row["message_id"] for row in rows}
    assert len(drawn) == len(rows) == len(scored) - 5
    assert not drawn & {one.message.message_id for one in others[:5]}
    assert len(drawn & {first.message.message_id, *(f"drop {i}" for i in range(5))}) == 1


def test_a_check_that_the_machine_judged_nowhere_has_no_figure(db: str, tmp_path: Path) -> None:
    """N/a in all messages: neither a kappa nor a share that misses the check, which would read as 0 %."""
    store = open_store(db)
    for one in TEAM:
        assert one.score is not None
        open_checks = [
            dataclasses.replace(c, verdict="n/a", not_judged=False) if c.id == CHECK else c for c in one.score.checks
        ]
        store.save(dataclasses.replace(one, score=dataclasses.replace(one.score, checks=tuple(open_checks))))
    found = calibrate(judged(np.random.default_rng(4), 0.4, 0.5), list(store.analyses())).checks[0]
    store.close()
    assert found.missed is None
    assert np.isnan(found.kappa).all()
    assert np.isfinite(found.alpha).all()
    run(db, "read", filled(run(db, "sheet", "--checks", CHECK).stdout, "pass", tmp_path / "a.csv"), "--coach", "Ann")
    shown = " ".join(run(db).stdout.split())
    assert "0 %" not in shown
    assert "–" in shown


def judged(rng: np.random.Generator, rate: float, lenient: float) -> list[CoachVerdict]:
    """Two simulated coaches on one check of all messages; the second lets more pass."""
    made = []
    for analysis in TEAM:
        truth = rng.random() < rate
        for coach, extra in (("strict", 0.0), ("lenient", lenient)):
            passed = truth or rng.random() < extra
            made.append(CoachVerdict(analysis.message.message_id, CHECK, coach, "pass" if passed else "fail", True))
    return made


def test_agreement_is_that_of_other_libraries_and_a_lenient_coach_is_named() -> None:
    """Alpha and kappa are those of the label command (Krippendorff's formula, scikit-learn); a lenient coach is named."""
    verdicts = judged(np.random.default_rng(1), 0.4, 0.5)
    found = calibrate(verdicts, TEAM)
    (check,) = found.checks
    by_message = {one.message.message_id: [] for one in TEAM}
    for one in verdicts:
        by_message[one.message_id].append(one.verdict)
    assert check.alpha[0] == pytest.approx(krippendorff_alpha(list(by_message.values())))
    assert check.alpha[1] < check.alpha[0] < check.alpha[2]
    strict = [one for one in verdicts if one.coach == "strict"]
    machine = {one.message_id: ("pass", "fail")[i % 3 == 0] for i, one in enumerate(strict)}
    alone = hold_against(strict, {name: {CHECK: said} for name, said in machine.items()}, {})
    pairs = [(machine[one.message_id], one.verdict) for one in strict]
    assert alone.checks[0].kappa[0] == pytest.approx(cohen_kappa(pairs))
    assert np.isnan(calibrate(strict, TEAM).checks[0].kappa).all()  # the machine says the same of all: 0 by any draw
    strict, lenient = sorted(found.coaches, key=lambda one: one.lenient[0])
    assert (strict.coach, lenient.coach) == ("strict", "lenient")
    assert lenient.lenient[1] > 0
    assert lenient.lenient[0] == pytest.approx(-strict.lenient[0])
    assert found.simulated


def test_the_checks_that_disagree_most_come_first() -> None:
    """A check on which coaches toss coins stands before one on which they are of one mind."""
    rng = np.random.default_rng(2)
    verdicts = []
    for analysis in TEAM:
        name, both = analysis.message.message_id, "pass" if rng.random() < 0.5 else "fail"
        for coach in ("a", "b"):
            verdicts.append(CoachVerdict(name, "sure", coach, both, True))
            verdicts.append(CoachVerdict(name, "toss", coach, "pass" if rng.random() < 0.5 else "fail", True))
    found = calibrate(verdicts, TEAM)
    assert [one.check for one in found.checks] == ["toss", "sure"]
    assert found.checks[1].alpha[0] == pytest.approx(1)


def test_intervals_of_agreement_and_leniency_hold_the_truth_where_misses_are_rare() -> None:
    """Three coaches, 20 messages, one miss in twenty, errors in 3 of 100: messages drawn again alone held it in two of three
    rounds. The truth is what 100,000 messages say."""
    rng = np.random.default_rng(4)

    def draw(n: int) -> tuple[np.ndarray, np.ndarray]:
        miss = rng.random(n) < 0.05
        coaches = np.stack([np.where(miss, rng.random(n) > 0.03 + x, rng.random(n) < 0.03 - x) for x in (0.03, 0.0, -0.02)])
        return coaches, np.where(miss, rng.random(n) < 0.6, rng.random(n) > 0.98)

    coaches, machine = draw(100_000)
    majority = coaches.sum(axis=0) > 1
    kappa = cohen_kappa([(str(a), str(b)) for a, b in zip(majority, machine, strict=True)])
    lenient = 100 * (machine.mean() - coaches[0].mean())
    held: dict[str, list[bool]] = {"kappa": [], "lenient": []}
    word = np.array(["pass", "fail"])
    for _ in range(150):
        coaches, machine = draw(20)
        verdicts = [
            CoachVerdict(f"m{i}", "c", f"coach {c}", str(word[int(says)]), simulated=True)
            for c, own in enumerate(coaches)
            for i, says in enumerate(own)
        ]
        found = hold_against(verdicts, {f"m{i}": {"c": str(word[int(x)])} for i, x in enumerate(machine)}, {})
        for name, estimate, truth in (
            ("kappa", found.checks[0].kappa, kappa), ("lenient", found.coaches[0].lenient_to_machine, lenient)
        ):  # fmt: skip
            if np.isfinite(estimate[1]):
                held[name].append(estimate[1] <= truth <= estimate[2])
    assert {name: len(found) > 40 and float(np.mean(found)) >= 0.9 for name, found in held.items()} == dict.fromkeys(held, True)


def test_a_corrected_rate_covers_the_truth_and_is_nearer_than_the_machines() -> None:
    """A machine that misses a third of the misses: the corrected interval holds the true rate in at least 95 of 100 teams, is
    nearer to it on average, and narrower than that of the people alone."""
    rng = np.random.default_rng(3)
    inside, off, machine_off, weights = 0, [], [], []
    for _ in range(200):
        truth = rng.random(600) < 0.4
        machine = np.where(truth, rng.random(600) < 0.67, rng.random(600) < 0.05).astype(float)
        found = corrected_rate(truth[:40].astype(float), machine[:40], machine)
        assert found is not None
        inside += found.low <= truth.mean() <= found.high
        off.append(found.rate - truth.mean())
        machine_off.append(found.machine - truth.mean())
        weights.append(found.weight)
    assert inside >= 190
    assert abs(np.mean(off)) < 0.02 < 0.08 < abs(np.mean(machine_off))
    assert 0.5 < np.mean(weights) < 1
    assert corrected_rate(np.zeros(9), np.zeros(9), np.zeros(100)) is None
    same = corrected_rate(np.zeros(30), np.zeros(30), np.zeros(500))
    assert same is not None
    assert same.high > 0.05


def test_the_command_shows_agreement_and_says_what_is_simulated(db: str, tmp_path: Path) -> None:
    """Tables in the terminal, one JSON object with --json, and a sentence where nobody has scored."""
    assert "No coach has scored" in str(run(db, fails=True).exception)
    sheet = run(db, "sheet", "--checks", CHECK).stdout
    run(db, "read", filled(sheet, "pass", tmp_path / "a.csv"), "--coach", "Ann", "--simulated")
    run(db, "read", filled(sheet, "fail", tmp_path / "b.csv"), "--coach", "Bob", "--simulated")
    shown = run(db).stdout
    assert "SIMULATED COACHES" in shown
    assert "Ann (simulated)" in shown
    found = json.loads(run(db, "--json").stdout)
    assert found["simulated"]
    assert [one["coach"] for one in found["coaches"]] == ["Ann", "Bob"]
    assert found["coaches"][0]["lenient"]["value"] == pytest.approx(100)
    assert found["checks"][0]["missed"]["n"] >= 10
