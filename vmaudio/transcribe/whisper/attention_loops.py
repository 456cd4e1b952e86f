"""The loops of `one_query`.

For each head: the product of the query with each key, its exponential over the highest, and the sum of the values that it
weighs. All sums are float32. LLVM may order the sums of a loop as suits the processor's registers ("fast"), which hangs on
nothing but the length.
"""

from __future__ import annotations

import ctypes
import functools
import math
from collections.abc import Callable
from typing import Any

from llvmlite import ir

from vmaudio.transcribe.whisper.compiled_loops import FLOAT, HALF, INT, SHORT, WORD, Code, compiled

SIZE = 64
"""Numbers of a head, in every Whisper: loops of known length run faster."""

KINDS = {"float32": FLOAT, "float16": HALF, "uint16": SHORT}
"""Types of keys and values; uint16 are the bits of bfloat16."""

COLUMNS = ("query", "keys", "values", "capacity", "places", "result")
"""What the table says of a row: addresses of the query (heads, `SIZE`) and of the result in float32; of keys and values (heads,
capacity, `SIZE`); their capacity; and how many of their places count, at least one."""

_FAST = ("fast",)
_LOWEST = -87.0  # e to the power of this is the last that is no smaller than a float32 can hold exactly
_LOG2_E, _LN2_HIGH, _LN2_LOW = 1.4426950408889634, 0.693359375, 2.12194440e-4
_TAYLOR = (1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1.0, 1.0)


class _Code(Code):
    """Code that is being written, with sums of single numbers."""

    def __init__(self, function: ir.Function) -> None:
        super().__init__(function)
        self.floor = function.module.declare_intrinsic("llvm.floor", [FLOAT])

    def add(self, a: Any, b: Any) -> Any:
        return self.at.fadd(a, b, flags=_FAST)

    def times(self, a: Any, b: Any) -> Any:
        return self.at.fmul(a, b, flags=_FAST)

    def larger(self, a: Any, b: Any) -> Any:
        return self.at.select(self.at.fcmp_ordered(">", a, b, flags=_FAST), a, b)

    def load(self, array: Any, place: Any) -> Any:
        """A float32, that of a float16, or that of which a bfloat16 is the upper half."""
        found = self.at.load(self.at.gep(array, [place]))
        if found.type == FLOAT:
            return found
        if found.type == HALF:
            return self.at.fpext(found, FLOAT)
        return self.at.bitcast(self.at.shl(self.at.zext(found, WORD), ir.Constant(WORD, 16)), FLOAT)

    def store(self, value: Any, array: Any, place: Any) -> None:
        self.at.store(value, self.at.gep(array, [place]))

    def exp(self, x: Any) -> Any:
        """e to the power of a float32 that is 0 or less, to 2e-7 of its value: unlike the library's, it runs 16 at a time.

        2 to the power of the nearest whole number is made of its bits, and what is left, within a half, is a polynomial.
        """
        x = self.larger(x, self.real(_LOWEST))
        whole = self.at.call(self.floor, [self.add(self.times(x, self.real(_LOG2_E)), self.real(0.5))], fastmath=_FAST)
        r = self.at.fsub(x, self.times(whole, self.real(_LN2_HIGH)), flags=_FAST)
        r = self.add(r, self.times(whole, self.real(_LN2_LOW)))
        p = self.real(_TAYLOR[0])
        for factor in _TAYLOR[1:]:
            p = self.add(self.times(p, r), self.real(factor))
        power = self.at.add(self.at.fptosi(whole, WORD), ir.Constant(WORD, 127))
        return self.times(p, self.at.bitcast(self.at.shl(power, ir.Constant(WORD, 23)), FLOAT))


def _module(kind: ir.Type) -> ir.Module:
    """The function "attend" for keys and values of a type."""
    module = ir.Module()
    one = _attend_one(module, kind)
    shape = ir.FunctionType(ir.VoidType(), [INT.as_pointer(), INT, INT, FLOAT.as_pointer()])
    function = ir.Function(module, shape, "attend")
    table, rows, heads, weights = function.args
    code = _Code(function)
    with code.loop(rows) as (row,):
        first = code.at.mul(row, code.whole(len(COLUMNS)))
        query, keys, values, capacity, length, out = (
            code.at.load(code.at.gep(table, [code.at.add(first, code.whole(column))])) for column in range(len(COLUMNS))
        )
        given = zip(one.args, (query, keys, values, heads, capacity, length, weights, out), strict=True)
        code.at.call(one, [at if at.type == to.type else code.at.inttoptr(at, to.type) for to, at in given])
    code.at.ret_void()
    return module


def _attend_one(module: ir.Module, kind: ir.Type) -> ir.Function:
    """The function for one row; its arrays overlap nowhere, which it has to be told to be fast."""
    real, kept = FLOAT.as_pointer(), kind.as_pointer()
    shape = ir.FunctionType(ir.VoidType(), [real, kept, kept, INT, INT, INT, real, real])
    function = ir.Function(module, shape, "attend_one")
    function.linkage = "internal"
    query, keys, values, heads, capacity, length, weights, out = function.args
    for array in (query, keys, values, weights, out):
        array.add_attribute("noalias")
    code = _Code(function)
    with code.loop(heads) as (head,):
        row = code.at.mul(head, code.whole(SIZE))
        begin = code.at.mul(row, capacity)

        def place(t: Any, i: Any, begin: Any = begin) -> Any:
            return code.at.add(code.at.add(begin, code.at.mul(t, code.whole(SIZE))), i)

        with code.loop(length, code.real(-math.inf)) as (t, highest):
            with code.loop(code.whole(SIZE), code.real(0.0)) as (i, total):
                product = code.times(code.load(query, code.at.add(row, i)), code.load(keys, place(t, i)))
                code.carry(code.add(total, product))
            weight = code.times(code.left[0], code.real(SIZE**-0.5))
            code.store(weight, weights, t)
            code.carry(code.larger(weight, highest))
        (highest,) = code.left
        with code.loop(length, code.real(0.0)) as (t, mass):
            weight = code.exp(code.at.fsub(code.load(weights, t), highest, flags=_FAST))
            code.store(weight, weights, t)
            code.carry(code.add(mass, weight))
        (mass,) = code.left
        with code.loop(code.whole(SIZE)) as (i,):
            code.store(code.real(0.0), out, code.at.add(row, i))
        with code.loop(length) as (t,):
            weight = code.at.fdiv(code.load(weights, t), mass, flags=_FAST)
            with code.loop(code.whole(SIZE)) as (i,):
                at = code.at.add(row, i)
                code.store(code.add(code.load(out, at), code.times(weight, code.load(values, place(t, i)))), out, at)
    code.at.ret_void()
    return function


@functools.cache
def attention(kind: str) -> Callable[[int, int, int, int], None]:
    """The compiled loops for keys and values of a type.

    Args:
        kind: numpy's name of it, one of `KINDS`.

    Returns:
        A function of the address of a table of int64, (rows, `COLUMNS`); the number of rows; of heads; and the address of room
        for as many float32 as the longest row has places. It lets other threads run.
    """
    return compiled(_module(KINDS[kind]), "attend", ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
