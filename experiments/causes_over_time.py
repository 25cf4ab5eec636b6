"""Why an outcome changed week by week, without the programme and with all layers."""

import numpy as np
import pandas as pd

from experiments.outcomes import WEEKS_AVERAGED
from experiments.run import ENOUGH
from experiments.statistics import Floats
from experiments.store import Histories
from model.causes import CAUSES, cause_column


def causes_frame(histories: Histories, outcome: str) -> pd.DataFrame:
    """Why an outcome of all women changed, without programme, with all layers, and between them.

    Args:
        histories: every stored number, causes added up since week 0 among them.
        outcome: income, burnout or trust.

    Returns:
        arm, week, cause, amount: means over replications. For the arms none and all, the push of
        a week (mean of the 13 weeks up to it); for `difference` what has added up between the two
        so far, so that the causes of a week sum to the difference of the means of all women.
    """
    full = "all" + ENOUGH if "all" + ENOUGH in histories.arms else "all"
    names = [cause for cause in CAUSES[outcome] if cause_column(outcome, cause) in histories.names]
    columns = [histories.names.index(cause_column(outcome, cause)) for cause in names]
    so_far = {
        arm: histories.values[:, histories.arms.index(place)][..., columns].mean(
            axis=0, dtype=np.float64
        )
        for arm, place in (("none", "none"), ("all", full))
    }
    found = {arm: _pushes(values) for arm, values in so_far.items()}
    found["difference"] = so_far["all"] - so_far["none"]
    frames = [
        pd.DataFrame(
            {"arm": arm, "week": np.arange(len(values)), "cause": name, "amount": values[:, place]}
        )
        for arm, values in found.items()
        for place, name in enumerate(names)
    ]
    columns_of = ["arm", "week", "cause", "amount"]
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns_of)


def _pushes(so_far: Floats) -> Floats:
    """The mean step of the weeks up to each, from sums."""
    weeks = np.arange(1, len(so_far) + 1)
    before = np.vstack([np.zeros((1, so_far.shape[1])), so_far])
    first = np.maximum(0, weeks - WEEKS_AVERAGED)
    return np.asarray((before[weeks] - before[first]) / (weeks - first)[:, None])
