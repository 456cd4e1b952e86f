"""Words of a CRM at the command line: shown, asked about, told once and kept."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner, Result

from vmaudio.cli.root import cli


def run(*args: object) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args], catch_exceptions=False)


def test_words_are_shown_told_and_kept(tmp_path: Path) -> None:
    """Each word as it was read; unknown ones with their count; --map-value is kept by --save-map and used again."""
    (tmp_path / "m.csv").write_text("file,message_id,script\na.wav,a,s\nb.wav,b,s\nc.wav,c,t\nd.wav,d,t\n", "utf-8")
    (tmp_path / "o.csv").write_text(
        "message_id,Call Result\na,Interested\nb,Callback\nc,Connected\nd,Interested\n", encoding="utf-8"
    )
    db = ("--db", tmp_path / "vm.sqlite")
    given = ("outcomes", "import", tmp_path / "o.csv", "--manifest", tmp_path / "m.csv")
    plain = " ".join(run(*db, *given).stdout.split())
    assert "'Callback' as appointment (1)" in plain
    assert "Not understood, so that they count as nothing: 'Interested' (2)." in plain
    told = run(*db, *given, "--map-value", "Interested=connect", "--save-map", tmp_path / "map.toml")
    assert "Not understood" not in told.stdout
    again = json.loads(run(*db, *given, "--map", tmp_path / "map.toml", "--json").stdout)
    assert {one["word"]: one["meaning"] for one in again["words"]} == {
        "Interested": "connect", "Callback": "appointment", "Connected": "connect",
    }  # fmt: skip
    assert again["same"] == 4
    compared = run(
        "compare", "--manifest", tmp_path / "m.csv", "--outcomes", tmp_path / "o.csv", "--by", "script", "--outcome", "connect"
    )
    assert "'Interested' (2)" in compared.stderr
    assert "--map-value 'Callback=callback'" in compared.stderr
