"""Cooperatives and associations: who joins, what they give, how they are run, when they end.

Called by careers. What cooperatives do with members' money is in `cooperatives`.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.few import Cooperative
from agents.rule import Floats, Ints, Num, kernel, rule
from agents.sellers import Mode
from model.parameters import weekly_count, weekly_share

if TYPE_CHECKING:
    from model.village import Village

FREE_RIDER = 1.0


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


def found(
    v: "Village", kind: str, members: Floats, governance: float, *, pushed: bool = False
) -> Cooperative:
    """Found a body with its first members; a cooperative may turn out to be a shell.

    Args:
        v: the village.
        kind: `cooperative` or `association`.
        members: above 0 for the women who found it.
        governance: how well it is run at first, and how open its books are.
        pushed: founded to meet a quota of the government (coop_shell_push).
    """
    body = Cooperative(v, kind, v.week)
    body.governance = body.open_books = governance
    shell = kind == "cooperative" and _is_shell(v, pushed=pushed)
    body.pushed, body.interest = pushed, 0.0 if shell else 1.0
    body.activity = v.p.contrib_start * body.interest
    if kind == "association":
        body.discipline = v.p.association_discipline
    else:
        body.discipline, body.logistics = v.p.coop_discipline, v.p.coop_logistics
        body.standards = v.p.coop_standards
    v.bodies.append(body)
    enrol(v, body, members > 0.0)
    return body


def _is_shell(v: "Village", *, pushed: bool) -> bool:
    """Whether the next cooperative founded exists on paper only: nobody has a use for it."""
    row = len(v.bodies)
    share = v.p.coop_shell_push if pushed else v.p.coop_shell_own
    return bool(v.luck.uniform("bodies.shell", v.week, row + 1)[row] < share)


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
    too_few = count < p.body_least and body.interest > 0.0  # a shell lives on paper
    if too_few or _dissolves(v, body):
        _dissolve(v, body, members > 0.0)
        return
    trust, given = v.scratch("trust_in_members"), v.scratch("given")
    trust_of.into(trust, known, trusted)
    contribution.into(
        given, s.contributor, body.activity, trust, body.governance, p.belief_match, p.detection
    )
    if body.kind == "cooperative":  # whoever has a use for it gives that much without the others
        own_use = p.coop_interest * (s.contributor != FREE_RIDER)
        given[:] = body.interest * np.maximum(given, own_use)
    mean = float((given * members).sum()) / max(1.0, count)
    body.activity += p.body_speed * (mean - body.activity)
    for rule_of_body in ("governance", "open_books", "fund_share"):
        kept = getattr(body, rule_of_body) * (1.0 - p.governance_fade * (1.0 - body.self_run))
        setattr(body, rule_of_body, kept)
    body.votes += body.self_run * weekly_count(p.body_votes)
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
