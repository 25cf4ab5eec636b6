"""One village of a layers job lived again, woman by woman: results keep villages, not women."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.sellers import Mode
from experiments.equity import tenths
from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.people import BASELINE, baseline_of
from experiments.run import CAUSE_COLUMNS, ENOUGH, arm_scenarios, parting, seed_of, stored
from model.causes import CAUSES
from viz.charts.network import Scene
from viz.dashboard.frames import ROLES, Cast, cast_of, roles_of
from viz.report.names import programme_of

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult
    from experiments.statistics import Floats
    from model.village import Village

PRIMARY_SCHOOL = 6  # years
WEAKEST = 0.05  # a tie below this strength has lapsed


@dataclass(frozen=True)
class Retold:
    """One replication without programme and with all layers, up to the programme's end.

    Attributes:
        replication: its number.
        women: each with what she was at the start, a flag each, her tenth of income, and her own
            change against her twin: income over the last 52 weeks, burnout over the last 13.
        scenes: start, end without programme, end with all layers.
        cutoff: burnout above which a woman counts.
    """

    replication: int
    women: pd.DataFrame = field(repr=False)
    scenes: tuple[Scene, ...] = field(repr=False)
    cutoff: float


def retell(result: "LayersResult") -> Retold | None:
    """Live the first complete replication again, in the arms none and all.

    Nothing is told where it does not come out the same to the bit as it was stored, as on another
    kind of computer: what is drawn would not be the village of the tables.
    """
    programme, stored_names = programme_of(result), result.histories.names
    if stored_names[-len(CAUSE_COLUMNS) :] != CAUSE_COLUMNS:
        return None
    full = "all" + (ENOUGH if result.staff == "enough" else "")
    arms = {
        name: arm.setup()
        for name, arm in arm_scenarios(result.scenario, ("none", "all"), result.staff).items()
        if name in {"none", full}
    }
    number = result.histories.replications[0]
    village = result.scenario.arm(()).village(seed_of(result.seed, number))
    try:
        village.run(parting(arms))
        branches = {name: village.branch(setup) for name, setup in arms.items()}
    finally:
        village.close()
    try:
        for branch in branches.values():
            branch.run(programme.start)
        none, together = branches["none"], branches[full]
        cast, was, groups = cast_of(none), baseline_of(none), groups_of(none)
        scenes = [_scene("start", none, cast)]
        fared = {name: _fared(branch, programme.stop) for name, branch in branches.items()}
        if not all(_is_stored(result, name, branch) for name, branch in branches.items()):
            return None
        scenes += [_scene("none", none, cast), _scene("all", together, cast)]
        women = groups | _changes(was[BASELINE.index("income")], fared["none"], fared[full])
        return Retold(number, pd.DataFrame(women), tuple(scenes), none.p.burnout_cutoff)
    finally:
        for branch in branches.values():
            branch.close()


def _fared(village: "Village", stop: int) -> "dict[str, Floats]":
    """Live to a week; income and burnout of every woman as outcomes are read."""
    stop = min(stop, village.setup.weeks)
    first = {"income": stop - WEEKS_AVERAGED_MONEY, "burnout": stop - WEEKS_AVERAGED}
    first = {name: max(village.week, week) for name, week in first.items()}
    sums: dict[str, Any] = dict.fromkeys(first, 0.0)
    while village.week < stop:
        village.step()
        for name in first:
            if village.week > first[name]:
                sums[name] = sums[name] + village.sellers[name]
    return {name: total / (stop - first[name]) for name, total in sums.items()}


def _is_stored(result: "LayersResult", arm: str, village: "Village") -> bool:
    """Whether a village came out as it is stored, to the bit."""
    causes = [village.causes.frame(outcome).cumsum().to_numpy() for outcome in CAUSES]
    again = stored(np.hstack((village.history.values, *causes)))
    kept = result.histories.values[0, result.histories.arms.index(arm), : village.week]
    return np.array_equal(again, kept, equal_nan=True)


def groups_of(village: "Village") -> dict[str, Any]:
    """Who belongs to which group now, a flag each."""
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


def _changes(
    income: "Floats", none: "dict[str, Floats]", together: "dict[str, Floats]"
) -> dict[str, Any]:
    everybody = np.ones(income.size, dtype=bool)
    changes = {f"change_{name}": together[name] - none[name] for name in none}
    return {"tenth": tenths(income.astype(float), everybody).astype(int), **changes}


def _scene(when: str, v: "Village", cast: Cast) -> Scene:
    """What is drawn of a village now; reads only."""
    s: Any = v.sellers
    rows, ties = cast.rows, v.ties
    women = pd.DataFrame({
        "x": cast.place[:, 0], "y": cast.place[:, 1], "burnout": s.burnout[rows],
        "income": s.income[rows], "role": np.array(ROLES)[roles_of(v)[rows]],
    })  # fmt: skip
    place = np.full(v.women, -1)
    place[rows] = np.arange(rows.size)
    one, other = place[ties.tail], place[ties.other]
    trust = (ties.trust + ties.trust[ties.reverse]) / 2
    drawn = (ties.tail < ties.other) & (one >= 0) & (other >= 0)
    drawn &= ties.strength >= WEAKEST
    sells = s.selling > 0
    above = sells & (s.burnout > v.p.burnout_cutoff)
    pairs = pd.DataFrame({"one": one[drawn], "other": other[drawn], "trust": trust[drawn]})
    return Scene(when, v.week, women, pairs, int(sells.sum()), int(above.sum()), v.women)
