"""Phase 8, learning: skills gained by use and peers, lost by disuse and rule changes."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Num, rule
from model.parameters import weekly_half_life

if TYPE_CHECKING:
    from model.village import Village


@rule
def rule_loss(change: Num, size: Num, churn: Num, literacy: Num, spared: Num) -> Num:
    """Share of know-how that this week's changes of platform rules make worthless.

    Critical literacy spares part of it.

    >>> rule_loss(1.0, 0.05, 0.0, 1.0, 0.5)
    0.025
    """
    return (churn + change * size) * (1.0 - spared * literacy)


@rule
def skill_next(
    skill: Num, base: Num, selling: Num, peers: Num, lost: Num, by_use: Num, forget: Num
) -> Num:
    """Operating skill: by doing and from peers, lost by disuse and rule changes.

    What she has by schooling is not forgotten.

    >>> skill_next(0.2, 0.2, 0.0, 0.0, 0.0, 0.006, 0.003)
    0.2
    """
    gain = selling * by_use * (1.0 - skill) + peers * (1.0 - skill)
    fade = forget * max(0.0, skill - base) + selling * lost * skill
    return min(max(skill + gain - fade, 0.0), 1.0)


@rule
def taught_next(taught: Num, follow_up: Num, lost: Num, fade: Num, shield: Num) -> Num:
    """Taught know-how fades by its half-life; follow-up shields it, and from rule changes too.

    >>> taught_next(0.1, 0.0, 0.0, 0.5, 0.3)
    0.05
    """
    open_part = 1.0 - follow_up
    rate = fade * (open_part + shield * follow_up)
    return taught * (1.0 - rate) * (1.0 - lost * open_part)


@rule
def efficacy_next(
    efficacy: Num, start: Num, selling: Num, income: Num, wanted: Num, burnout: Num,
    burnout_level: Num, lift: Num, speed: Num, by_success: Num, by_burnout: Num,
) -> Num:
    """Self-efficacy follows success against the income she wants, and suffers from burnout."""
    success = selling * min(max(income / wanted, -0.5), 1.0)
    target = start + by_success * success - by_burnout * (burnout - burnout_level) + lift
    return efficacy + speed * (min(max(target, 0.0), 1.0) - efficacy)


def _federation_class(v: "Village") -> None:
    """A one-off class of the women's federation, for whoever is drawn (background 3d)."""
    p, s = v.p, v.sellers
    span = v.setup.background.federation_classes
    if span is None or not span[0] <= v.week < span[1]:
        return
    if (v.week - span[0]) % max(1, round(52 / p.classes_a_year)) == 0:
        draw = v.luck.uniform("learning.class", v.week, v.women)
        there = np.argsort(draw, kind="stable")[: int(p.class_size)]
        s.taught[there] += p.train_oneoff * s.selling[there]
        s.skill[there] += p.state_spread * p.assumed_small * (1.0 - s.skill[there])


def learning(v: "Village") -> None:
    """Move every stock of know-how."""
    p, s = v.p, v.sellers
    _federation_class(v)
    lost = v.scratch("lost_rules")
    rule_loss.into(
        lost, v.season.rule_change, p.platform_shock_size, p.platform_churn, s.literacy,
        p.literacy_rules,
    )
    skill_next.into(
        s.skill, s.skill, s.skill_base, s.selling, s.peer_gain, lost, p.skill_by_use,
        p.skill_forget,
    )
    taught_next.into(
        s.taught, s.taught, s.follow_up, lost, weekly_half_life(p.skill_half_unused),
        p.skill_use_shield,
    )
    if s.mentored.any():
        s.mentored *= 1.0 - weekly_half_life(p.mentor_fade_half) * (1.0 - s.follow_up)
    if s.backed.any():
        s.backed *= 1.0 - weekly_half_life(p.backing_half)
    s.durable *= 1.0 - p.durable_fade
    s.legal *= 1.0 - p.literacy_fade
    s.literacy += p.literacy_fade * (0.5 * s.skill_base - s.literacy)
    s.literacy += 0.5 * p.skill_by_use * s.selling * (1.0 - s.literacy)
    s.follow_up *= 1.0 - p.follow_up_fade
    s.brand *= 1.0 - p.brand_fade
    s.identity *= 1.0 - p.brand_fade
    s.lift *= 1.0 - weekly_half_life(p.d_half)
    wanted = v.scratch("wanted_income")
    wanted[:] = p.aspiration * s.outside_wage
    efficacy_next.into(
        s.efficacy, s.efficacy, s.efficacy_base, s.selling, s.income_year, wanted, s.burnout,
        p.burnout_level, s.lift, p.efficacy_speed, p.efficacy_success, p.efficacy_burnout,
    )
