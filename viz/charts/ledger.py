"""What each layer accounts for: bars, their sum, and the interaction."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.outcomes import PRIMARY
from experiments.statistics import LAYERS
from viz.charts.drawing import (
    COLOURS,
    INK,
    PANELS,
    SOFT,
    WIDTH,
    chosen_rows,
    number_beside,
    room_for_labels,
    styled,
    zero_line,
)
from viz.words import Words

HATCHES = {"micro": "", "meso": "////", "macro": "----", "joint": "", "interaction": "xxxx"}
PARTS = (*LAYERS, "joint", "interaction")


@styled
def layer_ledger(ledger: pd.DataFrame, horizon: str, population: str, words: Words) -> Figure:
    """Bars of what each layer accounts for, their sum, and the interaction.

    Args:
        ledger: `LayersResult.ledger`.
        horizon: end, after_52 or after_104.
        population: `selling_at_start` or `all_women`.
        words: the language of the labels.
    """
    rows = chosen_rows(ledger, horizon, population)
    figure = Figure(figsize=(WIDTH, 2.6))
    panels = figure.subplots(1, 3, sharey=True, gridspec_kw=PANELS)
    for axes, outcome in zip(panels, PRIMARY, strict=True):
        own = rows[rows.outcome == outcome].set_index("part").reindex(PARTS)
        zero_line(axes, words, outcome)
        for place, (part, row) in zip(_places(), own.iterrows(), strict=True):
            _bar(axes, place, row, str(part))
        room_for_labels(axes, own)
    labels = [words.say(f"report.part_{part}") for part in PARTS]
    panels[0].set_yticks(_places(), labels)
    panels[0].set_ylim(_places()[-1] + 0.6, -0.75)
    return figure


def _places() -> list[float]:
    """The three layers, then their sum and the interaction, set off by a gap."""
    return [0.0, 1.0, 2.0, 3.4, 4.4]


def _bar(axes: Axes, place: float, row: "pd.Series[Any]", part: str) -> None:
    if not np.isfinite(row.estimate):
        return
    colour = COLOURS.get(part, SOFT)
    axes.barh(
        place,
        row.estimate,
        height=0.5,
        fc="white" if HATCHES[part] else colour,
        ec=colour,
        hatch=HATCHES[part],
        lw=0.8,
    )
    axes.plot([row.low, row.high], [place, place], color=INK, lw=1)
    number_beside(axes, place - 0.27, row)
