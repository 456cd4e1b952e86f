"""What a recogniser of another package may hand over, looked at before it is used."""

from __future__ import annotations

import math
from collections.abc import Mapping

from vmaudio.transcribe.recognisers import Transcriber


def odd_options(made: Transcriber) -> str:
    """What is wrong with a recogniser's options, which are stored beside each transcript.

    Args:
        made: a recogniser.

    Returns:
        A sentence about the first option that is neither text, a finite number nor yes or no; empty where there is none.
    """
    if not isinstance(made.options, Mapping):
        return f"options is a {type(made.options).__name__}, and must be a mapping of names to texts, numbers or bools."
    for name, value in made.options.items():
        if not isinstance(name, str):
            return f"the name of an option is {name!r}, and must be text."
        if not isinstance(value, (str, int, float)) or (isinstance(value, float) and not math.isfinite(value)):
            return f"the option {name!r} is {repr(value)[:60]}, and must be a text, a finite number or a bool, to be stored."
    return ""
