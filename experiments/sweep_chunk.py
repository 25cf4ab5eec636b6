"""One chunk of a sweep, done in one process: its runs, and its parts of the store."""

import pickle
import platform
import time
import traceback
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from experiments.design_factors import Factor, Setting, with_settings
from experiments.results import code_digest
from experiments.run import History, one_run, parting, stored
from experiments.store_parts import RunEnded, RunName, Status, is_committed, write_chunk
from experiments.sweep_notes import Notes
from model.errors import JinguoError

if TYPE_CHECKING:
    from scenarios.schema import Scenario

SAID = {
    "timeout": "it ran past its deadline of {deadline:.0f} s and was stopped",
    "killed": "the process that ran it was killed, twice",
}
LONGEST_ERROR = 1000


@dataclass(frozen=True)
class Work:
    """Everything a process needs for one chunk.

    Attributes:
        folder: of the store.
        chunk: name of the chunk.
        runs: in the order of the plan.
        draws: what each draw of these runs sets.
        arms: the scenarios by name, packed once for all chunks.
        indicators: what is kept.
        deadline: seconds a run may take.
        code: the version of the model that the store was made for.
        session: of the coordinator.
        again: do it even though it is in the store.
    """

    folder: Path
    chunk: str
    runs: tuple[RunName, ...]
    draws: Mapping[int, Mapping[Factor, Setting]]
    arms: bytes
    indicators: tuple[str, ...]
    deadline: float
    code: str
    session: str
    again: bool = False


@dataclass(frozen=True)
class ChunkDone:
    """What the coordinator is told: never the numbers, only that they are in the store.

    Attributes:
        runs: how many ended.
        failed: those without a history: run number, status, error.
        problem: why the chunk could not be kept, which stops the sweep.
    """

    runs: int
    failed: tuple[tuple[int, str, str], ...] = ()
    problem: JinguoError | None = None


def run_chunk(work: Work) -> ChunkDone:
    """Do the runs of a chunk and put them into the store."""
    if work.code != _own_code():
        return ChunkDone(0, problem=JinguoError("sweep.other_model_there", {"host": _host()}))
    if is_committed(work.folder, work.chunk) and not work.again:
        return ChunkDone(len(work.runs))
    notes = Notes(work.folder, work.chunk, work.session)
    try:
        attempt = notes.begin_attempt()
        ended = sorted(_ended(work, notes), key=lambda run: run.name.run_id)
        write_chunk(work.folder, work.chunk, work.indicators, ended, (attempt, _host()))
    except JinguoError as problem:
        return ChunkDone(0, problem=problem)
    notes.clear()
    failed = [(r.name.run_id, r.status, r.error) for r in ended if r.status != "ok"]
    return ChunkDone(len(ended), tuple(failed))


def _ended(work: Work, notes: Notes) -> Iterator[RunEnded]:
    """How every run of the chunk ended; runs with the same past are done together."""
    known = notes.failed()
    arms: Mapping[str, Scenario] = pickle.loads(work.arms)
    left = []
    for run in work.runs:
        if run.run_id in known:
            status, trace = known[run.run_id]
            said = SAID[status].format(deadline=work.deadline)
            yield RunEnded(run, status, error=said, trace=trace)
            continue
        left.append((run, with_settings(arms[run.scenario], work.draws[run.draw])))
    for group in _groups(left, work):
        yield from _together(group, work, notes)


def _groups(
    pairs: Sequence[tuple[RunName, "Scenario"]], work: Work
) -> Iterator[list[tuple[RunName, "Scenario"]]]:
    """Neighbours that live through the same years before their programme."""

    def same_inputs(pair: tuple[RunName, "Scenario"]) -> object:
        settings = work.draws[pair[0].draw]
        return pair[0].seed, {f.name: v for f, v in settings.items() if f.kind != "dose"}

    for _, near in groupby(pairs, key=same_inputs):
        group = list(near)
        if len(group) == 1:
            yield group
        else:
            yield from (list(same) for _, same in groupby(group, key=lambda pair: _past(*pair)))


def _past(run: RunName, scenario: "Scenario") -> str:
    """Runs of which this is the same have the same past; a run's own key where none is shared."""
    if scenario.programme is None:
        return run.key
    try:
        return scenario.arm(()).content_key()
    except Exception:  # noqa: BLE001 - whatever is wrong with it is told when it is run
        return run.key


def _futures(
    scenarios: Sequence["Scenario"], seed: int
) -> Generator[tuple[Sequence[str], History], None, None]:
    """The years before the programme once, then each scenario on its own."""
    setups = [scenario.setup() for scenario in scenarios]
    village = scenarios[0].arm(()).village(seed)
    try:
        village.run(parting({str(place): setup for place, setup in enumerate(setups)}))
        for setup in setups:
            branch = village.branch(setup)
            try:
                branch.run()
                yield tuple(branch.history.names), stored(branch.history.values)
            finally:
                branch.close()
    finally:
        village.close()


def _together(
    pairs: Sequence[tuple[RunName, "Scenario"]], work: Work, notes: Notes
) -> Iterator[RunEnded]:
    """Runs with one past: the years before the programme once, then each on its own."""
    if len(pairs) == 1:
        yield _one(*pairs[0], work, notes)
        return
    futures = _futures([scenario for _, scenario in pairs], pairs[0][0].seed)
    done: list[RunEnded] = []
    try:
        for run, _ in pairs:
            started = time.perf_counter()
            with notes.under_way(run.run_id, work.deadline):
                indicators, values = next(futures)
            done.append(_kept(run, indicators, values, work, started))
    except Exception as problem:
        if isinstance(problem, JinguoError) and problem.key.startswith("results."):
            raise  # the store, not the run
    finally:
        futures.close()
    yield from done
    for run, scenario in pairs[len(done) :]:
        yield _one(run, scenario, work, notes)


def _one(run: RunName, scenario: "Scenario", work: Work, notes: Notes) -> RunEnded:
    started = time.perf_counter()
    with notes.under_way(run.run_id, work.deadline):
        try:
            found = one_run(scenario, run.seed)
        except Exception as problem:  # noqa: BLE001 - whatever it was, it becomes a failure row
            said = f"{type(problem).__name__}: {problem}"[:LONGEST_ERROR]
            took = time.perf_counter() - started
            status: Status = "error"
            return RunEnded(run, status, None, said, traceback.format_exc(), took)
    return _kept(run, found.names, found.values, work, started)


def _kept(
    run: RunName, names: Sequence[str], values: History, work: Work, started: float
) -> RunEnded:
    """The indicators that are kept, in their order."""
    if tuple(names) != work.indicators:
        values = values[:, [list(names).index(name) for name in work.indicators]]
    return RunEnded(run, "ok", np.asarray(values), seconds=time.perf_counter() - started)


@lru_cache(maxsize=1)
def _own_code() -> str:
    return code_digest()


def _host() -> str:
    return platform.node() or "?"
