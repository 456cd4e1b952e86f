"""Joining recordings with calls, on simulated exports of seven systems; no call of it was ever made."""

from __future__ import annotations

import csv
import dataclasses
import datetime
import itertools
import random
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.common import Table
from vmaudio.intake.join import RecordingFacts, join_calls, name_facts, read_calls

N_CALLS = 3000
DAYS = 10
N_REPS = 8
VOICEMAILS = 0.4
"""Share of calls that end in a voicemail, which is recorded."""
MISSING = 0.03
"""Share of calls without a row in the export."""
EDITED = 0.003
"""Share of rows whose time somebody changed by minutes or hours."""
REDIALS = 0.03
"""Share of calls that dial the same number again within the same minute."""
UTC = datetime.UTC
START = datetime.datetime(2026, 5, 4, tzinfo=UTC)


@dataclass(frozen=True)
class SimulatedCall:
    """A call as it was."""

    number: int
    start: datetime.datetime
    rep: int
    callee: str
    ring_s: float
    message_s: float | None
    recording_id: str

    @property
    def length_s(self) -> float:
        return self.ring_s + (self.message_s or 0.0)


def calls_of(rng: random.Random) -> list[SimulatedCall]:
    """Days of dialling: working hours, prospects who are called again, redials within the minute."""
    prospects = [f"{rng.choice((303, 480, 617, 720, 804))}555{rng.randrange(10000):04d}" for _ in range(N_CALLS // 3)]
    found: list[SimulatedCall] = []
    for rep in range(N_REPS):
        for day in range(DAYS):
            at = START + datetime.timedelta(days=day, hours=14, seconds=rng.uniform(0, 1200))
            for _ in range(N_CALLS // (N_REPS * DAYS)):
                callee = rng.choice(prospects)
                for again in range(2 if rng.random() < REDIALS else 1):
                    message = max(6.0, rng.gauss(26, 8)) if rng.random() < VOICEMAILS else None
                    if again:  # hung up on the machine, dialled again at once
                        at += datetime.timedelta(seconds=rng.uniform(15, 45))
                    ring = rng.uniform(12, 26) if not again else rng.uniform(8, 14)
                    sid = f"RE{rng.getrandbits(128):032x}"
                    found.append(SimulatedCall(len(found), at, rep, callee, ring, message, sid))
                at += datetime.timedelta(seconds=rng.uniform(45, 300) + (message or rng.uniform(0, 90)))
    return found


def _us(number: str, form: int) -> str:
    a, b, c = number[:3], number[3:6], number[6:]
    return (f"+1{number}", f"({a}) {b}-{c}", number, f"+1 {a}-{b}-{c}")[form]


def _rep_number(rep: int) -> str:
    return f"202555{100 + rep:04d}"


def _clock(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600:02d}:{whole % 3600 // 60:02d}:{whole % 60:02d}"


Row = Callable[[SimulatedCall, datetime.datetime], Mapping[str, str]]
Recorder = Callable[[SimulatedCall, datetime.datetime, random.Random], RecordingFacts]


def _named(form: str) -> Recorder:
    """A recorder that writes time and number into the name, and the message alone into the file."""

    def made(call: SimulatedCall, at: datetime.datetime, rng: random.Random) -> RecordingFacts:
        epoch = f"{at.timestamp():.0f}.{call.number}"
        name = form.format(to=call.callee, at=f"{at:%Y%m%d-%H%M%S}", epoch=epoch, rep=100 + call.rep)
        return dataclasses.replace(name_facts(Path(name), UTC), duration_s=round(call.length_s + rng.gauss(0, 0.3), 2))

    return made


def _by_id(call: SimulatedCall, at: datetime.datetime, rng: random.Random) -> RecordingFacts:
    """A recorder whose files have an id for a name; the time is the file's own."""
    facts = name_facts(Path(f"{call.recording_id}.mp3"), UTC)
    return dataclasses.replace(
        facts, start=at + datetime.timedelta(seconds=rng.gauss(0, 1)), clock="file date", duration_s=call.message_s
    )


def _sidecar(call: SimulatedCall, at: datetime.datetime, rng: random.Random) -> RecordingFacts:
    """A recorder that writes a file beside each recording."""
    return RecordingFacts(
        Path(f"voicemail-{call.number}.wav"), at, "sidecar", frozenset({_rep_number(call.rep)}), frozenset({call.callee}),
        duration_s=call.length_s + rng.gauss(0, 0.5), ids=frozenset({f"voicemail-{call.number}"}),
    )  # fmt: skip


def _url(call: SimulatedCall, share: float) -> str:
    """Some rows have lost their recording's address."""
    known = random.Random(call.number).random() < share
    return f"https://recordings.example.com/v1/{call.recording_id}.mp3?token=x" if known else ""


SYSTEMS: Mapping[str, tuple[float, Recorder, Row]] = {
    "HubSpot": (
        3600 * 7 + 21,
        _named("out-{to}-{rep}-{at}-{epoch}.wav"),
        lambda c, at: {
            "Record ID": str(88000000 + c.number), "Activity date": f"{at:%Y-%m-%d %H:%M}",
            "Call duration (HH:mm:ss)": _clock(c.length_s), "From Number": _us(_rep_number(c.rep), 0),
            "To Number": _us(c.callee, 0), "Activity assigned to": f"Rep {c.rep}",
        },
    ),
    "Salesforce": (
        -95.0,
        _named("{at}_{to}_{rep}.wav"),
        lambda c, at: {
            "Activity ID": f"00T{c.number:012d}", "Assigned": f"Rep {c.rep}",
            "CompletedDateTime": f"{at:%Y-%m-%dT%H:%M:%S.000Z}", "Phone": _us(c.callee, 1),
            "CallDurationInSeconds": f"{c.length_s:.0f}", "Call Result": "Left Voicemail",
        },
    ),
    "Close": (
        0.0,
        _by_id,
        lambda c, at: {
            "id": f"acti_{c.number:06d}", "date_created": f"{at:%Y-%m-%dT%H:%M:%S}+00:00", "duration": f"{c.length_s:.0f}",
            "remote_phone": _us(c.callee, 0), "local_phone": _us(_rep_number(c.rep), 0), "recording_url": _url(c, 0.95),
            "user_name": f"Rep {c.rep}",
        },
    ),
    "Pipedrive": (
        3600 * -5 + 312,
        _named("{at}_+1{to}_Outgoing_Auto.mp3"),
        lambda c, at: {
            "id": f"cl-{c.number:05d}", "start_time": f"{at:%Y-%m-%d %H:%M:%S}", "duration": f"{c.length_s:.0f}",
            "from_phone_number": _us(_rep_number(c.rep), 3), "to_phone_number": _us(c.callee, 3), "owner": f"Rep {c.rep}",
        },
    ),
    "Aircall": (
        3.0,
        _sidecar,
        lambda c, at: {
            "Call ID": str(3900000 + c.number), "datetime (UTC)": f"{at:%m/%d/%Y %H:%M:%S}", "from": _us(_rep_number(c.rep), 0),
            "to": _us(c.callee, 0), "duration (total)": f"{c.length_s:.0f}", "user": f"Rep {c.rep}",
        },
    ),
    "JustCall": (
        47.0,
        _by_id,
        lambda c, at: {
            "Call SID": f"CA{c.number:032x}", "Call Date": f"{at:%Y-%m-%d}", "Call Time": f"{at:%H:%M:%S}",
            "Contact Number": _us(c.callee, 2), "JustCall Number": _us(_rep_number(c.rep), 2),
            "Call Duration": _clock(c.length_s), "Recording": _url(c, 0.97), "Agent": f"Rep {c.rep}",
        },
    ),
    "VICIdial": (
        3600 * -4 - 8,
        _named("{at}_{to}_agent{rep}-all.wav"),
        lambda c, at: {
            "call_date": f"{at:%Y-%m-%d %H:%M:%S}", "phone_number_dialed": c.callee, "status": "AL", "user": str(100 + c.rep),
            "full_name": f"Rep {c.rep}", "length_in_sec": f"{c.length_s:.0f}", "vicidial_id": f"V{c.number:08d}",
        },
    ),
}  # fmt: skip
"""System -> how far the recorder's clock is ahead of the export's, the recorder, and a row of the export."""


@dataclass(frozen=True)
class Counts:
    """How one export was joined."""

    with_row: int
    joined: int
    wrong: int
    asked: int
    expected_wrong: float
    stated: list[tuple[float, bool]]


def simulate(system: str, seed: int) -> Counts:
    """One export and its recordings: joined, and held against what is true."""
    rng = random.Random(f"{system} {seed}")
    ahead, recorder, row = SYSTEMS[system]
    calls = calls_of(rng)
    listed = [call for call in calls if rng.random() >= MISSING]
    rng.shuffle(listed)
    with tempfile.TemporaryDirectory() as folder:
        path, rows = Path(folder) / "crm.csv", []
        for call in listed:
            at = call.start + datetime.timedelta(seconds=rng.gauss(0, 1.5))
            if rng.random() < EDITED:
                at += datetime.timedelta(minutes=rng.choice((-1, 1)) * rng.uniform(5, 300))
            rows.append(row(call, at))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        table = read_calls(path)
    line_of = {call.number: line for line, call in enumerate(listed, start=2)}
    truth, recordings = {}, []
    for call in calls:
        if call.message_s is None:
            continue
        at = call.start + datetime.timedelta(seconds=ahead + rng.gauss(0, 0.8))
        facts = recorder(call, at, rng)
        recordings.append(facts)
        truth[str(facts.path)] = line_of.get(call.number)
    found = join_calls(recordings, table.calls)
    right = {pair.recording.path: truth[str(pair.recording.path)] == pair.call.line for pair in found.sure}
    every = [*found.sure, *(pair for pairs in found.unsure for pair in pairs)]
    return Counts(
        sum(line is not None for line in truth.values()), sum(right.values()), sum(not one for one in right.values()),
        len(found.unsure), found.expected_wrong,
        [(pair.probability, truth[str(pair.recording.path)] == pair.call.line) for pair in every],
    )  # fmt: skip


BINS = (0.02, 0.2, 0.5, 0.8, 0.98, 1.0001)


def run(data: Path) -> list[Table]:
    """Shares joined, wrongly joined and left to a person; and whether a stated probability is what comes true."""
    rows, stated, totals = [], [], [0, 0, 0, 0]
    for system in SYSTEMS:
        counts = [simulate(system, seed) for seed in range(3)]
        with_row, joined, wrong, asked = (sum(getattr(c, n) for c in counts) for n in ("with_row", "joined", "wrong", "asked"))
        stated += [one for c in counts for one in c.stated]
        totals = [a + b for a, b in zip(totals, (with_row, joined, wrong, asked), strict=True)]
        expected = sum(c.expected_wrong for c in counts)
        rows.append((system, with_row, _percent(joined, with_row), _percent(wrong, joined + wrong), asked, f"{expected:.1f}"))
    rows.append(("all", totals[0], _percent(totals[1], totals[0]), _percent(totals[2], totals[1] + totals[2]), totals[3], ""))
    bins = []
    for low, high in itertools.pairwise(BINS):
        inside = [(p, right) for p, right in stated if low <= p < high]
        if inside:
            said = sum(p for p, _ in inside) / len(inside)
            bins.append(
                (
                    f"{low:.2f} to {min(high, 1):.2f}",
                    len(inside),
                    f"{said:.3f}",
                    f"{sum(r for _, r in inside) / len(inside):.3f}",
                )
            )
    notes = (
        f"**Simulated**: three exports a system of {N_CALLS:,} calls by {N_REPS} reps in {DAYS} days, "
        f"{100 * VOICEMAILS:.0f} % of them voicemails with a recording; {100 * MISSING:.0f} % of the rows missing, "
        f"{100 * EDITED:.1f} % with a changed time, {100 * REDIALS:.0f} % of the calls dialled again within the minute, clocks "
        "apart by seconds to hours. No real export was joined."
    )
    return [
        Table(
            "Joining recordings with calls",
            (
                "export",
                "recordings with a row",
                "joined rightly",
                "wrong, of those joined",
                "left to a person",
                "wrong, as expected",
            ),
            rows,
            notes,
        ),
        Table(
            "Joining: stated probability and what came true",
            ("stated", "pairs", "mean stated", "true"),
            bins,
            "The pairs of the table above, sure and unsure.",
        ),
    ]


def _percent(k: int, n: int) -> str:
    return f"{100 * k / max(n, 1):.2f} %"
