"""The work of a comparison: the same villages in every scenario, round by round."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.assumptions import REPLICATIONS_A_DRAW, draw_guesses, guesses_of, with_guesses
from experiments.comparison_run import Compared, Task, arrays_of, compared_of, run_compared
from experiments.job import OWN, Arrays, Job, Progress, TaskName
from experiments.outcomes import Cell, primary_cells, read_cells
from experiments.results import code_digest, plan_key, plugin_digest
from experiments.run import seed_of
from experiments.statistics import Floats
from experiments.store import Histories, gather_arms, write_frame, write_series
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from scenarios.schema import Scenario

SERIES = "series.parquet"


class CompareJob(Job[Task, Compared]):
    """The replications of one comparison.

    Args:
        arms: scenarios by name, the base first.
        replications: asked for so far; more may be asked for later.
        seed: of the job.
        start: see `Task`.
        horizons: their names and first weeks after.
        drawn: of each draw of guesses its values; none without.
        progress: told the key and fields of each message.
    """

    def __init__(
        self,
        arms: Mapping[str, "Scenario"],
        replications: int,
        seed: int,
        start: int,
        horizons: Mapping[str, int],
        drawn: Sequence[Mapping[str, float]],
        progress: Progress,
    ) -> None:
        super().__init__(replications, progress)
        self.arms = dict(arms)
        self.seed = seed
        self.start = start
        self.horizons = dict(horizons)
        self.drawn = list(drawn)
        self.found: dict[int, Compared] = {}
        self.cells_of_draws: dict[TaskName, Floats] = {}

    @property
    def run(self) -> Callable[[Task], Compared]:
        """All scenarios of one replication."""
        return run_compared

    def plan(self) -> dict[str, object]:
        """Scenarios in their order, luck and code."""
        plugins = "".join(plugin_digest(arm) for arm in self.arms.values())
        return {
            "scenarios": {name: arm.content_key() for name, arm in self.arms.items()},
            "order": list(self.arms),
            "seed": self.seed,
            "code": code_digest(),
            "guesses": plan_key({"draws": draw_guesses(shared_guesses(self.arms), self.seed)}),
            "plug-ins": plugins,
        }

    def facts(self) -> dict[str, object]:
        """The scenarios as they were run."""
        return {
            "scenarios": {name: arm.plain() for name, arm in self.arms.items()},
            "base": next(iter(self.arms)),
            "folders": {
                name: [str(folder) for folder in getattr(arm, "folders", ())]
                for name, arm in self.arms.items()
            },
            "seed": self.seed,
        }

    def to_compile(self) -> "Scenario":
        """The scenario with most measures."""
        return max(self.arms.values(), key=lambda arm: len(arm.measures))

    def names(self) -> Iterator[TaskName]:
        """The scenarios' own values first, then the draws."""
        for number in range(1, self.replications + 1):
            yield TaskName(number)
        for number in range(1, REPLICATIONS_A_DRAW + 1):
            for draw in range(1, len(self.drawn) + 1):
                yield TaskName(number, draw)

    def task(self, name: TaskName) -> Task:
        """The scenarios, under a draw of guesses where it is one, and the seed."""
        arms = self.arms
        if name.draw != OWN:
            draw = self.drawn[name.draw - 1]
            arms = {arm: with_guesses(scenario, draw) for arm, scenario in arms.items()}
        ends = tuple(self.horizons.values())
        return Task(arms, seed_of(self.seed, name.replication), self.start, ends)

    def arrays(self, name: TaskName, found: Compared) -> Arrays:
        """Histories and women of every scenario; of draws the outcomes only."""
        if name.draw == OWN:
            return arrays_of(found)
        cells = self.cells(found.names)
        return {"cells": np.stack([read_cells(found.histories[arm], cells) for arm in self.arms])}

    def take_in(self, name: TaskName, arrays: Arrays) -> None:
        """Count a replication."""
        if name.draw == OWN:
            self.found[name.replication] = compared_of(arrays)
        else:
            self.cells_of_draws[name] = arrays["cells"]

    def done(self) -> set[TaskName]:
        """Replications and draws that are there."""
        return {TaskName(number) for number in self.found} | set(self.cells_of_draws)

    def cells(self, names: Sequence[str]) -> tuple[Cell, ...]:
        """Where the outcomes stand in a history with these columns."""
        return primary_cells(names, self.horizons, INDICATORS)

    def values_of_draws(self) -> dict[int, Floats]:
        """Of each draw: arms x replications x outcomes."""
        held = sorted(self.cells_of_draws)
        return {
            draw: np.stack([self.cells_of_draws[n] for n in held if n.draw == draw], axis=1)
            for draw in sorted({name.draw for name in held})
        }

    def complete_count(self) -> int:
        """Replications that are there."""
        return len(self.found)

    def in_order(self) -> list[Compared]:
        """The complete replications, in the order of their numbers."""
        return [self.found[number] for number in sorted(self.found)]

    def histories(self) -> Histories:
        """Every stored number."""
        numbers = sorted(self.found)
        first = self.found[numbers[0]]
        return gather_arms(
            first.names, tuple(self.arms), numbers, [self.found[n].histories for n in numbers]
        )

    def keep_tables(self, frames: Mapping[str, pd.DataFrame]) -> None:
        """Write the tables and the series; parts stay, so that replications can be added."""
        if self.folder is None:
            return
        write_series(self.folder.path / SERIES, self.histories())
        for name, frame in frames.items():
            write_frame(self.folder.path / f"{name}.csv", frame)


def shared_guesses(arms: Mapping[str, "Scenario"]) -> dict[str, tuple[float, float]]:
    """Bounds of the guesses that all scenarios hold alike: where they differ, that is compared."""
    values = [arm.setup().values for arm in arms.values()]
    bounds = guesses_of(next(iter(arms.values())))
    return {
        name: ends
        for name, ends in bounds.items()
        if len({getattr(held, name) for held in values}) == 1
    }
