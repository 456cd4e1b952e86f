"""Flags: things in a message that a person should look at. They are never verdicts, and never legal advice."""

from __future__ import annotations

from vmaudio.records import Entities, Flag, Message, Prosody, Recording, Structure, Transcript
from vmaudio.rubric import notes_flags

NOISY_SNR_DB = 10.0
"""Below this signal-to-noise ratio recognisers and pitch trackers degrade (evidence 3; our default)."""

CLIPPED_SHARE = 0.005
"""From half a percent of samples at the rail clipping is heard (our default)."""

UNCLEAR_PROBABILITY = 0.6
"""Below this mean word probability the transcript needs a listener (our default)."""


UNHEARD_S = 2.5
"""So much speech in a row without a word is worth a listen: a second hearing has tried it already (our default)."""


def of_signal(recording: Recording, transcript: Transcript, prosody: Prosody) -> tuple[Flag, ...]:
    """Flags of the recording itself: cut short, no speech, noisy, clipped, hard to make out."""
    flags = []
    if recording.truncated:
        flags.append(Flag("truncated", f"only {recording.duration_s:.0f} s were analysed: {recording.truncated_why}"))
    if transcript.status != "speech":
        return (*flags, Flag("no_speech", "no speech was found in this recording"))
    if prosody.snr_db < NOISY_SNR_DB:
        flags.append(Flag("noisy", f"the speech is only {prosody.snr_db:.0f} dB above the noise"))
    if prosody.clipped_share >= CLIPPED_SHARE:
        flags.append(Flag("clipped", f"{100 * prosody.clipped_share:.1f} % of the samples are at the rail"))
    words = transcript.words
    if words and (mean := sum(word.probability for word in words) / len(words)) < UNCLEAR_PROBABILITY:
        flags.append(Flag("hard_to_hear", f"the recogniser is unsure of the words (mean probability {mean:.2f})"))
    for start_s, end_s, speech_s in _unheard(recording.duration_s, transcript, prosody):
        said = f"{speech_s:.0f} s of speech of which no words were made out"
        flags.append(Flag("words_missing", f"{said}; what was said there is not judged", start_s, end_s))
    return tuple(flags)


def _unheard(duration_s: float, transcript: Transcript, prosody: Prosody) -> list[tuple[float, float, float]]:
    """(start, end, seconds of speech) of the stretches between words that hold more than `UNHEARD_S` of speech."""
    edges = [prosody.lead_silence_s, *(time for word in transcript.words for time in (word.start_s, word.end_s))]
    edges.append(duration_s - prosody.tail_silence_s)
    found = []
    for start_s, end_s in zip(edges[::2], edges[1::2], strict=True):
        silent = sum(max(0.0, min(end_s, p.start_s + p.duration_s) - max(start_s, p.start_s)) for p in prosody.pauses)
        if end_s - start_s - silent > UNHEARD_S:
            found.append((start_s, end_s, end_s - start_s - silent))
    return found


def of_content(transcript: Transcript, entities: Entities, structure: Structure) -> tuple[Flag, ...]:
    """Flags of what is said: an unsure number, a message that sounds prerecorded."""
    flags = []
    for phone in entities.phones:
        if not phone.complete and len(phone.digits) >= 7:
            span = phone.spans[0]
            differ = "the sayings differ" if phone.times_said > 1 else "heard again, it came out otherwise"
            why = differ if phone.agreement < 1 else "digits are missing or unsure"
            flags.append(Flag("number_unsure", f"{phone.digits}: {why}", span.start_s, span.end_s))
    if structure.approach == "robocall":
        flags.append(
            Flag(
                "sounds_prerecorded",
                "sounds like a prerecorded message; in the United States those need the recipient's written agreement "
                "and an opt-out (16 CFR 310.4(b)(1)(v)): a person should look at it",
            )
        )
    if transcript.status == "speech" and not transcript.is_english:
        flags.append(Flag("not_english", f"spoken language: {transcript.language}; English-only judgements are left out"))
    return tuple(flags)


def of_context(message: Message, transcript: Transcript) -> tuple[Flag, ...]:
    """Flags that depend on the manifest: whether the notes come back, what is specific to the prospect."""
    return notes_flags(message, transcript)


CONTEXT_KINDS = frozenset({"uses_notes", "ignores_notes", "personalised"})
"""Kinds made by `of_context`: made anew when the manifest changes."""
