"""Patterns of access, concentration, cold chains and many newcomers.

F9, F10, F19 and F20; criteria in section 2 of the evidence and in ADR 14.
"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import replace

import numpy as np

from agents.rule import Floats
from agents.sellers import CATEGORIES, Status
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
from experiments.patterns_runs import LibeiRun, StartsRun
from experiments.patterns_trial import (
    BRANCHED,
    Found,
    Given,
    Rows,
    Sum,
    branch,
    change,
    counted,
    figure,
    mean,
    past,
    selling,
    total,
)
from experiments.run import seed_of
from experiments.without import instead, then
from model.parameters import Values
from model.setup import Setup, Shock
from model.ties import sum_by
from model.village import Village
from scenarios.mechanisms.market import Logistics

YEAR = 52
QUARTER = 13

ACCESS_YEAR = range(26, 78)  # a year around one year of access
LITTLE = around(target("access_itt"), -0.04, 0.04)
GAP = around(target("ecom_hh_gap"), 50, 100).times(0.01)
TAKE_OFF = range(93, 145)  # as in F1
NOBODY_YET = range(13)

CONCENTRATED = Window(0.35, 0.75)

LOSS_FRESH = Window(-0.20, -0.10)
NO_LOSS = Window(-0.001, 0.001)
NOTHING = Window(high=0.0)
SOMETHING = Window(low=0.0)

FALLS = Window(high=0.0)
QUARTER_OF_RISE = Window(high=0.25)


# --- F9: selection, not access -----------------------------------------------------------------


def watch_access(setups: Mapping[str, Setup], seed: int) -> Found:
    """Two villages by lot, one with access and one without; beside, the first without access."""
    other = seed_of(seed, 1)
    shut = instead("nobody may open a shop", {"careers": then(_shut)}).change
    found = {}
    for name, luck, access in (
        ("with", seed, True), ("without", other, False), ("twin", seed, False),
    ):
        with closing(Village(setups["none"], luck)) as village:
            if not access:
                village.phases = shut(tuple(village.phases))
            income = 0.0
            while village.week < ACCESS_YEAR.stop:
                village.step()
                if village.week > ACCESS_YEAR.start:
                    income += float(village.sellers.income.sum()) / len(ACCESS_YEAR)
            found[name] = Sum(income, float(village.women))
            found[f"{name}_selling"] = Sum(float(selling(village).sum()), float(village.women))
    return found


def _shut(village: Village) -> None:
    """Nobody opens a shop: those who made up their mind stay outside."""
    s = village.sellers
    s.status[s.status == Status.LEARNING] = Status.OUTSIDE


def watch_gap(setups: Mapping[str, Setup], seed: int) -> Found:
    """Household income in the take-off village: families that will sell, and the others."""
    with closing(Village(setups["none"], seed)) as village:
        family, rows = village.sellers.family.astype(np.int64), len(village.families)
        money = {0: wealth(village)}
        pioneer = np.zeros(rows, dtype=bool)
        for week in range(TAKE_OFF.stop):
            village.step()
            if week == 0:
                pioneer[family[selling(village)]] = True
            if week + 1 in {NOBODY_YET.stop, TAKE_OFF.start, TAKE_OFF.stop}:
                money[week + 1] = wealth(village)
        sells = np.zeros(rows, dtype=bool)
        sells[family[selling(village)]] = True
    found = {}
    for name, span, families in (
        ("before", NOBODY_YET, ~pioneer), ("gap", TAKE_OFF, np.ones(rows, dtype=bool)),
    ):
        earned = (money[span.stop] - money[span.start]) / len(span)
        for who, group in (("sellers", sells & families), ("others", ~sells & families)):
            found[f"{name}_{who}"] = Sum(float(earned[group].sum()), float(group.sum()))
    return found


def wealth(village: Village) -> Floats:
    """The balance of all accounts of every family."""
    own = np.zeros(len(village.families))
    sum_by(village.sellers.family, village.sellers.savings, own)
    own += village.families.account
    return own


def selection(found: Sequence[Found], gaps: Sequence[Found]) -> PatternRow:
    """F9: access changes little, though those who sell are far better off than others."""

    def before(seller: float, other: float, seller_later: float, other_later: float) -> float:
        return ratio(change(seller, other), change(seller_later, other_later))

    later = ("gap_sellers", "gap_others")
    parts = [
        part("f9_access", figure(found, change, "with", "without"), LITTLE),
        part("f9_gap", figure(gaps, change, *later), GAP),
        part("f9_before", figure(gaps, before, "before_sellers", "before_others", *later)),
        part("f9_gap_before", figure(gaps, change, "before_sellers", "before_others")),
        part("f9_twin", figure(found, change, "with", "twin")),
        part("f9_selling", mean(found, "with_selling")),
        part("f9_villages", counted(2.0 * len(found))),
    ]
    return row("F9", "calibrated", parts, len(found))


# --- F10: winner takes most --------------------------------------------------------------------


def concentration(places: Mapping[str, Sequence[LibeiRun | StartsRun]]) -> PatternRow:
    """F10: a tenth of the sellers hold most of the village's sales."""
    shares = {name: [run.top_share for run in runs] for name, runs in places.items()}
    parts = [
        part(f"f10_{name}", median_figure(values), CONCENTRATED) for name, values in shares.items()
    ]
    return row("F10", "emergent", parts, len(next(iter(shares.values()))))


