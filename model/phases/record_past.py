"""Part of phase 13: indicators that need more than one week.

Those of ties and of swings are counted at the end of every quarter (13 weeks) and held between.
"""

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from agents.rule import Floats
from model.phases.record_together import bridging, density, reciprocity

if TYPE_CHECKING:
    from model.village import Village

QUARTER: Final = 13
YEAR: Final = 52
TIES: Final = ("density", "bridging", "reciprocity")
SWINGS: Final = ("online_swing_fixed", "online_swing_now")


def remember(v: "Village") -> None:
    """Keep what later weeks need: when shops opened, and the income of this quarter."""
    s = v.sellers
    if v.week % QUARTER == 0:
        s.quarter[:] = 0.0
        s.quarter_squares[:] = 0.0
    s.quarter += s.income_online
    s.quarter_squares += s.income_online * s.income_online
    s.opened_in[s.selling > s.selling_before] = v.week


def swing(total: Floats, squares: Floats, weeks: int) -> float:
    """Median coefficient of variation of so many weeks, over those who earned something.

    Args:
        total: of each, the sum of the weeks.
        squares: the sum of their squares.
        weeks: how many.

    >>> swing(np.array([20.0, 0.0]), np.array([232.0, 0.0]), 2)
    0.4
    """
    earned = total > 0.0
    if not earned.any():
        return float("nan")
    mean = total[earned] / weeks
    spread = np.sqrt(np.maximum(squares[earned] / weeks - mean * mean, 0.0))
    return float(np.median(spread / mean))


def quarterly(v: "Village") -> dict[str, float]:
    """Counted at the end of every quarter and in the first week; as they were in other weeks."""
    ends = v.week % QUARTER == QUARTER - 1
    last = {name: v.history.recent(name, 1, ago=1) for name in (*TIES, *SWINGS)}
    before = {name: float(row[0]) if row.size else math.nan for name, row in last.items()}
    ties = _ties(v) if ends or math.isnan(before["density"]) else {}
    return before | ties | (_swings(v) if ends else {})


def _ties(v: "Village") -> dict[str, float]:
    s, ties = v.sellers, v.ties
    apart = s.hamlet[ties.tail] != s.hamlet[ties.other]
    return {
        "density": density(ties.strength, v.women),
        "bridging": bridging(ties.strength, apart),
        "reciprocity": reciprocity(ties.trust, ties.trust[ties.reverse]),
    }


def _swings(v: "Village") -> dict[str, float]:
    s = v.sellers
    whole = (s.selling > 0.0) & (s.opened_in <= v.week - QUARTER + 1)
    chosen = {"online_swing_fixed": s.watched > 0.0, "online_swing_now": whole}
    return {
        name: swing(s.quarter[who], s.quarter_squares[who], QUARTER)
        for name, who in chosen.items()
    }


def looking_back(v: "Village", found: dict[str, float]) -> dict[str, float]:
    """Rates over the weeks up to this one.

    Args:
        v: the village.
        found: this week's indicators, which the history does not hold yet.
    """
    s, past = v.sellers, v.history

    def lately(name: str) -> float:
        return float(past.recent(name, QUARTER - 1, ago=1).sum()) + found[name]

    survived = float(((s.opened_in == v.week - YEAR) & (s.selling > 0.0)).sum())
    of_year = float(past.recent("survived", YEAR - 1, ago=1).sum()) + survived
    entered = float(past.recent("opened", YEAR, ago=YEAR).sum())
    streams = lately("streams")
    return {
        "survived": survived,
        "survival": of_year / entered if entered else float("nan"),
        "violation_rate": 100.0 * lately("incidents") / streams if streams else float("nan"),
        "cohesion": lately("joint_actions") * float(past.recent("trust", 1)[0]),
    }
