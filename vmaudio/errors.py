"""Everything that vmaudio expects to go wrong.

::

    VmaudioError                 a sentence for the user: what, why, and the cure
    ├── AudioError               one file cannot be used; a batch goes on without it
    │   ├── SourceMissing        no such file
    │   ├── SourceNotAFile       a directory, a socket, ...
    │   ├── SourceRefused        no permission to read it
    │   ├── SourceEmpty          0 bytes
    │   ├── SourceTooLarge       more bytes than the limit
    │   ├── NotAudio             the bytes are no audio format that we know
    │   ├── NoAudioStream        a container without sound (a silent video, an image)
    │   └── NothingDecoded       an audio stream of which not one sample decodes
    ├── TranscribeError          the recogniser failed on a message
    │   ├── EngineUnknown        no such engine name
    │   ├── EngineMissing        the engine's package is not installed
    │   ├── WeightsMissing       the engine's weights are not on this machine
    │   └── WeightsCorrupt       weights whose SHA-256 is not the published one
    ├── ModelError               a scikit-learn model of ours cannot be used
    │   ├── ModelMissing         no such name or version
    │   └── ModelRefused         other feature schema, untrusted types, damaged file
    ├── TrainingError            labels that a model cannot honestly be trained on
    ├── RubricError              a rubric file with a fault; the line is named
    ├── TableError               a manifest, outcome or label file with faults; lines are named
    ├── ReportError              a report cannot be written
    ├── StoreError               the database cannot be opened, or is of another version
    │   └── NotStored            no message or check of this id is in it
    ├── SourceUnreachable        a server of mails that cannot be reached, or refuses
    ├── PluginError              another package's check or recogniser that cannot be used; the package is named
    ├── ExtraMissing             an optional package that a function needs is not installed
    └── SettingError             a setting with a value that it cannot have

Only these become a sentence and exit code 1 at the command line; anything else keeps its traceback, since it is our bug.
"""

from __future__ import annotations


class VmaudioError(Exception):
    """Expected trouble. ``str(error)`` is a sentence shown to the user: the file, the cause, the cure."""


class AudioError(VmaudioError):
    """One recording cannot be used."""


class SourceMissing(AudioError):
    """There is no such file."""


class SourceNotAFile(AudioError):
    """The path is a directory or another thing that is not a file."""


class SourceRefused(AudioError):
    """The file exists and may not be read."""


class SourceEmpty(AudioError):
    """The file has 0 bytes."""


class SourceTooLarge(AudioError):
    """The file has more bytes than the limit allows."""


class NotAudio(AudioError):
    """The bytes are in no audio format that the decoder knows."""


class NoAudioStream(AudioError):
    """The container opens, but nothing in it is sound."""


class NothingDecoded(AudioError):
    """There is an audio stream and not one sample of it decodes."""


class TranscribeError(VmaudioError):
    """The recogniser failed."""


class EngineUnknown(TranscribeError):
    """No engine has this name."""


class EngineMissing(TranscribeError):
    """The engine's package is not installed."""


class WeightsMissing(TranscribeError):
    """The engine's weights are not on this machine."""


class WeightsCorrupt(TranscribeError):
    """The weights do not have the published SHA-256."""


class ModelError(VmaudioError):
    """A model folder cannot be used."""


class ModelMissing(ModelError):
    """No model has this name or version."""


class ModelRefused(ModelError):
    """The model asks for another feature schema or for types that are not trusted, or is damaged."""


class TrainingError(VmaudioError):
    """A model cannot honestly be trained or evaluated on the labels given."""


class RubricError(VmaudioError):
    """A rubric file has a fault."""


class TableError(VmaudioError):
    """A manifest, outcome or label file has faults."""


class ReportError(VmaudioError):
    """A report cannot be written."""


class StoreError(VmaudioError):
    """The database cannot be used."""


class NotStored(StoreError):
    """The database has no message, or the message no check, of this id."""


class SourceUnreachable(VmaudioError):
    """A server that recordings come from cannot be reached, is not the one that it says it is, or refuses."""


class PluginError(VmaudioError):
    """A recogniser or a check that another package brings cannot be used; the package is named."""


class ExtraMissing(VmaudioError):
    """A function needs an optional package that is not installed."""


class SettingError(VmaudioError):
    """A setting has a value that it cannot have."""
