"""What is read from a history: outcomes at each horizon, and what the programme cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.statistics import Floats

if TYPE_CHECKING:
    from experiments.run import History
    from model.indicators import Indicator
    from model.setup import Programme

PRIMARY = ("income", "burnout", "trust")
WEEKS_AVERAGED = 13
WEEKS_AVERAGED_MONEY = 52  # income follows the harvest: only whole years compare
WEEKS_A_YEAR = 52

# weekly programme accounts among the indicators
COST, SERVED, ASKED, UNSERVED = "programme_cost", "hours_served", "hours_asked", "hours_unserved"
SERVICES = "services_cost"
REACHED = "reached"  # women served so far
SELLING = "watched"  # women who sold when the programme began, the same in every arm


@dataclass(frozen=True)
class Cell:
    """One outcome of one group of women, read at one horizon."""

    indicator: str
    outcome: str
    horizon: str
    population: str
    subgroup: str
    unit: str
    column: int
    first: int
    end: int


@dataclass(frozen=True)
class Quantity:
    """One line of the programme's accounts."""

    name: str
    unit: str


@dataclass(frozen=True)
class Span:
    """From one week until before another."""

    start: int
    stop: int


QUANTITIES = (
    Quantity("cost", "yuan"),
    Quantity("cost_per_woman", "yuan"),
    Quantity("cost_per_woman_reached", "yuan"),
    Quantity("cost_per_woman_selling_at_start", "yuan"),
    Quantity("women_reached", "women"),
    Quantity("hours_served", "hours"),
    Quantity("hours_asked", "hours"),
    Quantity("hours_unserved", "hours"),
    Quantity("hours_per_woman_year", "hours"),
    Quantity("hours_per_woman_reached_year", "hours"),
    Quantity(SERVICES, "yuan"),
)


def primary_cells(
    names: Sequence[str], horizons: Mapping[str, int], indicators: "Sequence[Indicator]"
) -> tuple[Cell, ...]:
    """Where the primary outcomes stand in a history, for each horizon and group of women.

    Args:
        names: the columns of the history.
        horizons: name of the horizon and the first week after it.
        indicators: what the columns mean.
    """
    place = {name: column for column, name in enumerate(names)}
    return tuple(
        Cell(
            indicator.name,
            indicator.outcome,
            horizon,
            indicator.population,
            indicator.subgroup,
            indicator.unit,
            place[indicator.name],
            max(0, end - (WEEKS_AVERAGED_MONEY if indicator.money else WEEKS_AVERAGED)),
            end,
        )
        for outcome in PRIMARY
        for horizon, end in horizons.items()
        for indicator in indicators
        if indicator.outcome == outcome and indicator.name in place
    )


def read_cells(history: "History", cells: Sequence[Cell]) -> Floats:
    """The mean of each outcome over the weeks up to its horizon; weeks without it are left out.

    Args:
        history: weeks x indicators.
        cells: what to read.
    """
    return np.array([_mean(history[cell.first : cell.end, cell.column]) for cell in cells])


def _mean(weeks: "History") -> float:
    held = weeks[np.isfinite(weeks)]
    return float(held.mean(dtype=np.float64)) if held.size else float("nan")


def programme_totals(
    names: Sequence[str], history: "History", women: int, programme: "Programme | Span"
) -> Floats:
    """The programme's accounts over the whole run, in the order of `QUANTITIES`.

    NaN where nobody was reached, or nobody sold when the programme began.

    Args:
        names: the columns of the history.
        history: weeks x indicators.
        women: rows of the village.
        programme: when it ran.
    """
    place = {name: column for column, name in enumerate(names)}

    def weekly(name: str) -> Floats:
        return np.asarray(history[:, place[name]], dtype=np.float64)

    years = (programme.stop - programme.start) / WEEKS_A_YEAR
    during = slice(programme.start, programme.stop)
    cost, served = weekly(COST).sum(), weekly(SERVED).sum()
    reached = float(np.max(weekly(REACHED)[during], initial=0.0))
    selling = float(np.max(weekly(SELLING)[during], initial=0.0))
    return np.array(
        [
            cost,
            _over(cost, women),
            _over(cost, reached),
            _over(cost, selling),
            reached,
            served,
            weekly(ASKED).sum(),
            weekly(UNSERVED).sum(),
            _over(served, women * years),
            _over(served, reached * years),
            weekly(SERVICES).sum() if SERVICES in place else np.nan,
        ]
    )


def _over(amount: float, women: float) -> float:
    return amount / women if women > 0 else float("nan")
