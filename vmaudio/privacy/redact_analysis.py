"""An analysis without names and numbers in any of its texts."""

from __future__ import annotations

import dataclasses
import hashlib
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import PurePosixPath

from vmaudio.privacy.options import DEFAULT, RedactOptions
from vmaudio.privacy.redact_gaps import around_numbers, places_of_names
from vmaudio.privacy.redact_tokens import TOKEN, tokens_of
from vmaudio.privacy.redact_words import MASK, NAME, NUMBER, clean_words, inside, is_name, is_ordinary, joined
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


def redact_text(analysis: Analysis, *, aliases: Mapping[str, str] | None = None, options: RedactOptions = DEFAULT) -> Analysis:
    """The same analysis without names and numbers in any text: transcript, parts, entities, checks, flags, manifest, paths.

    Args:
        analysis: as measured. Times, measurements, verdicts and points stay.
        aliases: stand-ins for reps by name ("Rep 1"), so that a report can still tell them apart; a rep without one becomes
            "[name]".
        options: what counts as a number, and how exact word times are taken to be.

    Returns:
        A copy. Message ids are kept when they are of the form that vmaudio makes itself, else replaced by a hash. Where a name
        or number was heard that cannot be found among the words, the whole transcript is left out.
    """
    message = analysis.message
    rep = (aliases or {}).get(message.rep or "", NAME) if message.rep else None
    transcript, masked = _transcript(analysis, options)
    names = _names(analysis) | _left_out(analysis.transcript, transcript)
    clean = _Cleaner(names, options, everything=masked)
    return dataclasses.replace(
        analysis,
        source=NAME,
        file_name=_file(analysis.file_name),
        message=Message(
            source=NAME,
            message_id=redacted_id(message.message_id),
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
        structure=dataclasses.replace(
            analysis.structure, parts=tuple(_parts(analysis.structure.parts, transcript, masked, options))
        ),
        score=_score(analysis.score, clean),
        flags=tuple(_flag(flag, clean) for flag in analysis.flags),
    )


def rep_aliases(analyses: Iterable[Analysis]) -> dict[str, str]:
    """Stand-ins for reps, in the order of a hash of their names, so that not even the order says who is who.

    Args:
        analyses: of all messages that are shown together.

    Returns:
        Name -> "Rep 1", "Rep 2" ...
    """
    return stand_ins((a.message.rep for a in analyses), "Rep")


def stand_ins(names: Iterable[str | None], what: str) -> dict[str, str]:
    """Stand-ins for names, in the order of a hash of the names.

    Args:
        names: the names, each any number of times; None and "" are no names.
        what: what they are the names of, such as "Rep".

    Returns:
        Name -> "Rep 1", "Rep 2" ...
    """
    known = sorted({name for name in names if name}, key=lambda name: hashlib.sha256(name.encode()).digest())
    return {name: f"{what} {i}" for i, name in enumerate(known, start=1)}


def redacted_id(message_id: str) -> str:
    """The id that stands for a message in what is redacted.

    Args:
        message_id: its own id, which may hold a name.

    Returns:
        The same id when it is of the form that vmaudio makes itself, else one made of its hash.
    """
    if re.fullmatch(r"m[0-9a-f]{16}", message_id):
        return message_id
    return "m" + hashlib.sha256(message_id.encode("utf-8", "replace")).hexdigest()[:16]


def _file(name: str) -> str:
    suffix = PurePosixPath(name).suffix
    return NAME + (suffix if re.fullmatch(r"\.[A-Za-z0-9]{1,5}", suffix) else "")


def _names(analysis: Analysis) -> frozenset[str]:
    """Every token of a name that is known: heard ones and those of the manifest."""
    heard = analysis.entities
    mentions = [mention for mention in (heard.caller, heard.callee, heard.company, *heard.emails) if mention]
    texts = [text for mention in mentions for text in (mention.text, mention.as_heard)]
    message = analysis.message
    texts += [text for text in (message.rep, message.prospect, message.prospect_name, message.company) if text]
    found = {token for text in texts for token in tokens_of(text)}
    return frozenset(token for token in found if len(token) > 1)


def _left_out(before: Transcript, after: Transcript) -> frozenset[str]:
    """Every token that was left out of the words as a name, for texts that quote them without their place."""
    pairs = zip(before.words, after.words, strict=True)
    found = {token for said, kept in pairs if kept.text == NAME for token in tokens_of(said.text)}
    return frozenset(token for token in found if len(token) > 1 and not is_ordinary(token))


def _listed(message: Message) -> tuple[str, ...]:
    """The names that the manifest gives."""
    return tuple(text for text in (message.rep, message.prospect_name, message.company) if text)


_INTRODUCING = frozenset({"greeting", "callee", "identity", "company"})


class _Cleaner:
    """Leaves names and runs of digits out of a text that has no times (evidence, manifest)."""

    def __init__(self, names: Collection[str], options: RedactOptions, *, everything: bool) -> None:
        self.names, self.options, self.everything = names, options, everything

    def __call__(self, text: str) -> str:
        if self.everything:
            text = re.sub(r"“[^”]*”", f"“{MASK}”", text)
        quoted = re.sub(r"“([^”]*)”", lambda match: "“" + self._words(match.group(1)) + "”", text)
        quoted = re.sub(r"\+?\d[\d\s().-]{3,}\d", self._number, quoted)
        return re.sub(TOKEN, lambda m: NAME if is_name(m.group(), self.names) else m.group(), quoted)

    def _number(self, match: re.Match[str]) -> str:
        return NUMBER if sum(ch.isdigit() for ch in match.group()) >= self.options.written_digits else match.group()

    def _words(self, text: str) -> str:
        if text == MASK:
            return text
        words = [Word(token, math.nan, math.nan, 1.0) for token in text.split()]
        return " ".join(word.text for word in clean_words(words, self.names, (), self.options))


def _spans(entities: Entities) -> list[tuple[Span, str]]:
    mentions = [m for m in (entities.caller, entities.callee, entities.company, *entities.emails) if m]
    named = [(Span(mention.start_s, mention.end_s), NAME) for mention in mentions]
    return named + [(span, NUMBER) for phone in entities.phones for span in phone.spans]


def _transcript(analysis: Analysis, options: RedactOptions) -> tuple[Transcript, bool]:
    """The transcript with words replaced; and whether all of it had to be left out."""
    transcript, names = analysis.transcript, _names(analysis)
    words, spans = transcript.words, _spans(analysis.entities)
    if _something_lost(analysis.entities, words, options.slack_s):
        return _all_masked(transcript), True
    near = [Span(p.start_s, p.end_s) for p in analysis.structure.parts if p.plays in _INTRODUCING]
    listed = _listed(analysis.message)
    spans += [(span, NAME) for span in places_of_names(analysis, options)]
    kept_words = clean_words(words, names, spans, options, listed=listed, near=near)
    if missing := around_numbers(analysis, words, kept_words, options):
        spans += [(span, NUMBER) for span in missing]
        kept_words = clean_words(words, names, spans, options, listed=listed, near=near)
    cleaned = iter(kept_words)
    segments = []
    for segment in transcript.segments:
        if segment.text.strip() and not segment.words:  # text without words: no way to know what is where
            segments.append(dataclasses.replace(segment, text=MASK))
            continue
        kept = tuple(next(cleaned) for _ in segment.words)
        segments.append(dataclasses.replace(segment, words=kept, text=joined(kept)))
    return dataclasses.replace(transcript, segments=tuple(segments), text=_joined_segments(segments)), False


def _something_lost(entities: Entities, words: Sequence[Word], slack_s: float) -> bool:
    """Whether a name or number was heard that cannot be found among the words, neither by its time nor by its letters."""
    said = {token for word in words for token in tokens_of(word.text)}

    def placed(start_s: float, end_s: float) -> bool:
        return any(inside(word, Span(start_s, end_s), slack_s) for word in words)

    for mention in (entities.caller, entities.callee, entities.company):
        if mention and not placed(mention.start_s, mention.end_s) and not set(tokens_of(mention.as_heard)) <= said:
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


def _joined_segments(segments: Iterable[Segment]) -> str:
    return " ".join(segment.text for segment in segments if segment.text)


def _mention(mention: Mention | None) -> Mention | None:
    return dataclasses.replace(mention, text=NAME, heard=None) if mention else None


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
    return dataclasses.replace(
        phone, digits=NUMBER, e164=None, extension=NUMBER if phone.extension else None, digit_times=(),
        heard_again=NUMBER if phone.heard_again else phone.heard_again,
    )  # fmt: skip


def _parts(parts: Sequence[Part], transcript: Transcript, masked: bool, options: RedactOptions) -> Iterable[Part]:
    slack_s = options.part_slack_s
    for part in parts:
        inside = [w for w in transcript.words if part.start_s - slack_s <= (w.start_s + w.end_s) / 2 <= part.end_s + slack_s]
        # a part whose words cannot be found again keeps none
        yield dataclasses.replace(part, text=MASK if masked or not inside else joined(inside))


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
