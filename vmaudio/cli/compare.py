"""``vmaudio compare``: which approach works."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vmaudio import settings
from vmaudio.cli.common import App, attribution_option, out, pass_app, print_json
from vmaudio.cli.tables import map_value_option, strict_option, timezone_option
from vmaudio.errors import SettingError, TableError

if TYPE_CHECKING:
    from vmaudio.intake import Matched
    from vmaudio.records import Observation


@click.group(invoke_without_command=True)
@click.option("--by", metavar="WHAT", help="approach, order, a manifest column, a feature, check:ID, checks, or points.")
@click.option(
    "--outcome", default="callback", show_default=True, help="callback, reply, connect, sale, complaint, wrong_person."
)
@click.option("--manifest", "manifest_path", metavar="CSV", help="Compare from files: the messages.")
@click.option("--outcomes", "outcomes_path", metavar="CSV", help="Compare from files: their outcomes.")
@click.option(
    "--map", "mapping", metavar="MAP", multiple=True, help="FIELD=COLUMN,... or a .toml file, for other column names."
)
@map_value_option
@click.option("--dates", type=click.Choice(["auto", "mdy", "dmy"]), default="auto", help="Order in dates such as 3/4/2026.")
@timezone_option
@strict_option
@click.option("--missing-is", type=click.Choice(["unknown", "0"]), default="unknown", help="What a missing outcome means.")
@click.option("--as-of", metavar="DATE", help="When the outcomes were exported.")
@click.option("--window", default="7d", show_default=True, help="How long after sending an outcome counts: 7d, 48h, none.")
@attribution_option
@click.option("--bins", metavar="BINS", help="For numbers: how many bins, or cut points such as 20,30.")
@click.option(
    "--plan", "plan_path", metavar="PLAN", help="Compare the arms that a plan assigned (intention to treat): file, or id saved."
)
@click.option(
    "--values", "values_path", metavar="TOML", help="What each outcome is worth, and guardrails; else nothing is decided."
)
@click.option("--monitor", is_flag=True, help="Add intervals that hold however often you look.")
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
    from vmaudio.experiments import approach_card, compare, decide, find_plan, other_outcomes, parse_window, read_values
    from vmaudio.intake import parse_as_of

    zone = str(settings.get("timezone", given["timezone"]))
    seen = _observations(app, given, zone)
    by = "plan" if given["plan_path"] else given["by"]
    plan = find_plan(given["plan_path"], app.existing_store()) if given["plan_path"] else None
    values = read_values(given["values_path"]) if given["values_path"] else None
    same_way = functools.partial(
        compare,
        seen,
        by,
        window=parse_window(given["window"]),
        as_of=parse_as_of(given["as_of"], zone),
        missing_is=False if given["missing_is"] == "0" else None,
        attribution=given["attribution"],
        bins=given["bins"],
        plan=plan,
        anytime=given["monitor"],
        approach_meta=approach_card(by, app.models()),
    )
    found = same_way(given["outcome"])
    others = [] if by == "checks" else other_outcomes(seen, found.outcome)
    decision = decide([found, *(same_way(outcome) for outcome in others)], values, looks=given["monitor"])
    if given["as_json"]:
        from vmaudio.cli.provenance import provenance

        read: dict[str, Sequence[object]] = {} if given["manifest_path"] else {"store": seen}
        if plan is not None and not Path(given["plan_path"]).is_file():
            read["plan"] = plan
        said = f"{found.headline} {decision.conflict_words}".rstrip()
        made = found.to_dict() | {"verdict": said, "decision": decision.to_dict()}
        print_json(made | {"provenance": provenance(ctx, given, read, zone)})
        return
    from vmaudio.cli.compare_text import show

    show(found, out(), decision)


def _observations(app: App, given: dict[str, Any], zone: str) -> list[Observation]:
    """Messages with their outcomes, from files when they are given, else from the store."""
    from vmaudio.intake import file_observations, parse_column_map, store_observations

    manifest_path, outcomes_path = given["manifest_path"], given["outcomes_path"]
    if bool(manifest_path) != bool(outcomes_path):
        raise click.UsageError("--manifest and --outcomes go together; without both, the store is compared.")
    if not manifest_path:
        return store_observations(app.existing_store())
    found, matched = file_observations(
        manifest_path, outcomes_path, parse_column_map(given["mapping"], given["dates"], given["values"]), timezone=zone
    )
    _show_unused(matched)
    if given["strict"] and matched.unmatched:
        raise TableError(f"--strict: {len(matched.unmatched)} lines of the outcome file join to no message.")
    return found


def _show_unused(matched: Matched) -> None:
    """Lines of the outcome file that were not used, on stderr."""
    for what, lines in (
        ("match no message", [f"line {line}: {reason}" for line, reason in matched.unmatched]),
        ("repeat another line", [f"line {line}: the same as line {first}" for line, first in matched.duplicates]),
    ):
        if lines:
            more = f"\n  ... and {len(lines) - 20} more" if len(lines) > 20 else ""
            click.echo(f"{len(lines)} lines of the outcome file {what}:\n  " + "\n  ".join(lines[:20]) + more, err=True)
    for question in matched.questions:
        click.echo(f"! {question}", err=True)


@command.command("plan")
@click.option("--arms", required=True, metavar="A,B", help="Names of the arms.")
@click.option("--by-rep", is_flag=True, help="Balance the arms within each rep.")
@click.option(
    "--prospects", "prospects_path", metavar="CSV", help="The next prospects: columns prospect and (with --by-rep) rep."
)
@click.option("--n", type=click.IntRange(1, 1_000_000), help="Without --prospects: this many numbered places (for each rep).")
@click.option("--reps", metavar="R,S", help="Without --prospects: names of the reps.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same plan.")
@click.option("-o", "--out", "target", metavar="CSV", help="Write the plan there instead of to stdout.")
@click.option("--save", is_flag=True, help="Keep the plan in the store too.")
@pass_app
def plan_command(
    app: App, arms: str, by_rep: bool, prospects_path: str | None, n: int | None, reps: str | None, seed: int,
    target: str | None, save: bool,
) -> None:  # fmt: skip
    """Assign arms to the next prospects by chance, balanced and reproducible.

    \b
    Read it back with: vmaudio compare --plan plan.csv --outcomes o.csv --manifest m.csv
    or, with --save:   vmaudio compare --plan ID
    """
    from vmaudio.experiments import assign_arms, numbered_places, plan_csv, read_prospects, save_plan

    if bool(prospects_path) == bool(n):
        raise click.UsageError("Give either --prospects CSV or --n COUNT.")
    named = [name.strip() for name in reps.split(",") if name.strip()] if reps else []
    if by_rep and n and not named:
        raise click.UsageError("--by-rep with --n needs --reps R,S.")
    places = read_prospects(prospects_path) if prospects_path else numbered_places(n or 0, named if by_rep else [])
    made = assign_arms(places, [name.strip() for name in arms.split(",") if name.strip()], by_rep=by_rep, seed=seed)
    text = plan_csv(made)
    if target:
        try:
            Path(target).write_text(text, "utf-8")
        except OSError as error:
            raise SettingError(f"{target}: cannot be written ({error.strerror}). Give another place.") from error
    else:
        click.echo(text, nl=False)
    if save:
        save_plan(made, app.store())
    counts = ", ".join(f"{arm}: {sum(one.arm == arm for one in made)}" for arm in dict.fromkeys(one.arm for one in made))
    click.echo(f"Plan {made[0].plan_id}: {counts}. Keep the file: it is what makes the comparison fair.", err=True)
