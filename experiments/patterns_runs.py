"""The runs that patterns are read from: one village each, watched week by week.

Every function here is a task: silent, without side effects, its result small enough to travel.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.patterns_base import WEEKS_A_QUARTER, WEEKS_A_YEAR, Integers, ratio
from experiments.statistics import Floats
from model.setup import Setup
from model.village import Village

BEFORE_AND_AFTER = 26  # weeks on each side of the start of a shop, or of the end of a project
YEARS_OF_WAR = 4
WEEKS_OF_RIVALRY = 156
DEAR = 0.97  # of the peak price
STREAMERS = slice(WEEKS_A_YEAR, 2 * WEEKS_A_YEAR)  # a year after one of warm-up
KEPT = (
    "shops", "workers", "sales", "profit", "price_median", "opened", "closed", "trust",
    "know_how", "trust_fixed", "governance",
)


@dataclass(frozen=True)
class Change:
    """A figure at two times."""

    before: float
    after: float


@dataclass(frozen=True)
class PriceWar:
    """Median price, margins and shops at the end of the boom and four years on."""

    price: Change
    margin_shop: Change
    margin_village: Change
    sales_per_shop: Change
    profit_per_shop: Change


@dataclass(frozen=True)
class Rivalry:
    """Trust and know-how on the same ties, at the fastest entry and three years on."""

    week: int
    ties: int
    trust: Change
    know_how: Change
    trust_all: Change
    know_how_all: Change


@dataclass(frozen=True)
class LibeiRun:
    """The village like Libei without a programme."""

    columns: Mapping[str, Floats]
    war: PriceWar
    rivalry: Rivalry
    streamers: Floats
    top_share: float


@dataclass(frozen=True)
class StartsRun:
    """Women who began to sell: their weeks before and after, and their husbands'."""

    care: Change
    leisure: Change
    selling: Change
    man_care: Change
    starts: int
    husbands: int
    streamers: Floats
    top_share: float


def steps(village: Village, until: int) -> Iterator[int]:
    """The weeks of a village, each as soon as it has been lived."""
    while village.week < min(until, village.setup.weeks):
        village.step()
        yield village.week - 1


# --- Figures of one run ------------------------------------------------------------------------


