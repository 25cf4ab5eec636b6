"""Cooperatives and associations: who joins, what they give, how they are run, when they end.

Called by careers (joining, governance, dissolution) and by money (pooling and pay-outs).
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.few import Cooperative
from agents.rule import Floats, Ints, Num, kernel, rule
from agents.sellers import Mode
from model.parameters import weekly_share
from model.phases.relations import meet

if TYPE_CHECKING:
    from model.village import Village


@rule
def contribution(
    kind: Num, belief: Num, trust: Num, governance: Num, match: Num, detection: Num
) -> Num:
    """What a member gives to joint work, 0 to 1 (types: contrib_types_* [87]).

    Conditional members match what they expect of others, more where they trust them; free riders
    give only what good governance makes them give; hump-shaped ones most when half give.

    >>> contribution(1.0, 0.8, 0.5, 0.0, 0.9, 1.0)
    0.0
    """
    enforced = min(1.0, detection * governance)
    if kind == 0.0:
        own = match * belief * (0.5 + trust)
    elif kind == 1.0:
        own = 0.0
    else:
        own = 4.0 * belief * (1.0 - belief) * match * 0.5
    return min(1.0, max(own, enforced * (0.5 + 0.5 * governance)))


@rule
def join_chance(known: Num, trust: Num, rate: Num, half: Num, span: Num) -> Num:
    """Weekly chance to join a body: only through members she knows, by her trust in them.

    >>> join_chance(0.0, 0.9, 0.05, 0.5, 0.08)
    0.0
    """
    if known <= 0.0:
        return 0.0
    return rate / (1.0 + math.exp(-min(max((trust / known - half) / span, -30.0), 30.0)))


@rule
def trust_of(known: Num, trusted: Num) -> Num:
    """Her mean trust in the members she knows.

    >>> trust_of(0.0, 0.0), trust_of(2.0, 1.0)
    (0.0, 0.5)
    """
    return trusted / max(known, 1e-9) if known > 0.0 else 0.0


@rule
def benefits(
    discipline: Num, delivery: Num, standards: Num, member: Num, given: Num, activity: Num,
    of_discipline: Num, of_delivery: Num, of_standards: Num,
) -> Num:
    """What she has of her bodies: the most that any of them brings.

    >>> benefits(0.0, 0.0, 0.4, 1.0, 0.5, 0.5, 1.0, 0.7, 0.5)
    (0.25, 0.35, 0.4)
    """
    part = member * activity * given
    return (
        max(discipline, of_discipline * part),
        max(delivery, of_delivery * member * activity),
        max(standards, of_standards * part),
    )


@kernel
def known_members(
    start: Ints, other: Ints, strength: Floats, trust: Floats, member: Floats, known: Floats,
    trusted: Floats,
) -> None:
    """For every woman the strength of her ties to members, and the trust that goes with it."""
    for i in range(known.size):
        tied, trusting = 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            weight = strength[k] * member[other[k]]
            tied += weight
            trusting += weight * trust[k]
        known[i], trusted[i] = tied, trusting


def members_of(v: "Village", body: Cooperative) -> Floats:
    """1 for the members of a body."""
    s = v.sellers
    if body.kind == "association":
        return s.association.copy()
    inside: Floats = (s.coop == float(v.bodies.index(body))).astype(float)
    return inside


def found(v: "Village", kind: str, members: Floats, governance: float) -> Cooperative:
    """Found a body with its first members."""
    body = Cooperative(v, kind, v.week)
    body.governance = governance
    body.activity = v.p.contrib_start
    if kind == "association":
        body.discipline = v.p.association_discipline
    else:
        body.discipline, body.logistics = v.p.coop_discipline, v.p.coop_logistics
        body.standards = v.p.coop_standards
    v.bodies.append(body)
    enrol(v, body, members > 0.0)
    return body


def enrol(v: "Village", body: Cooperative, who: np.ndarray) -> None:
    """Take women in."""
    s = v.sellers
    if body.kind == "association":
        s.association[who] = 1.0
    else:
        s.coop[who] = float(v.bodies.index(body))
        s.mode[who] = Mode.COOPERATIVE
        s.lead[who] = -1.0


def bodies(v: "Village") -> None:
    """One week of every body, and what members have of it."""
    s = v.sellers
    s.discipline[:] = 0.0
    s.joint_delivery[:] = 0.0
    s.standards[:] = 0.0
    _form(v)
    for body in v.bodies:
        if body.alive:
            _body_week(v, body)


def _body_week(v: "Village", body: Cooperative) -> None:
    p, s = v.p, v.sellers
    members = members_of(v, body)
    known, trusted = v.scratch("known"), v.scratch("trusted")
    ties = v.ties
    known_members(ties.start, ties.other, ties.strength, ties.trust, members, known, trusted)
    count = float(members.sum())
    if count < p.body_least or _dissolves(v, body):
        _dissolve(v, body, members > 0.0)
        return
    trust, given = v.scratch("trust_in_members"), v.scratch("given")
    trust_of.into(trust, known, trusted)
    contribution.into(
        given, s.contributor, body.activity, trust, body.governance, p.belief_match, p.detection
    )
    mean = float((given * members).sum()) / count
    body.activity += p.body_speed * (mean - body.activity)
    body.governance *= 1.0 - p.governance_fade * (1.0 - body.self_run)
    body.open_books *= 1.0 - p.governance_fade * (1.0 - body.self_run)
    benefits.into(
        (s.discipline, s.joint_delivery, s.standards), s.discipline, s.joint_delivery,
        s.standards, members, given, body.activity, body.discipline, body.logistics,
        body.standards,
    )
    _join_and_leave(v, body, members, known, trusted)


@rule
def join_or_leave(
    selling: Num, member: Num, tied: Num, draw: Num, chance: Num, known: Num, free: Num,
    activity: Num, rate: Num, leaving: Num,
) -> Num:
    """1 when she joins this week, -1 when she leaves, else 0.

    An active body draws women in; from an idle one, and from people she does not trust, they go.

    >>> join_or_leave(1.0, 0.0, -1.0, 0.01, 0.05, 2.0, -1.0, 0.5, 0.05, 0.2)
    1.0
    """
    if member > 0.0:
        stay = chance / rate if known > 0.0 else 0.5
        return -1.0 if draw > 1.0 - leaving * rate * (1.0 - stay) * (2.0 - activity) else 0.0
    return 1.0 if selling > 0.0 and tied <= free and draw < chance * activity else 0.0


def _join_and_leave(
    v: "Village", body: Cooperative, members: Floats, known: Floats, trusted: Floats
) -> None:
    p, s = v.p, v.sellers
    chance = v.scratch("join")
    join_chance.into(chance, known, trusted, p.body_join, p.body_trust, p.body_trust_span)
    draw = v.luck.uniform(f"bodies.{body.kind}", v.week, v.women)
    moves = v.scratch("moves")
    free = s.association if body.kind == "association" else s.coop
    most = 0.0 if body.kind == "association" else -1.0
    join_or_leave.into(
        moves, s.selling, members, free, draw, chance, known, most, body.activity, p.body_join,
        p.body_leave,
    )
    enrol(v, body, moves > 0.0)
    _release(v, body, moves < 0.0)


def _release(v: "Village", body: Cooperative, who: np.ndarray) -> None:
    s = v.sellers
    if body.kind == "association":
        s.association[who] = 0.0
    else:
        s.coop[who] = -1.0
        s.mode[who] = Mode.ALONE


def _dissolves(v: "Village", body: Cooperative) -> bool:
    """Poor governance ends bodies four times as often (coop_exit_*)."""
    p = v.p
    poor, good = weekly_share(p.coop_exit_poor), weekly_share(p.coop_exit_good)
    chance = poor + min(1.0, body.governance / p.governance_good) * (good - poor)
    row = v.bodies.index(body)
    return bool(v.luck.uniform("bodies.end", v.week, row + 1)[row] < chance)


def _dissolve(v: "Village", body: Cooperative, members: np.ndarray) -> None:
    body.alive = False
    body.remove()
    _release(v, body, members)
    v.ledger.pay("bodies.closing", "bodies", "government", body.reserve)
    body.reserve = 0.0


def _form(v: "Village") -> None:
    """Where sellers trust each other, one may found a cooperative with her ties."""
    p, s, ties = v.p, v.sellers, v.ties
    draw = v.luck.uniform("bodies.form", v.week, 1)[0]
    if draw >= p.body_form:
        return
    known, trusted = v.scratch("known"), v.scratch("trusted")
    free = ((s.selling > 0.0) & (s.coop < 0.0)).astype(float)
    known_members(ties.start, ties.other, ties.strength, ties.trust, free, known, trusted)
    founder = int(np.argmax(trusted * free))
    halves = slice(ties.start[founder], ties.start[founder + 1])
    near = ties.other[halves]
    close = near[(free[near] > 0.0) & (ties.trust[halves] >= p.body_trust)]
    if close.size + 1 < p.body_least:
        return
    members = np.zeros(v.women)
    members[close], members[founder] = 1.0, 1.0
    found(v, "cooperative", members, p.governance_start)


@kernel
def commissions(lead: Floats, sales: Floats, share: float, paid: Floats, got: Floats) -> None:
    """What followers pay of their sales, and what lead sellers get of it."""
    got[:] = 0.0
    for i in range(lead.size):
        paid[i] = 0.0
        if lead[i] >= 0.0:
            paid[i] = share * sales[i]
            got[int(lead[i])] += paid[i]


@kernel
def charge_fee(coop: Floats, association: Floats, fee: float, paid: Floats) -> float:
    """Members pay the running cost of their bodies; returns the sum."""
    total = 0.0
    for i in range(paid.size):
        due = fee if coop[i] >= 0.0 or association[i] > 0.0 else 0.0
        paid[i] += due
        total += due
    return total


def pool(v: "Village", profit: Floats) -> None:
    """Commissions of followers and the pay-outs of cooperatives, into `paid_out`.

    Args:
        v: the village.
        profit: each woman's net online income of the week before pooling.
    """
    p, s = v.p, v.sellers
    paid, got = v.scratch("paid"), v.scratch("got")
    commissions(s.lead, s.sales, p.streamer_commission / 100.0, paid, got)
    for body in v.bodies:
        if body.alive and body.kind != "association":
            _share_surplus(v, body, profit, paid, got)
    fees = charge_fee(s.coop, s.association, p.body_fee, paid)
    v.ledger.pay("bodies.running", "bodies", "suppliers", fees)
    v.ledger.pay("bodies.in", "sellers", "bodies", paid)
    v.ledger.pay("bodies.out", "bodies", "sellers", got)
    s.paid_out[:] = got - paid


def _share_surplus(
    v: "Village", body: Cooperative, profit: Floats, paid: Floats, got: Floats
) -> None:
    """Pool a part of the surplus; the core keeps most of it unless a dividend rule holds."""
    p, s = v.p, v.sellers
    members = members_of(v, body)
    into = p.pool_share * np.maximum(profit, 0.0) * members
    total = float(into.sum())
    if total <= 0.0:
        return
    paid += into
    rule_holds = min(1.0, body.dividend_rule * body.governance / p.governance_start)
    to_core = p.core_share * (1.0 - rule_holds)
    rank = np.argsort(np.argsort(-(s.sales * members), kind="stable"), kind="stable")
    core = members * (rank < max(1.0, p.core_part * float(members.sum())))
    by_trade = s.sales * members
    got += total * to_core * core / max(1.0, float(core.sum()))
    got += total * (1.0 - to_core) * by_trade / max(1e-9, float(by_trade.sum()))
    fair = 1.0 - 2.0 * to_core
    if fair < 0.0:
        s.trust_institution -= p.pass_over * -fair * (members - core) * s.trust_institution
    meet(v, members, p.fairness_trust * fair, "fairness")
