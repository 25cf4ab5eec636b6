"""Phase 3, household: families share out care; support, norms and conflict move."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Ints, Num, kernel, rule
from model.parameters import WEEKS_PER_YEAR, weekly_half_life
from model.ties import spread, sum_by

if TYPE_CHECKING:
    from model.village import Village


@rule
def session_effect(
    sessions: Num, man_weight: Num, half_dose: Num, least: Num, slope: Num
) -> Num:
    """Part of the full effect of family work reached after so many sessions, 0 to 1.

    Fewer than `least` sessions do nothing; `half_dose` of them give half (dialogue_half_dose).

    >>> round(session_effect(12.0, 1.0, 7.0, 3.0, 3.0), 2)
    0.83
    """
    if sessions < least:
        return 0.0
    reached = sessions**slope
    return man_weight * reached / (reached + half_dose**slope)


@rule
def care_need(
    children_u6: Num, children_6_12: Num, elders_need: Num, elders_help: Num, husband_home: Num,
    given: Num, base: Num, per_u6: Num, per_6_12: Num, per_elder: Num, per_help: Num,
    per_man: Num,
) -> Num:
    """Hours of care and housework that the family itself must give, a week.

    Elders who help take over child care only; a husband at home adds housework.

    >>> care_need(1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 24.0, 9.0, 4.0, 6.0, 4.0, 8.0)
    37.0
    """
    children = children_u6 * per_u6 + children_6_12 * per_6_12
    children = max(0.0, children - elders_help * per_help)
    need = base + children + elders_need * per_elder + husband_home * per_man - given
    return max(need, 0.25 * base)


@rule
def man_care(
    need: Num, husband_home: Num, support: Num, effect: Num, power: Num, share: Num,
    by_support: Num, by_power: Num, full_course: Num,
) -> Num:
    """Hours of care of the husband: his share, more with support and after family sessions.

    Where couples bargain, his share also grows with her part of the income (`power`).

    >>> man_care(30.0, 1.0, 0.5, 0.0, 0.0, 0.3, 0.1, 0.2, 2.5)
    9.0
    """
    own = need * (share + by_support * (support - 0.5) + by_power * power)
    own += full_course * effect
    return husband_home * min(max(own, 0.0), 0.5 * need)


@rule
def support_next(
    support: Num, income_share: Num, norm: Num, conflict: Num, burnout: Num, effect: Num,
    speed: Num, start: Num, by_income: Num, by_norm: Num, by_conflict: Num, by_burnout: Num,
    by_sessions: Num, norm_start: Num, conflict_start: Num, burnout_level: Num,
) -> Num:
    """Family support for her selling, drifting to a target.

    Up with her share of the family's income and after family sessions; down with strict norms,
    quarrels and her burnout.
    """
    target = (
        start + by_income * income_share - by_norm * (norm - norm_start)
        - by_conflict * (conflict - conflict_start) - by_burnout * (burnout - burnout_level)
        + by_sessions * effect
    )
    return support + speed * (min(max(target, 0.0), 1.0) - support)


@rule
def conflict_next(
    conflict: Num, hours: Num, support: Num, effect: Num, speed: Num, base: Num, overload: Num,
    per_hour: Num, headroom: Num, calmed: Num,
) -> Num:
    """Quarrels over roles: they rise when work and care pass the overload and support is low.

    >>> conflict_next(0.1, 60.0, 0.5, 0.0, 0.1, 0.1, 70.0, 0.03, 1.3, 0.5)
    0.1
    """
    beyond = max(0.0, hours - overload)
    target = (base + per_hour * beyond * (headroom - support)) * (1.0 - calmed * effect)
    return conflict + speed * (min(target, 1.0) - conflict)


@rule
def norm_next(norm: Num, seen: Num, weight: Num, success: Num, speed: Num, soften: Num) -> Num:
    """Norms at home follow those of tied families, and soften the more of the ties are to sellers.

    >>> norm_next(0.5, 2.0, 4.0, 0.0, 0.1, 0.0), norm_next(0.5, 2.0, 4.0, 2.0, 0.0, 0.1)
    (0.5, 0.475)
    """
    if weight == 0.0:
        return norm
    moved = norm + speed * (seen / weight - norm) - soften * success / weight * norm
    return min(max(moved, 0.0), 1.0)


@kernel
def norms_around(
    start: Ints, other: Ints, strength: Floats, norm: Floats, selling: Floats, seen: Floats,
    weight: Floats, success: Floats,
) -> None:
    """Around every woman: norms of tied families, strength of ties, and of those to sellers."""
    for i in range(seen.size):
        norms, ties, sells = 0.0, 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            norms += strength[k] * norm[other[k]]
            ties += strength[k]
            sells += strength[k] * selling[other[k]]
        seen[i], weight[i], success[i] = norms, ties, sells


def household(v: "Village") -> None:
    """Share out care and move support, conflict and norms of every family."""
    p, s, f = v.p, v.sellers, v.families
    rows = len(f)
    f.sessions *= 1.0 - weekly_half_life(p.sessions_half)
    if f.campaign.any():
        f.campaign *= 1.0 - 1.0 / WEEKS_PER_YEAR
    man_weight = v.scratch("man_weight", rows)
    elders = f.elders_help > 0.0
    man_weight[:] = f.husband_away * (p.dialogue_needs_man + p.dialogue_elders * elders)
    man_weight += 1.0 - f.husband_away
    if f.with_elders.any():
        f.with_elders *= 1.0 - weekly_half_life(p.sessions_half)
        man_weight += (1.0 - man_weight) * f.with_elders / np.maximum(f.sessions, 1e-9)
    effect = v.scratch("session_effect", rows)
    session_effect.into(
        effect, f.sessions, man_weight, p.dialogue_half_dose, p.sessions_least, p.sessions_slope
    )
    care_need.into(
        f.care_need, f.children_u6, f.children_6_12, f.elders_need, f.elders_help,
        f.husband_home, f.care_given, p.care_base, p.care_child_u6, p.care_child_6_12,
        p.care_elder, p.care_elder_help, p.care_man_home,
    )
    power = _her_part(v)
    man_care.into(
        f.care_man, f.care_need, f.husband_home, f.support, effect, power,
        p.care_h_man / (p.care_h_man + p.care_h_woman), p.man_share_support, p.bargain_share,
        -p.dialogue_full,
    )
    each = v.scratch("care_each", rows)
    each[:] = (f.care_need - f.care_man) / np.maximum(f.women, 1.0)
    spread(s.family, each, s.hours_care)
    s.hours_care += p.ecom_to_care * s.selling
    np.minimum(s.hours_care, p.waking_hours - p.leisure_least, out=s.hours_care)
    _moods(v, effect)


def _her_part(v: "Village") -> Floats:
    """Her part of the family's income where couples bargain; nothing in a unitary household."""
    s, f = v.sellers, v.families
    part = v.scratch("her_part", len(f))
    part[:] = 0.0
    if v.structure("household", "unitary") == "bargaining":
        sum_by(s.family, s.income_smooth, part)
        np.maximum(part, 0.0, out=part)
        part /= f.other_income + part + v.p.outside_income
    return part


