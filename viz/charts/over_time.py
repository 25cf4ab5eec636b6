"""Figures over time: arms or scenarios, a panel each, a line with its band."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.statistics import ARMS
from viz.charts.drawing import (
    COLOURS,
    INK,
    NONE,
    SHADE,
    SOFT,
    WIDTH,
    arm_key,
    band,
    look,
    short_name,
    styled,
    thinned,
    weeks_between_points,
)
from viz.words import Words

YEAR = 52
GRID = {"left": 0.085, "right": 0.985, "top": 0.93, "bottom": 0.115, "wspace": 0.12, "hspace": 0.5}
IN_A_ROW = 3
ROW = 1.9  # inches


@styled
def arms_over_time(
    bands: pd.DataFrame,
    outcome: str,
    population: str,
    programme: tuple[int, int],
    words: Words,
) -> Figure:
    """One small panel an arm, each beside the village without the programme.

    Args:
        bands: `LayersResult.series_bands()`.
        outcome: income, burnout or trust.
        population: `selling_at_start` or `all_women`.
        programme: first week, and the week after the last.
        words: the language of the labels.
    """
    rows = bands[(bands.outcome == outcome) & (bands.population == population)]
    rows = rows[rows["mean"].notna() & (rows.week >= programme[0] - YEAR)]
    figure = Figure(figsize=(WIDTH, 3.7))
    grid = figure.subplots(2, 4, sharex=True, sharey=True, gridspec_kw=GRID)
    every = weeks_between_points(rows.week.nunique())
    none = thinned(rows[rows.arm == "none"], every)
    for axes in grid.ravel()[: len(ARMS) - 1]:  # before any line: each span looks at all lines
        axes.axvspan(*programme, color=SHADE, lw=0)
    for axes, arm in zip(grid.ravel(), ARMS[1:], strict=False):
        band(axes, none, NONE, dashed=True)
        band(axes, thinned(rows[rows.arm == arm], every), COLOURS[arm], dashed=False)
        axes.set_title(words.say(f"report.arm_{arm_key(arm)}"))
        axes.yaxis.grid(visible=True, color="#e3e3e3", lw=0.5)
        axes.set_axisbelow(True)
        axes.locator_params(axis="x", nbins=4)
        axes.locator_params(axis="y", nbins=5)
    _explain(grid[1, 3], words)
    for axes in (*grid[1, :3], grid[0, 3]):
        axes.set_xlabel(words.say("report.axis_week"))
        axes.xaxis.set_tick_params(labelbottom=True)
    for axes in grid[:, 0]:
        axes.set_ylabel(words.say(f"report.axis_{outcome}"))
    return figure


def _explain(axes: Axes, words: Words) -> None:
    """The last, empty place of the grid says how to read the others."""
    axes.set_axis_off()
    lines: Sequence[tuple[str, Mapping[str, Any]]] = (
        ("report.legend_arm", {"color": INK}),
        ("report.legend_none", {"color": NONE, "ls": (0, (4, 2))}),
        ("report.legend_band", {"color": INK, "alpha": 0.22, "lw": 7}),
        ("report.legend_programme", {"color": SHADE, "lw": 9}),
    )
    for place, (key, shown) in enumerate(lines):
        height = 0.86 - 0.23 * place
        axes.plot([0.0, 0.16], [height, height], transform=axes.transAxes, **shown)
        axes.text(0.22, height, words.say(key), transform=axes.transAxes, va="center")


@styled
def panels_over_time(
    bands: pd.DataFrame,
    label: str,
    words: Words,
    programme: tuple[int, int] | None = None,
    *,
    zero: bool = False,
) -> Figure:
    """One small panel a scenario, all to the same scale: a line with its band.

    Args:
        bands: arm, week, mean, low, high.
        label: of the upright axis.
        words: the language of the labels.
        programme: first week, and the week after the last; shaded.
        zero: draw a line at zero.
    """
    arms = list(dict.fromkeys(bands.arm))
    rows = -(-len(arms) // IN_A_ROW)
    figure = Figure(figsize=(WIDTH, 0.5 + ROW * rows))
    high = figure.get_figheight()
    place = {"left": 0.1, "right": 0.985, "top": 1 - 0.3 / high, "bottom": 0.48 / high}
    columns = min(IN_A_ROW, max(2, len(arms)))
    grid = figure.subplots(
        rows,
        columns,
        sharex=True,
        sharey=True,
        squeeze=False,
        gridspec_kw={**place, "wspace": 0.08, "hspace": 0.35},
    )
    every = weeks_between_points(bands.week.nunique())
    for axes in grid.ravel()[len(arms) :]:
        axes.set_axis_off()
    for number, (axes, arm) in enumerate(zip(grid.ravel(), arms, strict=False)):
        if programme is not None:
            axes.axvspan(*programme, color=SHADE, lw=0)
        if zero:
            axes.axhline(0, color=SOFT, lw=0.8)
        band(axes, thinned(bands[bands.arm == arm], every), look(number)[0], dashed=False)
        _label_panel(axes, short_name(str(arm)), words)
    for axes in grid[:, 0]:
        axes.set_ylabel(label)
    return figure


def _label_panel(axes: Axes, title: str, words: Words) -> None:
    axes.set_title(title)
    axes.set_xlabel(words.say("report.axis_week"))
    axes.xaxis.set_tick_params(labelbottom=True)
    axes.yaxis.grid(visible=True, color="#e3e3e3", lw=0.5)
    axes.set_axisbelow(True)
    axes.locator_params(axis="x", nbins=5)
    axes.locator_params(axis="y", nbins=5)


def thinned_weeks(first: int, last: int, every: int) -> Sequence[int]:
    """The weeks that the table of a figure shows, the last one among them.

    >>> thinned_weeks(0, 60, 26)
    [0, 26, 52, 60]
    """
    return sorted({*range(first, last + 1, every), last})
