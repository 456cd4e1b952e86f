"""Thresholds of transcription: everything that decides which words are written down and when, with its source.

`TranscribeOptions` holds one dataclass for each step. What only changes the speed (batch sizes, threads) is not here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vmaudio.records import changed_options, threshold
from vmaudio.transcribe.language_options import LanguageOptions

_WHISPER = "openai-whisper: the default of whisper.transcribe"
_OURS = "our default"
_LOOKED_AT = "24 development voicemails"
_TIMES = "benchmarks row word_times"
_WORDS = "benchmarks row words"
_WORDS_TUNED = "91 messages of other voices, speakers and lines than are reported"
_TUNED = "tuning part of benchmarks/timed_speech.py: synthetic voices and real digits"


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """How a recording is cut into windows, and how much silence the encoder sees behind each."""

    longest_s: float = threshold(
        27.0,
        "most sound in one window",
        unit="s",
        source="Whisper reads 30 s, and invents text where speech ends exactly there",
    )
    padding_s: float = threshold(
        0.35, "kept around speech: the vad's spans do not hold weak onsets and endings", unit="s", source=_OURS
    )
    gap_s: float = threshold(2.0, "a longer silence inside a message is cut down to the padding", unit="s", source=_OURS)
    overlap_s: float = threshold(3.0, "shared by two windows where there is no pause to cut at", unit="s", source=_OURS)
    first_cut_s: float = threshold(1.0, "no cut earlier in a window than this", unit="s", source=_OURS)
    pause_weight_s: float = threshold(
        0.6,
        "this much pause counts as much as a cut that lies one ideal window length away from the ideal place",
        unit="s",
        source=_OURS,
    )
    pause_longest_s: float = threshold(1.0, "a longer pause makes no better place for a cut", unit="s", source=_OURS)
    margin_s: float = threshold(
        3.0,
        "silence behind the sound that the encoder sees (openai-whisper engine)",
        unit="s",
        source=_OURS,
        tuned_on=_LOOKED_AT,
    )
    context_step_s: float = threshold(
        0.5, "sound and margin are rounded up to a multiple of this (openai-whisper engine)", unit="s", source=_OURS
    )


@dataclass(frozen=True, slots=True)
class DecodingOptions:
    """When a window's text is decoded again, and how long it may be.

    The thresholds that openai-whisper has stand here only; `HallucinationOptions` and `MissedSpeechOptions` add their own.
    """

    temperatures: tuple[float, ...] = threshold(
        (0.0, 0.2, 0.4, 0.6, 0.8, 1.0), "tried in this order until a text is not suspicious; 0 is greedy", source=_WHISPER
    )
    compression_ratio_max: float = threshold(
        2.4, "a text that zlib makes smaller by more than this factor repeats itself", unit="ratio", source=_WHISPER
    )
    avg_logprob_min: float = threshold(
        -1.0, "a text of less mean log probability a token is improbable", unit="nats", source=_WHISPER
    )
    no_speech_prob_max: float = threshold(
        0.6, "above, an improbable text is taken for silence", unit="probability", source=_WHISPER
    )
    first_time_max_s: float = threshold(
        1.0, "the first text begins by then", unit="s", source="openai-whisper: max_initial_timestamp"
    )
    timestamps: bool = threshold(True, "let the model write its time tokens (openai-whisper engine)", source=_WHISPER)
    tokens_per_second: float = threshold(
        14.0,
        "most tokens for a second of sound: digits read fast are two tokens each and five a second",
        unit="1/s",
        source=_OURS,
    )
    tokens_min: int = threshold(12, "tokens that every window may have besides", source=_OURS)
    loop_tokens: int = threshold(32, "a phrase that is repeated over at least so many tokens ends the text ...", source=_OURS)
    loop_times: int = threshold(4, "... if it stands at least so often: no number or stammer does", source=_OURS)
    loop_phrase_tokens: int = threshold(20, "the longest phrase that is looked for", source=_OURS)
    candidates: int = threshold(
        8, "the most probable tokens that are scored once more in float32 (bfloat16, float16)", source=_OURS
    )
    branch_margin: float = threshold(
        1.5,
        "where the next best token is less probable than the one written by less than this, it is tried; 0 tries none",
        unit="nats",
        source=_WORDS,
        tuned_on=_WORDS_TUNED,
    )
    branch_behind: float = threshold(
        1.5,
        "what is tried is given up where it is less probable than the text so far by more than this",
        unit="nats",
        source=_WORDS,
        tuned_on=_WORDS_TUNED,
    )
    branch_tokens: int = threshold(
        8, "... or where it has not come back to the text after so many tokens", source=_WORDS, tuned_on=_WORDS_TUNED
    )
    rejoin_tokens: int = threshold(2, "it has come back where so many tokens in a row are the same ...", source=_OURS)
    rejoin_shift: int = threshold(3, "... at places that differ by at most this many tokens", source=_OURS)
    hint_tokens: int = threshold(64, "most tokens of a hint", source=_OURS)
    hint_deficit: float = threshold(
        6.0,
        "a word of the hint that the sound alone makes less likely than another by more than this was not said",
        unit="nats",
        source="our default; benchmarks row hints measures it",
    )


@dataclass(frozen=True, slots=True)
class HallucinationOptions:
    """Which words are taken out again because the signal does not carry them."""

    far_s: float = threshold(
        0.5, "a word farther than this from any speech was not said", unit="s", source=_OURS, tuned_on=_LOOKED_AT
    )
    word_s: float = threshold(
        0.09,
        "repeats that have less speech than this for each word were not said: nobody says 11 words a second",
        unit="s",
        source=_OURS,
    )
    loop_times: int = threshold(4, "a phrase that stands this often in a row may be a loop", source=_OURS)
    loop_words: int = threshold(12, "words of the longest phrase that is looked for", source=_OURS)
    guess_logprob: float = threshold(
        -1.6,
        "words of less mean log probability are guesses (one in five at best) ...",
        unit="nats",
        source=_OURS,
        tuned_on=_LOOKED_AT,
    )
    guess_no_speech_prob: float = threshold(
        0.3,
        "... and fall where the model doubts by more than this that there is speech",
        unit="probability",
        source=_OURS,
        tuned_on=_LOOKED_AT,
    )
    known_logprob: float = threshold(
        -0.7,
        "a text that is nothing but a known hallucination falls below this",
        unit="nats",
        source=_OURS,
        tuned_on=_LOOKED_AT,
    )
    known_no_speech_prob: float = threshold(0.5, "... or above this", unit="probability", source=_OURS, tuned_on=_LOOKED_AT)
    number_digits: int = threshold(
        7,
        "a text with so many digits falls only as guesses: the model doubts that digits are speech",
        source="three real voices that said nothing but a number got no words by Whisper's own threshold",
    )


@dataclass(frozen=True, slots=True)
class MissedSpeechOptions:
    """Which speech without words is transcribed once more by itself, and when the result is taken.

    A text that the model doubts little must be as probable as `DecodingOptions.avg_logprob_min`.
    """

    shortest_s: float = threshold(
        1.2, "less speech without a word is a breath, a laugh or a drawn-out ending", unit="s", source=_OURS
    )
    border_s: float = threshold(0.25, "the borders of words and of speech differ by this much", unit="s", source=_OURS)
    apart_s: float = threshold(1.0, "stretches closer together than this are one", unit="s", source=_OURS)
    remnant_s: float = threshold(0.1, "shorter stretches are left out", unit="s", source=_OURS)
    token_s: float = threshold(1.6, "the longest time of one token, such as three digits", unit="s", source=_OURS)
    pause_s: float = threshold(0.15, "a word that is too long ends at the first pause this long", unit="s", source=_OURS)
    word_s: float = threshold(0.7, "longest time of a word: this, ...", unit="s", source=_OURS)
    spelled_s: float = threshold(0.5, "... for each digit or spelled letter this, ...", unit="s", source=_OURS)
    letter_s: float = threshold(0.09, "... and for each other letter this", unit="s", source=_OURS)
    little_doubt: float = threshold(
        0.3, "up to this no-speech probability Whisper's own least log probability holds", unit="probability", source=_OURS
    )
    some_doubt: float = threshold(0.5, "up to this, the next field", unit="probability", source=_OURS)
    some_doubt_logprob: float = threshold(-0.8, "least mean log probability with some doubt", unit="nats", source=_OURS)
    much_doubt_logprob: float = threshold(
        -0.6,
        "the same with more doubt: the surer the words must be (digits alone, read out quietly, are such a case)",
        unit="nats",
        source=_OURS,
    )
    echo_s: float = threshold(
        1.5, "a single word that stands this near already is taken for its repetition", unit="s", source=_OURS
    )


@dataclass(frozen=True, slots=True)
class AlignmentOptions:
    """When each word was said: from the attention, moved to the speech of the signal."""

    early_base_s: float = threshold(
        0.05, "how long before a word base's attention turns to it", unit="s", source=_TIMES, tuned_on=_TUNED
    )
    early_tiny_en_s: float = threshold(
        -0.09, "the same of tiny.en, whose attention is late", unit="s", source=_TIMES, tuned_on=_TUNED
    )
    early_other_s: float = threshold(0.0, "the same of the models that were not measured", unit="s", source=_OURS)
    closure_s: float = threshold(
        0.25,
        "less silence inside a word is the closure of a stop, not a pause",
        unit="s",
        source="pauses count from 150 to 300 ms in the literature",
    )
    onset_s: float = threshold(
        0.35, "a group of figures begins where speech begins, if that is this near", unit="s", source=_TIMES, tuned_on=_TUNED
    )
    sliver_s: float = threshold(
        0.12, "less sound than this at a word's edge is its neighbour's: the attention's borders are off by as much", unit="s",
        source=_OURS,
    )  # fmt: skip
    shortest_s: float = threshold(
        0.04, "a word (or group of figures) of less time shares its neighbours'", unit="s", source=_OURS
    )

    def early_s(self, model: str) -> float:
        """How long before a word is said a model's attention turns to it.

        Args:
            model: an official name, "base".

        Returns:
            Seconds; negative where the attention is late.
        """
        return {"base": self.early_base_s, "tiny.en": self.early_tiny_en_s}.get(model, self.early_other_s)


@dataclass(frozen=True, slots=True)
class DisfluencyOptions:
    """Where verbatim mode writes um and uh down."""

    score_min: float = threshold(
        -2.5,
        "how much less likely than what was written an um may be (openai-whisper engine)",
        unit="nats",
        source="benchmarks/fit_fillers.py: best F1 (base: 28 of 33 ums, 3 not said; tiny.en: 27 and 3)",
        tuned_on="tuning part of the benchmarks row fillers",
    )
    words_per_filler: int = threshold(
        4,
        "at most one um for so many words: where the text does not fit the sound, an um scores everywhere",
        source=_OURS,
    )
    same_words_min: float = threshold(
        0.95,
        "words, without fillers, that a prompted transcription must have in common with the usual one (faster-whisper engine)",
        unit="share",
        source=_OURS,
    )


@dataclass(frozen=True, slots=True)
class SegmentOptions:
    """How the windows of a message are joined, and where a segment ends."""

    pause_s: float = threshold(1.0, "a silence this long ends a segment without punctuation", unit="s", source=_OURS)
    overlap_s: float = threshold(
        0.02, "the same word from two windows is one where both overlap by more than this", unit="s", source=_OURS
    )


@dataclass(frozen=True, slots=True)
class TranscribeOptions:
    """All thresholds of transcription, a dataclass for each step. Made without arguments it holds the defaults."""

    windows: WindowOptions = field(default_factory=WindowOptions)
    decoding: DecodingOptions = field(default_factory=DecodingOptions)
    alignment: AlignmentOptions = field(default_factory=AlignmentOptions)
    hallucinations: HallucinationOptions = field(default_factory=HallucinationOptions)
    missed_speech: MissedSpeechOptions = field(default_factory=MissedSpeechOptions)
    disfluencies: DisfluencyOptions = field(default_factory=DisfluencyOptions)
    segments: SegmentOptions = field(default_factory=SegmentOptions)
    languages: LanguageOptions = field(default_factory=LanguageOptions)


DEFAULT = TranscribeOptions()


def changed_thresholds(thresholds: TranscribeOptions) -> dict[str, str | int | float | bool]:
    """The thresholds that differ from their defaults, as a recogniser states them in its ``options``.

    Args:
        thresholds: of the recogniser.

    Returns:
        Dotted name ("decoding.avg_logprob_min") to value; a tuple as its values with spaces between. Empty for the defaults.
    """
    return {
        name: " ".join(map(str, value)) if isinstance(value, tuple) else value
        for name, value in changed_options(thresholds).items()
    }
