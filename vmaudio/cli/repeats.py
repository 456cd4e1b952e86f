"""``vmaudio repeats``: messages that were left again."""

from __future__ import annotations

import click

from vmaudio.cli.common import App, out, pass_app, print_json
from vmaudio.errors import TableError
from vmaudio.records import counted


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
    from vmaudio.duplicates import DUPLICATE_KINDS, DuplicateOptions, duplicate_items, find_duplicates, stored_levels

    if kind is not None and kind not in DUPLICATE_KINDS:
        raise click.UsageError(f"There is no kind {kind!r}. Known: {', '.join(DUPLICATE_KINDS)}.")
    store = app.existing_store()
    if store is None:
        raise TableError("There is no store yet. Run `vmaudio batch` on the recordings first.")
    seen = list(duplicate_items(store))
    options = DuplicateOptions(similar=similarity, similar_sound=similarity) if similarity else DuplicateOptions()
    groups = [
        group for group in find_duplicates(seen, options=options, levels=stored_levels(store)) if kind in (None, group.kind)
    ]
    if as_json:
        print_json({"messages": len(seen), "groups": [group.to_dict() for group in groups]})
        return
    console = out()
    if not groups:
        console.print(f"No repeats among {counted(len(seen), 'message')}.")
    for group in groups:
        first, last = group.members[0], group.members[-1]
        when = f", {str(first.sent_at)[:10]} to {str(last.sent_at)[:10]}" if first.sent_at and last.sent_at else ""
        console.print(DUPLICATE_KINDS[group.kind], style="bold", markup=False)
        console.print(f"  {counted(len(group.members), 'message')}{when}, {100 * group.similarity:.0f} % alike", markup=False)
        for item in group.members[:8]:
            whom, who = item.listener or "not known", item.rep or "not known"
            parts = (str(item.sent_at or "")[:16], item.file_name, f"to {whom}", f"by {who}")
            console.print("    " + "  ".join(part for part in parts if part), markup=False)
        if len(group.members) > 8:
            console.print(f"    ... and {len(group.members) - 8} more")
