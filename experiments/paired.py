"""A change seen in pairs: the same village with and without something."""

import math
from dataclasses import dataclass

import numpy as np

from experiments.statistics import Floats

SURE = 2.0  # paired standard errors
ROUNDING = 1e-12


@dataclass(frozen=True)
class Paired:
    """The mean of paired differences, and how many standard errors it is away from zero."""

    mean: float
    t: float

    @property
    def sure(self) -> bool:
        """Whether it is more than two standard errors."""
        return abs(self.t) > SURE


def paired(differences: Floats) -> Paired:
    """The mean difference of pairs with its t.

    Missing pairs are left out; with fewer than two there is no t. When all pairs differ by the
    same, t is without bound.

    >>> paired(np.array([1.0, 3.0]))
    Paired(mean=2.0, t=2.0)
    >>> paired(np.zeros(3))
    Paired(mean=0.0, t=0.0)
    """
    there = differences[np.isfinite(differences)]
    if there.size < 2:  # noqa: PLR2004 (a spread needs two)
        return Paired(float("nan"), float("nan"))
    mean = float(there.mean())
    error = float(there.std(ddof=1)) / math.sqrt(there.size)
    if error <= ROUNDING * max(1.0, abs(mean)):  # all pairs differ by the same
        return Paired(mean, math.copysign(math.inf, mean) if abs(mean) > ROUNDING else 0.0)
    return Paired(mean, mean / error)
