"""Does the graph matter? The same villages with other ties, and with the bridges cut.

A village on changed ties is built like a measured one, with the women of every household taken
from the village as it is, so that both have the same women and the same luck.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

import numpy as np

from experiments.executors import Done, Failed, run_tasks
from experiments.paired import Paired, paired
from experiments.run import seed_of
from experiments.statistics import Floats
from model.setup import Setup
from model.village import Village
from model.village_graph import (
    HouseholdGraph,
    MeasuredVillage,
    generate,
    rewired,
    without_bridges,
)
from scenarios import load_scenario

TAKEN_OFF = 50.0  # shops
ENTRY_YEARS = slice(52, 146)  # hamlets are compared while the village takes off
KNOW_HOW_WEEK = 156
QUARTER = 13

CHANGES: Mapping[str, Callable[[HouseholdGraph, int], HouseholdGraph]] = {
    "rewired": rewired,
    "no bridges": lambda graph, _seed: without_bridges(graph),
}
SAID: Mapping[str, str] = {
    "take_off": "week of 50 shops",
    "hamlet_gap": "spread of women selling between hamlets, weeks 52–145",
    "hamlet_gap_relative": "the same over the share of women selling",
    "skill": "mean skill of all women, week 156",
    "skill_spread": "spread of skill between women, week 156",
    "skill_hamlets": "spread of skill between hamlets, week 156",
    "know_how": "know-how shared on a tie, week 156",
    "meso_trust": "what meso measures do to trust at the end",
    "bodies_weeks": "weeks with a living body in the meso arm",
    "body_members": "members of bodies in the meso arm, from the programme's start",
    "bodies_weeks_none": "weeks with a living body without a programme",
    "body_members_none": "members of bodies without a programme, from the same week",
}


@dataclass(frozen=True)
class GraphRow:
    """One figure on the ties as they are, and what other ties change, paired."""

    name: str
    said: str
    usual: float
    changes: Mapping[str, Paired]


@dataclass(frozen=True)
class Task:
    """A village without and with meso measures, on one graph."""

    none: Setup
    meso: Setup
    seed: int
    graph: str | None


def graph_rows(
    replications: int = 12,
    processes: int = 1,
    *,
    overrides: Mapping[str, object] | None = None,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[GraphRow]:
    """Rewire the ties, or cut those between hamlets, with the same seeds.

    Args:
        replications: villages of each kind.
        processes: how many work at a time.
        overrides: values of the scenario by dotted path.
        seed: of the first village.
        progress: told how many runs are done, of how many.

    Raises:
        RuntimeError: a run failed.
    """
    scenario = load_scenario("libei", overrides)
    none, meso = scenario.arm(()).setup(), scenario.arm(("meso",)).setup()
    tasks = {
        (graph, i): Task(none, meso, seed_of(seed, i), graph)
        for graph in (None, *CHANGES)
        for i in range(replications)
    }
    found: dict[tuple[str | None, int], Mapping[str, float]] = {}
    with closing(run_tasks(on_graph, tasks, processes)) as outcomes:
        for key, outcome in outcomes:
            found[key] = _value(outcome)
            if progress is not None:
                progress(len(found), len(tasks))

    def column(graph: str | None, name: str) -> Floats:
        return np.array([found[graph, i][name] for i in range(replications)])

    return [
        GraphRow(
            name, said, float(column(None, name).mean()),
            {graph: paired(column(graph, name) - column(None, name)) for graph in CHANGES},
        )
        for name, said in SAID.items()
    ]


def _value(outcome: Done[Mapping[str, float]] | Failed) -> Mapping[str, float]:
    if isinstance(outcome, Done):
        return outcome.value
    raise RuntimeError(outcome.message)


def with_ties(
    setup: Setup, seed: int, change: Callable[[HouseholdGraph, int], HouseholdGraph]
) -> Setup:
    """The setup of the same women on changed ties.

    Args:
        setup: of a generated village.
        seed: of the village, which draws its ties and women.
        change: what is made of its ties.
    """
    village = Village(setup, seed)
    women = village.families.women.copy()
    village.close()
    graph = change(generate(women.size, seed), seed)
    names = tuple(str(i) for i in range(women.size))
    measured = MeasuredVillage(graph, {"women": women}, names, (), "")
    return dataclasses.replace(setup, graph="measured", measured=measured)


def on_graph(task: Task) -> Mapping[str, float]:
    """The figures of one village, without and with meso measures."""
    none, meso = task.none, task.meso
    if task.graph is not None:
        none, meso = (with_ties(setup, task.seed, CHANGES[task.graph]) for setup in (none, meso))
    programme = meso.programme
    assert programme is not None
    village = Village(none, task.seed)
    try:
        village.run(KNOW_HOW_WEEK)
        figures = know_how_figures(village)
        village.run(programme.start)
        branch = village.branch(meso)
        branch.run()
        with_meso = branch.history
        branch.close()
        village.run()
        figures |= take_off_figures(village)
        end = slice(programme.stop - QUARTER, programme.stop)
        trust = [h.column("trust_fixed")[end].mean() for h in (with_meso, village.history)]
        figures["meso_trust"] = float(trust[0] - trust[1])
        for history, suffix in ((with_meso, ""), (village.history, "_none")):
            alive = history.column("bodies")[programme.start :]
            members = history.column("body_members")[programme.start :]
            figures[f"bodies_weeks{suffix}"] = float((alive > 0.0).sum())
            figures[f"body_members{suffix}"] = float(members.mean())
        return figures
    finally:
        village.close()


def know_how_figures(village: Village) -> dict[str, float]:
    """How much women know after three years, and how evenly it is spread."""
    skill, hamlet = village.sellers.skill, village.sellers.hamlet.astype(np.int64)
    means = np.bincount(hamlet, weights=skill) / np.maximum(np.bincount(hamlet), 1)
    return {
        "skill": float(skill.mean()),
        "skill_spread": float(skill.std()),
        "skill_hamlets": float(means.std()),
        "know_how": float(village.history.column("know_how")[-1]),
    }


def take_off_figures(village: Village) -> dict[str, float]:
    """When the village takes off, and how unevenly over its hamlets."""
    shops = village.history.column("shops")
    gap = float(village.history.column("hamlet_gap")[ENTRY_YEARS].mean())
    selling = float(shops[ENTRY_YEARS].mean()) / village.women
    return {
        "take_off": float(first_week(shops, TAKEN_OFF)),
        "hamlet_gap": gap,
        "hamlet_gap_relative": gap / selling if selling > 0.0 else np.nan,
    }


def first_week(values: Sequence[float] | Floats, level: float) -> int:
    """The first week at this level; the number of weeks when it is never reached.

    >>> first_week([1.0, 5.0, 9.0], 5.0), first_week([1.0], 5.0)
    (1, 1)
    """
    reached = np.flatnonzero(np.asarray(values) >= level)
    return int(reached[0]) if reached.size else len(values)
