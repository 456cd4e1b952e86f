"""labels: export, import and count labels for the classifiers."""

from __future__ import annotations

import getpass
import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from vmaudio.cli.common import App, err, out, pass_app, print_json
from vmaudio.errors import SettingError, TableError
from vmaudio.records import counted

if TYPE_CHECKING:
    from vmaudio.records import Analysis
    from vmaudio.store import Store
    from vmaudio.training import LabelledMessage


@click.group("labels", short_help="Export, import and count labels for the classifiers.")
def command() -> None:
    """Export, import and count labels for the classifiers."""


@command.command("export", short_help="Write a file to fill in; messages that the model is least sure of come first.")
@click.option(
    "-o", "--out", "target", metavar="FILE", help="File to write: CSV or JSON Lines, by its ending.  [default: CSV on stdout]"
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["csv", "jsonl", "label-studio", "audiofolder"]),
    help="label-studio: tasks as JSON, and the interface as XML beside it. audiofolder: a folder, metadata.csv and copies.",
)
@click.option("--audio-prefix", metavar="TEXT", default="", help="For Label Studio: stands before a path.")
@click.option("--most", type=click.IntRange(1), help="Write at most this many messages.")
@click.option("--rep", metavar="R", help="Only this rep's messages.")
@click.option(
    "--labelled", "done", is_flag=True, help="Write the labels given so far instead, each message once, for training."
)
@click.option("--annotator", metavar="NAME", help="With --labelled: only this person's labels.")
@pass_app
def export(
    app: App, target: str | None, form: str | None, audio_prefix: str, most: int | None, rep: str | None, done: bool,
    annotator: str | None,
) -> None:  # fmt: skip
    """Write a file for a coach to fill in: each clause with the model's guess.

    Messages that the model is least sure of come first.

    Fill in the column `part` in every row, and `approach` and `reason` in the first row of each message. In JSON Lines, replace
    the nulls.
    In Label Studio the guesses are predictions.

    \b
    Example:
      vmaudio labels export -o to-label.csv --most 40
      vmaudio labels export -o tasks.json --format label-studio --audio-prefix "/data/local-files/?d="
      vmaudio labels export -o dataset --format audiofolder --labelled
    """
    from vmaudio.store import Filter
    from vmaudio.training import label_worklist, settled_messages, write_label_csv, write_label_json_lines

    if form in ("label-studio", "audiofolder") and not target:
        raise click.UsageError(f"{form} needs a place: add -o {'tasks.json' if form == 'label-studio' else 'FOLDER'}.")
    if form == "audiofolder" and not done:
        raise click.UsageError("An AudioFolder holds labels that were given: add --labelled.")
    store = app.store()
    if form == "audiofolder":
        _export_audiofolder(store, Path(str(target)), annotator)
        return
    if form == "label-studio":
        chosen = label_worklist(store.analyses(Filter(rep=rep)))
        _export_label_studio(store, chosen, Path(str(target)), audio_prefix, done=done, annotator=annotator, most=most)
        return
    stream = open(target, "w", encoding="utf-8", newline="") if target else sys.stdout  # noqa: SIM115 - closed below
    try:
        if done:
            settled = list(settled_messages(store, annotator))
            stream.writelines(json.dumps(one.to_row(), ensure_ascii=False) + "\n" for one in settled)
            err().print(f"{len(settled)} labelled messages.")
            _say_conflicts(sum(len(one.conflicts) for one in settled))
            return
        chosen = label_worklist(store.analyses(Filter(rep=rep)))[:most]
        as_lines = form == "jsonl" or (
            form is None and bool(target) and Path(str(target)).suffix.lower() in (".jsonl", ".ndjson", ".json")
        )
        count = write_label_json_lines(chosen, stream) if as_lines else write_label_csv(chosen, stream)
        err().print(f"{counted(len(chosen), 'message')}, {counted(count, 'clause')} to label.")
    finally:
        if target:
            stream.close()


def _say_conflicts(n: int) -> None:
    if n:
        err().print(f"! {counted(n, 'label')} on which annotators disagree left empty. Decide with: vmaudio labels adjudicate")


def _export_label_studio(
    store: Store, chosen: list[Analysis], target: Path, prefix: str, *, done: bool, annotator: str | None, most: int | None
) -> None:
    from dataclasses import replace

    from vmaudio.training import label_studio_config, label_studio_tasks, label_studio_text, settled_messages

    labels: dict[str, list[LabelledMessage]] = {}
    if done:
        for one in settled_messages(store, annotator):
            who = one.annotators[0] if len(one.annotators) == 1 else "settled"
            labels[one.message.id] = [replace(one.message, annotator=who)]
        chosen = [analysis for analysis in chosen if analysis.message.message_id in labels]
    tasks = label_studio_tasks(chosen[:most], labels, audio_prefix=prefix)
    _write(target, label_studio_text(tasks))
    config = target.with_suffix(".xml")
    _write(config, label_studio_config())
    err().print(f"{len(tasks)} tasks. The labelling interface for Label Studio: {config}", markup=False)


