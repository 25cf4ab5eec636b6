"""Figures in one style: pure functions from a frame of results to a matplotlib Figure.

Readable in grey print and with any colour sight: what a colour says, a label, a shape or a
hatch says too. No function touches pyplot, so nothing has to be closed.
"""

import io
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, cast

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.outcomes import PRIMARY
from experiments.statistics import ARMS, LAYERS
from viz.words import Words

FONT = Path(__file__).parent / "fonts" / "NotoSansSC-subset.otf"
FAMILY = "Noto Sans SC subset"
WIDTH = 7.2  # inches: the text width of an A4 page
EVERY = 4  # weeks between the points of a line, or a multiple in a long run
POINTS = 70
# Margins are fixed: fitting them to the labels takes longer than drawing.
GRID = {"left": 0.085, "right": 0.985, "top": 0.93, "bottom": 0.115, "wspace": 0.12, "hspace": 0.5}
PANELS = {"left": 0.15, "right": 0.985, "top": 0.91, "bottom": 0.16, "wspace": 0.08}
YEAR = 52

INK, SOFT, SHADE, NONE = "#1a1a1a", "#5f6368", "#ececec", "#8a8a8a"
COLOURS = {
    "none": NONE,
    "micro": "#0072b2",
    "meso": "#c24e00",
    "macro": "#00795a",
    "micro+meso": "#5b4a8a",
    "micro+macro": "#2f6f8f",
    "meso+macro": "#8a5a00",
    "all": INK,
}
SHAPES = {"micro": "o", "meso": "s", "macro": "^", "all": "D"}
HATCHES = {"micro": "", "meso": "////", "macro": "....", "joint": "", "interaction": "xxxx"}
PARTS = (*LAYERS, "joint", "interaction")

STYLE: dict[str, Any] = {
    "font.family": [FAMILY],
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.labelsize": 8.5,
    "axes.edgecolor": SOFT,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "lines.linewidth": 1.4,
    "hatch.linewidth": 0.6,
    "text.color": INK,
    "axes.unicode_minus": True,
    "svg.fonttype": "path",  # a figure looks the same on a machine without the font
    "svg.hashsalt": "jinguo",  # the same figure gives the same bytes
    "path.simplify_threshold": 0.3,
}

DRAWN = re.compile(r' d="[^"]*"')
DIGITS_TOO_MANY = re.compile(r"(\.\d\d)\d+")
Given = ParamSpec("Given")


@contextmanager
def style() -> Iterator[None]:
    """The style of this project, with its font, for the figures made inside."""
    _register_font()
    with mpl.rc_context(cast("Any", STYLE)):
        yield


@cache
def _register_font() -> None:
    font_manager.fontManager.addfont(FONT)


def styled(draw: Callable[Given, Figure]) -> Callable[Given, Figure]:
    """Draw a figure in the style of this project."""

    @wraps(draw)
    def drawn(*args: Given.args, **kwargs: Given.kwargs) -> Figure:
        with style():
            return draw(*args, **kwargs)

    return drawn


def svg(figure: Figure) -> str:
    """The figure as SVG text, letters as outlines, without date or address.

    Args:
        figure: one of this file.
    """
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with style(), io.StringIO() as text:
        figure.savefig(text, format="svg", metadata=nothing)
        whole = text.getvalue()
    return DRAWN.sub(_rounded, whole[whole.index("<svg") :])


def _rounded(path: "re.Match[str]") -> str:
    """The points of a path to a hundredth: no eye sees more, and the file is a third smaller."""
    return DIGITS_TOO_MANY.sub(r"\1", path[0])


# --- The arms over time ------------------------------------------------------------------------


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
    for axes, arm in zip(grid.ravel(), ARMS[1:], strict=False):
        axes.axvspan(*programme, color=SHADE, lw=0)
        band(axes, none, NONE, dashed=True)
        band(axes, thinned(rows[rows.arm == arm], every), COLOURS[arm], dashed=False)
        axes.set_title(words.say(f"report.arm_{_key(arm)}"))
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


def weeks_between_points(weeks: int) -> int:
    """How many weeks lie between the points of a line: enough points to see, no more.

    >>> weeks_between_points(208), weeks_between_points(840)
    (4, 12)
    """
    return EVERY * max(1, round(weeks / (EVERY * POINTS)))


def thinned(rows: pd.DataFrame, every: int) -> pd.DataFrame:
    """Some of the weeks, the last one always among them."""
    return rows.iloc[::-1].iloc[::every].iloc[::-1]


def band(axes: Axes, rows: pd.DataFrame, colour: str, *, dashed: bool) -> None:
    """A line with its interval as a band."""
    weeks = rows.week.to_numpy()
    axes.fill_between(weeks, rows.low, rows.high, color=colour, alpha=0.22, lw=0)
    axes.plot(weeks, rows["mean"], color=colour, ls=(0, (4, 2)) if dashed else "-")


