"""Do the statistics give the known answers? `python -m benchmarks.statistics_answers [--quick]`.

Prints how often intervals hold the true value, how often a winner is declared where there is
none, and what Shapley's values make of a village whose layers are known.
"""

import itertools
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from experiments.design import LEVELS, places
from experiments.design_factors import Factor
from experiments.joint import joint_interval
from experiments.planning import Rule, next_round
from experiments.sensitivity_indices import morris_table, sobol_table
from experiments.statistics import ARMS, Floats, interval_of_mean, layers_of, shapley

PAIRS = 30
Shape = Callable[[Floats], Floats]  # of normal luck


@dataclass(frozen=True)
class Answer:
    """One figure beside what is wanted.

    Attributes:
        name: what was tried.
        figure: what came out.
        low, high: where it must lie.
    """

    name: str
    figure: float
    low: float
    high: float

    @property
    def holds(self) -> bool:
        """Whether it lies there."""
        return self.low <= self.figure <= self.high


def normal(luck: Floats) -> Floats:
    """Differences that spread evenly; their mean is 0."""
    return luck


def skewed(luck: Floats) -> Floats:
    """Differences with a long tail (exponential, skewness 2); their mean is 0."""
    tailed: Floats = -np.log(ndtr(-luck)) - 1.0
    return tailed


SHAPES: dict[str, Shape] = {"normal": normal, "skewed": skewed}


def coverage(shape: Shape, trials: int, kind: str, count: int = PAIRS) -> float:
    """Share of intervals that hold the true mean.

    Args:
        shape: of the differences.
        trials: how many samples.
        kind: `bca` (the interval of every table) or `t` (the joint one, of one column).
        count: pairs in a sample.
    """
    luck = np.random.default_rng(1)
    samples = shape(luck.normal(size=(count, trials)))
    if kind == "bca":
        found = interval_of_mean(samples)
        low, high = found.low, found.high
    else:
        ends = [joint_interval(samples[:, [k]]) for k in range(trials)]
        low, high = (np.array([float(end[side][0]) for end in ends]) for side in (0, 1))
    return float(((low <= 0.0) & (high >= 0.0)).mean())


def coverage_with_rule(shape: Shape, trials: int, smallest: float, kind: str) -> float:
    """The same when replications were added until the interval was narrow enough."""
    luck, rule, held = np.random.default_rng(2), Rule(), 0
    for _ in range(trials):
        sample = shape(luck.normal(size=rule.first))
        while True:
            low, high = joint_interval(sample[:, None])
            half = float(high[0] - low[0]) / 2.0
            wanted = next_round(rule, sample.size, half / smallest)
            if wanted == sample.size:
                break
            sample = np.append(sample, shape(luck.normal(size=wanted - sample.size)))
        if kind == "bca":
            found = interval_of_mean(sample[:, None])
            low, high = found.low, found.high
        held += bool(low[0] <= 0.0 <= high[0])
    return held / trials


def false_winners(shape: Shape, comparisons: int, arms: int = 3, outcomes: int = 3) -> float:
    """Share of comparisons in which anything is called better or worse although nothing differs.

    The differences of all arms share half of their luck, that of the base.
    """
    luck, won = np.random.default_rng(3), 0
    for _ in range(comparisons):
        base = luck.normal(size=(PAIRS, 1, outcomes))
        own = luck.normal(size=(PAIRS, arms, outcomes))
        pairs = shape((base + own) / np.sqrt(2.0)).reshape(PAIRS, arms * outcomes)
        low, high = joint_interval(pairs)
        won += bool(((low > 0.0) | (high < 0.0)).any())
    return won / comparisons


def shapley_error(replications: int = 400) -> float:
    """The largest relative error of Shapley's values on an additive model with one synergy."""
    own = {"micro": 10.0, "meso": 5.0, "macro": 2.0}
    luck = np.random.default_rng(4)
    rows = []
    for arm in ARMS:
        layers = set(layers_of(arm))
        value = sum(own[layer] for layer in layers) + (4.0 if {"micro", "meso"} <= layers else 0)
        rows.append(value + luck.normal(scale=0.5, size=replications))
    found = shapley(np.stack(rows)).mean(axis=1)
    true = np.array([own["micro"] + 2.0, own["meso"] + 2.0, own["macro"]])
    return float(np.max(np.abs(found / true - 1.0)))


THREE = tuple(Factor(name, "parameter", name, 0, 1) for name in "xyz")


