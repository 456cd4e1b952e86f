"""The layers of Whisper's network, built from openai-whisper's tensors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import Tensor

from vmaudio.errors import WeightsCorrupt
from vmaudio.transcribe.weights import tensor_shapes
from vmaudio.transcribe.whisper.alignment_heads import ALIGNMENT_HEADS
from vmaudio.transcribe.whisper.packing import packed, packed_linear
from vmaudio.transcribe.whisper.panels import Panels

if TYPE_CHECKING:
    from vmaudio.transcribe.weights import Weights


ROWS = 16
"""Rows of a float32 product with a plain weight are made a multiple of this."""


def linear(x: Tensor, weight: Tensor | Panels, bias: Tensor | None = None) -> Tensor:
    """A linear map whose result for a row does not depend on how many rows there are.

    On processors the order in which products are added up hangs on the number of rows: MKL's float32 kernels are others for
    fewer than 4 rows and, with several threads, for what is left over when the rows are shared out; oneDNN's bfloat16 kernel
    is another for a single row. Rows of zeros fill up to where that ends; `Panels` need none.

    Args:
        x: (..., inputs).
        weight: (outputs, inputs), of the same type, packed or not.
        bias: (outputs,), or none.

    Returns:
        (..., outputs).
    """
    if isinstance(weight, Panels):
        return weight.multiply(x, bias)
    rows = x.numel() // x.shape[-1]
    multiply = packed_linear if weight.is_mkldnn else F.linear
    more = -rows % ROWS if x.dtype == torch.float32 else int(rows == 1)
    if not more or x.device.type != "cpu":
        return multiply(x, weight, bias)
    padded = F.pad(x.reshape(rows, -1), (0, 0, 0, more))
    return multiply(padded, weight, bias)[:rows].reshape(*x.shape[:-1], -1)


@dataclass
class Linear:
    """A linear layer: (..., inputs) to (..., outputs).

    Attributes:
        weight: (outputs, inputs), in the compute type; packed where that is quicker, see `packing`.
        bias: (outputs,).
    """

    weight: Tensor | Panels
    bias: Tensor | None

    def __call__(self, x: Tensor) -> Tensor:
        return linear(x.to(self.weight.dtype), self.weight, self.bias)


@dataclass
class Norm:
    """A layer norm over the last axis, in float32.

    Attributes:
        weight: (width,).
        bias: (width,).
    """

    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, (x.shape[-1],), self.weight, self.bias)


@dataclass
class Block:
    """The parts of a transformer block with self-attention; query, key and value are one layer (width, 3 * width)."""

    attn_ln: Norm
    qkv: Linear
    out: Linear
    mlp_ln: Norm
    up: Linear
    down: Linear

    def mlp(self, x: Tensor) -> Tensor:
        """The block's feed-forward part, without the residual.

        Args:
            x: (..., width), float32.

        Returns:
            The same shape, in the compute type.
        """
        return self.down(F.gelu(self.up(self.mlp_ln(x))))


@dataclass
class DecoderBlock(Block):
    """A block with attention to the audio besides; key and value of the audio are one layer (width, 2 * width)."""

    cross_ln: Norm
    query: Linear
    key_value: Linear
    cross_out: Linear


class LayerReader:
    """Builds layers from openai-whisper's tensors, in one compute type on one device.

    Args:
        tensors: by openai-whisper's names.
        dtype: of the linear layers; norms stay float32.
        device: that they are moved to.
    """

    def __init__(self, tensors: Mapping[str, Tensor], dtype: torch.dtype, device: torch.device) -> None:
        self.tensors, self.dtype, self.device = tensors, dtype, device

    def linear(self, *names: str) -> Linear:
        """A linear layer; several are joined into one with all their outputs, in order.

        Args:
            names: "decoder.blocks.0.attn.query"; one without a bias gets zeros.
        """
        matrix = torch.cat([self.tensors[f"{name}.weight"] for name in names]).to(self.device)
        biases = [
            self.tensors[f"{name}.bias"].float()
            if f"{name}.bias" in self.tensors
            else torch.zeros(self.tensors[f"{name}.weight"].shape[0])
            for name in names
        ]
        return Linear(packed(matrix, self.dtype), torch.cat(biases).to(self.device, self.dtype))

    def norm(self, name: str) -> Norm:
        """The layer norm of a name.

        Args:
            name: "decoder.ln".
        """
        return Norm(*(self.tensors[f"{name}.{part}"].float().to(self.device) for part in ("weight", "bias")))

    def block(self, prefix: str) -> Block:
        """A block of the encoder.

        Args:
            prefix: "encoder.blocks.0".
        """
        return Block(*self._self_attention(prefix))

    def decoder_block(self, prefix: str) -> DecoderBlock:
        """A block of the decoder.

        Args:
            prefix: "decoder.blocks.0".
        """
        cross = f"{prefix}.cross_attn"
        return DecoderBlock(
            *self._self_attention(prefix),
            self.norm(f"{prefix}.cross_attn_ln"),
            self.linear(f"{cross}.query"),
            self.linear(f"{cross}.key", f"{cross}.value"),
            self.linear(f"{cross}.out"),
        )

    def _self_attention(self, prefix: str) -> tuple[Norm, Linear, Linear, Norm, Linear, Linear]:
        """The parts that both kinds of block have."""
        attn = f"{prefix}.attn"
        return (
            self.norm(f"{prefix}.attn_ln"),
            self.linear(f"{attn}.query", f"{attn}.key", f"{attn}.value"),
            self.linear(f"{attn}.out"),
            self.norm(f"{prefix}.mlp_ln"),
            self.linear(f"{prefix}.mlp.0"),
            self.linear(f"{prefix}.mlp.2"),
        )


def checked_alignment_heads(weights: Weights) -> list[tuple[int, int]]:
    """The alignment heads of a model, after its tensors were compared with openai-whisper's own names and shapes.

    Args:
        weights: of an official model.

    Returns:
        (layer, head) of each head whose attention follows the words, from openai-whisper's table.

    Raises:
        WeightsCorrupt: a tensor is missing, unknown or of another shape.
    """
    wanted, found = tensor_shapes(weights.dims), {name: tuple(tensor.shape) for name, tensor in weights.tensors.items()}
    wrong = sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))
    if wrong:
        some = "; ".join(f"{name}: {found.get(name, 'missing')}, wanted {wanted.get(name, 'nothing')}" for name in wrong[:3])
        raise WeightsCorrupt(
            f"The weights of Whisper {weights.model!r} do not fit its network in {len(wrong)} tensors: {some}."
        )
    return list(ALIGNMENT_HEADS[weights.model])
