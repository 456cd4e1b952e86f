"""Which stretch of a file is a greeting, a menu, a message: by what it says, by its voice and by its place."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from vmaudio.audio import Layout, SpanOptions, pauses_apart, voices_apart
from vmaudio.records import Recording, Span, Transcript, Word
from vmaudio.text import Phrases, mailbox_phrases

_LEAST_LEFT_S = 1.0  # less speech than this behind the words of a greeting is their own end
_MENU = "says what a mailbox says after a message"
_ONE_PHRASE = 3  # with one phrase of a greeting alone the voices have to differ by so many times as much
_FEW_WORDS = 8  # so many words before the first phrase of a menu belong to it: "Thank you. Your message ..."
_LONG_PAUSE_S = 0.6  # a pause that parts a menu from the message though the voices cannot be told apart for sure
_BREATH_S = 0.5  # nobody begins anew so soon
_OPENING_S = 1.5  # a menu whose first phrase comes so soon after the pause begins there, whatever the voices say
_WORDS = 12  # so many words without a phrase of a greeting are a message


NO_MESSAGE = "nothing but a greeting or a menu was heard"
"""Why a file has no message that could be judged."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A block of speech, or a part of one.

    Attributes:
        speech: its spans.
        words: what is said in it.
        role: "greeting", "menu", "message", or "" while it is not known.
        sure: 0 to 1.
        why: what the role rests on.
        other: it is the other party's, by its channel.
        block: index of the block.
        whole: it is all of the block.
    """

    speech: tuple[Span, ...]
    words: tuple[Word, ...]
    role: str
    sure: float
    why: str
    other: bool
    block: int
    whole: bool = True

    @property
    def start_s(self) -> float:
        """First voice."""
        return self.speech[0].start_s

    @property
    def end_s(self) -> float:
        """Last voice."""
        return self.speech[-1].end_s

    @property
    def phrases(self) -> Phrases:
        """What its words say of it."""
        return mailbox_phrases([word.text for word in self.words])


@dataclass(frozen=True, slots=True)
class Roles:
    """The pieces of a file and the message among them.

    Attributes:
        pieces: in time order, each with a role.
        chosen: index of the message that is judged; -1 without speech.
        unsure: why it cannot be told where the message begins; "" where it can.
    """

    pieces: tuple[Piece, ...]
    chosen: int
    unsure: str

    @property
    def messages(self) -> list[int]:
        """Indices of all messages."""
        return [i for i, piece in enumerate(self.pieces) if piece.role == "message"]


def find_roles(
    layout: Layout, recording: Recording, heard: Mapping[int, Transcript], options: SpanOptions, wanted: str | None = None
) -> Roles:
    """Find what each stretch of a file is, and the message among them.

    Args:
        layout: blocks by the signal.
        recording: decoded sound, with all voices.
        heard: transcript of the rep's own blocks by index, as far as they were transcribed.
        options: thresholds.
        wanted: which of several messages, counted from "1"; None for the last.

    Returns:
        The roles.
    """
    pieces: list[Piece] = []
    unsure = ""
    last = max((i for i, block in enumerate(layout.blocks) if not block.other), default=-1)
    for index, block in enumerate(layout.blocks):
        words = heard[index].words if index in heard else ()
        piece = Piece(block.speech, words, "", 0.9, "", block.other, index)
        if block.other:
            pieces.append(piece)
        elif index < last and _greets(piece.phrases):
            cut, doubt_of_it = _cut(piece, recording, options, alone=False)
            if len(cut) == 1 or doubt_of_it:
                cut = [replace(piece, role="greeting", sure=0.95, why="says what greetings say, before a tone")]
            pieces += cut  # in two pieces where the tone between greeting and message was not heard
        else:
            cut, doubt = _cut(piece, recording, options, alone=len(layout.blocks) == 1)
            pieces += cut
            unsure = unsure or doubt
    if layout.chosen < 0 or not pieces:
        return Roles(tuple(pieces), -1, "")
    pieces = _named(pieces, layout, recording, options)
    pieces = _rejoined(pieces, layout, recording, options)
    messages = [i for i, piece in enumerate(pieces) if piece.role == "message"]
    if not messages:
        own = [i for i, piece in enumerate(pieces) if not piece.other]
        chosen = own[-1]
        pieces[chosen] = replace(pieces[chosen], role="message", sure=0.3)
        return Roles(tuple(pieces), chosen, NO_MESSAGE)
    at = len(messages) - 1
    if wanted is not None and wanted.isdigit() and 1 <= int(wanted) <= len(messages):
        at = int(wanted) - 1
    return Roles(tuple(pieces), messages[at], unsure)


def _cut(piece: Piece, recording: Recording, options: SpanOptions, *, alone: bool) -> tuple[list[Piece], str]:
    """The piece without a greeting before the message and a menu behind it, both of other voices; and a doubt."""
    rest, before, doubt = piece, [], ""
    phrases = rest.phrases
    if phrases.greeting:
        ends = sorted(last for _, last in phrases.greeting)
        begins = rest.words[min(first for first, _ in phrases.greeting)].start_s
        half_s = rest.words[ends[(len(ends) - 1) // 2]].end_s
        tail_s = rest.words[ends[-1]].end_s
        found = [
            (apart, gap, at)
            for at, gap, apart in pauses_apart(recording, rest.speech, options.cut_pause_s)
            if rest.speech[at].start_s >= max(begins, half_s - 0.3) and rest.speech[at].start_s <= tail_s + options.reach_s
        ]
        apart, gap, at = max(found, default=(-math.inf, 0.0, 0))
        strong = _greets(phrases)
        one, after = _parted(rest, at) if at else (rest, rest)
        needed = options.sure_voice * (1 if len(phrases.greeting) > 1 else _ONE_PHRASE)
        left = sum(span.duration_s for span in rest.speech if span.start_s > tail_s)
        if apart >= needed and left >= _LEAST_LEFT_S:
            rest = after
            before = [replace(one, role="greeting", sure=0.95, why="says what greetings say, and another voice follows")]
        elif strong and left < _LEAST_LEFT_S:
            return [replace(rest, role="greeting", sure=0.95, why="says what greetings say, and nothing follows")], ""
        elif at and _greets(one.phrases) and apart > -options.sure_voice and gap >= options.cut_pause_s:
            rest = after
            before = [replace(one, role="greeting", sure=0.5, why="says what greetings say")]
            doubt = "a greeting was heard, but not for sure where the voice changes"
        elif strong and not alone:
            return [replace(rest, role="greeting", sure=0.9, why="says what greetings say")], ""
        elif strong:
            doubt = "it sounds like a greeting, and no message was told from it"
    return [*before, *_without_menu(rest, recording, options, alone=alone)], doubt


def _without_menu(piece: Piece, recording: Recording, options: SpanOptions, *, alone: bool) -> list[Piece]:
    """The piece without a menu behind it, and the menu; one piece where all of it is the one or the other."""
    phrases = piece.phrases
    if not phrases.menu:
        return [piece]
    first = min(first for first, _ in phrases.menu)
    begins = piece.words[first].start_s
    if not alone and first <= _FEW_WORDS and not phrases.calls:
        return [replace(piece, role="menu", sure=0.9, why=_MENU)]
    found = [
        (apart, gap, at)
        for at, gap, apart in pauses_apart(recording, piece.speech, options.cut_pause_s)
        if begins - options.reach_s <= piece.speech[at].start_s <= begins + 0.3
    ]
    apart, _, at = max(found, default=(-math.inf, 0.0, 0))
    if apart < options.sure_voice and (
        len(phrases.menu) >= 2 or phrases.recorded
    ):  # the words are sure: the longest pause before them parts it
        apart, gap, at = max(found, key=lambda one: one[1], default=(-math.inf, 0.0, 0))
        behind = _parted(piece, at)[1] if at else piece
        by_words = bool(at) and not behind.phrases.calls and begins - behind.start_s <= _OPENING_S
        apart = options.sure_voice if gap >= _LONG_PAUSE_S and (by_words or apart > -2 * options.sure_voice) else -math.inf
    if apart < options.sure_voice:
        return [piece]
    rest, menu = _parted(piece, at)
    return [rest, replace(menu, role="menu", sure=0.95, why=_MENU)]


def _greets(phrases: Phrases) -> bool:
    """Whether words are those of a greeting, not of a caller who says a phrase of one."""
    return len(phrases.greeting) >= 2 and len(phrases.greeting) > 2 * phrases.calls


def _parted(piece: Piece, at: int) -> tuple[Piece, Piece]:
    """Two pieces, parted before a span."""
    border = (piece.speech[at - 1].end_s + piece.speech[at].start_s) / 2
    first = tuple(word for word in piece.words if (word.start_s + word.end_s) / 2 < border)
    return (
        replace(piece, speech=piece.speech[:at], words=first, whole=False),
        replace(piece, speech=piece.speech[at:], words=piece.words[len(first) :], whole=False),
    )


def _named(pieces: list[Piece], layout: Layout, recording: Recording, options: SpanOptions) -> list[Piece]:
    """The pieces with the roles that were not known yet."""
    own = [i for i, piece in enumerate(pieces) if not piece.other and not piece.role]
    spoken = [i for i in own if pieces[i].words] or own
    if not spoken:
        return [replace(piece, role=piece.role or "greeting", why=piece.why or "the other party") for piece in pieces]
    last = spoken[-1]
    by_signal = next((i for i in spoken if pieces[i].block == layout.chosen), None)
    if by_signal is not None and by_signal != last and not _is_message(pieces[last]):
        last = by_signal  # between two stretches of one other voice
    named = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.role:
            continue
        if piece.other:
            after = i > last
            named[i] = replace(piece, role="menu" if after else "greeting", sure=0.9, why="on the other party's channel")
        elif i == last:
            after = any(tone.span.end_s <= piece.start_s for tone in layout.tones)
            why = "the only speech" if len(pieces) == 1 else "the last speech" + (" after a tone" if after else "")
            named[i] = replace(piece, role="message", sure=0.97 if len(pieces) > 1 else 1.0, why=why)
        elif i > last:
            named[i] = replace(piece, role="menu", sure=0.7, why="after the message, without words of a message")
        else:
            named[i] = _earlier(piece, pieces[last], recording, options)
    return named


def _is_message(piece: Piece) -> bool:
    """Whether its words alone say that a piece is a message: those of a caller, or many of which none is a menu's."""
    said = piece.phrases
    return said.calls > 0 or (len(piece.words) >= _WORDS and not said.menu and not said.greeting)


