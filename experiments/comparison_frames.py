"""The tables of a comparison: differences first, levels and their spread apart."""

import itertools
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.assumptions import with_ranges
from experiments.joint import (
    GOOD,
    Differences,
    differences,
    joint_interval,
    mean_of_held,
    spread_of_draws,
    student_of_held,
    verdicts,
)
from experiments.outcomes import Cell
from experiments.statistics import Floats, interval_of_mean

if TYPE_CHECKING:
    from experiments.store import Histories
    from model.indicators import Indicator

Smallest = Mapping[str, float]
FAMILY = ("horizon", "population", "subgroup")


def differences_frame(
    cells: Sequence[Cell], values: Mapping[str, Floats], base: str, smallest: Smallest
) -> pd.DataFrame:
    """The paired difference of each arm from the base.

    The joint interval of a row holds together with those of all arms and primary outcomes at the
    same horizon in the same group of women; the verdict is read from it.

    Args:
        cells: the outcomes read.
        values: of each arm: replications x outcomes.
        base: the arm the others are compared with.
        smallest: the smallest difference that matters, by outcome.
    """
    arms = [arm for arm in values if arm != base]
    frames = [_arm_frame(arm, cells, differences(values[arm], values[base])) for arm in arms]
    frame = pd.concat(frames, ignore_index=True)
    pairs = np.concatenate([values[arm] - values[base] for arm in arms], axis=1)
    low, high = np.full(len(frame), np.nan), np.full(len(frame), np.nan)
    for rows in frame.groupby(list(FAMILY), sort=False).indices.values():
        low[rows], high[rows] = joint_interval(pairs[:, rows])
    frame["joint_low"], frame["joint_high"] = low, high
    least = np.array([smallest.get(outcome, 0.0) for outcome in frame.outcome])
    good = np.array([GOOD[outcome] for outcome in frame.outcome])
    frame["verdict"] = verdicts(low, high, least, good)
    return frame


def _arm_frame(arm: str, cells: Sequence[Cell], found: Differences) -> pd.DataFrame:
    return pd.DataFrame({
        "arm": arm,
        "outcome": [cell.outcome for cell in cells],
        "horizon": [cell.horizon for cell in cells],
        "population": [cell.population for cell in cells],
        "subgroup": [cell.subgroup for cell in cells],
        "estimate": found.own.estimate,
        "low": found.own.low,
        "high": found.own.high,
        "unit": [cell.unit for cell in cells],
        "replications": found.own.replications,
        "t_low": found.student[0],
        "t_high": found.student[1],
        "paired_size": found.paired_size,
        "size": found.size,
        "chance_larger": found.chance,
        "chance_low": found.chance_low,
        "chance_high": found.chance_high,
    })


def bands_of_differences(
    histories: "Histories", base: str, shown: Sequence["Indicator"]
) -> pd.DataFrame:
    """The paired difference of each arm from the base week by week, with its 95 % interval.

    Args:
        histories: every stored number.
        base: the arm the others are compared with.
        shown: what is read of each week.
    """
    place = {arm: k for k, arm in enumerate(histories.arms)}
    frames = []
    for indicator, arm in itertools.product(shown, histories.arms):
        if arm != base:
            weeks = histories.values[:, :, :, histories.names.index(indicator.name)]
            pairs = weeks[:, place[arm]].astype(np.float64) - weeks[:, place[base]]
            low, high = student_of_held(pairs)
            frames.append(pd.DataFrame({
                "arm": arm, "week": np.arange(pairs.shape[1]), "outcome": indicator.outcome,
                "mean": mean_of_held(pairs), "low": low, "high": high, "unit": indicator.unit,
            }))
    return pd.concat(frames, ignore_index=True)


def levels_frame(cells: Sequence[Cell], values: Mapping[str, Floats]) -> pd.DataFrame:
    """The mean of each arm with its interval, and how far villages differ, unpaired."""
    rows = []
    for (arm, found), (place, cell) in itertools.product(values.items(), enumerate(cells)):
        column = found[:, place]
        held = column[np.isfinite(column)]
        p10, p90 = np.quantile(held, [0.1, 0.9]) if held.size else (np.nan, np.nan)
        rows.append({
            "arm": arm, "outcome": cell.outcome, "horizon": cell.horizon,
            "population": cell.population, "subgroup": cell.subgroup, "p10": p10, "p90": p90,
            "unit": cell.unit,
        })
    frame = pd.DataFrame(rows)
    level = interval_of_mean(np.concatenate(list(values.values()), axis=1))
    frame.insert(5, "estimate", level.estimate)
    frame.insert(6, "low", level.low)
    frame.insert(7, "high", level.high)
    return frame


def ranges_frame(effects: pd.DataFrame, drawn: Sequence[Floats]) -> pd.DataFrame:
    """Beside each difference and its Monte Carlo intervals, its range over draws of guesses.

    `draw_spread` is its standard deviation over the draws with the luck of their few villages
    taken out: what the guesses themselves move.

    Args:
        effects: of `differences_frame`.
        drawn: of each draw the outcomes: arms x replications x outcomes, the base first and the
            same villages in the same places, NaN where one is missing.
    """
    changes = np.stack([
        (draw[1:] - draw[0]).swapaxes(0, 1).reshape(draw.shape[1], -1) for draw in drawn
    ])
    frame = with_ranges(effects, [mean_of_held(change) for change in changes])
    frame["draw_spread"] = [spread_of_draws(column) for column in np.moveaxis(changes, 2, 0)]
    columns = ["estimate", "low", "high", "joint_low", "joint_high", "draw_low", "draw_high",
               "draw_spread", "draws", "unit"]
    return frame[["arm", "outcome", *FAMILY, *columns]]
