"""Several differences at once: joint intervals, sizes, chances, and what may be said of them."""

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from experiments.statistics import CONFIDENCE, Floats, Interval, interval_of_mean, luck_of_means

Verdict = Literal["better", "worse", "equivalent", "not_resolved"]
FEWEST = 2  # pairs that have a spread


@dataclass(frozen=True)
class Differences:
    """Paired differences over replications, one entry per column.

    Attributes:
        own: mean with its own 95 % interval (BCa bootstrap over pairs).
        student: ends of Student's interval, as a check.
        joint: ends of the interval that holds for all columns at once with 95 %.
        paired_size: mean over the standard deviation of the pairs.
        size: mean over the standard deviation between villages without it.
        chance: share of the pairs in which it is larger, ties counting half.
        chance_low, chance_high: its 95 % interval (Wilson).
    """

    own: Interval
    student: tuple[Floats, Floats]
    joint: tuple[Floats, Floats]
    paired_size: Floats
    size: Floats
    chance: Floats
    chance_low: Floats
    chance_high: Floats


def differences(with_it: Floats, without: Floats, *, name: str = "jinguo.compare") -> Differences:
    """What something changes, village by village.

    Args:
        with_it, without: replications x columns, the same villages in the same rows.
        name: names the resamples.
    """
    pairs = with_it - without
    own = interval_of_mean(pairs, name=name)
    spread, between = spread_of_held(pairs), spread_of_held(without)
    with np.errstate(invalid="ignore", divide="ignore"):
        paired_size, size = own.estimate / spread, own.estimate / between
    chance = chance_larger(pairs)
    return Differences(
        own, student_of_held(pairs), joint_interval(pairs),
        np.where(spread > 0, paired_size, np.nan), np.where(between > 0, size, np.nan), *chance,
    )


