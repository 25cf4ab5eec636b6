"""Patterns: what a row of their table holds, and how sure its figures are.

A pattern is a stylised fact that the model must show. Targets of the literature are read here and
nowhere else; no rule knows them.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

import words
from experiments.statistics import CONFIDENCE, RESAMPLES, Floats
from model.parameters import DECLARED, Parameter
from scenarios.yaml_reader import read_yaml

Integers = NDArray[np.int64]
Label = Mapping[str, str]
Statistic = Callable[[Integers], float]  # of the replications with these numbers

UNBOUNDED = float("inf")
HALF = 0.5
WEEKS_A_YEAR = 52
WEEKS_A_QUARTER = 13


@dataclass(frozen=True)
class Window:
    """Where a figure must lie; both ends belong to it."""

    low: float = -UNBOUNDED
    high: float = UNBOUNDED

    def holds(self, value: float) -> bool:
        """Whether a figure lies inside; a missing one does not."""
        return self.low <= value <= self.high

    def times(self, factor: float) -> "Window":
        """The window of a part of what was counted (assumption A1)."""
        return Window(self.low * factor, self.high * factor)


@dataclass(frozen=True)
class Figure:
    """A number over replications with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Part:
    """One figure of a pattern.

    Attributes:
        name: its entry in `words/patterns.yaml`.
        label: what it is, by language.
        value: the figure over all replications.
        low, high: its 95 % interval, by bootstrap over replications.
        window: where it must lie, set in advance; none where it is only reported.
        holds: whether it does; none where it is only reported.
        inside: share of the replications that lie in the window by themselves, where it counts.
    """

    name: str
    label: Label
    value: float
    low: float
    high: float
    window: Window | None = None
    holds: bool | None = None
    inside: float | None = None


@dataclass(frozen=True)
class Elsewhere:
    """The same pattern at another setting, or under a rival structure.

    Attributes:
        name: of the structure, or of the parameters that were set.
        setting: their values; none of a structure.
        holds: whether the pattern holds there.
        part: the figure that is shown, its leading one or the first that fails.
        figure: that figure with its interval, as text without words.
        replications: how many villages it rests on.
    """

    name: str
    setting: Mapping[str, float]
    holds: bool
    part: Part
    figure: str
    replications: int


@dataclass(frozen=True)
class PatternRow:
    """One pattern: its figure, its criterion, and whether it holds.

    Attributes:
        id: as in the table of patterns, such as `F3`.
        label: what the pattern says, by language.
        kind: `built in`, `calibrated` or `emergent`.
        holds: whether every part with a window lies in it.
        figure: the leading figure with its interval, as text without words.
        figure_value, low, high: the same as numbers.
        criterion: what was asked for in advance, by language.
        parts: all figures.
        replications: how many villages it rests on.
        failing: an emergent pattern at a setting inside the declared ranges where it fails.
        structures: under each rival structure, where that was asked for.
    """

    id: str
    label: Label
    kind: str
    holds: bool
    figure: str
    figure_value: float
    low: float
    high: float
    criterion: Label
    parts: tuple[Part, ...]
    replications: int
    failing: Elsewhere | None = None
    structures: tuple[Elsewhere, ...] = ()


def target(name: str) -> Parameter:
    """A number of the literature that the model should reproduce.

    >>> target("libei_size_shops").default
    114.0
    """
    declared = DECLARED[name]
    if declared.role != "target":
        raise ValueError(f"{name} is no target but {declared.standing}")
    return declared


def around(aim: Parameter, low: float, high: float) -> Window:
    """A criterion's window, which must hold the number it was drawn around.

    >>> around(target("libei_size_shops"), 100, 130).holds(114)
    True
    """
    window = Window(low, high)
    if aim.default is None or not window.holds(aim.default):
        raise ValueError(f"{aim.name} lies outside the window {low} to {high}")
    return window


def range_of(aim: Parameter) -> Window:
    """The declared range of a target, as the window of a criterion."""
    if aim.low is None or aim.high is None:
        raise ValueError(f"{aim.name} has no range")
    return Window(aim.low, aim.high)


def say(entry: str) -> Label:
    """A text of `words/patterns.yaml`, in both languages."""
    return _texts()[entry]


@cache
def _texts() -> Mapping[str, Label]:
    folder = Path(next(iter(words.__path__)))
    return cast("Mapping[str, Label]", read_yaml(folder / "patterns.yaml").data)


# --- Figures over replications -----------------------------------------------------------------


