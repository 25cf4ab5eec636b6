"""Named luck: every draw is a pure function of (seed, stream, week, row).

There is no state, so branching, resuming and pickling are free, and what one arm draws never
changes what another draws. The generator is Squares (Widynski 2020, arXiv:2004.06278), 64-bit
output, a counter-based generator; normals by the inverse distribution function (Wichura 1988,
algorithm AS 241).
"""

import hashlib
import math
from typing import Any

import numpy as np

from agents.rule import Floats, kernel


def stream_key(seed: int, name: str) -> np.uint64:
    """The key of a stream: sixteen hexadecimal digits, odd, as Squares asks for.

    Neighbouring digits differ and none is zero, so that the bits of the key are irregular.
    """
    pool = hashlib.sha512(f"{seed}/{name}".encode()).digest()
    digits: list[int] = []
    for byte in pool:
        digit = byte % 15 + 1
        if len(digits) < 16 and (not digits or digit != digits[-1]):
            digits.append(digit)
    digits[-1] |= 1
    return np.uint64(int("".join(f"{d:x}" for d in digits), 16))


@kernel
def squares(counter: Any, key: Any) -> Any:
    """Squares, 64-bit output: five rounds of squaring a counter."""
    k = np.uint64(key)
    x = np.uint64(counter) * k
    y = x
    z = y + k
    x = x * x + y
    x = (x >> np.uint64(32)) | (x << np.uint64(32))
    x = x * x + z
    x = (x >> np.uint64(32)) | (x << np.uint64(32))
    x = x * x + y
    x = (x >> np.uint64(32)) | (x << np.uint64(32))
    t = x * x + z
    x = (t >> np.uint64(32)) | (t << np.uint64(32))
    return t ^ ((x * x + y) >> np.uint64(32))


@kernel
def fill_uniform(key: int, week: int, out: Floats) -> None:
    """One uniform number in (0, 1) for every row."""
    base = np.uint64(week) << np.uint64(32)
    for i in range(out.size):
        bits = squares(base + np.uint64(i), key) >> np.uint64(11)
        out[i] = (np.float64(bits) + 0.5) * (1.0 / 9007199254740992.0)


@kernel
def normal_quantile(p: float) -> float:
    """The standard normal number below which a share p lies (AS 241, PPND16)."""
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        return q * (((((((2509.0809287301226727 * r + 33430.575583588128105) * r
            + 67265.770927008700853) * r + 45921.953931549871457) * r
            + 13731.693765509461125) * r + 1971.5909503065514427) * r
            + 133.14166789178437745) * r + 3.387132872796366608) / (
            ((((((5226.495278852545925 * r + 28729.085735721942674) * r
            + 39307.89580009271061) * r + 21213.794301586595867) * r
            + 5394.1960214247511077) * r + 687.1870074920579083) * r
            + 42.313330701600911252) * r + 1.0)
    r = p if q < 0.0 else 1.0 - p
    r = math.sqrt(-math.log(r))
    if r <= 5.0:
        r -= 1.6
        x = (((((((7.7454501427834140764e-4 * r + 0.0227238449892691845833) * r
            + 0.24178072517745061177) * r + 1.27045825245236838258) * r
            + 3.64784832476320460504) * r + 5.7694972214606914055) * r
            + 4.6303378461565452959) * r + 1.42343711074968357734) / (
            ((((((1.05075007164441684324e-9 * r + 5.475938084995344946e-4) * r
            + 0.0151986665636164571966) * r + 0.14810397642748007459) * r
            + 0.68976733498510000455) * r + 1.6763848301838038494) * r
            + 2.05319162663775882187) * r + 1.0)
    else:
        r -= 5.0
        x = (((((((2.01033439929228813265e-7 * r + 2.71155556874348757815e-5) * r
            + 0.0012426609473880784386) * r + 0.026532189526576123093) * r
            + 0.29656057182850489123) * r + 1.7848265399172913358) * r
            + 5.4637849111641143699) * r + 6.6579046435011037772) / (
            ((((((2.04426310338993978564e-15 * r + 1.4215117583164458887e-7) * r
            + 1.8463183175100546818e-5) * r + 7.868691311456132591e-4) * r
            + 0.0148753612908506148525) * r + 0.13692988092273580531) * r
            + 0.59983220655588793769) * r + 1.0)
    return -x if q < 0.0 else x


@kernel
def fill_normal(key: int, week: int, out: Floats) -> None:
    """One standard normal number for every row."""
    fill_uniform(key, week, out)
    for i in range(out.size):
        out[i] = normal_quantile(out[i])


class Luck:
    """All luck of one run.

    Args:
        seed: the process seed; the same in every arm of a replication.
    """

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._keys: dict[str, np.uint64] = {}
        self._lasting: dict[str, Floats] = {}

    def __reduce__(self) -> tuple[type["Luck"], tuple[int]]:
        """Travel between processes as the seed alone."""
        return Luck, (self.seed,)

    def key(self, stream: str) -> np.uint64:
        """The key of a named stream."""
        if stream not in self._keys:
            self._keys[stream] = stream_key(self.seed, stream)
        return self._keys[stream]

    def uniform(self, stream: str, week: int, rows: int) -> Floats:
        """A uniform draw in (0, 1) for every row.

        >>> Luck(1).uniform("entry", 3, 2)[1] == Luck(1).uniform("entry", 3, 5)[1]
        np.True_
        """
        out = np.empty(rows)
        fill_uniform(self.key(stream), week, out)
        return out

    def lasting(self, stream: str, rows: int) -> Floats:
        """The uniform draws of week 0, which stay with every row; to be read only.

        >>> Luck(1).lasting("covered", 2)[1] == Luck(1).uniform("covered", 0, 2)[1]
        np.True_
        """
        column = self._lasting.get(stream)
        if column is None or column.size != rows:
            column = self._lasting[stream] = self.uniform(stream, 0, rows)
        return column

    def normal(self, stream: str, week: int, rows: int) -> Floats:
        """A standard normal draw for every row."""
        out = np.empty(rows)
        fill_normal(self.key(stream), week, out)
        return out
