"""The company that a rep calls for, learned from the rep's messages: the name that many of them hold by its sound.

One message in ten may have a company's name right where the recogniser does not know it; over many messages of one rep the same
sound comes back, in one odd spelling or another. The spelling that fits most messages is taken for the name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.records import Entities, Mention, Transcript
from vmaudio.text.entities.find import find_company
from vmaudio.text.entities.known_names import KnownNames, likeness, respell_found
from vmaudio.text.entities.options import DEFAULT, EntityOptions
from vmaudio.text.tokens import Token, tokenize


@dataclass(frozen=True, slots=True)
class OwnCompany:
    """A company that was learned.

    Args:
        name: as it was heard in the message that fits most others.
        messages: in how many of those that were read it was heard, by its sound.
    """

    name: str
    messages: int


def learn_company(
    messages: Sequence[Transcript], others: Sequence[str] = (), *, options: EntityOptions = DEFAULT
) -> OwnCompany | None:
    """Find the company that one rep's messages have in common.

    Args:
        messages: the rep's, the newest last; equal texts count once.
        others: names of people and companies that the messages are about or for, which are not the own company's: the rep, the
            prospects and their companies.
        options: thresholds (`OwnCompanyOptions`).

    Returns:
        The name that was heard as a company in one message and is found by its sound in the most; None where no name is found
        in enough of them (`OwnCompanyOptions.messages`). Depends on the words and their order alone.
    """
    limits = options.own_company
    read = list({one.text: one for one in messages if one.text.strip()}.values())[-limits.read :]
    if len(read) < limits.messages:
        return None
    cut = [_read(one, options) for one in read]
    found = [mention for _, mention in cut if mention]
    names = _candidates([mention.text for mention in found], others, options)
    # message by message: the sounds of its words are kept while all names are looked for
    heard = Counter(name for tokens, mention in cut for name in names if _as(name, tokens, mention, options))
    best: tuple[int, int, int, str] | None = None
    for name in names:
        fits = (heard[name], sum(mention.text == name for mention in found), -len(name), name)
        best = max(best, fits) if best else fits
    return OwnCompany(best[3], best[0]) if best and best[0] >= limits.messages else None


def name_company(transcript: Transcript, name: str | None, *, options: EntityOptions = DEFAULT) -> Mention | None:
    """The own company of a message as its words have it, in the spelling of a known name where they sound like it.

    Args:
        transcript: the words.
        name: the own company; None where it is not known.
        options: thresholds.

    Returns:
        What `respell_names` makes of the company that is found in the words; so the same words and the same name give the same,
        whatever the message's company was taken for before.
    """
    tokens, found = _read(transcript, options)
    return _respelled(found, tokens, name, options)


def _read(transcript: Transcript, options: EntityOptions) -> tuple[tuple[Token, ...], Mention | None]:
    """The words of a message, and the company that is found in them."""
    tokens = tokenize(transcript)
    return tokens, find_company(tokens, options) if transcript.status == "speech" else None


def _respelled(found: Mention | None, tokens: Sequence[Token], name: str | None, options: EntityOptions) -> Mention | None:
    return respell_found(Entities(company=found), tokens, KnownNames(company=name), options.known_names).company


def _candidates(heard: Sequence[str], others: Sequence[str], options: EntityOptions) -> list[str]:
    """The companies heard, those first that are like most of the rest; names of others are left out."""
    limits = options.own_company
    names = sorted(
        name
        for name in set(heard)
        if sum(map(str.isalpha, name)) >= limits.letters
        and not any(likeness(name, other) >= limits.another for other in others)
    )
    counts = Counter(heard)
    alike = {
        name: sum(count for other, count in counts.items() if likeness(other, name) >= options.known_names.mentioned)
        for name in names
    }
    return sorted(names, key=lambda name: (-alike[name], -counts[name], len(name), name))[: limits.names]


def _as(name: str, tokens: Sequence[Token], found: Mention | None, options: EntityOptions) -> bool:
    """Whether a message holds a name by its sound."""
    said = _respelled(found, tokens, name, options)
    return said is not None and (said.text == name or said.heard is not None)