def _export_audiofolder(store: Store, folder: Path, annotator: str | None) -> None:
    from dataclasses import replace

    from vmaudio.store import stored_messages
    from vmaudio.training import settled_messages, write_audiofolder

    sources = {one.message.message_id: one.message.source for one in stored_messages(store)}
    settled = list(settled_messages(store, annotator))
    messages = [
        replace(
            one.message,
            file=one.message.file or (Path(sources[one.message.id]) if sources.get(one.message.id) else None),
            annotator=", ".join(one.annotators),
        )
        for one in settled
    ]
    written, left_out = write_audiofolder(messages, folder)
    err().print(f"{written} labelled messages in {folder}; {left_out} left out, as their recording is not there.", markup=False)
    _say_conflicts(sum(len(one.conflicts) for one in settled))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, "utf-8")
    except OSError as error:
        raise SettingError(f"{path}: cannot be written ({error.strerror}). Give another place.") from error


@command.command("guide", short_help="Write what each class means, with your own, for whoever labels.")
@click.option("-o", "--out", "target", metavar="FILE", help="Markdown file to write.  [default: stdout]")
@pass_app
def guide(app: App, target: str | None) -> None:
    """Write the label guide in short: what each part and each approach means.

    Classes of your own (VMAUDIO_CLASSES) stand first, with their titles, their examples, and what they count as.
    """
    from vmaudio.training import label_guide

    if target:
        _write(Path(target), label_guide())
    else:
        click.echo(label_guide(), nl=False)


@command.command("import", short_help="Read a filled-in file into the store.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--annotator", metavar="NAME", help="Who gave these labels, where the file does not say.  [default: your user name]"
)
@pass_app
def import_(app: App, files: tuple[str, ...], annotator: str | None) -> None:
    """Read filled-in files into the store. If there are unknown labels, they are listed with their lines and nothing is stored.

    CSV and JSON Lines as `labels export` writes them, Label Studio's JSON export, and metadata.csv of an AudioFolder.

    If two people label the same clause, both labels are kept.
    """
    from vmaudio.training import count_labels, read_label_file, save_labels

    by_file = {file: read_label_file(Path(file)) for file in files}
    empty = [file for file, read in by_file.items() if not count_labels(read)]
    if len(empty) == len(by_file):
        raise TableError(f"{empty[0]}: not one label is filled in, so nothing was stored. Fill in part and approach first.")
    for file in empty:
        err().print(f"! {file}: not one label is filled in.", markup=False)
    read = [message for messages in by_file.values() for message in messages if count_labels([message])]
    bare = sum(map(len, by_file.values())) - len(read)
    who = annotator or getpass.getuser()
    count = save_labels(app.store(), read, who)
    people = ", ".join(sorted({message.annotator or who for message in read}))
    err().print(f"{counted(count, 'label')} of {counted(len(read), 'message')} stored, given by {people}.", markup=False)
    in_part = sum(message.in_part for message in read)
    if in_part:
        err().print(f"{counted(in_part, 'message')} labelled in part: the whole text is kept, the rest has no part yet.")
    if bare:
        err().print(f"{counted(bare, 'message')} without a label left out.")


@command.command("adjudicate", short_help="Decide what annotators disagree on.")
@click.argument("decided", required=False, metavar="[CSV]")
@click.option("-o", "--out", "target", metavar="CSV", help="Write the conflicts there.  [default: stdout]")
@click.option("--annotator", metavar="NAME", help="Who decided.  [default: your user name]")
@pass_app
def adjudicate(app: App, decided: str | None, target: str | None, annotator: str | None) -> None:
    """Decide what annotators disagree on.

    What more than half of those who labelled it say holds. The rest is written to a file; fill in the column `decision`, and
    give the file back. A message is exported for training once, whoever labelled it.

    \b
    Example:
      vmaudio labels adjudicate -o conflicts.csv
      vmaudio labels adjudicate conflicts.csv --annotator carla
    """
    from vmaudio.training import read_decisions, save_labels, settled_messages, write_conflicts

    store = app.store()
    if decided:
        messages = read_decisions(Path(decided), store)
        count = save_labels(store, messages, annotator or getpass.getuser(), adjudicated=True)
        left = sum(len(one.conflicts) for one in settled_messages(store))
        err().print(f"{counted(count, 'decision')} stored; {counted(left, 'conflict')} left.")
        return
    conflicts = [conflict for one in settled_messages(store) for conflict in one.conflicts]
    if target:
        import io

        stream = io.StringIO()
        write_conflicts(conflicts, stream)
        _write(Path(target), stream.getvalue())
    else:
        write_conflicts(conflicts, sys.stdout)
    todo = "Fill in the column decision, then: vmaudio labels adjudicate FILE" if conflicts else "There is nothing to decide."
    err().print(f"{counted(len(conflicts), 'conflict')}. {todo}")


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
        print_json(
            {
                "counts": found.counts,
                "annotators": found.annotators,
                "agreement": agreement,
                "missing": found.missing,
                "messages": found.messages,
            }
        )
        return
    console = out()
    if not any(found.counts.values()):
        console.print("There are no labels yet. Start with: vmaudio labels export -o to-label.csv")
    elif any(found.messages.values()):
        whole, in_part = found.messages["whole"], found.messages["in_part"]
        console.print(f"messages: {whole} with a part for each piece, {in_part} labelled in part (not used for training)")
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
