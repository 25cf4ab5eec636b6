"""Work in replications: which are done, which are missing, and the folder that keeps them."""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from experiments.assumptions import REPLICATIONS_A_DRAW
from experiments.executors import Done, Failed, Prepare, run_tasks
from experiments.outcomes import Cell, primary_cells, read_cells
from experiments.results import ResultsFolder, circumstances
from experiments.run import compile_rules
from experiments.statistics import Floats
from model.errors import JinguoError
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from experiments.comparison_run import Compared
    from experiments.run import Replication
    from scenarios.schema import Scenario

Progress = Callable[[str, dict[str, object]], object]
Arrays = Mapping[str, NDArray[Any]]
OWN = 0  # the draw of the scenario's own values
FAILED = ("replication", "draw", "kind", "message", "trace")


@dataclass(frozen=True, order=True)
class TaskName:
    """One replication of all arms, under the scenario's own values or a draw of guesses."""

    replication: int
    draw: int = OWN

    @property
    def part(self) -> str:
        """The name of its part file."""
        draw = "" if self.draw == OWN else f"draw-{self.draw:02}-"
        return f"{draw}replication-{self.replication:04}"


Task = TypeVar("Task")
Found = TypeVar("Found", bound="Replication | Compared")


class Job(Generic[Task, Found]):
    """The tasks of one call, and what has come of them.

    A kind of job says what its tasks are (`task`, `run`), how a village is kept (`to_arrays`) and
    read back (`of_arrays`), and what decides its numbers (`plan`, `facts`).

    Args:
        replications: villages asked for; more may be asked for later.
        drawn: of each draw of guesses its values; none without.
        read: the arms whose outcomes are read under a draw, in the order of tables.
        horizons: their names and first weeks after.
        progress: told the key and fields of each message.
    """

    def __init__(
        self,
        replications: int,
        drawn: Sequence[Mapping[str, float]],
        read: Sequence[str],
        horizons: Mapping[str, int],
        progress: Progress,
    ) -> None:
        self.replications = replications
        self.drawn = list(drawn)
        self.read_arms = tuple(read)
        self.horizons = dict(horizons)
        self.found: dict[int, Found] = {}
        self.cells_of_draws: dict[TaskName, Floats] = {}
        self.progress = progress
        self.folder: ResultsFolder | None = None
        self.started = datetime.now(UTC)
        self.failed: list[dict[str, object]] = []

    # --- What a kind of job says ---------------------------------------------------------------

    @property
    @abstractmethod
    def run(self) -> Callable[[Task], Found]:
        """What does one task: a function of a module."""

    @abstractmethod
    def plan(self) -> dict[str, object]:
        """Everything that decides the numbers, in plain values."""

    @abstractmethod
    def facts(self) -> dict[str, object]:
        """What the manifest says of the job beside its plan."""

    @abstractmethod
    def task(self, name: TaskName) -> Task:
        """What one process needs for it."""

    @abstractmethod
    def to_arrays(self, found: Found) -> Arrays:
        """A village as it is kept in a file."""

    @abstractmethod
    def of_arrays(self, arrays: Arrays) -> Found:
        """The village that `to_arrays` was given."""

    @abstractmethod
    def to_compile(self) -> "Scenario":
        """A scenario that uses the rules of all tasks."""

    def take_back_whole(self, folder: ResultsFolder) -> None:
        """Take in what a finished job left in files of its own."""

    # --- What every job does -------------------------------------------------------------------

    def names(self) -> Iterator[TaskName]:
        """Every task, the scenarios' own values first: the main table is never late."""
        for number in range(1, self.replications + 1):
            yield TaskName(number)
        for number in range(1, REPLICATIONS_A_DRAW + 1):
            for draw in range(1, len(self.drawn) + 1):
                yield TaskName(number, draw)

    def arrays(self, name: TaskName, found: Found) -> Arrays:
        """An outcome as it is kept: of the own values whole, of draws what tables read of it."""
        if name.draw == OWN:
            return self.to_arrays(found)
        cells = self.cells(found.names)
        arms = [read_cells(found.histories[arm], cells) for arm in self.read_arms]
        return {"cells": np.stack(arms)}

    def take_in(self, name: TaskName, arrays: Arrays) -> None:
        """Take in an outcome, just made or made earlier and kept."""
        if name.draw == OWN:
            self.found[name.replication] = self.of_arrays(arrays)
        else:
            self.cells_of_draws[name] = arrays["cells"]

    def done(self) -> set[TaskName]:
        """The tasks whose outcome was taken in."""
        return {TaskName(number) for number in self.found} | set(self.cells_of_draws)

    def complete_count(self) -> int:
        """How many replications of the own values are complete."""
        return len(self.found)

    def cells(self, names: Sequence[str]) -> tuple[Cell, ...]:
        """Where the outcomes stand in a history with these columns."""
        return primary_cells(names, self.horizons, INDICATORS)

    def values_of_draws(self) -> dict[int, Floats]:
        """Of each draw: arms x replications x outcomes; NaN where a replication is missing."""
        held = self.cells_of_draws
        if not held:
            return {}
        none = np.full_like(next(iter(held.values())), np.nan)
        numbers = sorted({name.replication for name in held})
        return {
            draw: np.stack([held.get(TaskName(n, draw), none) for n in numbers], axis=1)
            for draw in sorted({name.draw for name in held})
        }

    def open(self, out: Path, *, overwrite: bool) -> None:
        """Open the folder and take back what an earlier call finished."""
        self.folder = folder = ResultsFolder.open(out, self.plan(), overwrite=overwrite)
        held = folder.manifest.get("replications", 0)
        if held > self.replications and not overwrite:
            fields = {"folder": str(folder.path), "held": held, "asked": self.replications}
            raise JinguoError("results.holds_more", fields)
        self.take_back_whole(folder)
        self._take_back(folder)
        if self.complete_count():
            fields = {"held": self.complete_count(), "total": self.replications}
            self.progress("results.continuing", fields | {"folder": str(folder.path)})

    def read(self, folder: ResultsFolder) -> None:
        """Take in what a folder holds, and write nothing."""
        self.folder = folder
        self.failed = [dict(row) for row in folder.manifest.get("failed", ())]
        self.take_back_whole(folder)
        self._take_back(folder)

    def _take_back(self, folder: ResultsFolder) -> None:
        wanted = {name.part: name for name in self.names()}
        for part, arrays in folder.kept():
            if part in wanted:
                self.take_in(wanted[part], arrays)

    def work(self, processes: int, prepare: Prepare | None) -> bool:
        """Run what is missing; tell whether Ctrl-C ended it."""
        done = self.done()
        missing = {name: self.task(name) for name in self.names() if name not in done}
        if not missing:
            return False
        self._announce()
        try:
            self.progress("results.compiling", {})
            # What goes wrong here goes wrong in the replications, which report it.
            list(run_tasks(compile_rules, {0: self.to_compile()}))
            with closing(run_tasks(self.run, missing, processes, prepare)) as outcomes:
                for ended, (name, outcome) in enumerate(outcomes, start=1):
                    self._take(name, outcome)
                    counts = {"done": len(done) + ended, "total": len(done) + len(missing)}
                    self.progress("results.replication_done", {**counts})
        except KeyboardInterrupt:
            if self.folder:  # it may have come between keeping an outcome and counting it
                self._take_back(self.folder)
            return True
        return False

    def _take(self, name: TaskName, outcome: Done[Found] | Failed) -> None:
        if isinstance(outcome, Failed):
            said = (name.replication, name.draw, outcome.kind, outcome.message, outcome.trace)
            row: dict[str, object] = dict(zip(FAILED, said, strict=True))
            self.failed.append(row)
            self.progress("results.replication_failed", dict(row))
            return
        arrays = self.arrays(name, outcome.value)
        if self.folder:  # first kept, then counted: what is counted is never lost
            self.folder.keep(name.part, arrays)
        self.take_in(name, arrays)

    def _announce(self) -> None:
        """Say in the manifest what is being run, before the first result."""
        if self.folder is None:
            return
        self.folder.describe(
            **self.facts(),
            replications=self.replications,
            complete=self.complete_count(),
            status="running",
            started=self.folder.manifest.get("started", self.started.isoformat()),
            **circumstances(),
        )

    def describe(self, status: str, **more: object) -> None:
        """Say in the manifest how far the job is."""
        if self.folder is None:
            return
        ended = datetime.now(UTC)
        before = float(self.folder.manifest.get("minutes", 0.0))
        minutes = before + (ended - self.started).total_seconds() / 60
        self.folder.describe(
            status=status,
            complete=self.complete_count(),
            failed=[{k: row[k] for k in FAILED if k != "trace"} for row in self.failed],
            ended=ended.isoformat(),
            minutes=round(minutes, 3),
            **more,
        )

    def nothing(self, *, interrupted: bool) -> JinguoError:
        """Why there is no result at all."""
        if interrupted or not self.failed:
            return JinguoError("results.interrupted_at_start", {"total": self.replications})
        fields = {"total": self.replications, "message": self.failed[0]["message"]}
        return JinguoError("results.all_failed", fields)
