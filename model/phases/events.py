"""Part of phase 1: shocks, and bursts of demand that jump and fall back."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Num, rule
from agents.sellers import Status
from model.phases.careers import close_shops

if TYPE_CHECKING:
    from model.village import Village


# --- bursts of demand --------------------------------------------------------------------------


@rule
def burst(peak: Num, weeks: Num, decay: Num) -> Num:
    """Demand so many weeks after an event, times the usual: 1 + (peak − 1)(1 + t)^−p [43].

    >>> burst(6.0, 0.0, 1.0), burst(6.0, 1.0, 1.0), burst(1.0, 3.0, 1.0)
    (6.0, 3.5, 1.0)
    """
    return 1.0 + (peak - 1.0) * (1.0 + weeks) ** -decay


def village_event(v: "Village", peak: float) -> None:
    """Demand of the whole village jumps to a multiple of the usual, or stays higher."""
    season = v.season
    season.event_peak, season.event_weeks = max(peak, season.event), 0
    season.event = season.event_peak


def shop_events(v: "Village", rows: Floats, peak: float) -> None:
    """The same for single shops.

    Args:
        v: the village.
        rows: 1 for the women whose shop is in demand from now on.
        peak: demand in this week, times the usual.
    """
    s = v.sellers
    hit = rows > 0.0
    s.event_peak[hit] = np.maximum(peak, np.exp(s.event[hit]))
    s.event_weeks[hit] = 0.0
    s.event[hit] = np.log(s.event_peak[hit])


def shops_relax(v: "Village") -> None:
    """Demand of single shops falls back week by week."""
    s = v.sellers
    hit = s.event_peak > 1.0
    s.event_weeks[hit] += 1.0
    s.event[hit] = np.log(burst(s.event_peak[hit], s.event_weeks[hit], v.p.viral_decay))


def fame(v: "Village") -> None:
    """More demand, for single shops or for all; what the village hears of it draws women in.

    Orders beyond what the market of a usual week gives come from new buyers: nobody loses them.
    """
    s, before = v.sellers, float(v.sellers.orders.sum())
    s.orders *= np.exp(s.event)
    if before > 0.0:
        told = math.log(v.season.event * float(s.orders.sum()) / before)
        s.invited += v.p.fame_entry * told


# --- what goes on this week --------------------------------------------------------------------


def happenings(v: "Village") -> None:
    """Bursts fade and match days come; shocks go on, end or begin."""
    season = v.season
    if season.event_peak > 1.0:
        season.event_weeks += 1
        season.event = burst(season.event_peak, season.event_weeks, v.p.viral_decay)
    boom = v.setup.background.match_boom
    if boom is not None and boom[0] <= v.week < boom[1] and (v.week - boom[0]) % boom[2] == 0:
        village_event(v, v.p.viral_peak)
    if season.brushed > 0:
        _reviews(v)
    if season.onboarding_weeks > 0:
        _bring_online(v)
    for shock in v.setup.shocks:
        if shock.week == v.week:
            SHOCKS[shock.shock](v)
    if season.price_shock > 0:
        season.price_shock -= 1
        season.price_level = 1.0 - v.p.price_shock_size
        season.rivals *= _pull(v, season.price_level)
    else:
        season.price_level = 1.0


def _pull(v: "Village", level: float) -> float:
    """What sellers elsewhere draw at another price level, times the usual, goods of mean λ."""
    p = v.p
    alike = (
        p.similarity_fresh + p.similarity_processed + p.similarity_craft + p.similarity_experience
    ) / 4.0
    return float(level ** ((p.price_elasticity + 1.0) * alike))


# --- shocks ------------------------------------------------------------------------------------


@rule
def standing(selling: Num, followers: Num, fans: Num) -> Num:
    """Who leads the village's sellers: followers first, then fans.

    >>> standing(1.0, 2.0, 0.0), standing(0.0, 5.0, 3.0)
    (3.0, 0.0)
    """
    return selling * (1.0 + followers) * math.exp(0.1 * fans)


def _lead_seller_leaves(v: "Village") -> None:
    s = v.sellers
    followers = np.zeros(len(s))
    np.add.at(followers, s.lead[s.lead >= 0].astype(np.int64), 1.0)
    leads = np.empty(v.women)
    standing.into(leads, s.selling, followers, s.fans)
    best = int(np.argmax(leads))
    close_shops(v, np.arange(len(s)) == best, Status.AWAY)


def _social_worker_leaves(v: "Village") -> None:
    """One worker leaves for good, and women's trust in her leaves too."""
    if v.workers:
        share = 1.0 / len(v.workers)
        dismiss(v, 1)
        lose_trust(v, share)


