"""Rival structures: does an answer hang on which explanation of the village is right?

The base is the scenario as it stands; each other structure changes one thing: how families decide,
why women begin to sell, what family support does, which graph of ties, what a benefit fund is a
part of.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.executors import Prepare
from experiments.layer_effects import LayersResult, layers
from experiments.layers_job import Progress
from experiments.outcomes import PRIMARY
from experiments.worse import POPULATIONS
from model.errors import JinguoError
from model.parameters import DECLARED

if TYPE_CHECKING:
    from experiments.run import Staff
    from scenarios.schema import Scenario

BASE = "base"
RIVALS: Mapping[str, tuple[str, str]] = {
    "household": ("unitary", "bargaining"),
    "adoption": ("imitation", "payoff"),
    "support": ("protective", "neutral"),
    "benefit_fund": ("sales", "profit"),
}
GRAPHS = ("generated", "random", "measured")
MEASURED = {
    "households": "villages/village_1_households.csv",
    "ties": "villages/village_1_ties.csv",
}
SIGNS = "signs.csv"
STOPPED_EARLY = "results.interrupted_at_start"
KEY = ("outcome", "population")


@dataclass(frozen=True)
class StructuresResult:
    """What the layers job found under each structure.

    Attributes:
        results: of each structure run, by name, the base first.
        asked: names of all structures.
        signs: joint effect of all three layers at the end, by structure.
        interrupted: Ctrl-C ended it before all were run.
    """

    results: dict[str, LayersResult]
    asked: tuple[str, ...]
    signs: pd.DataFrame
    interrupted: bool


def structures_of(scenario: "Scenario") -> dict[str, "Scenario"]:
    """The scenario under each rival structure, by name: the base and one change at a time."""
    found = {BASE: scenario}
    now = scenario.structure
    for switch, choices in RIVALS.items():
        other = next(choice for choice in choices if choice != getattr(now, switch))
        changed = now.model_copy(update={switch: other})
        found[switch] = scenario.model_copy(update={"structure": changed})
    for graph in GRAPHS:
        if graph != scenario.village_spec.graph:
            found[f"graph_{graph}"] = _with_graph(scenario, graph)
    return found


def _with_graph(scenario: "Scenario", graph: str) -> "Scenario":
    """Other ties; in a measured village buyers and rivals elsewhere go with its women.

    Where its part of the demand lies below the declared range, rivals make up for the rest.
    """
    from scenarios.files import LIBRARY  # noqa: PLC0415 (experiments load without scenarios)

    spec = scenario.village_spec
    if graph != "measured":
        changes: dict[str, object] = {"graph": graph, "women": scenario.setup().women}
        if graph == "generated":
            changes |= {"ties": None, "households": None, "pick": None}
        return scenario.model_copy(update={"village_spec": spec.model_copy(update=changes)})
    measured = spec.model_copy(update={"graph": graph, "pick": None, **MEASURED})
    there = scenario.model_copy(update={"village_spec": measured})
    there = there.in_folders((*scenario.folders, LIBRARY))
    setup = there.setup()
    part = setup.women / scenario.setup().women
    demand, rivals = part * setup.values.base_demand, part * setup.values.outside_competition
    scaled = {"base_demand": _within("base_demand", demand)}
    too_much = scaled["base_demand"] / demand
    scaled["outside_competition"] = _within("outside_competition", rivals * too_much)
    return there.model_copy(update={"parameters": {**scenario.parameters, **scaled}})


def _within(name: str, number: float) -> float:
    low, high = DECLARED[name].low, DECLARED[name].high
    assert low is not None
    assert high is not None
    return min(max(number, low), high)


def structures(
    scenario: "Scenario",
    replications: int = 10,
    seed: int = 1,
    processes: int = 1,
    staff: "Staff" = "limited",
    *,
    progress: Progress | None = None,
    out: Path | None = None,
    overwrite: bool = False,
    prepare: Prepare | None = None,
) -> StructuresResult:
    """Ask the main question under each structure; each keeps its results in a folder below `out`.

    Args:
        scenario, replications, seed, processes, staff: as in `layers`.
        progress, overwrite, prepare: as there.
        out: the folder above; nothing is written without it.
    """
    if scenario.programme is None:
        raise JinguoError("results.no_programme", {"scenario": scenario.name})
    asked = structures_of(scenario)
    if out is not None and not overwrite:
        _check_folder(out, tuple(asked))
    results: dict[str, LayersResult] = {}
    for name, changed in asked.items():
        if progress is not None:
            progress("layers.structure", {"structure": name, "of": len(asked)})
        below = None if out is None else out / name
        job = partial(layers, changed, replications, seed, processes, staff, overwrite=overwrite)
        found = _unless_stopped(
            partial(job, progress=progress, out=below, prepare=prepare), first=not results
        )
        if found is None:
            break
        results[name] = found
        if found.interrupted:
            break
    signs = signs_frame({name: result.effects for name, result in results.items()})
    interrupted = len(results) < len(asked) or results[next(reversed(results))].interrupted
    if out is not None and not interrupted:
        signs.to_csv(out / SIGNS, index=False)
    return StructuresResult(results, tuple(asked), signs, interrupted)


def _unless_stopped(job: Callable[[], LayersResult], *, first: bool) -> LayersResult | None:
    """What a job found; nothing when it was stopped at once and others have found something."""
    try:
        return job()
    except JinguoError as problem:
        if first or problem.key != STOPPED_EARLY:
            raise
        return None


def _check_folder(out: Path, names: tuple[str, ...]) -> None:
    """Other files are left alone; what stands beside the signs was written with them."""
    if (out / SIGNS).is_file():
        return
    known = {*names, SIGNS}
    if out.is_dir() and any(path.name not in known for path in out.iterdir()):
        raise JinguoError("results.foreign_folder", {"folder": str(out)})


def signs_frame(effects: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The joint effect of all three layers on each primary outcome at the end, by structure.

    `same` tells whether its sign is that of the base, `sure` whether its interval leaves out zero.

    Args:
        effects: paired differences from none, by structure, the base first.
    """
    rows = []
    for name, frame in effects.items():
        joint = frame[(frame.arm == "all") & (frame.horizon == "end") & (frame.subgroup == "all")]
        for row in joint.to_dict("records"):
            if row["outcome"] in PRIMARY and row["population"] in POPULATIONS:
                found = {key: row[key] for key in (*KEY, "estimate", "low", "high", "unit")}
                sure = bool(row["low"] > 0.0 or row["high"] < 0.0)
                rows.append({"structure": name, **found, "sure": sure})
    signs = pd.DataFrame(rows)
    base = signs[signs.structure == BASE].set_index(list(KEY)).estimate
    there = [base.get((row.outcome, row.population), np.nan) for row in signs.itertuples()]
    signs["same"] = (np.sign(signs.estimate) == np.sign(there)) & signs.estimate.notna()
    return signs


