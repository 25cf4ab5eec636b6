"""Levels of a few outcomes in each scenario, with what luck and what the inputs do to them."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from viz.charts.drawing import WIDTH, filled, look, short_name, styled

LETTER = 0.0115  # of the width of a figure
ROW, HEAD, FOOT = 0.36, 0.3, 0.5  # inches


@styled
def scenario_levels(rows: pd.DataFrame, labels: Sequence[tuple[str, str]]) -> Figure:
    """One panel an outcome: the mean, its interval thick, the middle of the draws thin.

    Args:
        rows: indicator, scenario, mean, low, high, draw_low, draw_high; one row a pair.
        labels: title and unit of each indicator, in the order of the rows.

    Raises:
        JinguoError: there is nothing to draw.
    """
    filled(rows, "levels")
    scenarios = list(dict.fromkeys(rows.scenario))
    names = [short_name(str(name)) for name in scenarios]
    left = min(0.36, max(0.08, 0.03 + LETTER * max(map(len, names))))
    figure = Figure(figsize=(WIDTH, HEAD + FOOT + ROW * (len(names) + 0.4)))
    high = figure.get_figheight()
    place = {"left": left, "right": 0.97, "top": 1 - HEAD / high, "bottom": FOOT / high}
    indicators = list(dict.fromkeys(rows.indicator))
    panels = figure.subplots(
        1, len(indicators), sharey=True, squeeze=False, gridspec_kw={**place, "wspace": 0.12}
    )[0]
    for axes, indicator, (title, unit) in zip(panels, indicators, labels, strict=True):
        own = rows[rows.indicator == indicator].set_index("scenario").reindex(scenarios)
        for height, (_, row) in enumerate(own.iterrows()):
            colour, shape = look(height)
            axes.plot([row.draw_low, row.draw_high], [height] * 2, color=colour, lw=0.7)
            axes.plot([row.low, row.high], [height] * 2, color=colour, lw=2.4)
            axes.plot(row["mean"], height, shape, color=colour, ms=5)
        axes.set_title(title)
        axes.set_xlabel(unit)
        axes.locator_params(axis="x", nbins=4)
        axes.tick_params(axis="y", length=0)
        axes.spines["left"].set_visible(False)
        axes.grid(visible=True, axis="x", color="#e3e3e3", lw=0.5)
        axes.set_axisbelow(True)
        axes.margins(x=0.08)
        if not np.isfinite(own["mean"]).any():
            axes.set_xticks([])
    panels[0].set_yticks(range(len(names)), names)
    panels[0].set_ylim(len(names) - 0.4, -0.6)
    return figure
