"""Figures of comparisons and sweeps: scenarios beside each other, each with a shape of its own."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.outcomes import PRIMARY
from viz.charts import (
    COLOURS,
    INK,
    SHADE,
    SHAPES,
    SOFT,
    WIDTH,
    band,
    estimate_mark,
    room_for_labels,
    styled,
    thinned,
    weeks_between_points,
    zero_line,
)
from viz.words import Words

LOOKS = [(COLOURS[name], shape) for name, shape in SHAPES.items()]
LONGEST = 26  # letters of a name that fit beside a panel
LETTER = 0.0115  # of the width of a figure
IN_A_ROW = 3
ROW = 1.9  # inches
TENTHS = range(1, 11)


@styled
def scenario_forest(rows: pd.DataFrame, words: Words) -> Figure:
    """The change of each outcome in each scenario: its own interval thick, the joint one thin.

    Args:
        rows: `CompareResult.primary()`.
        words: the language of the labels.
    """
    arms = list(dict.fromkeys(rows.arm))
    names = [short_name(arm) for arm in arms]
    left = min(0.36, max(0.08, 0.03 + LETTER * max(map(len, names))))
    figure = Figure(figsize=(WIDTH, 1.15 + 0.42 * len(arms)))
    bottom = 0.5 / figure.get_figheight()
    place = {"left": left, "right": 0.985, "top": 1 - 0.3 / figure.get_figheight()}
    panels = figure.subplots(
        1, len(PRIMARY), sharey=True, gridspec_kw={**place, "bottom": bottom, "wspace": 0.1}
    )
    for axes, outcome in zip(panels, PRIMARY, strict=True):
        own = rows[rows.outcome == outcome].set_index("arm").reindex(arms)
        zero_line(axes, words, outcome)
        for height, (_, row) in enumerate(own.iterrows()):
            colour, shape = look(height)
            axes.plot([row.joint_low, row.joint_high], [height] * 2, color=colour, lw=0.7)
            estimate_mark(axes, height, row, colour, shape)
        ends = own.assign(low=own.joint_low.fillna(own.low), high=own.joint_high.fillna(own.high))
        room_for_labels(axes, ends)
    panels[0].set_yticks(range(len(names)), names)
    panels[0].set_ylim(len(names) - 0.5, -0.75)
    return figure


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
        rows, columns, sharex=True, sharey=True, squeeze=False,
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


@styled
def change_of_tenths(rows: pd.DataFrame, words: Words) -> Figure:
    """Change of income in each tenth of the women by income at the start, scenario by scenario.

    Args:
        rows: of `CompareResult.equity`, one horizon.
        words: the language of the labels.
    """
    arms = list(dict.fromkeys(rows.arm))
    figure = Figure(figsize=(WIDTH, 2.5))
    axes = figure.subplots(gridspec_kw={"left": 0.1, "right": 0.985, "top": 0.88, "bottom": 0.18})
    axes.axhline(0, color=SOFT, lw=0.8)
    apart = 0.7 / max(1, len(arms))
    for number, arm in enumerate(arms):
        own = rows[rows.arm == arm].set_index("group").reindex([str(t) for t in TENTHS])
        at = np.array(TENTHS) + (number - (len(arms) - 1) / 2) * apart
        colour, shape = look(number)
        axes.vlines(at, own.low, own.high, color=colour, lw=1.3)
        axes.plot(at, own.estimate, shape, color=colour, ms=4, label=short_name(str(arm)))
    axes.set_xticks(TENTHS)
    axes.set_xlabel(words.say("reports.axis_tenth"))
    axes.set_ylabel(words.say("report.unit_income"))
    if len(arms) > 1:
        figure.legend(loc="upper right", ncols=len(arms), frameon=False, labelcolor=INK)
    return figure


def look(number: int) -> tuple[str, str]:
    """Colour and shape of a scenario by its place."""
    return LOOKS[number % len(LOOKS)]


def short_name(name: str) -> str:
    """A name as far as it fits.

    >>> short_name("a_name_that_does_not_end_before_the_panel_does")
    'a_name_that_does_not_end_…'
    """
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def thinned_weeks(first: int, last: int, every: int) -> Sequence[int]:
    """The weeks that the table of a figure shows, the last one among them.

    >>> thinned_weeks(0, 60, 26)
    [0, 26, 52, 60]
    """
    return sorted({*range(first, last + 1, every), last})
