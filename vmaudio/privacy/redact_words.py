"""Transcripts without names and numbers: `redact_text`.

Left out are the names that were heard and those of the manifest, wherever they come again, every other word that is written
like a name, telephone numbers and other runs of digits, written or spoken. It fails closed: a name or number that has no
place in the words takes the stretch around it with it, or the whole text. What is left out too much costs little; what is left
in by mistake costs trust.
"""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from vmaudio.records import (
    Analysis,
    Entities,
    Flag,
    Mention,
    Message,
    Part,
    Phone,
    Reason,
    Score,
    Segment,
    Span,
    Transcript,
    Word,
)
from vmaudio.text import DIGIT_WORDS, MONTH_NAMES, TEEN_WORDS, TENS_WORDS, WEEKDAY_NAMES

NAME, NUMBER, MASK = "[name]", "[number]", "[left out]"

SLACK_S = 0.05
"""Words that overlap a span by more than this much outside are in it: word times are good to about a frame."""

DIGITS = 3
"""Runs of this many digits or number words are left out; "two calls" and "at 3" stay."""

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NUMBER_WORDS = frozenset(
    {*DIGIT_WORDS, "oh", "o", "nought", *TEEN_WORDS, *TENS_WORDS, "hundred", "thousand", "double", "triple"}
)
_LINKS = frozenset({"dash", "hyphen", "and", "area", "code"})  # inside a spoken number
_PLAIN = {*WEEKDAY_NAMES, *MONTH_NAMES} | set(
    "i i'm i'll i've i'd mr mrs ms miss dr doctor sir madam ok okay am pm a.m p.m english".split()
)
"""Words with a capital that name nobody."""

_OPENERS = frozenset(
    """a about actually after again all also an and any anyway are as at bye because been before best but by call calling can
    cheers could did do does don't each either enjoy every first for from give given go good goodbye got great had happy has
    have he hello her here hey hi hope how however if in is it it's its just keep kind let let's like listen look maybe me my
    never next no not nothing now of oh on once one only or our out over please probably quick quickly really reach right ring
    say see she should since so some someone something sorry speak still sure take talk text thank thanks that that's the their
    then there there's these they they're this those to today tomorrow tonight try um uh until up us very was we we'd we'll
    we're we've well were what what's when where which while who why will with would yeah yes yesterday yet you you'd you'll
    you're you've your""".split()
)
"""Words that often open a sentence: their capital says nothing."""


def redact_text(analysis: Analysis, *, aliases: Mapping[str, str] | None = None) -> Analysis:
    """The same analysis without names and numbers in any text: transcript, parts, entities, checks, flags, manifest, paths.

    Times, measurements, verdicts and points stay. ``aliases`` are stand-ins for reps ("Rep 1"), so that a report can still
    tell them apart; a rep without one becomes "[name]". Message ids are kept when they are of the form that vmaudio makes
    itself, else replaced by a hash.
    """
    message = analysis.message
    rep = (aliases or {}).get(message.rep or "", NAME) if message.rep else None
    transcript, masked = _transcript(analysis)
    names = _names(analysis)
    clean = _Cleaner(names, everything=masked)
    return dataclasses.replace(
        analysis,
        source=NAME,
        file_name=_file(analysis.file_name),
        message=Message(
            source=NAME,
            message_id=_id(message.message_id),
            rep=rep,
            prospect=NAME if message.prospect else None,
            prospect_name=NAME if message.prospect_name else None,
            company=NAME if message.company else None,
            sent_at=message.sent_at,
            campaign=clean(message.campaign) if message.campaign else None,
            channel=message.channel,
            caller_id=NUMBER if message.caller_id else None,
            script=clean(message.script) if message.script else None,
        ),
        transcript=transcript,
        entities=_entities(analysis.entities),
        structure=dataclasses.replace(analysis.structure, parts=tuple(_parts(analysis.structure.parts, transcript, masked))),
        score=_score(analysis.score, clean),
        flags=tuple(_flag(flag, clean) for flag in analysis.flags),
    )


def rep_aliases(analyses: Iterable[Analysis]) -> dict[str, str]:
    """Stand-ins for reps in the order of a hash of their names, so that not even the order says who is who."""
    reps = sorted({a.message.rep for a in analyses if a.message.rep}, key=lambda rep: hashlib.sha256(rep.encode()).digest())
    return {rep: f"Rep {i}" for i, rep in enumerate(reps, start=1)}


def _id(message_id: str) -> str:
    if re.fullmatch(r"m[0-9a-f]{16}", message_id):
        return message_id
    return "m" + hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:16]


def _file(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return NAME + (suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix) else "")