def _moods(v: "Village", effect: Floats) -> None:
    p, s, f = v.p, v.sellers, v.families
    rows = len(f)
    online, burnout = v.scratch("f_online", rows), v.scratch("f_burnout", rows)
    hours, norm = v.scratch("f_hours", rows), v.scratch("s_norm")
    sum_by(s.family, s.income_smooth, online)
    np.maximum(online, 0.0, out=online)
    online /= f.other_income + online + p.outside_income
    women = np.maximum(f.women, 1.0)
    sum_by(s.family, s.burnout, burnout)
    burnout /= women
    work = s.hours_care + s.hours_farm + s.hours_selling
    sum_by(s.family, work, hours)
    hours /= women
    support_next.into(
        f.support, f.support, online, f.norm, f.conflict, burnout, effect, p.support_speed,
        p.support_start, p.support_income, p.support_norm, p.support_conflict, p.support_burnout,
        p.support_sessions, p.norm_start, p.conflict_base, p.burnout_level,
    )
    conflict_next.into(
        f.conflict, f.conflict, hours, f.support, effect, p.conflict_speed, p.conflict_base,
        p.overload_hours, p.conflict_hours, p.conflict_headroom, p.conflict_calmed,
    )
    spread(s.family, f.norm, norm)
    seen, weight, success = v.scratch("norm_seen"), v.scratch("norm_ties"), v.scratch("success")
    ties = v.ties
    norms_around(
        ties.start, ties.other, ties.strength, norm, s.selling, seen, weight, success
    )
    f_seen, f_weight = v.scratch("f_seen", rows), v.scratch("f_weight", rows)
    f_success = v.scratch("f_success", rows)
    for column, total in ((seen, f_seen), (weight, f_weight), (success, f_success)):
        sum_by(s.family, column, total)
    norm_next.into(f.norm, f.norm, f_seen, f_weight, f_success, p.norm_speed, p.norm_success)
