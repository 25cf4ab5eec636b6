"""Phase 11, careers: opening, pausing and closing shops; lead sellers and their followers."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Ints, Num, kernel, rule
from agents.sellers import Mode, Status
from model.phases.bodies import bodies
from model.ties import around, spread

if TYPE_CHECKING:
    from model.village import Village


@rule
def visible_success(selling: Num, income: Num, counted: Num, most: Num) -> Num:
    """How much of a success a shop looks to others.

    >>> visible_success(1.0, 150.0, 300.0, 1.5)
    0.5
    """
    return selling * min(max(income / counted, 0.0), most)


@rule
def may_decide(status: Num, closed: Num, outside: Num, left: Num, pause: Num) -> Num:
    """Whether she may think of opening a shop: not selling, and long enough after closing one.

    >>> may_decide(4.0, 10.0, 0.0, 4.0, 26.0), may_decide(0.0, 1e6, 0.0, 4.0, 26.0)
    (0.0, 1.0)
    """
    idle = status in (outside, left)
    return 1.0 if idle and closed >= pause else 0.0


@rule
def entry_chance(
    open_to: Num, would: Num, seen: Num, talk: Num, skill: Num, efficacy: Num, support: Num,
    norm: Num, outside: Num, has_pc: Num, institution: Num, push: Num, invited: Num,
    own: Num, rate: Num,
    by_ties: Num, full: Num, unwilling: Num, by_skill: Num, by_norm: Num, no_pc: Num,
    usual_outside: Num, courage: Num, backing: Num, room: Num, trusting: Num,
) -> Num:
    """Weekly chance that a woman decides to open a shop.

    She must have seen success along her ties (or heard the village talk of it), be asked by
    the county or the programme, or find out for herself; then skill, self-efficacy,
    family support and norms decide.
    """
    if open_to == 0.0:
        return 0.0
    shown = by_ties * min(1.0, seen / full) + (1.0 - by_ties) * min(1.0, talk)
    able = (by_skill + skill) * (courage + efficacy) * (backing + support)
    able *= room - by_norm * norm
    able *= math.sqrt(outside / usual_outside) * (1.0 if has_pc > 0.0 else no_pc)
    able *= 1.0 if would > 0.0 else unwilling
    asked = push * (trusting + institution) + invited + own
    return min(1.0, (rate * shown + asked) * able)


@rule
def exit_chance(
    selling: Num, weeks: Num, hours: Num, income: Num, burnout: Num, other: Num, ratio: Num,
    level: Num, sd: Num, trial: Num, by_income: Num, reference: Num, span: Num,
) -> Num:
    """Weekly chance that a shop closes.

    Other causes × exit_hr_burnout per SD of burnout [72], and after the trial period an income
    below what her hours are worth to her.
    """
    if selling == 0.0:
        return 0.0
    chance = other * ratio ** ((burnout - level) / sd)
    if weeks > trial:
        short = (reference * hours - income) / span
        chance += by_income / (1.0 + math.exp(-min(max(short, -30.0), 30.0)))
    return min(1.0, chance)


@kernel
def best_tie(
    start: Ints, other: Ints, strength: Floats, trust: Floats, success: Floats,
    category: Floats, wanted: Floats, copied: Floats, leader: Floats, lead_of: Floats,
    needed: float,
) -> None:
    """For women about to open: the goods of their most successful tie, and a lead seller to join.

    Args:
        wanted: 1 for the women who are about to open.
        copied: filled with the category of the best tie, or −1.
        leader: 1 for lead sellers with room for a follower.
        lead_of: filled with the row of the most trusted lead seller, or −1.
        needed: least trust in a lead seller.
    """
    for i in range(wanted.size):
        copied[i] = -1.0
        lead_of[i] = -1.0
        if wanted[i] == 0.0:
            continue
        best = 0.0
        most = needed
        for k in range(start[i], start[i + 1]):
            j = other[k]
            if success[j] * strength[k] > best:
                best = success[j] * strength[k]
                copied[i] = category[j]
            if leader[j] > 0.0 and trust[k] >= most:
                most = trust[k]
                lead_of[i] = float(j)


def careers(v: "Village") -> None:
    """Open and close shops, follow and part, join and dissolve."""
    s = v.sellers
    s.weeks_open += s.selling
    s.weeks_closed += 1.0 - s.selling
    success = v.scratch("success")
    visible_success.into(
        success, s.selling, s.income_smooth, v.p.success_income, v.p.success_most
    )
    _close(v)
    _open(v, success)
    _decide(v, success)
    _part(v)
    bodies(v)


def _decide(v: "Village", success: Floats) -> None:
    """Women who make up their mind start learning."""
    p, s, f, ties = v.p, v.sellers, v.families, v.ties
    seen = v.scratch("seen_success")
    around(ties.start, ties.other, ties.strength, success, seen)
    if v.structure("adoption", "imitation") == "payoff":
        weight = v.scratch("seen_weight")
        around(ties.start, ties.other, ties.strength, s.selling, weight)
        seen[:] = p.entry_seen * seen / np.maximum(weight, 0.5)
    talk = float(success.sum()) / (p.entry_talk * v.women)
    open_to = v.scratch("open_to")
    may_decide.into(
        open_to, s.status, s.weeks_closed, float(Status.OUTSIDE), float(Status.LEFT),
        p.return_weeks,
    )
    at_home = [v.scratch(f"her_{name}") for name in ("support", "norm", "has_pc")]
    for column, hers in zip((f.support, f.norm, f.has_pc), at_home, strict=True):
        spread(s.family, column, hers)
    chance = v.scratch("entry")
    entry_chance.into(
        chance, open_to, s.would_sell, seen, talk, s.skill, s.efficacy, at_home[0],
        at_home[1], s.outside_wage, at_home[2], s.trust_institution,
        p.entry_push * v.season.push, s.invited, p.entry_own, p.entry_rate,
        p.entry_neighbours, p.entry_seen,
        p.entry_unwilling, p.entry_skill, p.entry_norm, p.entry_no_pc, p.outside_income,
        p.entry_courage, p.entry_backing, p.entry_room, p.entry_trusting,
    )
    decides = v.luck.uniform("careers.entry", v.week, v.women) < chance
    s.status[decides] = Status.LEARNING
    s.weeks_learning[decides] = 0.0


def _open(v: "Village", success: Floats) -> None:
    """Those who have learnt long enough open, many with the goods of their best tie."""
    p, s, ties = v.p, v.sellers, v.ties
    learning = s.status == Status.LEARNING
    s.weeks_learning += learning
    opens = learning & (s.weeks_learning >= p.learning_weeks)
    if not opens.any():
        return
    wanted, copied, lead_of = v.scratch("wanted_open"), v.scratch("copied"), v.scratch("lead_of")
    wanted[:] = opens
    best_tie(
        ties.start, ties.other, ties.strength, ties.trust, success, s.category, wanted, copied,
        _leaders(v), lead_of, p.follower_trust,
    )
    rows = np.flatnonzero(opens)
    copies = v.luck.uniform("careers.copy", v.week, v.women)[rows] < p.copy_share
    like = rows[copies & (copied[rows] >= 0.0)]
    s.category[like] = copied[like]
    for category in np.unique(s.category[rows]):
        rivals = (s.selling > 0) & (s.category == category)
        price = float(s.price[rivals].mean()) if rivals.any() else p.start_price
        s.price[rows[s.category[rows] == category]] = price
    s.shown_price[rows] = s.price_before[rows] = s.price[rows]
    s.status[rows], s.selling[rows], s.weeks_open[rows] = Status.SELLING, 1.0, 0.0
    s.weeks_closed[rows] = 0.0
    s.fans[rows], s.shop_luck[rows], s.use[rows] = p.fans_start, 0.0, 1.0
    s.margin[rows], s.income_smooth[rows], s.income_year[rows] = 0.0, 0.0, 0.0
    follows = rows[(lead_of[rows] >= 0.0) & (s.efficacy[rows] < p.efficacy_start)]
    s.lead[follows], s.mode[follows] = lead_of[follows], Mode.FOLLOWER


def _leaders(v: "Village") -> Floats:
    """Lead sellers with room for one more follower."""
    p, s = v.p, v.sellers
    followers = v.scratch("followers")
    followers[:] = 0.0
    np.add.at(followers, s.lead[s.lead >= 0].astype(np.int64), 1.0)
    able = (s.selling > 0) & (s.fans > p.lead_fans) & (s.skill > p.lead_skill)
    leaders = v.scratch("leaders")
    leaders[:] = able & (followers < p.lead_most)
    return leaders


def _close(v: "Village") -> None:
    p, s = v.p, v.sellers
    chance = v.scratch("exit")
    exit_chance.into(
        chance, s.selling, s.weeks_open, s.hours_selling, s.income_smooth, s.burnout,
        p.exit_other, p.exit_hr_burnout, p.burnout_level, p.burnout_spread, p.trial_weeks,
        p.exit_income, p.exit_reference_per_hour, p.exit_span,
    )
    if s.backed.any():
        chance *= 1.0 - p.exit_backed * s.backed
    closes = v.luck.uniform("careers.exit", v.week, v.women) < chance
    if closes.any():
        close_shops(v, closes, Status.LEFT)


def close_shops(v: "Village", who: np.ndarray, status: Status) -> None:
    """Close the shops of some women: they leave their bodies, leaders and hands too."""
    s = v.sellers
    s.status[who], s.selling[who], s.weeks_closed[who] = status, 0.0, 0.0
    s.mode[who], s.lead[who], s.coop[who] = Mode.ALONE, -1.0, -1.0
    s.association[who], s.hands[who] = 0.0, 0.0
    _part(v)


@kernel
def part_ways(
    lead: Floats, mode: Floats, selling: Floats, fans: Floats, grown: float, follower: float,
    alone: float,
) -> None:
    """Followers whose leader is gone, or who have more fans than `grown`, go on alone."""
    for i in range(lead.size):
        if lead[i] >= 0.0 and (selling[int(lead[i])] == 0.0 or fans[i] > grown):
            lead[i] = -1.0
            if mode[i] == follower:
                mode[i] = alone


def _part(v: "Village") -> None:
    """A follower goes her own way when she has fans of her own, or her leader is gone."""
    p, s = v.p, v.sellers
    part_ways(
        s.lead, s.mode, s.selling, s.fans, p.follower_fans, float(Mode.FOLLOWER), float(Mode.ALONE)
    )
