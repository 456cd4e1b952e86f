"""``vmaudio repeats``: messages that were left again."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, out, pass_app, print_json
from vmaudio.errors import TableError
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.duplicates import DuplicateGroup


@click.command()
@click.option("--kind", metavar="KIND", help="Only after_wrong_person, same_prospect, mass_drop, same_script or copy.")
@click.option(
    "--similarity",
    type=click.FloatRange(0.5, 1.0),
    help="Least similarity of words, and of sounds, 0.5 to 1.  [default: .75, .7]",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
@pass_app
def command(app: App, kind: str | None, similarity: float | None, as_json: bool) -> None:
    """Find messages that were left again for one prospect, or for many.

    Names, numbers, days and greetings do not make a message different; a changed reason does.
    """
    from vmaudio.duplicates import DUPLICATE_KINDS, DuplicateOptions, duplicate_items, repeats_among
    from vmaudio.store import all_outcomes

    if kind is not None and kind not in DUPLICATE_KINDS:
        raise click.UsageError(f"There is no kind {kind!r}. Known: {', '.join(DUPLICATE_KINDS)}.")
    store = app.existing_store()
    if store is None:
        raise TableError("There is no store yet. Run `vmaudio batch` on the recordings first.")
    seen = list(duplicate_items(store))
    options = DuplicateOptions(similar=similarity, similar_sound=similarity) if similarity else DuplicateOptions()
    groups = [group for group in repeats_among(store, seen, options=options) if kind in (None, group.kind)]
    if as_json:
        print_json({"messages": len(seen), "groups": [group.to_dict() for group in groups]})
        return
    console, with_outcome = out(), all_outcomes(store)
    if not groups:
        console.print(f"No repeats among {counted(len(seen), 'message')}.")
    for group in groups:
        first, last = group.members[0], group.members[-1]
        when = f", {str(first.sent_at)[:10]} to {str(last.sent_at)[:10]}" if first.sent_at and last.sent_at else ""
        console.print(_sentence(group, with_outcome), style="bold", markup=False)
        console.print(f"  {counted(len(group.members), 'message')}{when}, {100 * group.similarity:.0f} % alike", markup=False)
        for item in group.members[:8]:
            whom, who = item.listener or "not known", item.rep or "not known"
            parts = (str(item.sent_at or "")[:16], item.file_name, f"to {whom}", f"by {who}")
            console.print("    " + "  ".join(part for part in parts if part), markup=False)
        if len(group.members) > 8:
            console.print(f"    ... and {len(group.members) - 8} more")


def _sentence(group: DuplicateGroup, with_outcome: Collection[str]) -> str:
    """What a group is. Of one recording's messages those with an outcome of their own count, each for itself."""
    from vmaudio.duplicates import DUPLICATE_KINDS

    own = sum(item.message_id in with_outcome for item in group.members)
    if group.kind != "copy" or own < 2:
        return DUPLICATE_KINDS[group.kind]
    if own == len(group.members):
        return "the same recording, counted as separate messages because each has an outcome of its own"
    return f"the same recording, counted as {own} messages because so many have an outcome of their own"
