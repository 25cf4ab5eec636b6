"""The work of the layers job: which replications, which are done, what has come of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.assumptions import (
    draw_guesses,
    guesses_of,
    with_guesses,
)
from experiments.equity import shares_of_frame, women_frame
from experiments.job import FAILED, OWN, Arrays, Job, Progress, TaskName
from experiments.results import (
    DRAWS,
    EFFECTS,
    SERIES,
    WOMEN,
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
from model.errors import JinguoError

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
        super().__init__(replications, drawn, ARMS, scenario.horizons(), progress)
        self.scenario = scenario
        self.seed = seed
        self.staff = staff

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
        """Take in the series, women and draws of a finished job."""
        if (folder.path / SERIES).exists():
            series, women = read_series(folder.path / SERIES), _women(folder.path / WOMEN)
            self.found = {
                number: replace(one, women=women.get(number))
                for number, one in series.items() if number <= self.replications
            }
        draws = read_part(folder.path / DRAWS) if (folder.path / DRAWS).exists() else None
        wanted = {name.part: name for name in self.names()}
        for part, cells in (draws or {}).items():
            if part in wanted:
                self.cells_of_draws[wanted[part]] = cells

    def task(self, name: TaskName) -> Task:
        """The scenario of the task, its seed and staff."""
        seed = seed_of(self.seed, name.replication)
        if name.draw == OWN:
            return Task(self.scenario, seed, self.staff)
        scenario = with_guesses(self.scenario, self.drawn[name.draw - 1])
        # Draws are run with one kind of staff only; the arms take the scenario as it is.
        staffed = scenario.with_staff("enough") if self.staff == "enough" else scenario
        return Task(staffed, seed, "limited")

    def to_arrays(self, found: Replication) -> Arrays:
        """Whole histories."""
        return replication_arrays(found)

    def of_arrays(self, arrays: Arrays) -> Replication:
        """Histories by arm."""
        return replication_of(arrays)

    def women(self) -> dict[int, Floats]:
        """Shares of women who gain and lose, of each replication that kept them."""
        kept = {number: one.women for number, one in self.found.items()}
        return {number: women for number, women in kept.items() if women is not None}

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
        women = women_frame(self.women())
        if len(women):
            write_frame(folder.path / WOMEN, women)
        if self.cells_of_draws:
            arrays = {name.part: cells for name, cells in self.cells_of_draws.items()}
            write_part(folder.path / DRAWS, arrays)
        self.describe("complete")
        folder.drop_parts()


def _women(path: Path) -> dict[int, Floats]:
    """The shares of women by replication; none where an earlier version kept no women."""
    if not path.exists():
        return {}
    try:
        return shares_of_frame(pd.read_csv(path, dtype=str))  # numbers to the bit
    except (OSError, ValueError, KeyError) as problem:
        raise JinguoError("results.damaged", {"file": str(path)}) from problem
