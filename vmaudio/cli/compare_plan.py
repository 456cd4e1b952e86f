"""``vmaudio compare plan``: which script each of the next prospects gets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vmaudio import settings
from vmaudio.cli.common import App, pass_app
from vmaudio.cli.compare_options import counting, counting_options, observed, plan_store
from vmaudio.errors import SettingError

if TYPE_CHECKING:
    from vmaudio.experiments import Assignment


@click.command("plan")
@click.option("--arms", required=True, metavar="A,B", help="Names of the arms.")
@click.option("--no-message", is_flag=True, help="One more arm: dial, and leave nothing. Compare it with --dials.")
@click.option("--by-rep", is_flag=True, help="Balance the arms within each rep.")
@click.option(
    "--prospects", "prospects_path", metavar="CSV", help="The next prospects: columns prospect and (with --by-rep) rep."
)
@click.option("--n", type=click.IntRange(1, 1_000_000), help="Without --prospects: this many numbered places (for each rep).")
@click.option("--reps", metavar="R,S", help="Without --prospects: names of the reps.")
@click.option(
    "--assign",
    type=click.Choice(["random", "alternate"]),
    default="random",
    show_default=True,
    help="By chance in blocks, or the arms in turn.",
)
@click.option("--adaptive", is_flag=True, help="The better scripts get more of the next prospects.")
@click.option("--after", metavar="PLAN", help="With --adaptive: the plan so far (file, or id saved); its lines come first.")
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same plan.")
@click.option("-o", "--out", "target", metavar="CSV", help="Write the plan there instead of to stdout.")
@click.option("--save", is_flag=True, help="Keep the plan in the store too.")
@counting_options
@pass_app
def plan_command(app: App, **given: Any) -> None:
    """Assign arms to the next prospects by chance, balanced and reproducible.

    \b
    Read it back with: vmaudio compare --plan plan.csv --outcomes o.csv --manifest m.csv
    or, with --save:   vmaudio compare --plan ID
    More for the better scripts, batch by batch (outcomes from files or the store):
      vmaudio compare plan --adaptive --arms a,b,c --prospects p1.csv -o plan.csv
      vmaudio compare plan --adaptive --arms a,b,c --prospects p2.csv --after plan.csv -o plan.csv
    The options from --outcome on say which outcomes of the plan so far count.
    """  # fmt: skip
    from vmaudio.experiments import NO_MESSAGE, plan_csv, save_plan

    arms = [name.strip() for name in given["arms"].split(",") if name.strip()]
    arms += [NO_MESSAGE] if given["no_message"] else []
    made, note = _adaptive(app, given, arms) if given["adaptive"] else (_balanced(given, arms), "")
    text = plan_csv(made)
    if given["target"]:
        try:
            Path(given["target"]).write_text(text, "utf-8")
        except OSError as error:
            raise SettingError(f"{given['target']}: cannot be written ({error.strerror}). Give another place.") from error
    else:
        click.echo(text, nl=False)
    if given["save"]:
        save_plan(made, app.store())
    counts = ", ".join(f"{arm}: {sum(one.arm == arm for one in made)}" for arm in dict.fromkeys(one.arm for one in made))
    click.echo(f"Plan {made[0].plan_id}: {counts}. {note}Keep the file: it is what makes the comparison fair.", err=True)
    if NO_MESSAGE in arms:
        click.echo(f"'{NO_MESSAGE}': dial, and leave nothing. Compare with: vmaudio compare --plan PLAN --dials CSV", err=True)


def _places(given: dict[str, Any]) -> list[Any]:
    from vmaudio.experiments import numbered_places, read_prospects

    prospects_path, n = given["prospects_path"], given["n"]
    if bool(prospects_path) == bool(n):
        raise click.UsageError("Give either --prospects CSV or --n COUNT.")
    named = [name.strip() for name in given["reps"].split(",") if name.strip()] if given["reps"] else []
    if named and prospects_path:
        raise click.UsageError("--reps goes with --n; with --prospects the reps are those of its column 'rep'.")
    if named and not given["by_rep"]:
        raise click.UsageError("--reps needs --by-rep, which gives each rep places of their own: add --by-rep.")
    if given["by_rep"] and n and not named:
        raise click.UsageError("--by-rep with --n needs --reps R,S.")
    return read_prospects(prospects_path) if prospects_path else numbered_places(n or 0, named)


def _balanced(given: dict[str, Any], arms: Sequence[str]) -> list[Assignment]:
    from vmaudio.experiments import assign_arms

    if given["after"]:
        raise click.UsageError("--after continues an adaptive plan: give --adaptive too.")
    return assign_arms(
        _places(given), arms, by_rep=given["by_rep"], seed=given["seed"], alternate=given["assign"] == "alternate"
    )


def _adaptive(app: App, given: dict[str, Any], arms: Sequence[str]) -> tuple[list[Assignment], str]:
    """The plan so far with the next batch, and its probabilities in words."""
    from vmaudio.experiments import NO_MESSAGE, compare, find_plan, next_batch

    if given["by_rep"] or given["assign"] == "alternate" or given["n"] or NO_MESSAGE in arms:
        raise click.UsageError(
            "--adaptive draws each prospect's arm: it goes with --prospects, and not with --by-rep, --assign or --no-message."
        )
    places, earlier = _places(given), []
    counts: dict[str, tuple[int, int]] = {}
    lower_is_better = False
    if given["after"]:
        earlier = find_plan(given["after"], plan_store(app, given["after"]))
        if not any(one.probabilities for one in earlier):
            raise SettingError(f"{given['after']}: is no adaptive plan: its lines have no probabilities.")
        zone = str(settings.get("timezone", given["timezone"]))
        found = compare(observed(app, given, zone)[0], "plan", given["outcome"], **counting(given, zone), plan=earlier)
        counts = {arm.arm: (arm.events, arm.n) for arm in found.arms}
        lower_is_better = found.lower_is_better
        if found.planned and found.planned.ratio and found.planned.ratio.fails:
            click.echo(f"! {found.planned.ratio.sentence}", err=True)
    new = next_batch(earlier, places, arms, counts, seed=given["seed"], lower_is_better=lower_is_better)
    shares = ", ".join(f"{arm} {100 * share:.0f} %" for arm, share in new[0].probabilities.items())
    return [*earlier, *new], f"{len(new)} new, drawn with {shares}. "
