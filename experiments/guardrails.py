"""Guardrails: declared limits of harm, group by group, before anything else is said."""

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from experiments.costs import Ratio, ratio_of_means
from experiments.people import SUBGROUPS, People
from experiments.statistics import Floats

FEWEST_WOMEN = 20  # a village, on average: below it a group is too small to speak of


@dataclass(frozen=True)
class Limit:
    """How much worse a group may fare.

    Attributes:
        outcome: of the women.
        worst: the largest change for the worse that is allowed.
        relative: a share of the base's level; else in the outcome's own unit.
    """

    outcome: str
    worst: float
    relative: bool


LIMITS: Final = (Limit("income", -0.05, relative=True), Limit("burnout", 0.05, relative=False))


def guardrails_frame(
    people: Mapping[str, Sequence[People]],
    base: str,
    population: str,
    horizons: Sequence[str],
    limits: Sequence[Limit] = LIMITS,
    subgroups: Sequence[str] = SUBGROUPS,
) -> pd.DataFrame:
    """Whether each limit is kept in each group: *kept*, *breached* or *not resolved*.

    Judged by a 95 % interval that holds for all limits, groups and arms of a horizon at once
    (Student's t at Bonferroni's level; Fieller's where the change is a share of the level).

    Args:
        people: of each arm, village by village.
        base: the arm the others are compared with.
        population: the women of the primary outcome.
        horizons: their names, in the order of the women's arrays.
        limits: what is declared.
        subgroups: of these women.
    """
    arms = [arm for arm in people if arm != base]
    rows: list[dict[str, object]] = []
    for place, horizon in enumerate(horizons):
        keys = list(itertools.product(arms, limits, subgroups))
        villages = [_village_means(people, base, arm, limit, population, group, place)
                    for arm, limit, group in keys]
        counts = [_women(people[base], population, group) for _, _, group in keys]
        judged = sum(women >= FEWEST_WOMEN for women in counts)
        for (arm, limit, group), (was, now), women in zip(keys, villages, counts, strict=True):
            found = _change(was, now, limit, max(1, judged))
            low, high = (found.low, found.high) if women >= FEWEST_WOMEN else (math.nan, math.nan)
            rows.append({
                "arm": arm, "outcome": limit.outcome, "horizon": horizon,
                "population": population, "subgroup": group, "women": women,
                "limit": limit.worst, "relative": limit.relative,
                "estimate": found.estimate, "low": low, "high": high,
                "verdict": _verdict(limit, low, high, women),
            })
    return pd.DataFrame(rows)


def _women(villages: Sequence[People], population: str, group: str) -> float:
    """Women of a group in a village, on average."""
    return float(np.mean([village.group(population, group).sum() for village in villages]))


def _village_means(
    people: Mapping[str, Sequence[People]], base: str, arm: str, limit: Limit, population: str,
    group: str, place: int,
) -> tuple[Floats, Floats]:
    """The mean of a group without and with it, in every village where there is one of it."""
    pairs = []
    for with_it, without in zip(people[arm], people[base], strict=True):
        inside = without.group(population, group)
        if inside.any():
            both = (side.at(limit.outcome, place)[inside] for side in (without, with_it))
            pairs.append([float(women.mean(dtype=np.float64)) for women in both])
    was, now = np.array(pairs).reshape(-1, 2).T
    return was, now


def _change(was: Floats, now: Floats, limit: Limit, at_once: int) -> Ratio:
    """The mean change with an interval; a relative one takes the level's own luck into account."""
    level = was if limit.relative else np.ones_like(was)
    if not level.size or level.mean() <= 0.0:
        return Ratio(math.nan, math.nan, math.nan)
    found = ratio_of_means(now - was, level, at_once)
    return replace(found, estimate=float((now - was).mean() / level.mean()))


def _verdict(limit: Limit, low: float, high: float, women: float) -> str:
    if women < FEWEST_WOMEN:
        return "too_small"
    if not (np.isfinite(low) and np.isfinite(high)):
        return "not_resolved"
    if limit.worst < 0:
        kept, breached = low >= limit.worst, high < limit.worst
    else:
        kept, breached = high <= limit.worst, low > limit.worst
    return "kept" if kept else "breached" if breached else "not_resolved"
