"""openai-whisper's own tokenizer, from the files inside its package: nothing is downloaded."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any


@cache
def tokenizer(multilingual: bool, languages: int, language: str) -> Any:
    """openai-whisper's tokenizer (``whisper.tokenizer.Tokenizer``), made once for each language.

    Args:
        multilingual: False for the ".en" models.
        languages: how many languages the model knows.
        language: two-letter code; ignored by the ".en" models.
    """
    from whisper.tokenizer import get_tokenizer

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # whisper leaves its vocabulary file open
        return get_tokenizer(multilingual, num_languages=languages, language=language, task="transcribe")
