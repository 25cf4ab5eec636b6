"""Patterns beside what was asked of them, each on a scale of its own."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.patterns_base import number
from viz.charts.drawing import INK, SOFT, WIDTH, styled
from viz.words import Words

KINDS = ("emergent", "calibrated", "built in")
BAND, FAILS = "#d9d9d9", "#b03a00"
REACH = 3.0  # the frame ends at this many half widths of a band
ROW, HEADING, ENDS = 0.165, 0.24, 0.3  # inches
LETTERS = {"en": 45, "zh": 24}  # of a statement that fit beside the frame
SIDES = {"left": 0.375, "right": 0.67}
COLUMNS = {"verdict": 1.03, "found": 1.39, "wanted": 1.46}  # right of the frame, in its widths
SMALL = 7.4
NUMBERS = ("estimate", "low", "high", "wanted_low", "wanted_high")


@styled
def patterns_against_criteria(figures: pd.DataFrame, words: Words) -> Figure:
    """One row a pattern: the figure that fails, or else its leading one, beside its criterion.

    Args:
        figures: of `experiments.pattern_results.patterns_frame`.
        words: the language of the labels.
    """
    rows = telling_rows(figures)
    kinds = [kind for kind in KINDS if (rows.kind == kind).any()]
    high = ROW * len(rows) + HEADING * len(kinds) + ENDS
    figure = Figure(figsize=(WIDTH, high))
    place = {**SIDES, "top": 1 - 0.17 / high, "bottom": 0.05 / high}
    axes = figure.subplots(gridspec_kw=place)
    at = 0.0
    for column in ("found", "wanted"):
        _beside(axes, column, 0.04, words.say(f"pattern_report.axis_{column}"), color=SOFT)
    for kind in kinds:
        at += HEADING
        title = words.say(f"pattern_report.title_{kind.replace(' ', '_')}")
        axes.text(
            -0.02,
            at - 0.07,
            title,
            ha="right",
            weight="normal",
            color=SOFT,
            size=SMALL,
            transform=axes.get_yaxis_transform(),
        )
        for _, row in rows[rows.kind == kind].iterrows():
            _row(axes, at, row, words)
            at += ROW
    axes.set_ylim(at, 0)
    axes.set_xlim(-REACH, REACH)
    axes.set_axis_off()
    return figure


def telling_rows(figures: pd.DataFrame) -> pd.DataFrame:
    """Of each pattern the figure that fails, or else its leading one; by kind."""
    own = figures[figures["where"] == "own"]
    own = own.assign(**{name: pd.to_numeric(own[name], errors="coerce") for name in NUMBERS})
    chosen = []
    for _, parts in own.groupby("pattern", sort=False):
        failed = parts[[holds is False for holds in parts.holds]]
        chosen.append((failed if len(failed) else parts).iloc[0])
    rows = pd.DataFrame(chosen)
    return pd.concat([rows[rows.kind == kind] for kind in KINDS])


def _row(axes: Axes, at: float, row: "pd.Series[Any]", words: Words) -> None:
    middle, holds = at + ROW / 2, bool(row.pattern_holds)
    low, high = scaled(row, [row.wanted_low, row.wanted_high])
    ends = [
        max(-REACH, np.nan_to_num(low, nan=-REACH)),
        min(REACH, np.nan_to_num(high, nan=REACH)),
    ]
    axes.fill_between(ends, at + 0.02, at + ROW - 0.02, color=BAND, lw=0)
    found, *interval = scaled(row, [row.estimate, row.low, row.high])
    colour = INK if holds else FAILS
    if np.isfinite(interval).all():
        axes.plot(np.clip(interval, -REACH, REACH), [middle] * 2, color=colour, lw=1.2)
    if np.isfinite(found):
        beyond = "<" if found < -REACH else ">" if found > REACH else ""
        shape = beyond or ("o" if holds else "x")
        axes.plot(
            np.clip(found, -REACH, REACH),
            middle,
            shape,
            ms=4.5,
            color=colour,
            mew=1.6,
            clip_on=False,
        )
    statement = words.say(f"patterns.{str(row.pattern).lower()}")
    axes.text(
        -0.02,
        middle,
        f"{_short(statement, LETTERS[words.lang])}  {row.pattern}",
        ha="right",
        va="center",
        size=SMALL,
        color=colour,
        transform=axes.get_yaxis_transform(),
    )
    verdict = words.say(f"pattern_report.axis_{'holds' if holds else 'fails'}")
    _beside(axes, "verdict", middle, verdict, color=colour)
    _beside(axes, "found", middle, minus(number(row.estimate)), color=colour)
    _beside(axes, "wanted", middle, wanted(row.wanted_low, row.wanted_high, words), color=INK)


def _beside(axes: Axes, column: str, middle: float, text: str, *, color: str) -> None:
    axes.text(
        COLUMNS[column],
        middle,
        text,
        ha="right" if column == "found" else "left",
        va="center",
        size=SMALL,
        color=color,
        transform=axes.get_yaxis_transform(),
    )


def scaled(row: "pd.Series[Any]", values: list[float]) -> list[float]:
    """Numbers on the scale of a criterion: its ends are −1 and 1.

    A criterion with one end is counted in units of that end, or of what was found where the
    end is zero.
    """
    low, high = row.wanted_low, row.wanted_high
    if math.isfinite(low) and math.isfinite(high):
        unit = (high - low) / 2 or 1.0
        return [(value - (low + high) / 2) / unit for value in values]
    edge, side = (low, -1.0) if math.isfinite(low) else (high, 1.0)
    unit = abs(edge) or abs(row.estimate) or 1.0
    return [side + (value - edge) / unit for value in values]


def wanted(low: float, high: float, words: Words) -> str:
    """Where a figure must lie, in words; nothing where it is only told."""
    ends: Mapping[str, str] = {"low": minus(number(low)), "high": minus(number(high))}
    if math.isfinite(low) and math.isfinite(high):
        return words.say("pattern_report.wanted_between", ends)
    if math.isfinite(low):
        return words.say("pattern_report.wanted_least", ends)
    return words.say("pattern_report.wanted_most", ends) if math.isfinite(high) else ""


def minus(text: str) -> str:
    """A number with the sign that is printed."""
    return text.replace("-", "−")


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1] + "…"
