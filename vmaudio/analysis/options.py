"""Everything that changes a measurement besides the engine: the thresholds of all stages, in one frozen dataclass."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field

from vmaudio.audio import DecodeOptions, SpanOptions, VadOptions
from vmaudio.classify import DeliveryOptions, StructureOptions
from vmaudio.errors import SettingError
from vmaudio.features import FeatureOptions
from vmaudio.prosody import ProsodyOptions
from vmaudio.records import changed_options, threshold
from vmaudio.text import ClauseOptions, EntityOptions, known_region
from vmaudio.transcribe import TranscribeOptions

_VOICES = "137 voices of benchmarks/fit_speed.py, plain, through a telephone, muffled and with noise"
_TUNING = "telephone numbers of the tuning part; benchmarks/rows/phones.py"


@dataclass(frozen=True, slots=True)
class SecondPassOptions:
    """How the sound of a telephone number is put to the recogniser again, and how numbers are compared."""

    lead_s: float = threshold(
        1.5,
        "Sound before the number that is heard again: it tells the recogniser what is coming.",
        unit="s",
        source="our default",
    )
    tail_s: float = threshold(0.6, "Sound behind the number that is heard again.", unit="s", source="our default")
    stretch: float = threshold(
        1.08,
        "The second pass gets the sound at this many times its length; the pitch falls with it.",
        unit="factor",
        source="our default",
    )
    speeds: tuple[float, ...] = threshold(
        (1.0, 1.08, 0.94),
        "Candidate numbers are compared on the sound made this many times as long, each in turn; the scores are averaged.",
        unit="factor",
        source="our default",
    )
    overlap_s: float = threshold(
        0.05,
        "A word that ends this much after the number's beginning still counts as a word before it.",
        unit="s",
        source="about the error of word times",
    )
    shortlist: int = threshold(
        16,
        "Candidates that are compared at all speeds, and in figures too; the others only at the first.",
        source="our default",
    )
    figures_weight: float = threshold(
        0.25,
        "Weight of how well a number fits as recognisers write it (303-555-0126), beside digit by digit (3 0 3 5 ...) with 1. "
        'Where a token is one digit the sound decides; in figures habit does ("555" draws a fourth 5).',
        source="of the numbers in doubt digits find 77 % clean, 69 % through GSM; figures 59 and 38, both together 82 and 75",
        tuned_on=_TUNING,
    )
    noisy_db: float = threshold(
        20.0,
        "On a line with less above the noise a number said once is compared with its neighbours although both passes agree.",
        unit="dB",
        source="with babble at 15 dB three real numbers that both passes heard alike were wrong, and none of them led the "
        "others by 2 nats; clean lines and telephone codecs lie above",
        tuned_on=_TUNING,
    )


@dataclass(frozen=True, slots=True)
class FlagOptions:
    """Thresholds from which a person should look at a recording."""

    noisy_snr_db: float = threshold(
        10.0,
        "Below this signal-to-noise ratio recognisers and pitch trackers degrade.",
        unit="dB",
        source="evidence 3; our default",
    )
    clipped_share: float = threshold(
        0.005, "From this share of samples at full scale on clipping is heard.", unit="share of samples", source="our default"
    )
    unclear_probability: float = threshold(
        0.6, "Below this mean word probability the transcript needs a listener.", unit="probability", source="our default"
    )
    unheard_s: float = threshold(
        2.5,
        "More speech than this in a row without a word is worth a listen: missed speech has been looked for already.",
        unit="s",
        source="our default",
    )
    speed_fast: float = threshold(
        1.0,
        "The voice is implausibly high and fast, as at double speed, where the log-odds of that are over this ...",
        unit="log-odds (nats)",
        source="benchmarks/fit_speed.py",
        tuned_on=_VOICES,
    )
    speed_slow: float = threshold(
        1.5,
        "... and implausibly low and slow, as at half speed, where those of that are over this ...",
        unit="log-odds (nats)",
        source="benchmarks/fit_speed.py",
        tuned_on=_VOICES,
    )
    speed_fast_rate: float = threshold(
        4.8,
        "... and only where the pace is no slower than this (fast) ...",
        unit="syllables per second of phonation",
        source="of 28 voices at double speed 27 are faster; at their own, under noise, 4 of 19 messages were called fast, "
        "at 4.3 to 4.5",
        tuned_on="every third voice of benchmarks/fit_speed.py, and samples with noise 10 dB below the voice",
    )
    speed_slow_rate: float = threshold(
        3.0,
        "... or no faster than this (slow) ...",
        unit="syllables per second of phonation",
        source="of 41 voices at half speed all are slower; 7 of 150 synthetic messages were called slow at 3.3 to 3.9",
        tuned_on="every third voice of benchmarks/fit_speed.py, and the messages of labels/quality.jsonl",
    )
    speed_speech_s: float = threshold(
        4.0,
        "... when at least this much of it is speech ...",
        unit="s",
        source="hums and single words of the same data are as slow as half speed",
        tuned_on=_VOICES,
    )
    speed_syllables: int = threshold(15, "... with at least so many syllable nuclei ...", source="our default")
    speed_voiced_share: float = threshold(
        0.35,
        "... and this share of it is voiced: a whisper or a creak has no pitch to judge by.",
        unit="share",
        source="our default",
    )


@dataclass(frozen=True, slots=True)
class Options:
    """What changes a measurement besides the engine: part of the key under which a result is stored.

    Args:
        max_seconds: longest stretch of one recording that is analysed, in seconds; the rest is left and flagged.
        max_file_mb: largest file that is opened, in MB.
        local_numbers: a 7-digit telephone number counts as complete.
        region: two-letter region that numbers belong to when no country code is said.
        tone: measure how the message sounds.
        hints: give the recogniser the names in the manifest, so that it spells them right, and give that spelling to names that
            were heard otherwise but sound like them.
        rep_company: the reps' own company, where the manifest has no column of that name; "" where it is not known.
        decode: thresholds of decoding; each of these dataclasses names unit, source and tuning data of every field.
        vad: of voice activity detection.
        spans: of what in a file is the message.
        prosody: of pitch, level, pauses and syllables.
        transcribe: of the recogniser that `Analyzer.from_settings` loads. A transcriber that is given already has its own,
            and says so in its ``options``.
        entities: of names and telephone numbers in the words.
        second_pass: of the second pass over telephone numbers.
        clauses: of cutting the words into clauses.
        structure: of parts and approach.
        delivery: of how the message sounds.
        features: of the flat row.
        flags: of what a person should look at.

    Raises:
        SettingError: there is no such region, or a limit is no number above 0.
    """

    max_seconds: float = 600.0
    max_file_mb: float = 512.0
    local_numbers: bool = False
    region: str = "US"
    tone: bool = True
    hints: bool = True
    rep_company: str = ""
    decode: DecodeOptions = field(default_factory=DecodeOptions)
    vad: VadOptions = field(default_factory=VadOptions)
    spans: SpanOptions = field(default_factory=SpanOptions)
    prosody: ProsodyOptions = field(default_factory=ProsodyOptions)
    transcribe: TranscribeOptions = field(default_factory=TranscribeOptions)
    entities: EntityOptions = field(default_factory=EntityOptions)
    second_pass: SecondPassOptions = field(default_factory=SecondPassOptions)
    clauses: ClauseOptions = field(default_factory=ClauseOptions)
    structure: StructureOptions = field(default_factory=StructureOptions)
    delivery: DeliveryOptions = field(default_factory=DeliveryOptions)
    features: FeatureOptions = field(default_factory=FeatureOptions)
    flags: FlagOptions = field(default_factory=FlagOptions)

    def __post_init__(self) -> None:
        object.__setattr__(self, "region", known_region(self.region))
        for name in ("max_seconds", "max_file_mb"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
                raise SettingError(f"{name}={value!r} is no limit. Give a number above 0.")

    def for_key(self) -> dict[str, str | int | float | bool]:
        """The options that belong into the key of a stored result.

        Returns:
            The plain fields that are not empty, and by dotted name ("vad.min_pause_s") every threshold that is not at its
            default. Those of the recogniser are left out: the transcriber's own ``options`` have them.
        """
        own: dict[str, str | int | float | bool] = {}
        for one in dataclasses.fields(self):
            value = getattr(self, one.name)
            if not dataclasses.is_dataclass(value):
                if value != "":  # a name that is not given is no part of the key
                    own[one.name] = value
            elif one.name != "transcribe":
                for name, changed in changed_options(value).items():
                    own[f"{one.name}.{name}"] = changed if isinstance(changed, (str, int, float)) else repr(changed)
        return own
