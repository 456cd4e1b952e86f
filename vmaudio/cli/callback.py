"""The callback model on the command line: train it, and look whether new messages are still like its own."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from vmaudio import settings
from vmaudio.cli.common import App, out, print_json
from vmaudio.errors import TableError

if TYPE_CHECKING:
    from vmaudio.callback import DriftReport
    from vmaudio.classify import Model
    from vmaudio.experiments import Prepared
    from vmaudio.records import Observation
    from vmaudio.store import Store
    from vmaudio.training import Example

_MESSAGE = (
    "message_id", "rep", "prospect", "prospect_name", "company", "sent_at", "campaign", "channel", "caller_id", "notes",
    "script",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Source:
    """Where examples come from and which of them count: the options of ``models train callback``."""

    features: str | None = None
    outcomes: str | None = None
    mapping: tuple[str, ...] = ()
    dates: str = "auto"
    missing_is: str = "unknown"
    as_of: str | None = None
    window: str = "7d"


def train_callback(app: App, target: Path | None, seed: int, given: Source) -> None:
    """Train the callback model from the store, or from an exported table and an outcome file; print how good it is."""
    from vmaudio.callback import MODEL_NAME
    from vmaudio.events import Event
    from vmaudio.training import train_callback as train

    if bool(given.features) != bool(given.outcomes):
        raise click.UsageError("--features and --outcomes go together; without both, the store is used.")
    models = app.models()
    if given.features and given.outcomes:
        examples, notes = from_files(given.features, given.outcomes, given)
    else:
        store = app.existing_store()
        if store is None:
            raise TableError("There is no store yet. Run `vmaudio batch`, or give --features and --outcomes.")
        examples, notes = from_store(store, given)

    def tell(event: Event) -> None:
        if app.progress():
            click.echo(f"{event.stage}: {event.item} {event.done}/{event.total}", err=True)

    for note in notes:
        click.echo(f"! {note}", err=True)
    own = target is None
    if target is None:
        numbers = [int(version) for version in models.versions(MODEL_NAME) if version.isdigit()]
        target = models.user_dir / MODEL_NAME / str(max(numbers, default=0) + 1)
    folder = train(examples, target, seed=seed, store=models, listener=tell)
    name = folder.version if own else folder.path
    click.echo(folder.card())
    click.echo(f"Saved: {folder.path}. To use it: vmaudio models promote callback {name}", err=True)


def from_store(store: Store, given: Source) -> tuple[list[Example], list[str]]:
    """Examples of all analysed messages with a known, final outcome, and what to know about them."""
    from vmaudio.store import observations

    return _examples([o for o in observations(store) if o.features], given)


def from_files(features: str, outcomes_path: str, given: Source) -> tuple[list[Example], list[str]]:
    """Examples from an exported flat table and an outcome file, joined as `vmaudio outcomes import` joins them."""
    from vmaudio.intake import (
        Send,
        join_outcomes,
        joined_observations,
        parse_column_map,
        parse_date_time,
        read_outcomes,
        time_zone,
    )
    from vmaudio.records import Message, Observation
    from vmaudio.training import read_features

    timezone, mapping = str(settings.get("timezone")), parse_column_map(given.mapping, given.dates)
    sends, rows = [], read_features(features)
    values: dict[str, dict[str, Any]] = {}
    for number, row in enumerate(rows, 2):
        file = str(row.get("file") or row.get("file_name") or row.get("source") or "")
        fields: dict[str, Any] = {name: str(row[name]) for name in _MESSAGE if row.get(name) not in (None, "")}
        try:
            sent = parse_date_time(fields.pop("sent_at", ""), time_zone(timezone), None)
        except ValueError as error:
            raise TableError(f"{features}, line {number}: sent_at: {error}") from None
        if not file and "message_id" not in fields:
            raise TableError(f"{features}, line {number}: names no message (message_id, file or file_name).")
        message = Message(source=file, sent_at=sent.isoformat() if sent else None, **fields)
        if message.message_id in values:
            raise TableError(f"{features}, line {number}: the message {message.message_id!r} stands there twice.")
        recording_id = row.get("recording_id")
        sends.append(Send(message, Path(file).name if file else "", str(recording_id) if recording_id else None, number))
        values[message.message_id] = row
    matched = join_outcomes(read_outcomes(outcomes_path, mapping, timezone=timezone), sends)
    seen = [
        Observation(o.message, o.outcome, o.recording_id, values[o.message.message_id])
        for o in joined_observations(sends, matched)
    ]
    examples, notes = _examples(seen, given)
    if matched.unmatched:
        line, reason = matched.unmatched[0]
        notes.append(f"{len(matched.unmatched)} lines of {outcomes_path} fit no message, the first on line {line}: {reason}.")
    return examples, notes


def _prepared(seen: list[Observation], given: Source) -> Prepared:
    from vmaudio.experiments import parse_window, prepare
    from vmaudio.intake import parse_as_of

    return prepare(
        seen,
        "callback",
        window=parse_window(given.window),
        as_of=parse_as_of(given.as_of, str(settings.get("timezone"))),
        missing_is=False if given.missing_is == "0" else None,
    )


def _examples(seen: list[Observation], given: Source) -> tuple[list[Example], list[str]]:
    from vmaudio.experiments import data_cautions
    from vmaudio.training import Example

    prepared = _prepared(seen, given)
    made = [
        Example(
            row.observation.message.message_id, row.observation.features, row.event, row.observation.message.rep or "",
            row.observation.message.prospect or "", row.sent,
            bool(row.observation.outcome and row.observation.outcome.simulated),
        )
        for row in prepared.rows
    ]  # fmt: skip
    return made, [warned.sentence for warned in data_cautions(prepared)]


def drifted(store: Store, model: Model, since: str | None = None) -> DriftReport:
    """Hold the store's new messages against the model's training window.

    Args:
        since: messages sent from then on; else those sent after the newest that the model learned from.
    """
    from vmaudio.callback import check_drift
    from vmaudio.experiments import parse_moment
    from vmaudio.intake import parse_as_of
    from vmaudio.store import observations

    window = model.meta.get("window")
    start = parse_as_of(since, str(settings.get("timezone"))) if since else parse_moment(window[1]) if window else None
    if since and start and "T" not in since and ":" not in since:
        start = start.replace(hour=0, minute=0, second=0)
    seen = [o for o in observations(store) if o.features]
    if start is not None:
        new = [o for o in seen if (sent := parse_moment(o.message.sent_at)) and (sent >= start if since else sent > start)]
    else:
        new = seen
    called = {row.observation.message.message_id: row.event for row in _prepared(seen, Source()).rows}
    return check_drift(
        [o.features for o in new], model, [called.get(o.message.message_id) for o in new], [o.message.rep for o in new]
    )


def show_drift(app: App, name: str, since: str | None, as_json: bool) -> None:
    """Print the drift check of ``vmaudio models drift``."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from vmaudio.callback import DRIFT_CHANCE, DRIFT_FEWEST, DRIFT_LARGE

    store = app.existing_store()
    if store is None:
        raise TableError("There is no store yet, and so no new messages. Run `vmaudio batch` first.")
    model = app.models().resolve(name)
    found = drifted(store, model, since)
    if as_json:
        print_json({**found.to_dict(), "enough": found.enough, "sentence": found.sentence})
        return
    console = out()
    if found.simulated:
        console.print("[bold reverse] SIMULATED: the model learned from invented outcomes [/]")
    window = model.meta.get("window")
    learned = f", which learned from messages sent {window[0][:10]} to {window[1][:10]}" if window else ""
    console.print(f"{found.n:,} new messages against {found.model_id}{learned}.", markup=False)
    if not found.enough:
        console.print(f"Too few to say anything: {DRIFT_FEWEST} are needed.")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for i, heading in enumerate(("feature", "then", "now", "PSI", "p (Holm)", "")):
        table.add_column(heading, justify="left" if i in (0, 5) else "right")
    for one in found.features[:12]:
        p = "< .001" if one.p_value < 0.001 else f"{one.p_value:.3f}"
        table.add_row(one.feature, _short(one.then), _short(one.now), f"{one.psi:.2f}", p, "drifted" if one.drifted else "")
    console.print(table)
    if found.expected is not None:
        console.print(f"Expected callbacks: {100 * found.expected:.1f} % of the new messages, by the model.")
    if found.known and found.expected_known is not None:
        console.print(
            f"Where the outcome is known and final ({found.known:,}): {found.observed} came "
            f"({100 * found.observed / found.known:.1f} %), {100 * found.expected_known:.1f} % were expected."
        )
    if found.sentence:
        console.print(f"! {found.sentence}", markup=False)
    else:
        console.print(f"No feature has drifted (index {DRIFT_LARGE:g} or more, and Holm's p under {DRIFT_CHANCE:g}).")


def _short(value: float | str | None) -> str:
    return "" if value is None else value if isinstance(value, str) else f"{value:.3g}"
