"""The tables of the layers job, made from what each replication gave."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.outcomes import QUANTITIES, SERVICES, Cell
from experiments.statistics import (
    ARMS,
    LAYERS,
    PAIRS,
    Floats,
    Interval,
    interaction,
    interval_of_mean,
    pair_interactions,
    percentages,
    shapley,
    student_interval,
    variance_gain,
)
from experiments.store import Histories

if TYPE_CHECKING:
    from model.indicators import Indicator

GROUP = ("population", "subgroup")
CELL = ("outcome", "horizon", *GROUP)
PARTS = (
    *LAYERS,
    "joint",
    "interaction",
    *("interaction:" + "+".join(pair) for pair in PAIRS),
)


@dataclass(frozen=True)
class Tables:
    """What the arms did, with one kind of staffing.

    Attributes:
        effects: paired difference of each arm from none.
        levels: mean of each arm.
        ledger: what each layer accounts for, and the interaction.
        programme: cost and worker hours of each arm.
        gain: how much pairing narrowed the differences.
    """

    effects: pd.DataFrame
    levels: pd.DataFrame
    ledger: pd.DataFrame
    programme: pd.DataFrame
    gain: pd.DataFrame


def tables(cells: Sequence[Cell], values: Floats, totals: Floats) -> Tables:
    """All tables of eight arms.

    Args:
        cells: the outcomes read.
        values: arms x replications x outcomes, arms as in `ARMS`.
        totals: arms x replications x programme quantities.
    """
    return Tables(
        effects_frame(cells, values),
        _frame(ARMS, cells, _intervals(values)),
        _ledger_frame(cells, values),
        _programme_frame(totals),
        _gain_frame(cells, values),
    )


def effects_frame(cells: Sequence[Cell], values: Floats) -> pd.DataFrame:
    """The paired difference of each arm from none, with its interval."""
    return _frame(ARMS[1:], cells, _intervals(values[1:] - values[0]))


def _intervals(rows: Floats) -> Interval:
    """Intervals of rows x replications x outcomes, one after the other."""
    return interval_of_mean(np.concatenate(list(rows), axis=1))


def _frame(
    rows: Sequence[str], cells: Sequence[Cell], found: Interval, first: str = "arm"
) -> pd.DataFrame:
    frame = _labels(rows, cells, first)
    frame["estimate"], frame["low"], frame["high"] = found.estimate, found.low, found.high
    frame["unit"] = [cell.unit for cell in cells] * len(rows)
    frame["replications"] = found.replications
    return frame


def _labels(rows: Iterable[str], cells: Sequence[Cell], first: str) -> pd.DataFrame:
    labels = [
        (row, cell.outcome, cell.horizon, cell.population, cell.subgroup)
        for row, cell in itertools.product(rows, cells)
    ]
    return pd.DataFrame(labels, columns=[first, *CELL])


def _ledger_frame(cells: Sequence[Cell], values: Floats) -> pd.DataFrame:
    joint = values[-1] - values[0]
    beyond = interaction(values)
    parts = np.concatenate([shapley(values), joint[None], beyond[None], pair_interactions(values)])
    found = _intervals(parts)
    frame = _frame(PARTS, cells, found, first="part")
    whole = interval_of_mean(joint)
    shares = percentages(found.estimate.reshape(len(PARTS), -1), whole)
    frame["percent"] = shares.ravel()
    return frame[["part", *CELL, "estimate", "low", "high", "percent", "unit", "replications"]]


def _programme_frame(totals: Floats) -> pd.DataFrame:
    """The accounts of each arm; services are those beyond what comes without a programme."""
    beyond = totals.copy()
    services = [quantity.name for quantity in QUANTITIES].index(SERVICES)
    beyond[..., services] -= totals[0, ..., services]
    found = _intervals(beyond)
    labels = list(itertools.product(ARMS, QUANTITIES))
    return pd.DataFrame(
        {
            "arm": [arm for arm, _ in labels],
            "quantity": [quantity.name for _, quantity in labels],
            "estimate": found.estimate,
            "low": found.low,
            "high": found.high,
            "unit": [quantity.unit for _, quantity in labels],
            "replications": found.replications,
        }
    )


def _gain_frame(cells: Sequence[Cell], values: Floats) -> pd.DataFrame:
    frame = _labels(ARMS[1:], cells, "arm")
    frame["gain"] = np.concatenate([variance_gain(arm, values[0]) for arm in values[1:]])
    return frame


def crowding_frame(cells: Sequence[Cell], limited: Floats, enough: Floats) -> pd.DataFrame:
    """What the limit of the workers' hours takes away or adds: limited minus enough."""
    found = _intervals(limited[1:] - enough[1:])
    frame = _frame(ARMS[1:], cells, found)
    frame = frame.rename(columns={"estimate": "crowding"})
    frame["enough"] = _intervals(enough[1:] - enough[0]).estimate
    frame["limited"] = _intervals(limited[1:] - limited[0]).estimate
    shown = ["limited", "enough", "crowding", "low", "high", "unit", "replications"]
    return frame[["arm", *CELL, *shown]]


def bands_frame(histories: Histories, indicators: "Sequence[Indicator]") -> pd.DataFrame:
    """Indicators week by week: their spread over replications, and how sure the mean is.

    `p10` and `p90` say how far villages differ, which more replications do not change; `low`
    and `high` are the 95 % interval of the mean, which they do.
    """
    shown = [indicator for indicator in indicators if indicator.name in histories.names]
    frames = [
        pd.DataFrame(
            {"arm": arm, "week": np.arange(histories.values.shape[2])}
            | {"outcome": indicator.outcome, "population": indicator.population}
            | _band(histories, place, indicator.name)
            | {"unit": indicator.unit}
        )
        for place, arm in enumerate(histories.arms)
        for indicator in shown
    ]
    return pd.concat(frames, ignore_index=True)


def _band(histories: Histories, arm: int, name: str) -> dict[str, Any]:
    weeks = histories.values[:, arm, :, histories.names.index(name)].astype(np.float64)
    low, high = np.quantile(weeks, [0.1, 0.9], axis=0)
    none = np.full(weeks.shape[1], np.nan)
    ends = student_interval(weeks) if len(weeks) > 1 else (none, none)
    return {"mean": weeks.mean(axis=0), "p10": low, "p90": high, "low": ends[0], "high": ends[1]}
