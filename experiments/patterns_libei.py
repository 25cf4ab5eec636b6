"""Patterns of the village like Libei: take-off, price war, rivalry, and the project's end."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from experiments.patterns_base import (
    HALF,
    WEEKS_A_YEAR,
    Part,
    PatternRow,
    Window,
    around,
    median_figure,
    part,
    part_over_seeds,
    range_of,
    ratio,
    ratio_figure,
    row,
    target,
)
from experiments.patterns_end import EndRun
from experiments.patterns_runs import Change, LibeiRun
from experiments.statistics import Floats
from model.parameters import Values

COUNTED = 145  # week of October 2017, when paper 004 counts shops and workers
YEARS_LATER = 4
LEAST_SHOPS = 2.0  # a logistic curve is fitted from here on

# Windows of the criteria, set in advance (docs/adr/0014).
SHOPS = around(target("libei_size_shops"), 100, 130)
WORKERS = around(target("libei_size_workers"), 140, 170)
SALES_2017 = around(target("libei_sales_2017"), 9.5e6, 12e6)
SALES_LATER = around(target("libei_sales_later"), 11.5e6, 14.5e6)
GROWTH_LATER = Window(high=0.10)
ENTRY = range_of(target("entry_growth"))
PRICE_FALL = around(target("price_war_drop"), -60, -30).times(0.01)
MARGIN_BEFORE = around(target("margin_start"), 0.20, 0.35)
MARGIN_AFTER = around(target("margin_war"), 0.05, 0.18)
FALLS_MORE = Window(high=0.0)
ERODED = Window(high=-0.15)
GONE = Window(low=0.40)
KEPT_BY_SELF_RUN = Window(high=0.20)


# --- F1: take-off and plateau ------------------------------------------------------------------


def logistic_rate(shops: Floats) -> float:
    """Weekly rate of a logistic curve through the early phase, by least squares on the logits.

    Early is from the second shop to half of the ceiling, the largest number of shops there is.

    >>> weeks = np.arange(300.0)
    >>> round(logistic_rate(1000.0 / (1.0 + 400.0 * np.exp(-0.05 * weeks))), 4)
    0.05
    """
    ceiling = float(shops.max())
    past_half = np.flatnonzero(shops > HALF * ceiling)
    end = int(past_half[0]) if past_half.size else shops.size
    weeks = np.flatnonzero(shops[:end] >= LEAST_SHOPS)
    if weeks.size < 2:  # noqa: PLR2004 (a line needs two points)
        return float("nan")
    logits = np.log(shops[weeks] / (ceiling - shops[weeks]))
    away = weeks - weeks.mean()
    return float((away * logits).sum() / (away**2).sum())


def yearly(values: Floats, first: int, years: int) -> Floats:
    """Sums of whole years of 52 weeks.

    >>> yearly(np.ones(200), 40, 3).tolist()
    [52.0, 52.0, 52.0]
    """
    rows = values[first : first + years * WEEKS_A_YEAR]
    sums: Floats = rows.reshape(years, WEEKS_A_YEAR).sum(axis=1)
    return sums


def take_off(runs: Sequence[LibeiRun], values: Values) -> PatternRow:
    """F1: the village takes off and settles where paper 004 says it did."""
    women = values.women_share_of_shops
    until = COUNTED + YEARS_LATER * WEEKS_A_YEAR

    def at(name: str) -> list[float]:
        return [float(run.columns[name][COUNTED]) for run in runs]

    sales = np.array([
        yearly(run.columns["sales"], COUNTED - WEEKS_A_YEAR, 1 + YEARS_LATER) for run in runs
    ])
    later = sales[:, 1:]
    parts = [
        part_over_seeds("f1_shops", at("shops"), SHOPS.times(women)),
        part_over_seeds("f1_workers", at("workers"), WORKERS.times(women)),
        part_over_seeds("f1_sales", sales[:, 0].tolist(), SALES_2017.times(women)),
    ]
    parts += [
        part_over_seeds(f"f1_sales_{year + 1}", later[:, year].tolist(), SALES_LATER.times(women))
        for year in range(YEARS_LATER)
    ]
    growth = (later[:, 1:] / later[:, :-1] - 1.0).max(axis=1)
    rates = [logistic_rate(run.columns["shops"][:until]) for run in runs]
    parts.append(part_over_seeds("f1_growth", growth.tolist(), GROWTH_LATER))
    parts.append(part_over_seeds("f1_rate", rates, ENTRY))
    return row("F1", "calibrated", parts, len(runs))


# --- F2: saturation, then a price war ----------------------------------------------------------


def fall(change: Change) -> float:
    """Relative change, negative when it fell.

    >>> fall(Change(2.0, 1.5))
    -0.25
    """
    return ratio(change.after, change.before) - 1.0


def price_war_row(runs: Sequence[LibeiRun], _values: Values) -> PatternRow:
    """F2: prices hold while the village grows, then fall, and profit falls with them."""
    wars = [run.war for run in runs]
    shops = [fall(war.profit_per_shop) - fall(war.sales_per_shop) for war in wars]

    def judged(name: str, values: Sequence[float], window: Window | None = None) -> Part:
        return part(name, median_figure(values), window)

    parts = [
        judged("f2_price", [fall(war.price) for war in wars], PRICE_FALL),
        judged("f2_margin_before", [war.margin_shop.before for war in wars], MARGIN_BEFORE),
        judged("f2_margin_after", [war.margin_shop.after for war in wars], MARGIN_AFTER),
        judged("f2_profit_over_sales", shops, FALLS_MORE),
        judged("f2_profit_shop", [fall(war.profit_per_shop) for war in wars]),
        judged("f2_sales_shop", [fall(war.sales_per_shop) for war in wars]),
        judged("f2_village_before", [war.margin_village.before for war in wars]),
        judged("f2_village_after", [war.margin_village.after for war in wars]),
    ]
    return row("F2", "calibrated", parts, len(runs))


# --- F3: trust erodes with rivalry -------------------------------------------------------------


def rivalry_row(runs: Sequence[LibeiRun], _values: Values) -> PatternRow:
    """F3: on the ties between women who sell, trust and shared know-how fall."""
    seen = [run.rivalry for run in runs]

    def changed(name: str, pick: Callable[[int], Change], window: Window | None = None) -> Part:
        changes = [pick(i) for i in range(len(seen))]
        before, after = [c.before for c in changes], [c.after for c in changes]
        return part(name, ratio_figure(after, before, -1.0), window)

    parts = [
        changed("f3_trust", lambda i: seen[i].trust, ERODED),
        changed("f3_know_how", lambda i: seen[i].know_how, ERODED),
        changed("f3_trust_all", lambda i: seen[i].trust_all),
        changed("f3_know_how_all", lambda i: seen[i].know_how_all),
        part("f3_ties", median_figure([float(each.ties) for each in seen])),
        part("f3_week", median_figure([float(each.week) for each in seen])),
    ]
    return row("F3", "emergent", parts, len(runs))


# --- F14: the project's end --------------------------------------------------------------------

ARMS = {"all": "", "all+self_run_body": "_self_run"}


def project_end(runs: Sequence[Mapping[str, EndRun]], _values: Values) -> PatternRow:
    """F14: half a year after a project, what it gave is partly gone; a self-run body keeps it."""
    tested = {
        "burnout": (GONE, None),
        "governance": (GONE, KEPT_BY_SELF_RUN),
        "governance_mean": (None, None),
        "trust": (None, None),
        "income": (None, None),
    }
    parts = []
    for which, (arm, suffix) in enumerate(ARMS.items()):
        ends = [run[arm] for run in runs]
        for outcome, windows in tested.items():
            changes: list[Change] = [getattr(end, outcome) for end in ends]
            parts.append(lost(f"f14_{outcome}{suffix}", changes, windows[which]))
        parts += gains(ends, suffix)
    return row("F14", "emergent", parts, len(runs))


def lost(name: str, changes: Sequence[Change], window: Window | None) -> Part:
    """The part of a gain that is gone: 1 is all of it, below 0 it went on growing."""
    before = [change.before for change in changes]
    gone = [change.before - change.after for change in changes]
    return part(name, ratio_figure(gone, before), window)


def gains(ends: Sequence[EndRun], suffix: str) -> list[Part]:
    """How large the gain was at the project's end, for each woman reached or each village."""
    reached = [float(end.reached) for end in ends]
    villages = [1.0] * len(ends)
    return [
        part(f"f14_gain_burnout{suffix}", ratio_figure([e.burnout.before for e in ends], reached)),
        part(
            f"f14_gain_governance{suffix}",
            ratio_figure([e.governance.before for e in ends], villages),
        ),
        part(f"f14_gain_trust{suffix}", ratio_figure([e.trust.before for e in ends], villages)),
        part(f"f14_gain_income{suffix}", ratio_figure([e.income.before for e in ends], reached)),
        part(f"f14_bodies{suffix}", ratio_figure([float(e.bodies) for e in ends], villages)),
    ]
