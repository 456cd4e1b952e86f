"""People's verdicts in reports and tables: always beside the machine's, with reason and author, never in place of it.

Points, shares and callback rates are the machine's; a person's verdict only says what is shown as an example of what.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vmaudio.records import Analysis, counted
from vmaudio.report.message_data import Fact, OverrideView
from vmaudio.store import Override, Overrides

LEFT_OUT = "(left out)"


def override_views(given: Mapping[str, Override] | None) -> dict[str, OverrideView]:
    """One message's overrides, by check id, as `message_view` shows them.

    Args:
        given: people's verdicts on one message, by check id; None for none.

    Returns:
        What to show, by check id.
    """
    return {
        check: OverrideView(one.verdict, one.reason, one.author, one.created_utc) for check, one in (given or {}).items()
    }  # fmt: skip


def verdict_of(analysis: Analysis, check_id: str, given: Overrides) -> str | None:
    """The verdict that counts when an example is chosen: the person's, else the machine's.

    Args:
        analysis: one scored message.
        check_id: id of the check.
        given: people's verdicts, by message id and check id.

    Returns:
        "pass", "fail" or "n/a"; None without a verdict.
    """
    own = given.get(analysis.message.message_id, {}).get(check_id)
    if own is not None:
        return own.verdict
    return next((c.verdict for c in (analysis.score.checks if analysis.score else ()) if c.id == check_id), None)


def redacted_overrides(given: Overrides, renamed: Mapping[str, str]) -> dict[str, dict[str, Override]]:
    """The verdicts under new message ids, without reasons and authors: both are free text with names in it.

    Args:
        given: people's verdicts, by message id and check id.
        renamed: the new message id by the old one; messages without one are left out.

    Returns:
        Overrides by new message id and check id.
    """
    return {
        renamed[message]: {
            check: Override(renamed[message], check, one.verdict, LEFT_OUT, LEFT_OUT, one.created_utc)
            for check, one in own.items()
        }
        for message, own in given.items()
        if message in renamed
    }


def changed_verdicts(analyses: Sequence[Analysis], given: Overrides) -> list[Fact]:
    """How many verdicts of people there are, as a line of "how this was computed".

    Args:
        analyses: the messages of the report.
        given: people's verdicts, by message id and check id.

    Returns:
        One fact; none where there are no such verdicts.
    """
    own = [given[one.message.message_id] for one in analyses if given.get(one.message.message_id)]
    if not own:
        return []
    n, messages = sum(map(len, own)), len(own)
    what = f"{counted(n, 'check')} of {counted(messages, 'message')}"
    return [Fact("verdicts changed by a person", f"{what}; points and shares use the machine's verdicts")]
