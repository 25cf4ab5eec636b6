"""Causes of burnout as a stream: what pushes it up above the line, what pulls it down below."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec

from viz.charts.drawing import (
    INK,
    SHADE,
    SOFT,
    WIDTH,
    filled,
    styled,
    thinned,
    weeks_between_points,
)
from viz.charts.labels import spread_apart
from viz.words import Words

OTHER = "other"
MOST = 6  # causes with a stream of their own
THOUSAND = 1000.0
HIGH = 5.0  # inches
LINE = 0.145  # inches between two names
YEAR = 52
# colour and hatch of a cause, the same in every figure; told apart in grey by lightness and hatch
LOOKS = {
    "hours": ("#0072b2", ""), "return": ("#e69f00", "||||"), "support": ("#005a44", ""),
    "relief": ("#9ad0f5", "////"), "conflict": ("#c24e00", ""), "acting": ("#d9c2e9", "\\\\\\\\"),
    "income_loss": ("#7a5195", ""), "efficacy": ("#8fbc5a", "----"),
    "leisure": ("#f2d7a0", "xxxx"), "trait": ("#4d4d4d", "////"), "bounded": ("#999999", "----"),
    OTHER: ("#c9c9c9", ""),
}  # fmt: skip
PLACE = {
    "left": 0.085,
    "right": 0.8,
    "top": 0.955,
    "bottom": 0.082,
    "wspace": 0.06,
    "hspace": 0.36,
}


@styled
def causes_stream(causes: pd.DataFrame, programme: tuple[int, int], words: Words) -> Figure:
    """What pushes burnout each week without and with all layers, and what the difference is of.

    Args:
        causes: `experiments.causes_over_time.causes_frame` of burnout.
        programme: first week, and the week after the last.
        words: the language of the labels.
    """
    filled(causes, "causes_stream")
    rows = causes[causes.week >= programme[0] - YEAR]
    tables = {arm: _table(rows, arm) for arm in ("none", "all", "difference")}
    ranked = main_causes(rows)
    figure = Figure(figsize=(WIDTH, HIGH))
    grid = GridSpec(2, 2, figure=figure, height_ratios=[1.0, 1.25], **PLACE)
    left = figure.add_subplot(grid[0, 0])
    right = figure.add_subplot(grid[0, 1], sharey=left)
    below = figure.add_subplot(grid[1, :])
    for axes, arm in ((left, "none"), (right, "all"), (below, "difference")):
        axes.axvspan(*programme, color=SHADE, lw=0)
        shown = _stream(axes, tables[arm], ranked)
        title = "charts.causes_difference" if arm == "difference" else f"report.arm_{arm}"
        axes.set_title(words.say(title))
        axes.set_xlabel(words.say("report.axis_week"))
        if arm != "none":
            _name_streams(axes, shown, words)
    right.tick_params(labelleft=False)
    left.set_ylabel(words.say("charts.axis_weekly"))
    below.set_ylabel(words.say("charts.axis_difference"))
    return figure


def _table(rows: pd.DataFrame, arm: str) -> pd.DataFrame:
    """Week by cause, in thousandths, at some of the weeks."""
    table = rows[rows.arm == arm].pivot_table(index="week", columns="cause", values="amount")
    return THOUSAND * thinned(table, weeks_between_points(len(table)))


def drawn_weeks(causes: pd.DataFrame, programme: tuple[int, int]) -> set[int]:
    """The weeks that a figure of these causes draws."""
    shown = causes[causes.week >= programme[0] - YEAR]
    return {int(week) for week in _table(shown, "difference").index}


def main_causes(causes: pd.DataFrame) -> list[str]:
    """The causes with most weight over all panels, the largest first."""
    sizes = causes.assign(size=causes.amount.abs()).groupby(["arm", "cause"])["size"].mean()
    weights = sizes / sizes.groupby("arm").transform("sum").replace(0.0, 1.0)
    order = weights.groupby("cause").sum().sort_values(ascending=False, kind="stable")
    return [str(cause) for cause in order.index[:MOST]]


def _stream(axes: Axes, table: pd.DataFrame, ranked: list[str]) -> dict[str, tuple[float, float]]:
    """Draw the streams and their sum; the last middle of each, with its size, is returned."""
    shown = table.reindex(columns=ranked, fill_value=0.0)
    shown = shown.assign(**{OTHER: table.drop(columns=ranked, errors="ignore").sum(axis=1)})
    weeks = shown.index.to_numpy(dtype=float)
    up, down = np.zeros(weeks.size), np.zeros(weeks.size)
    middles: dict[str, tuple[float, float]] = {}
    for cause, column in shown.items():
        colour, hatch = LOOKS[str(cause)]
        values = np.nan_to_num(column.to_numpy(dtype=float))
        base, top = np.where(values >= 0, up, down), np.where(values >= 0, up, down) + values
        axes.fill_between(weeks, base, top, fc=colour, ec="white", hatch=hatch, lw=0)
        axes.plot(weeks, np.where(values >= 0, top, np.nan), color="white", lw=0.5)
        axes.plot(weeks, np.where(values < 0, top, np.nan), color="white", lw=0.5)
        up, down = np.where(values >= 0, top, up), np.where(values < 0, top, down)
        middles[str(cause)] = (float(base[-1] + top[-1]) / 2, float(values[-1]))
    axes.axhline(0, color="white", lw=1.6)
    axes.axhline(0, color=SOFT, lw=0.6)
    total = np.nan_to_num(shown.sum(axis=1).to_numpy(dtype=float))
    axes.plot(weeks, total, color="white", lw=3.2)
    axes.plot(weeks, total, color=INK, lw=1.5)
    axes.set_xlim(weeks[0], weeks[-1])
    axes.margins(y=0.08)
    axes.locator_params(axis="both", nbins=6)
    middles["together"] = (float(total[-1]), float("nan"))
    return middles


def _name_streams(axes: Axes, middles: dict[str, tuple[float, float]], words: Words) -> None:
    """The name of each stream at its right end, joined to it by a thin line."""
    low, high = axes.get_ylim()
    gap = LINE * (high - low) / axes.get_position().height / HIGH
    last = axes.get_xlim()[1]
    places = spread_apart([middle for middle, _ in middles.values()], gap, low, high)
    for (cause, (middle, _)), height in zip(middles.items(), places, strict=True):
        text = words.say("charts.together") if cause == "together" else cause_name(cause, words)
        line: dict[str, Any] = {"arrowstyle": "-", "lw": 0.5, "color": SOFT, "shrinkA": 1}
        axes.annotate(
            text, (last, middle), xytext=(1.0 + 0.02 / axes.get_position().width, height),
            textcoords=axes.get_yaxis_transform(), fontsize=7.5, va="center", ha="left",
            annotation_clip=False,
            arrowprops={**line, "shrinkB": 0, "relpos": (0, 0.5)},
        )  # fmt: skip


def cause_name(cause: str, words: Words) -> str:
    """What a cause of burnout is called."""
    return words.say("charts.cause_other" if cause == OTHER else f"layers.cause_burnout_{cause}")
