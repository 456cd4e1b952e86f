"""How far coaches agree with each other and with the machine, from the app's columns."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from vmaudio.experiments import Corrected
from vmaudio.report import Sheet, coaches_say
from vmaudio.store import CoachVerdict, coach_verdicts_of
from vmaudio.training import (
    Calibration,
    CheckAgreement,
    corrected_shares as shares_by_coaches,
    estimate_words,
    hold_against,
)
from vmaudio.web.context import Web
from vmaudio.web.library import places_of

SAID: Mapping[str, str] = {"p": "pass", "f": "fail", "n": "n/a"}
"""The machine's verdicts by their letters in the sheet; what it could not judge is none."""


def calibration_of(web: Web) -> Calibration:
    """Agreement by check and coach, as ``vmaudio calibrate`` says it; made once for each state of the store.

    Args:
        web: the app.

    Returns:
        The agreement; empty where no coach has scored.
    """
    sheet, verdicts = web.sheets.current(), coach_verdicts_of(web.store)
    return web.sheets.remembered(
        ("calibration", hash(tuple(verdicts))),
        sheet,
        lambda: hold_against(verdicts, _machine(web, sheet, verdicts), _everywhere(sheet, verdicts)),
    )


def corrected_shares(web: Web, sheet: Sheet, verdicts: list[CoachVerdict], chosen: np.ndarray) -> dict[str, Corrected]:
    """The shares of some messages that miss a check, corrected by the coaches' verdicts on those of them that they judged.

    Args:
        web: the app.
        sheet: its messages.
        verdicts: of coaches who scored blind.
        chosen: which messages count (n_messages,).

    Returns:
        By check; only checks with enough verdicts.
    """
    if not verdicts:
        return {}
    places = places_of(web, sheet)
    counted = [one for one in verdicts if (at := places.get(one.message_id)) is not None and chosen[at]]
    return shares_by_coaches(counted, _machine(web, sheet, counted), _everywhere(sheet, counted, sheet.sounds.once(chosen)))


def machine_says(sheet: Sheet, at: int, check: str) -> str | None:
    """The machine's verdict on a check of one message.

    Args:
        sheet: the messages.
        at: place of the message.
        check: id of the check.

    Returns:
        "pass", "fail" or "n/a"; None where it could not judge, or has no such check.
    """
    return SAID.get(chr(sheet.marks[at, sheet.checks.index(check)])) if check in sheet.checks else None


def _machine(web: Web, sheet: Sheet, verdicts: list[CoachVerdict]) -> dict[str, dict[str, str]]:
    """The machine's verdicts on the messages that coaches judged."""
    places, found = places_of(web, sheet), {}
    for name in {one.message_id for one in verdicts}:
        if (at := places.get(name)) is not None:
            said = {check: machine_says(sheet, at, check) for check in sheet.checks}
            found[name] = {check: verdict for check, verdict in said.items() if verdict}
    return found


def _everywhere(sheet: Sheet, verdicts: list[CoachVerdict], chosen: np.ndarray | None = None) -> dict[str, np.ndarray]:
    """The machine's verdicts on all messages, of the checks that coaches judged."""
    found = {}
    once = sheet.sounds.once(np.ones(sheet.n, dtype=bool)) if chosen is None else chosen
    for check in {one.check_id for one in verdicts} & set(sheet.checks):
        column = sheet.marks[once, sheet.checks.index(check)]
        found[check] = np.concatenate([np.repeat(word, int((column == ord(letter)).sum())) for letter, word in SAID.items()])
    return found


def agreement_lines(web: Web) -> dict[str, str]:
    """Agreement on each check that coaches scored blind, and how often they would say it is missed, as a line.

    Args:
        web: the app.

    Returns:
        Lines by the check's id; empty where no coach has scored.
    """
    found = calibration_of(web)
    return {one.check: _line(one, simulated=found.simulated) for one in found.checks}


def _line(one: CheckAgreement, *, simulated: bool) -> str:
    said = []
    if math.isfinite(one.alpha[0]):
        said.append(f"{one.coaches} coaches among themselves {estimate_words(one.alpha, one.alpha_n)}")
    if math.isfinite(one.kappa[0]):
        said.append(f"with the machine {estimate_words(one.kappa, one.kappa_n)}")
    pretend = "Simulated coaches: " if simulated else ""
    share = f". Missed in {coaches_say(one.missed, simulated=simulated)}" if one.missed else ""
    return f"{pretend}agreement on {one.messages} messages: {'; '.join(said) or 'not enough to say'}{share}"
