"""One replication of several scenarios: the same villages, women and luck in each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.people import People, live
from experiments.run import History, parting, stored

if TYPE_CHECKING:
    from scenarios.schema import Scenario


@dataclass(frozen=True)
class Compared:
    """What came of one village: arm -> weeks x indicators, and arm -> its women."""

    names: tuple[str, ...]
    histories: Mapping[str, History]
    people: Mapping[str, People]


@dataclass(frozen=True)
class Task:
    """Everything one process needs for one replication.

    Attributes:
        arms: scenarios by name, the base first.
        seed: of the village.
        start: the week in which who is who is read.
        ends: first week after each horizon.
    """

    arms: Mapping[str, "Scenario"]
    seed: int
    start: int
    ends: tuple[int, ...]


def run_compared(task: Task) -> Compared:
    """Run every arm; arms with the same village share the years before they part."""
    histories: dict[str, History] = {}
    people: dict[str, People] = {}
    names: tuple[str, ...] = ()
    for group in shared_pasts(task.arms):
        setups = {name: task.arms[name].setup() for name in group}
        past = task.arms[group[0]].arm(()).village(task.seed)
        try:
            past.run(min(parting(setups), task.start))
            names = tuple(past.history.names)
            for name, setup in setups.items():
                village = past.branch(setup)
                try:
                    people[name] = live(village, task.start, task.ends)
                    histories[name] = stored(village.history.values)
                finally:
                    village.close()
        finally:
            past.close()
    return Compared(names, {name: histories[name] for name in task.arms}, people)


def shared_pasts(arms: Mapping[str, "Scenario"]) -> list[list[str]]:
    """Arms whose villages are the same until a programme, measure or shock sets them apart."""
    groups: dict[str, list[str]] = {}
    for name, scenario in arms.items():
        groups.setdefault(scenario.ground_key(), []).append(name)
    return list(groups.values())


def arrays_of(compared: Compared) -> dict[str, Any]:
    """A replication as plain arrays."""
    return {
        "names": np.array(compared.names),
        "arms": np.array(list(compared.histories)),
        "values": np.stack(list(compared.histories.values())),
        "baseline": np.stack([compared.people[arm].baseline for arm in compared.histories]),
        "fared": np.stack([compared.people[arm].fared for arm in compared.histories]),
    }


def compared_of(arrays: Mapping[str, Any]) -> Compared:
    """The replication that `arrays_of` was given."""
    arms = [str(arm) for arm in arrays["arms"]]
    people = [People(*pair) for pair in zip(arrays["baseline"], arrays["fared"], strict=True)]
    return Compared(
        tuple(str(name) for name in arrays["names"]),
        dict(zip(arms, arrays["values"], strict=True)),
        dict(zip(arms, people, strict=True)),
    )


def side_by_side(found: Sequence[Compared], arm: str) -> list[People]:
    """The women of an arm, village by village."""
    return [each.people[arm] for each in found]
