"""What flags, delivery and missing parts are called where people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vmaudio.records import Analysis, Flag, Tone, clock

FLAG_NAMES: Mapping[str, str] = {
    "truncated": "cut short", "no_speech": "no speech", "noisy": "noisy line", "clipped": "clipped sound",
    "words_missing": "speech without words", "hard_to_hear": "hard to make out",
    "number_unsure": "digits to check", "sounds_prerecorded": "sounds prerecorded",
    "not_english": "another language", "two_languages": "two languages", "uses_notes": "uses the notes",
    "ignores_notes": "notes not heard", "personalised": "specific to this prospect",
    "message_start_unsure": "message not told from a greeting",
    "several_messages": "several messages", "overlap": "both speak at once",
}  # fmt: skip

PRAISE = frozenset({"uses_notes", "personalised"})
"""Flags that name something done well: they are no trouble to list."""

WORD_AXES: Mapping[str, tuple[str, ...]] = {
    "rushed": ("urgent",),
    "hesitant": ("confident",),
    "warm": ("friendly", "lively"),
    "flat": ("lively", "friendly"),
    "businesslike": ("formal", "confident"),
}
"""The axes that a word of delivery rests on; every other word rests on all of them."""

NOT_SHOWN = frozenset({"pushy"})
"""Words of delivery that nobody has held against real voices and that would hurt: they are shown to nobody."""


def length_words(analysis: Analysis) -> str:
    """How long a message is, as every page and card says it.

    Args:
        analysis: One analysed message.

    Returns:
        For example "0:24", and "0:24 of a file of 0:41" where there is more in the file than the message.
    """
    whole = clock(analysis.duration_s)
    if analysis.judged is None or len(analysis.spans) < 2:
        return whole
    return f"{clock(analysis.duration_s - analysis.prosody.before_s - analysis.prosody.after_s)} of a file of {whole}"


def delivery_word(tone: Tone) -> str:
    """The word for how a message sounds, as it is shown.

    Args:
        tone: As the model of delivery gives it.

    Returns:
        One word, "not sure" where the model is; "" where the word is not shown: because it would hurt (`NOT_SHOWN`), or because
        an axis that it rests on was not validated on real voices.
    """
    if tone.label in NOT_SHOWN or set(WORD_AXES.get(tone.label, tone.axes)) & set(tone.not_validated):
        return ""
    return "not sure" if tone.label == "unclear" else tone.label


def flag_name(kind: str) -> str:
    """A flag's kind as it is written for people.

    Args:
        kind: A flag's kind, as `Flag.kind` has it.

    Returns:
        Words for people; an unknown kind with spaces for underscores.
    """
    return FLAG_NAMES.get(kind, kind.replace("_", " "))


def flags_for_people(flags: Sequence[Flag]) -> tuple[tuple[Flag, str], ...]:
    """The flags that a card or a page shows, each with its name; what two would say in the same words is said once.

    Args:
        flags: All flags of one message.

    Returns:
        Each flag shown with the words for its kind, in the order given. Where ``uses_notes`` and ``personalised`` name the same
        words, ``uses_notes`` is left out and the other says that they are from the notes.
    """
    notes, told = ({flag.evidence for flag in flags if flag.kind == kind} for kind in ("uses_notes", "personalised"))
    same = notes & told
    return tuple(
        (flag, flag_name(flag.kind) + (", from your notes" if flag.kind == "personalised" and flag.evidence in same else ""))
        for flag in flags
        if not (flag.kind == "uses_notes" and flag.evidence in same)
    )


PARTS_AND_CHECKS: Mapping[str, tuple[str, ...]] = {
    "callee": ("callee_named",),
    "identity": ("caller_named",),
    "reason": ("gives_reason", "reason_by_9s"),
    "ask": ("one_ask",),
    "number": ("number_complete",),
}
"""Which checks of the default rubric speak of an essential part: what one of them heard, or could not judge, is not missing."""


def not_found(analysis: Analysis) -> tuple[str, ...]:
    """The essential parts that were not found, by the parts and by the checks.

    Args:
        analysis: One analysed message.

    Returns:
        Labels of parts. One is left out where a check of it passes or could not be judged, where the number was heard, and
        where the names are known: a page must not say both. None of a message without points: no check speaks of its parts,
        and one that is no sales message lacks nothing.
    """
    if analysis.score is not None and analysis.score.points is None:
        return ()
    verdicts = {c.id: c.verdict if not c.not_judged else "open" for c in (analysis.score.checks if analysis.score else ())}
    who = analysis.entities
    heard = {"callee": who.callee, "identity": who.caller, "number": who.number_to_call}
    return tuple(
        label
        for label in analysis.structure.missing
        if not heard.get(label) and not {verdicts.get(check) for check in PARTS_AND_CHECKS.get(label, ())} & {"pass", "open"}
    )
