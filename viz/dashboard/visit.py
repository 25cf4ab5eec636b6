"""One visit: what this visitor chose, and the two runs she asked for."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

import solara
from reacton.core import get_render_context

from model.errors import JinguoError
from scenarios.schema import Scenario
from viz.dashboard.address import LARGEST_SEED, TABS, State, read_address
from viz.dashboard.changes import at_fault, future_of, read_text, scenario_of
from viz.dashboard.frames import Film
from viz.dashboard.messages import told
from viz.dashboard.options import OPTIONS
from viz.dashboard.payload import as_csv, packed
from viz.dashboard.runner import STUDIO, Job, Order
from viz.words import Words

FILE = "file"
TWO = ("futures", "woman")  # tabs that show the second future
WITHOUT = (("macro", "0"), ("meso", "0"), ("micro", "0"))
FIRST = 0.3  # seconds that a visitor's own page waits for the first picture of a run
Sides = dict[str, Any]


@dataclass(frozen=True)
class Progress:
    """How far the runs are.

    Attributes:
        running: of which future, if any.
        done, total: weeks.
    """

    running: str = ""
    done: int = 0
    total: int = 1


class Visit:
    """What belongs to one browser page, and to no other.

    Attributes:
        state: what the address says.
        text: a scenario file she opened.
        films: on the page, by future: what the server asks of them, and their text.
        ran: what those films show, to tell when something was changed since.
        last: the change made last, by name.
        page: what is changed `with` it is drawn at once, not one change after another.
    """

    def __init__(self, state: State) -> None:
        self.state = solara.Reactive(state)
        self.text: solara.Reactive[str | None] = solara.Reactive(None)
        self.films: solara.Reactive[Sides] = solara.Reactive({"a": {}, "b": {}})
        self.ran: solara.Reactive[Sides] = solara.Reactive({"a": None, "b": None})
        self.progress = solara.Reactive(Progress())
        self.problems: solara.Reactive[list[JinguoError | Exception]] = solara.Reactive([])
        self.download: solara.Reactive[dict[str, Any]] = solara.Reactive({})
        self.jobs: dict[str, Job] = {}
        self.last = ""
        self.page: Any = get_render_context(required=False) or nullcontext()

    # --- what is asked ---------------------------------------------------------------------------

    @property
    def words(self) -> Words:
        """Of the language of this page."""
        return Words(self.state.value.lang)

    def set(self, **changes: Any) -> None:
        """Change what the address says."""
        self.state.value = replace(self.state.value, **changes)

    def go(self, tab: str) -> None:
        """Open a tab."""
        if tab in TABS:
            self.set(tab=tab)

    def back(self, search: str) -> None:
        """Where an earlier address was: its tab and card; whatever was set since stays."""
        state = self.state.value
        there = read_address(search, state)
        rest = dict(there.rest)
        if rest.get("lesson") == dict(state.rest).get("lesson"):  # what the class predicted stays
            rest = dict(state.rest) | {k: v for k, v in rest.items() if k == "card"}
        self.set(tab=there.tab, rest=tuple(sorted(rest.items())))

    def change(self, name: str, value: str | None) -> None:
        """Change the scenario; it is run when asked for."""
        self.last = name
        self.state.value = self.state.value.change(name, value)
        self.check()

    def luck(self, seed: float) -> None:
        """Another luck, as large as an address can hold."""
        self.set(seed=min(max(0, int(seed)), LARGEST_SEED))

    def faults(self) -> frozenset[str]:
        """The changes that cannot be run, by name."""
        state = self.state.value
        return at_fault(state.scenario, state.changes, self.text.value, self.last)

    def way_on(self) -> None:
        """Set aside what went wrong, and nothing else."""
        self.problems.value = []
        state, faults = self.state.value, self.faults()
        try:
            scenario_of(state.scenario, (), self.text.value).setup()
        except JinguoError:
            self.choose(OPTIONS.scenario)
            return
        self.set(changes=tuple(change for change in state.changes if change[0] not in faults))
        try:
            self.order("b")
        except JinguoError:
            self.set(other=())
        for side in ("a", "b") if state.tab in TWO else ("a",):
            if self.ran.value[side] is None:
                self.run(side)

    def gone(self) -> None:
        """The browser does not hold the file that the address means."""
        self.problems.value = [JinguoError("dashboard.file_gone")]

    def choose(self, scenario: str) -> None:
        """Another scenario, as written."""
        self.text.value = None
        self.set(scenario=scenario, changes=(), other=(), who="", week=0)
        self.run("a")

    def reset(self) -> None:
        """The scenario as written."""
        self.set(changes=(), other=())
        self.problems.value = []
        self.run("a")

    def open(self, text: str | None) -> None:
        """A scenario file of the visitor's own."""
        if not OPTIONS.uploads:
            self.problems.value = [JinguoError("dashboard.no_uploads")]
            return
        if text is None:
            self.problems.value = [JinguoError("dashboard.file_large")]
            return
        try:
            read_text(text)
        except JinguoError as problem:
            self.problems.value = [problem]
            return
        self.text.value = text
        kept = self.state.value if self.state.value.scenario == FILE else None
        if kept is None:
            self.set(scenario=FILE, changes=(), other=(), who="", week=0)
        self.run("a")

    def scenario(self) -> Scenario:
        """The first future, with the visitor's changes.

        Raises:
            JinguoError: what is wrong with them.
        """
        state = self.state.value
        if state.scenario == FILE and self.text.value is None:
            raise JinguoError("dashboard.file_gone")
        return scenario_of(state.scenario, state.changes, self.text.value)

    def check(self) -> None:
        """Say at once what is wrong with a change."""
        try:
            self.scenario().setup()
        except JinguoError as problem:
            self.problems.value = [problem]
        else:
            self.problems.value = []

    # --- runs ------------------------------------------------------------------------------------

    def order(self, side: str) -> Order:
        """What a future's run is."""
        state = self.state.value
        one = self.scenario()
        if side == "a":
            return Order(one, state.seed)
        other = state.other or WITHOUT
        two = future_of(state.scenario, state.changes, other, self.text.value)
        week = dict(other).get("from", "0")
        return Order(two, state.seed, one, int(week) if week.isdigit() else 0)

    def asked(self, side: str) -> tuple[object, ...]:
        """What a film of this future would show now."""
        state = self.state.value
        base = (state.scenario, state.changes, state.seed, self.text.value)
        return base if side == "a" else (*base, state.other or WITHOUT)

    def run(self, side: str) -> None:
        """Ask for a future's run; the film arrives by `follow`."""
        try:
            job = STUDIO.request(self.order(side))
        except JinguoError as problem:
            self.problems.value = [problem]
            return
        before = self.jobs.get(side)
        if before is not None and not before.done and before is not job:
            before.cancel()
        self.jobs[side] = job
        job.wait_for_picture(FIRST)
        with self.page:
            self.problems.value = []
            self.ran.value = {**self.ran.value, side: self.asked(side)}
            self.progress.value = Progress(side, job.week, job.total)
            self.look()

    def cancel(self) -> None:
        """Wait no longer."""
        for side, job in list(self.jobs.items()):
            if not job.done:
                job.cancel()
                del self.jobs[side]
                self.ran.value = {**self.ran.value, side: None}
        self.progress.value = Progress()

    def forget(self) -> None:
        """Take all films off the page; whatever is asked for next is shown anew."""
        self.cancel()
        self.jobs.clear()
        self.films.value = {"a": {}, "b": {}}
        self.ran.value = {"a": None, "b": None}

    def look(self) -> bool:
        """Take over what the runs have made since; whether any is still under way."""
        with self.page:
            return self._look()

    def _look(self) -> bool:
        running = ""
        for side, job in list(self.jobs.items()):
            film = job.film
            held = self.films.value[side]
            if film is not None and (held.get("key"), held.get("weeks")) != (film.key, film.weeks):
                self.films.value = {**self.films.value, side: _held(film)}
            if not job.done:
                running = running or side
                self.progress.value = Progress(side, job.week, job.total)
            elif job.problem is not None:
                self.problems.value = [job.problem]
                del self.jobs[side]
        if not running and self.progress.value.running:
            self.progress.value = Progress()
        return bool(running)

    def film(self, side: str) -> Film | None:
        """The whole film of a future, while it is kept."""
        if self.progress.value.running == side:
            return None
        job = self.jobs.get(side)
        return job.film if job is not None and job.done else None

    def together(self) -> dict[str, Film]:
        """The whole films: the second one only where it is a future of the first."""
        films = {side: film for side in ("a", "b") if (film := self.film(side))}
        one, two = (self.ran.value[side] for side in ("a", "b"))
        if "a" not in films or two is None or two[:-1] != one:
            films.pop("b", None)
        return films if "a" in films else {}

    # --- to take away ----------------------------------------------------------------------------

    def save(self) -> None:
        """The scenario as a file; running it on the command line gives the same numbers."""
        self._give(lambda: (f"{self.scenario().name}.yaml", self.scenario().dump(), "text/yaml"))

    def csv(self) -> None:
        """Every indicator of the films on the page."""
        films = [(side.upper(), film) for side, film in self.together().items()]
        if films:
            self._give(lambda: (f"jinguo-{self.state.value.seed}.csv", as_csv(films), "text/csv"))

    def replay(self) -> None:
        """The films on the page as one HTML file that plays without anything else."""
        from viz.replay.make import replay_of_films  # noqa: PLC0415 (only who saves one needs it)

        films = self.together()
        if films:
            name, lang = f"jinguo-{self.state.value.seed}.html", self.state.value.lang
            self._give(lambda: (name, replay_of_films(self.scenario(), films, lang), "text/html"))

    def _give(self, make: Callable[[], tuple[str, str, str]]) -> None:
        try:
            name, text, kind = make()
        except JinguoError as problem:
            self.problems.value = [problem]
            return
        nonce = self.download.value.get("nonce", 0) + 1
        self.download.value = {"name": name, "text": text, "type": kind, "nonce": nonce}

    def banner(self) -> list[str]:
        """What went wrong, in the words of this page."""
        lines = []
        for problem in self.problems.value:
            known = isinstance(problem, JinguoError)
            lines += told(problem, self.words) if known else [self.words.say("dashboard.inside")]
        return lines


def _held(film: Film) -> dict[str, Any]:
    facts = {name: getattr(film, name) for name in ("key", "weeks", "start", "cutoff")}
    return {**facts, "text": packed(film)}
