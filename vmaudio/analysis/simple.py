"""One call each: `analyze` a recording, with the recogniser kept loaded between calls, and `find_entities` in a text."""

from __future__ import annotations

import datetime
import hashlib
import os
import threading
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Protocol, TypedDict, Unpack, runtime_checkable

from vmaudio import text
from vmaudio.analysis.analyzer import Analyzer
from vmaudio.errors import SourceRefused, SourceTooLarge
from vmaudio.records import Analysis, Entities, Failure, Message, Transcript
from vmaudio.rubric import load_rubric
from vmaudio.settings import SETTINGS, Value, get

_lock = threading.Lock()  # a recogniser does one thing at a time


@runtime_checkable
class BinaryFile(Protocol):
    """An open file that gives bytes."""

    def read(self, size: int, /) -> bytes:
        """The next bytes.

        Args:
            size: most bytes to read.

        Returns:
            Bytes, fewer than ``size`` near the end, none at the end.
        """


class Context(TypedDict, total=False):
    """What may be known of a message besides its recording: the fields of `vmaudio.Message`."""

    message_id: str
    rep: str | None
    prospect: str | None
    prospect_name: str | None
    company: str | None
    sent_at: str | None
    campaign: str | None
    channel: str | None
    caller_id: str | None
    notes: str | None
    script: str | None
    audio_channel: str | None
    audio_message: str | None
    extra: Mapping[str, str]


def analyze(
    source: str | os.PathLike[str] | bytes | BinaryFile,
    *,
    engine: str | None = None,
    language: str | None = None,
    rubric: str | os.PathLike[str] | None = None,
    verbatim: bool | None = None,
    models_dir: str | os.PathLike[str] | None = None,
    **context: Unpack[Context],
) -> Analysis | Failure:
    """Analyse one recording: transcribe, measure, find its parts, and score it.

    The recogniser stays loaded as long as the next call has the same settings, so a loop over files loads it once. Many files
    are quicker with `vmaudio.Analyzer.analyze_many`, which transcribes several in one pass. What is not given comes from the
    ``VMAUDIO_*`` variables, else from the defaults.

    Args:
        source: path of a recording, its bytes, or a file opened for reading bytes. All formats that FFmpeg decodes.
        engine: recogniser and model, such as "openai-whisper:base".
        language: two-letter code, or "auto".
        rubric: path of a rubric (TOML); "default" is the one that ships.
        verbatim: write um and uh down; takes longer.
        models_dir: folder of your own promoted models.
        context: what is known of the message, as in a manifest: ``rep``, ``prospect`` (id), ``prospect_name``, ``company``,
            ``sent_at`` (ISO 8601), ``campaign``, ``channel``, ``caller_id``, ``notes``, ``script``, ``extra`` (a mapping),
            ``message_id``. Names help the recogniser to spell, and some checks need them.

    Returns:
        An Analysis; or a Failure, if the recording cannot be used: a sentence says why, and what to do.

    Raises:
        VmaudioError: a setting, the rubric, a model or the recogniser cannot be used. Never because of the recording.
        TypeError: the context has a field that a Message does not have, or the source is none of these.
        ValueError: ``sent_at`` is no time in ISO 8601.
    """
    if unknown := set(context) - set(Context.__annotations__):
        raise TypeError(f"A message has no field {sorted(unknown)[0]!r}. Known are: {', '.join(Context.__annotations__)}.")
    if isinstance(sent_at := context.get("sent_at"), str) and sent_at:
        _check_instant(sent_at)
    given: dict[str, Value | None] = {
        "engine": engine,
        "language": language,
        "rubric": None if rubric is None else os.fspath(rubric),
        "verbatim": verbatim,
        "models_dir": None if models_dir is None else os.fspath(models_dir),
    }
    with _lock:
        analyzer = _analyzer(given)
        if isinstance(source, (str, os.PathLike)):
            return analyzer.analyze(Message(os.fspath(source), **context))
        message, opener = _from_memory(source, int(analyzer.options.max_file_mb * 1e6), context)
        return analyzer.analyze(message, open=opener)


