"""The points a sweep visits: places between 0 and 1, one row a draw, one column a factor.

Latin hypercube and Sobol points are scipy's; Morris trajectories (Morris 1991, Campolongo et al.
2007) and Saltelli blocks (Saltelli et al. 2010) are SALib's.
"""

import itertools
import math
from collections.abc import Sequence
from typing import Literal

import numpy as np

from experiments.design_factors import Factor
from experiments.statistics import Floats
from model.errors import JinguoError

DesignKind = Literal["grid", "latin_hypercube", "sobol", "morris", "saltelli"]
DRAWS = {"latin_hypercube": 100, "sobol": 128, "morris": 10, "saltelli": 128}
LEVELS = 4  # of a grid where a factor has none of its own, and of Morris trajectories
MOST_DRAWS = 1_000_000


def places(
    kind: DesignKind,
    factors: Sequence[Factor],
    draws: int | None = None,
    levels: int = LEVELS,
    seed: int = 1,
    *,
    second_order: bool = False,
) -> Floats:
    """The points of a design, draws x factors.

    Args:
        kind: of the design.
        factors: what is varied; a design without any is one point.
        draws: points of a Latin hypercube or Sobol sequence, trajectories of Morris, base
            samples of Saltelli (both are multiplied by the number of factors).
        levels: of a grid and of Morris; of Morris even, or its steps would miss the upper end.
        seed: of the points.
        second_order: Saltelli blocks for interactions of pairs, too.
    """
    if not factors:
        return np.zeros((1, 0))
    if kind == "grid":
        return _grid(factors, levels)
    if kind == "morris" and levels % 2:
        near = {"found": levels, "below": levels - 1, "above": levels + 1}
        raise JinguoError("sweep.odd_levels", near)
    count = DRAWS[kind] if draws is None else draws
    blocks = len(factors) + 1 if kind == "morris" else 1
    if kind == "saltelli":
        blocks = 2 * len(factors) + 2 if second_order else len(factors) + 2
    _check_size(count * blocks)
    if kind in {"sobol", "saltelli"} and count & (count - 1):
        below = 2 ** int(math.log2(count))
        near = {"found": count, "below": below, "above": 2 * below}
        raise JinguoError("sweep.not_a_power_of_two", {"kind": kind, **near})
    if kind in {"latin_hypercube", "sobol"}:
        return _spread(kind, len(factors), count, seed)
    return _sampled(kind, factors, count, levels, seed, second_order=second_order)


def problem_of(factors: Sequence[str]) -> dict[str, object]:
    """What SALib calls the problem: names and the unit interval for each."""
    return {
        "num_vars": len(factors),
        "names": list(factors),
        "bounds": [[0.0, 1.0]] * len(factors),
    }


def _check_size(draws: int) -> None:
    if draws > MOST_DRAWS:
        raise JinguoError("sweep.too_many_draws", {"found": draws, "most": MOST_DRAWS})


def _grid(factors: Sequence[Factor], levels: int) -> Floats:
    """Every combination; a place is the middle of its level, or evenly spaced ends included."""
    counts = [len(factor.levels) or levels for factor in factors]
    _check_size(math.prod(counts))
    axes = [
        (np.arange(count) + 0.5) / count if factor.levels else np.linspace(0, 1, count)
        for factor, count in zip(factors, counts, strict=True)
    ]
    return np.array(list(itertools.product(*axes)))


def _spread(kind: DesignKind, width: int, count: int, seed: int) -> Floats:
    from scipy.stats import qmc  # noqa: PLC0415 (slow to load)

    sampler = qmc.LatinHypercube if kind == "latin_hypercube" else qmc.Sobol
    return np.asarray(sampler(width, rng=seed).random(count), dtype=np.float64)


def _sampled(
    kind: DesignKind,
    factors: Sequence[Factor],
    count: int,
    levels: int,
    seed: int,
    *,
    second_order: bool,
) -> Floats:
    from SALib.sample import morris, sobol  # noqa: PLC0415 (slow to load)

    problem = problem_of([factor.name for factor in factors])
    if kind == "morris":
        return np.asarray(morris.sample(problem, count, num_levels=levels, seed=seed))
    return np.asarray(sobol.sample(problem, count, calc_second_order=second_order, seed=seed))
