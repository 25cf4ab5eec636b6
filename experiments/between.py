"""How two changes of the same villages compare: what is left later, and which is larger."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.costs import ratio_of_means
from experiments.outcomes import Cell, read_cells
from experiments.run import ENOUGH, Staff
from experiments.statistics import LAYERS, Floats, interval_of_mean
from experiments.store import Histories

END = "end"


def left_frame(histories: Histories, cells: Sequence[Cell], staff: Staff) -> pd.DataFrame:
    """The later change of each outcome as a share of that at the end, with its 95 % interval.

    Args:
        histories: of a layers job.
        cells: where its outcomes stand.
        staff: that was asked for.

    Returns:
        arm (each layer, and all), outcome, horizon (but the end), population, estimate, low,
        high; 1 is all of it. Empty (NaN) where the change at the end may be nothing.
    """
    whole = _whole(cells)
    none = _read(histories, "none", whole)
    ends = {(c.outcome, c.population): k for k, c in enumerate(whole) if c.horizon == END}
    rows = []
    for arm in (*LAYERS, "all"):
        change = _read(histories, _named(arm, staff), whole) - none
        for place, cell in enumerate(whole):
            if cell.horizon != END:
                end = change[:, ends[cell.outcome, cell.population]]
                share = ratio_of_means(change[:, place], end)
                numbers = (share.estimate, share.low, share.high)
                rows.append((arm, cell.outcome, cell.horizon, cell.population, *numbers))
    columns = ["arm", "outcome", "horizon", "population", "estimate", "low", "high"]
    return pd.DataFrame(rows, columns=columns)


def ahead_frame(histories: Histories, cells: Sequence[Cell], staff: Staff) -> pd.DataFrame:
    """How much more one layer alone changes an outcome than another, with its 95 % interval.

    Args:
        histories, cells, staff: as for `left_frame`.

    Returns:
        first, second (each pair both ways), outcome, horizon, population, estimate, low, high.
    """
    whole = _whole(cells)
    values = {layer: _read(histories, _named(layer, staff), whole) for layer in LAYERS}
    frames = []
    for first, second in itertools.permutations(LAYERS, 2):
        found = interval_of_mean(values[first] - values[second])
        frames.append(pd.DataFrame({
            "first": first, "second": second,
            **{name: [getattr(cell, name) for cell in whole]
               for name in ("outcome", "horizon", "population")},
            "estimate": found.estimate, "low": found.low, "high": found.high,
        }))
    return pd.concat(frames, ignore_index=True)


def _whole(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if cell.subgroup == "all"]


def _named(arm: str, staff: Staff) -> str:
    return arm + ENOUGH if staff == "enough" else arm


def _read(histories: Histories, arm: str, cells: Sequence[Cell]) -> Floats:
    """Replications x outcomes."""
    place = histories.arms.index(arm)
    return np.array([read_cells(history, cells) for history in histories.values[:, place]])
