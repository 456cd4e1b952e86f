"""The reader of CTranslate2's format, on a small model written here by the format's own rules."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from vmaudio.errors import WeightsCorrupt
from vmaudio.transcribe.weights.ctranslate2 import read_model_bin

STATE, HEADS, VOCAB = 8, 2, 30


def text(value: str) -> bytes:
    data = value.encode() + b"\0"
    return struct.pack("<H", len(data)) + data


def binary(variables: dict[str, np.ndarray], version: int = 6, spec: str = "WhisperSpec") -> bytes:
    """What ``ModelSpec._serialize`` writes."""
    codes = {"float32": 0, "int8": 1, "int16": 2, "int32": 3, "float16": 4}
    parts = [struct.pack("<I", version), text(spec), struct.pack("<II", 3, len(variables))]
    for name, value in sorted(variables.items()):
        parts += [text(name), struct.pack("<B", value.ndim), struct.pack(f"<{value.ndim}I", *value.shape)]
        parts += [struct.pack("<BI", codes[value.dtype.name], value.nbytes), value.tobytes()]
    return b"".join([*parts, struct.pack("<I", 1), text("decoder/projection/weight"), text("decoder/embeddings/weight")])


def small() -> dict[str, np.ndarray]:
    """One layer on each side; every number is different."""
    rng = np.random.default_rng(3)

    def make(*shape: int) -> np.ndarray:
        return rng.standard_normal(shape).astype(np.float16)

    found: dict[str, np.ndarray] = {}
    for side in ("encoder", "decoder"):
        found[f"{side}/num_heads"] = np.array(HEADS, np.int16)
        found[f"{side}/layer_norm/gamma"], found[f"{side}/layer_norm/beta"] = make(STATE), make(STATE)
        found[f"{side}/position_encodings/encodings"] = make(12, STATE)
        parts = {"self_attention/linear_0": 3 * STATE, "self_attention/linear_1": STATE, "ffn/linear_0": 4 * STATE}
        if side == "decoder":
            parts |= {"attention/linear_0": STATE, "attention/linear_1": 2 * STATE, "attention/linear_2": STATE}
        for part, rows in parts.items():
            found[f"{side}/layer_0/{part}/weight"] = make(rows, STATE)
            found[f"{side}/layer_0/{part}/bias"] = make(rows)
        found[f"{side}/layer_0/ffn/linear_1/weight"], found[f"{side}/layer_0/ffn/linear_1/bias"] = (
            make(STATE, 4 * STATE),
            make(STATE),
        )
        for norm in ("self_attention", "ffn", *(["attention"] if side == "decoder" else [])):
            found[f"{side}/layer_0/{norm}/layer_norm/gamma"] = make(STATE)
            found[f"{side}/layer_0/{norm}/layer_norm/beta"] = make(STATE)
    found["encoder/layer_0/self_attention/linear_0/bias"][STATE : 2 * STATE] = 0
    found["decoder/layer_0/self_attention/linear_0/bias"][STATE : 2 * STATE] = 0
    found["decoder/layer_0/attention/linear_1/bias"][:STATE] = 0
    found["decoder/embeddings/weight"] = make(VOCAB, STATE)
    for conv, width in (("conv1", 80), ("conv2", STATE)):
        found[f"encoder/{conv}/weight"], found[f"encoder/{conv}/bias"] = make(STATE, width, 3), make(STATE)
    return found


def test_every_tensor_of_openais_model_is_there_and_none_more():
    """The mapped names and shapes are exactly those of openai-whisper's own modules."""
    from whisper.model import ModelDimensions, Whisper

    tensors, dims = read_model_bin(binary(small()), Path("model.bin"))
    assert dims["n_text_head"] == HEADS
    assert dims["n_vocab"] == VOCAB
    assert dims["n_mels"] == 80
    wanted = {name: tuple(value.shape) for name, value in Whisper(ModelDimensions(**dims)).state_dict().items()}
    assert {name: value.shape for name, value in tensors.items()} == wanted


def test_query_key_and_value_are_split_in_this_order():
    """The fused matrix gives query, key and value; the key has no bias."""
    made = small()
    tensors, _ = read_model_bin(binary(made), Path("model.bin"))
    fused = made["encoder/layer_0/self_attention/linear_0/weight"]
    for place, name in enumerate(("query", "key", "value")):
        assert np.array_equal(tensors[f"encoder.blocks.0.attn.{name}.weight"], fused[place * STATE : (place + 1) * STATE])
    assert "encoder.blocks.0.attn.key.bias" not in tensors
    assert "decoder.blocks.0.cross_attn.key.bias" not in tensors


def test_a_key_bias_that_is_not_zero_is_refused():
    """openai-whisper's key has no bias, so a model with one cannot be mapped."""
    made = small()
    made["decoder/layer_0/attention/linear_1/bias"][0] = 1
    with pytest.raises(WeightsCorrupt, match=r"model\.bin.*key has a bias"):
        read_model_bin(binary(made), Path("model.bin"))


@pytest.mark.parametrize("data", [b"", b"not a model", binary(small(), version=5), binary(small(), spec="TransformerSpec")])
def test_other_files_are_refused(data: bytes):
    """Bytes that are no Whisper in this format give one clear error."""
    with pytest.raises(WeightsCorrupt, match="not a Whisper model that vmaudio can read"):
        read_model_bin(data, Path("model.bin"))


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.97])
def test_a_file_cut_short_is_refused(share: float):
    """A truncated file is not read as a smaller model."""
    data = binary(small())
    with pytest.raises(WeightsCorrupt):
        read_model_bin(data[: int(len(data) * share)], Path("model.bin"))
