"""What each phase and each submodel is good for: leave it out, and see what changes.

`python -m experiments.ablation` prints the table of phases and submodels, and the table of what
the graph does (experiments/ablation_graph.py).
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

from experiments.ablation_graph import GraphRow, graph_rows
from experiments.executors import Failed, run_tasks
from experiments.paired import Paired, paired
from experiments.patterns_base import number
from experiments.run import seed_of
from experiments.statistics import Floats
from experiments.without import PHASES, SUBMODELS, Leave
from model.history import History
from model.indicators import INDICATORS
from model.setup import Setup
from model.village import Village
from scenarios import load_scenario

MIDDLE = slice(260, 312)  # the programme's second year
LAST_WEEKS = 13
SHOWN = 3
PLAIN, MEASURES = "no programme", "all measures"
WITH_MEASURES = frozenset({"measures", "5.10", "5.11 trust", "5.11 hours", "5.12"})
OUTCOME = {indicator.name: indicator.outcome for indicator in INDICATORS}


@dataclass(frozen=True)
class Moved:
    """One indicator that changed, and when it was read."""

    indicator: str
    when: str
    change: Paired


@dataclass(frozen=True)
class AblationRow:
    """What changed when a part was left out.

    Attributes:
        part: a phase, or a submodel by its number.
        left_out: what was left out, in words.
        village: without a programme, or with all measures.
        changed: indicators that moved by more than two paired standard errors.
        read: indicators that could be compared.
        largest: the three of different outcomes that moved most surely.
        failed: what went wrong where a village could not be run.
    """

    part: str
    left_out: str
    village: str
    changed: int
    read: int
    largest: tuple[Moved, ...]
    failed: str = ""


@dataclass(frozen=True)
class Task:
    """One village to be run, with or without a part."""

    setup: Setup
    seed: int
    leave: str | None


def run_without(task: Task) -> Floats:
    """Indicators of one village: in the programme's second year, and at the end.

    Returns:
        times × indicators.
    """
    village = Village(task.setup, task.seed)
    try:
        if task.leave is not None:
            village.phases = leave(task.leave).change(village.phases)
        village.run()
        return _read(village.history)
    finally:
        village.close()


def _read(history: History) -> Floats:
    values = history.values
    middle = slice(*(min(week, len(values) - LAST_WEEKS) for week in (MIDDLE.start, MIDDLE.stop)))
    if middle.start == middle.stop:
        middle = slice(0, middle.stop)
    spans = (values[middle], values[-LAST_WEEKS:])
    read: Floats = np.array([span.mean(axis=0) for span in spans])
    return read


def leave(name: str) -> Leave:
    """The part of this name."""
    return {**PHASES, **SUBMODELS}[name]


def ablation_rows(
    replications: int = 12,
    processes: int = 1,
    *,
    parts: Sequence[str] = (),
    overrides: Mapping[str, object] | None = None,
    seed: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> list[AblationRow]:
    """Leave out every phase and every submodel, one at a time, with the same seeds.

    Args:
        replications: villages of each kind.
        processes: how many work at a time.
        parts: which; all when none are named.
        overrides: values of the scenario by dotted path.
        seed: of the first village.
        progress: told how many runs are done, of how many.
    """
    wanted = tuple(parts) or (*PHASES, *SUBMODELS)
    scenario = load_scenario("libei", overrides)
    setups = {PLAIN: scenario.arm(()).setup(), MEASURES: scenario.setup()}
    runs: list[tuple[str, str | None]] = [(village_of(name), name) for name in wanted]
    runs += [(village, None) for village in dict.fromkeys(village for village, _ in runs)]
    tasks = {
        (village, name, i): Task(setups[village], seed_of(seed, i), name)
        for village, name in runs
        for i in range(replications)
    }
    found: dict[tuple[str, str | None, int], Floats | str] = {}
    with closing(run_tasks(run_without, tasks, processes)) as outcomes:
        for key, outcome in outcomes:
            found[key] = outcome.message if isinstance(outcome, Failed) else outcome.value
            if progress is not None:
                progress(len(found), len(tasks))
    return [
        _row(
            name,
            [found[village_of(name), name, i] for i in range(replications)],
            [found[village_of(name), None, i] for i in range(replications)],
        )
        for name in wanted
    ]


def village_of(name: str) -> str:
    """Whether a part is left out of the village with all measures or of the one without."""
    return MEASURES if name in WITH_MEASURES else PLAIN


def _row(
    name: str, without: Sequence[Floats | str], usual: Sequence[Floats | str]
) -> AblationRow:
    said, village = leave(name).said, village_of(name)
    broken = [each for each in (*without, *usual) if isinstance(each, str)]
    if broken:
        return AblationRow(name, said, village, 0, 0, (), broken[0])
    differences = np.array(without) - np.array(usual)
    moved = [
        Moved(column, when, paired(differences[:, i, place]))
        for i, when in enumerate(("weeks 260–312", "last 13 weeks"))
        for place, column in enumerate(History.names)
        if np.isfinite(differences[:, i, place]).all()
    ]
    sure = sorted((m for m in moved if m.change.sure), key=lambda m: -abs(m.change.t))
    return AblationRow(name, said, village, len(sure), len(moved), largest(sure))


def largest(moved: Sequence[Moved]) -> tuple[Moved, ...]:
    """The first few, one for each outcome."""
    firsts: dict[str, Moved] = {}
    for each in moved:
        firsts.setdefault(OUTCOME[each.indicator], each)
    return tuple(firsts.values())[:SHOWN]


# --- Printing ----------------------------------------------------------------------------------


def ablation_table(rows: Sequence[AblationRow]) -> Table:
    """The table of phases and submodels."""
    table = Table("part", "left out", "village", "changed", "most surely (change, t)")
    for row in rows:
        told = "; ".join(
            f"{m.indicator} {m.change.mean:+.3g} ({m.change.t:+.1f}, {m.when})"
            for m in row.largest
        )
        count = f"{row.changed} of {row.read}"
        table.add_row(row.part, row.left_out, row.village, count, row.failed or told or "nothing")
    return table


def graph_table(rows: Sequence[GraphRow]) -> Table:
    """The table of what the graph does."""
    table = Table("figure", "village as it is", "rewired: change (t)", "no bridges: change (t)")
    for row in rows:
        cells = [
            f"{change.mean:+.3g} ({change.t:+.1f}){' *' if change.sure else ''}"
            for change in row.changes.values()
        ]
        table.add_row(row.said, number(row.usual), *cells)
    return table


def main(
    replications: Annotated[int, typer.Option(help="villages of each kind")] = 12,
    processes: Annotated[int, typer.Option(help="how many work at a time")] = 1,
    women: Annotated[int, typer.Option(help="women of the village")] = 600,
) -> None:
    """Print what each phase, each submodel and the graph are good for."""
    console = Console(width=None if Console().is_terminal else 220)
    changes = {"village.women": women}
    console.print(ablation_table(ablation_rows(replications, processes, overrides=changes)))
    console.print(graph_table(graph_rows(replications, processes, overrides=changes)))


if __name__ == "__main__":
    typer.run(main)
