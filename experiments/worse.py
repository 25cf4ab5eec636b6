"""No layer is good by construction: where one alone leaves an outcome worse, and why.

Causes are those of the whole village's mean (`model.causes`), added up since week 0 and averaged
over the same weeks as the outcome, so that their differences add up to the effect on all women.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from experiments.outcomes import Cell
from experiments.statistics import LAYERS, Floats
from experiments.store import Histories
from model.causes import CAUSES, cause_column

GOOD = {"income": 1.0, "burnout": -1.0, "trust": 1.0}  # which way is better
POPULATIONS = ("selling_at_start", "all_women")
COLUMNS = ("arm", "outcome", "horizon", "population", "estimate", "low", "high", "sure")
TOLD = 2  # causes of each row
NOISE = 1e-6  # what rounding of stored numbers may leave


def worse_frame(
    effects: pd.DataFrame, cells: Sequence[Cell], histories: Histories, arms: Sequence[int]
) -> pd.DataFrame:
    """Every single-layer arm with a primary outcome worse than none, and its largest causes.

    Args:
        effects: paired differences of the arms from none.
        cells: where the outcomes stand in a history.
        histories: stored numbers of all arms.
        arms: of these, the arm none and the arms of the layers, in the order of `LAYERS`.
    """
    weeks = {(cell.outcome, cell.horizon): slice(cell.first, cell.end) for cell in cells}
    whole = effects[
        effects.arm.isin(LAYERS) & (effects.subgroup == "all")
        & effects.population.isin(POPULATIONS)
    ]  # fmt: skip
    none, *single = arms
    rows = []
    for row in whole.to_dict("records"):
        better = GOOD[row["outcome"]] * row["estimate"]
        if not better < 0.0:
            continue
        values = histories.values[:, [none, single[LAYERS.index(row["arm"])]]]
        when = weeks[row["outcome"], row["horizon"]]
        causes = _causes(values[:, :, when].astype(np.float64), histories.names, row["outcome"])
        sure = bool(row["low"] > 0.0 or row["high"] < 0.0)
        rows.append({**{name: row[name] for name in COLUMNS[:-1]}, "sure": sure, **causes})
    names = [f"{word}_{place}" for place in range(1, TOLD + 1) for word in ("cause", "amount")]
    return pd.DataFrame(rows, columns=[*COLUMNS, *names])


def _causes(values: Floats, names: Sequence[str], outcome: str) -> dict[str, object]:
    """The causes that pull the outcome of the whole village the wrong way most."""
    place = {name: column for column, name in enumerate(names)}
    told = [cause for cause in CAUSES[outcome] if cause_column(outcome, cause) in place]
    columns = [place[cause_column(outcome, cause)] for cause in told]
    means = values[..., columns].mean(axis=(0, 2))
    amounts = means[1] - means[0]
    worst = np.argsort(GOOD[outcome] * amounts, kind="stable")[:TOLD]
    found: dict[str, object] = {}
    for number, at in enumerate(worst, start=1):
        bad = GOOD[outcome] * amounts[at] < -NOISE
        found[f"cause_{number}"] = told[at] if bad else ""
        found[f"amount_{number}"] = float(amounts[at]) if bad else float("nan")
    return found
