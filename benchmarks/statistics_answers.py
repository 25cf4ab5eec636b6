"""Do the statistics give the known answers? `python -m benchmarks.statistics_answers [--quick]`.

Prints how often intervals hold the true value, how often a winner is declared where there is
none, and what Shapley's values make of a village whose layers are known.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from experiments.joint import joint_interval
from experiments.planning import Rule, next_round
from experiments.statistics import ARMS, Floats, interval_of_mean, layers_of, shapley

PAIRS = 30
Draw = Callable[[np.random.Generator, int], Floats]


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


def normal(luck: np.random.Generator, count: int) -> Floats:
    """Differences that spread evenly; their mean is 0."""
    return luck.normal(size=count)


def skewed(luck: np.random.Generator, count: int) -> Floats:
    """Differences with a long tail, as of incomes (exponential); their mean is 0."""
    return luck.exponential(size=count) - 1.0


DRAWS: dict[str, Draw] = {"normal": normal, "skewed": skewed}


def coverage(draw: Draw, trials: int, kind: str, count: int = PAIRS) -> float:
    """Share of intervals that hold the true mean.

    Args:
        draw: of the differences.
        trials: how many samples.
        kind: `bca` (the interval of every table) or `t` (the joint one, of one column).
        count: pairs in a sample.
    """
    luck = np.random.default_rng(1)
    samples = np.stack([draw(luck, count) for _ in range(trials)], axis=1)
    if kind == "bca":
        found = interval_of_mean(samples)
        low, high = found.low, found.high
    else:
        ends = [joint_interval(samples[:, [k]]) for k in range(trials)]
        low, high = (np.array([float(end[side][0]) for end in ends]) for side in (0, 1))
    return float(((low <= 0.0) & (high >= 0.0)).mean())


def coverage_with_rule(draw: Draw, trials: int, smallest: float, kind: str) -> float:
    """The same when replications were added until the interval was narrow enough."""
    luck, rule, held = np.random.default_rng(2), Rule(), 0
    for _ in range(trials):
        sample = draw(luck, rule.first)
        while True:
            low, high = joint_interval(sample[:, None])
            half = float(high[0] - low[0]) / 2.0
            wanted = next_round(rule, sample.size, half / smallest)
            if wanted == sample.size:
                break
            sample = np.concatenate([sample, draw(luck, wanted - sample.size)])
        if kind == "bca":
            found = interval_of_mean(sample[:, None])
            low, high = found.low, found.high
        held += bool(low[0] <= 0.0 <= high[0])
    return held / trials


def false_winners(draw: Draw, comparisons: int, arms: int = 3, outcomes: int = 3) -> float:
    """Share of comparisons in which anything is called better or worse although nothing differs.

    All arms share half of their luck with the base, as twins do.
    """
    luck, won = np.random.default_rng(3), 0
    for _ in range(comparisons):
        base = np.stack([draw(luck, PAIRS) for _ in range(outcomes)], axis=1)
        pairs = [
            np.stack([draw(luck, PAIRS) for _ in range(outcomes)], axis=1) - base
            for _ in range(arms)
        ]
        low, high = joint_interval(np.concatenate(pairs, axis=1))
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


def answers(trials: int = 4_000, comparisons: int = 2_000) -> Iterator[Answer]:
    """Every figure that has a known answer."""
    for name, draw in DRAWS.items():
        for kind, least in (("bca", 0.93), ("t", 0.0)):  # t is a check beside the tables
            found = coverage(draw, trials, kind)
            yield Answer(f"coverage, {name}, {kind}", found, least, 0.97)
            found = coverage_with_rule(draw, trials // 2, 0.5, kind)
            yield Answer(f"coverage with stopping rule, {name}, {kind}", found, least, 0.97)
        yield Answer(f"false winners, {name}", false_winners(draw, comparisons), 0.0, 0.062)
    yield Answer("Shapley, largest relative error", shapley_error(), 0.0, 0.01)


def main() -> None:
    """Print every figure."""
    quick = "--quick" in sys.argv
    for answer in answers(*((800, 400) if quick else (4_000, 2_000))):
        mark = "holds" if answer.holds else "DOES NOT HOLD"
        wanted = f"{answer.low:.3g} to {answer.high:.3g}"
        sys.stdout.write(f"{answer.name:45} {answer.figure:8.4f}   {wanted:15} {mark}\n")


if __name__ == "__main__":
    main()
