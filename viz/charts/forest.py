"""Differences from the village without the programme: points with intervals."""

import pandas as pd
from matplotlib.figure import Figure

from experiments.outcomes import PRIMARY
from experiments.statistics import ARMS
from viz.charts.drawing import (
    COLOURS,
    PANELS,
    SHAPES,
    WIDTH,
    arm_key,
    chosen_rows,
    estimate_mark,
    look,
    room_for_labels,
    short_name,
    styled,
    zero_line,
)
from viz.words import Words

LETTER = 0.0115  # of the width of a figure


@styled
def effect_forest(effects: pd.DataFrame, horizon: str, population: str, words: Words) -> Figure:
    """The paired difference of each arm from none with its interval, one panel an outcome.

    Args:
        effects: `LayersResult.effects`.
        horizon: end, after_52 or after_104.
        population: `selling_at_start` or `all_women`.
        words: the language of the labels.
    """
    rows = chosen_rows(effects, horizon, population)
    figure = Figure(figsize=(WIDTH, 3.1))
    panels = figure.subplots(1, 3, sharey=True, gridspec_kw=PANELS)
    for axes, outcome in zip(panels, PRIMARY, strict=True):
        own = rows[rows.outcome == outcome].set_index("arm").reindex(ARMS[1:])
        zero_line(axes, words, outcome)
        for place, (arm, row) in enumerate(own.iterrows()):
            estimate_mark(axes, place, row, COLOURS[str(arm)], SHAPES.get(str(arm), "P"))
        room_for_labels(axes, own)
    labels = [words.say(f"report.arm_{arm_key(arm)}") for arm in ARMS[1:]]
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].set_ylim(len(labels) - 0.4, -0.75)
    return figure


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
