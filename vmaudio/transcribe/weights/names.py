"""OpenAI's names, addresses and hashes of Whisper's models."""

from __future__ import annotations

WHISPER_MODELS = (
    "tiny.en", "tiny", "base.en", "base", "small.en", "small", "medium.en", "medium", "large-v1", "large-v2", "large-v3",
    "large", "large-v3-turbo", "turbo",
)  # fmt: skip
"""OpenAI's official names (a test compares them with ``whisper.available_models()``)."""

_ALIASES = {"large": "large-v3", "turbo": "large-v3-turbo"}


def canonical(model: str) -> str:
    """The name under which a model is kept: "large" is "large-v3", "turbo" is "large-v3-turbo", the others are their own.

    Args:
        model: one of `WHISPER_MODELS`.
    """
    return _ALIASES.get(model, model)


def official_url(model: str) -> str:
    """OpenAI's address of a model, from openai-whisper's own table.

    Args:
        model: one of `WHISPER_MODELS`.
    """
    import whisper

    return str(whisper._MODELS[canonical(model)])


def published_sha256(model: str) -> str:
    """The SHA-256 that OpenAI publishes for a model, in hexadecimal: the folder name in its address.

    Args:
        model: one of `WHISPER_MODELS`.
    """
    return official_url(model).split("/")[-2]
