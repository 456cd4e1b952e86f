"""``vmaudio compare``: which approach works."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from vmaudio import settings
from vmaudio.cli.common import App, copies_words, out, pass_app, print_json
from vmaudio.cli.compare_options import counting, counting_options, observed, plan_store
from vmaudio.cli.compare_plan import plan_command
from vmaudio.collector import collector_paused
from vmaudio.errors import SettingError, StoreError

if TYPE_CHECKING:
    import datetime

    from vmaudio.experiments import Assignment, Caution, Comparison
    from vmaudio.records import Observation


@click.group(invoke_without_command=True)
@click.option("--by", metavar="WHAT", help="approach, order, a manifest column, a feature, check:ID, checks, or points.")
@counting_options
@click.option("--bins", metavar="BINS", help="For numbers: how many bins, or cut points such as 20,30.")
@click.option(
    "--plan", "plan_path", metavar="PLAN", help="Compare the arms that a plan assigned (intention to treat): file, or id saved."
)
@click.option(
    "--values", "values_path", metavar="TOML", help="What each outcome is worth, and guardrails; else nothing is decided."
)
@click.option(
    "--dials",
    "dials_path",
    metavar="CSV",
    help="With --plan: a call list. The outcome is whether the dial after the first one that reached nobody connects.",
)
@click.option("--monitor", is_flag=True, help="The verdict holds however often you look.")
@click.option(
    "--expect",
    type=click.IntRange(10, 10_000_000),
    metavar="N",
    help="With --monitor: how many messages there will be; a difference is then shown with far fewer.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
@click.pass_context
def command(ctx: click.Context, app: App, **given: Any) -> None:
    """Which approach works: rates, intervals, tests, n still needed.

    \b
    From the store:      vmaudio compare --by approach
    Straight from files: vmaudio compare --manifest m.csv --outcomes o.csv --by script
    Assign by chance:    vmaudio compare plan --arms a,b --by-rep --prospects p.csv -o plan.csv
    """  # fmt: skip
    if ctx.invoked_subcommand is not None:
        return
    if not given["by"] and not given["plan_path"]:
        raise click.UsageError("Say what to compare: --by script, for example.")
    from vmaudio.experiments import (
        Messages,
        approach_card,
        compare,
        decide,
        find_plan,
        measures_of,
        other_outcomes,
        read_values,
    )

    ctx.with_resource(collector_paused())  # all that is read lives to the end
    zone = str(settings.get("timezone", given["timezone"]))
    plan = find_plan(given["plan_path"], plan_store(app, given["plan_path"])) if given["plan_path"] else None
    values = read_values(given["values_path"]) if given["values_path"] else None
    counts = counting(given, zone)
    by = "plan" if plan is not None else given["by"]
    noted: list[Caution] = []
    copies, measures = 0, None
    if given["dials_path"]:
        seen, noted = _dialled(ctx, given, plan, counts["window"], zone)
    else:
        measures = measures_of(by)
        seen, copies = observed(app, given, zone, measures)
    seen = Messages.of(seen)
    meta = approach_card(by, app.models())

    def same_way(outcome: str) -> Comparison:
        settled = {"bins": given["bins"], "anytime": given["monitor"], "expect": given["expect"]}
        return compare(seen, by, outcome, **counts, **settled, plan=plan, approach_meta=meta)

    try:
        found = same_way(given["outcome"])
    except SettingError:
        if measures is None or given["manifest_path"]:
            raise
        seen = Messages.of(observed(app, given, zone)[0])  # what there is to compare instead is said of all measures
        found = same_way(given["outcome"])
    found = dataclasses.replace(found, warnings=(*noted, *found.warnings))
    found = _remembered(app, found, given, plan)
    others = [] if by == "checks" else other_outcomes(seen, found.outcome)
    decision = decide([found, *(same_way(outcome) for outcome in others)], values, looks=found.monitored)
    if given["as_json"]:
        from vmaudio.cli.provenance import provenance

        read: dict[str, Sequence[object]] = {} if given["manifest_path"] or given["dials_path"] else {"store": seen}
        if plan is not None and not Path(given["plan_path"]).is_file():
            read["plan"] = plan
        said = f"{found.sentence} {decision.conflict_words}".rstrip()
        made = found.to_dict() | {"verdict": said, "decision": decision.to_dict(), "copies": copies}
        print_json(made | {"provenance": provenance(ctx, given, read, zone)})
        return
    from vmaudio.cli.compare_text import show

    show(found, out(), decision)
    if copies:
        out().print(f"{copies_words(copies)}.")


def _dialled(
    ctx: click.Context, given: dict[str, Any], plan: Sequence[Assignment] | None, window: datetime.timedelta | None, zone: str
) -> tuple[list[Observation], list[Caution]]:
    """Observations of a call list; sets the outcome to connect."""
    from vmaudio.experiments import next_connects, read_dials
    from vmaudio.intake import parse_column_map

    if plan is None or given["manifest_path"] or given["outcomes_path"]:
        raise click.UsageError("--dials goes with --plan, and without --manifest and --outcomes.")
    if ctx.get_parameter_source("outcome") is ParameterSource.COMMANDLINE and given["outcome"] != "connect":
        raise click.UsageError("--dials says whether the next dial connects: --outcome connect.")
    given["outcome"] = "connect"
    mapping = parse_column_map(given["mapping"], given["dates"], given["values"])
    return next_connects(plan, read_dials(given["dials_path"], mapping, timezone=zone), window)


FILTERS = ("window", "missing_is", "attribution", "bins")
"""Options that make another comparison of the same arms. The day of ``--as-of`` makes another look at the same one."""


def _remembered(app: App, found: Comparison, given: dict[str, Any], plan: Sequence[Assignment] | None) -> Comparison:
    """Count this look, where there is a store; a comparison of files makes none."""
    from vmaudio.experiments import remembered

    definition = {name: given[name] for name in FILTERS} | {"plan": plan[0].plan_id if plan else None}
    try:
        store = app.existing_store()
        return remembered(found, definition, store, given["expect"]) if store else found
    except StoreError as error:
        click.echo(f"! This look is not remembered: {error}", err=True)
        return found


command.add_command(plan_command, "plan")
