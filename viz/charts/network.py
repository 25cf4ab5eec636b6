"""The village as a network, as on the dashboard: colour burnout, size income, shape role."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from viz.charts.drawing import INK, WIDTH, filled, styled
from viz.words import Words

STEPS = ("#fde737", "#bfb16a", "#7d7c78", "#3f4c6b", "#00204c")  # cividis, as on the dashboard
MARKS: Mapping[str, tuple[str, float]] = {  # shape, and its size
    "outside": ("D", 0.75), "closed": ("D", 0.75), "alone": ("o", 1.0), "follower": ("^", 1.15),
    "cooperative": ("s", 0.95), "lead": ("*", 1.7), "away": ("o", 1.0),
}  # fmt: skip
HOLLOW = ("closed", "away")
QUIET = ("outside", "closed")
TRUST = ((0.0, 0.4, 0.10), (0.4, 0.7, 0.25), (0.7, 1.01, 0.6))  # from, below, darkness of a tie
TIE = "#264660"
PLACE = {
    "left": 0.01,
    "right": 0.99,
    "top": 0.955,
    "bottom": 0.045,
    "wspace": 0.04,
    "hspace": 0.16,
}
ARC = 0.5523 / 2  # how far the handles of a quarter of a circle reach
CIRCLE = Path(
    [(0.5, 0), (0.5, ARC), (ARC, 0.5), (0, 0.5), (-ARC, 0.5), (-0.5, ARC), (-0.5, 0),
     (-0.5, -ARC), (-ARC, -0.5), (0, -0.5), (ARC, -0.5), (0.5, -ARC), (0.5, 0)],
    [Path.MOVETO, *[Path.CURVE4] * 12],
)  # fmt: skip
INCOMES = (200.0, 1000.0, 5000.0)  # of the legend, yuan a week


@dataclass(frozen=True)
class Scene:
    """A village in one week, as it is drawn.

    Attributes:
        when: `start`, or the arm at the end of the programme.
        week: which.
        women: of those shown: x, y, burnout, income (yuan/week), role.
        ties: rows of the women at both ends, and their mean trust.
        selling, above: women who sell, and those of them above the cut-off, in the whole village.
        everybody: women in the village.
    """

    when: str
    week: int
    women: pd.DataFrame = field(repr=False)
    ties: pd.DataFrame = field(repr=False)
    selling: int
    above: int
    everybody: int


@styled
def village_network(scenes: Sequence[Scene], cutoff: float, words: Words) -> Figure:
    """The same women at the start and the end of the programme, without and with it.

    Args:
        scenes: at most three, such as those of `viz.report.layers.retold`.
        cutoff: burnout above which a seller counts as having high burnout; a setting.
        words: the language of the labels.
    """
    for scene in scenes:
        filled(scene.women, "village_network")
    figure = Figure(figsize=(WIDTH, 5.5))
    grid = figure.subplots(2, 2, gridspec_kw=PLACE)
    corners = (grid[0, 0], grid[1, 0], grid[1, 1])
    unit = _unit(scenes[0].women)
    for axes, scene in zip(corners, scenes, strict=False):
        _draw(axes, scene, unit)
        axes.set_title(words.say(f"charts.network_{scene.when}", {"week": scene.week}), pad=3)
        told = {"above": scene.above, "selling": scene.selling}
        axes.text(
            0.0, -0.005, words.say("charts.network_told", told), transform=axes.transAxes,
            va="top", fontsize=7.5,
        )  # fmt: skip
    _legend(grid[0, 1], scenes[0], cutoff, unit, words)
    return figure


def _unit(women: pd.DataFrame) -> float:
    """Points: the radius of a mark that leaves its neighbours free."""
    width = WIDTH * 72 / 2.15
    return float(np.clip(0.34 * width / np.sqrt(1.35 * len(women)), 1.2, 5.0))


def _draw(axes: Axes, scene: Scene, unit: float) -> None:
    axes.set_axis_off()
    axes.set(xlim=(-0.04, 1.04), ylim=(1.05, -0.05))
    women, ties = scene.women, scene.ties
    x, y = women.x.to_numpy(), women.y.to_numpy()
    for low, high, dark in TRUST:
        own = ties[(ties.trust >= low) & (ties.trust < high)]
        ends = np.column_stack([own.one, own.other]).astype(int)
        nothing = np.full(len(ends), np.nan)
        across = np.column_stack([x[ends[:, 0]], x[ends[:, 1]], nothing]).ravel()
        up = np.column_stack([y[ends[:, 0]], y[ends[:, 1]], nothing]).ravel()
        axes.plot(across, up, color=TIE, alpha=dark, lw=0.35, zorder=1)
    for role, own in women.groupby("role", sort=True):
        _marks(axes, str(role), own.x, own.y, own.burnout, _radius(own.income, unit, str(role)))


def _radius(income: Any, unit: float, role: str) -> Any:
    """The radius of a mark, in points: it grows with the root of income."""
    if role in QUIET:
        return np.full(np.shape(income), 0.55 * unit)
    return unit * np.minimum(1.9, 0.5 + 0.62 * np.sqrt(np.maximum(income, 0.0) / 900.0))


def _marks(axes: Axes, role: str, x: Any, y: Any, burnout: Any, radius: Any) -> None:
    """Marks of one shape, those of a colour in one path: a fourth of the bytes."""
    shape, size = MARKS[role]
    unit = CIRCLE if shape == "o" else _path_of(shape)
    middles = axes.transData.transform(np.column_stack([x, y]))
    reach = 2 * size * np.asarray(radius) * axes.figure.dpi / 72
    points = middles[:, None] + reach[:, None, None] * np.asarray(unit.vertices, dtype=float)
    points = axes.transData.inverted().transform(points.reshape(-1, 2)).reshape(points.shape)
    codes = np.asarray(unit.codes, dtype=np.uint8)
    steps, hollow = np.array(step_of(burnout)), role in HOLLOW
    for step, colour in enumerate(STEPS):
        own = points[steps == step]
        if len(own):
            path = Path(own.reshape(-1, 2), np.tile(codes, len(own)))
            look = {"fc": "none", "ec": colour, "lw": 0.7} if hollow else {"fc": colour, "ec": INK}
            patch = PathPatch(path, **{"lw": 0.35, "zorder": 2, "clip_on": False, **look})
            axes.add_artist(patch)  # the limits stand already


def _path_of(shape: str) -> Path:
    mark = MarkerStyle(shape)
    return mark.get_path().transformed(mark.get_transform())


def step_of(burnout: Any) -> list[int]:
    """The step of the colour scale, 0 to 4.

    >>> step_of([0.0, 0.19, 0.2, 1.0])
    [0, 0, 1, 4]
    """
    shares = np.nan_to_num(np.asarray(burnout, dtype=float))
    return [int(step) for step in np.clip(np.floor(shares * len(STEPS)), 0, len(STEPS) - 1)]


def _legend(axes: Axes, scene: Scene, cutoff: float, unit: float, words: Words) -> None:
    """How to read the three others."""
    axes.set_axis_off()
    axes.set(xlim=(0, 1), ylim=(1, 0))
    size = max(unit, 3.2)

    def line(height: float, key: str, **fields: object) -> None:
        axes.text(0.06, height, words.say(f"charts.{key}", fields), va="center")

    line(0.05, "key_burnout")
    for step in range(len(STEPS)):
        _marks(axes, "alone", [0.09 + 0.185 * step], [0.13], [(step + 0.5) / len(STEPS)], [size])
        axes.text(
            0.12 + 0.185 * step,
            0.13,
            words.say(f"dashboard.step_{step}"),
            va="center",
            fontsize=7.5,
        )
    line(0.24, "key_role")
    for number, role in enumerate(MARKS):
        across, down = 0.09 + 0.47 * (number % 2), 0.32 + 0.075 * (number // 2)
        radius = [0.55 * size * 1.3] if role in QUIET else [size]
        _marks(axes, role, [across], [down], [0.5], radius)
        axes.text(
            across + 0.045, down, words.say(f"dashboard.role_{role}"), va="center", fontsize=7.5
        )
    line(0.65, "key_income")
    for number, income in enumerate(INCOMES):
        across = 0.09 + 0.29 * number
        _marks(axes, "alone", [across], [0.73], [0.3], _radius([income], unit, "alone"))
        amount = words.say("charts.key_income_size", {"amount": f"{income:,.0f}"})
        axes.text(across + 0.045, 0.73, amount, va="center", fontsize=7.5)
    line(0.83, "key_ties")
    shown = {"shown": len(scene.women), "all": scene.everybody}
    line(0.905, "key_shown", **shown)
    axes.text(
        0.06,
        0.945,
        words.say("charts.key_cutoff", {"cutoff": f"{cutoff:g}"}),
        va="top",
        fontsize=7.5,
    )
