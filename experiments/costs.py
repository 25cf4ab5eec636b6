"""What it costs: money and worker hours beside what they bring, with intervals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.outcomes import QUANTITIES, WEEKS_A_YEAR, Span, programme_totals
from experiments.people import People
from experiments.statistics import CONFIDENCE, Floats, Interval, interval_of_mean, resamples

if TYPE_CHECKING:
    from experiments.run import History

YUAN = 100.0  # of yearly income


@dataclass(frozen=True)
class Ratio:
    """A quotient of means over replications with its 95 % interval.

    It is not defined (NaN) where the interval of what is divided by reaches zero.
    """

    estimate: float
    low: float
    high: float


def ratio_of_means(above: Floats, below: Floats) -> Ratio:
    """A quotient of two means over the same replications, by bootstrap over them.

    >>> ratio_of_means(np.full(20, 6.0), np.full(20, 2.0)).estimate
    3.0
    >>> ratio_of_means(np.full(20, 6.0), np.tile([-1.0, 1.0], 10)).estimate
    nan
    """
    none = Ratio(float("nan"), float("nan"), float("nan"))
    held = np.isfinite(above) & np.isfinite(below)
    above, below = above[held], below[held]
    if above.size < 2:  # noqa: PLR2004 (an interval needs two)
        return none
    bottom = interval_of_mean(below[:, None], name="jinguo.costs")
    if not bottom.excludes_zero()[0]:
        return none
    weights = resamples(above.size, "jinguo.costs")
    with np.errstate(invalid="ignore", divide="ignore"):
        drawn = (weights @ above) / (weights @ below)
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(drawn[np.isfinite(drawn)], (tail, 1.0 - tail))
    return Ratio(float(above.mean() / below.mean()), float(low), float(high))


def costs_frame(
    names: Sequence[str],
    histories: Mapping[str, Sequence["History"]],
    people: Mapping[str, Sequence[People]],
    programmes: Mapping[str, Span],
    base: str,
    cutoff: float,
) -> pd.DataFrame:
    """Money, hours and unpaid care of each arm beyond the base, and what they bring.

    Args:
        names: the columns of the histories.
        histories: of each arm, village by village.
        people: the same.
        programmes: when each arm's programme runs.
        base: the arm the others are compared with.
        cutoff: burnout above which a woman counts.
    """
    women = people[base][0].baseline.shape[1]
    totals = {
        arm: np.stack([programme_totals(names, h, women, programmes[arm]) for h in villages])
        for arm, villages in histories.items()
    }
    rows = []
    for arm in histories:
        if arm != base:
            rows += _arm_rows(arm, totals[arm] - totals[base], people[arm], people[base], cutoff)
    return pd.DataFrame(rows)


def _arm_rows(
    arm: str, more: Floats, with_it: Sequence[People], without: Sequence[People], cutoff: float
) -> list[dict[str, object]]:
    place = {quantity.name: k for k, quantity in enumerate(QUANTITIES)}
    cost, hours = more[:, place["cost"]], more[:, place["hours_served"]]
    women = float(without[0].baseline.shape[1])
    pairs = list(zip(with_it, without, strict=True))
    income = np.array([(a.at("income") - b.at("income")).sum(dtype=np.float64) for a, b in pairs])
    moved = np.array([
        float((b.at("burnout") > cutoff).sum()) - float((a.at("burnout") > cutoff).sum())
        for a, b in pairs
    ])
    care = np.array([(a.at("care") - b.at("care")).mean(dtype=np.float64) for a, b in pairs])
    yearly = income * WEEKS_A_YEAR / YUAN
    found = {
        "cost": _mean(cost), "hours": _mean(hours),
        "cost_per_woman": _mean(cost / women), "hours_per_woman": _mean(hours / women),
        "income_year": _mean(income * WEEKS_A_YEAR), "moved_below": _mean(moved),
        "care": _mean(care),
        "cost_per_100_yuan": ratio_of_means(cost, yearly),
        "hours_per_100_yuan": ratio_of_means(hours, yearly),
        "cost_per_moved": ratio_of_means(cost, moved),
        "hours_per_moved": ratio_of_means(hours, moved),
    }
    return [
        {"arm": arm, "quantity": name, "estimate": r.estimate, "low": r.low, "high": r.high}
        for name, r in found.items()
    ]


def _mean(values: Floats) -> Ratio:
    found: Interval = interval_of_mean(values[:, None], name="jinguo.costs")
    return Ratio(float(found.estimate[0]), float(found.low[0]), float(found.high[0]))


def dominated(effects: pd.DataFrame, costs: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs (better, worse) of arms: the first costs surely no more and is in no outcome behind.

    An arm dominates another when its cost is lower, and the intervals say that it is better in at
    least one primary outcome and worse in none.

    Args:
        effects: primary differences of one horizon and group, with `arm`, `outcome`, `low`,
            `high`, signed so that more is better.
        costs: rows of `costs_frame`.
    """
    cost = costs[costs.quantity == "cost"].set_index("arm")
    found = []
    for first in cost.index:
        for second in cost.index:
            if first == second or cost.estimate[first] > cost.estimate[second]:
                continue
            one = effects[effects.arm == first].set_index("outcome")
            two = effects[effects.arm == second].set_index("outcome")
            ahead = (one.low > two.high).any()
            behind = (one.estimate < two.estimate).any()
            if ahead and not behind:
                found.append((str(first), str(second)))
    return found
