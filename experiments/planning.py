"""How many replications: in whole rounds, until intervals are narrow enough or the cap is met."""

import math
from dataclasses import dataclass
from typing import Final

import pandas as pd

FIRST_ROUND: Final = 50  # with fewer, stopping early makes skewed intervals too short
LEAST_ROUND: Final = 10
MOST: Final = 200
PART_OF_SMALLEST = 0.5  # half of the interval against the smallest difference that matters
SMALLEST: Final = {"income": 50.0, "burnout": 0.03, "trust": 0.03}
UNITS: Final = {"income": "yuan/week", "burnout": "", "trust": ""}


@dataclass(frozen=True)
class Rule:
    """The stopping rule, fixed before the first run and kept in the manifest.

    Attributes:
        first: replications of the first round.
        least: of every further one.
        most: of all rounds together.
        part: stop when half of every joint interval is at most this part of the smallest
            difference that matters.
    """

    first: int = FIRST_ROUND
    least: int = LEAST_ROUND
    most: int = MOST
    part: float = PART_OF_SMALLEST


def next_round(rule: Rule, done: int, widest: float) -> int:
    """Replications to have after the next round; the same as before when there is enough.

    Args:
        rule: the stopping rule.
        done: replications there are.
        widest: the largest half-interval over the smallest difference that matters; NaN where
            nothing has an interval, and more villages would not help.

    >>> next_round(Rule(), 50, 0.4), next_round(Rule(), 50, 0.9), next_round(Rule(), 190, 9.0)
    (50, 162, 200)
    """
    if not widest > rule.part or done >= rule.most:
        return done
    needed = done * (widest / rule.part) ** 2
    return int(min(rule.most, max(done + rule.least, math.ceil(min(needed, rule.most)))))


def widest_of(effects: pd.DataFrame, smallest: dict[str, float]) -> float:
    """The largest half of a joint interval, against the smallest difference that matters.

    A row without an interval does not count: no number of villages is known to give it one.

    Args:
        effects: the primary differences.
        smallest: by outcome.
    """
    half = (effects.joint_high - effects.joint_low) / 2.0
    against = half / effects.outcome.map(smallest)
    return float(against.max())
