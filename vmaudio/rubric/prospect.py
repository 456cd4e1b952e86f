"""What is known of the prospect, looked for in the message: what the notes say.

A word of the notes counts as heard when the message has a word with the same stem, or one so close that a recogniser may
have written the one for the other. Everyday words carry no evidence and are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import Flag, Message, Transcript, Word, clock
from vmaudio.rubric.everyday import rarity, share_rarity
from vmaudio.rubric.options import RUBRIC_OPTIONS, ProspectOptions
from vmaudio.rubric.stems import stem, tokens
from vmaudio.rubric.team import NO_TEAM, TeamWords
from vmaudio.text import MONTH_NAMES, MONTH_SHORT, WEEKDAY_NAMES

_STOP = frozenset({*WEEKDAY_NAMES, *MONTH_NAMES, *MONTH_SHORT}) | frozenset(
    """a about above after again all also am an and any are as asked at back be because been before being but by call called
    calling can come could day did do does done down each email emailed e-mail e-mailed every few first for form from get go
    going good had has have he hello her here hi him his how i if in into is it its just know last let like made mail make
    many me message message more most much my need new next no not note notes now number of off on one only or other our out
    over phone please said say says see send sent she should so some someone something spoke still such take talk talked than
    thank thanks that the their them then there they thing this time to today told too two up us use very voicemail want
    wanted wants was we web week went were what when where which while who why will with would wrote year yes yet you your
    prospect customer lead company inc llc ltd""".split()
)
_DROPPED = frozenset({"drop", "dropped", "voice drop", "ringless"})


@dataclass(frozen=True, slots=True)
class Heard:
    """A term that came back in the message.

    Attributes:
        term: as written in the manifest, in lower case.
        word: that was heard.
    """

    term: str
    word: Word


def terms(text: str | None, options: ProspectOptions = RUBRIC_OPTIONS.prospect) -> tuple[str, ...]:
    """Words of a note that carry evidence.

    Args:
        text: the note, or None.
        options: how short a word carries none.

    Returns:
        The words in lower case, in their order, each once; everyday words and figures are left out.
    """
    found = dict.fromkeys(tokens(text or ""))
    return tuple(term for term in found if term not in _STOP and not term.isdigit() and len(term) >= options.term_letters)


def heard(
    wanted: tuple[str, ...], transcript: Transcript, options: ProspectOptions = RUBRIC_OPTIONS.prospect
) -> tuple[Heard, ...]:
    """Find the first word of the message for each wanted term.

    Args:
        wanted: terms in lower case.
        transcript: of the message.
        options: how alike two words must be.

    Returns:
        What was heard, in the order of the terms; terms not heard are left out.
    """
    if not wanted:
        return ()
    from rapidfuzz.fuzz import ratio

    said = [(token, word) for word in transcript.words for token in tokens(word.text)]
    found, letters = [], options.close_letters
    for term in wanted:
        root = stem(term)
        for token, word in said:
            same = token == term or stem(token) == root
            joined = len(term) >= options.compound_letters and (token.startswith(term) or token.endswith(term))
            if same or joined or (min(len(term), len(token)) >= letters and ratio(term, token) >= options.close_enough):
                found.append(Heard(term, word))
                break
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Known:
    """What tells which words are specific to a prospect.

    Attributes:
        message: with what the manifest knows of the prospect.
        own: names of the rep's own company, as heard or as the manifest has them.
        team: what others are told; `NO_TEAM` where one message is scored alone.
        recording_id: SHA-256 of the recording's bytes; "" where it does not matter.
        options: which words carry evidence, and how much.
    """

    message: Message
    own: tuple[str, ...] = ()
    team: TeamWords = NO_TEAM
    recording_id: str = ""
    options: ProspectOptions = RUBRIC_OPTIONS.prospect

    def worth(self, term: str, *, said: bool) -> float:
        """How much a word of the notes tells of this prospect only.

        Args:
            term: in lower case.
            said: whether this message says it.

        Returns:
            0 to 1: `rarity` in voicemails in general and among what the team tells others, whichever is less; 0 for a word
            that the campaign tells others too.
        """
        root = stem(term)
        if self.team.is_script(root, self.message.campaign, said=said, options=self.options):
            return 0.0
        general = rarity(term, self.options)
        share = self.team.share(root, said=said, options=self.options)
        return general if share is None else min(general, share_rarity(share, self.options))


def facts(known: Known, transcript: Transcript | None = None) -> tuple[str, ...]:
    """Words of the notes that would be specific to this prospect if they were said.

    Left out are the names of the prospect and of the prospect's company (saying a name is no preparation), the words of the
    rep's own company ("dental" says nothing where Parkway Dental Supply calls), everyday words, and words that the team or the
    campaign tells others too (`Known.worth` 0).

    Args:
        known: the message, and what others are told.
        transcript: of the message: its own words are not among those of others.

    Returns:
        The words in lower case, in their order. None for a message dropped on many (channel "drop", or one recording for
        several prospects): one recording for all is specific to nobody.
    """
    message, options = known.message, known.options
    if (message.channel or "").strip().lower() in _DROPPED or known.team.is_dropped(known.recording_id):
        return ()
    names = (message.prospect_name, message.prospect, message.company, message.extra.get("rep_company"), *known.own)
    left_out = {stem(term) for name in names for term in terms(name, options)}
    said = {stem(token) for token in tokens(transcript.text)} if transcript is not None else set()
    return tuple(
        term
        for term in terms(message.notes, options)
        if stem(term) not in left_out and known.worth(term, said=stem(term) in said) > 0
    )


def specific(known: Known, transcript: Transcript) -> tuple[Heard, ...]:
    """What the message says that is true of this prospect only.

    Args:
        known: the message, and what others are told.
        transcript: of the message.

    Returns:
        The words of `facts` that were heard; none where they tell too little together (`ProspectOptions.specific_weight`).
    """
    found = heard(facts(known, transcript), transcript, known.options)
    said = {stem(token) for token in tokens(transcript.text)}
    told = {stem(item.term): known.worth(item.term, said=stem(item.term) in said) for item in found}
    return found if sum(told.values()) >= known.options.specific_weight - 1e-9 else ()


def notes_flags(known: Known, transcript: Transcript) -> tuple[Flag, ...]:
    """Say whether the notes come back in the message.

    Args:
        known: the message, and what others are told.
        transcript: of the message.

    Returns:
        ``uses_notes`` with the words of the notes heard and ``personalised`` with those of them that are specific to this
        prospect (see `specific`); ``ignores_notes`` where there are such words and none of the notes was heard; nothing where
        it is neither the one nor the other, and without notes.
    """
    if transcript.status != "speech" or not facts(known, transcript):
        return ()
    found = heard(terms(known.message.notes, known.options), transcript, known.options)
    if told := specific(known, transcript):
        return (_flag("uses_notes", found), _flag("personalised", told))
    return () if found else (Flag("ignores_notes", f"the notes say: {known.message.notes}"),)


def _flag(kind: str, found: tuple[Heard, ...]) -> Flag:
    """A flag with each word and its second, from the first of them to the last."""
    words = ", ".join(f"'{item.term}' at {clock(item.word.start_s)}" for item in found)
    start = min(item.word.start_s for item in found)
    return Flag(kind, words, start, max(item.word.end_s for item in found))
