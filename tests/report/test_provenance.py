"""Every format says where a report comes from: version, command, time, settings, and a hash of what was read."""

from __future__ import annotations

import dataclasses
import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import vmaudio
from tests.report.makers import team
from vmaudio.cli.root import cli
from vmaudio.store.store import open_store

NAMES = {"vmaudio_version", "command", "created_utc", "inputs", "settings"}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with six messages."""
    path = str(tmp_path_factory.mktemp("made") / "store.sqlite")
    store = open_store(path)
    for i, analysis in enumerate(team(6)[0]):
        store.save(dataclasses.replace(analysis, recording_id=f"{i:064d}"))
    store.close()
    return path


def made(db: str, target: Path, *more: str) -> dict[str, Any]:
    """Write a report, and read from it where it comes from."""
    done = CliRunner().invoke(cli, ["--db", db, "report", "-o", str(target), *more], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    if target.suffix == ".html":
        (text,) = re.findall(r'<meta name="vmaudio-provenance" content="([^"]*)">', target.read_text("utf-8"))
        return json.loads(html.unescape(text))
    if target.suffix == ".parquet":
        import pyarrow.parquet

        return json.loads(pyarrow.parquet.read_schema(target).metadata[b"vmaudio"])
    if target.suffix == ".xlsx":
        import openpyxl

        rows = dict(openpyxl.load_workbook(target)["provenance"].iter_rows(min_row=2, values_only=True))
        found: dict[str, Any] = {name: rows[name] for name in ("vmaudio_version", "command", "created_utc")}
        found["inputs"] = [
            {"what": rows["inputs.1.what"], "records": int(rows["inputs.1.records"]), "sha256": rows["inputs.1.sha256"]}
        ]
        found["settings"] = {"attribution": rows["settings.attribution"], "redact": json.loads(rows["settings.redact"])}
        return found
    beside = json.loads(target.with_name(target.name + "-metadata.json").read_text("utf-8"))
    assert beside["url"] == target.name
    return beside["notes"][0]["provenance"]


def test_every_format_says_where_it_comes_from(db: str, tmp_path: Path) -> None:
    """The same in all, with the same hash of the same data, which says how many messages there were."""
    hashes = set()
    for ending in ("html", "csv", "jsonl", "parquet", "xlsx"):
        found = made(db, tmp_path / f"team.{ending}")
        assert set(found) == NAMES
        assert found["vmaudio_version"] == vmaudio.__version__
        assert found["command"] == f"vmaudio report -o team.{ending}"
        assert found["settings"]["attribution"] == "as-given"
        (read,) = found["inputs"]
        assert (read["what"], read["records"]) == ("store", 6)
        hashes.add(read["sha256"])
    assert len(hashes) == 1


def test_other_data_have_another_hash_and_pages_show_it(db: str, tmp_path: Path) -> None:
    """A part of the messages has another hash; the page shows the command and the first digits of the hash."""
    whole = made(db, tmp_path / "a.html")["inputs"][0]["sha256"]
    assert made(db, tmp_path / "b.html", "--since", "2026-03-04")["inputs"][0]["sha256"] != whole
    page = (tmp_path / "a.html").read_text("utf-8")
    assert f"sha256 {whole[:16]}" in page
    assert "vmaudio report -o a.html" in page


def test_a_csv_files_metadata_say_what_its_columns_are(db: str, tmp_path: Path) -> None:
    """One column of the metadata for each of the file, in its order, with its kind."""
    target = tmp_path / "reps.csv"
    made(db, target, "--by", "rep")
    beside = json.loads((tmp_path / "reps.csv-metadata.json").read_text("utf-8"))
    columns = beside["tableSchema"]["columns"]
    assert [one["titles"] for one in columns] == target.read_text("utf-8").splitlines()[0].split(",")
    assert {one["titles"]: one["datatype"] for one in columns}["callback_rate"] == "number"


def test_a_redacted_report_names_nobody_in_its_command(db: str, tmp_path: Path) -> None:
    """The rep's name and the file's name are left out of the command."""
    rep = team(6)[0][0].message.rep
    assert rep
    found = made(db, tmp_path / f"{rep}.html", "--rep", rep, "--redact")
    assert rep not in json.dumps(found, ensure_ascii=False)
    assert "--rep ..." in found["command"]
