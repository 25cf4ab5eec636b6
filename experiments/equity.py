"""Who gains, who loses: inequality, tenths of the start, women worse off than their twins."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd

from experiments.people import SUBGROUPS, People
from experiments.statistics import Floats, interval_of_mean

TENTHS = 10
# how much a woman must lose against her twin to count as worse off
NOTICED: Final = {"income": 1.0, "burnout": 0.01}  # yuan/week; 0-1
WORSE: Final = {"income": -1.0, "burnout": 1.0}  # the sign of a loss


def gini(values: Floats) -> float:
    """Inequality of amounts, 0 (equal) to 1; negative ones count as nothing.

    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 1.0]))
    (0.0, 0.75)
    """
    ordered = np.sort(np.maximum(values, 0.0))
    total = float(ordered.sum())
    if total <= 0.0:
        return float("nan")
    ranks = np.arange(1, ordered.size + 1)
    return float(2.0 * (ranks * ordered).sum() / (ordered.size * total)) - (
        ordered.size + 1.0
    ) / ordered.size


def equity_frame(
    people: Mapping[str, Sequence[People]], base: str, population: str, horizons: Sequence[str]
) -> pd.DataFrame:
    """Inequality of income, change by tenth and subgroup, and the share worse off, for each arm.

    Args:
        people: of each arm, village by village; a woman's twin has the same row in the base.
        base: the arm the others are compared with.
        population: the women of the primary outcome.
        horizons: their names, in the order of the women's arrays.
    """
    rows: list[dict[str, object]] = []
    for arm in people:
        if arm == base:
            continue
        for place, horizon in enumerate(horizons):
            pairs = list(zip(people[arm], people[base], strict=True))
            found = _measured(pairs, population, place)
            for (what, group), values in found.items():
                mean = interval_of_mean(np.array(values)[:, None], name="jinguo.equity")
                rows.append({
                    "arm": arm, "horizon": horizon, "what": what, "group": group,
                    "estimate": mean.estimate[0], "low": mean.low[0], "high": mean.high[0],
                })
    return pd.DataFrame(rows)


def _measured(
    pairs: Sequence[tuple[People, People]], population: str, place: int
) -> dict[tuple[str, str], list[float]]:
    """Every figure of every village."""
    found: dict[tuple[str, str], list[float]] = {}

    def note(what: str, group: str, value: float) -> None:
        found.setdefault((what, group), []).append(value)

    for with_it, without in pairs:
        now = {name: with_it.at(name, place).astype(np.float64) for name in NOTICED}
        was = {name: without.at(name, place).astype(np.float64) for name in NOTICED}
        change = {name: now[name] - was[name] for name in NOTICED}
        everyone = np.ones(was["income"].size, dtype=bool)
        note("gini_change", "all_women", gini(now["income"]) - gini(was["income"]))
        for group in SUBGROUPS:
            inside = without.group(population, group)
            for name in NOTICED:
                lost = WORSE[name] * change[name] > NOTICED[name]
                note(f"worse_off_{name}", group, _share(lost, inside))
                note(f"change_{name}", group, _share(change[name], inside))
        tenth = tenths(without.was("income").astype(np.float64), everyone)
        for number in range(1, TENTHS + 1):
            note("change_income_tenth", str(number), _share(change["income"], tenth == number))
    return found


def tenths(income: Floats, inside: np.ndarray) -> Floats:
    """The tenth of the women by income at the start, 1 the poorest; 0 outside the group.

    >>> tenths(np.arange(20.0), np.ones(20, bool))[[0, 1, 2, 19]].tolist()
    [1.0, 1.0, 2.0, 10.0]
    """
    found = np.zeros(income.size)
    rows = np.flatnonzero(inside)
    order = rows[np.argsort(income[rows], kind="stable")]
    found[order] = 1.0 + np.arange(order.size) * TENTHS // max(1, order.size)
    return found


def _share(values: np.ndarray, inside: np.ndarray) -> float:
    return float(values[inside].mean()) if inside.any() else float("nan")