def bent(points: Floats) -> Floats:
    """What three inputs move in bends and together."""
    x, y, z = points.T
    return np.asarray(np.exp(2.0 * x) * (1.0 + y) + z**2)


def ishigami(points: Floats, a: float = 7.0, b: float = 0.1) -> Floats:
    """What three inputs move in waves, the third only together with the first."""
    x, y, z = (points.T * 2 - 1) * math.pi
    return np.asarray(np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x))


def known_ishigami(a: float = 7.0, b: float = 0.1) -> tuple[Floats, Floats]:
    """Its first-order and total indices (Ishigami and Homma 1990)."""
    x = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    y = a**2 / 8
    xz = 8 * b**2 * math.pi**8 / 225
    total = x + y + xz
    return np.array([x, y, 0]) / total, np.array([x + xz, y, xz]) / total


def effects_held(trajectories: int, trials: int) -> Floats:
    """Share of Morris intervals that hold the mean absolute effect of each input of `bent`."""
    levels = np.arange(LEVELS) / (LEVELS - 1)
    grid = np.stack(np.meshgrid(levels, levels, levels, indexing="ij"), axis=-1)
    values, half = bent(grid.reshape(-1, 3)).reshape(grid.shape[:3]), LEVELS // 2
    true = np.array([
        np.abs(values.take(range(half, LEVELS), axis) - values.take(range(half), axis)).mean()
        for axis in range(3)
    ]) / levels[half]  # over every step there is
    held = np.zeros(3)
    for seed in range(1, trials + 1):
        points = places("morris", THREE, trajectories, seed=seed)
        table = morris_table(THREE, points, bent(points))
        held += ((table.effect_low <= true) & (true <= table.effect_high)).to_numpy()
    return held / trials


def indices_held(samples: int, trials: int) -> Floats:
    """Share of Sobol intervals that hold the indices of `ishigami`: first of each, then total."""
    held, known = np.zeros((2, 3)), tuple(zip(("first", "total"), known_ishigami(), strict=True))
    for seed in range(1, trials + 1):
        points = places("saltelli", THREE, samples, seed=seed)
        table, _ = sobol_table(list("xyz"), ishigami(points), [False] * 3)
        for row, (name, true) in enumerate(known):
            own = (table[f"{name}_low"] <= true) & (true <= table[f"{name}_high"])
            held[row] += own.to_numpy()
    return held.ravel() / trials


def sensitivity_answers(trials: int = 1_000) -> Iterator[Answer]:
    """Coverage of the intervals of a sensitivity analysis: the worst of three inputs."""
    for count, least in ((4, 0.86), (10, 0.9), (30, 0.92)):
        held = effects_held(count, trials)
        yield Answer(f"coverage, Morris, {count} trajectories", float(held.min()), least, 1.0)
    for count in (8, 64, 256):
        held = indices_held(count, trials // 4)
        for name, own in (("first", held[:3]), ("total", held[3:])):
            found = float(own.min())  # no limit: told as it is
            yield Answer(f"coverage, Sobol, {count} samples, {name}", found, 0.0, 1.0)


def answers(trials: int = 4_000, comparisons: int = 2_000) -> Iterator[Answer]:
    """Every figure that has a known answer."""
    for name, shape in SHAPES.items():
        for kind, least in (("bca", 0.93), ("t", 0.0)):  # t is a check beside the tables
            found = coverage(shape, trials, kind)
            yield Answer(f"coverage, {name}, {kind}", found, least, 0.97)
            found = coverage_with_rule(shape, trials // 2, 0.5, kind)
            yield Answer(f"coverage with stopping rule, {name}, {kind}", found, least, 0.97)
        yield Answer(f"false winners, {name}", false_winners(shape, comparisons), 0.0, 0.062)
    yield Answer("Shapley, largest relative error", shapley_error(), 0.0, 0.01)


def main() -> None:
    """Print every figure."""
    quick = "--quick" in sys.argv
    found = answers(*((800, 400) if quick else (4_000, 2_000)))
    for answer in itertools.chain(found, sensitivity_answers(200 if quick else 1_000)):
        mark = "holds" if answer.holds else "DOES NOT HOLD"
        wanted = f"{answer.low:.3g} to {answer.high:.3g}"
        sys.stdout.write(f"{answer.name:45} {answer.figure:8.4f}   {wanted:15} {mark}\n")


if __name__ == "__main__":
    main()
