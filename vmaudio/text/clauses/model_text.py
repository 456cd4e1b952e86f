"""What a text classifier reads of one clause: its words without names, numbers and addresses."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.text.clauses.boundaries import Marks, Places
from vmaudio.text.digits import Number
from vmaudio.text.lexicon import FILLERS
from vmaudio.text.tokens import Token


def model_text(tokens: Sequence[Token], places: Places, found: Marks, numbers: Sequence[Number]) -> str:
    """The clause in lower case without marks; names, numbers and addresses become placeholders, "?" stays as its own word.

    Args:
        tokens: of the whole message.
        places: the clause's first and last token, inclusive.
        found: where the entities of the message stand.
        numbers: all numbers of the message.

    Returns:
        Words with one space between them. Placeholders: xcompanyx, xcalleex, xcallerx, xemailx, xphonex and, for any other
        number, xdigitx; the same one twice in a row is written once. Trained models rest on these names. An "um" changes
        nothing: fillers are left out, unless the clause has nothing else.
    """
    names: dict[int, str] = {}
    for number in numbers:
        name = "one" if "".join(digit.value for digit in number.digits) == "1" else "xdigitx"
        names.update(dict.fromkeys(range(number.first, number.last + 1), name))
    for group, name in (
        (found.company, "xcompanyx"), (found.callee, "xcalleex"), (found.caller, "xcallerx"), (found.emails, "xemailx"),
        (found.phones, "xphonex"),
    ):  # fmt: skip
        for first, last in group:
            names.update(dict.fromkeys(range(first, last + 1), name))
    words: list[str] = []
    here = range(places[0], places[1] + 1)
    spoken = [place for place in here if place in names or not FILLERS.fullmatch(tokens[place].low)]
    for place in spoken or here:
        word = names.get(place, tokens[place].low)
        if word and not (word.startswith("x") and words[-1:] == [word] and place in names):
            words.append(word)
        if "?" in tokens[place].text:
            words.append("?")
    return " ".join(words)
