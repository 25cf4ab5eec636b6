"""Phase 10, relations: trust on each tie, ties kept and lost, know-how shared."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Ints, Num, kernel, rule
from model.parameters import weekly_share
from model.ties import Kind

if TYPE_CHECKING:
    from model.village import Village

TERMS = ("contact", "neglect", "drift", "undercut", "orders")


@rule
def contact_of(leisure: Num, others_leisure: Num, strength: Num, full: Num) -> Num:
    """How much two women see of each other: leisure of both, along the strength of the tie.

    >>> contact_of(50.0, 50.0, 1.0, 50.0)
    1.0
    """
    return min(1.5, math.sqrt(max(0.0, leisure * others_leisure)) / full) * strength


@rule
def know_how_of(
    trust: Num, contact: Num, rivals: Num, lack: Num, rival_factor: Num, kept_back: Num
) -> Num:
    """Know-how that a woman passes on along a tie, 0 to 1.

    It needs trust and time; rivals with the same goods keep it back, the more so when their
    orders run short (peer_rival_factor; 004 §3.2).

    >>> know_how_of(0.5, 1.0, 0.0, 0.0, 0.5, 0.4)
    0.5
    """
    passed = trust * min(1.0, contact)
    return passed * rival_factor * (1.0 - kept_back * lack) if rivals > 0.0 else passed


@rule
def rival_terms(
    trust: Num, cut: Num, gap: Num, lack: Num, asymmetry: Num, per_cut: Num, per_gap: Num,
    per_lack: Num,
) -> Num:
    """Trust lost to a rival with the same goods: by being undercut, and when orders run short.

    >>> rival_terms(0.5, 0.0, 0.0, 0.0, 2.0, 0.2, 0.02, 0.01)
    (-0.0, -0.0)
    """
    hurt = asymmetry * (per_cut * max(0.0, cut) + per_gap * max(0.0, gap))
    return -trust * hurt, -trust * asymmetry * per_lack * lack


@kernel
def tie_week(
    start: Ints, other: Ints, reverse: Ints, trust: Floats, strength: Floats, kind: Floats,
    know_how: Floats, leisure: Floats, hamlet: Floats, selling: Floats, category: Floats,
    price: Floats, cut: Floats, use: Floats, skill: Floats, numbers: Floats, sums: Floats,
    peer_gain: Floats, peer_support: Floats,
) -> float:
    """One week of every tie; returns what the bounds of trust took."""
    (gain, loss, drift, mean, full, asymmetry, per_cut, per_gap, per_lack, rival_factor,
     kept_back, close, bridge, flow, most, scale) = numbers
    taken, met, left, drawn, cuts, short = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    was = trust.copy()
    for i in range(leisure.size):
        learnt, heard, support = 0.0, 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            j = other[k]
            contact = contact_of(leisure[i], leisure[j], strength[k], full)
            near = gain * contact * (1.0 - was[k])
            away = -loss * was[k]
            toward = drift * (mean - was[k])
            rivals, undercut, orders, lack = 0.0, 0.0, 0.0, 0.0
            if selling[i] > 0.0:
                rivals = selling[j] * (1.0 if category[i] == category[j] else 0.0)
            if rivals > 0.0:
                undercut, orders = rival_terms(
                    was[k], cut[j], math.log(price[i] / price[j]), max(0.0, 1.0 - use[i]),
                    asymmetry, per_cut, per_gap, per_lack,
                )
                lack = max(0.0, 1.0 - use[j])
            total = was[k] + (near + away + toward + undercut + orders)
            trust[k] = min(max(total, 0.0), 1.0)
            taken += trust[k] - total
            met += near
            left += away
            drawn += toward
            cuts += undercut
            short += orders
            told = know_how_of(was[reverse[k]], contact, rivals, lack, rival_factor, kept_back)
            know_how[k] = told
            learnt += told * max(0.0, skill[j] - skill[i])
            heard += told
            support += was[k] * strength[k]
            # sums of flags instead of `or`: the processor need not guess
            kept = (1.0 if kind[k] == 0.0 else 0.0) + (1.0 if hamlet[i] == hamlet[j] else 0.0)
            missed = max(0.0, 1.0 - contact / max(strength[k], 1e-9))
            strength[k] *= 1.0 - (close if kept > 0.0 else bridge) * missed
        peer_gain[i] = flow * learnt * min(1.0, most / max(heard, 1e-9))
        peer_support[i] = support / (scale + support)
    for place, total in enumerate((met, left, drawn, cuts, short)):
        sums[place] += total
    return taken


def relations(v: "Village") -> None:
    """Move trust, strength and know-how of every tie, and say why."""
    p, s, ties = v.p, v.sellers, v.ties
    mean = float(ties.trust.mean()) if ties.trust.size else 0.0
    numbers = np.array([
        p.tie_gain, p.tie_loss, p.trust_drift, mean, p.contact_leisure, p.trust_asym_direct,
        -10.0 * p.rivalry_trust, p.rivalry_gap, p.rivalry_orders, p.peer_rival_factor,
        p.know_how_orders, weekly_share(p.tie_decay_close), weekly_share(p.tie_decay_bridge),
        p.peer_flow, p.peer_most, p.support_scale,
    ])
    sums = v.scratch("tie_sums", len(TERMS))
    sums[:] = 0.0
    taken = tie_week(
        ties.start, ties.other, ties.reverse, ties.trust, ties.strength, ties.kind,
        ties.know_how, s.hours_leisure, s.hamlet, s.selling, s.category, s.shown_price,
        s.undercut, s.use, s.skill, numbers, sums, s.peer_gain, s.peer_support,
    )
    halves = max(1, ties.trust.size)
    for name, total in zip(TERMS, sums, strict=True):
        v.causes.add("trust", name, float(total) / halves)
    v.causes.add("trust", "bounded", float(taken) / halves)
    s.trust_institution += p.institution_speed * (p.institution_start - s.trust_institution)


@kernel
def meet_ties(
    start: Ints, other: Ints, members: Floats, gain: float, trust: Floats, strength: Floats
) -> float:
    """Trust and strength of the ties between women who met; returns the sum of trust gained."""
    total = 0.0
    for i in range(members.size):
        if members[i] == 0.0:
            continue
        for k in range(start[i], start[i + 1]):
            both = min(members[i], members[other[k]])
            change = gain * both * (1.0 - trust[k] if gain > 0.0 else trust[k])
            trust[k] += change
            strength[k] += max(0.0, gain) * both * (1.0 - strength[k])
            total += change
    return total


def meet(v: "Village", members: Floats, gain: float, cause: str = "meetings") -> None:
    """Raise (or lower) trust on all ties between women who met, by up to `gain`.

    Args:
        v: the village.
        members: 0 to 1 for every woman: how much she took part.
        gain: of full taking part, in trust; a loss when negative.
        cause: under which the change of mean trust is told.
    """
    ties = v.ties
    change = meet_ties(ties.start, ties.other, members, gain, ties.trust, ties.strength)
    v.causes.add("trust", cause, change / max(1, ties.trust.size))
    if cause == "meetings":
        v.accounts.joint += float(members.sum())


def connect(v: "Village", first: Ints, second: Ints, kind: Kind, trust: float) -> None:
    """Make new ties, and tell what they do to the mean of trust."""
    ties = v.ties
    before, halves = float(ties.trust.mean()) if ties.trust.size else 0.0, ties.trust.size
    ties.make(first, second, kind, v.p.new_tie_strength, trust, v.week)
    if ties.trust.size != halves:
        v.causes.add("trust", "new_ties", float(ties.trust.mean()) - before)
