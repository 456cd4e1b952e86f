"""Rounds of calibration in the app: who scored how much of which sample, and where a coach and the machine differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.errors import SettingError
from vmaudio.records import counted
from vmaudio.store import (
    CoachVerdict,
    Round,
    all_rounds,
    coach_verdicts_of,
    put_coach_verdicts,
    round_of,
    save_round,
)
from vmaudio.training import UNSURE, draw_messages
from vmaudio.web.agreement import machine_says
from vmaudio.web.context import Web
from vmaudio.web.library import places_of, title_at

ANSWERS = {"pass": "Yes", "fail": "No", "n/a": "Does not apply", UNSURE: "Can’t tell"}
"""What a coach may answer, with its words."""

KEYS = {"pass": "y", "fail": "n", "n/a": "a", UNSURE: "c"}
"""The key of each answer."""

MOST_DIFFERENT = 60
"""Most differences between coach and machine that a page lists."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one coach has come in a round.

    Attributes:
        round: the round.
        answers: the coach's answers, by message and check.
    """

    round: Round
    answers: dict[tuple[str, str], str]

    @property
    def done(self) -> int:
        """Questions that are answered."""
        return len(self.answers)

    @property
    def total(self) -> int:
        """All questions."""
        return len(self.round.messages) * len(self.round.checks)

    @property
    def state(self) -> str:
        """ "new", "begun" or "finished"."""
        return "finished" if self.done >= self.total else "begun" if self.done else "new"

    @property
    def next(self) -> int:
        """Place of the first message with an open question, from 1; the last one where there is none."""
        for i, message in enumerate(self.round.messages, 1):
            if any((message, check) not in self.answers for check in self.round.checks):
                return i
        return max(1, len(self.round.messages))

    @property
    def words(self) -> str:
        """The progress as text."""
        return f"{self.done:,} of {counted(self.total, 'question')} answered"


@dataclass(frozen=True, slots=True)
class Different:
    """A verdict of a coach that is not the machine's."""

    message_id: str
    title: str
    check: str
    coach: str
    machine: str


def begin(web: Web, *, n: int, seed: int, checks: Sequence[str], by: str) -> Round:
    """Draw a sample, as ``vmaudio calibrate sheet`` draws it, and keep it for every coach.

    Args:
        web: the app.
        n: messages.
        seed: another one draws others.
        checks: checks that are asked, of the rubric.
        by: who begins.

    Returns:
        The round.

    Raises:
        SettingError: no check, an unknown one, or no message with points.
    """
    known = [one.id for one in web.book.active.rubric.criteria]
    asked = [check for check in known if check in set(checks)]
    if not asked or set(checks) - set(known):
        raise SettingError("Choose at least one check, of the rubric as it is now.")
    sheet = web.sheets.current()
    recordings = {row.message_id: row.recording_id for row in sheet.rows if row.points is not None and row.recording_id}
    drawn = draw_messages(recordings, n=n, seed=seed)
    if not drawn:
        raise SettingError("No message has points yet. Add recordings first.")
    return save_round(web.store, drawn, asked, seed=seed, by=by)


def progress_of(web: Web, coach: str, message_id: str | None = None) -> list[Progress]:
    """How far a coach has come in each round, the newest first.

    Args:
        web: the app.
        coach: name of the coach; "" has answered nothing.
        message_id: only the rounds in which this message is.

    Returns:
        One for each round.
    """
    rounds = all_rounds(web.store, message_id)
    if not rounds:
        return []
    own = _verdicts(coach_verdicts_of(web.store, coach=coach)) if coach else {}
    return [progress_in(one, own) for one in rounds]


def progress_of_round(web: Web, coach: str, round_id: int) -> Progress:
    """How far a coach has come in one round; nothing else is read.

    Args:
        web: the app.
        coach: name of the coach; "" has answered nothing.
        round_id: number of the round.

    Returns:
        The progress.

    Raises:
        NotStored: there is no such round.
    """
    held = round_of(web.store, round_id)
    return progress_in(held, _verdicts(coach_verdicts_of(web.store, coach=coach, round_id=round_id)) if coach else {})


def _verdicts(given: list[CoachVerdict]) -> dict[tuple[str, str], str]:
    return {(one.message_id, one.check_id): one.verdict for one in given}


def progress_in(held: Round, own: dict[tuple[str, str], str]) -> Progress:
    """How far a coach has come in one round.

    Args:
        held: the round.
        own: all the coach's verdicts, by message and check.

    Returns:
        The progress.
    """
    asked = [(message, check) for message in held.messages for check in held.checks]
    return Progress(held, {key: own[key] for key in asked if key in own})


def still_blind(web: Web, coach: str, message_id: str) -> int | None:
    """Whether a coach is about to score a message blind, so that what the machine says of it would be a hint.

    Args:
        web: the app.
        coach: name of the coach.
        message_id: the message.

    Returns:
        Number of a round that the coach has begun, in which a question about this message is open; None without one.
    """
    for one in progress_of(web, coach, message_id):
        held = one.round
        if one.state == "begun" and any((message_id, check) not in one.answers for check in held.checks):
            return held.id
    return None


def answer(web: Web, held: Round, message_id: str, answers: dict[str, str], coach: str) -> int:
    """Keep a coach's answers on one message; earlier ones of the coach are replaced.

    Args:
        web: the app.
        held: the round.
        message_id: the message, one of the round.
        answers: by check: a key of `ANSWERS`.
        coach: name of the coach.

    Returns:
        How many were kept.

    Raises:
        SettingError: no name, a message or check that is not in the round, or another word.
    """
    if not coach:
        raise SettingError("Say who you are: give your name on the page of calibration.")
    if message_id not in held.messages:
        raise SettingError("This message is not in the round any more. Load the page again.")
    for check, verdict in answers.items():
        if check not in held.checks or verdict not in ANSWERS:
            raise SettingError(f"{check[:40]!r}: {verdict[:20]!r} is no answer. Use {', '.join(ANSWERS)}.")
    put_coach_verdicts(web.store, [CoachVerdict(message_id, check, coach, said) for check, said in answers.items()])
    return len(answers)


def differences(web: Web, coach: str) -> list[Different]:
    """Where a coach and the machine say the opposite, the checks with most such messages first.

    Args:
        web: the app.
        coach: name of the coach.

    Returns:
        At most `MOST_DIFFERENT`.
    """
    sheet = web.sheets.current()
    places, found = places_of(web, sheet), []
    for one in coach_verdicts_of(web.store, coach=coach):
        at = places.get(one.message_id)
        if at is None or one.verdict not in ("pass", "fail"):
            continue
        said = machine_says(sheet, at, one.check_id)
        if said in ("pass", "fail") and said != one.verdict:
            found.append(Different(one.message_id, title_at(sheet, at), one.check_id, one.verdict, said))
    count = {check: sum(one.check == check for one in found) for check in {one.check for one in found}}
    return sorted(found, key=lambda one: (-count[one.check], one.check, one.title))[:MOST_DIFFERENT]
