"""Labels beside what they name, moved where they would cover each other."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from viz.charts.drawing import INK, SOFT

PLACES = (  # of a label beside its point, in points, best first
    (6, 4), (6, -4), (-6, 4), (-6, -4), (8, 0), (-8, 0), (0, 9), (0, -9), (9, 13), (9, -13),
    (-9, 13), (-9, -13), (12, 22), (12, -22), (-12, 22), (-12, -22), (18, 32), (18, -32),
    (-18, 32), (-18, -32),
)  # fmt: skip
POINT = 9.0  # pixels around a point that no label covers


def renderer_of(figure: Figure) -> RendererAgg:
    """What measures texts; the figure has to have its final size."""
    return RendererAgg(*figure.bbox.size, figure.dpi)  # type: ignore[no-untyped-call]


def label_points(
    figure: Figure,
    axes: Axes,
    points: Sequence[tuple[float, float]],
    names: Sequence[str],
    lines: Sequence[tuple[float, float, float, float]] = (),
) -> None:
    """Write the name of each point beside it, where it covers no other and stays inside.

    Args:
        figure: with its final size.
        axes: with its final limits.
        points: in data coordinates.
        names: one a point.
        lines: that should not be covered either: x, y, x, y of their ends.
    """
    renderer = renderer_of(figure)
    inside = axes.get_window_extent(renderer)
    at = axes.transData.transform(np.asarray(points, dtype=float).reshape(-1, 2))
    taken = [Bbox.from_extents(x - POINT, y - POINT, x + POINT, y + POINT) for x, y in at]
    ends = axes.transData.transform(np.asarray(lines, dtype=float).reshape(-1, 2)).reshape(-1, 4)
    bars = [Bbox.from_extents(*line).padded(2.0) for line in ends]
    for place in np.argsort(at[:, 1])[::-1]:
        others = [box for number, box in enumerate(taken) if number != place]
        taken.append(_label(axes, points[place], names[place], others + bars, inside, renderer))


def _label(
    axes: Axes,
    point: tuple[float, float],
    name: str,
    taken: Sequence[Bbox],
    inside: Bbox,
    renderer: RendererAgg,
) -> Bbox:
    """The first place that covers nothing, or else the one that covers least."""
    text = axes.annotate(
        name, point, fontsize=7.5, color=INK, textcoords="offset points", xytext=(0, 0),
        arrowprops={"arrowstyle": "-", "lw": 0.5, "color": SOFT, "shrinkA": 0, "shrinkB": 3},
    )  # fmt: skip
    text.set_in_layout(False)
    text.update_positions(renderer)  # offsets start at the point, wherever the label is moved
    tried = []
    for offset in PLACES:
        _move(text, offset)
        box = _box(text, renderer)
        covered = sum(_overlap(box, other) for other in taken)
        outside = box.width * box.height - _overlap(box, inside)
        tried.append((covered + 4.0 * outside, offset))
        if not covered and outside < 1.0:
            break
    _move(text, min(tried, key=lambda found: found[0])[1])
    return _box(text, renderer)


def _move(text: Annotation, offset: tuple[int, int]) -> None:
    text.set_position(offset)
    text.set_horizontalalignment("left" if offset[0] > 0 else "right" if offset[0] else "center")
    text.set_verticalalignment("bottom" if offset[1] > 0 else "top" if offset[1] else "center")


def _box(text: Annotation, renderer: RendererAgg) -> Bbox:
    return super(Annotation, text).get_window_extent(renderer)


def _overlap(one: Bbox, two: Bbox) -> float:
    shared = Bbox.intersection(one, two)
    return shared.width * shared.height if shared else 0.0


def spread_apart(heights: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Heights of labels near where they belong, in the same order, at least a gap apart.

    >>> spread_apart([0.0, 0.1, 5.0], 1.0, 0.0, 6.0)
    [0.0, 1.0, 5.0]
    """
    order = np.argsort(heights, kind="stable")
    found = np.asarray(heights, dtype=float)[order]
    for place in range(1, found.size):
        found[place] = max(found[place], found[place - 1] + gap)
    if found.size and found[-1] > high:
        found[-1] = high
        for place in range(found.size - 2, -1, -1):
            found[place] = min(found[place], found[place + 1] - gap)
    moved = np.empty_like(found)
    moved[order] = np.maximum(found, low)
    return [float(height) for height in moved]
