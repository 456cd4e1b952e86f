"""A message gives the same result whatever shares its batch, in any order, and with one thread or two."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from vmaudio.analysis import Analyzer
from vmaudio.classify import ModelStore
from vmaudio.records import Analysis, Message
from vmaudio.rubric import load_rubric
from vmaudio.transcribe import get_transcriber

pytestmark = pytest.mark.real

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NAMES = (
    "14_curiosity_owen.wav",
    "15_curiosity_ray_very_short.wav",
    "20_other_wrong_number.ogg",
    "28_referral_alison_stereo.wav",
)
"""Short and of different lengths, so that a batch of them was padded."""


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    """Torch's threads as they were before."""
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def messages() -> list[Message]:
    """One has a hint, and the hints differ in length: texts of a batch begin at different places."""
    found = [Message(str(SAMPLES / name)) for name in NAMES]
    found[0] = Message(found[0].source, prospect_name="Marcus Bell", rep="Owen Pryce", company="Bell & Daughters Flooring")
    found[3] = Message(found[3].source, prospect_name="Ana")
    return found


def analysed(weights: Path, sent: Sequence[Message], dtype: str, batch: int, count: int) -> dict[str, Any]:
    """Source to analysis as JSON, without the time of day and the seconds that it took."""
    transcriber = get_transcriber("openai-whisper:tiny.en", cache_dir=weights, dtype=dtype, batch_size=batch, threads=count)
    analyzer = Analyzer(transcriber, ModelStore(None), load_rubric(""), batch_size=batch)
    found = {}
    for result in analyzer.analyze_many(sent):
        assert isinstance(result, Analysis)
        as_json = json.loads(json.dumps(result.to_dict()))
        for name in ("created_utc", "seconds_by_stage"):
            del as_json["provenance"][name]
        found[result.source] = as_json
    return found


@pytest.mark.parametrize("dtype", ["auto", "float32"])
def test_alone_and_in_any_batch(weights_cache: Path, dtype: str):
    """Every number of the result is the same, to the last digit."""
    sent = messages()
    together = analysed(weights_cache, sent, dtype, batch=16, count=1)
    assert together == analysed(weights_cache, sent[::-1], dtype, batch=3, count=1)
    for message in sent[:2]:
        assert analysed(weights_cache, [message], dtype, batch=16, count=1)[message.source] == together[message.source]


def test_with_two_threads(weights_cache: Path):
    """Words, numbers, parts, checks and points are the same."""
    one, two = (analysed(weights_cache, messages(), "auto", batch=16, count=count) for count in (1, 2))
    for source, result in one.items():
        for part in ("transcript", "entities", "structure", "score", "flags"):
            assert result[part] == two[source][part], part
