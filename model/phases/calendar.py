"""Phase 1, calendar: season, growth, rule changes, shocks, project starts and ends."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from agents.few import SocialWorker
from agents.sellers import Status
from model.parameters import Values, weekly_count
from model.phases.events import dismiss, happenings
from model.phases.star import make_star

if TYPE_CHECKING:
    from model.village import Village

WEEKS_PER_YEAR = 52.0
STATION_WEEKS = (130.0, 510.0)  # middle of 2016–19, and October 2024: when coverage was counted


@dataclass
class Season:
    """What this week brings to everybody.

    Attributes:
        demand: buyers' spending against that of week 0, season and growth together.
        rivals: strength of sellers elsewhere against week 0.
        parcel: parcel price against week 0.
        rule_change: 1 in a week of a large change of platform rules.
        push: 1 while the county pushes new shops.
        station: 1 where parcels leave from a village station, less where it serves in part.
        parcel_of_good: yuan of carriage in one good.
        logistics_cut: weeks that the village's logistics are still cut off.
        delay_days: days that parcels take longer than elsewhere.
        parcel_spared: share of the parcel price that measures spare this week.
        cold: share of fresh goods that measures ship cold this week.
        event: demand of the whole village through an event, times the usual.
        event_peak: the same in the week of the last event.
        event_weeks: weeks since that event.
        reputation: buyers' trust in goods of this village; 1 is usual.
        price_level: prices of sellers elsewhere against the usual.
        price_shock: weeks that they still stay low.
        onboarding: sellers that a drive to bring women online wants, 0 without one.
        onboarding_weeks: weeks that the drive still lasts.
        brushed: weeks until faked reviews are found out, 0 without any.
    """

    demand: float = 1.0
    rivals: float = 1.0
    parcel: float = 1.0
    rule_change: float = 0.0
    push: float = 0.0
    station: float = 0.0
    parcel_of_good: float = 0.0
    logistics_cut: int = 0
    delay_days: float = 0.0
    parcel_spared: float = 0.0
    cold: float = 0.0
    event: float = 1.0
    event_peak: float = 1.0
    event_weeks: int = 0
    reputation: float = 1.0
    price_level: float = 1.0
    price_shock: int = 0
    onboarding: int = 0
    onboarding_weeks: int = 0
    brushed: int = 0

    def copy(self) -> "Season":
        """An independent season."""
        return replace(self)


def growth(years: float, first_year: float, fading: float) -> float:
    """Growth since week 0 that starts at a yearly rate and fades.

    >>> round(growth(1.0, 0.10, 1e9), 6)
    1.1
    """
    return math.exp(math.log1p(first_year) * fading * -math.expm1(-years / fading))


def station_coverage(week: float, early: float, late: float) -> float:
    """Share of villages with a parcel station: logistic in time through two counted shares.

    >>> round(station_coverage(130.0, 0.25, 0.69), 3)
    0.25
    """
    first, second = (math.log(share / (1.0 - share)) for share in (early, late))
    slope = (second - first) / (STATION_WEEKS[1] - STATION_WEEKS[0])
    return 1.0 / (1.0 + math.exp(-(first + slope * (week - STATION_WEEKS[0]))))


def calendar(v: "Village") -> None:
    """Set the season, and begin or end what is due this week."""
    p, season = v.p, v.season
    years = v.week / WEEKS_PER_YEAR
    swing = 1.0 + p.season_amplitude * math.sin(2.0 * math.pi * (v.week % 52) / WEEKS_PER_YEAR)
    season.demand = swing * growth(years, p.demand_growth, p.growth_fading)
    season.rivals = growth(years, p.rival_growth, p.growth_fading)
    season.parcel = math.exp(-p.parcel_trend * years)
    luck = v.luck.uniform("calendar.rule_change", v.week, 1)[0]
    season.rule_change = float(luck < weekly_count(p.platform_shock_rate))
    push = v.setup.background.county_push
    season.push = float(push is not None and push[0] <= v.week < push[1])
    happenings(v)
    season.station, season.parcel_spared, season.cold = _station(v, p), 0.0, 0.0
    carry(v)
    if v.week == 0 and v.setup.background.pioneer:
        _pioneer(v)
        if v.setup.background.star:
            make_star(v)
    programme = v.setup.programme
    if programme is not None and v.week == programme.start:
        _programme_starts(v)
    if programme is not None and v.week == programme.stop:
        dismiss(v, len(v.workers))


def carry(v: "Village") -> None:
    """What carriage costs this week and how late goods arrive, as logistics stand now."""
    p, season = v.p, v.season
    far = 1.0 - season.station
    surcharge = far * p.mountain_surcharge + season.station * p.mountain_surcharge_station
    goods = p.parcel_value / p.start_price
    season.parcel_of_good = p.parcel_cost * surcharge * season.parcel / goods
    season.parcel_of_good *= 1.0 - season.parcel_spared
    season.delay_days = far * p.mountain_delay_days


def _station(v: "Village", p: Values) -> float:
    since = v.setup.background.village_logistics
    if v.season.logistics_cut > 0:
        v.season.logistics_cut -= 1
        return 0.0
    if (since is not None and v.week >= since) or v.government.station > 0.0:
        return 1.0
    covered = station_coverage(v.week, p.station_coverage_2017, p.station_coverage_2024)
    return float(v.luck.uniform("calendar.station", 0, 1)[0] < covered)


def _pioneer(v: "Village") -> None:
    """The village's first seller: able, connected and willing."""
    s = v.sellers
    degree = np.diff(v.ties.start)
    fit = s.skill + 0.02 * degree + 0.2 * s.efficacy + s.full_time * s.would_sell
    first = int(np.argmax(np.where(s.would_sell > 0, fit, -1.0)))
    s.status[first], s.selling[first], s.weeks_open[first] = Status.SELLING, 1.0, 0.0
    s.use[first] = 1.0
    s.skill[first] = max(s.skill[first], v.p.lead_skill)
    s.streamer[first] = s.signal[first]
    s.category[first] = 1.0


def _programme_starts(v: "Village") -> None:
    """Count the women and ties that outcomes follow from now on; workers arrive."""
    s, programme = v.sellers, v.setup.programme
    assert programme is not None
    s.watched[:] = s.selling
    order = np.argsort(s.income_year + s.outside_wage, kind="stable")
    s.poorest[:] = 0.0
    s.poorest[order[: len(s) // 3]] = 1.0
    ties = v.ties
    ties.watched[:] = s.selling[ties.tail] * s.selling[ties.other]
    v.workers = [SocialWorker(v, v.p.direct_hours) for _ in range(programme.workers)]
