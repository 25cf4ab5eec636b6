"""The main question: what does each layer of social work do, alone and together?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.assumptions import assumptions_frame, draw_guesses, guesses_of
from experiments.equity import mean_shares
from experiments.executors import Prepare
from experiments.layer_frames import Tables, bands_frame, crowding_frame, tables
from experiments.layers_job import FAILED, LayersJob, Progress
from experiments.outcomes import PRIMARY, Cell, programme_totals, read_cells
from experiments.run import History, Staff, arm_names
from experiments.statistics import ARMS, LAYERS, Floats
from experiments.store import Histories, gather
from experiments.worse import worse_frame
from model.errors import JinguoError
from model.indicators import INDICATORS

if TYPE_CHECKING:
    from scenarios.schema import Scenario


@dataclass(frozen=True)
class LayersResult:
    """What the layers job found.

    Attributes:
        scenario, seed, staff: what was asked.
        replications: how many were asked for.
        complete: how many are in the tables.
        interrupted: Ctrl-C ended the job; the tables hold the complete replications.
        failed: replications that gave no result, and why.
        tables: all tables, with the staff that was asked for.
        limited: with `staff="enough"`, the same with the scenario's own workers.
        crowding: with `staff="enough"`, limited minus enough.
        worse: where a single layer leaves an outcome worse than none, and why.
        women: shares of women who gain and lose by all layers, over the villages that kept them.
        assumptions: each effect's range over draws of guesses, when asked for.
        draws: the values of the guesses, one row a draw.
        histories: every stored number.
        cells: the outcomes that were read.
        out: the folder of results, if any.
    """

    scenario: "Scenario"
    seed: int
    staff: Staff
    replications: int
    complete: int
    interrupted: bool
    failed: pd.DataFrame
    tables: Tables
    limited: Tables | None
    crowding: pd.DataFrame | None
    worse: pd.DataFrame
    women: pd.DataFrame
    assumptions: pd.DataFrame | None
    draws: pd.DataFrame
    histories: Histories = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)
    out: Path | None = None

    @property
    def effects(self) -> pd.DataFrame:
        """Paired difference of each arm from none, with its 95 % interval."""
        return self.tables.effects

    @property
    def levels(self) -> pd.DataFrame:
        """Mean of each arm, with its 95 % interval."""
        return self.tables.levels

    @property
    def ledger(self) -> pd.DataFrame:
        """What each layer accounts for, and the interaction."""
        return self.tables.ledger

    @property
    def programme(self) -> pd.DataFrame:
        """Cost and worker hours of each arm."""
        return self.tables.programme

    @property
    def gain(self) -> pd.DataFrame:
        """Variance of an unpaired difference over that of the paired one."""
        return self.tables.gain

    @cached_property
    def series(self) -> pd.DataFrame:
        """One row per arm, replication and week; one column an indicator."""
        return self.histories.frame()

    def series_bands(self) -> pd.DataFrame:
        """The three outcomes by arm and week: mean, spread over replications, interval."""
        whole = [one for one in INDICATORS if one.outcome in PRIMARY and one.subgroup == "all"]
        return bands_frame(self.histories, whole)


def layers(
    scenario: "Scenario",
    replications: int = 30,
    seed: int = 1,
    processes: int = 1,
    staff: Staff = "limited",
    *,
    assumptions: bool = False,
    progress: Progress | None = None,
    out: Path | str | None = None,
    overwrite: bool = False,
    prepare: Prepare | None = None,
) -> LayersResult:
    """Compare the village without and with the measures of each layer.

    Args:
        scenario: has a programme; its measures are sorted into arms by layer.
        replications: villages, each run in every arm.
        seed: of the job; replication r has the same luck in every arm.
        processes: 1 works in this process. The numbers do not depend on it.
        staff: `enough` repeats every arm with workers enough, to tell crowding from interaction.
        assumptions: repeat the job under draws of the most influential expert guesses.
        progress: told the key and fields of each message.
        out: folder that keeps every finished replication; nothing is written without it.
        overwrite: take that folder even when it holds something else.
        prepare: called in each process before its first replication, to load plug-ins.

    Raises:
        JinguoError: nothing to compare, a folder that cannot be used, or no replication ended.
    """
    _check(scenario, replications, processes, staff)
    drawn = draw_guesses(guesses_of(scenario), seed) if assumptions else []
    job = LayersJob(scenario, replications, seed, staff, drawn, progress or _silent)
    if out is not None:
        job.open(Path(out), overwrite=overwrite)
    interrupted = job.work(processes, prepare)
    if interrupted or not job.found:
        job.describe("interrupted")
    if not job.found:
        raise job.nothing(interrupted=interrupted)
    result = layers_result(job, interrupted=interrupted)
    if not interrupted:
        job.complete(result.histories, result.effects)
    return result


def _silent(_key: str, _fields: dict[str, object]) -> None:
    """Nobody listens."""


def _check(scenario: "Scenario", replications: int, processes: int, staff: str) -> None:
    if scenario.programme is None:
        raise JinguoError("results.no_programme", {"scenario": scenario.name})
    for name, number in (("replications", replications), ("processes", processes)):
        if number < 1:
            raise JinguoError("results.too_few", {"name": name, "found": number})
    if staff not in {"limited", "enough"}:
        raise JinguoError("results.unknown_staff", {"found": staff})


def layers_result(job: LayersJob, *, interrupted: bool) -> LayersResult:
    """The tables of every complete replication, in the order of their numbers."""
    eight = len(ARMS)
    histories = gather(job.found, arm_names(job.staff))
    cells = job.cells(histories.names)
    values = _per_arm(histories, lambda history: read_cells(history, cells))
    totals = _totals(job.scenario, histories)
    limited = tables(cells, values[:eight], totals[:eight])
    asked, crowding, rows = limited, None, list(range(eight))
    if job.staff == "enough":
        rows = [0, *range(eight, len(histories.arms))]
        asked = tables(cells, values[rows], totals[rows])
        crowding = crowding_frame(cells, values[:eight], values[rows])
    of_draws = job.values_of_draws()
    return LayersResult(
        scenario=job.scenario,
        seed=job.seed,
        staff=job.staff,
        replications=job.replications,
        complete=len(job.found),
        interrupted=interrupted,
        failed=pd.DataFrame(job.failed, columns=list(FAILED)),
        tables=asked,
        limited=limited if job.staff == "enough" else None,
        crowding=crowding,
        worse=worse_frame(asked.effects, cells, histories, rows[: len(LAYERS) + 1]),
        women=mean_shares(job.women()),
        assumptions=assumptions_frame(asked.effects, cells, of_draws) if job.drawn else None,
        draws=pd.DataFrame(job.drawn, index=pd.RangeIndex(1, len(job.drawn) + 1, name="draw")),
        histories=histories,
        cells=cells,
        out=job.folder.path if job.folder else None,
    )


def _totals(scenario: "Scenario", histories: Histories) -> Floats:
    setup = scenario.setup()
    programme = setup.programme
    if programme is None:
        raise JinguoError("results.no_programme", {"scenario": scenario.name})
    return _per_arm(
        histories,
        lambda history: programme_totals(histories.names, history, setup.women, programme),
    )


def _per_arm(histories: Histories, read: Callable[[History], Floats]) -> Floats:
    """What is read from each history: arms x replications x readings."""
    return np.stack(
        [
            [read(history) for history in histories.values[:, arm]]
            for arm in range(len(histories.arms))
        ]
    )
