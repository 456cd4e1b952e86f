"""openai-whisper's own tokenizer, from the files inside its package: nothing is downloaded."""

from __future__ import annotations

import dataclasses
import importlib
import importlib.util
import sys
import warnings
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any


@cache
def whisper_tokenizer() -> Any:
    """openai-whisper's module ``whisper.tokenizer``, loaded by itself: its package brings numba, which takes 0.2 s."""
    if "whisper" not in sys.modules:
        spec = importlib.util.spec_from_file_location("vmaudio_whisper_tokenizer", whisper_folder() / "tokenizer.py")
        if spec is not None and spec.loader is not None:
            module = importlib.util.module_from_spec(spec)
            sys.modules[spec.name] = module  # its dataclass looks itself up there
            spec.loader.exec_module(module)
            return module
    return importlib.import_module("whisper.tokenizer")


def vocabulary(dims: Mapping[str, int]) -> tuple[bool, int]:
    """Whether a model knows more than English, and how many languages.

    Args:
        dims: openai-whisper's ``ModelDimensions``.
    """
    multilingual = dims["n_vocab"] >= 51865
    return multilingual, dims["n_vocab"] - 51765 - int(multilingual)


def whisper_folder() -> Path:
    """Where openai-whisper is installed; it is not imported.

    Raises:
        ModuleNotFoundError: it is not.
    """
    spec = importlib.util.find_spec("whisper")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("No module named 'whisper'", name="whisper")
    return Path(spec.origin).parent


class _Ordinary:
    """An encoding of tiktoken that takes every text for text.

    Its own ``encode`` first looks for each of 1600 special tokens, as a pattern that takes 0.15 s to make, and refuses a text
    that has one.
    """

    def __init__(self, encoding: Any) -> None:
        self._encoding = encoding

    def encode(self, text: str) -> list[int]:
        found: list[int] = self._encoding.encode_ordinary(text)
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._encoding, name)


@cache
def tokenizer(multilingual: bool, languages: int, language: str) -> Any:
    """openai-whisper's tokenizer (``whisper.tokenizer.Tokenizer``), made once for each language.

    Args:
        multilingual: False for the ".en" models.
        languages: how many languages the model knows.
        language: two-letter code; ignored by the ".en" models.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # whisper leaves its vocabulary file open
        made = whisper_tokenizer().get_tokenizer(multilingual, num_languages=languages, language=language, task="transcribe")
        return dataclasses.replace(made, encoding=_Ordinary(made.encoding))
