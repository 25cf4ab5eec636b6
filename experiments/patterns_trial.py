"""Test set-ups of patterns: hand-picked women, what they are given, and what is read of them.

A village lives without a programme and is branched; in each arm a mechanism acts on the same
women, without worker hours and trust in a worker, so that only what it does is seen.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.rule import Floats
from experiments.patterns_base import Figure, figure_of, ratio
from experiments.without import instead, then
from model.mechanism import Delivery, Mechanism, Service
from model.setup import Setup
from model.village import Village

Rows = NDArray[np.int64]

BRANCHED = 208  # week in which test set-ups part
SPAN = 4  # weeks of a reading
TRIMMED = 0.10  # of the differences at each end
NONE: Floats = np.zeros(0)


@dataclass(frozen=True)
class Given:
    """A mechanism handed to hand-picked women.

    Attributes:
        mechanism: what acts.
        rows: the women.
        sessions: a week for each of them.
        start, stop: first week, and first week without it.
        hours: of a woman in one session.
        every: weeks from one of these weeks to the next.
    """

    mechanism: Mechanism
    rows: Rows
    sessions: float
    start: int
    stop: int
    hours: float = 0.0
    every: int = 1


@dataclass(frozen=True)
class Sum:
    """A sum over women, shops or weeks, and over how many of them it goes."""

    total: float
    count: float


Found = Mapping[str, Sum]


def add(found: Found, *names: str) -> Sum:
    """Several sums as one.

    >>> add({"a": Sum(1.0, 2.0), "b": Sum(2.0, 3.0)}, "a", "b")
    Sum(total=3.0, count=5.0)
    """
    parts = [found[name] for name in names]
    return Sum(sum(each.total for each in parts), sum(each.count for each in parts))


def past(setup: Setup, seed: int, until: int = BRANCHED) -> Village:
    """A village as it has become without a programme."""
    return Village(setup, seed).run(until)


def branch(village: Village, given: Sequence[Given] = ()) -> Village:
    """One arm: the village as it stands, in which some women are given something."""
    arm = village.branch()
    if given:
        hand_out = instead("test set-up", {"measures": then(lambda v: _act(v, given))})
        arm.phases = hand_out.change(arm.phases)
    return arm


def _act(v: Village, given: Sequence[Given]) -> None:
    """After the week's measures: each mechanism acts on its women."""
    for each in given:
        if v.week in range(each.start, each.stop, each.every):
            chosen = np.zeros(v.women)
            chosen[each.rows] = 1.0
            sessions = chosen * each.sessions
            v.sellers.hours_programme += each.hours * sessions
            delivery = Delivery(
                "test_set_up", "micro", each.mechanism, each.sessions, 1.0, each.start, each.stop,
                group_size=float(each.rows.size),  # they all meet each other
            )
            each.mechanism.apply(v, Service(delivery, chosen, sessions, sessions, 1.0))


def by_lot(village: Village, among: NDArray[np.bool_], count: int) -> Rows:
    """So many of some women, by the same lot in every arm; at least one where there is any."""
    lot = village.luck.lasting("patterns.lot", village.women)
    rows = np.flatnonzero(among)
    return np.sort(rows[np.argsort(lot[rows], kind="stable")][: max(1, count)])


def selling(village: Village) -> NDArray[np.bool_]:
    """Whose shop is open."""
    return village.sellers.selling > 0.0


# --- Reading -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reading:
    """Means over the weeks up to a horizon.

    Attributes:
        sales, income: of every woman, yuan a week.
        selling: whose shop was open in the last of these weeks.
    """

    sales: Floats
    income: Floats
    selling: NDArray[np.bool_]


def readings(village: Village, ends: Sequence[int]) -> Mapping[int, Reading]:
    """Run an arm through its horizons, read it there, and close it."""
    found = {}
    try:
        for end in ends:
            village.run(end - SPAN)
            sales, income = np.zeros(village.women), np.zeros(village.women)
            while village.week < end:
                village.step()
                sales += village.sellers.sales / SPAN
                income += village.sellers.income / SPAN
            found[end] = Reading(sales, income, selling(village))
    finally:
        village.close()
    return found


def log_gain(rows: Rows, arm: Reading, none: Reading, what: str) -> Floats:
    """Paired differences of logs, of the women who sell in both arms.

    >>> one = Reading(np.array([2.0, 5.0]), np.ones(2), np.array([True, True]))
    >>> two = Reading(np.array([1.0, 5.0]), np.ones(2), np.array([True, False]))
    >>> log_gain(np.array([0, 1]), one, two, "sales").round(4).tolist()
    [0.6931]
    """
    with_it, without = getattr(arm, what)[rows], getattr(none, what)[rows]
    both = arm.selling[rows] & none.selling[rows] & (with_it > 0.0) & (without > 0.0)
    gained: Floats = np.log(with_it[both] / without[both])
    return gained


def trimmed(values: Floats) -> float:
    """The mean without a tenth at each end.

    Twins that part by chance (one closes her shop, one takes on a hand) differ by whole log
    points and would drown an effect of a few per cent.

    >>> trimmed(np.array([0.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 90.0]))
    1.0
    """
    if not values.size:
        return np.nan
    ends = int(TRIMMED * values.size)
    return float(np.sort(values)[ends : values.size - ends].mean())


# --- Figures over replications -----------------------------------------------------------------


def figure(runs: Sequence[Found], formula: Callable[..., float], *names: str) -> Figure:
    """A formula of pooled means, each over all women of all replications.

    Args:
        runs: what each replication found.
        formula: from the means, in the order of the names, to the figure.
        names: of the sums.
    """
    sums = np.array([[(run[name].total, run[name].count) for name in names] for run in runs])

    def statistic(picked: NDArray[np.int64]) -> float:
        pooled = sums[picked].sum(axis=0)
        return formula(*(ratio(float(total), float(count)) for total, count in pooled))

    return figure_of(statistic, len(runs))


def gain(
    runs: Sequence[Mapping[str, Floats]], formula: Callable[..., float], *names: str
) -> Figure:
    """A formula of trimmed means of paired differences, each over all women of all villages."""

    def pooled(name: str, picked: NDArray[np.int64]) -> Floats:
        return np.concatenate([runs[i].get(name, NONE) for i in picked])

    def statistic(picked: NDArray[np.int64]) -> float:
        return formula(*(trimmed(pooled(name, picked)) for name in names))

    return figure_of(statistic, len(runs))


def itself(value: float) -> float:
    """The formula of a mean itself."""
    return value


def mean(runs: Sequence[Found], name: str) -> Figure:
    """The pooled mean itself."""
    return figure(runs, itself, name)


def total(runs: Sequence[Found], name: str) -> float:
    """Over how many women, shops or weeks a mean goes, in all replications."""
    return sum(run[name].count for run in runs)


def counted(value: float) -> Figure:
    """A number that is a count and has no interval."""
    return Figure(value, np.nan, np.nan)


def change(after: float, before: float) -> float:
    """Relative change.

    >>> change(1.5, 2.0)
    -0.25
    """
    return ratio(after, before) - 1.0
