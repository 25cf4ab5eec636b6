"""The pattern of a viral burst: one seller, then the whole village, then every year.

F15; criteria in section 2 of the evidence and in ADR 14.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from agents.rule import Floats
from experiments.patterns_base import (
    PatternRow,
    Window,
    around,
    median_figure,
    part,
    ratio,
    row,
    target,
)
from experiments.patterns_trial import (
    Found,
    Given,
    Sum,
    branch,
    by_lot,
    change,
    figure,
    past,
    selling,
)
from model.parameters import Values
from model.setup import Setup
from model.village import Village
from scenarios.mechanisms.market import MarketEvent

YEAR = 52
COUNT = 3  # yearly events
SEEN = 12  # weeks after an event
HALF = 0.5

BURST = Window(2.0, 30.0)
SOON_OVER = Window(high=4.0)
NOT_BELOW = Window(low=1.0)
ENTERS = around(target("viral_entry"), 10, 80).times(0.01).low
TRUE = Window(low=1.0)


def watch_event(setups: Mapping[str, Setup], seed: int) -> Found:
    """An event for one seller, one for the village, and one every year, against none."""
    setup = setups["none"]
    boom = setup.background.match_boom
    assert boom is not None
    events = [boom[0] + year * YEAR for year in range(COUNT)]
    quiet = replace(setup, background=replace(setup.background, match_boom=None))
    with closing(past(quiet, seed, events[0])) as village:
        one = by_lot(village, selling(village), 1)
        peak = village.p.viral_peak
        single, whole = (
            MarketEvent(peak=peak, whole_village=whole) for whole in (False, True)
        )
        everybody = np.flatnonzero(selling(village))
        yearly = [Given(whole, everybody, 1.0, week, week + 1) for week in events]
        found = _burst(village, Given(single, one, 1.0, events[0], events[0] + 1))
        for name, given in {"none": [], "once": yearly[:1], "yearly": yearly}.items():
            years = years_of(branch(village, given))
            found |= {f"{name}_{key}": each for key, each in years.items()}
    return found


def _burst(village: Village, given: Given) -> dict[str, Sum]:
    """Demand of one seller against the same weeks without the event."""
    orders = []
    for arm in (branch(village, [given]), branch(village)):
        with closing(arm):
            weeks = []
            for _ in range(SEEN):
                arm.step()
                weeks.append(float(arm.sellers.orders[given.rows[0]]))
            orders.append(weeks)
    times = np.array([ratio(*pair) for pair in zip(*orders, strict=True)])
    return {"peak": Sum(float(times[0]), 1.0), "half": Sum(half_gone(times), 1.0)}


def half_gone(times: Floats) -> float:
    """Weeks until half of the excess of the first week is gone; none where it never is.

    >>> half_gone(np.array([6.0, 3.5, 2.7])), half_gone(np.array([6.0, 5.0, 4.0]))
    (1.0, nan)
    """
    gone = np.flatnonzero(times[1:] - 1.0 <= HALF * (times[0] - 1.0))
    return float(gone[0] + 1) if gone.size else np.nan


def years_of(arm: Village) -> dict[str, Sum]:
    """Sales of each year, sales per shop in the weeks after each event, shops in the end."""
    found: dict[str, Sum] = {}
    sales, shops = [], []
    with closing(arm):
        for _ in range(COUNT * YEAR):
            arm.step()
            sales.append(float(arm.sellers.sales.sum()))
            shops.append(float(selling(arm).sum()))
    for i in range(COUNT):
        start = i * YEAR
        found[f"year_{i}"] = Sum(sum(sales[start : start + YEAR]), 1.0)
        weeks = slice(start, start + SEEN)
        found[f"per_shop_{i}"] = Sum(sum(sales[weeks]), sum(shops[weeks]))
    found["shops"] = Sum(shops[-1], 1.0)
    return found


def viral_burst(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F15: a burst is soon over, the next year is no worse, and newcomers take what it brings."""
    first = ("yearly_per_shop_0", "none_per_shop_0")
    third = ("yearly_per_shop_2", "none_per_shop_2")
    entry = ("yearly_shops", "none_shops")

    def thinner(a: float, a0: float, c: float, c0: float, shops: float, before: float) -> float:
        less = change(c, c0) < change(a, a0)
        return float(less or change(shops, before) >= ENTERS)

    def judged(name: str) -> list[float]:
        return [run[name].total for run in runs]

    parts = [
        part("f15_peak", median_figure(judged("peak")), BURST),
        part("f15_half", median_figure(judged("half")), SOON_OVER),
        part("f15_second_year", figure(runs, ratio, "yearly_year_1", "yearly_year_0"), NOT_BELOW),
        part("f15_thinner", figure(runs, thinner, *first, *third, *entry), TRUE),
        part("f15_first", figure(runs, change, *first)),
        part("f15_third", figure(runs, change, *third)),
        part("f15_entry", figure(runs, change, *entry)),
        part("f15_year_against", figure(runs, change, "yearly_year_1", "none_year_1")),
        part("f15_once", figure(runs, change, "once_year_1", "none_year_1")),
    ]
    return row("F15", "emergent", parts, len(runs))