def find_entities(words: str | Transcript, *, local_numbers: bool = False, region: str = "US") -> Entities:
    """Find who calls whom from where, and how to call back, in a transcript from anywhere.

    Args:
        words: a Transcript, or the bare text of one. A text has no times: its words get the length that they have on average,
            so the times in the result only show the order.
        local_numbers: a 7-digit number counts as complete.
        region: two-letter region that numbers belong to when no country code is said.

    Returns:
        Entities. Nothing found gives None and empty tuples; no text makes this raise.

    Raises:
        SettingError: there is no such region.
        TypeError: ``words`` is neither text nor a Transcript.

    Example:
        >>> found = find_entities("Hi Dana, this is Tom Becker with Acme Copiers. Call me at 303-555-0126.")
        >>> found.caller.text, found.company.text, found.number_to_call.digits
        ('Tom Becker', 'Acme Copiers', '3035550126')
    """
    if not isinstance(words, (str, Transcript)):
        raise TypeError(f"A {type(words).__name__} is no transcript. Give a text or a Transcript.")
    transcript = text.transcript_from_text(words) if isinstance(words, str) else words
    return text.find_entities(transcript, local_numbers=local_numbers, region=text.known_region(region))


def _check_instant(text: str) -> None:
    """Refuse a time that nothing later could read."""
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"sent_at {text!r} is not an ISO 8601 time. Write it like 2026-05-14T16:20:00+02:00.") from None


def _from_memory(source: bytes | BinaryFile, limit: int, context: Context) -> tuple[Message, Callable[[str], bytes]]:
    """The message, and what gives its bytes or raises what went wrong with them."""
    name, data = "", b""
    trouble: SourceRefused | None = None
    if isinstance(source, (bytes, bytearray, memoryview)):
        data = bytes(source)
    elif isinstance(source, BinaryFile):
        name = str(getattr(source, "name", ""))
        try:
            data = source.read(limit + 1)
        except OSError as error:
            trouble = SourceRefused(
                f"{name or 'The file'} cannot be read: {error.strerror or error}. Open it again, or give its path."
            )
        if not isinstance(data, bytes):
            raise TypeError(f"{name or 'The file'} gives text. Open it for reading bytes, with mode 'rb'.")
    else:
        raise TypeError(f"A {type(source).__name__} is no recording. Give a path, bytes, or a file opened for reading bytes.")
    digest = hashlib.sha256(data).hexdigest()
    name = name or f"<bytes {digest[:12]}>"
    if not context.get("message_id"):  # made of the content: the name says nothing, or only what a caller called it
        key = "\x1f".join((digest, context.get("prospect") or "", context.get("sent_at") or ""))
        context["message_id"] = "m" + hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    message = Message(name, **context)

    def opener(_source: str) -> bytes:
        if trouble is not None:
            raise trouble
        if len(data) > limit:
            raise SourceTooLarge(
                f"{name} has more bytes than the limit of {limit / 1e6:.1f} MB. Cut the recording, or raise the setting"
                " max_file_mb."
            )
        return data

    return message, opener


def _analyzer(given: Mapping[str, Value | None]) -> Analyzer:
    """An analyzer for these settings: the last one, if neither they nor the rubric's text have changed."""
    values = tuple((name, get(name, given.get(name))) for name in SETTINGS)
    rubric = load_rubric(str(dict(values)["rubric"]))  # read each time: it may have been edited, and that is quick
    return _build(values, rubric.rubric_id)


@lru_cache(maxsize=1)
def _build(values: tuple[tuple[str, Value], ...], rubric_id: str) -> Analyzer:
    chosen = dict(values)
    return Analyzer.from_settings(
        engine=str(chosen["engine"]),
        language=str(chosen["language"]),
        rubric=str(chosen["rubric"]),
        models_dir=str(chosen["models_dir"]),
        verbatim=bool(chosen["verbatim"]),
    )
