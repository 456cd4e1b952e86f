"""What is fuzzed: each target takes bytes, and may raise nothing but the sentences that vmaudio has for broken input."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from vmaudio.audio import decode_audio
from vmaudio.errors import AudioError, RubricError, TableError, VmaudioError
from vmaudio.intake.manifest import load_manifest
from vmaudio.intake.outcomes.files import read_outcomes
from vmaudio.intake.sources.mails import ReadOptions, messages_of, parse_mail
from vmaudio.intake.tables.reading import load_table
from vmaudio.records import Segment, Transcript, Word
from vmaudio.rubric.edit import default_rubric_text, edit_rubric
from vmaudio.rubric.load import parse_rubric
from vmaudio.store import safe_name
from vmaudio.text.clauses.split import transcript_from_text
from vmaudio.text.entities import phrases
from vmaudio.text.entities.find import find_entities
from vmaudio.text.numbers import NUMBER_WORDS

_FOLDER = Path(tempfile.mkdtemp(prefix="vmaudio-fuzz-"))
_SECONDS = 5.0


def decode(data: bytes) -> None:
    """A recording of any format: samples, or a sentence of what is wrong with it."""
    try:
        sound = decode_audio(data, name="x.wav", max_seconds=_SECONDS)
    except AudioError:
        return
    assert abs(sound.samples).max(initial=0.0) <= 1.0
    assert len(sound.samples) <= 16000 * (_SECONDS + 1)


def tables(data: bytes) -> None:
    """A manifest or an export of outcomes."""
    path = _FOLDER / "table.csv"
    path.write_bytes(data)
    for read in (load_table, load_manifest, read_outcomes):
        try:
            read(path)
        except TableError:
            continue


def rubric(data: bytes) -> None:
    """A rubric's text, and a weight that is changed in it."""
    text = data.decode("utf-8", "replace")
    try:
        found = parse_rubric(text, "x.toml")
        for criterion in found.criteria:
            changed = edit_rubric(text, found, {(criterion.id, "weight"): "3", (criterion.id, "tip"): 'Say "it" \\ so'})
            again = parse_rubric(changed, "x.toml")
            assert [one.weight for one in again.criteria if one.id == criterion.id] == [3.0]
    except RubricError:
        return


def entities(data: bytes) -> None:
    """Words as written by people, and by recognisers that cut them in odd places."""
    text = data.decode("utf-8", "ignore")
    find_entities(transcript_from_text(text))
    words = tuple(Word(part, i * 0.2, i * 0.2 + 0.2, 0.9) for i, part in enumerate(text.split("|")))
    find_entities(
        Transcript("speech", "en", text, (Segment(0.0, 1.0, text, words, 0.0, 0.0, 1.0),), "fuzz"), local_numbers=True
    )


def uploads(data: bytes) -> None:
    """A mail with a recording as a stranger sends it, and the name that an upload gives."""
    name = safe_name(data[:200].decode("utf-8", "replace"))
    assert name not in ("", ".", "..")
    assert not set(name) & set("/\\\x00")
    assert len(name.encode("utf-8", "replace")) <= 255
    try:
        list(messages_of(parse_mail(data), "x.eml", ReadOptions()))
    except VmaudioError:
        return


@dataclass(frozen=True, slots=True)
class Target:
    """What is called, examples to begin with, and words that matter there."""

    run: Callable[[bytes], None]
    seeds: Callable[[], Iterator[bytes]]
    words: Sequence[str]


def _sounds() -> Iterator[bytes]:
    from vmaudio.testing import encode, speech_like
    from vmaudio.testing.files import FORMATS

    samples = speech_like([3], level_dbfs=-25.0).samples[:8000]
    for form, (_, codec) in FORMATS.items():
        if "amr" not in codec:  # not every build of FFmpeg can write it
            yield encode(samples, form)


def _texts(*texts: str) -> Callable[[], Iterator[bytes]]:
    return lambda: (text.encode() for text in texts)


_MANIFEST = """file,rep,prospect,sent_at,callback,notes
a.wav,Tom,p1,2026-03-01,yes,"x, y"

b.wav,Ann,p2,1.3.2026 09:00,no,
"""
_EXPORT = "sep=;\nCalls of March;;\n\nRecording;Agent;Disposition\na.wav;Tom;CALLBK\nTotal;1;\n"
_RUBRIC = """name = "x"
version = 1
[[check]]
id = "a"
title = "Say why"
test = "gives_reason"
weight = 2
tip = "Say it."
[[check]]
id = "b"
title = "Be quick"
test = "talk_under"
weight = 1 # a comment
seconds = 30
tip = '''Be quick.'''
"""
_TALK = "Hi Dana, this is Tom Hall from Acme Solar. Call me at 303-555-0126, that's 303 555 0126 ext 12, tomorrow at three."
_MAIL = """From: "Voicemail (555) 010-0126" <vm@example.org>
To: tom@example.org
Subject: =?utf-8?b?TmV3IHZvaWNlIG1lc3NhZ2U=?=
Date: Mon, 02 Mar 2026 09:00:00 +0100
Message-ID: <1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

You have a message of 0:12 from Dana (303-555-0126).
--b
Content-Type: audio/wav; name="msg0001.wav"
Content-Disposition: attachment; filename="msg0001.wav"
Content-Transfer-Encoding: base64

UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=
--b--
"""


_CUES = (*phrases.CALLEE_CUES, *phrases.CALLER_CUES, *phrases.COMPANY_CUES)
_MARKS = {
    "decode": "RIFF|WAVEfmt |data|fLaC|OggS|ID3|ftyp|moov|LIST|fact|JUNK",
    "tables": "message_id|callback|sent_at|rep|prospect|sep=;|\\x0d\\x0a|2026-03-01|Total|yes|n/a|PK",
    "rubric": "[[check]]|weight = |test = |'''|id = |tip = |inf|nan|\\x0d\\x0a",
    "entities": "303-555-0126| at | dot |Dana|ext|tomorrow|double",
    "uploads": "Content-Type: audio/wav|Content-Type: message/rfc822|boundary=|=?utf-8?b?|filename=|\\x0d\\x0a\\x0d\\x0a",
}
_SPOKEN = {" ".join(cue[0]) for cue in _CUES} | NUMBER_WORDS
TARGETS = {
    "decode": Target(decode, _sounds, _MARKS["decode"].split("|")),
    "tables": Target(tables, _texts(_MANIFEST, _EXPORT), _MARKS["tables"].split("|")),
    "rubric": Target(rubric, _texts(_RUBRIC, default_rubric_text()), _MARKS["rubric"].split("|")),
    "entities": Target(
        entities, _texts(_TALK, _TALK.lower().replace(" ", " | ")), [*_MARKS["entities"].split("|"), *sorted(_SPOKEN)]
    ),
    "uploads": Target(uploads, _texts(_MAIL), _MARKS["uploads"].split("|")),
}
