"""Cooperatives and money: commissions, pooling, pay-outs, open books, and what others hear of it.

Called by money. Who founds and joins a body, and how it is run, is in `bodies`.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.few import Cooperative
from agents.rule import Floats, kernel
from model.phases.bodies import members_of
from model.phases.relations import meet

if TYPE_CHECKING:
    from model.village import Village


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


def treatment(fair: float, open_books: float, by_fair: float, by_books: float) -> float:
    """How a week of pay-outs moves members' trust in each other, before own experience counts.

    Args:
        fair: 1 when pay-outs follow members' trade, below 0 when a core takes more than half.
        open_books: 0 to 1; what is not shown is suspected.
        by_fair, by_books: trust a week.

    >>> treatment(1.0, 1.0, 0.004, 0.001), treatment(0.0, 0.0, 0.004, 0.001)
    (0.004, -0.001)
    """
    return by_fair * fair - by_books * (1.0 - open_books)


def at_work(v: "Village") -> Floats:
    """The cooperative of every woman, or -1: a shell's members neither meet, pay nor pool."""
    coop: Floats = v.sellers.coop
    shells = [float(i) for i, b in enumerate(v.bodies) if b.alive and b.interest == 0.0]
    return np.where(np.isin(coop, shells), -1.0, coop) if shells else coop


def meeting_hours(v: "Village") -> Floats:
    """Hours that members of bodies meet this week."""
    member = (at_work(v) >= 0.0) | (v.sellers.association > 0.0)
    hours: Floats = v.p.meeting_hours * member.astype(float)
    return hours


def pool(v: "Village", profit: Floats) -> None:
    """Commissions of followers and the pay-outs of cooperatives, into `paid_out`.

    Args:
        v: the village.
        profit: each woman's net online income of the week before pooling.
    """
    p, s = v.p, v.sellers
    paid, got, told = v.scratch("paid"), v.scratch("got"), v.scratch("told")
    commissions(s.lead, s.sales, p.streamer_commission / 100.0, paid, got)
    told[:] = 0.0
    for body in v.bodies:
        if body.alive and body.kind != "association" and body.interest > 0.0:
            _share_surplus(v, body, profit, paid, got, told)
    if told.any():
        _hearsay(v, told)
    fees = charge_fee(at_work(v), s.association, p.body_fee, paid)
    v.ledger.pay("bodies.running", "bodies", "suppliers", fees)
    v.ledger.pay("bodies.in", "sellers", "bodies", paid)
    v.ledger.pay("bodies.out", "bodies", "sellers", got)
    s.paid_out[:] = got - paid


def _share_surplus(
    v: "Village", body: Cooperative, profit: Floats, paid: Floats, got: Floats, told: Floats
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
    by_trade = s.sales * members / max(1e-9, float((s.sales * members).sum()))
    out = to_core * core / max(1.0, float(core.sum())) + (1.0 - to_core) * by_trade
    got += total * out
    body.core_part_of_surplus = float((out * core).sum())
    fair = 1.0 - 2.0 * to_core
    if fair < 0.0:
        s.trust_institution -= p.pass_over * -fair * (members - core) * s.trust_institution
    moved = treatment(fair, body.open_books, p.fairness_trust, p.closed_books)
    meet(v, members, moved * (1.0 if moved > 0.0 else p.trust_asym_direct), "fairness")
    told += moved * members


def _hearsay(v: "Village", told: Floats) -> None:
    """What others hear from members of how their body treats them moves trust in those members.

    Heard of, bad news counts as much as good news (trust_asym_hearsay [73]).
    """
    p, coop, ties = v.p, v.sellers.coop, v.ties
    theirs = np.flatnonzero(told[ties.tail])
    theirs = theirs[coop[ties.tail[theirs]] != coop[ties.other[theirs]]]
    heard, halves = p.hearsay * told[ties.tail[theirs]], ties.reverse[theirs]
    trust = ties.trust[halves]
    change = heard * np.where(heard > 0.0, 1.0 - trust, p.trust_asym_hearsay * trust)
    ties.trust[halves] = trust + change
    v.causes.add("trust", "hearsay", float(change.sum()) / ties.trust.size)
