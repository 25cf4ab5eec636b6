"""The work of a comparison: the same villages in every scenario, round by round."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import pandas as pd

from experiments.assumptions import draw_guesses, guesses_of, with_guesses
from experiments.comparison_run import Compared, Task, arrays_of, compared_of, run_compared
from experiments.job import OWN, Arrays, Job, Progress, TaskName
from experiments.results import code_digest, plan_key, plugin_digest
from experiments.run import seed_of
from experiments.store import Histories, gather_arms, write_frame, write_series

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
        super().__init__(replications, drawn, tuple(arms), horizons, progress)
        self.arms = dict(arms)
        self.seed = seed
        self.start = start

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

    def task(self, name: TaskName) -> Task:
        """The scenarios, under a draw of guesses where it is one, and the seed."""
        arms = self.arms
        if name.draw != OWN:
            draw = self.drawn[name.draw - 1]
            arms = {arm: with_guesses(scenario, draw) for arm, scenario in arms.items()}
        ends = tuple(self.horizons.values())
        return Task(arms, seed_of(self.seed, name.replication), self.start, ends)

    def to_arrays(self, found: Compared) -> Arrays:
        """Histories and women of every scenario."""
        return arrays_of(found)

    def of_arrays(self, arrays: Arrays) -> Compared:
        """Histories and women by scenario."""
        return compared_of(arrays)

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
