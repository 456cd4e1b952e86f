"""Read scripts.toml: the messages to be spoken, and what can be known of them before any sound is made."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).with_name("scripts.toml")

DIGITS = {
    "zero": "0", "oh": "0", "o": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7",
    "eight": "8", "nine": "9",
}  # fmt: skip

EXTENSION = {"ulaw.wav": "wav", "alaw.wav": "wav", "gsm.wav": "wav"}


@dataclass(frozen=True)
class Piece:
    """Words that carry one label, with how they are to be said."""

    label: str
    text: str
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Unit:
    """What is synthesised in one go: one sentence, or the part of one up to a label border at a punctuation mark.

    ``shares`` are (index of the piece, its text in this unit); more than one when a label changes without punctuation.
    """

    text: str
    shares: tuple[tuple[int, str], ...]
    options: Mapping[str, Any]
    pause_before_s: float | None = None  # only where the script says so


@dataclass(frozen=True)
class Script:
    """One message of scripts.toml, with its rep."""

    row: Mapping[str, Any]
    rep: Mapping[str, Any]
    pieces: tuple[Piece, ...]
    pauses_before: Mapping[int, float]

    def __getattr__(self, name: str) -> Any:
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None

    @property
    def text(self) -> str:
        return " ".join(piece.text for piece in self.pieces)

    @property
    def file(self) -> str:
        return f"{self.row['name']}.{EXTENSION.get(self.row['format'], self.row['format'])}"

    @property
    def voice(self) -> str:
        return str(self.row.get("voice", self.rep["voice"]))

    @property
    def caller_id(self) -> str:
        return str(self.row.get("caller_id", "+1" + self.rep["number"]))

    @property
    def sends(self) -> Sequence[Mapping[str, Any]]:
        """One mapping for each prospect that got this recording."""
        keys = ("id", "prospect", "prospect_name", "company", "sent_at")
        return self.row.get("sends") or [{key: self.row[key] for key in keys}]

    @property
    def entities(self) -> dict[str, Any]:
        said = self.row.get("said", {})
        numbers = [digits(p.text) for p in self.pieces if p.label in ("number", "number_repeat")]
        return {
            "caller": said.get("caller"),
            "callee": said.get("callee"),
            "company": said.get("company"),
            "phone_digits": numbers[0] if numbers else None,
            "phone_times_said": len(numbers),
        }

    def units(self) -> list[Unit]:
        """Cut the message into what is synthesised in one go."""
        out: list[Unit] = []
        held: list[tuple[int, str]] = []
        options: dict[str, Any] = {}
        pause: float | None = None
        for index, piece in enumerate(self.pieces):
            for sentence in re.split(r"(?<=[.?!])\s+", piece.text):
                if not held:
                    options, pause = {}, None
                pause = self.pauses_before.get(index, pause) if sentence == piece.text[: len(sentence)] else pause
                held.append((index, sentence))
                options |= piece.options
                if sentence[-1] in ".,?!;:":
                    out.append(Unit(" ".join(text for _, text in held), tuple(held), options, pause))
                    held = []
        if held:
            raise ValueError(f"{self.row['name']}: the last part has no punctuation at its end.")
        return out


def digits(text: str) -> str:
    """The digits of the words of a number part."""
    return "".join(DIGITS.get(word, "") for word in re.findall(r"[a-z]+", text.lower()))


def words(text: str) -> list[str]:
    return re.findall(r"[A-Za-z0-9']+", text)


def syllables(ipa: str) -> int:
    """Vowel groups of Kokoro phonemes: each vowel letter or diphthong letter is one, a syllabic consonant too."""
    return len(re.findall(r"[aɑɐɒæɔəɛɜɪiʊuʌeoᵻAIOQWY]ː?|ᵊ", ipa))


def load(path: Path = SCRIPTS) -> list[Script]:
    """Read and check the scripts. Raises ValueError with the message's name for a script that contradicts itself."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    out = []
    for row in table["message"]:
        pieces: list[Piece] = []
        pauses: dict[int, float] = {}
        for entry in row.get("parts", []):
            if entry[0] == "pause":
                pauses[len(pieces)] = float(entry[1])
            else:
                pieces.append(Piece(entry[0], entry[1], entry[2] if len(entry) > 2 else {}))
        script = Script(row, table["reps"][row["rep"]], tuple(pieces), pauses)
        _check(script)
        out.append(script)
    return out


def _check(script: Script) -> None:
    name = script.row["name"]
    for key, value in script.row.get("said", {}).items():
        if value not in script.text:
            raise ValueError(f"{name}: the {key} {value!r} is not in the text.")
    for piece in script.pieces:
        if piece.label in ("number", "number_repeat") and not re.fullmatch(r"\d{3}55501\d\d", digits(piece.text)):
            raise ValueError(f"{name}: {piece.text!r} is not an area code and 555-01XX.")
