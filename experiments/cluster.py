"""Dask instead of the pool: the same chunks through the same kind of futures.

A scheduler runs what it is sent. Whoever reaches its port owns the account it runs under, so
nothing here listens off this machine, and an address without TLS is refused.
"""

import importlib
import ipaddress
import logging
import os
import signal
import time
from collections.abc import Callable, Generator, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from experiments.executors import THREADS, Done, Failed, Prepare, interrupts_held
from experiments.results import code_digest
from experiments.sweep_chunk import ChunkDone, Work
from experiments.sweep_job import Outcome
from model.errors import JinguoError

LOCAL = "local"
HOME = "127.0.0.1"
IN_FLIGHT = 3  # chunks handed out for each process
POLL_SECONDS = 0.5
CONNECT_SECONDS = 20.0
TASK_RETRIES = 5  # times a chunk may lose its process before it comes back as killed
KILL = getattr(signal, "SIGKILL", signal.SIGTERM)
TLS_FILES = ("ca_file", "client_cert", "client_key")


@dataclass
class DaskCrew:
    """The processes of a Dask cluster.

    Attributes:
        client: connected to its scheduler.
        address: of the scheduler, for messages.
        prepare: called in each process before its first chunk.
    """

    client: Any
    address: str
    prepare: Prepare | None = None
    running: dict[Future[ChunkDone], str] = field(default_factory=dict)

    def work(
        self, task: Callable[[Work], ChunkDone], items: Mapping[str, Work]
    ) -> Generator[tuple[str, Outcome], None, None]:
        """Do the task for every item; yield each outcome as soon as it is there."""
        self._check_model()
        waiting = iter(items)
        call = task if self.prepare is None else partial(_prepared, self.prepare, task)
        executor = self.client.get_executor(pure=False, retries=TASK_RETRIES)
        window = IN_FLIGHT * max(1, len(self._workers()))
        try:
            while True:
                for name in waiting:
                    self.running[executor.submit(call, items[name])] = name
                    if len(self.running) >= window:
                        break
                if not self.running:
                    return
                yield from self._next()
        finally:
            for future in self.running:
                future.cancel()
            self.running.clear()
            executor.shutdown(wait=False)

    def _next(self) -> Iterator[tuple[str, Outcome]]:
        finished: set[Future[ChunkDone]] = set()
        while not finished:
            finished, _ = wait(self.running, POLL_SECONDS, FIRST_COMPLETED)
            if self.client.status != "running":
                raise JinguoError("sweep.lost_scheduler", {"address": self.address})
        for future in finished:
            yield self.running.pop(future), self._outcome(future)

    def _outcome(self, future: Future[ChunkDone]) -> Outcome:
        from distributed.scheduler import KilledWorker  # noqa: PLC0415 (an extra)

        try:
            return Done(future.result(), 0.0)
        except KilledWorker as problem:
            return Failed("killed", str(problem))
        except CancelledError:  # the scheduler went, and took its tasks with it
            raise JinguoError("sweep.lost_scheduler", {"address": self.address}) from None
        except Exception as problem:  # noqa: BLE001 - told to the person who started the sweep
            return Failed("raised", f"{type(problem).__name__}: {problem}")

    def _check_model(self) -> None:
        """Refuse processes that would run another version of the model."""
        ours = code_digest()
        for worker, theirs in self.client.run(_digest_there, on_error="return").items():
            if isinstance(theirs, Exception):
                fields = {"host": worker, "reason": f"{type(theirs).__name__}: {theirs}"}
                raise JinguoError("sweep.no_model_there", fields)
            if theirs != ours:
                raise JinguoError("sweep.other_model_there", {"host": worker})
        for worker, facts in self._workers().items():
            if facts["nthreads"] > 1:  # a run is watched by its process, one at a time
                raise JinguoError("sweep.many_threads", {"host": worker})

    def _workers(self) -> Mapping[str, Any]:
        workers: Mapping[str, Any] = self.client.scheduler_info(n_workers=-1)["workers"]
        return workers


