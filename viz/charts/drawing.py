"""One style for all figures: fonts, colours, sizes, and the pieces that figures share.

Readable in grey print and with any colour sight: what a colour says, a label, a shape or a
hatch says too. No function touches pyplot, so nothing has to be closed.
"""

import io
import re
from collections.abc import Callable, Iterator
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

from model.errors import JinguoError
from viz.words import Words

FONT = Path(__file__).parents[1] / "fonts" / "NotoSansSC-subset.otf"
FAMILY = "Noto Sans SC subset"
WIDTH = 7.2  # inches: the text width of an A4 page
EVERY = 4  # weeks between the points of a line, or a multiple in a long run
POINTS = 70
# Margins are fixed: fitting them to the labels takes longer than drawing.
PANELS = {"left": 0.15, "right": 0.985, "top": 0.91, "bottom": 0.16, "wspace": 0.08}

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
LOOKS = [(COLOURS[name], shape) for name, shape in SHAPES.items()]
LONGEST = 26  # letters of a name that fit beside a panel

STYLE: dict[str, Any] = {
    "font.family": [FAMILY],
    "font.size": 8.5,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titley": 1.0,  # given, so that no title is fitted to what stands above the panel
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

DRAWN = re.compile(r' d="([^"]*)"')
DIGITS_TOO_MANY, NOUGHT = re.compile(r"(?<=\.\d)\d+"), re.compile(r"\.0(?!\d)")
AROUND_LETTERS, STRAIGHT = re.compile(r" *([MLCQz]) *"), re.compile(r"M[^MCQz]*")
BETWEEN_TAGS, GLYPH = re.compile(r">\s+<"), re.compile(r"NotoSansSCsubset-Regular-")
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
        figure: one of this package.
    """
    nothing = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with style(), io.StringIO() as text:
        figure.savefig(text, format="svg", metadata=nothing)
        whole = text.getvalue()
    return _short(whole[whole.index("<svg") :])


def _short(drawing: str) -> str:
    """The same drawing in half the bytes: a report holds dozens."""
    for letters, fewer in ((BETWEEN_TAGS, "><"), (GLYPH, "g")):
        drawing = letters.sub(fewer, drawing)
    return DRAWN.sub(_rounded, drawing)


def _rounded(path: "re.Match[str]") -> str:
    r"""A path whose points stand to a tenth of 1/72 inch, which no eye sees, without filling.

    >>> _rounded(DRAWN.search(' d="M 1.25 2.0 \nL 3.501 4 \nL 5 6.07 \nz\n"'))
    ' d="M1.2 2 3.5 4 5 6z"'
    """
    points = DIGITS_TOO_MANY.sub("", path[1])
    points = NOUGHT.sub("", points.replace("\n", " "))
    points = AROUND_LETTERS.sub(r"\1", points)
    return f' d="{STRAIGHT.sub(lambda line: line[0].replace("L", " "), points)}"'


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
    weeks, low, high, mean = (rows[name].to_numpy() for name in ("week", "low", "high", "mean"))
    axes.fill_between(weeks, low, high, color=colour, alpha=0.22, lw=0)
    axes.plot(weeks, mean, color=colour, ls=(0, (4, 2)) if dashed else "-")


def filled(rows: pd.DataFrame, figure: str) -> None:
    """Refuse an empty table.

    Raises:
        JinguoError: there is nothing to draw.
    """
    if rows.empty:
        raise JinguoError("charts.nothing", {"figure": figure})


def chosen_rows(frame: pd.DataFrame, horizon: str, population: str) -> pd.DataFrame:
    """The rows of one horizon and population, all women of it together."""
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


def estimate_mark(
    axes: Axes, place: float, row: "pd.Series[Any]", colour: str, shape: str
) -> None:
    """A point with its interval; filled where the interval leaves out zero."""
    if not np.isfinite(row.estimate):
        return
    axes.plot([row.low, row.high], [place, place], color=colour, lw=1.6)
    face = colour if is_clear(row.low, row.high) else "white"
    axes.plot(row.estimate, place, shape, ms=5, mfc=face, mec=colour, mew=1.3)
    number_beside(axes, place - 0.24, row)


def number_beside(axes: Axes, height: float, row: "pd.Series[Any]") -> None:
    """The number itself, on white where it crosses a line."""
    axes.text(
        row.estimate,
        height,
        signed_number(row.estimate, row.unit),
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


def signed_number(value: float, unit: str) -> str:
    """A difference with its sign, as short as a figure needs it."""
    digits = 4 if unit == "0-1" else 1
    rounded = round(value, digits) + 0.0  # no minus before a zero
    return f"{rounded:{'+' if rounded else ''}.{digits}f}".replace("-", "−")


def look(number: int) -> tuple[str, str]:
    """Colour and shape of a scenario by its place."""
    return LOOKS[number % len(LOOKS)]


def short_name(name: str) -> str:
    """A name as far as it fits.

    >>> short_name("a_name_that_does_not_end_before_the_panel_does")
    'a_name_that_does_not_end_…'
    """
    return name if len(name) <= LONGEST else name[: LONGEST - 1] + "…"


def arm_key(arm: str) -> str:
    """The arm as a part of the key of a text."""
    return arm.replace("+", "_")
