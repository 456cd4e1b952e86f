"""What the script of a message says to each question of the default rubric, without any recogniser.

The truth of a check is "pass", "fail" or "n/a" by the rubric's own definition, or None where the script cannot tell or the
message lies so near a limit that both answers can be defended. Where a check's definition is a rule over words (a pretext is no
reason), the rule is put to the words of the script with the labels of the people who wrote it, never to recognised text.

caller, callee, company     the labelled names: said or not
callee_matches              a word of the name said is one of the list's name; the list holds another's name in some
gives_reason, by 9 s, ...   the labelled parts with the times of the synthesis; a part that says nothing (`is_hollow`, on the
                            script) does not count; a bare call gives none and pretends none: n/a
                            so does a message read as without a reason, or as pressing (labels/reasons.jsonl; every pitch of
                            the samples and voicemails was read too, and none gives one)
no_pressure                 by the same labels, and for one sample; None for messages that were not read
own_reason                  by the labelled approach: pass where its reason cannot be anybody's, fail for a pitch and where no
                            reason is given; None for the approaches between
no_list                     by the labelled approach: fail for a pitch
something_for_them          the labelled parts; n/a where all that is offered says nothing
one_ask                     the labelled parts; neighbours with one label are one part
personal                    by construction: the notes are words of the script, or another's notes none of which the script
                            has; for samples and voicemails by their column notes_use
you_over_we, filler opening words of the script, with the times of their parts
number_*                    digits of the labelled number parts, their times, the pauses put before them, the manifest
pace, length, silence, line as constructed
final_falls, level_varied   left out: what a synthetic voice did is not known. few_fillers: left out, n/a without --verbatim.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import SimpleNamespace
from typing import Any

from benchmarks.common import ROOT
from benchmarks.verdict_speech import SPOKEN, TEENS, TENS, digits_of
from vmaudio.classify import EMPTY
from vmaudio.features import WE, YOU
from vmaudio.rubric import Rubric
from vmaudio.rubric.hollow import is_hollow, pretence

PRESSES = frozenset({"30_pitch_ray_pushy"})
"""Samples that press the listener."""
LEFT_OUT = ("final_falls", "level_varied", "few_fillers")
WHY = frozenset({"reason", "value", "offer"})
NEAR = {"wpm": 0.05, "digits_per_s": 0.1, "snr_db": 1.5, "s": 0.7, "pause_s": 0.06}
"""So near a limit (a share for the paces) the truth of the construction is no better than a measure."""

Verdict = str | None


def words(text: str) -> list[str]:
    """Words in lower case."""
    return re.findall(r"[a-z0-9]+(?:['-][a-z0-9]+)*", text.lower().replace("’", "'"))


def merged(truth: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The parts of a script in the order of time; neighbours with one label are one part."""
    parts: list[dict[str, Any]] = []
    for one in sorted(truth["parts"], key=lambda part: part["start_s"]):
        if parts and parts[-1]["label"] == one["label"]:
            parts[-1] = {**parts[-1], "text": f"{parts[-1]['text']} {one['text']}", "end_s": one["end_s"]}
        else:
            parts.append(dict(one))
    return parts


def says(part: Mapping[str, Any]) -> bool:
    """Whether a part of the script says anything, by the rubric's definition."""
    return not is_hollow(_part(part))


def _part(part: Mapping[str, Any]) -> Any:
    return SimpleNamespace(label=part["label"], plays=part["label"], text=part["text"])


def timed_words(truth: Mapping[str, Any]) -> list[tuple[str, float]]:
    """Each word of the script with the second at which it begins, by the letters before it in its part."""
    found = []
    for part in sorted(truth["parts"], key=lambda one: one["start_s"]):
        said = words(part["text"])
        letters = [0, *itertools.accumulate(len(word) + 1 for word in said)]
        span = part["end_s"] - part["start_s"]
        found += [(word, part["start_s"] + span * at / letters[-1]) for word, at in zip(said, letters, strict=False)]
    return found


def _is_digit(word: str) -> bool:
    return word.isdigit() or word in ("double", "triple") or word.split("-")[0] in SPOKEN | TENS | TEENS


def sayings(truth: Mapping[str, Any]) -> list[tuple[str, float, float]]:
    """Each saying of a number: its digits, and the seconds of the first and the last digit."""
    found = []
    for part in sorted(truth["parts"], key=lambda one: one["start_s"]):
        if part["label"] not in ("number", "number_repeat"):
            continue
        said = re.findall(r"[a-z]+(?:-[a-z]+)?|\d", part["text"].lower())
        letters = [0, *itertools.accumulate(len(word) + 1 for word in said)]
        told = [at for at, word in enumerate(said) if _is_digit(word)]
        digits = digits_of(part["text"])
        if len(digits) < 7:
            continue
        span = part["end_s"] - part["start_s"]
        start, end = (part["start_s"] + span * letters[at] / letters[-1] for at in (told[0], told[-1] + 1))
        found.append((digits, start, end))
    return found