@contextmanager
def open_cluster(
    name: str,
    processes: int = 1,
    prepare: Prepare | None = None,
    *,
    insecure: bool = False,
    tls: Mapping[str, str] | None = None,
) -> Iterator[DaskCrew]:
    """Connect to a cluster, or start one on this machine; close what was opened.

    Args:
        name: `local`, the address of a scheduler such as `tls://10.0.0.1:8786`, or
            `module:factory`, a function without arguments that gives a Dask cluster or client.
        processes: of a local cluster.
        prepare: called in each process before its first chunk.
        insecure: accept an address without TLS that others can reach.
        tls: `ca_file`, `client_cert` and `client_key`; Dask's own configuration when not given.

    Raises:
        JinguoError: Dask is not installed, the address is refused, or nobody answers.
    """
    try:
        import distributed  # noqa: PLC0415, F401 (an extra)
    except ImportError as problem:
        raise JinguoError("sweep.no_dask") from problem
    with ExitStack() as stack:
        if name == LOCAL:
            client = _local(processes, stack)
        elif "://" in name:
            client = _connected(name, tls, stack, insecure=insecure)
        else:
            client = _made(name, stack)
        crew = DaskCrew(client, name, prepare)
        _await_workers(crew)
        yield crew


def _local(processes: int, stack: ExitStack) -> Any:
    """A cluster of this machine: loopback only, TLS with keys of its own, no dashboard."""
    import dask  # noqa: PLC0415
    from distributed import Client, LocalCluster  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    environ = dict.fromkeys(THREADS, "1")
    stack.enter_context(dask.config.set({"distributed.nanny.pre-spawn-environ": environ}))
    stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": TASK_RETRIES}))
    # Ctrl-C is for us alone: what is started while it is held back never hears it.
    with interrupts_held():
        cluster = LocalCluster(
            n_workers=processes,
            threads_per_worker=1,
            host=HOME,
            protocol="tls://",
            security=Security.temporary(),
            dashboard_address=f"{HOME}:0",
            worker_dashboard_address=f"{HOME}:0",
            silence_logs=logging.CRITICAL,
        )
    stack.enter_context(cluster)
    stack.callback(_kill_workers, cluster)
    return stack.enter_context(Client(cluster, set_as_default=False))


def _kill_workers(cluster: Any) -> None:
    """End what is under way at once: whatever counts is in the store."""
    for nanny in cluster.workers.values():
        nanny.auto_restart = False
        if nanny.pid is not None:
            with suppress(OSError):
                os.kill(nanny.pid, KILL)


def _connected(
    address: str, tls: Mapping[str, str] | None, stack: ExitStack, *, insecure: bool
) -> Any:
    from distributed import Client  # noqa: PLC0415
    from distributed.security import Security  # noqa: PLC0415

    safe = address.startswith("tls://")
    if not safe and not insecure and not _is_home(address):
        raise JinguoError("sweep.not_safe", {"address": address})
    files = {} if tls is None else {f"tls_{name}": path for name, path in tls.items()}
    try:
        security = Security(require_encryption=True, **files) if safe else None
        return stack.enter_context(
            Client(address, security=security, timeout=CONNECT_SECONDS, set_as_default=False)
        )
    except (OSError, TypeError, ValueError, TimeoutError, FileNotFoundError) as problem:
        fields = {"address": address, "reason": str(problem).splitlines()[0] or "?"}
        raise JinguoError("sweep.no_scheduler", fields) from problem


def _made(name: str, stack: ExitStack) -> Any:
    """What the user's own function gives: for queues and clouds that Dask has clusters for."""
    from distributed import Client  # noqa: PLC0415

    module, sign, function = name.partition(":")
    try:
        if not (sign and function):
            raise ValueError(name)
        made = getattr(importlib.import_module(module), function)()
    except (ImportError, AttributeError, ValueError, TypeError) as problem:
        fields = {"found": name, "reason": f"{type(problem).__name__}: {problem}"}
        raise JinguoError("sweep.no_factory", fields) from problem
    entered = stack.enter_context(made)
    if hasattr(entered, "get_executor"):
        return entered
    return stack.enter_context(Client(entered, set_as_default=False))


def _await_workers(crew: DaskCrew) -> None:
    until = time.monotonic() + CONNECT_SECONDS
    while not crew._workers():  # noqa: SLF001 - of the crew made here
        if time.monotonic() > until:
            raise JinguoError("sweep.no_workers", {"address": crew.address})
        time.sleep(POLL_SECONDS)


def _is_home(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _digest_there() -> str:
    return code_digest()


def _prepared(prepare: Prepare, task: Callable[[Work], ChunkDone], work: Work) -> ChunkDone:
    """A chunk in a process that may have joined late."""
    mark = f"JINGUO_PREPARED_{os.getpid()}"
    if mark not in os.environ:
        prepare()
        os.environ[mark] = "1"
    return task(work)
