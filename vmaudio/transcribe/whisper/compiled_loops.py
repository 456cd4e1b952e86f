"""Loops that are compiled for this processor when they are first needed.

They are written with llvmlite's builder, so that LLVM compiles them in some hundredths of a second. From Python code numba
makes the same loops, which give the same bits, but bringing numba takes 0.6 s of processor time and 75 MB more.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
from collections.abc import Callable, Iterator
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir

FLOAT, HALF, INT, WORD, SHORT = ir.FloatType(), ir.HalfType(), ir.IntType(64), ir.IntType(32), ir.IntType(16)


class Code:
    """Code that is being written: numbers and loops of one function.

    Args:
        function: which has no code yet.

    Attributes:
        at: the builder, where the code goes on.
        left: what the last loop left of the values that it carried.
    """

    def __init__(self, function: ir.Function) -> None:
        self.at = ir.IRBuilder(function.append_basic_block())
        self.left: tuple[Any, ...] = ()

    def real(self, value: float) -> ir.Constant:
        """A float32.

        Args:
            value: rounded to the nearest.
        """
        return ir.Constant(FLOAT, ctypes.c_float(value).value)

    def whole(self, value: int) -> ir.Constant:
        """An int64.

        Args:
            value: a number.
        """
        return ir.Constant(INT, value)

    @contextlib.contextmanager
    def loop(self, count: Any, *kept: Any) -> Iterator[tuple[Any, ...]]:
        """The code of the block, so many times over.

        Args:
            count: how many times, an int64; at least once.
            kept: values that the loop carries along, as they are before the first time.

        Yields:
            The number of the time, from 0, and the carried values. The block says their next values with `carry`; after it
            ``left`` is what the last time left.
        """
        before, inside, after = self.at.block, self.at.append_basic_block(), self.at.append_basic_block()
        self.at.branch(inside)
        self.at.position_at_end(inside)
        number = self.at.phi(INT)
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
        """Say the next values that the innermost loop carries along.

        Args:
            values: as many as the loop was given.
        """
        self.left = values


@functools.cache
def has_float16() -> bool:
    """Whether this processor makes float32 of float16, and multiplies and adds at once (x86 from about 2013 on)."""
    features = llvm.get_host_cpu_features()
    return bool(features.get("fma") and features.get("f16c"))


_compilers: list[Any] = []  # what owns the compiled code


def compiled(module: ir.Module, name: str, *kinds: Any, optimised: bool = True) -> Callable[..., None]:
    """A function of a module, compiled for this processor.

    Args:
        module: its code.
        name: of the function.
        kinds: ctypes of its arguments.
        optimised: let LLVM make vectors of loops and write loops out; False where the code already says how.

    Returns:
        The function, which gives nothing back. It lets other threads of Python run.
    """
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, jit=True
    )
    module.triple, module.data_layout = llvm.get_process_triple(), str(machine.target_data)
    code = llvm.parse_assembly(str(module))
    if optimised:
        tuning = llvm.create_pipeline_tuning_options(speed_level=3)
        tuning.loop_vectorization = tuning.slp_vectorization = tuning.loop_interleaving = tuning.loop_unrolling = True
        builder = llvm.create_pass_builder(machine, tuning)
        builder.getModulePassManager().run(code, builder)
    compiler = llvm.create_mcjit_compiler(code, machine)
    compiler.finalize_object()
    _compilers.append(compiler)
    return ctypes.CFUNCTYPE(None, *kinds)(compiler.get_function_address(name))
