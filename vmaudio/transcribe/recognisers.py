"""Speech to text: engines behind one protocol. Importing this is cheap; torch comes with `get_transcriber`.

An engine's name is "family:model". Families are entry points of the group "vmaudio.transcribers": the two that ship stand in
`SHIPPED`, other packages bring theirs. The entry point leads to a factory, ``factory(model, *, language, threads, listener,
**options) -> Transcriber``, where ``model`` is what stands behind the colon; it is imported when the engine is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from vmaudio import events
from vmaudio.errors import EngineUnknown, VmaudioError
from vmaudio.events import Listener
from vmaudio.plugins import LazyEntry, load_group
from vmaudio.records import Activity, Recording, Transcript
from vmaudio.transcribe.options import DEFAULT as DEFAULT_THRESHOLDS, TranscribeOptions
from vmaudio.transcribe.weights import (
    WHISPER_MODELS,
)

if TYPE_CHECKING:
    import numpy as np

GROUP = "vmaudio.transcribers"
SHIPPED = {
    "openai-whisper": "vmaudio.transcribe.recognisers:make_openai_whisper",
    "faster-whisper": "vmaudio.transcribe.recognisers:make_faster_whisper",
}
"""Families that come with vmaudio; the entry points in pyproject.toml say the same."""
FAMILIES = tuple(SHIPPED)
DEFAULT = "openai-whisper:base"


@runtime_checkable
class Transcriber(Protocol):
    """A loaded recogniser.

    What it can do beyond `transcribe_many` is said by its members, never guessed from them. A class may inherit from this
    one: then it has neither a second pass nor scoring unless it says so.

    Attributes:
        name: "family:model".
        options: everything that changes the words (language, number type, beam), and not what only changes the speed (batch
            size, threads).
        supports_second_pass: whether the sound of a telephone number may be put to it a second time, slowed down
            (`vmaudio.analysis.second_pass`). False where the answer would not be an independent one, as for stored texts.
        supports_scoring: whether `score_texts` works.
    """

    name: str
    options: Mapping[str, str | int | float | bool]
    supports_second_pass: bool = False
    supports_scoring: bool = False

    def transcribe_many(
        self, recordings: Sequence[Recording], activities: Sequence[Activity], hints: Sequence[str] = ()
    ) -> list[Transcript]:
        """Transcribe messages, one Transcript per recording in the same order.

        Args:
            recordings: decoded sound.
            activities: where there is speech in each. Where there is none the status of the transcript is "no_speech", and
                the model is not run.
            hints: nothing, or one text per recording with names that may be said.
        """
        ...

    def score_texts(self, recording: Recording, before: str, *lists: Sequence[str]) -> list[np.ndarray]:
        """Forced scoring: how well does each of several texts fit a sound?

        Args:
            recording: the sound, 27 s at most; what lies behind is not used.
            before: the words before the texts, as the recogniser wrote them.
            lists: lists of texts, each text with its leading space. Scores are compared within a list only.

        Returns:
            For each list the natural log probabilities of its texts, float64 of shape (texts,).

        Raises:
            NotImplementedError: ``supports_scoring`` is False.
        """
        raise NotImplementedError(f"{self.name} cannot score texts")


_MEMBERS = ("name", "options", "supports_second_pass", "supports_scoring", "transcribe_many", "score_texts")


def get_transcriber(
    name: str = DEFAULT,
    *,
    language: str = "en",
    cache_dir: Path | None = None,
    batch_size: int = 16,
    threads: int = 0,
    dtype: str = "auto",
    device: str = "auto",
    verbatim: bool = False,
    thresholds: TranscribeOptions = DEFAULT_THRESHOLDS,
    listener: Listener = events.ignore,
) -> Transcriber:
    """Load a recogniser.

    Args:
        name: "openai-whisper:base", "openai-whisper:tiny.en", "faster-whisper:base" ..., or "family:model" of another
            package's family.
        language: two-letter code, or "auto".
        cache_dir: where converted weights are kept; None is the user's cache folder.
        batch_size: most windows in one forward pass.
        threads: processor threads; 0 is all.
        dtype: number type of the network, or "auto" for the best of this machine.
        device: "cpu", "cuda" or "auto".
        verbatim: write um and uh down, which recognisers leave out: openai-whisper by one more pass over what was heard
            (`whisper.disfluencies`), faster-whisper by a second, prompted pass (`verbatim`).
        thresholds: of windows, decoding, hallucinations, missed speech, word times, disfluencies and segments.
        listener: is called with the progress.

    Returns:
        The recogniser with its weights in memory. A family of another package gets the same arguments, ``thresholds`` only
        where they are not the default ones.

    Raises:
        EngineUnknown: no engine has this name; the valid ones are listed.
        EngineMissing: the engine's package is not installed.
        WeightsMissing: its weights are not on this machine.
        WeightsCorrupt: they are damaged.
        SettingError: a language that the model does not know.
        PluginError: another package's recogniser cannot be loaded, or is none; the package is named.
    """
    entry, model = split_name(name)
    make = entry.load()
    try:
        made = make(
            model,
            language=language,
            cache_dir=cache_dir,
            batch_size=batch_size,
            threads=threads,
            dtype=dtype,
            device=device,
            verbatim=verbatim,
            listener=listener,
            **({} if thresholds == DEFAULT_THRESHOLDS else {"thresholds": thresholds}),
        )
    except VmaudioError:
        raise
    except Exception as error:
        if entry.name in SHIPPED:
            raise
        raise entry.fault(f"failed to make {name!r} ({type(error).__name__}: {error})") from error
    if missing := missing_members(made):
        raise entry.fault(
            f"made a {type(made).__name__}, which is no vmaudio.Transcriber (it has no {', '.join(missing)}), of {name!r}"
        )
    return made


def missing_members(made: Any) -> tuple[str, ...]:
    """What an object lacks to be a `Transcriber`.

    Args:
        made: any object.

    Returns:
        Names of the protocol's members; empty for a Transcriber.
    """
    return tuple(name for name in _MEMBERS if not hasattr(made, name))


def make_openai_whisper(
    model: str,
    *,
    language: str,
    threads: int,
    listener: Listener,
    cache_dir: Path | None = None,
    batch_size: int = 16,
    dtype: str = "auto",
    device: str = "auto",
    verbatim: bool = False,
    thresholds: TranscribeOptions = DEFAULT_THRESHOLDS,
) -> Transcriber:
    """The factory of the family "openai-whisper"; errors as in `get_transcriber`.

    Args:
        model: name of the model, "base".
        language: two-letter code, or "auto".
        threads: processor threads; 0 is all.
        listener: is called with the progress.
        cache_dir: where converted weights are kept; None is the user's cache folder.
        batch_size: most windows in one forward pass.
        dtype: number type of the network, or "auto".
        device: "cpu", "cuda" or "auto".
        verbatim: write um and uh down.
        thresholds: of every step of transcribing.

    Returns:
        The recogniser, with its weights loaded.
    """
    from vmaudio.transcribe.whisper import OpenAIWhisper

    return OpenAIWhisper(
        model,
        language=language,
        cache_dir=cache_dir,
        batch_size=batch_size,
        threads=threads,
        dtype=dtype,
        device=device,
        verbatim=verbatim,
        thresholds=thresholds,
        listener=listener,
    )


def make_faster_whisper(
    model: str,
    *,
    language: str,
    threads: int,
    listener: Listener,
    dtype: str = "auto",
    verbatim: bool = False,
    thresholds: TranscribeOptions = DEFAULT_THRESHOLDS,
    **others: Any,
) -> Transcriber:
    """The factory of the family "faster-whisper"; errors as in `get_transcriber`.

    Args:
        model: name of the model, "base".
        language: two-letter code, or "auto".
        threads: processor threads; 0 is all.
        listener: is called with the progress.
        dtype: CTranslate2's compute type; "auto" is int8.
        verbatim: write um and uh down.
        thresholds: of every step of transcribing.
        others: what only openai-whisper needs; it is not used.

    Returns:
        The recogniser, with its weights loaded.
    """
    from vmaudio.transcribe.faster_whisper import FasterWhisper

    compute_type = "int8" if dtype == "auto" else dtype
    return FasterWhisper(
        model,
        language=language,
        threads=threads,
        compute_type=compute_type,
        verbatim=verbatim,
        thresholds=thresholds,
        listener=listener,
    )


def families() -> dict[str, LazyEntry]:
    """Every family of engines by name: ours, then those of other packages. Nothing is imported."""
    return load_group(GROUP, SHIPPED)


def split_name(name: str) -> tuple[LazyEntry, str]:
    """Split "family:model", and check both.

    Args:
        name: name of a recogniser.

    Returns:
        The family's entry, and the name of the model.

    Raises:
        EngineUnknown: with the list of valid names.
    """
    family, _, model = name.partition(":")
    known = families()
    if family not in known or not model or (family in SHIPPED and model not in WHISPER_MODELS):
        others = "".join(f", {other}:MODEL ({entry.distribution})" for other, entry in known.items() if other not in SHIPPED)
        raise EngineUnknown(
            f"There is no engine {name!r}. Engines are openai-whisper:MODEL and faster-whisper:MODEL, with MODEL one of "
            f"{', '.join(WHISPER_MODELS)}{others}."
        )
    return known[family], model
