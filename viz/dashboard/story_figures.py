"""The numbers of a lesson, computed from its films."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from viz.dashboard.frames import Film
from viz.dashboard.lesson import Figure, Lesson

Values = dict[str, float | None]
WHOLE = 100.0


def figures_of(lesson: Lesson, a: Film, b: Film | None = None) -> Values:
    """Every figure of a lesson; nothing where the films cannot say.

    Args:
        lesson: whose figures are declared in the order in which they rest on each other.
        a: the film of the first future.
        b: of the second, where the lesson has one.
    """
    found: Values = {}
    for name, figure in lesson.figures.items():
        if figure.of is not None:
            one, two = (found[part] for part in figure.of)
            value = None if one is None or two is None else _compared(figure, one, two)
        else:
            value = _measured(figure, a, b)
        found[name] = value if value is not None and math.isfinite(value) else None
    return found


def holds(lesson: Lesson, values: Values) -> bool:
    """The story of the lesson can be told of this village."""
    return all(held.holds(values[held.figure]) for held in lesson.holds)


def told(lesson: Lesson, values: Values) -> dict[str, dict[str, Any]]:
    """The figures as the browser writes them: value and kind."""
    return {name: {"value": values[name], "kind": f.kind} for name, f in lesson.figures.items()}


def for_browser(lesson: Lesson) -> dict[str, Any]:
    """What the browser draws of a lesson, in both languages."""
    sent = lesson.model_dump(mode="json", include={"title", "sides", "cards"})
    sent["cards"] = [card | {"until": lesson.until(at)} for at, card in enumerate(sent["cards"])]
    return sent


def _measured(figure: Figure, a: Film, b: Film | None) -> float | None:
    first, last = figure.weeks
    name = figure.line or ""
    films = {"a": (a,), "b": (b,), "gap": (a, b)}[figure.side]
    lines = [film.line(name)[first:last] for film in films if film is not None]
    if len(lines) < len(films):
        return None
    line = np.asarray(lines[0] if len(lines) == 1 else lines[1] - lines[0], float)
    if not np.isfinite(line).any():
        return None
    value = _taken(figure.take, line, first)
    return WHOLE * math.expm1(value) if figure.unlog else value


def _taken(take: str, line: NDArray[np.float64], first: int) -> float:
    if take == "week_of_highest":
        return float(first + np.nanargmax(line))
    means: dict[str, Callable[..., Any]] = {
        "mean": np.nanmean, "highest": np.nanmax, "lowest": np.nanmin, "sum": np.nansum
    }
    return float(means[take](line))


def _compared(figure: Figure, one: float, two: float) -> float | None:
    if figure.how == "difference":
        return two - one
    if one == 0:
        return None
    left = WHOLE * two / one
    return {"left": left, "change": left - WHOLE, "fall": WHOLE - left}[figure.how]