# --- F19: a cold chain pays only for fresh goods with enough volume ----------------------------


def watch_cold(setups: Mapping[str, Setup], seed: int) -> Found:
    """A year with a cold chain that charges its users, against the same year without."""
    village = past(setups["none"], seed, BRANCHED - QUARTER)
    volume = np.zeros(village.women)
    while village.week < BRANCHED:
        village.step()
        volume += village.sellers.sold / QUARTER
    rows = np.flatnonzero(selling(village))
    category = village.sellers.category[rows]
    chain = Logistics(cold=1.0)
    given = [Given(chain, rows, 1.0, BRANCHED, BRANCHED + YEAR)]
    with closing(village):
        none, cold = year_of(branch(village)), year_of(branch(village, given))
    half = YEAR / 2
    both = (none["weeks"][rows] >= half) & (cold["weeks"][rows] >= half)
    found = {}
    for name in ("fresh", "craft"):
        who = rows[both & (category == CATEGORIES.index(name))]
        lost = {
            arm: (seen["loss"] / np.maximum(seen["weeks"], 1.0))[who]
            for arm, seen in (("none", none), ("cold", cold))
        }
        found[f"loss_{name}"] = Sum(float((lost["cold"] - lost["none"]).sum()), float(who.size))
        found |= _halves(name, who, volume, cold["profit"] - none["profit"])
    return found


def year_of(village: Village) -> dict[str, Floats]:
    """Of a year: weeks open, loss on the way and net online income a week; closes the village."""
    seen = {name: np.zeros(village.women) for name in ("weeks", "loss", "profit")}
    with closing(village):
        for _ in range(YEAR):
            village.step()
            s = village.sellers
            seen["weeks"] += s.selling
            seen["loss"] += (1.0 - s.kept) * s.selling
            seen["profit"] += s.income_online / YEAR
    return seen


def _halves(name: str, rows: Rows, volume: Floats, gain: Floats) -> dict[str, Sum]:
    """Gains of the shops with less and with more volume; of an odd number the more."""
    order = rows[np.argsort(volume[rows], kind="stable")]
    lower, upper = order[: rows.size // 2], order[rows.size // 2 :]
    return {
        f"{name}_lower": Sum(float(gain[lower].sum()), float(lower.size)),
        f"{name}_upper": Sum(float(gain[upper].sum()), float(upper.size)),
    }


def cold_chain(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F19: cold transport spares fresh goods, and pays only those who send enough."""
    parts = [
        part("f19_loss_fresh", mean(runs, "loss_fresh"), LOSS_FRESH),
        part("f19_loss_craft", mean(runs, "loss_craft"), NO_LOSS),
        part("f19_lower", mean(runs, "fresh_lower"), NOTHING),
        part("f19_upper", mean(runs, "fresh_upper"), SOMETHING),
        part("f19_craft_upper", mean(runs, "craft_upper")),
        part("f19_shops", counted(total(runs, "loss_fresh"))),
    ]
    return row("F19", "built in", parts, len(runs))


# --- F20: mass onboarding backfires ------------------------------------------------------------


def watch_newcomers(setups: Mapping[str, Setup], seed: int) -> Found:
    """Sellers doubled in a quarter: those who sold before, and the village, in the year after."""
    shocked = replace(setups["none"], shocks=(Shock("mass_onboarding", BRANCHED),))
    found: dict[str, Sum] = {}
    with closing(past(setups["none"], seed)) as village:
        rows = np.flatnonzero(selling(village))
        for name, arm in {"none": branch(village), "many": village.branch(shocked)}.items():
            found |= {f"{name}_{key}": each for key, each in incumbents(arm, rows).items()}
    return found


def incumbents(arm: Village, rows: Rows) -> dict[str, Sum]:
    """Income of the women who sold before; shops and sales of the village; closes it."""
    income, shops, sales = np.zeros(rows.size), 0.0, 0.0
    with closing(arm):
        arm.run(BRANCHED + QUARTER)
        for _ in range(YEAR):
            arm.step()
            income += arm.sellers.income[rows] / YEAR
            shops += float(selling(arm).sum()) / YEAR
            sales += float(arm.sellers.sales.sum()) / YEAR
    return {
        "mean": Sum(float(income.sum()), float(rows.size)),
        "median": Sum(float(np.median(income)) if rows.size else 0.0, float(rows.size > 0)),
        "shops": Sum(shops, 1.0),
        "sales": Sum(sales, 1.0),
    }


def onboarding(runs: Sequence[Found], _values: Values) -> PatternRow:
    """F20: many new sellers take from those who were there; the village gains little."""

    def part_of_rise(sales: float, before: float, shops: float, shops_before: float) -> float:
        return ratio(change(sales, before), change(shops, shops_before))

    both = ("many_sales", "none_sales", "many_shops", "none_shops")
    parts = [
        part("f20_mean", figure(runs, change, "many_mean", "none_mean"), FALLS),
        part("f20_median", figure(runs, change, "many_median", "none_median"), FALLS),
        part("f20_part", figure(runs, part_of_rise, *both), QUARTER_OF_RISE),
        part("f20_shops", figure(runs, change, *both[2:])),
        part("f20_sales", figure(runs, change, *both[:2])),
        part("f20_women", counted(total(runs, "none_mean"))),
    ]
    return row("F20", "emergent", parts, len(runs))
