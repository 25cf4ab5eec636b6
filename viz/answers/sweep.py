"""What the commands of sweeps tell: the plan first, then progress, then what is in the store."""

import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from experiments.cluster import TLS_FILES, open_cluster
from experiments.executors import Prepare
from experiments.plan import read_plan
from experiments.sweep_estimate import estimate
from experiments.sweep_job import Crew, Pool, SweepResult
from experiments.sweeps import extend, resume, sweep
from model.errors import JinguoError
from viz.endings import BROKEN, GOOD, STOPPED
from viz.progress import ProgressShown
from viz.session import PROGRAM, Session
from viz.tables import write_json
from viz.tables.sweep import result_data

FAILURES_TOLD = 5
Work = Callable[[Crew, Callable[[str, dict[str, object]], object]], SweepResult]


@dataclass(frozen=True)
class Machines:
    """Who is to do the work."""

    processes: int
    cluster: str | None
    insecure: bool
    tls: str | None
    prepare: Prepare | None

    @contextmanager
    def crew(self) -> Iterator[Crew]:
        """Processes here, or a cluster that is opened and closed."""
        if self.cluster is None:
            yield Pool(self.processes, self.prepare)
            return
        files = self._tls_files()
        opened = open_cluster(
            self.cluster, self.processes, self.prepare, insecure=self.insecure, tls=files
        )
        with opened as crew:
            yield crew

    def _tls_files(self) -> dict[str, str] | None:
        if self.tls is None:
            return None
        files = [part.strip() for part in self.tls.split(",")]
        if len(files) != len(TLS_FILES):
            raise JinguoError("cli.option_needs_value", {"found": "--tls", "help": "--help"})
        return dict(zip(TLS_FILES, files, strict=True))


class _Told:
    """Progress, without a line for each of very many failures."""

    def __init__(self, shown: ProgressShown) -> None:
        self.shown = shown
        self.failures = 0

    def __call__(self, key: str, fields: Mapping[str, object]) -> None:
        if key == "sweep.run_failed":
            self.failures += 1
            if self.failures > FAILURES_TOLD:
                if self.failures == FAILURES_TOLD + 1:
                    self.shown("sweep.more_failed", {})
                return
        self.shown(key, fields)


def show_plan(plan: Path, machines: Machines, session: Session) -> None:
    """Tell what a plan will take, and run nothing."""
    expected = estimate(read_plan(plan), machines.processes)
    session.say("sweep.plan", {**vars(expected), "processes": machines.processes})
    session.say("sweep.only_plan")


def tell_sweep(
    plan: Path, store: Path, machines: Machines, session: Session, *, as_json: bool
) -> int:
    """Run a plan into a store."""
    asked = read_plan(plan)  # what is wrong with it is told before a cluster is opened

    def work(crew: Crew, told: Callable[[str, dict[str, object]], object]) -> SweepResult:
        return sweep(asked, store, machines.processes, cluster=crew, progress=told)

    return _tell(work, machines, session, as_json=as_json)


def tell_resume(
    store: Path, machines: Machines, session: Session, *, retry_failed: bool, as_json: bool
) -> int:
    """Run what a store still misses."""

    def work(crew: Crew, told: Callable[[str, dict[str, object]], object]) -> SweepResult:
        return resume(store, retry_failed=retry_failed, cluster=crew, progress=told)

    return _tell(work, machines, session, as_json=as_json)


def tell_extend(
    store: Path, replications: int, machines: Machines, session: Session, *, as_json: bool
) -> int:
    """Add replications to a store."""

    def work(crew: Crew, told: Callable[[str, dict[str, object]], object]) -> SweepResult:
        return extend(store, replications, cluster=crew, progress=told)

    return _tell(work, machines, session, as_json=as_json)


def _tell(work: Work, machines: Machines, session: Session, *, as_json: bool) -> int:
    with ProgressShown(session.words, label="sweep.progress") as shown, machines.crew() as crew:
        result = work(crew, _Told(shown))
    if as_json:
        write_json(result_data(result), sys.stdout)
    facts = {"folder": result.folder, "runs": result.runs, "ended": result.ended}
    done = {"ok": result.counts.get("ok", 0), "failed": result.failed}
    session.say("sweep.ended", facts | done, aside=as_json)
    if result.deviations:
        session.say("sweep.deviates", {"what": list(result.deviations)}, aside=as_json)
    line = [PROGRAM, "resume", str(result.folder)]
    if result.interrupted:
        session.say("sweep.go_on", {**facts, "command": shlex.join(line)}, aside=as_json)
        return STOPPED
    if result.failed:
        again = shlex.join([*line, "--retry-failed"])
        session.say("sweep.retry", {"command": again}, aside=as_json)
        return BROKEN
    return GOOD