def fold(token: str) -> str:
    """A token for comparing: lower case, without accents and possessive s."""
    flat = unicodedata.normalize("NFKD", token.casefold().replace("’", "'"))
    flat = "".join(ch for ch in flat if not unicodedata.combining(ch))
    return flat.removesuffix("'s").strip("'")


def _tokens(text: str | None) -> list[str]:
    return [fold(token) for token in _TOKEN.findall(text or "")]


def _names(analysis: Analysis) -> frozenset[str]:
    """Every token of a name that is known: heard ones and those of the manifest."""
    heard = analysis.entities
    texts = [mention.text for mention in (heard.caller, heard.callee, heard.company, *heard.emails) if mention]
    message = analysis.message
    texts += [text for text in (message.rep, message.prospect, message.prospect_name, message.company) if text]
    found = {token for text in texts for token in _tokens(text)}
    return frozenset(token for token in found if len(token) > 1)


def _is_name(token: str, names: Collection[str]) -> bool:
    """Is a token as written a known name? One that is an everyday word too (Will, May) only with its capital."""
    folded = fold(token)
    return folded in names and (token[:1].isupper() or (folded not in _PLAIN and folded not in _OPENERS))


class _Cleaner:
    """Leaves names and runs of digits out of a text that has no times (evidence, manifest)."""

    def __init__(self, names: Collection[str], *, everything: bool) -> None:
        self.names, self.everything = names, everything

    def __call__(self, text: str) -> str:
        if self.everything:
            text = re.sub(r"“[^”]*”", f"“{MASK}”", text)
        quoted = re.sub(r"“([^”]*)”", lambda match: "“" + self._words(match.group(1)) + "”", text)
        quoted = re.sub(r"\+?\d[\d\s().-]{3,}\d", lambda m: m.group() if _few_digits(m.group()) else NUMBER, quoted)
        return re.sub(_TOKEN, lambda m: NAME if _is_name(m.group(), self.names) else m.group(), quoted)

    def _words(self, text: str) -> str:
        if text == MASK:
            return text
        words = [Word(token, math.nan, math.nan, 1.0) for token in text.split()]
        return " ".join(word.text for word in _clean_words(words, self.names, ()))


def _few_digits(text: str) -> bool:
    return sum(ch.isdigit() for ch in text) < 5


def _spans(entities: Entities) -> list[tuple[Span, str]]:
    mentions = [m for m in (entities.caller, entities.callee, entities.company, *entities.emails) if m]
    named = [(Span(mention.start_s, mention.end_s), NAME) for mention in mentions]
    return named + [(span, NUMBER) for phone in entities.phones for span in phone.spans]


def _transcript(analysis: Analysis) -> tuple[Transcript, bool]:
    """The transcript with words replaced; and whether all of it had to be left out."""
    transcript, names = analysis.transcript, _names(analysis)
    words, spans = transcript.words, _spans(analysis.entities)
    if _something_lost(analysis.entities, words):
        return _all_masked(transcript), True
    cleaned = iter(_clean_words(words, names, spans))
    segments = []
    for segment in transcript.segments:
        if segment.text.strip() and not segment.words:  # text without words: no way to know what is where
            segments.append(dataclasses.replace(segment, text=MASK))
            continue
        kept = tuple(next(cleaned) for _ in segment.words)
        segments.append(dataclasses.replace(segment, words=kept, text=_joined(kept)))
    return dataclasses.replace(transcript, segments=tuple(segments), text=_joined_segments(segments)), False


def _something_lost(entities: Entities, words: Sequence[Word]) -> bool:
    """Was a name or number heard that cannot be found among the words, neither by its time nor by its letters?"""
    said = {token for word in words for token in _tokens(word.text)}

    def placed(start_s: float, end_s: float) -> bool:
        return any(_inside(word, Span(start_s, end_s)) for word in words)

    for mention in (entities.caller, entities.callee, entities.company):
        if mention and not placed(mention.start_s, mention.end_s) and not set(_tokens(mention.text)) <= said:
            return True
    if not all(placed(mention.start_s, mention.end_s) for mention in entities.emails):
        return True
    return any(not phone.spans or not all(placed(s.start_s, s.end_s) for s in phone.spans) for phone in entities.phones)


def _all_masked(transcript: Transcript) -> Transcript:
    segments = tuple(
        dataclasses.replace(s, text=MASK, words=tuple(dataclasses.replace(w, text=MASK) for w in s.words))
        for s in transcript.segments
    )
    return dataclasses.replace(transcript, segments=segments, text=MASK if transcript.text else "")


def _inside(word: Word, span: Span) -> bool:
    """Do they overlap? NaN compares false: what has no time is in nothing."""
    return word.start_s < span.end_s + SLACK_S and word.end_s > span.start_s - SLACK_S


