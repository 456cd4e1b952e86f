"""The loops of `panels`: rows of float32 times weights that are kept in float16.

The weights of `LANES` outputs stand side by side, input by input (a panel), so that each input's are read once, made float32
and multiplied by that input of some rows, whose sums stay in registers until the last input. Every sum is added up from the
first input to the last, each product and sum rounded once, whatever other rows and threads there are.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

from vmaudio.transcribe.whisper.compiled_loops import FLOAT, HALF, INT, WORD, Code, compiled

LANES = 16
"""Outputs of a panel: two registers of AVX2, one of AVX-512."""

_VECTOR, _KEPT = ir.VectorType(FLOAT, LANES), ir.VectorType(HALF, LANES)
_ROWS_BYTES = 1 << 17  # so many bytes of rows stay in the second cache while the panels pass by


@functools.cache
def multiply() -> Callable[..., None]:
    """The compiled loops.

    Returns:
        A function of the addresses of the rows (float32), of the panels, of the bias and of the result (float32, both with
        room for whole panels); the numbers of rows, of inputs, from one row to the next, and of the result's columns; the first
        panel and the one behind the last. There is a row at least, and a panel.
    """
    place, number = ctypes.c_void_p, ctypes.c_int64
    return compiled(_module(), "multiply", *[place] * 4, *[number] * 6, optimised=False)


def _module() -> ir.Module:
    """The function "multiply"."""
    module = ir.Module()
    most = 12 if llvm.get_host_cpu_features().get("avx512f") else 6  # whose sums fill three quarters of the registers
    fma = ir.Function(module, ir.FunctionType(_VECTOR, [_VECTOR] * 3), f"llvm.fma.v{LANES}f32")
    tiles = {rows: _tile(module, fma, rows) for rows in range(1, most + 1)}
    arrays = [FLOAT.as_pointer(), _KEPT.as_pointer(), FLOAT.as_pointer(), FLOAT.as_pointer()]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [*arrays, *[INT] * 6]), "multiply")
    x, weight, bias, out, rows, inputs, step, columns, begin, end = function.args
    code = _Code(function)
    at = code.at
    some = code.at_least(at.sdiv(code.whole(_ROWS_BYTES // (4 * most)), inputs), code.whole(1))
    some = at.mul(some, code.whole(most))
    with code.loop(code.parts(rows, some)) as (chunk,):
        first = at.mul(chunk, some)
        last = code.at_most(at.add(first, some), rows)
        with code.loop(at.sub(end, begin)) as (done,):
            panel = at.add(begin, done)
            column = at.mul(panel, code.whole(LANES))
            with code.loop(code.parts(at.sub(last, first), code.whole(most))) as (tile,):
                row = at.add(first, at.mul(tile, code.whole(most)))
                left = code.at_most(at.sub(last, row), code.whole(most))
                given = [
                    at.gep(x, [at.mul(row, step)]), at.gep(weight, [at.mul(panel, inputs)]), at.gep(bias, [column]),
                    at.gep(out, [at.add(at.mul(row, columns), column)]), inputs, step, columns,
                ]  # fmt: skip
                for count, of_so_many in tiles.items():
                    with at.if_then(at.icmp_signed("==", left, code.whole(count))):
                        at.call(of_so_many, given)
    at.ret_void()
    return module


def _tile(module: ir.Module, fma: ir.Function, rows: int) -> ir.Function:
    """The function for so many rows and one panel."""
    arrays = [FLOAT.as_pointer(), _KEPT.as_pointer(), FLOAT.as_pointer(), FLOAT.as_pointer()]
    function = ir.Function(module, ir.FunctionType(ir.VoidType(), [*arrays, *[INT] * 3]), f"tile{rows}")
    function.linkage = "internal"
    x, weight, bias, out, inputs, step, columns = function.args
    for array in (x, weight, bias, out):
        array.add_attribute("noalias")
    code = _Code(function)
    at = code.at
    begins = [at.gep(x, [at.mul(step, code.whole(row))]) for row in range(rows)]
    with code.loop(inputs, *[ir.Constant(_VECTOR, [0.0] * LANES)] * rows) as (number, *sums):
        factors = at.fpext(at.load(at.gep(weight, [number]), align=2), _VECTOR)
        values = [code.everywhere(at.load(at.gep(begin, [number]))) for begin in begins]
        code.carry(*(at.call(fma, [value, factors, total]) for value, total in zip(values, sums, strict=True)))
    added = at.load(at.bitcast(bias, _VECTOR.as_pointer()), align=4)
    for row, total in enumerate(code.left):
        to = at.bitcast(at.gep(out, [at.mul(columns, code.whole(row))]), _VECTOR.as_pointer())
        at.store(at.fadd(total, added), to, align=4)
    at.ret_void()
    return function


class _Code(Code):
    """Code that is being written, with whole numbers and vectors."""

    def at_most(self, a: Any, b: Any) -> Any:
        return self.at.select(self.at.icmp_signed("<", a, b), a, b)

    def at_least(self, a: Any, b: Any) -> Any:
        return self.at.select(self.at.icmp_signed(">", a, b), a, b)

    def parts(self, a: Any, size: Any) -> Any:
        """How many parts of a size there are, the last perhaps smaller."""
        return self.at.sdiv(self.at.sub(self.at.add(a, size), self.whole(1)), size)

    def everywhere(self, value: Any) -> Any:
        """A vector that is one value in all places."""
        empty = ir.Constant(_VECTOR, ir.Undefined)
        first = self.at.insert_element(empty, value, ir.Constant(WORD, 0))
        return self.at.shuffle_vector(first, empty, ir.Constant(ir.VectorType(WORD, LANES), [0] * LANES))
