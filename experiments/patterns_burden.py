"""Patterns of women's weeks: the double burden, and burnout among women who stream."""

from collections.abc import Sequence

import numpy as np

from experiments.patterns_base import (
    Figure,
    Integers,
    Part,
    PatternRow,
    Window,
    figure_of,
    part,
    range_of,
    ratio,
    ratio_figure,
    row,
    target,
)
from experiments.patterns_runs import StartsRun
from experiments.statistics import Floats
from model.parameters import Values

# Windows of the criteria, set in advance (docs/adr/0014).
CARE_WOMEN = Window(24.0, 29.0)
CARE_MEN = Window(8.0, 12.0)
CARE_STAYS = Window(-0.05, 0.05)
OUT_OF_LEISURE = Window(low=0.60)
ABOVE = range_of(target("burnout_prev_ft"))
ODDS = Window(low=2.0)
PART_TIME = Window(high=0.5)
MOVES = Window(low=0.05)

LONG_WEEK = 56.0  # eight hours a day
BINS = 1000  # of the burnout scale
MORE_ON_AIR = 0.40  # part of a streamer's hours on air in the runs with higher demands
FULL_TIME, HOURS, BURNOUT = range(3)  # rows of what was seen of women who stream


# --- F7: the double burden ---------------------------------------------------------------------


def double_burden(runs: Sequence[StartsRun], _values: Values) -> PatternRow:
    """F7: selling leaves a woman's care as it is and comes out of her leisure."""
    starts = [float(run.starts) for run in runs]
    husbands = [float(run.husbands) for run in runs]
    care_after = [run.care.after for run in runs]
    care_before = [run.care.before for run in runs]
    leisure = [run.leisure.before - run.leisure.after for run in runs]
    selling = [run.selling.after - run.selling.before for run in runs]
    parts = [
        part("f7_care_women", ratio_figure(care_before, starts), CARE_WOMEN),
        part("f7_care_women_after", ratio_figure(care_after, starts), CARE_WOMEN),
        part(
            "f7_care_men", ratio_figure([run.man_care.before for run in runs], husbands), CARE_MEN
        ),
        part(
            "f7_care_men_after", ratio_figure([run.man_care.after for run in runs], husbands),
            CARE_MEN,
        ),
        part("f7_care_change", ratio_figure(care_after, care_before, -1.0), CARE_STAYS),
        part("f7_leisure", ratio_figure(leisure, selling), OUT_OF_LEISURE),
        part("f7_selling", ratio_figure(selling, starts)),
        part("f7_starts", ratio_figure(starts, [1.0] * len(runs))),
    ]
    return row("F7", "calibrated", parts, len(runs))


# --- F8: burnout among women who stream --------------------------------------------------------


def counted(seen: Floats, cutoff: float) -> Floats:
    """Woman-weeks of women who stream: all and those above the cut-off, group by group.

    Returns:
        groups (full-time, part-time, long week, other weeks) × (all, above).

    >>> seen = np.array([[1.0, 0.0], [60.0, 20.0], [0.6, 0.2]])
    >>> counted(seen, 0.47)[0].tolist(), counted(seen, 0.47)[1].tolist()
    ([1.0, 1.0], [1.0, 0.0])
    """
    full, long = seen[FULL_TIME] > 0.0, seen[HOURS] > LONG_WEEK
    above = seen[BURNOUT] > cutoff
    groups = (full, ~full, long, ~long)
    return np.array([[group.sum(), (group & above).sum()] for group in groups], dtype=np.float64)


def odds_ratio(tables: Floats) -> float:
    """Odds of long weeks to be above the cut-off, over the odds of other weeks.

    Args:
        tables: replications × groups × (all, above), as `counted` gives them.

    >>> odds_ratio(np.array([[[0, 0], [0, 0], [20, 10], [30, 10]]], dtype=float))
    2.0
    """
    (long_all, long_above), (other_all, other_above) = tables.sum(axis=0)[2:]
    return ratio(
        float(long_above * (other_all - other_above)), float(other_above * (long_all - long_above))
    )


def share_above(tables: Floats, group: int) -> float:
    """Share of a group's woman-weeks above the cut-off."""
    everybody, above = tables.sum(axis=0)[group]
    return ratio(float(above), float(everybody))


def streamers_row(
    seen: Sequence[Floats], moved: Sequence[Floats], values: Values, places: Sequence[str]
) -> PatternRow:
    """F8: part of those who stream full-time burn out; hours and demands decide.

    Args:
        seen: what was seen of women who stream, all replications of the first place, then all of
            the next.
        moved: the same with more of their hours on air.
        values: holds the cut-off.
        places: names of the places, as the parts' texts end.
    """
    cutoff = values.burnout_cutoff
    count = len(seen) // len(places)
    tables = _by_village(seen, cutoff, len(places))
    more = _by_village(moved, cutoff, len(places))

    def figure(statistic: str, group: int = 0) -> Figure:
        if statistic == "odds":
            return figure_of(lambda picked: odds_ratio(tables[picked]), count)
        return figure_of(lambda picked: share_above(tables[picked], group), count)

    def below_half(picked: Integers) -> float:
        return ratio(share_above(tables[picked], 1), share_above(tables[picked], 0))

    def moves(picked: Integers) -> float:
        return share_above(more[picked], 0) - share_above(tables[picked], 0)

    parts = [
        part("f8_above", figure("share"), ABOVE),
        part("f8_odds", figure("odds"), ODDS),
        part("f8_part_time", figure_of(below_half, count), PART_TIME),
        part("f8_moves", figure_of(moves, count), MOVES),
        part("f8_above_part_time", figure("share", 1)),
        cutoff_part(seen, len(places)),
    ]
    parts += _each_place(seen, cutoff, places)
    return row("F8", "calibrated", parts, count)


def _by_village(seen: Sequence[Floats], cutoff: float, places: int) -> Floats:
    """Counts by replication; a replication is its villages in all places, which share luck."""
    tables = np.array([counted(each, cutoff) for each in seen])
    summed: Floats = tables.reshape(places, -1, *tables.shape[1:]).sum(axis=0)
    return summed


def cutoff_part(seen: Sequence[Floats], places: int) -> Part:
    """The cut-off above which as many full-time streamers lie as the literature counts."""
    share = target("burnout_prev_ft").default
    assert share is not None
    count = len(seen) // places
    bins = np.array([
        np.histogram(each[BURNOUT][each[FULL_TIME] > 0.0], BINS, (0.0, 1.0))[0] for each in seen
    ])
    bins = bins.reshape(places, count, BINS).sum(axis=0)

    def cutoff(picked: Integers) -> float:
        below = np.cumsum(bins[picked].sum(axis=0))
        if below[-1] == 0:
            return np.nan
        return float(np.searchsorted(below, (1.0 - share) * below[-1]) + 1) / BINS

    return part("f8_cutoff", figure_of(cutoff, count))


def _each_place(seen: Sequence[Floats], cutoff: float, places: Sequence[str]) -> list[Part]:
    count = len(seen) // len(places)
    parts = []
    for i, place in enumerate(places):
        tables = np.array([counted(each, cutoff) for each in seen[i * count : (i + 1) * count]])
        parts.append(part(f"f8_above_{place}", _share_figure(tables)))
        women = tables[:, 0, 0]
        parts.append(part(f"f8_weeks_{place}", ratio_figure(women.tolist(), [1.0] * count)))
    return parts


def _share_figure(tables: Floats) -> Figure:
    return figure_of(lambda picked: share_above(tables[picked], 0), len(tables))
