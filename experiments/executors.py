"""Who does the work: this process, or several beside it that can die without loss."""

import multiprocessing
import os
import pickle
import signal
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Generator, Hashable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import resource_tracker
from multiprocessing.connection import wait as wait_for_any
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
R = TypeVar("R")
Key = TypeVar("Key", bound=Hashable)
Prepare = Callable[[], object]

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
POLL_SECONDS = 0.5  # Windows does not let Ctrl-C through an endless wait
BREAKS_BEFORE_GIVING_UP = 4  # pools that died one after the other without one result


@dataclass(frozen=True)
class Done(Generic[R]):
    """A task that was finished."""

    value: R
    seconds: float


@dataclass(frozen=True)
class Failed:
    """A task that was not: it raised an error, or its process was killed twice."""

    kind: Literal["raised", "killed"]
    message: str
    trace: str = ""


def run_tasks(
    task: Callable[[T], R],
    items: Mapping[Key, T],
    processes: int = 1,
    prepare: Prepare | None = None,
    *,
    apart: bool = False,
) -> Generator[tuple[Key, Done[R] | Failed], None, None]:
    """Do a task for every item; yield each outcome as soon as it is there.

    Closing the generator, or an error or Ctrl-C inside it, ends the processes at once.

    Args:
        task: a function of a module, silent and without side effects.
        items: what to do it for, by key. Outcomes come in the order of completion.
        processes: 1 works in this process.
        prepare: called once in each process before its first task, to load a plug-in, say.
        apart: never in this process, so that a task may die.
    """
    if (processes == 1 and not apart) or len(items) < 1:
        for key, item in items.items():
            yield key, _attempt(task, pickle.dumps(item))
        return
    with _one_thread_each():
        crew = _Crew(task, items, min(processes, len(items)), prepare)
        try:
            yield from crew.work()
        finally:
            crew.end()


class _Crew(Generic[Key, T, R]):
    """A pool of processes and what each of them is busy with."""

    def __init__(
        self,
        task: Callable[[T], R],
        items: Mapping[Key, T],
        processes: int,
        prepare: Prepare | None,
    ) -> None:
        self.task = task
        self.items = items
        self.processes = processes
        self.prepare = pickle.dumps(prepare)
        self.waiting = deque(items)
        self.suspects: deque[Key] = deque()  # were in a pool that broke: tried again alone
        self.running: dict[Future[Done[R] | Failed], Key] = {}
        self.alone = False
        self.breaks = 0
        self.busy = True
        self.pool = self._open()

    def work(self) -> Iterator[tuple[Key, Done[R] | Failed]]:
        """Keep every process busy until each item has an outcome."""
        while self.waiting or self.suspects or self.running:
            broken = self._fill()
            finished: set[Future[Done[R] | Failed]] = set()
            while self.running and not finished and not broken:
                finished, _ = wait(self.running, POLL_SECONDS, FIRST_COMPLETED)
            for future in finished:
                if isinstance(future.exception(), BrokenProcessPool):
                    broken = True
                else:
                    self.breaks = 0
                    yield self.running.pop(future), _outcome(future)
            if broken:
                yield from self._mend()
        self.busy = False

    def _fill(self) -> bool:
        """Hand out work; tell whether the pool turned out to be broken."""
        if self.alone and self.running:
            return False
        self.alone = bool(self.suspects)
        if self.alone:
            return self._submit(self.suspects.popleft())
        while self.waiting and len(self.running) <= self.processes:
            if self._submit(self.waiting.popleft()):
                return True
        return False

    def _submit(self, key: Key) -> bool:
        item = pickle.dumps(self.items[key])
        try:
            with interrupts_held():
                future = self.pool.submit(_attempt, self.task, item)
        except BrokenProcessPool:
            self.waiting.appendleft(key)
            return True
        self.running[future] = key
        return False

    def _mend(self) -> Iterator[tuple[Key, Done[R] | Failed]]:
        """A process was killed and took the pool with it: keep results, suspect the rest."""
        wait(self.running)
        lost = []
        for future, key in self.running.items():
            if future.exception() is None:
                yield key, _outcome(future)
            else:
                lost.append(key)
        self.running.clear()
        self.breaks += 1
        if self.breaks >= BREAKS_BEFORE_GIVING_UP:
            lost += [*self.suspects, *self.waiting]
            self.suspects.clear()
            self.waiting.clear()
        if self.alone or self.breaks >= BREAKS_BEFORE_GIVING_UP:
            for key in lost:
                yield key, Failed("killed", "the process that ran it was killed, twice")
        else:
            self.suspects.extend(lost)
        self.end()
        self.pool = self._open()

    def _open(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            self.processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(self.prepare,),
        )

    def end(self) -> None:
        """Leave no process behind, whatever it is doing."""
        if self.busy:
            # The standard library offers no public way before Python 3.14.
            for process in list((self.pool._processes or {}).values()):  # noqa: SLF001
                process.kill()
        self.pool.shutdown(wait=True, cancel_futures=True)


def _outcome(future: Future[Done[R] | Failed]) -> Done[R] | Failed:
    problem = future.exception()
    if problem is None:
        return future.result()
    return Failed("raised", f"{type(problem).__name__}: {problem}")


def _attempt(task: Callable[[T], R], item: bytes) -> Done[R] | Failed:
    """Do one task; an error is an outcome too, so that the others go on."""
    started = time.perf_counter()
    try:
        value = task(pickle.loads(item))
    except Exception as problem:  # noqa: BLE001 - whatever it was, it becomes a failure row
        return Failed("raised", f"{type(problem).__name__}: {problem}", traceback.format_exc())
    return Done(value, time.perf_counter() - started)


def _begin(prepare: bytes) -> None:
    """Start of a process: leave Ctrl-C to the parent, and do not outlive it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_watch_parent, name="watch-parent", daemon=True).start()
    first = pickle.loads(prepare)
    if first is not None:
        first()


def _watch_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait_for_any([parent.sentinel])
        os._exit(1)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Processes that each start threads would fight for the same cores."""
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes are born: they inherit the mask, we get it after."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    resource_tracker.ensure_running()  # it lifts the mask when it starts itself
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
