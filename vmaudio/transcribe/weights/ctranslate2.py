"""Read a CTranslate2 ``model.bin`` of Whisper and give its tensors openai-whisper's names.

The format is CTranslate2's own (``ctranslate2/specs/model_spec.py``, ``ModelSpec._serialize``, binary version 6), little
endian: version u32; specification name (string); revision u32; count u32; then for each variable name (string), rank u8,
dimensions u32, type u8, bytes u32, data; then the aliases. A string is its length u16 with the closing zero, and bytes.

The two programs differ in three ways: CTranslate2 keeps query, key and value of self-attention in one matrix (and key and
value of cross-attention in another), gives the key a bias that is all zero, and names its layers otherwise.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

from vmaudio.errors import WeightsCorrupt

BINARY_VERSION = 6
_TYPES = {code: np.dtype(name) for code, name in enumerate(("<f4", "i1", "<i2", "<i4", "<f2"))}
_LAYER = {  # CTranslate2's name of a layer's part -> openai-whisper's
    "self_attention/layer_norm": "attn_ln",
    "self_attention/linear_1": "attn.out",
    "attention/layer_norm": "cross_attn_ln",
    "attention/linear_0": "cross_attn.query",
    "attention/linear_2": "cross_attn.out",
    "ffn/layer_norm": "mlp_ln",
    "ffn/linear_0": "mlp.0",
    "ffn/linear_1": "mlp.2",
}
_FUSED = {
    "self_attention/linear_0": ("attn.query", "attn.key", "attn.value"),
    "attention/linear_1": ("cross_attn.key", "cross_attn.value"),
}
_TOP = {
    "encoder/conv1": "encoder.conv1",
    "encoder/conv2": "encoder.conv2",
    "encoder/layer_norm": "encoder.ln_post",
    "encoder/position_encodings": "encoder.positional_embedding",
    "decoder/layer_norm": "decoder.ln",
    "decoder/embeddings": "decoder.token_embedding",
    "decoder/position_encodings": "decoder.positional_embedding",
}
_FIELD = {"weight": ".weight", "bias": ".bias", "gamma": ".weight", "beta": ".bias", "encodings": ""}


class _Reader:
    """Reads the file from its beginning."""

    def __init__(self, data: memoryview) -> None:
        self.data, self.at = data, 0

    def number(self, code: str) -> int:
        """The next integer, of a type of `struct`."""
        (value,) = struct.unpack_from("<" + code, self.data, self.at)
        self.at += struct.calcsize("<" + code)
        return int(value)

    def string(self) -> str:
        """The next string."""
        return bytes(self.take(self.number("H"))).rstrip(b"\0").decode("utf-8")

    def take(self, count: int) -> memoryview:
        """The next bytes."""
        if self.at + count > len(self.data):
            raise ValueError("the file ends early")
        self.at += count
        return self.data[self.at - count : self.at]


def read_variables(data: bytes | memoryview) -> dict[str, np.ndarray]:
    """The variables of a ``model.bin``.

    Args:
        data: the whole file.

    Returns:
        Name to array (a view of ``data``); aliases are left out.

    Raises:
        ValueError: it is not a Whisper model of binary version 6, or it ends early.
    """
    reader = _Reader(memoryview(data))
    try:
        version, spec, _revision = reader.number("I"), reader.string(), reader.number("I")
        if version != BINARY_VERSION or spec != "WhisperSpec":
            raise ValueError(f"binary version {version} of {spec!r}, not version {BINARY_VERSION} of 'WhisperSpec'")
        variables = {}
        for _ in range(reader.number("I")):
            name = reader.string()
            shape = [reader.number("I") for _ in range(reader.number("B"))]
            kind = _TYPES[reader.number("B")]
            variables[name] = np.frombuffer(reader.take(reader.number("I")), dtype=kind).reshape(shape)
    except (struct.error, KeyError, UnicodeDecodeError) as error:
        raise ValueError(f"not a CTranslate2 model: {error}") from error
    return variables


def to_openai(variables: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """CTranslate2's variables under openai-whisper's names.

    Args:
        variables: from `read_variables`.

    Returns:
        Tensors by name, and the fields of ``whisper.model.ModelDimensions``.

    Raises:
        ValueError: a tensor is missing, unknown, or a key bias is not zero.
    """
    tensors: dict[str, np.ndarray] = {}
    heads = {}
    for name, value in variables.items():
        scope, _, field = name.rpartition("/")
        if field == "num_heads":
            heads[scope] = int(value)
        elif value.ndim == 0:
            continue  # the specification's switches (pre_norm, activation ...): the same for every Whisper
        elif scope in _TOP:
            tensors[_TOP[scope] + _FIELD[field]] = value
        else:
            side, layer, part = scope.split("/", 2)
            prefix = f"{side}.blocks.{layer.removeprefix('layer_')}."
            if part in _FUSED:
                pieces = np.split(value, len(_FUSED[part]))
                for target, piece in zip(_FUSED[part], pieces, strict=True):
                    if target.endswith(".key") and field == "bias":
                        if np.any(piece):
                            raise ValueError(f"{name}: the key has a bias that is not zero")
                        continue
                    tensors[f"{prefix}{target}.{field}"] = piece
            else:
                tensors[prefix + _LAYER[part] + _FIELD[field]] = value
    return tensors, _dimensions(tensors, heads)


def _dimensions(tensors: dict[str, np.ndarray], heads: dict[str, int]) -> dict[str, int]:
    """``ModelDimensions`` as the shapes of the tensors have them."""

    def layers(side: str) -> int:
        return 1 + max(int(name.split(".")[2]) for name in tensors if name.startswith(f"{side}.blocks."))

    audio_ctx, audio_state = tensors["encoder.positional_embedding"].shape
    text_ctx, text_state = tensors["decoder.positional_embedding"].shape
    return {
        "n_mels": tensors["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": audio_ctx,
        "n_audio_state": audio_state,
        "n_audio_head": heads["encoder"],
        "n_audio_layer": layers("encoder"),
        "n_vocab": tensors["decoder.token_embedding.weight"].shape[0],
        "n_text_ctx": text_ctx,
        "n_text_state": text_state,
        "n_text_head": heads["decoder"],
        "n_text_layer": layers("decoder"),
    }


def read_model_bin(data: bytes | memoryview, path: Path) -> tuple[dict[str, np.ndarray], dict[str, int]]:
    """`read_variables` and `to_openai` in one step.

    Args:
        data: the whole file.
        path: for the error message.

    Returns:
        As `to_openai`.

    Raises:
        WeightsCorrupt: the bytes are no Whisper in this format.
    """
    try:
        return to_openai(read_variables(data))
    except (ValueError, KeyError) as error:
        raise WeightsCorrupt(f"{path} is not a Whisper model that vmaudio can read ({error}). Install it again.") from error
