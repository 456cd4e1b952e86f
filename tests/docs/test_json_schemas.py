"""The published JSON Schemas are those of the real output, and they refuse what is not."""

from __future__ import annotations

import dataclasses
import json
import math
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from tests.cli.test_referee import files as files
from tests.report.makers import failure, team
from vmaudio.callback.drift import Drift, DriftReport
from vmaudio.cli.root import cli
from vmaudio.intake.sources.imap import Fetched
from vmaudio.store import CoachVerdict, put_coach_verdicts
from vmaudio.store.store import open_store
from vmaudio.store.user_rows import add_user
from vmaudio.text import script_adherence
from vmaudio.training import Evaluation

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"


def fits(name: str, found: Any) -> None:
    """Hold what was printed against a published schema."""
    schema = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(found)


def printed(*args: object) -> list[Any]:
    """What a command prints, one JSON value a line."""
    done = CliRunner().invoke(cli, [str(one) for one in args], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with some messages."""
    path = str(tmp_path_factory.mktemp("schemas") / "store.sqlite")
    store = open_store(path)
    for analysis in team(6)[0]:
        store.save(analysis)
    store.close()
    return path


def every_json_option() -> set[str]:
    """The commands with --json (and batch with --jsonl, and report with its formats), as their schemas are called."""
    found = {"batch-jsonl", "report-jsonl", "report-metadata"}

    def walk(command: Any, names: tuple[str, ...]) -> None:
        if any("--json" in parameter.opts for parameter in command.params):
            found.add("-".join(names))
        for name, inner in getattr(command, "commands", {}).items():
            walk(inner, (*names, name))
        if hasattr(command, "list_commands") and not getattr(command, "commands", {}):
            import click

            ctx = click.Context(command)
            for name in command.list_commands(ctx):
                walk(command.get_command(ctx, name), (*names, name))

    walk(cli, ())
    return found


def test_every_command_with_json_has_a_schema() -> None:
    """A new ``--json`` needs a schema, and no schema is left of a command that is gone."""
    assert {path.stem for path in SCHEMAS.glob("*.json")} == every_json_option()


def test_analyses_and_failures_fit() -> None:
    """What ``check --json`` and ``batch --jsonl`` print; a name too many does not fit."""
    for analysis in team(3)[0]:
        fits("batch-jsonl", analysis.to_dict())
        kept = script_adherence("Hi {name}, call me at {number}.", analysis.transcript)
        for script in (None, kept.to_dict()):
            fits("check", analysis.to_dict() | {"script": script})
            with pytest.raises(jsonschema.ValidationError):
                fits("check", analysis.to_dict() | {"script": script, "mood": "angry"})
    fits("batch-jsonl", failure().to_dict())


@pytest.mark.parametrize("more", [(), ("--monitor",), ("--outcome", "complaint"), ("--window", "none")])
def test_comparisons_fit(files: tuple[Path, Path], tmp_path: Path, more: tuple[str, ...]) -> None:
    """``compare --json``, with sequences, with values, for an outcome that nobody knows."""
    values = tmp_path / "v.toml"
    values.write_text("[values]\ncallback = 3\n[guardrails]\ncallback = 0.01\n", "utf-8")
    (found,) = printed(
        "compare", "--manifest", files[0], "--outcomes", files[1], "--by", "script", "--values", values, "--json", *more
    )
    fits("compare", found)
    broken = json.loads(json.dumps(found))
    del broken["provenance"]["inputs"]
    with pytest.raises(jsonschema.ValidationError):
        fits("compare", broken)


def test_outcomes_and_intake_fit(files: tuple[Path, Path], tmp_path: Path) -> None:
    """``intake check``, ``outcomes import``, ``outcomes status`` and ``compare`` from the store."""
    extra = tmp_path / "more.csv"
    extra.write_text(files[1].read_text("utf-8") + "nobody.wav,1\nv0.wav,1\n", "utf-8")
    store = ("--db", tmp_path / "s.sqlite")
    (found,) = printed("intake", "check", files[0], extra, "--json")
    fits("intake-check", found)
    (found,) = printed(*store, "outcomes", "import", extra, "--manifest", files[0], "--json")
    fits("outcomes-import", found)
    assert found["unmatched"]
    (found,) = printed(*store, "outcomes", "status", "--json")
    fits("outcomes-status", found)
    (found,) = printed(*store, "compare", "--by", "rep", "--json")
    fits("compare", found)


def test_the_other_commands_fit(db: str, tmp_path: Path) -> None:
    """``repeats``, ``labels status``, ``models``, ``db info``, ``users`` and ``intake list``."""
    store = ("--db", db)
    with open_store(db) as opened:
        add_user(opened, "Ann", "rep")
    printed(*store, "users", "role", "Ann", "coach")
    for name in ("repeats", "labels-status", "db-info", "models-list", "users-list", "users-log"):
        lines = printed(*store, *name.split("-"), "--json")
        assert lines or name == "repeats"
        for found in lines:
            fits(name, found)
    for found in printed(*store, "models", "show", "part", "--json"):
        fits("models-show", found)
    for found in [*printed("intake", "list", "--json"), *printed("intake", "list", tmp_path, "--json")]:
        fits("intake-list", found)


def test_reports_as_json_lines_fit(db: str, tmp_path: Path) -> None:
    """A line of ``report`` for each message, group and column of the dictionary, and the file beside it."""
    with open_store(db) as opened:
        one = next(iter(opened.analyses()))
        assert one.score is not None
        message_id, check = one.message.message_id, one.score.checks[0].id
        opened.save_override(message_id, check, "n/a", "heard otherwise", "Ann")
    seen = []
    for more in ((), ("--redact",), ("--by", "rep"), ("--by", "campaign"), ("--by", "approach"), ("--dictionary",)):
        lines = printed("--db", db, "report", "--format", "jsonl", *more)
        for line in (lines[0], lines[-1]):
            fits("report-jsonl", line)
        with pytest.raises(jsonschema.ValidationError):
            fits("report-jsonl", lines[0] | {"mood": "angry"})
        seen.append(lines)
    assert sum(len(line["overrides"]) for line in seen[0]) == 1
    assert all(seen)
    for name in ("all.jsonl", "all.csv"):
        printed("-q", "--db", db, "report", "-o", tmp_path / name)
        beside = json.loads((tmp_path / f"{name}-metadata.json").read_text("utf-8"))
        fits("report-metadata", beside)
        del beside["notes"][0]["provenance"]["command"]
        with pytest.raises(jsonschema.ValidationError):
            fits("report-metadata", beside)


def test_a_calibration_fits(db: str) -> None:
    """``calibrate --json``, with one simulated coach and with two."""
    seen = list(open_store(db).analyses())
    for coaches in (("Ann",), ("Ann", "Bob")):
        given = [
            CoachVerdict(a.message.message_id, a.score.checks[0].id, who, "pass", True)
            for a in seen
            if a.score
            for who in coaches
        ]
        put_coach_verdicts(open_store(db), given)
        (found,) = printed("--db", db, "calibrate", "--json")
        fits("calibrate", found)


def test_records_that_take_models_or_a_server_fit() -> None:
    """``models evaluate``, ``models drift`` and ``intake imap`` print records as they are."""
    again = Evaluation("part", "part/1", 3, 2, 1, 0.5, 0.5, 0.5, 0.4, {"macro_f1": (0.1, 0.9)}, {"ask": {"f1": math.nan}},
                       0.5, 1.0, 0.5, {}, {})  # fmt: skip
    fits("models-evaluate", again.to_dict())
    drift = DriftReport("callback/1", 30, (Drift("pace", 0.3, 0.001, True, 150.0, math.nan),), 0.1)
    fits("models-drift", {**drift.to_dict(), "enough": True, "sentence": ""})
    fits("intake-imap", dataclasses.asdict(Fetched(*(0 for _ in dataclasses.fields(Fetched)))))
