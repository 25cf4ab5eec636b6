"""How long a village takes to get over a shock."""

from typing import Final

import numpy as np

from agents.rule import Floats

REGAINED: Final = 0.9
BEFORE: Final = 13  # weeks whose mean is the level to regain
CALM: Final = 4  # weeks in a row that count as regained
SEEN_WITHIN: Final = 52  # weeks after a shock in which its harm must show


def weeks_to_regain(
    values: Floats, shock: int, usual: Floats | None = None, *, more_is_better: bool = True
) -> float:
    """Weeks from a shock until an outcome is back at 90 % of its level before.

    The level is the mean of the 13 weeks before the shock. The outcome is hurt from the first
    week in which it lies below 90 % of it (for a harm such as burnout: above 1/0.9 of it), and
    regained in the first of four weeks in a row in which it does not.

    Args:
        values: the outcome, week by week from week 0.
        shock: the week of the shock.
        usual: the same outcome of the same village without the shock. The outcome is then read
            against it week by week, so that seasons and growth do not count.
        more_is_better: False for burnout and other harms.

    Returns:
        0 if it was not hurt within a year, NaN if it was not regained before the run ended, or
        where there is nothing to compare with.

    >>> weeks_to_regain(np.array([10.0] * 13 + [5.0, 7.0] + [9.5] * 10), 13)
    2.0
    >>> weeks_to_regain(np.full(40, 10.0), 13)
    0.0
    >>> weeks_to_regain(np.array([10.0] * 13 + [5.0] * 9), 13)
    nan
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        series = values if usual is None else values / usual[: values.size]
        before = series[max(0, shock - BEFORE) : shock]
        level = float(np.mean(before)) if before.size else np.nan
        after = series[shock:]
        kept = after / level if more_is_better else level / after
    if not np.isfinite(level) or not after.size:
        return float("nan")
    hurt = np.flatnonzero(kept[:SEEN_WITHIN] < REGAINED)
    if not hurt.size:
        return 0.0
    first = int(hurt[0])
    well = (kept[first:] >= REGAINED).astype(int)
    calm = np.flatnonzero(np.convolve(well, np.ones(CALM, int), "valid") == CALM)
    return float(first + calm[0]) if well.size >= CALM and calm.size else float("nan")