def figure_of(statistic: Statistic, count: int) -> Figure:
    """A statistic of all replications, and its percentile interval by bootstrap over them.

    Args:
        statistic: of replications given by number, some of them repeatedly.
        count: how many replications there are.
    """
    value = statistic(np.arange(count))
    if count == 1:
        return Figure(value, np.nan, np.nan)
    drawn = np.array([statistic(picked) for picked in _resamples(count)])
    drawn = drawn[np.isfinite(drawn)]
    if not drawn.size:
        return Figure(value, np.nan, np.nan)
    tail = (1.0 - CONFIDENCE) / 2.0
    low, high = np.quantile(drawn, (tail, 1.0 - tail))
    return Figure(value, float(low), float(high))


def _resamples(count: int) -> Integers:
    """Replications picked with return; the same for the same number of them."""
    digest = hashlib.sha256(f"jinguo.patterns/{count}".encode()).digest()
    luck = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))
    return luck.integers(0, count, (RESAMPLES, count))


def median(values: Floats) -> float:
    """The median of the numbers that are there; none when there are none.

    >>> median(np.array([1.0, np.nan, 3.0]))
    2.0
    """
    there = values[np.isfinite(values)]
    return float(np.median(there)) if there.size else np.nan


def median_figure(values: Sequence[float]) -> Figure:
    """The median over replications."""
    column = np.array(values, dtype=np.float64)
    return figure_of(lambda picked: median(column[picked]), column.size)


def ratio(above: float, below: float) -> float:
    """A quotient, missing where there is nothing to divide by.

    >>> ratio(1.0, 2.0), ratio(1.0, 0.0)
    (0.5, nan)
    """
    return above / below if below != 0.0 else np.nan


def ratio_figure(above: Sequence[float], below: Sequence[float], shift: float = 0.0) -> Figure:
    """A quotient of sums over replications, plus `shift` (−1 for a relative change)."""
    tops, bottoms = np.array(above, dtype=np.float64), np.array(below, dtype=np.float64)
    return figure_of(
        lambda picked: ratio(float(tops[picked].sum()), float(bottoms[picked].sum())) + shift,
        tops.size,
    )


# --- Parts and rows ----------------------------------------------------------------------------


def part(name: str, figure: Figure, window: Window | None = None) -> Part:
    """A figure, judged against its window where it has one."""
    holds = None if window is None else window.holds(figure.value)
    return Part(name, say(name), figure.value, figure.low, figure.high, window, holds)


def part_over_seeds(name: str, values: Sequence[float], window: Window) -> Part:
    """A median that must lie inside, as must at least half of the replications by themselves."""
    figure = median_figure(values)
    inside = sum(window.holds(value) for value in values) / len(values)
    holds = window.holds(figure.value) and inside >= HALF
    return Part(name, say(name), figure.value, figure.low, figure.high, window, holds, inside)


def row(name: str, kind: str, parts: Sequence[Part], replications: int) -> PatternRow:
    """A pattern of these parts; the first one is its leading figure.

    Args:
        name: such as `F3`.
        kind: what holding means.
        parts: its figures.
        replications: how many villages they rest on.
    """
    first, entry = parts[0], name.lower()
    judged = [each.holds for each in parts if each.holds is not None]
    return PatternRow(
        id=name,
        label=say(entry),
        kind=kind,
        holds=all(judged),
        figure=shown(first),
        figure_value=first.value,
        low=first.low,
        high=first.high,
        criterion=say(f"{entry}_criterion"),
        parts=tuple(parts),
        replications=replications,
    )


def elsewhere(found: PatternRow, name: str, setting: Mapping[str, float]) -> Elsewhere:
    """What a row says at another setting."""
    part = telling(found)
    return Elsewhere(name, setting, found.holds, part, shown(part), found.replications)


def telling(found: PatternRow) -> Part:
    """The figure to show of a pattern: the first that fails, or else its leading one."""
    failed = [each for each in found.parts if each.holds is False]
    return (failed or list(found.parts))[0]


def shown(part: Part) -> str:
    """A figure with its interval, as text without words."""
    return f"{number(part.value)} [{number(part.low)}, {number(part.high)}]"


def number(value: float) -> str:
    """A figure with three digits that say something.

    >>> number(0.04812), number(114.0), number(10700000.0), number(float("nan"))
    ('0.0481', '114', '10,700,000', '–')
    """
    if not np.isfinite(value):
        return "–"
    if abs(value) >= 100.0:  # noqa: PLR2004 (three digits before the point)
        return f"{value:,.0f}"
    return f"{value:.3g}"
