"""One village of a layers job lived again, to be drawn: results keep villages, not women."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.run import CAUSE_COLUMNS, ENOUGH, arm_scenarios, parting, seed_of, stored
from model.causes import CAUSES
from viz.charts.network import Scene
from viz.dashboard.frames import ROLES, Cast, cast_of, roles_of
from viz.report.names import programme_of

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult
    from model.village import Village

WEAKEST = 0.05  # a tie below this strength has lapsed


@dataclass(frozen=True)
class Retold:
    """One replication without programme and with all layers, up to the programme's end.

    Attributes:
        replication: its number.
        scenes: start, end without programme, end with all layers.
        cutoff: burnout above which a woman counts.
    """

    replication: int
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
        cast = cast_of(none)
        scenes = [_scene("start", none, cast)]
        for branch in branches.values():
            branch.run(programme.stop)
        if not all(_is_stored(result, name, branch) for name, branch in branches.items()):
            return None
        scenes += [_scene("none", none, cast), _scene("all", together, cast)]
        return Retold(number, tuple(scenes), none.p.burnout_cutoff)
    finally:
        for branch in branches.values():
            branch.close()


def _is_stored(result: "LayersResult", arm: str, village: "Village") -> bool:
    """Whether a village came out as it is stored, to the bit."""
    causes = [village.causes.frame(outcome).cumsum().to_numpy() for outcome in CAUSES]
    again = stored(np.hstack((village.history.values, *causes)))
    kept = result.histories.values[0, result.histories.arms.index(arm), : village.week]
    return np.array_equal(again, kept, equal_nan=True)


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