def _earlier(piece: Piece, message: Piece, recording: Recording, options: SpanOptions) -> Piece:
    """A stretch before the message, which says nothing of what greetings say."""
    apart = voices_apart(recording, piece.speech, message.speech)
    said = not piece.phrases.greeting and _is_message(piece)
    if said or apart < -options.sure_voice:
        why = "the same voice as the message" if apart < -options.sure_voice else "says nothing of what greetings say"
        return replace(piece, role="message", sure=0.8, why=why)
    why = "another voice before the tone" if apart > options.sure_voice else "before the tone"
    return replace(piece, role="greeting", sure=0.8 if apart > options.sure_voice else 0.6, why=why)


def _rejoined(pieces: list[Piece], layout: Layout, recording: Recording, options: SpanOptions) -> list[Piece]:
    """Messages that a tone only interrupts, as one."""
    joined: list[Piece] = []
    for piece in pieces:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.role == piece.role == "message"
            and _interrupted(before, piece, layout, recording, options)
        ):
            joined[-1] = replace(before, speech=before.speech + piece.speech, words=before.words + piece.words, whole=False)
        else:
            joined.append(piece)
    return joined


def _interrupted(before: Piece, piece: Piece, layout: Layout, recording: Recording, options: SpanOptions) -> bool:
    """Whether one voice goes on after a tone where it stopped."""
    between = [
        tone.span for tone in layout.tones if before.end_s - 0.2 <= tone.span.start_s and tone.span.end_s <= piece.start_s + 0.2
    ]
    edges = [Span(before.end_s, before.end_s), *between, Span(piece.start_s, piece.start_s)]
    silent = sum(max(0.0, b.start_s - a.end_s) for a, b in itertools.pairwise(edges))
    if not between or silent > options.interrupted_s or (piece.phrases.opens and silent > _BREATH_S):
        return False
    return voices_apart(recording, before.speech, piece.speech) < -options.sure_voice
