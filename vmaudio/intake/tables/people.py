"""Who is one person: telephone numbers, e-mail addresses and Salesforce ids, each written in one way."""

from __future__ import annotations

import functools
import re

from vmaudio.intake.spreadsheet import restore_cell
from vmaudio.intake.tables.placeholders import is_nobody

_ADDRESS = re.compile(r"(?:[^<>]*<)?\s*(?:mailto:)?([^\s<>@,;]+@[^\s<>@,;]+\.[^\s<>@,;]+)\s*>?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:tel:)?\+?[\d\s().\-/]{7,24}(?:\s*(?:x|ext\.?|extension)\s*\d{1,6})?", re.IGNORECASE)
_NO_DIGIT = re.compile(r"\D")
_EXTENSION = re.compile(r"x", re.IGNORECASE)
_NORTH_AMERICAN = re.compile(r"1?[2-9][0-8]\d[2-9]\d{6}")
_AMERICAN = ("US", "CA")
_PARTED = re.compile(r"[()+]|\d[\s.\-/]\d")
_SALESFORCE = re.compile(r"(?:0[0-9A-Z][0-9A-Za-z]|[1-9][0-9][0-9A-Za-z]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}")
"""Fifteen characters, the first three the kind of record: 003 a contact, 00Q a lead, 00T a task, a0X a record of one's own."""
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def person(text: str | None, region: str = "US") -> str | None:
    """One writing for one person: what identifies a prospect or a rep, however an export wrote it.

    A telephone number becomes E.164, an e-mail address lower case, a Salesforce id of 15 characters its 18. Other names and
    ids stay as they are. "Unknown", "N/A", "-", 8.50556E+09 and the like are nobody.

    Args:
        text: the cell.
        region: where telephone numbers without a country code are from.

    Returns:
        The person; None for nobody.

    Example:
        >>> person("(218) 555-0134"), person("Ann@Example.com"), person("N/A")
        ('+12185550134', 'ann@example.com', None)
    """
    if not text:
        return None
    if text.isalnum() and text[0].isalpha() and text[-1].isdigit() and len(text) != 15:
        return text  # an id such as p98753, as most are: no number, no address, none of Salesforce, no word for nobody
    return _person(restore_cell(text.strip()), region)


@functools.lru_cache(maxsize=500_000)  # more than the people of a large list: asked for in order, fewer would keep none
def _person(text: str, region: str) -> str | None:
    if is_nobody(text):
        return None
    if "@" in text:
        address = _ADDRESS.fullmatch(text)
        return address[1].lower() if address else text
    if len(text) == 15 and not text.isdigit() and sum(map(str.isdigit, text)) > 3 and _SALESFORCE.fullmatch(text):
        return salesforce_18(text)
    if text[-1].isdigit() and _NUMBER.fullmatch(text):
        digits = _NO_DIGIT.sub("", text) if region in _AMERICAN and not _EXTENSION.search(text) else ""
        # most lists are American: their numbers are told by their shape, which is quicker than looking them up
        if _NORTH_AMERICAN.fullmatch(digits) and (text[0] != "+" or text[:2] == "+1"):
            return "+1" + digits[-10:]
        # bare digits may be an id as well: they are a number only if it may be assigned
        return e164(text, region, strict=not _PARTED.search(text)) or _whole(text)
    return _whole(text)


def _whole(text: str) -> str:
    return text[:-2] if text.endswith(".0") and text[:-2].isdigit() else text


def e164(text: str, region: str = "US", *, strict: bool = True) -> str | None:
    """A telephone number in E.164, with its extension as ``x12``.

    Args:
        text: the number.
        region: where it is from when it has no country code.
        strict: only a number that may be assigned; else any of a possible length.

    Returns:
        Such as "+12185550134"; None when it is no telephone number.
    """
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region.upper() or None)
    except phonenumbers.NumberParseException:
        return None
    if strict:
        good = phonenumbers.is_valid_number(number)
    else:
        good = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    if not good:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written}x{number.extension}" if number.extension else str(written)


def salesforce_18(text: str) -> str:
    """The 18 characters of a Salesforce id of 15: three more say which letters are capitals.

    Args:
        text: fifteen letters and digits.

    Returns:
        The id with its checksum.

    Example:
        >>> salesforce_18("0035g00000AbCdE")
        '0035g00000AbCdEAAV'
    """
    checks = (sum(1 << i for i, one in enumerate(text[at : at + 5]) if "A" <= one <= "Z") for at in (0, 5, 10))
    return text + "".join(_CHECK_LETTERS[check] for check in checks)


def id_key(text: str) -> str:
    """How ids are compared: a Salesforce id of 15 characters is that of 18 which it begins, 991.0 is 991.

    An id of 18 characters whose checksum is wrong is no Salesforce id, and only equal to itself.

    Args:
        text: the id.
    """
    if len(text) == 15 and _SALESFORCE.fullmatch(text) and not text.isdigit():
        return salesforce_18(text)
    return _whole(text)
