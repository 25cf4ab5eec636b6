"""Cost against effect: what each plan costs for a woman, and what it changes."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.outcomes import PRIMARY
from viz.charts.drawing import COLOURS, SHAPES, SOFT, WIDTH, filled, look, short_name, styled
from viz.charts.labels import label_points
from viz.words import Words

COST = "cost_per_woman"
DOMINATED = "X"
PLACE = {"left": 0.085, "right": 0.985, "top": 0.865, "bottom": 0.155, "wspace": 0.2}
COLUMNS = ("arm", "outcome", "estimate", "low", "high", "cost", "cost_low", "cost_high", "worse")


def costs_and_effects(
    effects: pd.DataFrame, costs: pd.DataFrame, dominated: frozenset[str] = frozenset()
) -> pd.DataFrame:
    """One row an arm and outcome: its change, its cost for a woman, and whether another beats it.

    Args:
        effects: the three outcomes of one horizon and group of women.
        costs: `LayersResult.programme` or `CompareResult.costs`: yuan for each woman.
        dominated: arms that another one beats: it costs no more and is in no outcome behind.
    """
    cost = costs[costs.quantity == COST].set_index("arm")[["estimate", "low", "high"]]
    cost.columns = pd.Index(["cost", "cost_low", "cost_high"])
    rows = effects.join(cost, on="arm")
    rows["worse"] = rows.arm.isin(dominated)
    return rows[list(COLUMNS)].reset_index(drop=True)


@styled
def cost_against_effect(
    rows: pd.DataFrame, words: Words, names: Mapping[str, str] | None = None
) -> Figure:
    """Change of each outcome against yuan for a woman; both with their intervals.

    Args:
        rows: of `costs_and_effects`.
        words: the language of the labels.
        names: what each arm is called; its own name where none is given.
    """
    filled(rows, "cost_against_effect")
    arms = list(dict.fromkeys(rows.arm))
    figure = Figure(figsize=(WIDTH, 3.6))
    for axes, outcome in zip(figure.subplots(1, 3, gridspec_kw=PLACE), PRIMARY, strict=True):
        own = rows[(rows.outcome == outcome) & np.isfinite(rows.estimate) & np.isfinite(rows.cost)]
        axes.axhline(0, color=SOFT, lw=0.8)
        if (own.cost < 0).any():
            axes.axvline(0, color=SOFT, lw=0.8)
        title, unit = words.say(f"report.outcome_{outcome}"), words.say(f"charts.change_{outcome}")
        axes.set_title(f"{title}\n{unit}")
        axes.set_xlabel(words.say("charts.cost_per_woman"))
        axes.locator_params(axis="both", nbins=4)
        for _, row in own.iterrows():
            _cross(axes, row, *_look_of(row.arm, arms))
        _widen(axes, own)
        named = [(names or {}).get(arm, short_name(arm)) for arm in own.arm]
        points = list(zip(own.cost, own.estimate, strict=True))
        bars = list(zip(own.cost, own.low, own.cost, own.high, strict=True))
        label_points(figure, axes, points, named, bars)
    return figure


def _look_of(arm: str, arms: list[str]) -> tuple[str, str]:
    if arm in COLOURS:
        return COLOURS[arm], SHAPES.get(arm, "P")
    return look(arms.index(arm))


def _cross(axes: Axes, row: "pd.Series[Any]", colour: str, shape: str) -> None:
    """A point with an interval both ways; a hollow cross where another arm beats it."""
    axes.plot([row.cost] * 2, [row.low, row.high], color=colour, lw=1.1)
    axes.plot([row.cost_low, row.cost_high], [row.estimate] * 2, color=colour, lw=1.1)
    beaten = bool(row.worse)
    axes.plot(
        row.cost, row.estimate, DOMINATED if beaten else shape, ms=6.5 if beaten else 5.5,
        mfc="white" if beaten else colour, mec=colour, mew=1.1,
    )  # fmt: skip


def _widen(axes: Axes, rows: pd.DataFrame) -> None:
    """Room for the labels, with nothing and no change in sight."""
    if rows.empty:
        axes.set(xlim=(0, 1), ylim=(-1, 1))
        return
    left, right = _ends(rows, "cost", "cost_low", "cost_high")
    low, high = _ends(rows, "estimate", "low", "high")
    wide, reach = (right - left) or 1.0, (high - low) or 1.0
    spare = 0.55 * wide
    axes.set(xlim=(left - spare if left < 0 else 0, right + spare))
    axes.set(ylim=(low - 0.14 * reach, high + 0.14 * reach))


def _ends(rows: pd.DataFrame, *columns: str) -> tuple[float, float]:
    """The least and the largest of some columns, and nought."""
    found = np.append(rows[list(columns)].to_numpy(dtype=float).ravel(), 0.0)
    return float(np.nanmin(found)), float(np.nanmax(found))
