"""Rules: the equation for one woman, compiled to act on columns.

With numbers a rule is its plain Python (doctest, debugger, coverage). `rule.into(out, …)` runs a
generated compiled loop over columns, in place. A kernel is a compiled function over whole columns
(sums along ties, market, money). Both are kept on disk under a digest of their text and of every
rule they call, so that a changed equation is never answered from an old cache.
"""

import hashlib
import inspect
import linecache
import types
from collections.abc import Callable
from typing import Any, Generic, ParamSpec

import numba
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int32]
Num = Any  # an input or result of a rule: a number, or in the compiled loop one row of a column
P = ParamSpec("P")

COMPILED: list[str] = []


class RuleError(TypeError):
    """A rule that cannot be compiled, or columns that do not fit it."""


class Rule(Generic[P]):
    """A pure scalar function of one agent, compiled on first use over columns."""

    def __init__(self, function: Callable[P, Any]) -> None:
        self.plain = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__wrapped__ = function
        self._scalar: Any = None
        self._loops: dict[tuple[int, str], Any] = {}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """The rule for one woman, in plain Python."""
        return self.plain(*args, **kwargs)

    def into(self, out: Floats | tuple[Floats, ...], *args: Floats | float) -> None:
        """Write the rule of every row into a column, or into several when it returns several.

        Args:
            out: the column written, or one column for each value that the rule returns.
            args: columns (one number a row) and numbers (the same for every row), in the order
                of the rule's inputs.

        Raises:
            RuleError: columns of different length, or text that cannot be compiled.
        """
        outs = out if isinstance(out, tuple) else (out,)
        size = outs[0].size
        kinds = ""
        values: list[Any] = []
        for arg in args:
            if isinstance(arg, np.ndarray):
                if arg.size != size:
                    raise RuleError(f"rule {self.__name__}: column of {arg.size} rows, not {size}")
                kinds += "c"
                values.append(arg)
            else:
                kinds += "n"
                values.append(float(arg))
        key = (len(outs) if isinstance(out, tuple) else 0, kinds)
        loop = self._loops.get(key)
        if loop is None:
            loop = self._loops[key] = self._compile_loop(*key)
        loop(*outs, *values)

    @property
    def scalar(self) -> Any:
        """The compiled rule for one row, for use inside kernels."""
        if self._scalar is None:
            self._scalar = _compile(self.plain)
        return self._scalar

    def _compile_loop(self, outputs: int, kinds: str) -> Any:
        wanted = len(inspect.signature(self.plain).parameters)
        if len(kinds) != wanted:
            raise RuleError(f"rule {self.__name__} takes {wanted} inputs, {len(kinds)} were given")
        outs = [f"o{k}" for k in range(max(1, outputs))]
        ins = [f"a{k}" for k in range(len(kinds))]
        call = ", ".join(f"{a}[i]" if k == "c" else a for a, k in zip(ins, kinds, strict=True))
        body = f"        r = one({call})\n"
        body += "".join(
            f"        {o}[i] = r{f'[{k}]' if outputs else ''}\n" for k, o in enumerate(outs)
        )
        text = f"def loop({', '.join(outs + ins)}):\n    for i in range(o0.size):\n{body}"
        namespace: dict[str, Any] = {"one": self.scalar}
        exec(compile(text, self.plain.__code__.co_filename, "exec"), namespace)
        loop = namespace["loop"]
        loop.__module__ = self.__module__
        loop.__qualname__ = f"{self.__name__}_{outputs}{kinds}_{digest(self.plain)}"
        return _njit(loop, f"{self.__name__}.into")


class Kernel(Generic[P]):
    """A compiled function over whole columns; `plain` is its Python text."""

    def __init__(self, function: Callable[P, Any]) -> None:
        self.plain = function
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        self.__wrapped__ = function
        self._compiled: Any = None

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """Run the compiled kernel."""
        if self._compiled is None:
            self._compiled = _compile(self.plain)
        return self._compiled(*args, **kwargs)

    @property
    def scalar(self) -> Any:
        """The compiled function, for use inside other kernels."""
        if self._compiled is None:
            self._compiled = _compile(self.plain)
        return self._compiled


def rule(function: Callable[P, Any]) -> Rule[P]:
    """Declare a rule: a pure function of numbers, for one agent."""
    return Rule(function)


def kernel(function: Callable[P, Any]) -> Kernel[P]:
    """Declare a kernel: a compiled loop over columns, beside the rules."""
    return Kernel(function)


def digest(function: Callable[..., Any]) -> str:
    """Twelve letters that change with the text of a function or of any rule it calls."""
    parts = [_source(function)]
    for name, value in sorted(_parts_used(function).items()):
        parts.append(name + digest(value.plain))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


def _source(function: Callable[..., Any]) -> str:
    linecache.checkcache(function.__code__.co_filename)
    return inspect.getsource(function)


def _parts_used(function: Callable[..., Any]) -> dict[str, Any]:
    scope = function.__globals__
    names = set(function.__code__.co_names)
    return {n: scope[n] for n in names if isinstance(scope.get(n), Rule | Kernel)}


def _compile(function: Callable[..., Any]) -> Any:
    scope = dict(function.__globals__)
    scope.update({n: used.scalar for n, used in _parts_used(function).items()})
    copy = types.FunctionType(function.__code__, scope, function.__name__)
    copy.__module__ = function.__module__
    copy.__qualname__ = f"{function.__name__}_{digest(function)}"
    return _njit(copy, function.__name__)


def _njit(function: Any, name: str) -> Any:
    COMPILED.append(name)
    try:
        compiled = numba.njit(cache=True, error_model="numpy")(function)
    except RuntimeError:  # nowhere to keep a cache: compile anew in every process
        compiled = numba.njit(error_model="numpy")(function)
    return compiled


