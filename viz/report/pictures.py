"""Figures as they stand in the file: inlined, isolated, with their numbers beside them."""

import base64
from collections.abc import Callable

from matplotlib.figure import Figure

from viz.charts import svg
from viz.report.blocks import Pictured, Table


def picture(draw: Callable[[], Figure], alt: str, caption: str, table: Table) -> Pictured:
    """A figure as a block of the report.

    It is inlined as an image, not as markup: names inside one drawing cannot meet those of
    another, and a screen reader hears the alternative text alone.

    Args:
        draw: makes the figure.
        alt: what it shows, for those who do not see it.
        caption: what to see in it, and which uncertainty it shows.
        table: its numbers.
    """
    code = base64.b64encode(svg(draw()).encode()).decode("ascii")
    return Pictured(f"data:image/svg+xml;base64,{code}", alt, caption, table)
