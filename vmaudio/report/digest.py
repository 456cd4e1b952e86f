"""A digest of one week, to be sent on Monday: a mail or a page, made without a server."""

from __future__ import annotations

import datetime
import email.policy
import email.utils
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import numpy as np

import vmaudio
from vmaudio.errors import SettingError
from vmaudio.records import counted
from vmaudio.report.coaching import Thing, coaching_of
from vmaudio.report.files import whole
from vmaudio.report.glossary import Glossary
from vmaudio.report.html import page_environment
from vmaudio.report.kept_sheet import read_sheet
from vmaudio.report.sheet import NEVER, Sheet
from vmaudio.report.tallies import members_of
from vmaudio.report.trends import Trends, sentence_of, trends_of
from vmaudio.store import Store, all_coach_notes, overrides_by_message


@dataclass(frozen=True, slots=True)
class Digest:
    """One week of a team.

    Attributes:
        week: its Monday.
        messages: messages of the week.
        team: the team's week against its past.
        reps: each rep's week against the own past, in the order of names.
        things: what to coach, by rep.
        simulated: some of the outcomes are invented.
        made_on: when it was made.
        version: of vmaudio.
    """

    week: datetime.date
    messages: int
    team: Trends
    reps: Mapping[str, Trends]
    things: Mapping[str, tuple[Thing, ...]]
    simulated: bool
    made_on: datetime.datetime
    version: str

    @property
    def title(self) -> str:
        """The subject of the mail."""
        last = self.week + datetime.timedelta(days=6)
        days = f"{self.week.day} {self.week:%b} to {last.day} {last:%b} {last.year}"
        return f"Voicemails, {days}: {counted(self.messages, 'message')}"


def monday_of(text: str) -> datetime.date:
    """The Monday of a week.

    Args:
        text: an ISO week, "2026-W47", or a day of it, "2026-11-18".

    Returns:
        The Monday.

    Raises:
        SettingError: it is neither.
    """
    try:
        year, sep, week = text.strip().upper().partition("-W")
        if sep:
            return datetime.date.fromisocalendar(int(year), int(week), 1)
        day = datetime.date.fromisoformat(text.strip())
    except ValueError:
        raise SettingError(f"{text[:40]!r} is no week. Write it as 2026-W47, or give a day of it.") from None
    return day - datetime.timedelta(days=day.weekday())


def build_digest(store: Store, glossary: Glossary, week: datetime.date | None = None) -> Digest:
    """Sum up a week: the team and each rep against their own past, and what to coach.

    Args:
        store: the store.
        glossary: titles and tips of the checks.
        week: its Monday; None is the last week that is over and has a message.

    Returns:
        The digest.

    Raises:
        SettingError: no message was left in that week, or none has a date.
    """
    sheet = read_sheet(store)
    monday = week or _last_whole_week(sheet)
    everything = np.ones(sheet.n, dtype=bool)
    team = trends_of(sheet, everything, glossary, week=monday, pictures=False) if monday else None
    if team is None or monday is None or not team.messages:
        when = f"in the week of {monday.isoformat()}" if monday else "with a date before this week"
        raise SettingError(f"No analysed message was left {when}. vmaudio report lists what is there.")
    until = (sheet.week != NEVER) & (sheet.week <= monday.toordinal())
    this_week = sheet.week == monday.toordinal()
    reps = {}
    for code, places in members_of(sheet.rep, this_week):
        own = np.zeros(sheet.n, dtype=bool)
        own[places] = True
        name = sheet.rep.names[code]
        found = trends_of(sheet, sheet.rep.is_(name), glossary, week=monday, pictures=False)
        if name and found is not None:
            reps[name] = found
    coaching = coaching_of(
        store, sheet, until, glossary, overrides=overrides_by_message(store.overrides()), notes=all_coach_notes(store)
    )  # fmt: skip
    return Digest(
        monday, team.messages, team, dict(sorted(reps.items(), key=lambda item: item[0].casefold())), coaching.things,
        bool(sheet.simulated[this_week].any()), datetime.datetime.now(datetime.UTC), vmaudio.__version__,
    )  # fmt: skip


def _last_whole_week(sheet: Sheet) -> datetime.date | None:
    """The Monday of the last week with a message that is over by now."""
    today = datetime.datetime.now(datetime.UTC).date()
    over = sheet.week[
        (sheet.week != NEVER) & (sheet.week <= (today - datetime.timedelta(days=today.weekday() + 7)).toordinal())
    ]
    return datetime.date.fromordinal(int(over.max())) if len(over) else None


def digest_html(digest: Digest) -> str:
    """The digest as a page that mail programs can show: no script, nothing that is loaded.

    Args:
        digest: one week.

    Returns:
        HTML that needs no other file.
    """
    return page_environment().get_template("digest.html.j2").render(data=digest)


def digest_text(digest: Digest) -> str:
    """The digest as plain text.

    Args:
        digest: one week.

    Returns:
        Lines for a mail program that shows no HTML.
    """
    lines = [digest.title, ""]
    if digest.simulated:
        lines += ["The outcomes are simulated: nobody was called.", ""]
    lines += [sentence_of(digest.team, "The team"), ""]
    for rep, trends in digest.reps.items():
        lines.append(sentence_of(trends, rep))
        lines += [
            f"  - {thing.check.title}: missed in {thing.missed} of {thing.judged}{thing.counts}. {thing.check.tip}"
            for thing in digest.things.get(rep, ())
        ]
    return "\n".join([*lines, "", f"Made with vmaudio {digest.version}, on one machine.", ""])


def digest_mail(digest: Digest) -> bytes:
    """The digest as a mail without sender and receiver, which a mail program opens as a draft.

    Args:
        digest: one week.

    Returns:
        The content of an .eml file.
    """
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["Subject"] = digest.title
    mail["Date"] = email.utils.format_datetime(digest.made_on)
    mail["X-Unsent"] = "1"
    mail.set_content(digest_text(digest))
    mail.add_alternative(digest_html(digest), subtype="html")
    return mail.as_bytes()


def write_digest(path: Path, digest: Digest) -> None:
    """Write a digest as a mail (.eml), else as a page.

    Args:
        path: the file, which appears whole or not at all.
        digest: one week.

    Raises:
        ReportError: the file cannot be written.
    """
    content = digest_mail(digest) if path.suffix.lower() == ".eml" else digest_html(digest).encode()
    whole(path, lambda stream: stream.write(content))
