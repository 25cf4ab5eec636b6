"""Figures as they stand in the file: inlined, isolated, with their numbers beside them."""

import base64
from collections.abc import Callable

import pandas as pd
from matplotlib.figure import Figure

from viz.charts import svg, weeks_between_points
from viz.charts.drawing import thinned
from viz.report.blocks import Pictured, Table


def picture(
    draw: Callable[[], Figure],
    alt: str,
    caption: str,
    table: Table,
    *,
    name: str = "",
    data: pd.DataFrame | None = None,
) -> Pictured:
    """A figure as a block of the report.

    It is inlined as an image, not as markup: names inside one drawing cannot meet those of
    another, and a screen reader hears the alternative text alone.

    Args:
        draw: makes the figure.
        alt: what it shows, for those who do not see it.
        caption: what to see in it, and which uncertainty it shows.
        table: its numbers, as they are read.
        name: a short name for its downloads, such as `effects`; none are offered without one.
        data: its numbers as drawn, for the CSV download.
    """
    return Pictured(inlined(draw), alt, caption, table, name, data)


def inlined(draw: Callable[[], Figure]) -> str:
    """A figure as an address that holds all of it."""
    code = base64.b64encode(svg(draw()).encode()).decode("ascii")
    return f"data:image/svg+xml;base64,{code}"


def points(bands: pd.DataFrame) -> pd.DataFrame:
    """The weeks of each arm's line at which figures over time have a point."""
    if bands.empty:
        return bands
    every = weeks_between_points(bands.week.nunique())
    return pd.concat([thinned(bands[bands.arm == arm], every) for arm in dict.fromkeys(bands.arm)])
