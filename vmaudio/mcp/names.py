"""Names of the store and what stands for them in an answer: the same stand-in in every tool, whatever is asked for."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass, field

from vmaudio.errors import NotStored
from vmaudio.privacy import is_listed, redact_text, redacted_id, stand_ins
from vmaudio.records import Analysis, Message, Observation
from vmaudio.report import Coded, Sheet
from vmaudio.text import FIRST_NAMES

NAME = "[name]"
MOST_WORDS = 6
"""A campaign or script whose name has more words is a text."""
_TRADE = frozenset(
    "abm b2b cadence crm dialer followup followups inbound msp outbound reactivation renewals ringless rvm saas smb sms"
    " upsell utm webinar webinars".split()
)
"""Words of the trade that are in no list of everyday English and name nobody."""
_TOKEN = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-Z])")  # DanaSpring
_PLAIN_NUMBER = re.compile(r"-?(?=[\d.]{1,7}$)\d{1,6}(\.\d+)?")
"""With fewer digits than a telephone number has."""


@dataclass(frozen=True, slots=True)
class Names:
    """Everybody who is named in the store's table of messages.

    Attributes:
        redact: whether stand-ins are shown.
        reps: stand-ins of reps, by name; so for the other fields.
        campaigns: of campaigns that hold a name, a number, or a word that is in no list of everyday words, which may be the
            name of somebody whom no column lists; others stand for themselves.
        scripts: the same for names of scripts; a script's file or text has a stand-in too.
        channels: the same for channels.
        ids: the messages' own ids by the ids that are shown, where these differ.
        told: the pieces of everybody's names, in small letters.
    """

    redact: bool
    reps: dict[str, str] = field(default_factory=dict)
    campaigns: dict[str, str] = field(default_factory=dict)
    scripts: dict[str, str] = field(default_factory=dict)
    channels: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    told: Set[str] = frozenset()

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
        tokens = _told(known)

        def hidden(values: Iterable[str | None], what: str) -> dict[str, str]:
            return stand_ins((value for value in values if value and (_tells(value, tokens) or _may_name(value))), what)

        return cls(
            True,
            stand_ins((one.rep for one in known), "Rep"),
            hidden((one.campaign for one in known), "Campaign"),
            hidden((one.script for one in known), "Script"),
            hidden((one.channel for one in known), "Channel"),
            {shown: one.message_id for one in known if (shown := redacted_id(one.message_id)) != one.message_id},
            tokens,
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
        named = dataclasses.replace(
            clean.message, campaign=self.campaign(sent.campaign), script=self.script(sent.script),
            channel=self.channels.get(sent.channel or "", sent.channel),
        )  # fmt: skip
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
        named = stand_ins((name for name in columns if _tells(name, self.told)), "column")
        heading = {name: named.get(name, name) for name in columns}
        extra = {name: stand_ins((one.extra.get(name) for one in sent), heading[name]) for name in columns}

        def shown(message: Message) -> Message:
            return dataclasses.replace(
                message, source="", rep=self.rep(message.rep), prospect=prospects.get(message.prospect or ""),
                prospect_name=None, company=companies.get(message.company or ""), campaign=self.campaign(message.campaign),
                caller_id=callers.get(message.caller_id or ""), notes=None, script=self.script(message.script),
                channel=self.channels.get(message.channel or "", message.channel),
                extra={
                    heading[name]: value if _PLAIN_NUMBER.fullmatch(value) else extra[name].get(value, "")
                    for name, value in message.extra.items()
                },
            )  # fmt: skip

        return [dataclasses.replace(one, message=shown(one.message)) for one in seen]


def _told(messages: Iterable[Message]) -> set[str]:
    told = [value for one in messages for value in (one.rep, one.prospect_name, one.company, one.prospect) if value]
    return {token for text in told for token in _tokens(text)}


def _tokens(text: str) -> list[str]:
    return [part.casefold() for token in _TOKEN.findall(text) for part in (token, *_HUMP.split(token))]


def _tells(text: str, tokens: Set[str]) -> bool:
    """Whether a text holds a name of somebody known, a path, an address, or enough digits for a telephone number, or is a
    sentence: a script may be given as its text.
    """
    if any(sign in text for sign in "@/\\") or len(text.split()) > MOST_WORDS or sum(letter.isdigit() for letter in text) >= 7:
        return True
    return any(token in tokens for token in _tokens(text))


def _may_name(text: str) -> bool:
    """Whether a text holds a word that may be somebody's name: a first name, or one that nobody has listed as everyday."""
    for token in _TOKEN.findall(text):
        for part in _HUMP.split(token):
            word = part.casefold()
            if word in FIRST_NAMES or not (is_listed(word) or word in _TRADE):
                return True
    return False


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
