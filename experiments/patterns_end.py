"""The runs that the pattern of a project's end is read from: arms that share their past."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agents.few import Cooperative
from experiments.patterns_base import WEEKS_A_QUARTER
from experiments.patterns_runs import BEFORE_AND_AFTER, Change, columns_of, steps
from experiments.statistics import Floats
from model.setup import Setup
from model.village import Village


@dataclass(frozen=True)
class EndRun:
    """The end of a project in one arm: what it had gained by then, and half a year later.

    Attributes:
        burnout, income: sums over the women reached, against none.
        trust: of the ties between women who sold at the programme's start, against none.
        governance: sum over the bodies alive at the end, those since dissolved as nothing.
        governance_mean: the indicator, a mean over the bodies of the week, nothing without any.
        reached: women served by then.
        bodies: alive at the end.
    """

    burnout: Change
    income: Change
    trust: Change
    governance: Change
    governance_mean: Change
    reached: int
    bodies: int


@dataclass(frozen=True)
class LastWeeks:
    """Two times of one arm: the project's end, and half a year later.

    Burnout and governance are stocks and are read in the last week itself: `d_half` speaks of what
    is left after so many weeks, and a mean over a quarter would mix gain and loss. Income and
    trust are means over the quarter before (ADR 12).

    Attributes:
        burnout, income: times × women.
        governance: of the bodies alive at the end, at both times.
        columns: the indicators.
        reached: women served by the end.
        bodies: alive at the end.
        stop: first week without the project.
    """

    burnout: Floats
    income: Floats
    governance: tuple[float, float]
    columns: Mapping[str, Floats]
    reached: NDArray[np.bool_]
    bodies: int
    stop: int


def watch_end(setups: Mapping[str, Setup], seed: int) -> Mapping[str, EndRun]:
    """The end of a project, in arms that share their past: each arm against none, paired.

    The women followed are those whom the arm's own project had reached by its end.
    """
    programme = setups["all"].programme
    assert programme is not None
    past = Village(setups["none"], seed)
    try:
        past.run(programme.start)
        seen = {name: last_weeks(past.branch(setup)) for name, setup in setups.items()}
    finally:
        past.close()
    none = seen["none"]
    return {name: against(none, arm) for name, arm in seen.items() if name != "none"}


def last_weeks(village: Village) -> LastWeeks:
    """Run a village to half a year after its project, and close it."""
    programme = village.setup.programme
    assert programme is not None
    stop = programme.stop
    quarters = [range(end - WEEKS_A_QUARTER, end) for end in (stop, stop + BEFORE_AND_AFTER)]
    burnout, income = np.zeros((2, village.women)), np.zeros((2, village.women))
    governed = [0.0, 0.0]
    alive: list[Cooperative] = []
    reached = np.zeros(village.women, dtype=bool)
    try:
        for week in steps(village, stop + BEFORE_AND_AFTER):
            for i, quarter in enumerate(quarters):
                if week in quarter:
                    income[i] += village.sellers.income / WEEKS_A_QUARTER
                if week == quarter[-1]:
                    burnout[i] = village.sellers.burnout
                    followed = alive if i else village.bodies
                    governed[i] = sum(b.governance for b in followed if b.alive)
            if week == stop - 1:
                alive = [body for body in village.bodies if body.alive]
                reached = village.sellers.reached > 0.0
        columns = columns_of(village)
    finally:
        village.close()
    both = (governed[0], governed[1])
    return LastWeeks(burnout, income, both, columns, reached, len(alive), stop)


def against(none: LastWeeks, arm: LastWeeks) -> EndRun:
    """What an arm gained on the village without a project, then and later."""

    def women(with_it: Floats, without: Floats) -> Change:
        gains = (with_it - without)[:, arm.reached].sum(axis=1)
        return Change(float(gains[0]), float(gains[1]))

    def village(name: str) -> Change:
        gains = []
        for end in (arm.stop, arm.stop + BEFORE_AND_AFTER):
            quarter = slice(end - WEEKS_A_QUARTER, end)
            level = [np.nan_to_num(each.columns[name][quarter]).mean() for each in (arm, none)]
            gains.append(float(level[0] - level[1]))
        return Change(*gains)

    governed = [arm.governance[i] - none.governance[i] for i in range(2)]
    return EndRun(
        women(arm.burnout, none.burnout), women(arm.income, none.income),
        village("trust_fixed"), Change(*governed), village("governance"),
        int(arm.reached.sum()), arm.bodies,
    )
