"""Who gains and who loses: by group of women and by tenth of income at the start."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.equity import NOTICED
from experiments.outcomes import PRIMARY
from viz.charts.drawing import (
    COLOURS,
    INK,
    SHAPES,
    SOFT,
    WIDTH,
    estimate_mark,
    filled,
    look,
    room_for_labels,
    short_name,
    styled,
    zero_line,
)
from viz.words import Words

TENTHS = range(1, 11)
GAIN, LOSS = "#0072b2", "#c24e00"
GAP = 0.7  # between tenths and groups, in rows


@styled
def groups_forest(effects: pd.DataFrame, horizon: str, arm: str, words: Words) -> Figure:
    """The paired difference of one arm from none in every group of women, a panel an outcome.

    Args:
        effects: `LayersResult.effects`.
        horizon: end, after_52 or after_104.
        arm: which.
        words: the language of the labels.
    """
    rows = effects[(effects.horizon == horizon) & (effects.arm == arm)]
    rows = rows[rows.population.isin(["all_women", "selling_at_start"])]
    kinds = list(dict.fromkeys(zip(rows.population, rows.subgroup, strict=True)))
    kinds.sort(key=lambda kind: kind[0])
    places = [n + (GAP if kind[0] != kinds[0][0] else 0.0) for n, kind in enumerate(kinds)]
    figure = Figure(figsize=(WIDTH, 1.1 + 0.36 * max(1, len(kinds))))
    high = figure.get_figheight()
    place = {"left": 0.25, "right": 0.985, "top": 1 - 0.3 / high, "bottom": 0.5 / high}
    panels = figure.subplots(1, 3, sharey=True, gridspec_kw={**place, "wspace": 0.1})
    for axes, outcome in zip(panels, PRIMARY, strict=True):
        own = rows[rows.outcome == outcome].set_index(["population", "subgroup"]).reindex(kinds)
        zero_line(axes, words, outcome)
        for height, (_, row) in zip(places, own.iterrows(), strict=True):
            estimate_mark(axes, height, row, COLOURS.get(arm, INK), SHAPES.get(arm, "P"))
        room_for_labels(axes, own)
    labels = [group_name(population, group, words) for population, group in kinds]
    panels[0].set_yticks(places, labels)
    panels[0].set_ylim((places or [0])[-1] + 0.5, -0.8)
    return figure


def group_name(population: str, group: str, words: Words) -> str:
    """What a group of women is called; all of them by their population."""
    if group == "all":
        return words.say(f"charts.of_{population}")
    return words.say("charts.of_them", {"group": words.say(f"charts.group_{group}")})


@styled
def gains_and_losses(shares: pd.DataFrame, words: Words) -> Figure:
    """Bars to the left for women who are worse off, to the right for those who are better off.

    Thin lines are intervals over villages.

    Args:
        shares: of `mean_shares`, in percent.
        words: the language of the labels.
    """
    filled(shares, "gains_and_losses")
    groups = list(dict.fromkeys(shares.group))
    tenths = sum(group.isdigit() for group in groups)
    places = [n + (GAP if n >= tenths else 0.0) for n in range(len(groups))]
    figure = Figure(figsize=(WIDTH, 0.95 + 0.215 * len(groups)))
    high = figure.get_figheight()
    place = {"left": 0.3, "right": 0.985, "top": 1 - 0.28 / high, "bottom": 0.45 / high}
    panels = figure.subplots(1, 2, sharey=True, gridspec_kw={**place, "wspace": 0.06})
    left, right = (1.25 * max(8.0, _furthest(shares, side)) for side in ("worse", "better"))
    for axes, outcome in zip(panels, NOTICED, strict=True):
        own = shares[shares.outcome == outcome].set_index("group").reindex(groups)
        axes.barh(places, -own.worse, height=0.66, fc="white", ec=LOSS, hatch="//////", lw=0.8)
        axes.barh(places, own.better, height=0.66, fc=GAIN, ec=GAIN, lw=0.8)
        for height, (_, row) in zip(places, own.iterrows(), strict=True):
            _percent(axes, row, "worse", height)
            _percent(axes, row, "better", height)
        axes.axvline(0, color=INK, lw=0.8)
        axes.set(xlim=(-left, right))
        axes.set_title(words.say(f"charts.better_{outcome}"))
        _sides(axes, words)
        axes.set_xticks([])
        axes.tick_params(axis="y", length=0)
        axes.spines[["left", "bottom"]].set_visible(False)
    counts = shares.drop_duplicates("group").set_index("group").women
    panels[0].set_yticks(places, [_named(group, counts[group], words) for group in groups])
    panels[0].set_ylim(places[-1] + 0.6, -0.6)
    return figure


def _sides(axes: Axes, words: Words) -> None:
    """Below the line at zero, which side is which."""
    for side, way, key in (("right", -4, "axis_worse"), ("left", 4, "axis_better")):
        axes.annotate(
            words.say(f"charts.{key}"), (0, 0), xytext=(way, -4), ha=side, va="top",
            xycoords=("data", "axes fraction"), textcoords="offset points",
        )  # fmt: skip


def _furthest(shares: pd.DataFrame, side: str) -> float:
    """The longest bar of a side, with its interval."""
    return float(np.nanmax(shares[[side, f"{side}_high"]].to_numpy(dtype=np.float64)))


def _percent(axes: Axes, row: "pd.Series[Any]", side: str, height: float) -> None:
    """The interval of a share, and the share itself beside it."""
    share, low, high = (float(row[f"{side}{end}"]) for end in ("", "_low", "_high"))
    sign = -1 if side == "worse" else 1
    if np.isfinite(low) and low < high:
        axes.hlines(height, sign * low, sign * high, color=INK, lw=1.0)
    if np.isfinite(share) and share:
        axes.annotate(
            f"{share:.0f}", (sign * np.fmax(share, high), height), xytext=(3 * sign, 0),
            va="center", textcoords="offset points", ha="left" if sign > 0 else "right",
            fontsize=7.5,
        )  # fmt: skip


def _named(group: str, count: float, words: Words) -> str:
    fields = {"group": woman_group(group, words), "count": f"{count:.{0 if count >= 1 else 1}f}"}
    return words.say("charts.group_named", fields)


def woman_group(group: str, words: Words) -> str:
    """What a tenth, by its number, or a group is called."""
    ends = {"1": "charts.tenth_poorest", "10": "charts.tenth_richest"}
    if group == "all_women":
        return words.say("charts.of_all_women")
    if group.isdigit():
        return words.say(ends.get(group, "charts.tenth"), {"number": group})
    return words.say(f"charts.group_{group}")


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
