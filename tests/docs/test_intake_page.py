"""The page of sources names what the code reads, and tests that exist."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

from vmaudio.intake.sources.provider_table import PROVIDERS
from vmaudio.intake.sources.registry import SOURCES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "intake.md").read_text("utf-8")


def test_every_source_and_provider_has_its_place() -> None:
    """A section for each source, a row for each provider."""
    assert set(re.findall(r"^## .*\(`(\w+)`\)$", PAGE, flags=re.MULTILINE)) == set(SOURCES)
    rows = re.findall(r"^\| (\w[\w ]*) \| .*(?:GET|event)", PAGE, flags=re.MULTILINE)
    assert rows == [provider.name for provider in PROVIDERS]


def test_every_test_on_the_page_exists() -> None:
    """Each recipe is held by a test of that name."""
    tests = "".join(path.read_text("utf-8") for path in ROOT.glob("tests/*/test_*.py"))
    named = set(re.findall(r"`(test_\w+)", PAGE))
    assert len(named) > 30
    assert [name for name in sorted(named) if f"def {name}(" not in tests] == []


def test_the_unit_can_be_read() -> None:
    """The systemd unit has its three sections, runs the command, and says what may be written."""
    (text,) = re.findall(r"^```ini\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)
    unit = configparser.ConfigParser(strict=False)
    unit.read_string(text)
    assert unit.sections() == ["Unit", "Service", "Install"]
    assert unit["Service"]["ExecStart"].endswith("vmaudio watch --source asterisk /var/spool/asterisk/voicemail")
    assert unit["Service"]["StateDirectory"] == "vmaudio"