def idle_rivals(signs: pd.DataFrame) -> tuple[str, ...]:
    """The rivals that change nothing to the bit: the scenario does not use their switch."""
    values = ["estimate", "low", "high"]
    held = {
        name: group.set_index(list(KEY))[values]
        for name, group in signs.groupby("structure", sort=False)
    }
    base = held.pop(BASE)
    return tuple(str(name) for name, own in held.items() if own.equals(base))


def headlines(signs: pd.DataFrame) -> list[dict[str, object]]:
    """For each outcome under how many rivals its sign holds, and where it does not.

    Only rivals that change anything are counted. `clear` tells whether the base has a sign that
    could hold: its interval leaves out zero.
    """
    rows: list[dict[str, object]] = []
    told = signs[~signs.structure.isin(idle_rivals(signs))]
    for (outcome, population), group in told.groupby(list(KEY), sort=False):
        base = group[group.structure == BASE].iloc[0]
        rivals = group[group.structure != BASE]
        rows.append(
            {
                "outcome": outcome,
                "population": population,
                "estimate": base.estimate,
                "low": base.low,
                "high": base.high,
                "unit": base.unit,
                "clear": bool(base.sure),
                "holds": int(rivals.same.sum()),
                "sure": int((rivals.same & rivals.sure).sum()),
                "of": len(rivals),
                "failing": tuple(rivals.structure[~rivals.same]),
            }
        )
    return rows
