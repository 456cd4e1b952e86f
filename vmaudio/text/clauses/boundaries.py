"""Where a message is cut into clauses.

A clause should carry one part label ("Hi / Dana, / Tom here / from Acme"). Cutting too often is cheap (neighbours with one
label are joined later), cutting too rarely is not. Cuts come from marks, pauses, the places of names and numbers, and phrases
with which a new part of a voicemail begins; the phrases do the work where a recogniser leaves out marks and capitals.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from vmaudio.records import Entities, Mention, Prosody, Span
from vmaudio.text.clauses.boundary_model import EARLY, border_probability, border_words
from vmaudio.text.clauses.cues import CUES_BY_WORD, ENDS_BY_WORD
from vmaudio.text.clauses.options import DEFAULT, ClauseOptions
from vmaudio.text.lexicon import FUNCTION, GREETINGS, HELLO_WORDS
from vmaudio.text.tokens import Token

Places = tuple[int, int]  # tokens, both inclusive


@dataclass(frozen=True, slots=True)
class Marks:
    """Where the entities stand, in tokens."""

    caller: tuple[Places, ...]
    callee: tuple[Places, ...]
    company: tuple[Places, ...]
    phones: tuple[Places, ...]
    emails: tuple[Places, ...]
    times: tuple[Places, ...]


def marks(tokens: Sequence[Token], entities: Entities) -> Marks:
    """Find the entities' tokens by their times; names are found again wherever the same words stand.

    Args:
        tokens: of the message in which the entities were found.
        entities: what was found.
    """
    return Marks(
        caller=_names(tokens, entities.caller),
        callee=_names(tokens, entities.callee),
        company=_names(tokens, entities.company),
        phones=tuple(sorted({place for phone in entities.phones for span in phone.spans if (place := _places(tokens, span))})),
        emails=tuple(place for one in entities.emails if (place := _places(tokens, Span(one.start_s, one.end_s)))),
        times=tuple(place for one in entities.times if (place := _places(tokens, Span(one.start_s, one.end_s)))),
    )


def _places(tokens: Sequence[Token], span: Span) -> Places | None:
    slack = 1e-6
    inside = [
        index
        for index, token in enumerate(tokens)
        if (token.start_s + token.end_s) / 2 >= span.start_s - slack and (token.start_s + token.end_s) / 2 <= span.end_s + slack
    ]
    if not inside:  # the span is a part of one word
        inside = [index for index, token in enumerate(tokens) if token.start_s <= span.start_s and token.end_s >= span.end_s]
    return (inside[0], inside[-1]) if inside else None


def _names(tokens: Sequence[Token], one: Mention | None) -> tuple[Places, ...]:
    if one is None or (home := _places(tokens, Span(one.start_s, one.end_s))) is None:
        return ()
    words = [token.low.removesuffix("'s") for token in tokens[home[0] : home[1] + 1]]
    found = [home]
    for at in range(len(tokens) - len(words) + 1):
        same = all(tokens[at + k].low.removesuffix("'s") == word for k, word in enumerate(words))
        if same and not home[0] <= at <= home[1]:
            found.append((at, at + len(words) - 1))
    return tuple(sorted(found))


def find_cuts(tokens: Sequence[Token], found: Marks, prosody: Prosody | None, options: ClauseOptions = DEFAULT) -> list[int]:
    """Find where clauses begin.

    Args:
        tokens: of the whole message; not empty.
        found: where its entities stand.
        prosody: of the same recording; without it only gaps between words count as pauses.
        options: see `ClauseOptions`.

    Returns:
        The tokens before which a clause begins, in order, without 0.
    """
    cuts = _mark_cuts(tokens, options) | _cue_cuts(tokens) | _pause_cuts(tokens, prosody, options) | _name_cuts(tokens, found)
    joined = {place for first, last in (*found.phones, *found.emails) for place in range(first + 1, last + 1)}
    joined |= {place for first, last in (*found.caller, *found.callee, *found.company) for place in range(first + 1, last + 1)}
    cuts |= _learned_cuts(tokens, found, options)
    joined |= {at for at in cuts if at < len(tokens) and tokens[at - 1].low in _NEVER_LAST and not tokens[at - 1].ends}
    cuts = (cuts - joined) | _number_cuts(tokens, found, options.lead_words)
    return _without_crumbs(tokens, sorted(cut for cut in cuts if 0 < cut < len(tokens)), found, options.crumb_words)


def _mark_cuts(tokens: Sequence[Token], options: ClauseOptions) -> set[int]:
    """After stops always; after commas unless both neighbours are the short items of a list."""
    ends = [index for index, token in enumerate(tokens) if token.ends]
    cuts, before = set(), -1
    for order, end in enumerate(ends):
        following = ends[order + 1] if order + 1 < len(ends) else len(tokens) - 1
        short = end - before <= options.item_words and following - end <= options.next_item_words
        item = short and order > 0 and not tokens[before].stop
        if tokens[end].stop or not item:
            cuts.add(end + 1)
        before = end
    return cuts


def groups(found: Marks) -> dict[str, tuple[Places, ...]]:
    """The placeholders of the learned borders.

    Args:
        found: where the entities stand.

    Returns:
        Placeholder ("@co", "@to", "@me", "@ph", "@em") -> the tokens that it stands for.
    """
    return {"@co": found.company, "@to": found.callee, "@me": found.caller, "@ph": found.phones, "@em": found.emails}


def _learned_cuts(tokens: Sequence[Token], found: Marks, options: ClauseOptions) -> set[int]:
    """Cuts inside long stretches without marks, and among the first words."""
    ends = [-1, *(index for index, token in enumerate(tokens) if token.ends), len(tokens) - 1]
    long = [(left, right) for left, right in itertools.pairwise(ends) if right - left > options.bare_words]
    bare = {at for left, right in long for at in range(left + 2, right + 1)}
    garbled = len(tokens) > EARLY and not (found.caller and found.company)
    places = bare.union(range(1, EARLY + 1) if garbled else ())
    words = border_words(tokens, groups(found)) if places else []
    likely = {at: border_probability(tokens, words, at) for at in places}
    return {at for at, p in likely.items() if p >= (options.learned_cut if at in bare else options.early_cut)}


def _pause_cuts(tokens: Sequence[Token], prosody: Prosody | None, options: ClauseOptions) -> set[int]:
    cuts = {index for index, token in enumerate(tokens) if index and token.gap_s >= options.pause_s}
    for pause in prosody.pauses if prosody is not None else ():
        if pause.duration_s < options.pause_s:
            continue
        middle = pause.start_s + pause.duration_s / 2
        borders = [(abs((tokens[k - 1].end_s + tokens[k].start_s) / 2 - middle), k) for k in range(1, len(tokens))]
        if borders and min(borders)[0] <= pause.duration_s / 2 + options.pause_reach_s:
            cuts.add(min(borders)[1])
    return cuts


def _name_cuts(tokens: Sequence[Token], found: Marks) -> set[int]:
    cuts = set()
    for _, last in (*found.caller, *found.callee, *found.company, *found.emails):
        cuts.add(last + 1)
    for first, _ in found.callee:
        if _greeting_ends(tokens, first):
            cuts.add(first)
    for first, last in found.caller:
        if first and (tokens[first - 1].low in HELLO_WORDS or any(end == first - 1 for _, end in found.callee)):
            cuts.add(first)
        if last + 1 < len(tokens) and tokens[last + 1].low in ("here", "calling", "speaking", "again"):
            cuts.discard(last + 1)
            cuts.add(last + 2)
    for first, _ in found.company:
        at = first
        while at and tokens[at - 1].low in _COMPANY_LEAD and not tokens[at - 1].ends:
            at -= 1
        cuts.add(at)
        if at != first:
            cuts.discard(first)
    return cuts


def _greeting_ends(tokens: Sequence[Token], at: int) -> bool:
    lows = [token.low for token in tokens[max(0, at - 2) : at]]
    return any(tuple(lows[-len(greeting) :]) == greeting for greeting in GREETINGS) or lows[-1:] in (["there"], ["again"])


def _number_cuts(tokens: Sequence[Token], found: Marks, lead_words: int) -> set[int]:
    """Before and after each saying; its carrier words ("my number is", "that's") stay with it."""
    cuts = set()
    for first, last in found.phones:
        cuts.add(last + 1)
        at = first
        while at and tokens[at - 1].low in _NUMBER_LEAD and not tokens[at - 1].stop and first - at < lead_words:
            if any(end == at - 1 for _, end in found.phones):
                break
            at -= 1
        if first - at and tokens[at].low in ("at", "on", "to", "is", "number"):
            at = first if tokens[at].low in ("at", "on", "to") else at
        cuts.add(at)
    return cuts


def _cue_cuts(tokens: Sequence[Token]) -> set[int]:
    lows = [token.low for token in tokens]
    cuts = {1} if lows[0] in _HEARD_AS_HI and len(tokens) > 2 else set()
    for at in range(1, len(tokens)):
        for cue in CUES_BY_WORD.get(lows[at], ()):
            if tuple(lows[at : at + len(cue)]) == cue and not any(tokens[k].ends for k in range(at, at + len(cue) - 1)):
                back = at
                while back > 1 and lows[back - 1] in _LEAD_IN and not tokens[back - 1].ends:
                    back -= 1
                held = lows[back - 1] in (FUNCTION if cue in (("your",), ("our",)) else _HELD)
                if not held or tokens[back - 1].ends:
                    cuts.add(back)
                break
        if lows[at] in _STARTERS and at + 1 < len(tokens) and lows[at + 1] in _SUBJECTS and not tokens[at].ends:
            cuts.add(at)
    for at in range(len(tokens) - 1):
        for cue in ENDS_BY_WORD.get(lows[at], ()):
            if tuple(lows[at : at + len(cue)]) == cue:
                cuts.add(at + len(cue))
    return cuts


def _without_crumbs(tokens: Sequence[Token], cuts: list[int], found: Marks, crumb_words: int) -> list[int]:
    """Drop cuts that would leave a clause of one or two function words: they go to what follows, or to what precedes a stop."""
    kept: list[int] = []
    whole = {
        place
        for group in (found.caller, found.callee, found.company, found.phones)
        for first, last in group
        for place in range(first, last + 1)
    }
    for order, cut in enumerate(cuts):
        start = kept[-1] if kept else 0
        piece = range(start, cut)
        crumb = len(piece) <= crumb_words and all(
            place not in whole and tokens[place].low in FUNCTION and tokens[place].low not in _OWN for place in piece
        )
        if crumb and not tokens[cut - 1].stop:
            if kept and order and tokens[start - 1].ends is False and tokens[cut - 1].ends:
                kept[-1] = cut  # "... call me, / then," : the crumb closes what precedes
            continue
        kept.append(cut)
    if kept:
        tail = range(kept[-1], len(tokens))
        if len(tail) == 1 and tokens[tail[0]].low in FUNCTION - _OWN and tail[0] not in whole:
            kept.pop()
    return kept


_NEVER_LAST = frozenset("is are was were to the a an of my our your have has".split())
"""No clause ends with these: a pause after them is a hesitation."""

_HELD = frozenset({"reason", "the", "that", "what", "why", "my", "your", "which", "a", "to"})
"""Words that keep the phrase after them: "the reason I'm calling", "what you asked", "you have to call me"."""

_HEARD_AS_HI = frozenset({"high", "hike", "hype"})
"""What recognisers make of "hi" at the start of a message."""

_OWN = frozenset("hi hello hey thanks thank bye goodbye cheers good morning afternoon evening sorry yes no okay ok".split())
_COMPANY_LEAD = frozenset("from with at and i'm i am im calling of over we're we are the run own for on behalf".split())
_NUMBER_LEAD = frozenset(
    """my number is our the it's its it that's thats that i'm on at direct line cell mobile office again once more so and i
    repeat here's here
    toll free phone's phone best reach area code to""".split()
)
_LEAD_IN = frozenset("and so but well um uh now then also anyway okay because or please just again".split())
_STARTERS = frozenset(
    "and so but because if when since or which that's while as where before after until unless though although".split()
)
_SUBJECTS = frozenset(
    """i i'm i'd i'll i've we we're we'd we'll we've you you're you'd you'll you've he she they it it's that's there there's
    this my our your
    if they're would could can do please give call let""".split()
)
