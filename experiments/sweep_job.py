"""The work of a sweep: hand out the chunks that are missing until every one is in the store."""

import pickle
import secrets
import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from experiments.executors import Done, Failed, Prepare, run_tasks
from experiments.store_parts import STATUSES
from experiments.store_sweep import Chunk, SweepStore, settings_of
from experiments.sweep_chunk import ChunkDone, Work, run_chunk
from experiments.sweep_notes import Notes
from model.errors import JinguoError

Progress = Callable[[str, dict[str, object]], object]
Outcome = Done[ChunkDone] | Failed
IN_THE_STORE = {"results.no_space": "sweep.no_space", "results.not_writable": "sweep.not_writable"}


class Crew(Protocol):
    """Who does the chunks: a pool of processes here, or a cluster."""

    def work(
        self, task: Callable[[Work], ChunkDone], items: Mapping[str, Work]
    ) -> Generator[tuple[str, Outcome], None, None]:
        """Do the task for every item; yield each outcome as soon as it is there."""
        ...


@dataclass(frozen=True)
class Pool:
    """Processes on this machine, apart from ours so that a run may end its own."""

    processes: int = 1
    prepare: Prepare | None = None

    def work(
        self, task: Callable[[Work], ChunkDone], items: Mapping[str, Work]
    ) -> Generator[tuple[str, Outcome], None, None]:
        """As `run_tasks` does it."""
        return run_tasks(task, items, self.processes, self.prepare, apart=True)


@dataclass
class SweepResult:
    """How far a sweep is.

    Attributes:
        folder: its store.
        runs: planned.
        counts: runs in the store, by how they ended.
        interrupted: Ctrl-C ended this call.
        deviations: where the plan is not the one that was locked.
        seconds: this call worked.
    """

    folder: Path
    runs: int
    counts: Mapping[str, int]
    interrupted: bool = False
    deviations: Sequence[str] = ()
    seconds: float = 0.0

    @property
    def ended(self) -> int:
        """Runs in the store."""
        return sum(self.counts.values())

    @property
    def failed(self) -> int:
        """Runs in the store that have no history."""
        return self.ended - self.counts.get("ok", 0)

    @property
    def complete(self) -> bool:
        """Whether every planned run is in the store."""
        return self.ended >= self.runs


@contextmanager
def told_of_store() -> Iterator[None]:
    """Turn what is said of folders of results into what holds for a store."""
    try:
        yield
    except JinguoError as problem:
        if problem.key not in IN_THE_STORE:
            raise
        raise JinguoError(IN_THE_STORE[problem.key], problem.fields) from problem


@dataclass
class SweepJob:
    """One call's work on a store, whose lock the caller holds."""

    store: SweepStore
    crew: Crew
    progress: Progress
    retry_failed: bool = False
    session: str = field(default_factory=lambda: secrets.token_hex(8))
    counts: Counter[str] = field(default_factory=Counter)

    def work(self) -> SweepResult:
        """Run what is missing. Ctrl-C ends it with what is complete."""
        started = time.perf_counter()
        self.store.clean()
        missing = self._missing()
        interrupted = False
        self.store.describe(status="running")
        try:
            while missing:
                missing = self._pass(missing)
        except KeyboardInterrupt:
            interrupted = True
            # It may have come between keeping a chunk and counting it.
            self.counts = sum(self.store.committed().values(), Counter())
        finally:
            status = "complete" if sum(self.counts.values()) >= self.planned else "stopped"
            with suppress(JinguoError):  # a full disk is told by what met it first
                self.store.describe(status=status)
        took = time.perf_counter() - started
        counts: dict[str, int] = {status: self.counts[status] for status in STATUSES}
        return SweepResult(self.store.path, self.planned, counts, interrupted, seconds=took)

    @property
    def planned(self) -> int:
        """Runs of all rounds."""
        return int(self.store.manifest["replications"]) * self.store.plan.runs_a_replication

    def _missing(self) -> dict[str, Chunk]:
        """The chunks to run; those with failed runs, too, where they are to be tried again."""
        committed = self.store.committed()
        missing = {}
        for chunk in self.store.chunks():
            ended = committed.get(chunk.name)
            if ended is not None and not (self.retry_failed and ended["ok"] < ended.total()):
                self.counts += ended
                continue
            if self.retry_failed:
                Notes(self.store.path, chunk.name, self.session).clear()
            missing[chunk.name] = chunk
        return missing

    def _pass(self, missing: Mapping[str, Chunk]) -> dict[str, Chunk]:
        """Try every chunk once; give those whose process died before it was done."""
        works = _Works(self, missing)
        before = {name: self._notes(name).size() for name in missing}
        again: dict[str, Chunk] = {}
        with closing(self.crew.work(run_chunk, works)) as outcomes:
            for name, outcome in outcomes:
                if isinstance(outcome, Failed):
                    if outcome.kind == "raised":
                        fields = {"message": outcome.message, "trace": outcome.trace}
                        raise JinguoError("sweep.chunk_failed", fields)
                    again[name] = missing[name]
                else:
                    self._take(missing[name], outcome.value)
        learnt = [name for name in again if self._notes(name).size() > before[name]]
        if again and len(again) == len(missing) and not learnt:
            raise JinguoError("sweep.processes_die")
        return again

    def _take(self, chunk: Chunk, done: ChunkDone) -> None:
        if done.problem is not None:
            raise done.problem
        self.counts["ok"] += done.runs - len(done.failed)
        for run, status, error in done.failed:
            self.counts[status] += 1
            self.progress("sweep.run_failed", {"run": run, "status": status, "message": error})
        total = self.counts.total()
        fields = {"done": total, "total": self.planned, "chunk": chunk.name}
        self.progress("sweep.chunk_done", fields)

    def _notes(self, chunk: str) -> Notes:
        return Notes(self.store.path, chunk, self.session)


class _Works(Mapping[str, Work]):
    """The work of each chunk, made when it is handed out: a plan of many runs takes no memory."""

    def __init__(self, job: SweepJob, chunks: Mapping[str, Chunk]) -> None:
        self.job = job
        self.chunks = chunks
        self.arms = pickle.dumps(dict(job.store.plan.arms))

    def __getitem__(self, name: str) -> Work:
        store = self.job.store
        runs = store.run_names(self.chunks[name])
        return Work(
            folder=store.path,
            chunk=name,
            runs=runs,
            draws=settings_of(store.plan, [run.draw for run in runs]),
            arms=self.arms,
            indicators=store.plan.indicators,
            deadline=float(store.manifest["deadline"]),
            code=store.manifest["code"],
            session=self.job.session,
            again=self.job.retry_failed,
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self.chunks)

    def __len__(self) -> int:
        return len(self.chunks)
