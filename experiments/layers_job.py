"""The work of the layers job: which replications, which are done, what has come of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.assumptions import (
    REPLICATIONS_A_DRAW,
    draw_guesses,
    guesses_of,
    with_guesses,
)
from experiments.job import FAILED, OWN, Arrays, Job, Progress, TaskName
from experiments.outcomes import Cell, primary_cells, read_cells
from experiments.results import (
    DRAWS,
    EFFECTS,
    SERIES,
    ResultsFolder,
    code_digest,
    plan_key,
    plugin_digest,
)
from experiments.run import Replication, Staff, replicate_arms, seed_of
from experiments.statistics import ARMS, Floats
from experiments.store import (
    Histories,
    read_part,
    read_series,
    replication_arrays,
    replication_of,
    write_frame,
    write_part,
    write_series,
)
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from scenarios.schema import Scenario

__all__ = ["FAILED", "LayersJob", "Progress", "TaskName"]

@dataclass(frozen=True)
class Task:
    """Everything one process needs for one replication."""

    scenario: "Scenario"
    seed: int
    staff: Staff


def _replicate(task: Task) -> Replication:
    return replicate_arms(task.scenario, ARMS, task.seed, task.staff)


class LayersJob(Job[Task, Replication]):
    """The tasks of one call, and what has come of them."""

    def __init__(
        self,
        scenario: "Scenario",
        replications: int,
        seed: int,
        staff: Staff,
        drawn: list[dict[str, float]],
        progress: Progress,
    ) -> None:
        super().__init__(replications, progress)
        self.scenario = scenario
        self.seed = seed
        self.staff = staff
        self.drawn = drawn
        self.found: dict[int, Replication] = {}
        self.cells_of_draws: dict[TaskName, Floats] = {}

    @property
    def run(self) -> Callable[[Task], Replication]:
        """All arms of one replication."""
        return _replicate

    def plan(self) -> dict[str, object]:
        """Scenario, luck, staff and code."""
        return {
            "scenario": self.scenario.content_key(),
            "seed": self.seed,
            "staff": self.staff,
            "code": code_digest(),
            "guesses": plan_key({"draws": draw_guesses(guesses_of(self.scenario), self.seed)}),
            "plug-ins": plugin_digest(self.scenario),
        }

    def facts(self) -> dict[str, object]:
        """The scenario as it was run."""
        return {
            "scenario": self.scenario.plain(),
            "content_key": self.scenario.content_key(),
            "seed": self.seed,
            "staff": self.staff,
            "folders": [str(folder) for folder in getattr(self.scenario, "folders", ())],
        }

    def to_compile(self) -> "Scenario":
        """The scenario with all its measures."""
        return self.scenario

    def take_back_whole(self, folder: ResultsFolder) -> None:
        """Take in the series and draws of a finished job."""
        if (folder.path / SERIES).exists():
            series = read_series(folder.path / SERIES)
            self.found = {n: r for n, r in series.items() if n <= self.replications}
        draws = read_part(folder.path / DRAWS) if (folder.path / DRAWS).exists() else None
        wanted = {name.part: name for name in self.names()}
        for part, cells in (draws or {}).items():
            if part in wanted:
                self.cells_of_draws[wanted[part]] = cells

    def names(self) -> Iterator[TaskName]:
        """The scenario's own values first: the main table is never late."""
        for number in range(1, self.replications + 1):
            yield TaskName(number)
        for number in range(1, REPLICATIONS_A_DRAW + 1):
            for draw in range(1, len(self.drawn) + 1):
                yield TaskName(number, draw)

    def task(self, name: TaskName) -> Task:
        """The scenario of the task, its seed and staff."""
        seed = seed_of(self.seed, name.replication)
        if name.draw == OWN:
            return Task(self.scenario, seed, self.staff)
        scenario = with_guesses(self.scenario, self.drawn[name.draw - 1])
        # Draws are run with one kind of staff only; the arms take the scenario as it is.
        staffed = scenario.with_staff("enough") if self.staff == "enough" else scenario
        return Task(staffed, seed, "limited")

    def arrays(self, name: TaskName, found: Replication) -> Arrays:
        """Whole histories of the scenario's own values, outcomes only of draws."""
        if name.draw == OWN:
            return replication_arrays(found)
        cells = self.cells(found.names)
        return {"cells": np.stack([read_cells(found.histories[arm], cells) for arm in ARMS])}

    def take_in(self, name: TaskName, arrays: Arrays) -> None:
        """Count a replication."""
        if name.draw == OWN:
            self.found[name.replication] = replication_of(arrays)
        else:
            self.cells_of_draws[name] = arrays["cells"]

    def done(self) -> set[TaskName]:
        """Replications and draws that are there."""
        return {TaskName(number) for number in self.found} | set(self.cells_of_draws)

    def complete_count(self) -> int:
        """Replications of the scenario's own values."""
        return len(self.found)

    def cells(self, names: Sequence[str]) -> tuple[Cell, ...]:
        """Where the outcomes stand in a history with these columns."""
        return primary_cells(names, self.scenario.horizons(), INDICATORS)

    def complete(self, histories: Histories, effects: pd.DataFrame) -> None:
        """Write what a finished job leaves in its folder; a finished folder is left alone."""
        folder = self.folder
        if folder is None:
            return
        if folder.manifest.get("status") == "complete":
            folder.drop_parts()
            return
        write_series(folder.path / SERIES, histories)
        write_frame(folder.path / EFFECTS, effects)
        if self.cells_of_draws:
            arrays = {name.part: cells for name, cells in self.cells_of_draws.items()}
            write_part(folder.path / DRAWS, arrays)
        self.describe("complete")
        folder.drop_parts()

    def values_of_draws(self, draw: int) -> Floats:
        """Of one draw: arms x replications x outcomes."""
        names = sorted(name for name in self.cells_of_draws if name.draw == draw)
        return np.stack([self.cells_of_draws[name] for name in names], axis=1)
