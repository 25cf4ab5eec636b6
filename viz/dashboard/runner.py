"""Runs asked for by visitors: done aside, shared where they are the same, forgotten after a while.

A run is known by what decides its numbers, so that thirty visitors who open the same lesson cause
one run. Nothing is shared but films, which nobody can change.
"""

import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from model.errors import JinguoError
from scenarios.load import load_scenario
from scenarios.schema import Scenario
from viz.dashboard.frames import Film, Recorder, Report, Stopped, film_village, live

KEPT_SECONDS = 600.0
MOST_BYTES = 300_000_000
AT_ONCE = 2
SMALL = {"village.women": 60, "weeks": 60, "programme.start": 10, "programme.stop": 50}
SWITCH = 0.002  # seconds a run may hold the interpreter while the page waits
SHOW = 0.1  # seconds in which the first picture is sent, before the run goes on


@dataclass(frozen=True)
class Order:
    """What is to be run.

    Attributes:
        scenario: with every change made.
        seed: of its luck.
        before: the first future, and the week from which this one may differ.
    """

    scenario: Scenario
    seed: int
    before: Scenario | None = None
    week: int = 0

    @property
    def key(self) -> str:
        """The same for runs with the same numbers."""
        return f"{self.scenario.content_key()}-{self.seed}"


@dataclass
class Job:
    """One run under way or done.

    Attributes:
        week, total: how far it is.
        film: of the first week as soon as there is one, then of all.
        problem: what went wrong, if anything.
        seconds: it took.
        waiting: how many visitors wait for it.
    """

    key: str
    total: int
    week: int = 0
    film: Film | None = None
    problem: Exception | None = None
    done: bool = False
    seconds: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)
    _seen: threading.Event = field(default_factory=threading.Event)
    waiting: int = 0

    def wait_for_picture(self, seconds: float) -> None:
        """Return once there is a first picture or an end, or after so many seconds."""
        self._seen.wait(seconds)

    def end(self) -> None:
        """Nothing more is made."""
        self.done = True
        self._seen.set()

    def cancel(self) -> None:
        """One visitor no longer waits; the run ends when nobody does."""
        self.waiting -= 1
        if self.waiting <= 0:
            self._stop.set()

    def finish(self, film: Film) -> None:
        """The whole film."""
        self.film, self.week = film, film.weeks

    @property
    def stopped(self) -> bool:
        """Nobody waits for it any more."""
        return self._stop.is_set()

    def report(self, week: int, film: Callable[[], Film]) -> None:
        """Told by the run; raises where nobody waits."""
        if self.stopped:
            raise Stopped
        self.week = week
        if self.film is None:
            self.film = film()
            self._seen.set()
            time.sleep(SHOW)
        time.sleep(0)


class Studio:
    """Makes films and keeps them for a while.

    Its workers begin before any visitor comes, so that none of them belongs to a visit.

    Args:
        keep: seconds that a film nobody asks for is kept.
        most: bytes of films that are kept.
    """

    def __init__(self, keep: float = KEPT_SECONDS, most: int = MOST_BYTES) -> None:
        self.keep, self.most = keep, most
        self._lock = threading.Lock()
        self._line: queue.Queue[tuple[Job, Order]] = queue.Queue()
        self._jobs: dict[str, Job] = {}
        self._asked: dict[str, float] = {}
        for _ in range(AT_ONCE):
            threading.Thread(target=self._work, daemon=True).start()

    def request(self, order: Order) -> Job:
        """The job of an order: one that is there already, or a new one.

        Raises:
            JinguoError: what the scenario says cannot be built.
        """
        key = order.key
        with self._lock:
            self._tidy()
            self._asked[key] = time.monotonic()
            job = self._jobs.get(key)
            if job is None or job.stopped or job.problem:
                job = self._jobs[key] = Job(key, order.scenario.weeks)
                self._line.put((job, order))
            job.waiting += 1
        return job

    def film(self, key: str) -> Film | None:
        """A film that is still kept."""
        job = self._jobs.get(key)
        if job is None or not job.done:
            return None
        self._asked[key] = time.monotonic()
        return job.film

    def _work(self) -> None:
        sys.setswitchinterval(SWITCH)
        while True:
            job, order = self._line.get()
            began = time.perf_counter()
            try:
                job.finish(make(order, job.report))
            except Stopped:
                pass
            except JinguoError as problem:
                job.problem = problem
            except Exception as problem:  # noqa: BLE001 (a visitor sees a plain banner instead)
                traceback.print_exc(file=sys.stderr)
                job.problem = problem
            job.seconds = time.perf_counter() - began
            job.end()

    def _tidy(self) -> None:
        """Forget films that nobody asked for lately, and the oldest where there are too many."""
        now, done = time.monotonic(), [k for k, job in self._jobs.items() if job.done]
        held = 0
        for key in sorted(done, key=self._asked.__getitem__, reverse=True):
            film = self._jobs[key].film
            held += film.size if film else 0
            if held > self.most or now - self._asked[key] > self.keep:
                del self._jobs[key], self._asked[key]


def make(
    order: Order,
    report: Report | None = None,
) -> Film:
    """Make the film of an order.

    A second future is branched from the first one in the week where they part. Where its
    programme was planned otherwise before that week, it is lived from the beginning: the same
    luck makes the same past.
    """
    if order.before is not None and order.week:
        found = _branched(order, order.before, report)
        if found is not None:
            return found
    village = order.scenario.village(order.seed)
    try:
        return film_village(village, order.key, report)
    finally:
        village.close()


def warm_up() -> None:
    """Live through a small village, so that no visitor waits until the rules are compiled."""
    make(Order(load_scenario("libei", SMALL), seed=1))


def _branched(order: Order, before: Scenario, report: Report | None) -> Film | None:
    """The film of a branch; nothing where the two futures were planned differently before."""
    village = before.village(order.seed)
    recorder = Recorder(village, order.key)
    try:
        setup = order.scenario.setup()
        live(village, recorder, order.week, report)
        branch = village.branch(setup)
    except JinguoError as problem:
        if problem.key != "errors.branch_differs":
            raise
        return None
    finally:
        village.close()
    try:
        return film_village(branch, order.key, report, recorder)
    finally:
        branch.close()


STUDIO = Studio()
