"""What it costs: money and worker hours beside what they bring, with intervals."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.outcomes import QUANTITIES, SERVICES, WEEKS_A_YEAR, Span, programme_totals
from experiments.people import People
from experiments.statistics import CONFIDENCE, Floats, Interval, interval_of_mean

if TYPE_CHECKING:
    from experiments.run import History

YUAN = 100.0  # of yearly income


@dataclass(frozen=True)
class Ratio:
    """A quotient of means over replications with its 95 % interval.

    It is not defined (NaN) where what is divided by may be zero.
    """

    estimate: float
    low: float
    high: float


def ratio_of_means(above: Floats, below: Floats, at_once: int = 1) -> Ratio:
    """A quotient of two means over the same replications, with Fieller's interval.

    Args:
        above, below: replication by replication.
        at_once: so many quotients must hold at once (Bonferroni).

    Fieller's interval holds all quotients r for which above - r * below may be nothing, by
    Student's t. A bootstrap of the quotient is too narrow with few replications.

    >>> ratio_of_means(np.full(20, 6.0), np.full(20, 2.0))
    Ratio(estimate=3.0, low=3.0, high=3.0)
    >>> ratio_of_means(np.full(20, 6.0), np.tile([-1.0, 1.0], 10)).estimate
    nan
    """
    none = Ratio(float("nan"), float("nan"), float("nan"))
    held = np.isfinite(above) & np.isfinite(below)
    above, below = above[held], below[held]
    if above.size < 2:  # noqa: PLR2004 (an interval needs two)
        return none
    bottom = interval_of_mean(below[:, None], name="jinguo.costs")
    top_square, both, below_square = _beyond_luck(above, below, at_once)
    if not bottom.excludes_zero()[0] or below_square <= 0:
        return none
    half = math.sqrt(max(both**2 - top_square * below_square, 0.0))
    ends = ((both - half) / below_square, (both + half) / below_square)
    return Ratio(float(above.mean() / below.mean()), *ends)


def _beyond_luck(above: Floats, below: Floats, at_once: int) -> tuple[float, float, float]:
    """Squares and product of two means, less what luck may make of them."""
    level = 1.0 - (1.0 - CONFIDENCE) / (2.0 * at_once)
    reach = float(stdtrit(above.size - 1, level)) ** 2 / above.size
    spread = np.cov(above, below)
    one, other = float(above.mean()), float(below.mean())
    return (
        one**2 - reach * float(spread[0, 0]),
        one * other - reach * float(spread[0, 1]),
        other**2 - reach * float(spread[1, 1]),
    )


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
        "care": _mean(care), SERVICES: _mean(more[:, place[SERVICES]]),
        "cost_per_100_yuan": _price_of(yearly, cost),
        "hours_per_100_yuan": _price_of(yearly, hours),
        "cost_per_moved": _price_of(moved, cost),
        "hours_per_moved": _price_of(moved, hours),
    }
    return [
        {"arm": arm, "quantity": name, "estimate": r.estimate, "low": r.low, "high": r.high}
        for name, r in found.items()
    ]


def _price_of(gain: Floats, spent: Floats) -> Ratio:
    """What was spent for one of what was gained; nothing has a price where nothing was gained.

    >>> _price_of(np.full(20, -2.0), np.full(20, 6.0)).estimate
    nan
    """
    gained = np.nanmean(gain) > 0.0
    return ratio_of_means(spent, gain) if gained else Ratio(*[float("nan")] * 3)


def _mean(values: Floats) -> Ratio:
    found: Interval = interval_of_mean(values[:, None], name="jinguo.costs")
    return Ratio(float(found.estimate[0]), float(found.low[0]), float(found.high[0]))


def dominated(effects: pd.DataFrame, costs: pd.DataFrame) -> list[tuple[str, str]]:
    """Pairs (better, worse) of arms: the first costs surely no more and is in no outcome behind.

    An arm dominates another when it costs the same or the intervals say that it costs less, when
    they say that it is better in at least one primary outcome, and when no estimate is worse.

    Args:
        effects: primary differences of one horizon and group, with `arm`, `outcome`, `low`,
            `high`, signed so that more is better.
        costs: rows of `costs_frame`, or a programme's accounts.
    """
    cost = costs[costs.quantity == "cost"].set_index("arm")
    found = []
    for first in cost.index:
        for second in cost.index:
            surely = cost.high[first] <= cost.low[second]
            if first == second or not (surely or _alike(cost.loc[first], cost.loc[second])):
                continue
            one = effects[effects.arm == first].set_index("outcome")
            two = effects[effects.arm == second].set_index("outcome")
            ahead = (one.low > two.high).any()
            behind = (one.estimate < two.estimate).any()
            if ahead and not behind:
                found.append((str(first), str(second)))
    return found


def _alike(one: "pd.Series[Any]", two: "pd.Series[Any]") -> bool:
    """Whether two arms cost the same, village by village as far as their numbers tell."""
    return all(one[name] == two[name] for name in ("estimate", "low", "high"))
