"""The simulation of `benchmarks.evidence_mix` says what the command says: it leaves out only what decides nothing."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from benchmarks.evidence_mix import LOOKS, NOW, QUICK, draw, verdicts
from vmaudio.cli.root import cli
from vmaudio.experiments import compare


@pytest.mark.parametrize("seed", [1, 3, 4, 6])
def test_the_simulation_decides_as_compare_does(seed: int) -> None:
    """An effect, a rep alone, two lists and a drift, at the end and at the seventh look: kind and interval are the same."""
    campaign = draw(seed)
    messages = campaign.messages()
    n = len(messages)
    for upto in (n, n * 7 // LOOKS):
        found = verdicts(campaign, upto, n)
        asked: dict[str, dict[str, Any]] = {"fixed": {}, "monitor": {"anytime": True}, "expect": {"anytime": True, "expect": n}}
        for way, how in asked.items():
            whole = compare(messages[:upto], "script", now=NOW, options=QUICK, **how)
            assert [(p.a, p.b, p.verdict) for p in found[way]] == [(p.a, p.b, p.verdict) for p in whole.pairs]
            assert [p.anytime for p in found[way]] == [p.anytime for p in whole.pairs]


def test_the_command_line_decides_as_the_simulation_does(tmp_path: Path) -> None:
    """A campaign with an effect as two files: the three ways of the command name what the simulation names."""
    campaign = draw(1)
    messages = campaign.messages()
    with (tmp_path / "m.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("file", "rep", "prospect", "sent_at", "campaign", "script"))
        for one in (seen.message for seen in messages):
            table.writerow((one.source, one.rep, one.prospect, one.sent_at, one.campaign, one.script))
    with (tmp_path / "o.csv").open("w", newline="") as stream:
        table = csv.writer(stream)
        table.writerow(("file", "callback"))
        table.writerows((seen.message.source, "yes" if seen.outcome and seen.outcome.callback else "no") for seen in messages)
    found = verdicts(campaign, len(messages), len(messages))
    given = ("compare", "--manifest", tmp_path / "m.csv", "--outcomes", tmp_path / "o.csv", "--by", "script", "--json")
    for way, more in (("fixed", ()), ("monitor", ("--monitor",)), ("expect", ("--monitor", "--expect", str(len(messages))))):
        (pair,) = json.loads(CliRunner().invoke(cli, [*map(str, given), *more, "--as-of", "2027-03-01"]).stdout)["pairs"]
        assert (pair["a"], pair["b"], pair["verdict_kind"]) == (
            found[way][0].a, found[way][0].b, found[way][0].verdict.kind
        )  # fmt: skip
