"""Whether the effects a report tells follow from the numbers of its runs."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.carried import Carried, key_of
from experiments.comparison_frames import differences_frame
from experiments.layer_frames import effects_frame
from experiments.outcomes import Cell, primary_cells
from experiments.run import ENOUGH
from experiments.statistics import ARMS, Floats
from experiments.verify import close
from model.indicators import INDICATORS

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("arm", "outcome", "horizon", "population", "subgroup")
VALUES = ("estimate", "low", "high")


def effects_that_differ(carried: Carried) -> list[dict[str, Any]] | None:
    """The rows of the effects that do not follow from the numbers of the runs, or are left out.

    Returns:
        Their labels; nothing at all where the report does not carry every run, or is of a kind
        that tells no effects.
    """
    if not (carried.whole and carried.runs):
        return None
    frame = effects_again(carried)
    numbers = frame[list(VALUES)].to_numpy(np.float64).tolist()
    labels = zip(*(frame[name].tolist() for name in LABELS), strict=True)
    made = dict(zip(labels, numbers, strict=True))
    told = [_labels(row) for row in carried.effects]
    wrong = [
        labels
        for labels, row in zip(told, carried.effects, strict=True)
        if not _same(row, made.get(labels))
    ]
    missing = [labels for labels in made if labels not in set(told)]
    return [dict(zip(LABELS, labels, strict=True)) for labels in [*wrong, *missing]]


def effects_again(carried: Carried) -> "pd.DataFrame":
    """The effects, made from the numbers of the runs."""
    horizons = next(iter(carried.horizons.values()))
    names = [one.name for one in INDICATORS]
    cells = [
        cell
        for cell in primary_cells(names, horizons, INDICATORS)
        if key_of(cell.indicator, cell.horizon) in carried.names
    ]
    if carried.kind == "layers":
        more = ENOUGH if carried.staff == "enough" else ""
        arms = [arm if arm == "none" else arm + more for arm in ARMS]
        return effects_frame(cells, np.stack([_of_arm(carried, arm, cells) for arm in arms]))
    values = {arm: _of_arm(carried, arm, cells) for arm in carried.scenarios}
    return differences_frame(cells, values, next(iter(values)), carried.smallest)


def _of_arm(carried: Carried, arm: str, cells: Sequence[Cell]) -> Floats:
    """The numbers of an arm: replications x outcomes."""
    places = [carried.names.index(key_of(cell.indicator, cell.horizon)) for cell in cells]
    runs = sorted((r for r in carried.runs if r.arm == arm), key=lambda run: run.replication)
    rows = [[run.numbers[place] for place in places] for run in runs]
    return np.array(rows, dtype=np.float64)


def _labels(row: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(row.get(name) for name in LABELS)


def _same(told: Mapping[str, Any], made: Sequence[float] | None) -> bool:
    if made is None:
        return False
    return all(close(told.get(name), now) for name, now in zip(VALUES, made, strict=True))
