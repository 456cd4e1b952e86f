"""The loops of `one_query`, compiled for this processor when they are first needed.

They are written with llvmlite's builder, so that LLVM compiles them in some hundredths of a second. From Python code numba
makes the same loops, which give the same bits, but bringing numba takes 0.6 s of processor time and 75 MB more.

For each head: the product of the query with each key, its exponential over the highest, and the sum of the values that it
weighs. All sums are float32. LLVM may order the sums of a loop as suits the processor's registers ("fast"), which hangs on
nothing but the length.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import math
from collections.abc import Callable, Iterator
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

SIZE = 64
"""Numbers of a head, in every Whisper: loops of known length run faster."""

COLUMNS = ("query", "keys", "values", "capacity", "places", "result")
"""What the table says of a row: addresses of the query (heads, `SIZE`) and of the result in float32; of keys and values (heads,
capacity, `SIZE`); their capacity; and how many of their places count, at least one."""

_FLOAT, _INT, _WORD, _HALF = ir.FloatType(), ir.IntType(64), ir.IntType(32), ir.IntType(16)
_FAST = ("fast",)
_LOWEST = -87.0  # e to the power of this is the last that is no smaller than a float32 can hold exactly
_LOG2_E, _LN2_HIGH, _LN2_LOW = 1.4426950408889634, 0.693359375, 2.12194440e-4
_TAYLOR = (1 / 720, 1 / 120, 1 / 24, 1 / 6, 0.5, 1.0, 1.0)


class _Code:
    """Code that is being written: numbers, sums and loops of one function."""

    def __init__(self, function: ir.Function) -> None:
        self.at = ir.IRBuilder(function.append_basic_block())
        self.floor = function.module.declare_intrinsic("llvm.floor", [_FLOAT])
        self.left: tuple[Any, ...] = ()

    def real(self, value: float) -> ir.Constant:
        return ir.Constant(_FLOAT, ctypes.c_float(value).value)

    def whole(self, value: int) -> ir.Constant:
        return ir.Constant(_INT, value)

    def add(self, a: Any, b: Any) -> Any:
        return self.at.fadd(a, b, flags=_FAST)

    def times(self, a: Any, b: Any) -> Any:
        return self.at.fmul(a, b, flags=_FAST)

    def larger(self, a: Any, b: Any) -> Any:
        return self.at.select(self.at.fcmp_ordered(">", a, b, flags=_FAST), a, b)

    def load(self, array: Any, place: Any) -> Any:
        """A float32, or the float32 of which a bfloat16 is the upper half."""
        found = self.at.load(self.at.gep(array, [place]))
        if found.type == _FLOAT:
            return found
        return self.at.bitcast(self.at.shl(self.at.zext(found, _WORD), ir.Constant(_WORD, 16)), _FLOAT)

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
        power = self.at.add(self.at.fptosi(whole, _WORD), ir.Constant(_WORD, 127))
        return self.times(p, self.at.bitcast(self.at.shl(power, ir.Constant(_WORD, 23)), _FLOAT))

    @contextlib.contextmanager
    def loop(self, count: Any, *kept: Any) -> Iterator[tuple[Any, ...]]:
        """The code of the block, ``count`` times (at least once): its number, and values that it carries along.

        The block says their next values with `carry`; after it ``left`` is what the last time left.
        """
        before, inside, after = self.at.block, self.at.append_basic_block(), self.at.append_basic_block()
        self.at.branch(inside)
        self.at.position_at_end(inside)
        number = self.at.phi(_INT)
        values = [self.at.phi(value.type) for value in kept]
        self.left = ()
        yield (number, *values)
        following = self.at.add(number, self.whole(1))
        end = self.at.block
        self.at.cbranch(self.at.icmp_signed("<", following, count), inside, after)
        carried = self.left if kept else ()
        for phi, first, then in zip([number, *values], [self.whole(0), *kept], [following, *carried], strict=True):
            phi.add_incoming(first, before)
            phi.add_incoming(then, end)
        self.at.position_at_end(after)

    def carry(self, *values: Any) -> None:
        """The next values that the innermost loop carries along."""
        self.left = values


def _module(kind: ir.Type) -> ir.Module:
    """The function "attend" for keys and values of a type: float32, or 16 bits that are a bfloat16."""
    module = ir.Module()
    one = _attend_one(module, kind)
    shape = ir.FunctionType(ir.VoidType(), [_INT.as_pointer(), _INT, _INT, _FLOAT.as_pointer()])
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
    real, kept = _FLOAT.as_pointer(), kind.as_pointer()
    shape = ir.FunctionType(ir.VoidType(), [real, kept, kept, _INT, _INT, _INT, real, real])
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


_compilers: list[Any] = []  # what owns the compiled code


@functools.cache
def attention(bits: int) -> Callable[[int, int, int, int], None]:
    """The compiled loops for keys and values of a type.

    Args:
        bits: 32 for float32, 16 for the bits of bfloat16.

    Returns:
        A function of the address of a table of int64, (rows, `COLUMNS`); the number of rows; of heads; and the address of room
        for as many float32 as the longest row has places. It lets other threads run.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, jit=True
    )
    code = _module(_HALF if bits == 16 else _FLOAT)
    code.triple, code.data_layout = llvm.get_process_triple(), str(machine.target_data)
    module = llvm.parse_assembly(str(code))
    tuning = llvm.create_pipeline_tuning_options(speed_level=3)
    tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_interleaving = tuning.loop_unrolling = True
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)
    compiler = llvm.create_mcjit_compiler(module, machine)
    compiler.finalize_object()
    _compilers.append(compiler)
    shape = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64, ctypes.c_void_p)
    return shape(compiler.get_function_address("attend"))