@cache
def _reps_by_word() -> Mapping[str, int]:
    reps: dict[str, set[str]] = {}
    for path in sorted((ROOT / "labels").glob("messages_[abc].jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            for word in words(" ".join(one["text"] for one in row["sentences"])):
                reps.setdefault(word, set()).add(row["rep"])
    return {word: len(who) for word, who in reps.items()}


@cache
def _read_reasons() -> Mapping[str, str]:
    """What each message was read to give as its reason, by its id."""
    lines = (ROOT / "labels" / "reasons.jsonl").read_text(encoding="utf-8").splitlines()
    return {row["id"]: row["reason"] for row in map(json.loads, lines)}


def reason_of(truth: Mapping[str, Any]) -> str | None:
    """What a message was read to give as its reason; None where it was not read."""
    if truth.get("file"):  # a sample or a voicemail
        name = str(truth["file"]).rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return "pressure" if name in PRESSES else "none" if truth["approach"] == "pitch" else "another"
    return _read_reasons().get(str(truth.get("id", "")).split("_")[0])  # "a001_2" is a take of it


def telling_words(notes: str, names: Iterable[str | None]) -> set[str]:
    """Words of notes that at most two reps of the labelled messages say, of five letters or more, names left out."""
    left_out = set(words(" ".join(name for name in names if name)))
    return {w for w in words(notes) if len(w) >= 5 and _reps_by_word().get(w, 0) <= 2 and w not in left_out and w.isalpha()}


def limit(value: float, high: float, near: float) -> Verdict:
    """Pass up to a limit, fail above it, None so near that it cannot be said."""
    return None if abs(value - high) <= near else "pass" if value <= high else "fail"


def truth_of(truth: Mapping[str, Any], rubric: Rubric) -> dict[str, Verdict]:
    """The true verdict of each check, by its id; the limits are those of the rubric.

    Args:
        truth: of a recording: parts with times, entities, pauses, the manifest's columns, what was done to the sound.
        rubric: the default one.
    """
    found: dict[str, Verdict] = dict.fromkeys(LEFT_OUT)
    found |= _names(truth) | _parts(truth, rubric) | _words(truth, rubric) | _number(truth, rubric) | _sound(truth, rubric)
    for criterion in rubric.criteria:
        if truth["approach"] in criterion.na_for:
            found[criterion.id] = "n/a"
    return found


def _told(yes: object) -> Verdict:
    return "pass" if yes else "fail"


def _names(truth: Mapping[str, Any]) -> dict[str, Verdict]:
    said = truth["entities"]
    labels = {part["label"] for part in truth["parts"]}
    callee, listed = said["callee"], truth.get("prospect_name")
    matches: Verdict = "n/a"
    if callee and listed:
        shared = set(words(callee)) & set(words(listed))
        own = (truth.get("how") or {}).get("listed", "own") == "own"
        matches = "pass" if shared else None if own else "fail"  # "Bill" for William is neither
    return {
        "caller_named": _told(said["caller"]), "callee_named": _told(callee), "callee_matches": matches,
        "company_named": _told(said["company"] or "company" in labels),
    }  # fmt: skip


def _parts(truth: Mapping[str, Any], rubric: Rubric) -> dict[str, Verdict]:
    by_id = {one.id: one for one in rubric.criteria}
    parts = merged(truth)
    reason = reason_of(truth)
    why = [part for part in parts if part["label"] in WHY and says(part) and reason not in EMPTY]
    company = [part for part in parts if part["label"] == "company"]
    gains = {"value", "offer"}
    hollow = any(part["label"] in gains for part in parts)  # what could be said by anybody to anybody is left to the listener
    asks = [part for part in parts if part["label"] == "ask"]
    first = why[0]["start_s"] if why else None
    by_s = by_id["reason_by_9s"].number("by_s") or 0.0
    bare = truth["approach"] == "curiosity" and pretence(map(_part, parts)) is None and reason not in EMPTY
    own = truth["approach"] in by_id["own_reason"].words("approaches")
    return {
        "gives_reason": "n/a" if bare else _told(why and truth["approach"] != "curiosity"),
        "own_reason": "n/a" if bare else "fail" if not why or truth["approach"] == "pitch" else "pass" if own else None,
        "no_pressure": None if reason is None else _told(reason != "pressure"),
        "no_list": _told(truth["approach"] not in by_id["no_list"].words("approaches")),
        "reason_before_company": _told(first < company[0]["start_s"]) if company and first is not None else "n/a",
        "reason_by_9s": "fail" if first is None else limit(first, by_s, NEAR["s"]),
        "something_for_them": "pass" if {part["label"] for part in why} & gains else "n/a" if hollow else "fail",
        "one_ask": _told(1 <= len(asks) <= (by_id["one_ask"].number("high") or 1)),
    }


def _words(truth: Mapping[str, Any], rubric: Rubric) -> dict[str, Verdict]:
    by_id = {one.id: one for one in rubric.criteria}
    timed = timed_words(truth)
    said = [word for word, _ in timed]
    you, we = sum(word in YOU for word in said), sum(word in WE for word in said)
    opening = by_id["no_filler_opening"]
    early = " ".join(["", *(word for word, at in timed if at <= (opening.number("within_s") or 0.0)), ""])
    later = " ".join(["", *(word for word, at in timed if at <= (opening.number("within_s") or 0.0) + NEAR["s"]), ""])
    hit, near = (any(f" {' '.join(words(one))} " in text for one in opening.words("phrases")) for text in (early, later))
    return {
        "you_over_we": "n/a" if not you + we else _told(you / (you + we) >= (by_id["you_over_we"].number("low") or 0.0)),
        "no_filler_opening": "fail" if hit else None if near else "pass",
        "personal": _personal(truth, set(said)),
    }


def _personal(truth: Mapping[str, Any], said: set[str]) -> Verdict:
    notes = truth.get("notes")
    if not notes:
        return "n/a"
    company = truth["entities"]["company"]
    telling = telling_words(notes, (truth["prospect_name"], truth["company"], company if isinstance(company, str) else None))
    if (
        "how" not in truth
    ):  # a writer says whether it uses the notes: where it ignores them and yet says a word, both can be meant
        used = truth.get("notes_use")
        return "pass" if used == "used" else "fail" if used == "ignored" and not telling & said else None
    if truth["how"]["notes"] == "own":
        return "pass" if telling & said else None
    return "fail" if telling and not telling & said else None


def _number(truth: Mapping[str, Any], rubric: Rubric) -> dict[str, Verdict]:
    by_id = {one.id: one for one in rubric.criteria}
    found = sayings(truth)
    full = [one for one in found if len(one[0]) >= 10]
    asked = ("number_early_or_twice", "number_slow", "pause_before_number", "number_is_caller_id")
    if not found:
        return {"number_complete": "fail"} | dict.fromkeys(asked, "n/a")
    by_s = by_id["number_early_or_twice"].number("by_s") or 0.0
    high = by_id["number_slow"].number("high_digits_per_s") or 0.0
    low = by_id["pause_before_number"].number("low_s") or 0.0
    slowest = min(len(digits) / (end - start) for digits, start, end in found)
    pauses = [
        pause["duration_s"]
        for pause in truth["pauses"]
        for _, start, _ in found
        if abs(pause["start_s"] + pause["duration_s"] - start) <= 0.25
    ] if truth.get("pauses") is not None else None  # fmt: skip
    caller_id = re.sub(r"\D", "", truth.get("caller_id") or "")
    return {
        "number_complete": _told(full),
        "number_early_or_twice": "pass" if len(found) > 1 else limit(found[0][2], by_s, NEAR["s"]),
        "number_slow": limit(slowest, high, NEAR["digits_per_s"] * high),
        "pause_before_number": None if pauses is None else limit(-max(pauses, default=0.0), -low, NEAR["pause_s"]),
        "number_is_caller_id": "n/a" if not caller_id else None if not full else _told(full[0][0][-10:] == caller_id[-10:]),
    }


def _sound(truth: Mapping[str, Any], rubric: Rubric) -> dict[str, Verdict]:
    by_id = {one.id: one for one in rubric.criteria}
    start, end = min(p["start_s"] for p in truth["parts"]), max(p["end_s"] for p in truth["parts"])
    wpm = 60 * len(words(truth["text"])) / (end - start)
    fast, slow = (by_id[name].number(key) or 0.0 for name, key in (("not_rushed", "high_wpm"), ("not_dragging", "low_wpm")))
    line = by_id["clear_line"]
    snr, clipped = truth.get("snr_db"), truth.get("clipped_share") or 0.0
    noisy = limit(-snr, -(line.number("low_snr_db") or 0.0), NEAR["snr_db"]) if snr is not None else "pass"
    return {
        "under_30s": limit(end - start, by_id["under_30s"].number("high_s") or 0.0, NEAR["s"]),
        "not_rushed": limit(wpm, fast, NEAR["wpm"] * fast),
        "not_dragging": limit(-wpm, -slow, NEAR["wpm"] * slow),
        "no_lead_silence": limit(start, by_id["no_lead_silence"].number("high") or 0.0, 0.2),
        "no_trailing_silence": limit(truth["duration_s"] - end, by_id["no_trailing_silence"].number("high") or 0.0, 0.2),
        "clear_line": "fail" if clipped > (line.number("high_clipped_share") or 0.0) else noisy,
    }
