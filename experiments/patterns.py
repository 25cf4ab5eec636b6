"""Does the model show what is known of such villages? The table of patterns."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from experiments.executors import Done, Failed, run_tasks
from experiments.patterns_base import PatternRow
from experiments.patterns_burden import MORE_ON_AIR, double_burden, streamers_row
from experiments.patterns_end import watch_end
from experiments.patterns_libei import price_war_row, project_end, rivalry_row, take_off
from experiments.patterns_runs import watch_libei, watch_starts, watch_streamers
from experiments.run import seed_of
from model.parameters import Values
from model.setup import Setup
from scenarios import load_scenario

__all__ = ["PATTERNS", "check_patterns"]

Progress = Callable[[str, Mapping[str, object]], None]
Results = Mapping[str, Sequence[Any]]  # by the name of the runs, in the order of replications

SELF_RUN = "all+self_run_body"
PLACES = ("libei", "ordinary_village")


@dataclass(frozen=True)
class Order:
    """One run to be made: of which kind, in which villages, with which luck."""

    runs: str
    setups: Mapping[str, Setup]
    seed: int


@dataclass(frozen=True)
class Pattern:
    """A pattern: the runs it needs, and how it is read from them."""

    runs: tuple[str, ...]
    read: Callable[[Results, Values], PatternRow]


def _streamers(found: Results, values: Values) -> PatternRow:
    seen = [run.streamers for run in (*found["libei"], *found["starts"])]
    moved = [*found["more_libei"], *found["more_ordinary"]]
    return streamers_row(seen, moved, values, PLACES)


PATTERNS: Mapping[str, Pattern] = {
    "F1": Pattern(("libei",), lambda found, values: take_off(found["libei"], values)),
    "F2": Pattern(("libei",), lambda found, values: price_war_row(found["libei"], values)),
    "F3": Pattern(("libei",), lambda found, values: rivalry_row(found["libei"], values)),
    "F7": Pattern(("starts",), lambda found, values: double_burden(found["starts"], values)),
    "F8": Pattern(("libei", "starts", "more_libei", "more_ordinary"), _streamers),
    "F14": Pattern(("end",), lambda found, values: project_end(found["end"], values)),
}


def check_patterns(
    ids: Sequence[str] = (),
    replications: int = 30,
    processes: int = 1,
    progress: Progress | None = None,
    *,
    seed: int = 1,
    overrides: Mapping[str, object] | None = None,
) -> list[PatternRow]:
    """Judge patterns over many villages.

    Args:
        ids: which, such as `("F1", "F3")`; all when none are named.
        replications: villages of each kind; runs are shared between patterns.
        processes: how many work at a time.
        progress: told the key and fields of each message.
        seed: of the first village.
        overrides: values by dotted path, set in all scenarios, to see a pattern fail.

    Raises:
        KeyError: there is no such pattern.
        RuntimeError: a run failed.
    """
    wanted = tuple(ids) or tuple(PATTERNS)
    changes = dict(overrides or {})
    needed = list(dict.fromkeys(name for each in wanted for name in PATTERNS[each].runs))
    orders = {
        (name, i): Order(name, setups, seed_of(seed, i))
        for name, setups in ((name, SETUPS[name](changes)) for name in needed)
        for i in range(replications)
    }
    found = _make(orders, processes, progress)
    values = load_scenario("libei", changes).setup().values
    return [PATTERNS[each].read(found, values) for each in wanted]


def _make(
    orders: Mapping[tuple[str, int], Order], processes: int, progress: Progress | None
) -> Results:
    """Make all runs, in any order, and sort them."""
    made: dict[tuple[str, int], object] = {}
    begun = time.perf_counter()
    with closing(run_tasks(do, orders, processes)) as outcomes:
        for key, outcome in outcomes:
            made[key] = _value(key, outcome)
            if progress is not None:
                passed = time.perf_counter() - begun
                left = passed / len(made) * (len(orders) - len(made))
                counts = {"done": len(made), "total": len(orders), "seconds": passed, "left": left}
                progress("results.replication_done", counts)
    return _sorted(made)


def do(order: Order) -> object:
    """Make one run."""
    return WATCHED[order.runs](order.setups, order.seed)


def _value(key: tuple[str, int], outcome: Done[object] | Failed) -> object:
    """What a run gave; a pattern is not judged on part of its runs."""
    if isinstance(outcome, Done):
        return outcome.value
    raise RuntimeError(f"run {key[1]} of {key[0]}: {outcome.message}")


def _sorted(made: Mapping[tuple[str, int], object]) -> Results:
    found: dict[str, list[object]] = defaultdict(list)
    for name, i in sorted(made):
        found[name].append(made[name, i])
    return found


# --- The villages ------------------------------------------------------------------------------

Changes = Mapping[str, object]


def _without_programme(name: str, changes: Changes) -> Mapping[str, Setup]:
    return {"none": load_scenario(name, changes).arm(()).setup()}


def _more_on_air(name: str, changes: Changes) -> Mapping[str, Setup]:
    return _without_programme(name, {**changes, "parameters.stream_part": MORE_ON_AIR})


def _with_all_measures(changes: Changes) -> Mapping[str, Setup]:
    """No project, the project with all measures, and the same with a body run by the women."""
    whole = load_scenario("libei", changes)
    measures = [use.model_dump(exclude_none=True) for use in whole.measures]
    contrast: Iterable[object] = [*measures, {"measure": "self_run_body"}]
    self_run = load_scenario("libei", {**changes, "measures": list(contrast)})
    return {"none": whole.arm(()).setup(), "all": whole.setup(), SELF_RUN: self_run.setup()}


SETUPS: Mapping[str, Callable[[Changes], Mapping[str, Setup]]] = {
    "libei": lambda changes: _without_programme("libei", changes),
    "starts": lambda changes: _without_programme("ordinary_village", changes),
    "more_libei": lambda changes: _more_on_air("libei", changes),
    "more_ordinary": lambda changes: _more_on_air("ordinary_village", changes),
    "end": _with_all_measures,
}
WATCHED: Mapping[str, Callable[[Mapping[str, Setup], int], object]] = {
    "libei": watch_libei,
    "starts": watch_starts,
    "more_libei": watch_streamers,
    "more_ordinary": watch_streamers,
    "end": watch_end,
}
