"""Speech in another language than the English that the recogniser is set to.

Told to write English, Whisper writes English whatever it hears: a Spanish message becomes an invented one, or none. Its
multilingual models also say how probable each language is, from the encoder's output that is there already. Where English is
not nearly certain for a window, the message is listened to in pieces of a few seconds, each by itself, as a message may change
its language. Only the pieces in which English is heard are written down: of the others nothing was understood.

Accents, digits and noise make English less probable (down to 0.1 in a piece), and a language that is no English makes it
improbable (0.06 at most). Then the piece is written down in both languages, and counts as the other one only where its words
are about as probable as the English ones at least: so English stays English.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vmaudio.records import UNKNOWN_LANGUAGE
from vmaudio.transcribe.language_options import LanguageOptions
from vmaudio.transcribe.options import DEFAULT
from vmaudio.transcribe.words import Decoded

ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Piece:
    """A few seconds of a message, and what language they are in.

    Attributes:
        seconds: of sound.
        chances: two-letter code to probability; empty where the recogniser cannot tell.
        lead: by how many nats a token, on average, the most probable words in its most probable language are surer than
            those in English; 0 where they were not compared.
    """

    seconds: float
    chances: Mapping[str, float]
    lead: float = 0.0

    def language(self, options: LanguageOptions = DEFAULT.languages) -> str:
        """The language that is heard, or "" where that is not sure.

        Args:
            options: how sure is sure.
        """
        english = self.chances.get(ENGLISH, 0.0)
        if english >= options.english_min:
            return ENGLISH
        if not self.chances or english > options.english_max:
            return ""
        best = self.likeliest
        return best if self.chances[best] >= options.other_min and self.lead >= options.lead_min else ""

    @property
    def likeliest(self) -> str:
        """Code of the most probable language; "" where the recogniser cannot tell."""
        return max(self.chances, key=lambda code: self.chances[code], default="")


def doubtful(decoded: Decoded, options: LanguageOptions = DEFAULT.languages) -> bool:
    """Whether a window may hold another language than English.

    Args:
        decoded: of the window. Where the recogniser does not say how probable English is, the probability of the words decides.
        options: how probable English must be.
    """
    if decoded.english is None:
        return decoded.avg_logprob < options.doubt_logprob
    return decoded.english < options.english_sure


def settle(pieces: Sequence[Piece], options: LanguageOptions = DEFAULT.languages) -> str:
    """The language of a message.

    Args:
        pieces: all of it, in time order.
        options: how much speech in another language counts.

    Returns:
        "en"; another code, `UNKNOWN_LANGUAGE` where it is not sure which; or the codes of two languages in the order in which
        they are heard, "en+es".
    """
    told = [(piece.language(options), piece) for piece in pieces]
    seconds: dict[str, float] = {}
    for code, piece in told:
        if code and code != ENGLISH:
            for other, chance in piece.chances.items():
                if other != ENGLISH:
                    seconds[other] = seconds.get(other, 0.0) + chance * piece.seconds
    foreign = sum(piece.seconds for code, piece in told if code not in ("", ENGLISH))
    english = sum(piece.seconds for code, piece in told if code == ENGLISH)
    if foreign < options.other_s:
        return ENGLISH
    best = max(seconds, key=lambda code: seconds[code])
    share = seconds[best] / sum(seconds.values())
    if share < options.name_sure and (share < options.name_share or foreign < options.name_s):
        best = UNKNOWN_LANGUAGE
    if english < options.share_min * (english + foreign):
        return best
    first = next(code for code, _ in told if code)
    return f"{ENGLISH}+{best}" if first == ENGLISH else f"{best}+{ENGLISH}"
