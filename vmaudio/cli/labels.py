"""labels: export, import and count labels for the classifiers."""

from __future__ import annotations

import getpass
import json
import math
import sys
from pathlib import Path

import click

from vmaudio.cli.common import App, err, out, pass_app, print_json
from vmaudio.records import counted


@click.group("labels", short_help="Export, import and count labels for the classifiers.")
def command() -> None:
    """Export, import and count labels for the classifiers."""


@command.command("export", short_help="Write a file to fill in; messages that the model is least sure of come first.")
@click.option(
    "-o", "--out", "target", metavar="FILE", help="File to write: CSV or JSON Lines, by its ending.  [default: CSV on stdout]"
)
@click.option("--most", type=click.IntRange(1), help="Write at most this many messages.")
@click.option("--rep", metavar="R", help="Only this rep's messages.")
@click.option("--labelled", "done", is_flag=True, help="Write the labels given so far instead, as labels.jsonl for training.")
@click.option("--annotator", metavar="NAME", help="With --labelled: only this person's labels.")
@pass_app
def export(app: App, target: str | None, most: int | None, rep: str | None, done: bool, annotator: str | None) -> None:
    """Write a file for a coach to fill in: each clause with the model's guess.

    Messages that the model is least sure of come first.

    Fill in the column `part` in every row, and `approach` in the first row of each message. In JSON Lines, replace the nulls.

    \b
    Example:
      vmaudio labels export -o to-label.csv --most 40
    """
    from vmaudio.store import Filter
    from vmaudio.training import (
        label_worklist,
        labelled_messages,
        write_label_csv,
        write_label_json_lines,
    )

    store = app.store()
    stream = open(target, "w", encoding="utf-8", newline="") if target else sys.stdout  # noqa: SIM115 - closed below
    try:
        if done:
            rows = list(labelled_messages(store, annotator))
            stream.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
            err().print(f"{len(rows)} labelled messages.")
            return
        chosen = label_worklist(store.analyses(Filter(rep=rep)))[:most]
        as_lines = bool(target) and Path(str(target)).suffix.lower() in (".jsonl", ".ndjson", ".json")
        count = write_label_json_lines(chosen, stream) if as_lines else write_label_csv(chosen, stream)
        err().print(f"{counted(len(chosen), 'message')}, {counted(count, 'clause')} to label.")
    finally:
        if target:
            stream.close()


@command.command("import", short_help="Read a filled-in file into the store.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--annotator", metavar="NAME", help="Who gave these labels.  [default: your user name]")
@pass_app
def import_(app: App, files: tuple[str, ...], annotator: str | None) -> None:
    """Read filled-in files into the store. If there are unknown labels, they are listed with their lines and nothing is stored.

    If two people label the same clause, both labels are kept.
    """
    from vmaudio.training import (
        read_label_file,
        save_labels,
    )

    read = [message for file in files for message in read_label_file(Path(file))]
    who = annotator or getpass.getuser()
    count = save_labels(app.store(), read, who)
    err().print(f"{counted(count, 'label')} of {counted(len(read), 'message')} stored, given by {who}.", markup=False)


@command.command("status", short_help="Show counts, agreement between annotators, and what is missing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@pass_app
def status(app: App, as_json: bool) -> None:
    """Show how many labels there are, how well annotators agree, and which labels have too few examples."""
    from vmaudio.training import (
        ENOUGH_LABELS,
        label_status,
    )

    found = label_status(app.store())
    if as_json:
        agreement = [
            {
                "kind": item.kind,
                "items": item.items,
                "krippendorff_alpha": None if math.isnan(item.alpha) else item.alpha,
                "cohen_kappa": [
                    {"a": a, "b": b, "kappa": None if math.isnan(value) else value} for (a, b), value in item.kappas.items()
                ],
            }
            for item in found.agreement
        ]
        print_json({"counts": found.counts, "annotators": found.annotators, "agreement": agreement, "missing": found.missing})
        return
    console = out()
    if not any(found.counts.values()):
        console.print("There are no labels yet. Start with: vmaudio labels export -o to-label.csv")
    for kind, counts in found.counts.items():
        if not counts:
            continue
        console.print(f"{kind}: " + ", ".join(f"{label} {n}" for label, n in counts.items()), markup=False)
    for item in found.agreement:
        if item.items:
            pairs = "; ".join(f"{a} and {b}: kappa {value:.2f}" for (a, b), value in item.kappas.items())
            console.print(f"agreement on {item.kind}: alpha {item.alpha:.2f} over {item.items} items ({pairs})", markup=False)
    for kind, lacking in found.missing.items():
        if found.counts.get(kind) and lacking:
            few = ", ".join(f"{label} {n}" for label, n in lacking.items())
            console.print(f"fewer than {ENOUGH_LABELS} of {kind}: {few}", markup=False)
