"""What a classifier may look at in one clause: numbers, and a text without names.

| feature | unit | meaning |
|---|---|---|
| position_start, position_end | 0-1 | words before the clause, and up to its end, over all words |
| index, index_from_end | count | number of the clause from the start and from the end, both from 0 |
| n_words | count | recognised words |
| n_digits | count | spoken digits of all numbers in it |
| is_phone | 0/1 | a telephone number, or a part of one, is said in it |
| phone_seen_before | 0/1 | a telephone number began before it |
| has_caller, has_callee, has_company | 0/1 | the name stands in it |
| has_email, has_time | 0/1 | an e-mail address, a time stands in it |
| is_question | 0/1 | ends with a question mark, or begins as a question does |
| starts_after_pause_s, ends_before_pause_s | s | silence before and after it; NaN where no real times are known |
| duration_s | s | first to last word; NaN where no real times are known |
| rate_rel | ratio | its words per second over the message's; NaN where no real times are known |
| f0_rel_st | semitones | its median pitch over the message's; NaN without a contour or unvoiced |
| level_rel_db | dB | its mean level over the message's mean level while speaking; NaN without a contour |

The names are stable: trained models rest on them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from vmaudio.records import Prosody, Word
from vmaudio.text.clauses.boundaries import Marks, Places
from vmaudio.text.numbers import Number
from vmaudio.text.tokens import Token

FEATURES = (
    "position_start", "position_end", "index", "index_from_end", "n_words", "n_digits", "is_phone", "phone_seen_before",
    "has_caller",
    "has_callee", "has_company", "has_email", "has_time", "is_question", "starts_after_pause_s", "ends_before_pause_s",
    "duration_s",
    "rate_rel", "f0_rel_st", "level_rel_db",
)  # fmt: skip
"""The names of all features, in the order of a row."""

_ASKS = frozenset("would could can do does did are is will what when where who how why have has should may shall".split())
_ASKED = frozenset("you your i we it that this there he she they would is are do about does can could the".split())


def features(
    tokens: Sequence[Token],
    places: Places,
    index: int,
    count: int,
    found: Marks,
    numbers: Sequence[Number],
    words: Sequence[Word],
    prosody: Prosody | None,
) -> dict[str, float]:
    """The feature row of the clause of tokens ``places`` (inclusive), number ``index`` of ``count``."""
    first, last = tokens[places[0]].first_word, tokens[places[1]].last_word
    inside = words[first : last + 1]
    timed = not all(word.interpolated for word in words)
    start_s, end_s = tokens[places[0]].start_s, tokens[places[1]].end_s
    duration_s = end_s - start_s
    whole_s = words[-1].end_s - words[0].start_s
    rate = len(inside) / duration_s if duration_s > 0 else math.nan
    whole = len(words) / whole_s if whole_s > 0 else math.nan
    nan = math.nan
    pitch, level = _sound(start_s, end_s, words, prosody) if timed else (nan, nan)
    after = tokens[places[1] + 1].gap_s if places[1] + 1 < len(tokens) else 0.0
    return {
        "position_start": first / len(words),
        "position_end": (last + 1) / len(words),
        "index": float(index),
        "index_from_end": float(count - 1 - index),
        "n_words": float(len(inside)),
        "n_digits": float(sum(len(number.digits) for number in numbers if _overlaps(places, ((number.first, number.last),)))),
        "is_phone": float(_overlaps(places, found.phones)),
        "phone_seen_before": float(any(place[0] < places[0] for place in found.phones)),
        "has_caller": float(_overlaps(places, found.caller)),
        "has_callee": float(_overlaps(places, found.callee)),
        "has_company": float(_overlaps(places, found.company)),
        "has_email": float(_overlaps(places, found.emails)),
        "has_time": float(_overlaps(places, found.times)),
        "is_question": float(is_question(tokens[places[0] : places[1] + 1])),
        "starts_after_pause_s": _pause_near(start_s, tokens[places[0]].gap_s, prosody) if timed else nan,
        "ends_before_pause_s": _pause_near(end_s, after, prosody) if timed else nan,
        "duration_s": duration_s if timed else nan,
        "rate_rel": rate / whole if timed and whole > 0 else nan,
        "f0_rel_st": pitch,
        "level_rel_db": level,
    }


def _overlaps(places: Places, others: Sequence[Places]) -> bool:
    return any(first <= places[1] and last >= places[0] for first, last in others)


def is_question(tokens: Sequence[Token]) -> bool:
    """A question mark in it, or it begins as questions do ("would you", "what about")."""
    if any("?" in token.text for token in tokens):
        return True
    lows = [token.low for token in tokens if token.low not in ("and", "so", "or", "but", "um", "uh")]
    return len(lows) > 2 and lows[0] in _ASKS and lows[1] in _ASKED


def _pause_near(border_s: float, gap_s: float, prosody: Prosody | None) -> float:
    """The measured pause at a border, or the gap between the words where none was measured."""
    near = [
        pause.duration_s
        for pause in (prosody.pauses if prosody is not None else ())
        if pause.start_s - 0.15 <= border_s <= pause.start_s + pause.duration_s + 0.15
    ]
    return max(near, default=gap_s)


def _sound(start_s: float, end_s: float, words: Sequence[Word], prosody: Prosody | None) -> tuple[float, float]:
    """Pitch (semitones) and level (dB) of a stretch against the whole message."""
    if prosody is None or not prosody.contour.times_s:
        return math.nan, math.nan
    times = np.asarray(prosody.contour.times_s)
    f0 = np.asarray(prosody.contour.f0_hz, dtype=float)
    level = np.asarray(prosody.contour.level_dbfs, dtype=float)
    inside = (times >= start_s) & (times <= end_s)
    speech = (times >= words[0].start_s) & (times <= words[-1].end_s)
    pitch = f0[inside & (f0 > 0)]
    heard, all_heard = level[inside & np.isfinite(level)], level[speech & np.isfinite(level)]
    reference = prosody.f0_median_hz
    rel_st = 12 * math.log2(float(np.median(pitch)) / reference) if len(pitch) and reference > 0 else math.nan
    rel_db = float(np.mean(heard) - np.mean(all_heard)) if len(heard) and len(all_heard) else math.nan
    return rel_st, rel_db


def model_text(tokens: Sequence[Token], places: Places, found: Marks, numbers: Sequence[Number]) -> str:
    """The clause in lower case without marks; names, numbers and addresses become placeholders, "?" stays as its own word."""
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
    for place in range(places[0], places[1] + 1):
        word = names.get(place, tokens[place].low)
        if word and not (word.startswith("x") and words[-1:] == [word] and place in names):
            words.append(word)
        if "?" in tokens[place].text:
            words.append("?")
    return " ".join(words)