def last_dear_quarter(price: Floats) -> int:
    """The last quarter whose mean price is at least 97 % of the dearest quarter's.

    >>> last_dear_quarter(np.repeat([2.0, 2.2, 2.19, 1.5], 13))
    2
    """
    quarters = price[: price.size // WEEKS_A_QUARTER * WEEKS_A_QUARTER]
    means = quarters.reshape(-1, WEEKS_A_QUARTER).mean(axis=1)
    means = np.where(np.isfinite(means), means, -np.inf)
    return int(np.flatnonzero(means >= DEAR * means.max())[-1])


def fastest_entry(opened: Floats, closed: Floats) -> int:
    """The week in the middle of the quarter with the largest net entry.

    >>> opened = np.zeros(60); opened[30:43] = 1.0
    >>> fastest_entry(opened, np.zeros(60))
    36
    """
    net = np.convolve(opened - closed, np.ones(WEEKS_A_QUARTER), mode="valid")
    return int(np.argmax(net)) + WEEKS_A_QUARTER // 2


def price_war(
    price: Floats, shops: Floats, sales: Floats, profit: Floats, selling: NDArray[np.bool_]
) -> PriceWar:
    """What became of prices and margins in the four years after the boom.

    Args:
        price: median price, by week.
        shops: open shops, by week.
        sales: weeks × women, yuan.
        profit: weeks × women, net online income, yuan.
        selling: weeks × women, whose shop is open.
    """
    boom = (last_dear_quarter(price) + 1) * WEEKS_A_QUARTER
    ends = [min(end, price.size) for end in (boom, boom + YEARS_OF_WAR * WEEKS_A_YEAR)]
    quarters = [slice(end - WEEKS_A_QUARTER, end) for end in ends]
    years = [slice(max(0, end - WEEKS_A_YEAR), end) for end in ends]

    def both(figure: Callable[[slice], float], spans: list[slice]) -> Change:
        return Change(figure(spans[0]), figure(spans[1]))

    def shop_margin(span: slice) -> float:
        own, earned = sales[span].sum(axis=0), profit[span].sum(axis=0)
        there = selling[span.stop - 1] & (own > 0.0)
        return float(np.median(earned[there] / own[there])) if there.any() else np.nan

    def per_shop(what: Floats) -> Callable[[slice], float]:
        return lambda span: ratio(float(what[span].sum()), float(shops[span].sum()))

    return PriceWar(
        price=both(lambda span: float(np.mean(price[span])), quarters),
        margin_shop=both(shop_margin, years),
        margin_village=both(
            lambda span: ratio(float(profit[span].sum()), float(sales[span].sum())), years
        ),
        sales_per_shop=both(per_shop(sales), years),
        profit_per_shop=both(per_shop(profit), years),
    )


def top_share(sales: Floats) -> float:
    """Share of the village's sales held by the top tenth of those who sold, at least one woman.

    Args:
        sales: of every woman.

    >>> top_share(np.array([0.0, 6.0, 1.0, 1.0, 2.0]))
    0.6
    """
    own = np.sort(sales[sales > 0.0])[::-1]
    top = max(1, round(own.size / 10))
    return ratio(float(own[:top].sum()), float(own.sum()))


@dataclass(frozen=True)
class TieWeek:
    """All ties of one week: who tells whom, trust and know-how, and who sells."""

    pairs: Integers
    trust: Floats
    know_how: Floats
    selling: NDArray[np.bool_]


def tie_week(village: Village) -> TieWeek:
    """The ties as they stand."""
    ties = village.ties
    pairs = ties.tail.astype(np.int64) * ties.rows + ties.other
    selling = village.sellers.selling > 0.0
    return TieWeek(pairs, ties.trust.copy(), ties.know_how.copy(), selling)


def rivalry(weeks: list[TieWeek], columns: Mapping[str, Floats]) -> Rivalry:
    """Ties between women who sell both at the fastest entry and three years on."""
    last = len(weeks) - 1 - WEEKS_OF_RIVALRY - WEEKS_A_QUARTER // 2
    centre = fastest_entry(columns["opened"][: last + 1], columns["closed"][: last + 1])
    later = centre + WEEKS_OF_RIVALRY
    stays = weeks[centre].selling & weeks[later].selling
    rows = stays.size
    pairs = weeks[centre - WEEKS_A_QUARTER // 2].pairs
    pairs = pairs[stays[pairs // rows] & stays[pairs % rows]]

    def quarter(middle: int) -> slice:
        return slice(middle - WEEKS_A_QUARTER // 2, middle + WEEKS_A_QUARTER // 2 + 1)

    def on_ties(name: str, middle: int) -> float:
        found = [
            getattr(week, name)[np.searchsorted(week.pairs, pairs)].sum()
            for week in weeks[quarter(middle)]
        ]
        return float(np.mean(found))

    def both(name: str) -> Change:
        return Change(on_ties(name, centre), on_ties(name, later))

    def everybody(name: str) -> Change:
        means = [float(columns[name][quarter(middle)].mean()) for middle in (centre, later)]
        return Change(*means)

    return Rivalry(
        centre, pairs.size, both("trust"), both("know_how"), everybody("trust"),
        everybody("know_how"),
    )


# --- Watching ----------------------------------------------------------------------------------


def streaming_now(village: Village) -> Floats:
    """Women who stream this week: wants full-time, selling hours, burnout."""
    s = village.sellers
    there = (s.selling > 0.0) & (s.streamer > 0.0)
    return np.stack([s.full_time[there], s.hours_selling[there], s.burnout[there]])


def columns_of(village: Village) -> Mapping[str, Floats]:
    """The indicators that patterns read, week by week."""
    return {name: village.history.column(name).copy() for name in KEPT}


def watch_libei(setups: Mapping[str, Setup], seed: int) -> LibeiRun:
    """A village like Libei without a programme, with every shop and every tie."""
    village = Village(setups["none"], seed)
    sales, profit, ties, streamers = [], [], [], []
    try:
        for week in steps(village, village.setup.weeks):
            s = village.sellers
            sales.append(s.sales * s.selling)
            profit.append(s.income_online * s.selling)
            ties.append(tie_week(village))
            if STREAMERS.start <= week < STREAMERS.stop:
                streamers.append(streaming_now(village))
        columns = columns_of(village)
    finally:
        village.close()
    selling = np.array([week.selling for week in ties])
    war = price_war(
        columns["price_median"], columns["shops"], np.array(sales), np.array(profit), selling
    )
    return LibeiRun(
        columns, war, rivalry(ties, columns), np.concatenate(streamers, axis=1),
        top_share(np.sum(sales[-WEEKS_A_YEAR:], axis=0)),
    )


def watch_streamers(setups: Mapping[str, Setup], seed: int) -> Floats:
    """Women who stream in the second year."""
    village = Village(setups["none"], seed)
    try:
        seen = [
            streaming_now(village)
            for week in steps(village, STREAMERS.stop)
            if week >= STREAMERS.start
        ]
    finally:
        village.close()
    return np.concatenate(seen, axis=1)


def watch_starts(setups: Mapping[str, Setup], seed: int) -> StartsRun:
    """Women who start selling: half a year before and after, and their husbands at home."""
    village = Village(setups["none"], seed)
    names = ("hours_care", "hours_leisure", "hours_selling", "selling", "sales")
    seen: dict[str, list[Floats]] = {name: [] for name in (*names, "care_man")}
    streamers = []
    try:
        family = village.sellers.family.astype(np.int64)
        home = village.families.husband_home[family] > 0.0
        for week in steps(village, village.setup.weeks):
            for name in names:
                seen[name].append(village.sellers[name].copy())
            seen["care_man"].append(village.families.care_man[family])
            if STREAMERS.start <= week < STREAMERS.stop:
                streamers.append(streaming_now(village))
    finally:
        village.close()
    weeks = {name: np.array(rows) for name, rows in seen.items()}
    return starts_of(weeks, home, np.concatenate(streamers, axis=1))


def starts_of(
    weeks: Mapping[str, Floats], home: NDArray[np.bool_], streamers: Floats
) -> StartsRun:
    """Sums over the women who opened a first shop and kept it for half a year.

    Args:
        weeks: hours of care, leisure and selling, selling, sales, and the husband's care: weeks ×
            women.
        home: whose husband lives at home.
        streamers: handed on.
    """
    selling = weeks["selling"] > 0.0
    first = np.argmax(selling, axis=0)
    span = BEFORE_AND_AFTER
    starts = [
        woman
        for woman in np.flatnonzero(selling.any(axis=0)).tolist()
        if span <= first[woman] <= len(selling) - span
        and selling[first[woman] : first[woman] + span, woman].all()
    ]

    def sums(name: str, women: list[int]) -> Change:
        hours = weeks[name]
        before = sum(hours[first[w] - span : first[w], w].mean() for w in women)
        after = sum(hours[first[w] : first[w] + span, w].mean() for w in women)
        return Change(float(before), float(after))

    wives = [woman for woman in starts if home[woman]]
    return StartsRun(
        sums("hours_care", starts), sums("hours_leisure", starts),
        sums("hours_selling", starts), sums("care_man", wives), len(starts), len(wives),
        streamers, top_share(weeks["sales"][-WEEKS_A_YEAR:].sum(axis=0)),
    )
