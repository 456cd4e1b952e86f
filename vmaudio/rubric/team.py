"""What a team says to its prospects: it tells words for one of them from words for all.

A word of the notes is specific to a prospect only if others are not told it too: the script of a campaign is sent to all of
the campaign, one recording may be dropped on many, and some words a team says to nearly everybody. Whoever scores one message
alone knows none of that; over a store it is counted here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vmaudio.records import Message
from vmaudio.rubric.options import RUBRIC_OPTIONS, ProspectOptions
from vmaudio.rubric.stems import stem, tokens


@dataclass(frozen=True, slots=True)
class TeamWords:
    """How many prospects were told each word of anybody's notes, and how many got each recording.

    Attributes:
        prospects: how many there are.
        told: prospects by stem.
        campaigns: how many prospects each campaign has.
        told_in: prospects by campaign and stem.
        got: prospects by recording id.
    """

    prospects: int = 0
    told: Mapping[str, int] = field(default_factory=dict)
    campaigns: Mapping[str, int] = field(default_factory=dict)
    told_in: Mapping[tuple[str, str], int] = field(default_factory=dict)
    got: Mapping[str, int] = field(default_factory=dict)

    def is_dropped(self, recording_id: str) -> bool:
        """Whether one recording was sent to several prospects.

        Args:
            recording_id: SHA-256 of its bytes.
        """
        return self.got.get(recording_id, 0) > 1

    def share(self, word: str, *, said: bool, options: ProspectOptions = RUBRIC_OPTIONS.prospect) -> float | None:
        """The share of the team's other prospects who were told a word.

        Args:
            word: its stem.
            said: whether this message says it: then one of those who were told is its own prospect.
            options: from how many prospects on there is a share.

        Returns:
            0 to 1, half a prospect at least; None in a team with too few prospects.
        """
        if self.prospects < options.team_prospects:
            return None
        others = self.told.get(word, 0) - said
        return max(others, 0.5) / (self.prospects - 1)

    def is_script(
        self, word: str, campaign: str | None, *, said: bool, options: ProspectOptions = RUBRIC_OPTIONS.prospect
    ) -> bool:
        """Whether a word belongs to what the campaign tells others too.

        Args:
            word: its stem.
            campaign: of the message, or None.
            said: whether this message says it.
            options: how many others, and which share of them, make it script.
        """
        if not campaign:
            return False
        others = self.told_in.get((campaign, word), 0) - said
        enough = max(options.script_prospects, options.script_share * (self.campaigns.get(campaign, 1) - 1))
        return others >= enough


NO_TEAM = TeamWords()
"""Nothing is known of the team: a message scored alone."""


def prospect_key(message: Message) -> str:
    """Who got a message, so that a second message to one prospect is none to another.

    Args:
        message: of a manifest.

    Returns:
        The prospect's id, else the name, in lower case; else the message's own id.
    """
    return (message.prospect or message.prospect_name or message.message_id).strip().lower()


def team_words(sent: Iterable[tuple[Message, str, str]], noted: Iterable[Message]) -> TeamWords:
    """Count what the prospects of a team were told.

    Args:
        sent: every message with its recording's id and its words.
        noted: the messages whose notes matter; words of nobody's notes are not counted.
    """
    wanted = {stem(word) for message in noted for word in tokens(message.notes or "")}
    told: dict[str, set[str]] = {}
    told_in: dict[tuple[str, str], set[str]] = {}
    campaigns: dict[str, set[str]] = {}
    got: dict[str, set[str]] = {}
    everybody: set[str] = set()
    for message, recording_id, text in sent:
        who, campaign = prospect_key(message), message.campaign
        everybody.add(who)
        got.setdefault(recording_id, set()).add(who)
        if campaign:
            campaigns.setdefault(campaign, set()).add(who)
        for word in {stem(word) for word in tokens(text)} & wanted:
            told.setdefault(word, set()).add(who)
            if campaign:
                told_in.setdefault((campaign, word), set()).add(who)
    return TeamWords(
        len(everybody),
        {word: len(who) for word, who in told.items()},
        {name: len(who) for name, who in campaigns.items()},
        {key: len(who) for key, who in told_in.items()},
        {recording: len(who) for recording, who in got.items() if len(who) > 1},
    )
