"""Flags: things in a message that a person should look at. They are never verdicts, and never legal advice."""

from __future__ import annotations

from collections.abc import Sequence

from vmaudio.analysis.options import FlagOptions
from vmaudio.analysis.speed import wrong_speed
from vmaudio.records import Entities, FileSpan, Flag, Message, Prosody, Recording, Structure, Transcript, clock, grouped_digits
from vmaudio.rubric import NO_TEAM, RUBRIC_OPTIONS, Known, TeamWords, notes_flags

DEFAULT = FlagOptions()


def of_signal(
    recording: Recording, transcript: Transcript, prosody: Prosody, options: FlagOptions = DEFAULT
) -> tuple[Flag, ...]:
    """Flags of the recording itself: cut short, no speech, noisy, clipped, at a wrong speed, hard to make out, words missing.

    Args:
        recording: decoded sound.
        transcript: its words.
        prosody: its measures.
        options: from when on a person should look.
    """
    flags = []
    if recording.truncated:
        flags.append(Flag("truncated", f"only {recording.duration_s:.0f} s were analysed: {recording.truncated_why}"))
    if transcript.status != "speech":
        return (*flags, Flag("no_speech", "no speech was found in this recording"))
    if prosody.snr_db < options.noisy_snr_db:
        flags.append(Flag("noisy", f"the speech is only {prosody.snr_db:.0f} dB above the noise"))
    if prosody.clipped_share >= options.clipped_share:
        flags.append(Flag("clipped", f"{100 * prosody.clipped_share:.1f} % of the samples are cut off: too loud for the line"))
    if told := wrong_speed(recording, prosody, options):
        flags.append(Flag("wrong_speed", told))
    words = transcript.words
    if words and (mean := sum(word.probability for word in words) / len(words)) < options.unclear_probability:
        told = f"the recogniser is unsure of the words (mean probability {mean:.2f})"
        if transcript.engine.endswith(".en"):
            told += "; they may not fit the sound: it may be in another language, and this model knows English only"
        flags.append(Flag("hard_to_hear", told))
    unheard = _unheard(recording.duration_s, transcript, prosody, options.unheard_s) if transcript.is_english else ()
    for start_s, end_s, speech_s in unheard:
        said = f"{speech_s:.0f} s of speech of which no words were made out"
        flags.append(Flag("words_missing", f"{said}; what was said there is not scored", start_s, end_s))
    return tuple(flags)


def _unheard(duration_s: float, transcript: Transcript, prosody: Prosody, least_s: float) -> list[tuple[float, float, float]]:
    """(start, end, seconds of speech) of the stretches between words that hold more than ``least_s`` of speech."""
    edges = [prosody.speech_start_s, *(time for word in transcript.words for time in (word.start_s, word.end_s))]
    edges.append(duration_s - prosody.after_speech_s)
    found = []
    for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
        silent = sum(max(0.0, min(end_s, p.start_s + p.duration_s) - max(start_s, p.start_s)) for p in prosody.pauses)
        if end_s - start_s - silent > least_s:
            found.append((start_s, end_s, end_s - start_s - silent))
    return found


def of_content(transcript: Transcript, entities: Entities, structure: Structure) -> tuple[Flag, ...]:
    """Flags of what is said: an unsure number, a message that sounds prerecorded, another language than English.

    Args:
        transcript: the words.
        entities: the telephone numbers in them.
        structure: parts and approach.
    """
    flags = []
    for phone in entities.phones:
        if not phone.complete and len(phone.digits) >= 7:
            span = phone.spans[0]
            differ = "the sayings differ" if phone.times_said > 1 else "other digits were heard as well"
            why = differ if phone.agreement < 1 else "a digit is missing or not certain"
            flags.append(Flag("number_unsure", f"{grouped_digits(phone.digits)}: {why}", span.start_s, span.end_s))
    if structure.counts_as == "robocall" and not _names_listener(entities, structure):
        flags.append(
            Flag(
                "sounds_prerecorded",
                "sounds like a prerecorded message; in the United States those need the recipient's written agreement "
                "and an opt-out (16 CFR 310.4(b)(1)(v)): a person should look at it",
            )
        )
    if transcript.status == "speech" and not transcript.is_english:
        kind = "two_languages" if "+" in transcript.language else "not_english"
        why = "it gets no points, as the checks are made for English"
        if structure.language and transcript.is_in(structure.language):
            why = "your own model finds its parts, and only checks that rest on no English words are judged"
        flags.append(Flag(kind, f"{transcript.why_not_english}; {why}"))
    return tuple(flags)


def of_spans(spans: Sequence[FileSpan], unsure: str = "") -> tuple[Flag, ...]:
    """Flags of what else is in the file: several messages, both parties at once, and a message that could not be told for sure.

    Args:
        spans: what lies where in the file.
        unsure: why it cannot be told where the message begins; "" where it can.
    """
    flags = []
    judged = next((span for span in spans if span.kind == "message"), None)
    if unsure and judged is not None:
        told = f"{unsure}; nothing that rests on it is judged"
        flags.append(Flag("message_start_unsure", told, judged.start_s, judged.end_s))
    others = [span for span in spans if span.kind == "other_message"]
    if others and judged is not None:
        place = 1 + sum(span.start_s < judged.start_s for span in others)
        total = len(others) + 1
        told = f"{total} messages in this file; judged is number {place}, from {clock(judged.start_s)}"
        flags.append(Flag("several_messages", f"{told}; --every-message judges each", judged.start_s, judged.end_s))
    flags += [
        Flag("overlap", "both parties speak at once", span.start_s, span.end_s)
        for span in spans
        if span.kind == "overlap" and judged is not None and span.end_s > judged.start_s and span.start_s < judged.end_s
    ]
    return tuple(flags)


def of_context(
    message: Message,
    transcript: Transcript,
    entities: Entities | None = None,
    recording_id: str = "",
    team: TeamWords = NO_TEAM,
) -> tuple[Flag, ...]:
    """Flags that depend on the manifest: whether the notes come back, what is specific to the prospect.

    Args:
        message: who sent it to whom, and what was known of them.
        transcript: the words.
        entities: give the rep's own company, whose words are specific to nobody.
        recording_id: SHA-256 of the recording's bytes.
        team: what others are told.
    """
    own = (entities.company.text,) if entities is not None and entities.company else ()
    return notes_flags(Known(message, own, team, recording_id), transcript)


PRAISE_OF_NOTES = frozenset({"uses_notes", "personalised"})
"""Kinds that say that the notes come back in the message."""

CONTEXT_KINDS = PRAISE_OF_NOTES | {"ignores_notes"}
"""Kinds made by `of_context`: made anew when the manifest changes."""


def _names_listener(entities: Entities, structure: Structure) -> bool:
    """Whether a listener is named, and the model is not all but sure of a recording: those name nobody. So too the points."""
    limits, callee = RUBRIC_OPTIONS.confidence, entities.callee
    named = callee is not None and callee.probability >= limits.named_probability
    return named and structure.chances.get("robocall", 1.0) < limits.named_robocall
