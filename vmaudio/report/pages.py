"""Pages of single messages: a rep's own, and what ``vmaudio check --html`` writes."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path

import vmaudio
from vmaudio import settings
from vmaudio.records import Analysis, Outcome
from vmaudio.report.counting import as_counted
from vmaudio.report.data import PageData
from vmaudio.report.files import write_text
from vmaudio.report.glossary import Glossary, RubricLike
from vmaudio.report.html import render_messages
from vmaudio.report.message import message_view, title_of
from vmaudio.report.overrides import Overrides, override_views
from vmaudio.report.summary import Called, day
from vmaudio.report.team import Sounds, no_sound
from vmaudio.report.tone_visibility import tone_is_shown, without_tone


def message_page(
    analyses: Sequence[Analysis],
    glossary: Glossary,
    *,
    outcomes: Mapping[str, Outcome] | None = None,
    called: Called | None = None,
    overrides: Overrides | None = None,
    sounds: Sounds = no_sound,
    tone: bool = False,
    redacted: bool = False,
    today: datetime.date | None = None,
) -> PageData:
    """The page of one message, or of a few one below the other.

    Args:
        analyses: The messages, in the order in which they are shown.
        glossary: Titles of the checks.
        outcomes: Outcomes by message id.
        called: Which messages count as called back in the team's reports; None where nobody counted.
        overrides: People's verdicts by message id and check.
        sounds: Gives what the player of a message plays.
        tone: May the reader see how the messages sound?
        redacted: Have names and numbers been left out of the analyses? The page then says so.
        today: The date on the page; by default today in UTC.

    Returns:
        What `render_messages` writes.
    """
    outcomes, overrides = outcomes or {}, overrides or {}
    made = [analysis if tone else without_tone(analysis) for analysis in analyses]
    return PageData(
        title=title_of(made[0]) if len(made) == 1 else f"{len(made)} messages",
        views=tuple(
            message_view(
                a, glossary, tone=tone, sound=sounds(a), outcome=outcomes.get(a.message.message_id),
                counted=as_counted(outcomes.get(a.message.message_id), called),
                overrides=override_views(overrides.get(a.message.message_id)),
            )
            for a in made
        ),
        made_on=day(today or datetime.datetime.now(datetime.UTC).date()),
        version=vmaudio.__version__,
        redacted=redacted,
    )  # fmt: skip


def write_messages(analyses: Sequence[Analysis], rubric: RubricLike, path: str | Path, *, sounds: Sounds = no_sound) -> None:
    """Write the page of a rep's own messages. The setting ``tone`` decides whether it says how they sound.

    Args:
        analyses: The messages, in the order in which they are shown.
        rubric: Gives the titles of the checks.
        path: The file to write.
        sounds: Gives what the player of a message plays.

    Raises:
        ReportError: the file cannot be written.
    """
    page = message_page(
        analyses, Glossary.of(rubric), sounds=sounds, tone=tone_is_shown(str(settings.get("tone")), team=False)
    )  # fmt: skip
    write_text(Path(path), render_messages(page))
