"""Weights in the layout in which the processor multiplies, made once and not again at every product.

For float32 the layout is our own, see `panels`; for bfloat16 oneDNN's, which multiplies in blocks: torch hands it plain rows of
weights, which it lays out in blocks each time. The decoder has a row for each window, so that this takes longer than the
product itself: with 8 rows of base the output projection takes 3.3 ms packed and 7.2 plain, a layer's .04 to .15 ms and .06 to
.31 (AMD EPYC with avx512_bf16, one thread). The sums are the same to the bit; where they are not, or the processor has AMX, on
which this was not measured, weights stay plain.

torch has no public name for oneDNN's two operations; its own compiler uses them for frozen models. Where a version of torch has
them no more, weights stay plain too.
"""

from __future__ import annotations

import functools
import os

import torch
import torch.nn.functional as F  # noqa: N812 - torch's own custom
from torch import Tensor

from vmaudio.transcribe.processor import has_amx, native_bfloat16
from vmaudio.transcribe.whisper.compiled_loops import has_float16
from vmaudio.transcribe.whisper.panels import Panels

_LIMITS = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA")
_NO_LIMIT = ("", "ALL", "DEFAULT", "AVX512_CORE_BF16")


def packed(weight: Tensor, dtype: torch.dtype) -> Tensor | Panels:
    """The weight of a linear layer in a compute type, and in the processor's own layout where that is quicker.

    Args:
        weight: (outputs, inputs), as it was read.
        dtype: the compute type.

    Returns:
        For float32 `Panels`, where the weight is in float16 and the processor can; for bfloat16 what `packed_linear` takes
        (``is_mkldnn`` is true, and single numbers cannot be read), where the sums stay the same; else a plain tensor.
    """
    local = weight.device.type == "cpu"
    if local and dtype == torch.float32 and weight.dtype == torch.float16 and has_float16():
        return Panels(weight)
    made = weight.to(dtype)
    return _pack(made) if local and dtype == torch.bfloat16 and _packs() else made


def packed_linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`torch.nn.functional.linear` for a packed weight.

    Args:
        x: bfloat16, (..., inputs).
        weight: (outputs, inputs), from `packed`.
        bias: (outputs,), or none.

    Returns:
        bfloat16, (..., outputs).
    """
    found: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return found


def _pack(weight: Tensor) -> Tensor:
    found: Tensor = torch.ops.mkldnn._reorder_linear_weight(weight)
    return found


@functools.cache
def _packs() -> bool:
    """Whether this processor and this torch multiply packed weights, with the same sums."""
    limited = any(os.environ.get(name, "").upper() not in _NO_LIMIT for name in _LIMITS)
    if limited or not native_bfloat16() or has_amx():
        return False
    draws = torch.Generator().manual_seed(0)
    weight, x = (torch.randn(rows, 384, generator=draws).bfloat16() for rows in (1152, 33))
    bias = torch.randn(1152, generator=draws).bfloat16()
    try:
        made = _pack(weight)
        return all(torch.equal(packed_linear(x[:rows], made, bias), F.linear(x[:rows], weight, bias)) for rows in (2, 16, 33))
    except (AttributeError, RuntimeError):  # no such operation in this torch; none for this processor
        return False
