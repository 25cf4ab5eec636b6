"""Phase 4, hours: women divide their week among care, farm, programme, selling, leisure."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Num, rule

if TYPE_CHECKING:
    from model.village import Village


@rule
def effort_next(
    effort: Num, selling: Num, use: Num, up: Num, down: Num, idle: Num, floor: Num, ceiling: Num
) -> Num:
    """More of her wish when orders exceed capacity, less while it lies idle.

    >>> effort_next(1.0, 1.0, 1.2, 0.05, 0.08, 0.35, 0.3, 1.15)
    1.05
    """
    if selling == 0.0:
        return 1.0
    if use > 1.0:
        effort *= 1.0 + up
    elif use < idle:
        effort *= 1.0 - down
    return min(max(effort, floor), ceiling)


@rule
def hours_wanted(
    selling: Num, wish: Num, effort: Num, efficacy: Num, fatigue: Num, income: Num, outside: Num,
    by_efficacy: Num, by_fatigue: Num, by_gap: Num, aspiration: Num,
) -> Num:
    """Selling hours she wants: her wish, with self-efficacy, tiredness and the income she wants.

    >>> hours_wanted(1.0, 60.0, 1.0, 0.5, 0.0, 450.0, 300.0, 0.4, 0.45, 0.1, 1.5)
    60.0
    """
    if selling == 0.0:
        return 0.0
    wanted_income = aspiration * outside
    gap = min(max((wanted_income - income) / wanted_income, -1.0), 1.0)
    mood = 1.0 + by_efficacy * (efficacy - 0.5)
    return wish * effort * mood * (1.0 - by_fatigue * fatigue) * (1.0 + by_gap * gap)


@rule
def divide_hours(
    wanted: Num, care: Num, programme: Num, waking: Num, farm: Num, part: Num, least: Num
) -> Num:
    """Her week: hours of selling, farm and leisure.

    Selling comes out of leisure (`part` of it) and the farm, until either is used up; no woman
    gives up the last `least` hours of leisure.

    >>> divide_hours(20.0, 26.0, 0.0, 112.0, 26.0, 0.7, 8.0)
    (20.0, 20.0, 46.0)
    """
    rest = max(waking - care - programme, least)
    farm_most = min(farm, rest - least)
    leisure_most = rest - farm_most
    selling = min(wanted, leisure_most - least + farm_most)
    from_leisure = min(part * selling, leisure_most - least)
    from_farm = min(selling - from_leisure, farm_most)
    from_leisure = selling - from_farm
    return selling, farm_most - from_farm, leisure_most - from_leisure


def hours(v: "Village") -> None:
    """Divide every woman's week."""
    p, s = v.p, v.sellers
    effort_next.into(
        s.effort, s.effort, s.selling, s.use, p.effort_up, p.effort_down, p.idle_use,
        p.effort_floor, p.effort_ceiling,
    )
    free = p.waking_hours - p.leisure_least - s.hours_care
    np.minimum(s.hours_programme, np.maximum(free, 0.0), out=s.hours_programme)
    wanted = v.scratch("wanted")
    hours_wanted.into(
        wanted, s.selling, s.wish_hours, s.effort, s.efficacy, s.fatigue, s.income_year,
        s.outside_wage, p.wish_efficacy, p.wish_fatigue, p.wish_gap, p.aspiration,
    )
    divide_hours.into(
        (s.hours_selling, s.hours_farm, s.hours_leisure), wanted, s.hours_care,
        s.hours_programme, p.waking_hours, p.farm_hours, p.leisure_part, p.leisure_least,
    )
    s.hours_streaming[:] = s.streamer * p.stream_part * s.hours_selling
    if s.post.any():
        _work_in_posts(v)


def _work_in_posts(v: "Village") -> None:
    """A post takes its hours from farm and leisure, as selling does; it counts as paid work."""
    p, s = v.p, v.sellers
    rows = np.flatnonzero(s.post)
    post, farm, leisure = (np.empty(rows.size) for _ in range(3))
    divide_hours.into(
        (post, farm, leisure), s.hours_post[rows], s.hours_care[rows], s.hours_programme[rows],
        p.waking_hours, p.farm_hours, p.leisure_part, p.leisure_least,
    )
    s.hours_post[rows], s.hours_farm[rows], s.hours_leisure[rows] = post, post + farm, leisure
