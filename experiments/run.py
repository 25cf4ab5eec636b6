"""One run, and one replication of all arms: pure functions of scenario and seed."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.equity import shares_of_women
from experiments.people import People, groups_of, live
from experiments.statistics import ARMS, Floats, layers_of
from model.causes import CAUSES, cause_column

if TYPE_CHECKING:
    from model.setup import Setup
    from model.village import Village
    from scenarios.schema import ProgrammeSpec, Scenario

Groups = Mapping[str, NDArray[np.bool_]]
History = NDArray[np.float32]
Staff = Literal["limited", "enough"]
ENOUGH = "/enough"  # an arm repeated with unlimited staff
WOMEN_TO_COMPILE = 60
CAUSE_COLUMNS = tuple(
    cause_column(outcome, cause) for outcome, causes in CAUSES.items() for cause in causes
)


@dataclass(frozen=True)
class Run:
    """What one village went through: weeks x indicators."""

    seed: int
    names: tuple[str, ...]
    values: History

    def frame(self) -> pd.DataFrame:
        """The indicators, one row a week."""
        weeks = pd.RangeIndex(len(self.values), name="week")
        return pd.DataFrame(self.values, index=weeks, columns=list(self.names))


@dataclass(frozen=True)
class Replication:
    """The same village, women and luck in every arm.

    Attributes:
        names: of the indicators.
        histories: arm -> weeks x indicators.
        women: how many women gain and lose by all layers, as `shares_of_women` tells it; none
            where not both arms were run, or an earlier version kept no women.
    """

    names: tuple[str, ...]
    histories: Mapping[str, History]
    women: Floats | None = None


def seed_of(root: int, replication: int) -> int:
    """The seed of a replication: the same in every arm, whatever the order of work.

    >>> seed_of(1, 0) == seed_of(1, 0) != seed_of(1, 1)
    True
    """
    digest = hashlib.sha256(f"jinguo/{root}/{replication}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def one_run(scenario: "Scenario", seed: int) -> Run:
    """Run a scenario once, to its last week."""
    village = scenario.village(seed)
    try:
        village.run()
        return Run(seed, tuple(village.history.names), stored(village.history.values))
    finally:
        village.close()


def replicate_arms(
    scenario: "Scenario", arms: Sequence[str] = ARMS, seed: int = 1, staff: Staff = "limited"
) -> Replication:
    """Run every arm from the same past.

    The years before the programme are the same village, so they are run once and branched.
    With `staff="enough"` every arm with a programme is run twice, with the workers of the
    scenario and, under its name with `ENOUGH`, with as many as are asked for.
    """
    setups = {name: arm.setup() for name, arm in arm_scenarios(scenario, arms, staff).items()}
    followed = dict.fromkeys(("none", "all" + (ENOUGH if staff == "enough" else "")))
    village = scenario.arm(()).village(seed)
    try:
        village.run(parting(setups))
        histories, women = {}, {}
        for name, setup in setups.items():
            span = scenario.programme if name in followed else None
            histories[name], women[name] = _future(village, setup, span)
        none, together = (women.get(name) for name in followed)
        shares = shares_of_women(none[0], together[1], none[1]) if none and together else None
        return Replication((*village.history.names, *CAUSE_COLUMNS), histories, shares)
    finally:
        village.close()


def arm_scenarios(
    scenario: "Scenario", arms: Sequence[str], staff: Staff
) -> dict[str, "Scenario"]:
    """The scenario of each arm, by name; twice where staff is to be compared."""
    limited = scenario.with_staff("limited") if staff == "enough" else scenario
    found = {arm: limited.arm(layers_of(arm)) for arm in arms}
    if staff == "enough":
        enough = scenario.with_staff("enough")
        found |= {arm + ENOUGH: enough.arm(layers_of(arm)) for arm in arms if arm != "none"}
    return found


def arm_names(staff: Staff) -> tuple[str, ...]:
    """The names of the arms that are run, in the order of every stored array."""
    return ARMS if staff == "limited" else (*ARMS, *(arm + ENOUGH for arm in ARMS[1:]))


def compile_rules(scenario: "Scenario") -> None:
    """Run one small village to its end, so that every rule is compiled and kept on disk."""
    spec = scenario.village_spec
    if spec.graph != "measured" and spec.women > WOMEN_TO_COMPILE:
        small = spec.model_copy(update={"women": WOMEN_TO_COMPILE})
        scenario = scenario.model_copy(update={"village_spec": small})
    one_run(scenario, seed=0)


def parting(setups: Mapping[str, "Setup"]) -> int:
    """The first week in which any two arms may differ."""
    starts = [setup.programme.start for setup in setups.values() if setup.programme]
    starts += [measure.start for setup in setups.values() for measure in setup.measures]
    starts += [shock.week for setup in setups.values() for shock in setup.shocks]
    return min(starts, default=0)


def _future(
    village: "Village", setup: "Setup", span: "ProgrammeSpec | None"
) -> tuple[History, "tuple[Groups, People] | None"]:
    """The history of an arm, and where a programme's span is given, its women."""
    branch = village.branch(setup)
    women = None
    try:
        if span is not None:
            branch.run(span.start)
            groups = groups_of(branch)
            women = groups, live(branch, span.start, (min(span.stop, setup.weeks),))
        branch.run()
        causes = [branch.causes.frame(outcome).cumsum().to_numpy() for outcome in CAUSES]
        return stored(np.hstack((branch.history.values, *causes))), women
    finally:
        branch.close()


def stored(values: NDArray[np.float64]) -> History:
    """As kept in files: effects read back from a file equal those computed at once."""
    return np.array(values, dtype=np.float32)
