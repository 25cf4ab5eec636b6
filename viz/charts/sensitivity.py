"""What moves an outcome most: bars with intervals, the longest first."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.patterns_base import number
from viz.charts.drawing import COLOURS, INK, WIDTH, styled
from viz.parameter_words import factor_name
from viz.words import Words

ROW, FOOT, HEAD = 0.215, 0.36, 0.27  # inches
SIDES = {"left": 0.37, "right": 0.72}
LETTERS = {"en": 42, "zh": 24}  # of a name that fit beside the bars
SMALL = 7.6
COLOUR = COLOURS["micro"]
ONE_WAY = 0.9  # of the effect that a direction must have
LITTLE = 0.01  # of the largest effect
ROOM = 1.04


@styled
def sensitivity_bars(
    indices: pd.DataFrame, labels: dict[str, str], words: Words, most: int = 15
) -> Figure:
    """One panel an outcome, one bar an input.

    Args:
        indices: of `experiments.sensitivity_indices.indices_frame`, one scenario.
        labels: by indicator, the outcome with its unit.
        words: the language of the labels.
        most: inputs in each panel.
    """
    shown = {
        indicator: own.head(most) for indicator, own in indices.groupby("indicator", sort=False)
    }
    counts = [len(own) for own in shown.values()]
    high = sum(ROW * count + FOOT + HEAD for count in counts)
    figure = Figure(figsize=(WIDTH, high))
    left, width = SIDES["left"], SIDES["right"] - SIDES["left"]
    top = high
    for (indicator, own), count in zip(shown.items(), counts, strict=True):
        top -= HEAD
        axes = figure.add_axes((left, (top - ROW * count) / high, width, ROW * count / high))
        top -= ROW * count + FOOT
        _panel(axes, own, labels[str(indicator)], words)
    if str(indices.method.iloc[0]) == "saltelli":
        axes.set_xlabel(words.say("sensitivity_report.axis_share"), labelpad=1)
    return figure


def _panel(axes: Axes, own: pd.DataFrame, label: str, words: Words) -> None:
    sobol = str(own.method.iloc[0]) == "saltelli"
    largest = float(own.iloc[0].get("effect", 0.0))
    for place, (_, row) in enumerate(own.iterrows()):
        (_shares if sobol else _effect)(axes, place, row)
        text = _say_shares(row, words) if sobol else _say_effect(row, largest, words)
        axes.text(1.02, place, text, va="center", size=SMALL, transform=axes.get_yaxis_transform())
    axes.set_title(label, x=-SIDES["left"] / (SIDES["right"] - SIDES["left"]))
    axes.set_yticks(range(len(own)), [_name(row, words) for _, row in own.iterrows()])
    axes.set_ylim(len(own) - 0.4, -0.6)
    reach = _reach(own, sobol=sobol)
    axes.set_xlim(0, ROOM * reach if reach > 0 else 1.0)
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(axis="y", length=0)


def _reach(own: pd.DataFrame, *, sobol: bool) -> float:
    columns = ["first_high", "total_high"] if sobol else ["effect_high", "spread"]
    found = own[columns].to_numpy(dtype=float)
    return float(found[np.isfinite(found)].max(initial=0.0))


def _effect(axes: Axes, place: int, row: "pd.Series[Any]") -> None:
    axes.barh(place, row.effect, height=0.55, **_look(row))
    _interval(axes, place, row.effect_low, row.effect_high)
    axes.plot(row.spread, place, "D", ms=3.6, mfc="white", mec=INK, mew=0.9)


def _shares(axes: Axes, place: int, row: "pd.Series[Any]") -> None:
    if not np.isfinite(row.total):
        return
    axes.barh(place, max(row.total, 0.0), height=0.62, fc="white", ec=COLOUR, lw=0.9)
    axes.barh(place, max(row["first"], 0.0), height=0.36, **_look(row))
    _interval(axes, place - 0.09, row.first_low, row.first_high)
    _interval(axes, place + 0.2, row.total_low, row.total_high)


def _look(row: "pd.Series[Any]") -> dict[str, Any]:
    guess = row.grade == "E"
    look = {"fc": "white", "hatch": "////"} if guess else {"fc": COLOUR}
    return {**look, "ec": COLOUR, "lw": 0.8}


def _interval(axes: Axes, place: float, low: float, high: float) -> None:
    if np.isfinite([low, high]).all():
        axes.plot([max(low, 0.0), max(high, 0.0)], [place, place], color=INK, lw=0.9)


def _say_effect(row: "pd.Series[Any]", largest: float, words: Words) -> str:
    if row.effect <= LITTLE * largest:
        return words.say(f"sensitivity_report.{'hardly' if row.effect > 0 else 'moves_not'}")
    way = "both_ways"
    if abs(row.direction) > ONE_WAY * row.effect:
        way = "raises" if row.direction > 0 else "lowers"
    return words.say(f"sensitivity_report.{way}", {"effect": number(row.effect)})


def _say_shares(row: "pd.Series[Any]", words: Words) -> str:
    if not np.isfinite(row.total):
        return words.say("sensitivity_report.moves_not")
    shares = {name: f"{round(row[name], 2) + 0.0:.2f}" for name in ("first", "total")}
    return words.say("sensitivity_report.shares", shares).replace("-", "−")


def _name(row: "pd.Series[Any]", words: Words) -> str:
    name, most = factor_name(str(row.factor), words), LETTERS[words.lang]
    short = name if len(name) <= most else name[: most - 1] + "…"
    if not isinstance(row.grade, str) or not row.grade:
        return short
    return words.say("sensitivity_report.with_grade", {"name": short, "grade": row.grade})
