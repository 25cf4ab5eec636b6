"""The women of one village in one arm: who they were at the start, and how they fared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from agents.sellers import SEGMENTS, Mode
from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY

if TYPE_CHECKING:
    from model.village import Village

Numbers = NDArray[np.float32]

# who a woman was at the start; a flag each, but for her income
BASELINE: Final = (
    "income", "selling", "poorest_third", "left_behind", "older", "minority", "full_time",
)
FARED: Final = ("income", "burnout", "care", "selling")
WEEKS: Final = {
    "income": WEEKS_AVERAGED_MONEY, "burnout": WEEKS_AVERAGED, "care": WEEKS_AVERAGED,
    "selling": 1,
}
SUBGROUPS: Final = ("all", "poorest_third", "left_behind", "older", "minority", "full_time")
GROUPS: Final = (
    "selling", "full_time", "follower", "mother_young", "elders", "low_schooling", "left_behind",
    "older", "minority",
)
PRIMARY_SCHOOL = 6  # years


@dataclass(frozen=True)
class People:
    """The women of one village.

    Attributes:
        baseline: `BASELINE` x women, as they were in the first week of the comparison.
        fared: `FARED` x horizons x women: means over the weeks up to each horizon.
    """

    baseline: Numbers
    fared: Numbers

    def at(self, name: str, horizon: int = 0) -> Numbers:
        """How each woman fared at a horizon."""
        found: Numbers = self.fared[FARED.index(name), horizon]
        return found

    def was(self, name: str) -> Numbers:
        """What each woman was at the start."""
        found: Numbers = self.baseline[BASELINE.index(name)]
        return found

    def group(self, population: str, subgroup: str) -> NDArray[np.bool_]:
        """The women of a population and subgroup, fixed at the start."""
        inside = np.ones(self.baseline.shape[1], dtype=bool)
        for name in (population, subgroup):
            if name == "selling_at_start":
                inside &= self.was("selling") > 0
            elif name not in {"all", "all_women"}:
                inside &= self.was(name) > 0
        return inside


def live(village: "Village", start: int, ends: Sequence[int]) -> People:
    """Live a village to its last week, and keep how every woman fares.

    Args:
        village: not beyond `start` yet.
        start: the week in which who is who is read.
        ends: first week after each horizon.
    """
    village.run(start)
    baseline = baseline_of(village)
    fared = np.zeros((len(FARED), len(ends), baseline.shape[1]))
    counts = np.zeros((len(FARED), len(ends)))
    while village.week < village.setup.weeks:
        week = village.week
        village.run(week + 1)
        for place, name in enumerate(FARED):
            inside = [end - WEEKS[name] <= week < end for end in ends]
            if any(inside):
                fared[place, inside] += _column(village, name)
                counts[place, inside] += 1.0
    with np.errstate(invalid="ignore", divide="ignore"):
        return People(baseline, np.asarray(fared / counts[:, :, None], dtype=np.float32))


def baseline_of(village: "Village") -> Numbers:
    """`BASELINE` x women, as they are now."""
    s: Any = village.sellers
    income = s.income_outside + s.income_year
    poorest = np.zeros(income.size)
    poorest[np.argsort(income, kind="stable")[: income.size // 3]] = 1.0
    rows: Mapping[str, Any] = {
        "income": income,
        "selling": s.selling,
        "poorest_third": poorest,
        "left_behind": s.segment == SEGMENTS.index("left_behind"),
        "older": s.segment == SEGMENTS.index("older"),
        "minority": s.minority,
        "full_time": s.full_time,
    }
    return np.array([rows[name] for name in BASELINE], dtype=np.float32)


def groups_of(village: "Village") -> dict[str, NDArray[np.bool_]]:
    """Who belongs to which of `GROUPS` now, a flag each."""
    s: Any = village.sellers
    f: Any = village.families
    home = s.family.astype(int)
    found = dict(zip(BASELINE, baseline_of(village) > 0, strict=True))
    return {
        "selling": found["selling"],
        "full_time": found["full_time"] & found["selling"],
        "follower": found["selling"] & (s.mode == Mode.FOLLOWER),
        "mother_young": f.children_u6[home] > 0,
        "elders": f.elders_need[home] > 0,
        "low_schooling": s.edu_years <= PRIMARY_SCHOOL,
        "left_behind": found["left_behind"],
        "older": found["older"],
        "minority": found["minority"],
    }


def _column(village: "Village", name: str) -> Any:
    s: Any = village.sellers
    return {"income": s.income, "burnout": s.burnout, "care": s.hours_care, "selling": s.selling}[
        name
    ]
