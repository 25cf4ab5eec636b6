"""Compare scenarios: the same villages, women and luck; harm first, then differences and costs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from experiments.assumptions import draw_guesses
from experiments.compare_job import CompareJob, shared_guesses
from experiments.comparison_frames import differences_frame, levels_frame, ranges_frame
from experiments.comparison_run import side_by_side
from experiments.costs import costs_frame
from experiments.equity import equity_frame
from experiments.executors import Prepare
from experiments.guardrails import LIMITS, guardrails_frame
from experiments.job import FAILED, Progress
from experiments.outcomes import Cell, Span, read_cells
from experiments.placebo import Certificate, certify
from experiments.planning import SMALLEST, Rule, next_round, widest_of
from experiments.run import seed_of
from experiments.store import Histories
from model.errors import JinguoError

if TYPE_CHECKING:
    from scenarios.schema import Scenario

SURE = 2  # fewest replications that have a spread
TABLES = ("effects", "levels", "guardrails", "costs", "equity", "assumptions")


@dataclass(frozen=True)
class Clock:
    """The weeks that all scenarios of a comparison share.

    Attributes:
        start: the week in which who is who is read: the first programme's, or the first week.
        horizons: name and first week after each.
        same_women: all programmes begin in the same week, and nothing sets the villages apart
            before it, so that "selling at programme start" means the same women everywhere.
    """

    start: int
    horizons: Mapping[str, int]
    same_women: bool

    @property
    def population(self) -> str:
        """The women of the primary outcome."""
        return "selling_at_start" if self.same_women else "all_women"


@dataclass(frozen=True)
class CompareResult:
    """What a comparison found.

    Attributes:
        scenarios: by name, the base first.
        base: its name.
        seed: of the job.
        replications, complete, interrupted, failed: as of the layers job.
        rule: the stopping rule, when replications were planned on the way.
        smallest: the smallest difference that matters, by outcome.
        clock: the weeks that were compared.
        effects: differences first: own, Student's and joint intervals, sizes, chances, verdicts.
        levels: of each arm, with the spread between villages.
        guardrails: limits of harm.
        costs: money and hours, and what they bring.
        equity: inequality and who is worse off.
        certificates: of the placebo runs.
        assumptions: each difference's range over draws of guesses, when asked for.
        draws: the values of the guesses, one row a draw.
        histories: every stored number.
        out: the folder of results, if any.
    """

    scenarios: Mapping[str, "Scenario"]
    base: str
    seed: int
    replications: int
    complete: int
    interrupted: bool
    failed: pd.DataFrame
    rule: Rule | None
    smallest: Mapping[str, float]
    clock: Clock
    effects: pd.DataFrame
    levels: pd.DataFrame
    guardrails: pd.DataFrame
    costs: pd.DataFrame
    equity: pd.DataFrame
    certificates: tuple[Certificate, ...]
    assumptions: pd.DataFrame | None
    draws: pd.DataFrame
    histories: Histories = field(repr=False)
    out: Path | None = None

    @property
    def series(self) -> pd.DataFrame:
        """One row per arm, replication and week; one column an indicator."""
        return self.histories.frame()

    def primary(self, horizon: str = "end") -> pd.DataFrame:
        """The headline rows: the three outcomes of the women of the primary outcome."""
        return headline(self.effects, self.clock, horizon)


def compare(
    base: "Scenario",
    *others: "Scenario",
    replications: int | Literal["auto"] = "auto",
    smallest: Mapping[str, float] | None = None,
    seed: int = 1,
    processes: int = 1,
    rule: Rule | None = None,
    assumptions: bool = False,
    progress: Progress | None = None,
    out: Path | str | None = None,
    overwrite: bool = False,
    prepare: Prepare | None = None,
) -> CompareResult:
    """Compare scenarios on the same villages, women and luck.

    Args:
        base: what the others are compared with.
        others: at least one.
        replications: villages; `auto` adds rounds until every primary difference is known well
            enough for the smallest one that matters, or the cap is met.
        smallest: the smallest difference that matters, by outcome (income in yuan a week).
        seed: of the job.
        processes: 1 works in this process. The numbers do not depend on it.
        rule: of `auto`.
        assumptions: repeat it under draws of the most influential expert guesses.
        progress: told the key and fields of each message.
        out: folder that keeps every finished replication.
        overwrite: take that folder even when it holds something else.
        prepare: called in each process before its first replication, to load plug-ins.

    Raises:
        JinguoError: scenarios that cannot be compared, a folder that cannot be used, a measure at
            dose zero that changes something, or no replication ended.
    """
    arms, clock = _on_one_clock(_named(base, others))
    planned, first = _asked(replications, rule)
    drawn = draw_guesses(shared_guesses(arms), seed) if assumptions else []
    told = progress or _silent
    job = CompareJob(arms, first, seed, clock.start, clock.horizons, drawn, told)
    least = dict(SMALLEST) | dict(smallest or {})
    if out is not None:
        job.open(Path(out), overwrite=overwrite)
    certificates = _certify(job)
    _fix(job, least, planned, certificates)
    interrupted = _work(job, planned, least, clock, processes, prepare)
    _check_enough(job, interrupted=interrupted)
    result = result_of(job, clock, least, planned, certificates, interrupted=interrupted)
    _keep(job, result)
    return result


def _fix(
    job: CompareJob, smallest: Mapping[str, float], rule: Rule | None,
    certificates: Sequence[Certificate],
) -> None:
    """Say in the manifest, before the first result is seen, what the answer will be judged by."""
    if job.folder is not None:
        job.folder.describe(
            smallest=dict(smallest),
            stopping_rule=asdict(rule) if rule else "fixed",
            placebo=[asdict(each) for each in certificates],
        )


def _asked(
    replications: int | Literal["auto"], rule: Rule | None
) -> tuple[Rule | None, int]:
    """The stopping rule, where replications are planned on the way, and how many at most."""
    planned = (rule or Rule()) if replications == "auto" else None
    first = planned.most if planned else int(replications)
    if first < SURE:
        raise JinguoError("compare.too_few", {"found": replications, "least": SURE})
    return planned, first


def _check_enough(job: CompareJob, *, interrupted: bool) -> None:
    """Say in the manifest where the job did not end; refuse what has no spread."""
    enough = len(job.found) >= SURE
    if interrupted or not enough:
        job.describe("interrupted")
    if not enough:
        raise job.nothing(interrupted=interrupted)


def _keep(job: CompareJob, result: CompareResult) -> None:
    """Write the tables, also of a comparison that was stopped."""
    frames = {name: getattr(result, name) for name in TABLES}
    job.keep_tables({name: frame for name, frame in frames.items() if frame is not None})
    if not result.interrupted:
        job.describe("complete", replications=job.replications)


def _silent(_key: str, _fields: dict[str, object]) -> None:
    """Nobody listens."""


# --- What can be compared ----------------------------------------------------------------------


def _named(base: "Scenario", others: Sequence["Scenario"]) -> dict[str, "Scenario"]:
    """Scenarios by name; two of the same content, or with other women or weeks, are refused."""
    if not others:
        raise JinguoError("compare.nothing_else", {"base": base.name})
    arms: dict[str, Scenario] = {}
    for scenario in (base, *others):
        name = scenario.name
        while name in arms:
            name += "′"
        arms[name] = scenario
    keys: dict[str, str] = {}
    for name, scenario in arms.items():
        key = scenario.content_key()
        if key in keys:
            raise JinguoError("compare.same_twice", {"first": keys[key], "second": name})
        keys[key] = name
    for what in ("women", "weeks"):
        found = {name: getattr(arm.setup(), what) for name, arm in arms.items()}
        if len(set(found.values())) > 1:
            told = [f"{name} {number}" for name, number in found.items()]
            raise JinguoError(f"compare.other_{what}", {"found": told})
    return arms


def clock_of(arms: Mapping[str, "Scenario"]) -> Clock:
    """Start and horizons that all scenarios share."""
    weeks = next(iter(arms.values())).weeks
    programmes = [
        arm for arm in arms.values() if arm.programme is not None and arm.programme.start < weeks
    ]
    starts = {arm.programme.start for arm in programmes if arm.programme is not None}
    last = max(programmes, key=lambda arm: arm.horizons()["end"], default=None)
    horizons = last.horizons() if last else {"end": weeks}
    start = min(starts, default=0)
    return Clock(start, horizons, len(starts) == 1 and _same_past(arms, start))


def _same_past(arms: Mapping[str, "Scenario"], start: int) -> bool:
    """Whether all scenarios share every week before the programmes begin."""
    grounds = {arm.ground_key() for arm in arms.values()}
    early = {
        tuple(shock for shock in arm.setup().shocks if shock.week < start)
        for arm in arms.values()
    }
    return len(grounds) == len(early) == 1


def _on_one_clock(arms: Mapping[str, "Scenario"]) -> tuple[dict[str, "Scenario"], Clock]:
    """The scenarios with the clock that all of them share."""
    clock = clock_of(arms)
    return {name: _with_clock(arm, clock) for name, arm in arms.items()}, clock


def _with_clock(scenario: "Scenario", clock: Clock) -> "Scenario":
    """A scenario without a programme gets an empty one, so that the same women are followed."""
    if scenario.programme is not None or not clock.same_women:
        return scenario
    from scenarios.schema import ProgrammeSpec  # noqa: PLC0415 (slow to load)

    stop = min(clock.horizons["end"], scenario.weeks)
    empty = ProgrammeSpec(start=clock.start, stop=stop, workers=0, money=0.0)
    return scenario.model_copy(update={"programme": empty})


# --- Work --------------------------------------------------------------------------------------


def _certify(job: CompareJob) -> tuple[Certificate, ...]:
    """The placebo runs, each on the first village; a difference ends the comparison."""
    names = iter(job.arms.items())
    _, base = next(names)
    job.progress("compare.placebo", {})
    found = [certify(name, arm, base, seed_of(job.seed, 1)) for name, arm in names]
    for each in found:
        if not each.holds:
            streams = each.streams or "–"
            raise JinguoError("compare.placebo_broken", {**asdict(each), "streams": streams})
    return tuple(found)


def _work(
    job: CompareJob, rule: Rule | None, smallest: dict[str, float], clock: Clock,
    processes: int, prepare: Prepare | None,
) -> bool:
    """Run what is asked for, in rounds where they are planned; tell whether Ctrl-C ended it."""
    if rule is None:
        return job.work(processes, prepare)
    job.replications = max(rule.first, len(job.found))
    while True:
        if job.work(processes, prepare):
            return True
        if len(job.found) < SURE:
            return False
        cells = _cells(job, clock)
        effects = differences_frame(cells, _values(job, cells), next(iter(job.arms)), smallest)
        widest = widest_of(headline(effects, clock), smallest)
        wanted = next_round(rule, job.replications, widest)
        if wanted == job.replications:
            return False
        job.progress("compare.next_round", {"done": job.replications, "wanted": wanted})
        job.replications = wanted


def headline(frame: pd.DataFrame, clock: Clock, horizon: str = "end") -> pd.DataFrame:
    """The rows of the women of the primary outcome at one horizon."""
    here = (frame.horizon == horizon) & (frame.subgroup == "all")
    return frame[here & (frame.population == clock.population)]


def _cells(job: CompareJob, clock: Clock) -> tuple[Cell, ...]:
    cells = job.cells(next(iter(job.found.values())).names)
    return tuple(cell for cell in cells if _is_shared(cell, clock))


def _is_shared(cell: Cell, clock: Clock) -> bool:
    """Whether an outcome is read of the same women in every scenario."""
    return clock.same_women or cell.population != "selling_at_start"


def _values(job: CompareJob, cells: Sequence[Cell]) -> dict[str, Any]:
    """Of each arm: replications x outcomes."""
    found = job.in_order()
    return {
        arm: np.stack([read_cells(each.histories[arm], cells) for each in found])
        for arm in job.arms
    }


def result_of(
    job: CompareJob, clock: Clock, smallest: Mapping[str, float], rule: Rule | None,
    certificates: tuple[Certificate, ...], *, interrupted: bool,
) -> CompareResult:
    """Every table of the replications that are there."""
    found, base = job.in_order(), next(iter(job.arms))
    cells = _cells(job, clock)
    values = _values(job, cells)
    people = {arm: side_by_side(found, arm) for arm in job.arms}
    horizons = list(clock.horizons)
    spans = dict.fromkeys(job.arms, Span(clock.start, clock.horizons["end"]))
    per_arm = {arm: [each.histories[arm] for each in found] for arm in job.arms}
    cutoff = job.arms[base].setup().values.burnout_cutoff
    names = found[0].names
    effects = differences_frame(cells, values, base, smallest)
    return CompareResult(
        scenarios=job.arms, base=base, seed=job.seed, replications=job.replications,
        complete=len(found), interrupted=interrupted,
        failed=pd.DataFrame(job.failed, columns=list(FAILED)), rule=rule, smallest=smallest,
        clock=clock, effects=effects, levels=levels_frame(cells, values),
        guardrails=guardrails_frame(people, base, clock.population, horizons, LIMITS),
        costs=costs_frame(names, per_arm, people, spans, base, cutoff),
        equity=equity_frame(people, base, clock.population, horizons),
        certificates=certificates, assumptions=_ranges(job, clock, effects),
        draws=pd.DataFrame(job.drawn, index=pd.RangeIndex(1, len(job.drawn) + 1, name="draw")),
        histories=job.histories(),
        out=job.folder.path if job.folder else None,
    )


def _ranges(job: CompareJob, clock: Clock, effects: pd.DataFrame) -> pd.DataFrame | None:
    """The range of each difference over the draws; nothing without draws."""
    drawn = job.values_of_draws()
    if not drawn:
        return None
    cells = job.cells(next(iter(job.found.values())).names)
    shared = [place for place, cell in enumerate(cells) if _is_shared(cell, clock)]
    return ranges_frame(effects, [values[:, :, shared] for values in drawn.values()])
