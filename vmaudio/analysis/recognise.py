"""The middle steps for a batch: the recogniser transcribes it, entities are found, numbers are checked by a second pass."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from vmaudio.analysis.options import Options
from vmaudio.analysis.prepare import Sound
from vmaudio.analysis.second_pass import second_pass
from vmaudio.errors import TranscribeError
from vmaudio.records import Entities, Message, Transcript
from vmaudio.text import KnownNames, confirm_by_caller_id, find_entities, respell_names, shown_numbers
from vmaudio.transcribe import Transcriber

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Untranscribed:
    """One recording of a batch, and the messages that sent it."""

    sound: Sound
    messages: list[Message]


def hint(messages: Sequence[Message], rep_company: str = "") -> str:
    """Names that a recording may hold, by its manifest: prospect, rep, the company of each.

    Args:
        messages: all that sent the recording.
        rep_company: the reps' own company, where the manifest names none.

    Returns:
        The names, separated by commas; "" for a recording sent to many, or without names.
    """
    if len(messages) != 1:
        return ""
    known = known_names(messages, rep_company)
    names = (known.callee, known.caller, messages[0].company, known.company)
    return ", ".join(dict.fromkeys(name.strip() for name in names if name and name.strip()))


def known_names(messages: Sequence[Message], rep_company: str = "") -> KnownNames:
    """Who speaks to whom, and for which company, by the manifest.

    Args:
        messages: all that sent the recording.
        rep_company: the reps' own company, where the manifest's column of that name is empty.

    Returns:
        What all of the messages have in common: a recording sent to many has one rep and one company, but no one listener.
    """
    told = [(one.rep, one.prospect_name, own_company(one) or rep_company.strip() or None) for one in messages]
    return KnownNames(*(each[0] if len(set(each)) == 1 else None for each in zip(*told, strict=True)))


def own_company(message: Message) -> str:
    """The rep's company by the manifest's column rep_company; tables of other programs write it with a blank.

    Args:
        message: of the manifest.

    Returns:
        The name; "" where the column is empty.
    """
    return (message.extra.get("rep_company") or message.extra.get("rep company") or "").strip()


def transcribe(batch: Sequence[Untranscribed], transcriber: Transcriber, options: Options) -> list[Transcript | Exception]:
    """Transcribe a batch; when it fails, each message alone, so that one bad message costs only itself.

    Args:
        batch: recordings for one forward pass.
        transcriber: the recogniser.
        options: with or without hints.

    Returns:
        For each recording its transcript, or why there is none.
    """
    sounds = [one.sound for one in batch]
    hints = [hint(one.messages, options.rep_company) if options.hints else "" for one in batch]
    try:
        made = transcriber.transcribe_many(
            [s.recording for s in sounds], [s.activity for s in sounds], hints if any(hints) else ()
        )
        return _transcripts(made, transcriber.name, batch)
    except Exception as error:  # noqa: BLE001
        if len(sounds) == 1:
            return [error]
        log.warning("a batch of %d failed (%s); each message is tried alone", len(sounds), error)
    return [transcribe([one], transcriber, options)[0] for one in batch]


def _transcripts(made: Any, name: str, batch: Sequence[Untranscribed]) -> list[Transcript | Exception]:
    """What a recogniser gave, if it is one Transcript for each recording; another package's may give anything.

    Raises:
        TranscribeError: it is something else.
    """
    if isinstance(made, Sequence) and len(made) == len(batch) and all(isinstance(one, Transcript) for one in made):
        return list(made)
    got = f"{len(made)} results for {len(batch)} recordings" if isinstance(made, Sequence) else f"a {type(made).__name__}"
    raise TranscribeError(
        f"{batch[0].messages[0].source}: the recogniser {name} gave {got}, and should give one Transcript for each recording."
        " Use another engine, or tell its authors."
    )


def entities(
    batch: Sequence[Untranscribed], transcripts: Sequence[Transcript | Exception], transcriber: Transcriber, options: Options
) -> list[Entities]:
    """Who, whom and how to call back; numbers are checked by a second pass where the recogniser supports one.

    Args:
        batch: the recordings, and the messages that sent them.
        transcripts: of each, or why there is none.
        transcriber: the recogniser, for the second pass.
        options: thresholds of the entities and of the second pass; with or without the manifest's names and caller_id.

    Returns:
        What was found in each; nothing where there is no transcript.
    """
    found = _found([one.sound for one in batch], transcripts, transcriber, options)
    if not options.hints:
        return found
    return [
        who if isinstance(script, Exception) else _by_manifest(who, script, one.messages, options)
        for who, script, one in zip(found, transcripts, batch, strict=True)
    ]


def _by_manifest(who: Entities, script: Transcript, messages: Sequence[Message], options: Options) -> Entities:
    """Names in the manifest's spelling; a number in doubt is vouched for where it is the one that the phone shows."""
    who = respell_names(who, script, known_names(messages, options.rep_company), options=options.entities.known_names)
    return confirm_by_caller_id(who, [number for one in messages for number in shown_numbers((one.caller_id or "").strip())])


def _found(
    sounds: Sequence[Sound], transcripts: Sequence[Transcript | Exception], transcriber: Transcriber, options: Options
) -> list[Entities]:
    """Entities by the words and the second pass alone."""

    def find(transcript: Transcript) -> Entities:
        return find_entities(transcript, local_numbers=options.local_numbers, region=options.region, options=options.entities)

    found = [Entities() if isinstance(one, Exception) else find(one) for one in transcripts]
    if not transcriber.supports_second_pass:
        return found
    try:
        return second_pass(
            transcriber, [s.recording for s in sounds], [s.activity for s in sounds], transcripts, found, find,
            local=options.local_numbers, region=options.region, options=options.second_pass,
            vad=options.vad, hypotheses=options.entities.hypotheses,
        )  # fmt: skip
    except Exception:  # the first pass stands; what went wrong is for the log
        log.exception("the second pass over %d messages failed", len(sounds))
        return found