def lose_trust(v: "Village", share: float) -> None:
    """The part of women's trust in the workers that goes with one; a stranger's part stays."""
    trust = v.sellers.trust_worker
    trust -= share * np.maximum(0.0, trust - v.p.trust_worker_start)


def dismiss(v: "Village", count: int) -> None:
    """Workers whose contract ends leave the village."""
    for _ in range(count):
        v.workers.pop().remove()


def _rule_change(v: "Village") -> None:
    v.season.rule_change = 1.0


def _logistics_cut(v: "Village") -> None:
    v.season.logistics_cut = round(v.p.logistics_cut_weeks)


def _price_shock(v: "Village") -> None:
    v.season.price_shock = round(v.p.price_shock_weeks)


def _mass_onboarding(v: "Village") -> None:
    """A drive to double the number of sellers in a quarter, whoever they are."""
    v.season.onboarding = 2 * int(v.sellers.selling.sum())
    v.season.onboarding_weeks = round(v.p.onboarding_weeks)
    _bring_online(v)


def _bring_online(v: "Village") -> None:
    """This week's part of the women still missing begin to learn, drawn by lot."""
    s, season = v.sellers, v.season
    learning = s.status == Status.LEARNING
    missing = season.onboarding - int(s.selling.sum()) - int(learning.sum())
    free = (s.status == Status.OUTSIDE) | (s.status == Status.LEFT)
    if missing > 0:
        asked = math.ceil(missing / season.onboarding_weeks)
        lot = np.where(free, v.luck.lasting("events.onboarding", v.women), 2.0)
        first = np.argsort(lot, kind="stable")[: min(asked, int(free.sum()))]
        s.status[first], s.weeks_learning[first] = Status.LEARNING, 0.0
    season.onboarding_weeks -= 1


def _brushers(v: "Village") -> np.ndarray:
    """Who fakes reviews: part of the women who sell."""
    lot = v.luck.lasting("events.brushed", v.women)
    return (lot < v.p.brush_share) & (v.sellers.selling > 0.0)


def _brushed_reviews(v: "Village") -> None:
    """Some sellers buy good reviews: their ratings jump until it is found out."""
    s, who = v.sellers, _brushers(v)
    s.rating[who] = np.minimum(1.0, s.rating[who] + v.p.brush_lift)
    v.season.brushed = round(v.p.brush_weeks)


def _reviews(v: "Village") -> None:
    """Found out: their ratings fall, their traffic is cut, and the village's name suffers."""
    p, s, season = v.p, v.sellers, v.season
    season.brushed -= 1
    if season.brushed > 0:
        return
    who = _brushers(v)
    s.rating[who] = np.maximum(0.0, s.rating[who] - 2.0 * p.brush_lift)
    s.penalty_weeks[who] = np.maximum(s.penalty_weeks[who], p.penalty_weeks)
    s.throttle[who] = np.minimum(s.throttle[who], p.penalty_mult)
    season.reputation *= 1.0 - p.brush_reputation


SHOCKS = {
    "lead_seller_leaves": _lead_seller_leaves,
    "social_worker_leaves": _social_worker_leaves,
    "rule_change": _rule_change,
    "logistics_cut": _logistics_cut,
    "price_shock": _price_shock,
    "mass_onboarding": _mass_onboarding,
    "brushed_reviews": _brushed_reviews,
}
