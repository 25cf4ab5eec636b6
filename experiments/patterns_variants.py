"""The villages in which patterns are judged, and the making of their runs, each of them once."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

from experiments.executors import Done, Failed, run_tasks
from experiments.patterns_cache import Kept, content_of, run_key
from experiments.patterns_setups import KINDS, Changes
from experiments.run import seed_of
from model.errors import JinguoError
from model.setup import Setup
from scenarios import Scenario, load_scenario

Progress = Callable[[str, Mapping[str, object]], None]
Results = Mapping[str, Sequence[Any]]  # by the kind of run, in the order of replications


@dataclass(frozen=True)
class Variant:
    """Patterns judged in villages with some values changed, or under a rival structure.

    Attributes:
        ids: which patterns.
        replications: villages of each kind of run.
        changes: values by dotted path, set in all scenarios.
        structure: name of the rival structure; empty for the scenarios' own.
        setting: parameters that are set to see a pattern fail, and their values.
    """

    ids: tuple[str, ...]
    replications: int
    changes: Changes
    structure: str = ""
    setting: Mapping[str, float] = field(default_factory=dict)

    def place(self, name: str, changes: Changes) -> Scenario:
        """A scenario as this variant has it."""
        scenario = load_scenario(name, {**self.changes, **changes})
        return structures(scenario)[self.structure] if self.structure else scenario


def structures(scenario: Scenario) -> Mapping[str, Scenario]:
    """The scenario under each rival structure, by name."""
    from experiments.structures import structures_of  # noqa: PLC0415 (only where asked for)

    return structures_of(scenario)


@dataclass(frozen=True)
class Order:
    """One run to be made: of which kind, in which villages, with which luck."""

    runs: str
    setups: Mapping[str, Setup]
    seed: int


@dataclass(frozen=True)
class Plan:
    """The runs of one variant.

    Attributes:
        orders: by key; equal runs have equal keys.
        keys: of each kind of run, in the order of replications.
        contents: what names everything but luck, by kind of run.
    """

    orders: Mapping[str, Order]
    keys: Mapping[str, Sequence[str]]
    contents: Mapping[str, str]


def plan(variant: Variant, kinds: Sequence[str], seed: int) -> Plan:
    """What a variant needs.

    Args:
        variant: the villages.
        kinds: the kinds of run that its patterns are read from.
        seed: of the first village.
    """
    orders: dict[str, Order] = {}
    keys: dict[str, list[str]] = {}
    contents: dict[str, str] = {}
    for runs in kinds:
        setups = KINDS[runs].setups(variant.place)
        contents[runs] = content = content_of(runs, setups)
        keys[runs] = []
        for i in range(variant.replications):
            luck = seed_of(seed, i)
            keys[runs].append(run_key(content, luck))
            orders[keys[runs][-1]] = Order(runs, setups, luck)
    return Plan(orders, keys, contents)


def make(
    plans: Sequence[Plan], processes: int, progress: Progress | None, kept: Kept | None
) -> Mapping[str, object]:
    """Make all runs of some plans, in any order; what is kept already is not made again.

    Every run is kept as soon as it is done, so that a stopped call loses nothing that is complete.
    """
    orders = {key: order for plan in plans for key, order in plan.orders.items()}
    made: dict[str, object] = {}
    if kept is not None:
        made = {key: value for key in orders if (value := kept.get(key)) is not None}
    missing = {key: order for key, order in orders.items() if key not in made}
    with closing(run_tasks(do, missing, processes)) as outcomes:
        for key, outcome in outcomes:
            made[key] = _value(missing[key], outcome)
            if kept is not None:
                kept.put(key, made[key])
            if progress is not None:
                counts = {"done": len(made), "total": len(orders)}
                progress("results.replication_done", counts)
    return made


def do(order: Order) -> object:
    """Make one run."""
    return KINDS[order.runs].watch(order.setups, order.seed)


def _value(order: Order, outcome: Done[object] | Failed) -> object:
    """What a run gave; a pattern is not judged on part of its runs."""
    if isinstance(outcome, Done):
        return outcome.value
    fields = {"runs": order.runs, "seed": order.seed, "reason": outcome.message}
    raise JinguoError("patterns.run_failed", fields)


def results(plan: Plan, made: Mapping[str, object]) -> Results:
    """The runs of one plan, by kind."""
    return {runs: [made[key] for key in keys] for runs, keys in plan.keys.items()}