def _explain(axes: Axes, words: Words) -> None:
    """The last, empty place of the grid says how to read the others."""
    axes.set_axis_off()
    lines: Sequence[tuple[str, Mapping[str, Any]]] = (
        ("report.legend_arm", {"color": INK}),
        ("report.legend_none", {"color": NONE, "ls": (0, (4, 2))}),
        ("report.legend_band", {"color": INK, "alpha": 0.22, "lw": 7}),
        ("report.legend_programme", {"color": SHADE, "lw": 9}),
    )
    for place, (key, look) in enumerate(lines):
        height = 0.86 - 0.23 * place
        axes.plot([0.0, 0.16], [height, height], transform=axes.transAxes, **look)
        axes.text(0.22, height, words.say(key), transform=axes.transAxes, va="center")


# --- Differences from none ---------------------------------------------------------------------


@styled
def effect_forest(effects: pd.DataFrame, horizon: str, population: str, words: Words) -> Figure:
    """The paired difference of each arm from none with its interval, one panel an outcome.

    Args:
        effects: `LayersResult.effects`.
        horizon: end, after_52 or after_104.
        population: `selling_at_start` or `all_women`.
        words: the language of the labels.
    """
    rows = _of(effects, horizon, population)
    figure = Figure(figsize=(WIDTH, 3.1))
    panels = figure.subplots(1, 3, sharey=True, gridspec_kw=PANELS)
    for axes, outcome in zip(panels, PRIMARY, strict=True):
        own = rows[rows.outcome == outcome].set_index("arm").reindex(ARMS[1:])
        zero_line(axes, words, outcome)
        for place, (arm, row) in enumerate(own.iterrows()):
            estimate_mark(axes, place, row, COLOURS[str(arm)], SHAPES.get(str(arm), "P"))
        room_for_labels(axes, own)
    labels = [words.say(f"report.arm_{_key(arm)}") for arm in ARMS[1:]]
    panels[0].set_yticks(range(len(labels)), labels)
    panels[0].set_ylim(len(labels) - 0.4, -0.75)
    return figure


def _of(frame: pd.DataFrame, horizon: str, population: str) -> pd.DataFrame:
    chosen = (frame.horizon == horizon) & (frame.population == population)
    return frame[chosen & (frame.subgroup == "all")]


def zero_line(axes: Axes, words: Words, outcome: str) -> None:
    """A panel of one outcome with a line at zero."""
    axes.axvline(0, color=SOFT, lw=0.8)
    axes.set_title(words.say(f"report.outcome_{outcome}"))
    axes.set_xlabel(words.say(f"report.unit_{outcome}"))
    axes.locator_params(axis="x", nbins=4)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)


def estimate_mark(axes: Axes, place: int, row: "pd.Series[Any]", colour: str, shape: str) -> None:
    """A point with its interval; filled where the interval leaves out zero."""
    if not np.isfinite(row.estimate):
        return
    axes.plot([row.low, row.high], [place, place], color=colour, lw=1.6)
    face = colour if is_clear(row.low, row.high) else "white"
    axes.plot(row.estimate, place, shape, ms=5, mfc=face, mec=colour, mew=1.3)
    _label(axes, place - 0.24, row)


def _label(axes: Axes, height: float, row: "pd.Series[Any]") -> None:
    """The number itself, on white where it crosses a line."""
    axes.text(
        row.estimate,
        height,
        _signed(row.estimate, row.unit),
        ha="center",
        va="bottom",
        fontsize=7.5,
        bbox={"fc": "white", "ec": "none", "pad": 0.4},
    )


def room_for_labels(axes: Axes, rows: pd.DataFrame) -> None:
    """Widen a panel, so that numbers beside its outermost points stay inside."""
    found = rows[["low", "high", "estimate"]].to_numpy(dtype=float).ravel()
    ends = np.append(found[np.isfinite(found)], 0.0)
    reach = np.ptp(ends) or 1.0
    axes.set_xlim(ends.min() - 0.12 * reach, ends.max() + 0.12 * reach)


def is_clear(low: float, high: float) -> bool:
    """Whether an interval leaves out zero.

    >>> is_clear(0.1, 0.2), is_clear(-0.1, 0.2), is_clear(float("nan"), float("nan"))
    (True, False, False)
    """
    return bool(low > 0 or high < 0)


def _signed(value: float, unit: str) -> str:
    digits = 4 if unit == "0-1" else 1
    rounded = round(value, digits) + 0.0  # no minus before a zero
    return f"{rounded:{'+' if rounded else ''}.{digits}f}".replace("-", "−")


# --- What each layer accounts for --------------------------------------------------------------


@styled
def layer_ledger(ledger: pd.DataFrame, horizon: str, population: str, words: Words) -> Figure:
    """Bars of what each layer accounts for, their sum, and the interaction.

    Args:
        ledger: `LayersResult.ledger`.
        horizon: end, after_52 or after_104.
        population: `selling_at_start` or `all_women`.
        words: the language of the labels.
    """
    rows = _of(ledger, horizon, population)
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
    _label(axes, place - 0.27, row)


def _key(arm: str) -> str:
    """The arm as a part of the key of a text."""
    return arm.replace("+", "_")