def _joined(words: Iterable[Word]) -> str:
    """The words as text; what was left out in a row is said once."""
    text: list[str] = []
    for word in words:
        token = word.text.strip()
        if token and not (text and token == text[-1] and token in (NAME, NUMBER, MASK)):
            text.append(token)
    return " ".join(text)


def _joined_segments(segments: Iterable[Segment]) -> str:
    return " ".join(segment.text for segment in segments if segment.text)


def _clean_words(words: Sequence[Word], names: Collection[str], spans: Sequence[tuple[Span, str]]) -> list[Word]:
    kinds: list[str | None] = [None] * len(words)
    for i, word in enumerate(words):
        for span, kind in spans:
            if _inside(word, span):
                kinds[i] = kind
        if kinds[i] is None and any(_is_name(token, names) for token in _TOKEN.findall(word.text)):
            kinds[i] = NAME
        if kinds[i] is None and ("@" in word.text or re.search(r"\w\.(?:com|net|org|co|io)\b", word.text, re.I)):
            kinds[i] = NAME
    for i in _like_names(words):
        kinds[i] = kinds[i] or NAME
    for i in _numbers(words):
        kinds[i] = NUMBER
    return [dataclasses.replace(word, text=kind) if kind else word for word, kind in zip(words, kinds, strict=True)]


def _like_names(words: Sequence[Word]) -> set[int]:
    """Words written like a name: a capital inside a sentence, or at its start when it is no word that opens sentences."""
    found: set[int] = set()
    starts = True
    for i, word in enumerate(words):
        text = word.text.strip()
        tokens = _TOKEN.findall(text)
        if tokens and tokens[0][:1].isupper():
            folded = [fold(token) for token in tokens]
            everyday = all(token in _PLAIN or token in _OPENERS for token in folded)
            contraction = tokens[0].lower().replace("’", "'") in _OPENERS
            if not everyday and not contraction and not (starts and _common_opening(folded[0], words, i)):
                found.add(i)
        starts = text[-1:] in ".?!" if text else starts
    return found


def _common_opening(token: str, words: Sequence[Word], i: int) -> bool:
    """Is a capital at a sentence's start explained by the start alone? Only if the word comes in lower case elsewhere too."""
    return any(_TOKEN.findall(w.text)[:1] == [token] for j, w in enumerate(words) if j != i)


def _numbers(words: Sequence[Word]) -> set[int]:
    """Words in runs of at least `DIGITS` digits, written or spoken."""
    found: set[int] = set()
    run: list[int] = []
    size = 0

    def close() -> None:
        nonlocal size
        if size >= DIGITS:
            found.update(run)
        run.clear()
        size = 0

    for i, word in enumerate(words):
        tokens = _tokens(word.text)
        digits = sum(ch.isdigit() for ch in word.text)
        spoken = [token for token in tokens if token in _NUMBER_WORDS]
        if digits or (spoken and len(spoken) == len(tokens)):
            run.append(i)
            size += digits + len(spoken)
        elif run and tokens and all(token in _LINKS for token in tokens):
            run.append(i)
        else:
            close()
    close()
    return found


def _mention(mention: Mention | None) -> Mention | None:
    return dataclasses.replace(mention, text=NAME) if mention else None


def _entities(entities: Entities) -> Entities:
    return Entities(
        caller=_mention(entities.caller),
        callee=_mention(entities.callee),
        company=_mention(entities.company),
        phones=tuple(_phone(phone) for phone in entities.phones),
        emails=tuple(dataclasses.replace(mention, text=NAME) for mention in entities.emails),
        times=entities.times,
    )


def _phone(phone: Phone) -> Phone:
    return dataclasses.replace(phone, digits=NUMBER, e164=None, extension=NUMBER if phone.extension else None)


def _parts(parts: Sequence[Part], transcript: Transcript, masked: bool) -> Iterable[Part]:
    for part in parts:
        inside = [w for w in transcript.words if part.start_s - 0.01 <= (w.start_s + w.end_s) / 2 <= part.end_s + 0.01]
        # a part whose words cannot be found again keeps none
        yield dataclasses.replace(part, text=MASK if masked or not inside else _joined(inside))


def _score(score: Score | None, clean: _Cleaner) -> Score | None:
    if score is None:
        return None
    checks = tuple(dataclasses.replace(check, evidence=clean(check.evidence)) for check in score.checks)
    reasons: tuple[Reason, ...] = tuple(dataclasses.replace(r, sentence=clean(r.sentence)) for r in score.reasons)
    return dataclasses.replace(score, checks=checks, reasons=reasons)


_OWN_WORDS = frozenset({"ignores_notes", "uses_notes", "personalised"})


def _flag(flag: Flag, clean: _Cleaner) -> Flag:
    evidence = MASK if flag.kind in _OWN_WORDS else clean(flag.evidence)
    return dataclasses.replace(flag, evidence=evidence)
