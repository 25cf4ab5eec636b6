"""Run a few runs of a report again, and say whether its numbers follow from its scenario."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from experiments.carried import Carried, KeptRun, history_digest, numbers_of
from experiments.design_factors import with_settings
from experiments.executors import Done, Failed, Prepare, run_tasks
from experiments.results import circumstances, code_digest, plugin_digest
from experiments.run import (
    ENOUGH,
    Staff,
    compile_rules,
    one_run,
    replicate_arms,
    seed_of,
)
from model.errors import JinguoError

if TYPE_CHECKING:
    from experiments.job import Progress
    from experiments.patterns_variants import Order
    from scenarios.schema import Scenario

CLOSE, NOTHING = 1e-6, 1e-12  # relative, and what counts as zero
RUNS = 5
Ending = Literal["same", "close", "other", "failed"]


@dataclass(frozen=True)
class Checked:
    """What came of one run.

    Attributes:
        run: as the report carries it.
        ending: same to the bit; close: all numbers agree within rounding; other; failed.
        name: of the first number that differs, if one does.
        held: that number in the report.
        now: that number now.
        message: why the run failed.
    """

    run: KeptRun
    ending: Ending
    name: str = ""
    held: float | None = None
    now: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Verified:
    """What the check found.

    Attributes:
        runs: those that were run again.
        seed: of the choice of runs.
        alike: versions, platform and processor are those of the report.
        edited: scenarios, or files they name, that are not those that were run.
    """

    runs: tuple[Checked, ...]
    seed: int
    alike: bool
    edited: tuple[str, ...]

    @property
    def follows(self) -> bool:
        """Every run gave the numbers of the report, and the scenarios are those that were run."""
        return not self.edited and all(run.ending in {"same", "close"} for run in self.runs)


def verify(
    carried: Carried,
    runs: int = RUNS,
    seed: int = 1,
    processes: int = 1,
    *,
    folders: Sequence[Path] = (),
    progress: "Progress | None" = None,
    prepare: Prepare | None = None,
) -> Verified:
    """Run some of the runs of a report again.

    Args:
        carried: by the report.
        runs: how many, chosen at random; all where there are fewer.
        seed: of the choice.
        processes: 1 works in this process.
        folders: where CSV and measure files that the scenarios name are looked for.
        progress: told the key and fields of each message.
        prepare: called in each process before its first run, to load plug-ins.

    Raises:
        JinguoError: there is nothing to run, another version of the model made the report, or
            a plug-in is missing or another one.
    """
    if not carried.runs:
        raise JinguoError("verify.no_runs", {"kind": carried.kind})
    ours = _own_code(carried)
    if carried.code != ours:
        version = carried.versions.get("jinguo") or "?"
        told = {"theirs": carried.code, "ours": ours, "version": version}
        raise JinguoError("verify.other_model", told)
    chosen = _choice(carried.runs, runs, seed)
    make = _of_patterns if carried.kind == "patterns" else _of_scenarios
    tasks, edited = make(carried, chosen, folders)
    alike = same_circumstances(carried)
    checked = _run(tasks, carried, processes, progress, prepare, alike=alike)
    return Verified(tuple(checked), seed, alike, tuple(edited))


def same_circumstances(carried: Carried) -> bool:
    """Whether this is what the report was made with: only then must every bit be the same."""
    now: Any = circumstances()
    versions = carried.versions | {"jinguo": now["versions"]["jinguo"]}  # the code has its digest
    theirs = versions, carried.platform, carried.processor
    return theirs == (now["versions"], now["platform"], now["processor"])


# --- Running again -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Task:
    """Everything one process needs for one run.

    Attributes:
        scenario: of the run; of the layers job, of all arms.
        arm: of the layers job; empty for a scenario as it is.
        staff: of the layers job.
        seed: of the village.
        indicators: the columns that are kept; all where none is named.
        horizons: their names and first weeks after.
    """

    scenario: "Scenario"
    arm: str
    staff: Staff
    seed: int
    indicators: tuple[str, ...]
    horizons: Mapping[str, int]


@dataclass(frozen=True)
class Found:
    """What a run gave."""

    sha256: str
    numbers: Mapping[str, float]


def run_again(task: "Task | Order") -> Found:
    """Do one run."""
    if not isinstance(task, Task):
        from experiments.patterns_again import told_of  # noqa: PLC0415 (only where asked for)
        from experiments.patterns_variants import do  # noqa: PLC0415

        return Found(*told_of(do(task)))
    if task.arm:
        alone = [task.arm.removesuffix(ENOUGH)]
        several = replicate_arms(task.scenario, alone, task.seed, task.staff)
        names, values = several.names, several.histories[task.arm]
    else:
        run = one_run(task.scenario, task.seed)
        names, values = run.names, run.values
    if task.indicators:
        values = values[:, [names.index(name) for name in task.indicators]]
        names = task.indicators
    return Found(history_digest(values), numbers_of(names, values, task.horizons))


def _own_code(carried: Carried) -> str:
    """The version of all that a report of this kind rests on, as it is here."""
    if carried.kind != "patterns":
        return code_digest()
    from experiments.patterns_cache import code_of_patterns  # noqa: PLC0415 (slow to load)

    return code_of_patterns()


def _of_patterns(
    carried: Carried, chosen: Sequence[KeptRun], _folders: Sequence[Path]
) -> "tuple[dict[KeptRun, Order], list[str]]":
    """The runs chosen, and the kinds whose villages are not those of the report."""
    from experiments.patterns_again import order_of  # noqa: PLC0415 (slow to load)

    found = {run: order_of(carried, run) for run in chosen}
    edited = dict.fromkeys(run.arm for run, (_, same) in found.items() if not same)
    return {run: order for run, (order, _) in found.items()}, list(edited)


def _of_scenarios(
    carried: Carried, chosen: Sequence[KeptRun], folders: Sequence[Path]
) -> tuple[dict[KeptRun, Task], list[str]]:
    """The runs chosen, and the scenarios that are not those of the report."""
    with _files_asked_for():
        scenarios = {name: _scenario(carried, name, folders) for name in carried.scenarios}
        found = "".join(dict.fromkeys(map(plugin_digest, scenarios.values())))
    if found != carried.plug_ins:
        raise JinguoError("verify.other_plug_in", {"theirs": carried.plug_ins or "–"})
    edited = [name for name, one in scenarios.items() if one.content_key() != carried.keys[name]]
    return {run: _task(carried, scenarios, run) for run in chosen}, edited


@contextmanager
def _files_asked_for() -> Iterator[None]:
    """Say of a file that is missing here where it has to be put."""
    try:
        yield
    except JinguoError as problem:
        if problem.key != "errors.file_missing":
            raise
        raise JinguoError("verify.needs_file", problem.fields) from problem


def _scenario(carried: Carried, name: str, folders: Sequence[Path]) -> "Scenario":
    """A scenario as the report tells it, with all its measures known."""
    from scenarios.own_measures import measures_of  # noqa: PLC0415 (slow to load)
    from scenarios.schema import Scenario  # noqa: PLC0415
    from scenarios.validation import read_form  # noqa: PLC0415

    scenario = read_form(Scenario, carried.scenarios[name], partial(_place, name))
    scenario = scenario.in_folders(tuple(folders))
    known = measures_of(scenario)
    unknown = [use.measure for use in scenario.measures if use.measure not in known]
    if unknown:
        raise JinguoError("verify.needs_plug_in", {"scenario": name, "measures": unknown})
    return scenario


def _place(name: str, _path: object) -> str:
    """Where a message about a scenario of a report points."""
    return name


def _choice(runs: Sequence[KeptRun], count: int, seed: int) -> list[KeptRun]:
    luck = np.random.default_rng(seed)
    places = luck.choice(len(runs), min(count, len(runs)), replace=False)
    return [runs[place] for place in sorted(places.tolist())]


def _task(carried: Carried, scenarios: "Mapping[str, Scenario]", run: KeptRun) -> Task:
    of_layers = carried.kind == "layers"
    name = next(iter(scenarios)) if of_layers else run.arm
    settings = carried.settings[run.draw] if carried.factors else ()
    return Task(
        with_settings(scenarios[name], dict(zip(carried.factors, settings, strict=True))),
        run.arm if of_layers else "",
        carried.staff,
        seed_of(carried.seed, run.replication),
        carried.indicators,
        carried.horizons[name],
    )


def _run(
    tasks: "Mapping[KeptRun, Task | Order]",
    carried: Carried,
    processes: int,
    progress: "Progress | None",
    prepare: Prepare | None,
    *,
    alike: bool,
) -> list[Checked]:
    """Run them, and compare each with what the report carries; in their order."""
    tell = progress or _silent
    tell("results.compiling", {})
    first = next(iter(tasks.values()))
    if isinstance(first, Task):  # what goes wrong here goes wrong in the runs, which report it
        list(run_tasks(compile_rules, {0: first.scenario}))
    checked = {}
    with closing(run_tasks(run_again, tasks, processes, prepare)) as outcomes:
        for done, (run, outcome) in enumerate(outcomes, start=1):
            checked[run] = _compared(run, outcome, carried.names_of(run), alike=alike)
            tell("verify.run_done", {"done": done, "total": len(tasks)})
    return [checked[run] for run in tasks]


def _compared(
    run: KeptRun, outcome: Done[Found] | Failed, names: Sequence[str], *, alike: bool
) -> Checked:
    if isinstance(outcome, Failed):
        return Checked(run, "failed", message=outcome.message)
    now = outcome.value
    for name, held in zip(names, run.numbers, strict=True):
        found = now.numbers.get(name, np.nan)
        if not close(held, found):
            return Checked(run, "other", name, held, found if np.isfinite(found) else None)
    if now.sha256 == run.sha256:
        return Checked(run, "same")
    return Checked(run, "other" if alike else "close")


def close(held: float | None, now: float) -> bool:
    """Whether two numbers differ by rounding only.

    >>> close(1.0, 1.0000001), close(1.0, 1.001), close(None, float("nan"))
    (True, False, True)
    """
    one = np.nan if held is None else held
    return bool(np.isclose(one, now, rtol=CLOSE, atol=NOTHING, equal_nan=True))


def _silent(_key: str, _fields: dict[str, object]) -> None:
    """Nobody listens."""