def mean_of_held(values: Floats) -> Floats:
    """Mean of each column over the replications that have it."""
    held = np.isfinite(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: Floats = np.where(held, values, 0.0).sum(axis=0) / held.sum(axis=0)
    return found


def spread_of_held(values: Floats) -> Floats:
    """Standard deviation of each column over the replications that have it."""
    held = np.isfinite(values)
    count, mean = held.sum(axis=0), mean_of_held(values)
    with np.errstate(invalid="ignore", divide="ignore"):
        square = np.where(held, (values - mean) ** 2, 0.0).sum(axis=0) / (count - 1)
    return np.where(count >= FEWEST, np.sqrt(np.maximum(square, 0.0)), np.nan)


def student_of_held(pairs: Floats, together: int = 1) -> tuple[Floats, Floats]:
    """Ends of Student's interval of each column over the replications that have it.

    Args:
        pairs: replications x columns; none of a column with fewer than two.
        together: columns that are to hold at once with 95 % (Bonferroni's level).
    """
    count, mean = np.isfinite(pairs).sum(axis=0), mean_of_held(pairs)
    reach = stdtrit(np.maximum(count - 1, 1), 1.0 - (1.0 - CONFIDENCE) / (2.0 * together))
    half = reach * spread_of_held(pairs) / np.sqrt(np.maximum(count, 1))
    return mean - half, mean + half


def joint_interval(pairs: Floats) -> tuple[Floats, Floats]:
    """Intervals that hold for all columns at once with 95 %: Student's t at Bonferroni's level.

    Where pairs are skewed, one end of Student's interval lies too near; each end is therefore the
    farther one of Student's and of Hall's, which is made for skewed samples. A bootstrap of the
    largest t would be narrower where columns move together, but with some dozens of skewed pairs
    its own quantile is too uncertain (docs/statistics.md).

    Args:
        pairs: replications x columns. A column that misses pairs is judged on those it has; one
            with fewer than two has no interval and is not counted, as nothing is said of it.
    """
    together = int((np.isfinite(pairs).sum(axis=0) >= FEWEST).sum())
    low, high = student_of_held(pairs, max(together, 1))
    nearer, farther = _for_skew(pairs, max(together, 1))
    return np.fmin(low, nearer), np.fmax(high, farther)


def _for_skew(pairs: Floats, together: int) -> tuple[Floats, Floats]:
    """Ends by Hall's cubic transformation of t, which takes the skewness out.

    P. Hall (1992), On the removal of skewness by transformation, J. R. Stat. Soc. B 54, 221-228.
    """
    held = np.isfinite(pairs)
    count, mean, spread = held.sum(axis=0), mean_of_held(pairs), spread_of_held(pairs)
    with np.errstate(invalid="ignore", divide="ignore"):
        third = np.where(held, (pairs - mean) ** 3, 0.0).sum(axis=0) / count
        skew = third / (spread * np.sqrt((count - 1) / count)) ** 3
        reach = stdtrit(count - 1, 1.0 - (1.0 - CONFIDENCE) / (2.0 * together))
        root = np.sqrt(count)
        ends = [
            3.0 * root / skew * (np.cbrt(1.0 + skew * (t / root - skew / (6.0 * count))) - 1.0)
            for t in (reach, -reach)
        ]
        low, high = (mean - spread / root * end for end in ends)
    return low, high


def spread_of_draws(drawn: Floats) -> float:
    """Standard deviation of the means of draws, without what luck adds to it.

    Every draw has the same villages, so a lucky one moves all means alike and adds nothing; only
    what is left after the means of draws and of villages are taken away does.

    Args:
        drawn: draws x villages; villages that a draw misses are left out of all, draws without
            any village too. NaN with fewer than two of either.
    """
    some = drawn[np.isfinite(drawn).any(axis=1)]
    held = some[:, np.isfinite(some).all(axis=0)]
    draws, villages = held.shape
    if min(draws, villages) < FEWEST:
        return float("nan")
    beyond = float(held.mean(axis=1).var(ddof=1)) - luck_of_means(held)
    return math.sqrt(max(beyond, 0.0))


def chance_larger(pairs: Floats) -> tuple[Floats, Floats, Floats]:
    """Share of the pairs above zero, ties counting half, with Wilson's 95 % interval.

    >>> [round(float(x[0]), 2) for x in chance_larger(np.array([[1.0], [2.0], [-1.0], [0.0]]))]
    [0.62, 0.22, 0.91]
    """
    count = np.isfinite(pairs).sum(axis=0)
    above = (pairs > 0).sum(axis=0) + 0.5 * (pairs == 0).sum(axis=0)
    z = 1.959963984540054
    with np.errstate(invalid="ignore", divide="ignore"):
        share = above / count
        middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
        half = z / (1 + z**2 / count) * np.sqrt(
            share * (1 - share) / count + z**2 / (4 * count**2)
        )
    return share, middle - half, middle + half


def verdicts(
    low: Floats, high: Floats, smallest: Floats, good: NDArray[np.int64]
) -> list[Verdict]:
    """What may be said of each difference, given the smallest that matters.

    *equivalent*: the whole interval lies within ± the smallest. *better*, *worse*: the whole
    interval lies on one side of zero. Otherwise it is not resolved.

    Args:
        low, high: ends of intervals.
        smallest: the smallest difference that matters, 0 where none was named.
        good: 1 where more is better, −1 where less is.

    >>> verdicts(np.array([1.0, -0.1, -3.0]), np.array([2.0, 0.1, 5.0]), np.array([0.5, 0.5, 0.5]),
    ...          np.array([1, 1, 1]))
    ['better', 'equivalent', 'not_resolved']
    """
    said: list[Verdict] = []
    for bottom, top, least, sign in zip(low, high, smallest, good, strict=True):
        if not (math.isfinite(bottom) and math.isfinite(top)):
            said.append("not_resolved")
        elif least > 0 and -least < bottom and top < least:
            said.append("equivalent")
        elif bottom > 0 or top < 0:
            said.append("better" if (bottom > 0) == (sign > 0) else "worse")
        else:
            said.append("not_resolved")
    return said


GOOD: Final = {"income": 1, "burnout": -1, "trust": 1}
