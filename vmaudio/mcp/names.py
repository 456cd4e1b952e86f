"""Names of the store and what stands for them in an answer: the same stand-in in every tool, whatever is asked for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from vmaudio.errors import NotStored
from vmaudio.privacy import redact_text, redacted_id, stand_ins
from vmaudio.records import Analysis, Message, Observation
from vmaudio.report import Coded, Sheet

NAME = "[name]"
_TOKEN = re.compile(r"[^\W\d_]{2,}")
_PLAIN_NUMBER = re.compile(r"-?\d{1,6}(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody who is named in the store's table of messages.

    Attributes:
        redact: whether stand-ins are shown.
        reps: stand-ins of reps, by name; so for the other fields.
        campaigns: of campaigns that hold a name or a number; others stand for themselves.
        scripts: the same for names of scripts.
        ids: the messages' own ids by the ids that are shown, where these differ.
    """

    redact: bool
    reps: dict[str, str] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, messages: Iterable[Message], *, redact: bool) -> Names:
        """Find the stand-ins.

        Args:
            messages: all messages of the store.
            redact: whether stand-ins are shown; without, every name stands for itself.

        Returns:
            The names.
        """
        if not redact:
            return cls(False)
        known = list(messages)
        told = [value for one in known for value in (one.rep, one.prospect_name, one.company, one.prospect) if value]
        tokens = {token.casefold() for text in told for token in _TOKEN.findall(text)}

        def hidden(values: Iterable[str | None], what: str) -> dict[str, str]:
            return stand_ins((value for value in values if value and _tells(value, tokens)), what)

        return cls(
            True,
            stand_ins((one.rep for one in known), "Rep"),
            hidden((one.campaign for one in known), "Campaign"),
            hidden((one.script for one in known), "Script"),
            {shown: one.message_id for one in known if (shown := redacted_id(one.message_id)) != one.message_id},
        )

    def rep(self, name: str | None) -> str | None:
        """The name of a rep as it is shown.

        Args:
            name: the name.
        """
        return self.reps.get(name, NAME) if name and self.redact else name

    def campaign(self, name: str | None) -> str | None:
        """The name of a campaign as it is shown.

        Args:
            name: the name.
        """
        return self.campaigns.get(name, name) if name else name

    def script(self, name: str | None) -> str | None:
        """The name of a script as it is shown.

        Args:
            name: the name.
        """
        return self.scripts.get(name, name) if name else name

    def shown_id(self, message_id: str) -> str:
        """The id of a message as it is shown.

        Args:
            message_id: its own.
        """
        return redacted_id(message_id) if self.redact else message_id

    def own_id(self, shown: str) -> str:
        """The own id of a message.

        Args:
            shown: as `shown_id` gave it.
        """
        return self.ids.get(shown, shown)

    def own_rep(self, shown: str) -> str:
        """The rep whom a stand-in means.

        Args:
            shown: as `rep` gave it.

        Raises:
            NotStored: nobody.
        """
        return _own(self.reps, shown, "rep") if self.redact else shown

    def own_campaign(self, shown: str) -> str:
        """The campaign that a stand-in means.

        Args:
            shown: as `campaign` gave it.
        """
        return next((name for name, one in self.campaigns.items() if one == shown), shown)

    def analysis(self, analysis: Analysis) -> Analysis:
        """An analysis as it may be shown.

        Args:
            analysis: as stored.

        Returns:
            With stand-ins, and without names and numbers in its texts; or as it is.
        """
        if not self.redact:
            return analysis
        clean = redact_text(analysis, aliases=self.reps)
        sent = analysis.message
        named = dataclasses.replace(clean.message, campaign=self.campaign(sent.campaign), script=self.script(sent.script))
        return dataclasses.replace(clean, message=named)

    def sheet(self, sheet: Sheet) -> Sheet:
        """The store's columns with stand-ins.

        Args:
            sheet: as stored.
        """
        if not self.redact:
            return sheet
        rows = [
            row._replace(
                rep=self.rep(row.rep), prospect_name=None, campaign=self.campaign(row.campaign), script=self.script(row.script)
            )
            for row in sheet.rows
        ]  # fmt: skip
        return dataclasses.replace(
            sheet, rows=rows, rep=_renamed(sheet.rep, self.rep), campaign=_renamed(sheet.campaign, self.campaign),
            script=_renamed(sheet.script, self.script),
        )  # fmt: skip

    def observations(self, seen: Sequence[Observation]) -> list[Observation]:
        """Evidence with stand-ins: names, numbers and the columns that users added, of which nobody knows what is in them.

        Args:
            seen: the messages with their outcomes.

        Returns:
            The same messages in the same order.
        """
        if not self.redact:
            return list(seen)
        sent = [one.message for one in seen]
        prospects = stand_ins((one.prospect for one in sent), "Prospect")
        companies = stand_ins((one.company for one in sent), "Company")
        callers = stand_ins((one.caller_id for one in sent), "Number")
        columns = sorted({name for one in sent for name in one.extra})
        extra = {name: stand_ins((one.extra.get(name) for one in sent), name) for name in columns}

        def shown(message: Message) -> Message:
            return dataclasses.replace(
                message, source="", rep=self.rep(message.rep), prospect=prospects.get(message.prospect or ""),
                prospect_name=None, company=companies.get(message.company or ""), campaign=self.campaign(message.campaign),
                caller_id=callers.get(message.caller_id or ""), notes=None, script=self.script(message.script),
                extra={
                    name: value if _PLAIN_NUMBER.fullmatch(value) else extra[name].get(value, "")
                    for name, value in message.extra.items()
                },
            )  # fmt: skip

        return [dataclasses.replace(one, message=shown(one.message)) for one in seen]


def _tells(text: str, tokens: set[str]) -> bool:
    """Whether a text holds a name of somebody known, an address, or enough digits for a telephone number."""
    if "@" in text or sum(letter.isdigit() for letter in text) >= 7:
        return True
    return any(token.casefold() in tokens for token in _TOKEN.findall(text))


def _own(names: dict[str, str], shown: str, what: str) -> str:
    for name, one in names.items():
        if one == shown:
            return name
    some = ", ".join(list(names.values())[:3])
    raise NotStored(
        f"There is no {what} {shown[:80]!r}: names are left out here. Use a stand-in" + (f", as {some}." if some else ".")
    )


def _renamed(column: Coded, shown: Callable[[str | None], str | None]) -> Coded:
    return dataclasses.replace(column, names=tuple(shown(name) or "" for name in column.names))
