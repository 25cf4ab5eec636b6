"""The work of the layers job: which replications, which are done, what has come of them."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.assumptions import (
    REPLICATIONS_A_DRAW,
    draw_guesses,
    guesses_of,
    with_guesses,
)
from experiments.executors import Done, Failed, Prepare, run_tasks
from experiments.outcomes import Cell, primary_cells, read_cells
from experiments.results import (
    DRAWS,
    EFFECTS,
    SERIES,
    ResultsFolder,
    circumstances,
    code_digest,
    plan_key,
    plugin_digest,
)
from experiments.run import Replication, Staff, compile_rules, replicate_arms, seed_of
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
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from scenarios.schema import Scenario

Progress = Callable[[str, dict[str, object]], object]
FAILED = ("replication", "draw", "kind", "message", "trace")
OWN = 0  # the draw of the scenario's own values


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


@dataclass(frozen=True)
class Task:
    """Everything one process needs for one replication."""

    scenario: "Scenario"
    seed: int
    staff: Staff


def _replicate(task: Task) -> Replication:
    return replicate_arms(task.scenario, ARMS, task.seed, task.staff)


class LayersJob:
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
        self.scenario = scenario
        self.replications = replications
        self.seed = seed
        self.staff = staff
        self.drawn = drawn
        self.progress = progress
        self.folder: ResultsFolder | None = None
        self.started = datetime.now(UTC)
        self.found: dict[int, Replication] = {}
        self.cells_of_draws: dict[TaskName, Floats] = {}
        self.failed: list[dict[str, object]] = []

    def open(self, out: Path, *, overwrite: bool) -> None:
        """Open the folder and take back what an earlier call finished."""
        plan = {
            "scenario": self.scenario.content_key(),
            "seed": self.seed,
            "staff": self.staff,
            "code": code_digest(),
            "guesses": plan_key({"draws": draw_guesses(guesses_of(self.scenario), self.seed)}),
            "plug-ins": plugin_digest(self.scenario),
        }
        self.folder = folder = ResultsFolder.open(out, plan, overwrite=overwrite)
        held = folder.manifest.get("replications", 0)
        if held > self.replications and not overwrite:
            fields = {"folder": str(folder.path), "held": held, "asked": self.replications}
            raise JinguoError("results.holds_more", fields)
        self._take_back(folder)
        if self.found:
            fields = {"held": len(self.found), "total": self.replications}
            self.progress("results.continuing", fields | {"folder": str(folder.path)})

    def _announce(self, folder: ResultsFolder) -> None:
        """Say in the manifest what is being run, before the first result."""
        folder.describe(
            scenario=self.scenario.plain(),
            content_key=self.scenario.content_key(),
            seed=self.seed,
            staff=self.staff,
            replications=self.replications,
            complete=len(self.found),
            status="running",
            started=folder.manifest.get("started", self.started.isoformat()),
            **circumstances(),
        )

    def _take_back(self, folder: ResultsFolder) -> None:
        wanted = {name.part: name for name in self._names()}
        if (folder.path / SERIES).exists():
            series = read_series(folder.path / SERIES)
            self.found = {n: r for n, r in series.items() if n <= self.replications}
        draws = read_part(folder.path / DRAWS) if (folder.path / DRAWS).exists() else None
        for part, cells in (draws or {}).items():
            if part in wanted:
                self.cells_of_draws[wanted[part]] = cells
        for part, arrays in folder.kept():
            name = wanted.get(part)
            if name is None:
                continue
            if name.draw == OWN:
                self.found[name.replication] = replication_of(arrays)
            else:
                self.cells_of_draws[name] = arrays["cells"]

    def _names(self) -> Iterator[TaskName]:
        """The scenario's own values first: the main table is never late."""
        for number in range(1, self.replications + 1):
            yield TaskName(number)
        for number in range(1, REPLICATIONS_A_DRAW + 1):
            for draw in range(1, len(self.drawn) + 1):
                yield TaskName(number, draw)

    def _task(self, name: TaskName) -> Task:
        seed = seed_of(self.seed, name.replication)
        if name.draw == OWN:
            return Task(self.scenario, seed, self.staff)
        scenario = with_guesses(self.scenario, self.drawn[name.draw - 1])
        # Draws are run with one kind of staff only; the arms take the scenario as it is.
        staffed = scenario.with_staff("enough") if self.staff == "enough" else scenario
        return Task(staffed, seed, "limited")

    def work(self, processes: int, prepare: Prepare | None) -> bool:
        """Run what is missing; tell whether Ctrl-C ended it."""
        done = {TaskName(number) for number in self.found} | set(self.cells_of_draws)
        missing = {name: self._task(name) for name in self._names() if name not in done}
        if not missing:
            return False
        if self.folder:
            self._announce(self.folder)
        begun = time.perf_counter()
        try:
            self.progress("results.compiling", {})
            # What goes wrong here goes wrong in the replications, which report it.
            list(run_tasks(compile_rules, {0: self.scenario}))
            outcomes = run_tasks(_replicate, missing, processes, prepare)
            with closing(outcomes):
                for ended, (name, outcome) in enumerate(outcomes, start=1):
                    self._take(name, outcome)
                    passed = time.perf_counter() - begun
                    fields = {"done": len(done) + ended, "total": len(done) + len(missing)}
                    left = passed / ended * (len(missing) - ended)
                    self.progress(
                        "results.replication_done", fields | {"seconds": passed, "left": left}
                    )
        except KeyboardInterrupt:
            if self.folder:  # it may have come between keeping an outcome and counting it
                self._take_back(self.folder)
            return True
        return False

    def _take(self, name: TaskName, outcome: Done[Replication] | Failed) -> None:
        if isinstance(outcome, Failed):
            said = (name.replication, name.draw, outcome.kind, outcome.message, outcome.trace)
            row: dict[str, object] = dict(zip(FAILED, said, strict=True))
            self.failed.append(row)
            self.progress("results.replication_failed", dict(row))
            return
        if name.draw == OWN:
            arrays = replication_arrays(outcome.value)
        else:
            cells = self.cells(outcome.value.names)
            read = [read_cells(outcome.value.histories[arm], cells) for arm in ARMS]
            arrays = {"cells": np.stack(read)}
        if self.folder:  # first kept, then counted: what is counted is never lost
            self.folder.keep(name.part, arrays)
        if name.draw == OWN:
            self.found[name.replication] = outcome.value
        else:
            self.cells_of_draws[name] = arrays["cells"]

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

    def describe(self, status: str) -> None:
        """Say in the manifest how far the job is."""
        if self.folder is None:
            return
        ended = datetime.now(UTC)
        before = float(self.folder.manifest.get("minutes", 0.0))
        minutes = before + (ended - self.started).total_seconds() / 60
        self.folder.describe(
            status=status,
            complete=len(self.found),
            failed=[{k: row[k] for k in FAILED if k != "trace"} for row in self.failed],
            ended=ended.isoformat(),
            minutes=round(minutes, 3),
        )

    def nothing(self, *, interrupted: bool) -> JinguoError:
        """Why there is no result at all."""
        if interrupted or not self.failed:
            return JinguoError("results.interrupted_at_start", {"total": self.replications})
        fields = {"total": self.replications, "message": self.failed[0]["message"]}
        return JinguoError("results.all_failed", fields)

    def values_of_draws(self, draw: int) -> Floats:
        """Of one draw: arms x replications x outcomes."""
        names = sorted(name for name in self.cells_of_draws if name.draw == draw)
        return np.stack([self.cells_of_draws[name] for name in names], axis=1)
