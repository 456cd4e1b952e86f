"""Numbers spelled with the letters of a keypad: "1-800-FLOWERS", "1 800 GO FEDEX", "218-555-CARS", "1-877-KARS-4-KIDS"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vmaudio.text.tokens import Token

_TOLL_FREE = r"\(?(1-)?\(?(8(?:00|33|44|55|66|77|88))\)?"
_WORD = re.compile(rf"{_TOLL_FREE}[-.]?([A-Z][A-Za-z\-]{{6,}})$")
_MIXED = re.compile(rf"{_TOLL_FREE}[-.]?([A-Z\d](?:-?[A-Z\d]){{6}})$")
_LINE = re.compile(r"\(?(1-)?\(?([2-9]\d{2})\)?[-.]?([2-9]\d{2})[-.]?([A-Z]{4})$")
_BEFORE = re.compile(rf"{_TOLL_FREE}$")
_THREE = re.compile(r"\(?[2-9]\d{2}\)?$")
_EXCHANGE_LINE = re.compile(r"([2-9]\d{2})[-.]?([A-Z]{4})$")
_LETTERS = 7
_LINE_WORD = re.compile(r"[A-Z]{4}$")
_KEYPAD = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def spelled(core: str) -> str | None:
    """The digits of a telephone number that is written as one token, with letters in it.

    Args:
        core: the token, without marks around it.

    Returns:
        Ten or eleven digits; None where it is no such number. After a toll-free code a name may have more letters than are
        dialled; the rest is left out.
    """
    if found := _WORD.match(core):
        letters = found[3].replace("-", "").upper()[:_LETTERS]
        return (found[1] or "").strip("-") + found[2] + letters.translate(_KEYPAD) if len(letters) == _LETTERS else None
    if (found := _MIXED.match(core)) and re.search("[A-Z]{2}", found[3]):
        return (found[1] or "").strip("-") + found[2] + found[3].replace("-", "").translate(_KEYPAD)
    if found := _LINE.match(core):
        return (found[1] or "").strip("-") + found[2] + found[3] + found[4].translate(_KEYPAD)
    return None


def spelled_after_figures(tokens: Sequence[Token]) -> dict[int, str]:
    """The digits that words spell after figures: seven after a toll-free code, four after an area code and an exchange.

    Args:
        tokens: of the whole message.

    Returns:
        Digits by the place of the first word that spells them.
    """
    found: dict[int, str] = {}
    for index, token in enumerate(tokens):
        if token.ends or index + 1 >= len(tokens):
            continue
        following = tokens[index + 1]
        code = _BEFORE.match(token.core)
        if code and (code[1] or (index and tokens[index - 1].low in ("1", "one"))) and following.capital:
            letters = _name_from(tokens, index + 1)
            found |= {index + 1: letters.translate(_KEYPAD)} if letters else {}
        elif _THREE.match(token.core) and (line := _EXCHANGE_LINE.match(following.core)):
            found[index + 1] = line[1] + line[2].translate(_KEYPAD)
        elif _LINE_WORD.match(following.core) and index and _THREE.match(token.core) and _THREE.match(tokens[index - 1].core):
            found[index + 1] = following.core.translate(_KEYPAD)
    return found


def _name_from(tokens: Sequence[Token], first: int) -> str:
    """The seven letters that one or two words with capitals begin with; "" where they have fewer."""
    letters = ""
    for word in tokens[first : first + 2]:
        if not (word.core.isascii() and word.core.isalpha() and word.capital):
            break
        letters += word.core.upper()
        if word.ends or len(letters) >= _LETTERS:
            break
    return letters[:_LETTERS] if len(letters) >= _LETTERS else ""
