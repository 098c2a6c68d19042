"""How kernels are compiled: one decorator for each role that a function plays."""

from collections.abc import Callable
from typing import Any

from numba import njit
from numba.extending import intrinsic

from onevoice.envs.engine.kernels.cache import cached
from onevoice.envs.engine.kernels.notice import explain_compilation

Compiler = Callable[[Callable[..., Any]], Any]
# No kernel allocates, so none needs Numba's reference counts (``_nrt``): without them compilation
# and small blocks took a quarter less time. Only entries can be called from Python: without
# wrappers for the others compilation takes a quarter less.
OPTIONS: dict[str, Any] = {
    "error_model": "numpy",
    "nogil": True,
    "_nrt": False,
    "no_cfunc_wrapper": True,
}
INNER: dict[str, Any] = {**OPTIONS, "no_cpython_wrapper": True}

scalar: Compiler = njit(**INNER, forceinline=True)
"""A function of single numbers; LLVM inlines it."""
phase: Compiler = njit(**INNER, forceinline=True)
"""A loop over customers; LLVM inlines it into the one place that calls it."""
stage: Compiler = njit(**OPTIONS, inline="always")
"""Calls phases and handles tuples; Numba inlines it, and so compiles it once for each caller."""
routine: Compiler = njit(**INNER)
"""Called from two places and compiled once."""
machine: Compiler = intrinsic
"""Written in LLVM's own instructions."""


def entry(function: Callable[..., Any]) -> Any:
    """Compile a function that Python calls, and keep the result on disk."""
    return cached(njit(**OPTIONS)(function))


explain_compilation()
