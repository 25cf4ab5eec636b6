"""Guardrails: declared limits of harm, group by group, before anything else is said."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from experiments.joint import joint_interval
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

    Judged by a 95 % interval that holds for all limits, groups and arms of a horizon at once.

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
        columns = [_changes(people, base, arm, each, population, group, place)
                   for arm, each, group in keys]
        pairs = np.stack(columns, axis=1)
        large = np.array([
            _women(people[base], population, group) >= FEWEST_WOMEN for _, _, group in keys
        ])
        low, high = np.full(len(keys), np.nan), np.full(len(keys), np.nan)
        low[large], high[large] = joint_interval(pairs[:, large])
        for k, (arm, limit, group) in enumerate(keys):
            women = _women(people[base], population, group)
            rows.append({
                "arm": arm, "outcome": limit.outcome, "horizon": horizon,
                "population": population, "subgroup": group, "women": women,
                "limit": limit.worst, "relative": limit.relative,
                "estimate": _mean(pairs[:, k]),
                "low": low[k], "high": high[k],
                "verdict": _verdict(limit, low[k], high[k], women),
            })
    return pd.DataFrame(rows)


def _women(villages: Sequence[People], population: str, group: str) -> float:
    """Women of a group in a village, on average."""
    return float(np.mean([village.group(population, group).sum() for village in villages]))


def _mean(changes: Floats) -> float:
    held = changes[np.isfinite(changes)]
    return float(held.mean()) if held.size else float("nan")


def _changes(
    people: Mapping[str, Sequence[People]], base: str, arm: str, limit: Limit, population: str,
    group: str, place: int,
) -> Floats:
    """The mean change of a group in every village; relative ones over the base's mean level."""
    changes, levels = [], []
    for with_it, without in zip(people[arm], people[base], strict=True):
        inside = without.group(population, group)
        if not inside.any():
            changes.append(np.nan)
            continue
        was = float(without.at(limit.outcome, place)[inside].mean(dtype=np.float64))
        now = float(with_it.at(limit.outcome, place)[inside].mean(dtype=np.float64))
        changes.append(now - was)
        levels.append(was)
    scale = float(np.mean(levels)) if limit.relative and levels else 1.0
    return np.array(changes) / (scale if scale > 0 else np.nan)


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
