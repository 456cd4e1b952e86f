"""Which messages: the conditions that reports and the library choose by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func

from vmaudio.store.tables import analyses, messages


@dataclass(frozen=True, slots=True)
class Filter:
    """Which messages; None and empty mean all.

    Attributes:
        rep: name of the rep.
        prospect: id of the prospect.
        campaign: name of the campaign.
        approach: the approach that was predicted.
        message_id: id of one message.
        since: ISO 8601 date of ``sent_at`` from which on.
        until: the last one.
        text: words side by side in the transcript, in upper or lower case.
    """

    rep: str | None = None
    prospect: str | None = None
    campaign: str | None = None
    approach: str | None = None
    message_id: str | None = None
    since: str | None = None
    until: str | None = None
    text: str | None = None

    def where(self) -> list[Any]:
        """SQLAlchemy conditions over messages and analyses."""
        equal = {
            messages.c.rep: self.rep,
            messages.c.prospect: self.prospect,
            messages.c.campaign: self.campaign,
            messages.c.message_id: self.message_id,
            analyses.c.approach: self.approach,
        }
        conditions: list[Any] = [column == value for column, value in equal.items() if value]
        if self.since:
            conditions.append(messages.c.sent_at >= self.since)
        if self.until:
            conditions.append(messages.c.sent_at <= self.until)
        if self.text:
            conditions.append(func.lower(analyses.c.text).contains(self.text.lower(), autoescape=True))
        return conditions
