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
from numba.core.errors import NumbaError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.signedinteger[Any]]
Num = Any  # an input or result of a rule: a number, or in the compiled loop one row of a column
P = ParamSpec("P")

COMPILED: list[str] = []
MOST_INLINED = 30  # inputs: Python itself calls a function of more in a way numba cannot inline


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
        self._loops: dict[tuple[Any, ...], Any] = {}

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
        many = type(out) is tuple
        outs: Any = out if many else (out,)
        # One lookup by the types of the call: looking at each input would cost more than the loop.
        loop = self._loops.get((len(outs) if many else 0, *map(type, args)))
        if loop is None:
            self._first(outs, args, many=many)
        elif not loop(*outs, *args):
            self._refuse_lengths(outs, args)

    def _first(self, outs: Any, args: tuple[Any, ...], *, many: bool) -> None:
        """A call of a new pattern: make its loop, and tell in one line what is wrong with it."""
        wanted = len(inspect.signature(self.plain).parameters)
        if len(args) != wanted:
            raise RuleError(f"rule {self.__name__} takes {wanted} inputs, {len(args)} were given")
        args = tuple(a if isinstance(a, np.ndarray) else float(a) for a in args)
        key = (len(outs) if many else 0, *map(type, args))
        loop = self._loops.get(key) or self._compile_loop(len(outs) if many else 0, args)
        try:
            fits = loop(*outs, *args)
        except NumbaError as error:
            raise RuleError(self._reason(outs, args, error)) from None
        if not fits:
            self._refuse_lengths(outs, args)
        self._loops[key] = loop

    def _reason(self, outs: Any, args: tuple[Any, ...], error: Exception) -> str:
        """Why a rule cannot be compiled: in plain Python's words, else in the compiler's."""
        try:
            plain: Callable[..., Any] = self.plain
            plain(*(a.flat[0] if isinstance(a, np.ndarray) and a.size else a for a in args))
        except Exception as reason:  # noqa: BLE001 (whatever the rule's text raises)
            return f"rule {self.__name__}: {reason}"
        return f"rule {self.__name__} cannot be compiled: {_told(error)}"

    def _refuse_lengths(self, outs: Any, args: tuple[Any, ...]) -> None:
        sizes = [a.size for a in (*outs, *args) if isinstance(a, np.ndarray)]
        other = next(size for size in sizes if size != sizes[0])
        raise RuleError(f"rule {self.__name__}: column of {other} rows, not {sizes[0]}")

    @property
    def scalar(self) -> Any:
        """The compiled rule for one row, for use inside kernels."""
        if self._scalar is None:
            self._scalar = _compile(self.plain, inside=True)
        return self._scalar

    def _compile_loop(self, outputs: int, args: tuple[Any, ...]) -> Any:
        """The loop over rows for one pattern of columns and numbers, as text, compiled.

        It answers whether all columns are as long as the first output; compiled code would
        otherwise read past the end of a shorter one.
        """
        kinds = "".join("c" if isinstance(a, np.ndarray) else "n" for a in args)
        outs = [f"o{k}" for k in range(max(1, outputs))]
        ins = [f"a{k}" for k in range(len(kinds))]
        columns = [*outs[1:], *(a for a, k in zip(ins, kinds, strict=True) if k == "c")]
        check = "".join(f"    if {c}.size != n:\n        return False\n" for c in columns)
        call = ", ".join(f"{a}[i]" if k == "c" else a for a, k in zip(ins, kinds, strict=True))
        body = f"        r = one({call})\n"
        body += "".join(
            f"        {o}[i] = r{f'[{k}]' if outputs else ''}\n" for k, o in enumerate(outs)
        )
        text = f"def loop({', '.join(outs + ins)}):\n    n = o0.size\n{check}"
        text += f"    for i in range(n):\n{body}    return True\n"
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

    def __call__(self, *args: Any) -> Any:
        """Run the compiled kernel."""
        compiled = self._compiled
        if compiled is not None:
            return compiled(*args)
        try:
            return self.scalar(*args)
        except NumbaError as error:
            raise RuleError(f"kernel {self.__name__} cannot be compiled: {_told(error)}") from None

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


def _told(error: Exception) -> str:
    """The first line of a compiler's message that says something."""
    lines = [line.strip() for line in str(error).splitlines()]
    told = [x for x in lines if x and not x.startswith(("Failed in", "File ", "[", "-"))]
    return told[0] if told else type(error).__name__


def digest(function: Callable[..., Any]) -> str:
    """Twelve letters that change with a function's text, the constants and the rules it uses."""
    scope = function.__globals__
    names = sorted(set(function.__code__.co_names))
    constants = {n: scope[n] for n in names if isinstance(scope.get(n), int | float | str | tuple)}
    parts = [_source(function), repr(constants)]
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


def _compile(function: Callable[..., Any], *, inside: bool = False) -> Any:
    scope = dict(function.__globals__)
    scope.update({n: used.scalar for n, used in _parts_used(function).items()})
    copy = types.FunctionType(function.__code__, scope, function.__name__)
    copy.__module__ = function.__module__
    copy.__qualname__ = f"{function.__name__}_{digest(function)}"
    return _njit(copy, function.__name__, inside=inside)


def _njit(function: Any, name: str, *, inside: bool = False) -> Any:
    """Compile, with a cache where there is a place for it.

    Args:
        function: the Python function.
        name: what it is called in `COMPILED`.
        inside: only compiled code calls it, so that it needs no door for Python.
    """
    if inside and function.__code__.co_argcount <= MOST_INLINED:
        return numba.njit(error_model="numpy", inline="always")(function)
    COMPILED.append(name)
    options: dict[str, Any] = {"error_model": "numpy", "no_cfunc_wrapper": True}
    try:
        return numba.njit(cache=True, **options)(function)
    except RuntimeError:  # nowhere to keep a cache: compile anew in every process
        return numba.njit(**options)(function)
