"""Thresholds of speech in another language than English; the other steps' are in `options`."""

from __future__ import annotations

from dataclasses import dataclass

from vmaudio.records import threshold

_OURS = "our default"
_LANGUAGES = "English: the 184 recordings of real and synthetic voices in the benchmarks row languages; others: its tuning half"


@dataclass(frozen=True, slots=True)
class LanguageOptions:
    """When a message that is set to be English is taken to be in another language (multilingual models)."""

    english_sure: float = threshold(
        0.9,
        "a window in which English is at least this probable is in English, and is not looked at again",
        unit="probability",
        source="messages half in English reach .86",
        tuned_on=_LANGUAGES,
    )
    doubt_logprob: float = threshold(
        -0.5,
        "the same for a recogniser that does not say how probable English is: words of at least this mean log probability",
        unit="nats",
        source=_OURS,
    )
    piece_s: float = threshold(
        7.0, "the other windows are listened to in pieces of at most so much sound, cut at pauses", unit="s", source=_OURS
    )
    english_min: float = threshold(0.5, "a piece is in English from this probability on ...", unit="probability", source=_OURS)
    english_max: float = threshold(
        0.06,
        "... and may be in another language up to this one; between them it is not sure",
        unit="probability",
        source="English pieces: .098 at least; pieces in other languages, spoken by natural voices: .057 at most",
        tuned_on=_LANGUAGES,
    )
    other_min: float = threshold(
        0.6, "the other language must be at least this probable", unit="probability", source=_OURS, tuned_on=_LANGUAGES
    )
    lead_min: float = threshold(
        -0.1,
        "written down in it, the words are at least as probable as in English but for this much a token",
        unit="nats",
        source="pieces in other languages: .05 to .4 more probable; pieces of English with an accent or noise: .1 to 1.9 less",
        tuned_on=_LANGUAGES,
    )
    other_s: float = threshold(1.5, "less sound in another language is a name or a phrase", unit="s", source=_OURS)
    name_share: float = threshold(
        0.8,
        "the language is named where so much of what is in another language is in this one, if that is `name_s` or more ...",
        unit="share",
        source="named rightly from .84 on, wrongly (Thai, Latin) up to .82",
        tuned_on="45 messages in other and in two languages, real and synthetic voices (benchmarks row languages)",
    )
    name_s: float = threshold(5.0, "... so much sound ...", unit="s", source="wrong names rest on 2.7 to 3.1 s")
    name_sure: float = threshold(
        0.95, "... or from this share on, however little it is; else it is another language than English", unit="share",
        source="named wrongly up to .90",
    )  # fmt: skip
    share_min: float = threshold(
        0.15,
        "a smaller share of English beside another language does not make a message in two languages",
        unit="share",
        source=_OURS,
    )
