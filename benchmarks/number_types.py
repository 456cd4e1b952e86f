"""Which number type is fastest for Whisper's linear layers here, and where the processor has no bfloat16?

    python -m benchmarks.number_types

Times the linear layers of one block of base and its output projection for the two kinds of work: encoding (the frames of a
batch laid end to end) and one step of decoding (one row per message). float32, bfloat16 and dynamic int8 (fbgemm's kernels,
as ``torch.ao.quantization.quantize_dynamic`` uses) take turns. A second process forbids AMX and bfloat16 instructions
(``ONEDNN_MAX_CPU_ISA``), to stand for a processor without them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import warnings
from collections.abc import Callable

import torch

from benchmarks.common import Table

STATE, MLP, VOCAB = 512, 2048, 51865
LAYERS = {"encoder block": [(STATE, STATE)] * 4 + [(STATE, MLP), (MLP, STATE)], "output projection": [(STATE, VOCAB)]}
WORK = (("encoder block", 12000), ("encoder block", 16), ("encoder block", 1), ("output projection", 16))
ROUNDS = 7
OLD = "AVX512_CORE_VNNI"  # oneDNN's name of the instructions of a server of 2019


def layers(kind: str, dtype: str) -> list[Callable[[torch.Tensor], torch.Tensor]]:
    """The linear layers in one number type, ready to be called with float32 rows."""
    found: list[Callable[[torch.Tensor], torch.Tensor]] = []
    for width, height in LAYERS[kind]:
        weight = torch.randn(height, width) / width**0.5
        if dtype == "int8, dynamic":
            linear = torch.nn.Linear(width, height, bias=False)
            linear.weight.data = weight
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)
                found.append(torch.ao.quantization.quantize_dynamic(torch.nn.Sequential(linear), {torch.nn.Linear}))
        else:
            cast = weight.to(getattr(torch, dtype))
            found.append(lambda x, w=cast: torch.nn.functional.linear(x.to(w.dtype), w))
    return found


def measure() -> list[tuple[str, int, dict[str, float]]]:
    """(layers, rows, milliseconds by number type), the best of several rounds taken in turn."""
    results = []
    with torch.inference_mode():
        for kind, rows in WORK:
            made = {dtype: layers(kind, dtype) for dtype in ("float32", "bfloat16", "int8, dynamic")}
            inputs = {width: torch.randn(rows, width) for width, _ in LAYERS[kind]}
            times: dict[str, list[float]] = {dtype: [] for dtype in made}
            for _ in range(ROUNDS):
                for dtype, linears in made.items():
                    begin = time.perf_counter()
                    for linear, (width, _) in zip(linears, LAYERS[kind], strict=True):
                        linear(inputs[width])
                    times[dtype].append(1000 * (time.perf_counter() - begin))
            results.append((kind, rows, {dtype: min(values) for dtype, values in times.items()}))
    return results


def tables() -> list[Table]:
    """This processor as it is, and as if it were older."""
    found = []
    for title, isa in (("this processor", None), ("without AMX and bfloat16 instructions", OLD)):
        env = {**os.environ, **({"ONEDNN_MAX_CPU_ISA": isa} if isa else {})}
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.number_types", "--rows"], env=env, capture_output=True, text=True, check=True
        )
        rows = [line.split("\t") for line in done.stdout.splitlines() if line.count("\t") == 4]
        cells = [
            (kind, int(n), *(float(ms) for ms in times), float(times[0]) / min(map(float, times))) for kind, n, *times in rows
        ]
        columns = ("layers", "rows", "float32, ms", "bfloat16, ms", "int8 dynamic, ms", "fastest, times float32")
        found.append(Table(f"Number types: {title}", columns, cells, f"Shapes of base; {torch.get_num_threads()} threads."))
    return found


def main() -> None:
    """Print the tables; with --rows the bare measurements of this process."""
    if "--rows" in sys.argv:
        for kind, rows, times in measure():
            print(kind, rows, *times.values(), sep="\t")
        return
    for table in tables():
        print(table.markdown())


if __name__ == "__main__":
    main()
