"""Who gains, who loses: inequality, tenths of the start, women worse off than their twins."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.people import GROUPS, SUBGROUPS, People
from experiments.statistics import Floats, interval_of_mean

TENTHS = 10
# how much a woman must lose against her twin to count as worse off
NOTICED: Final = {"income": 1.0, "burnout": 0.01}  # yuan/week; 0-1
WORSE: Final = {"income": -1.0, "burnout": 1.0}  # the sign of a loss
SHARED: Final = (*(str(number) for number in range(1, TENTHS + 1)), "all_women", *GROUPS)
SHARE: Final = ("women", "worse", "better")  # how many there are, and two percentages of them


def gini(values: Floats) -> float:
    """Inequality of amounts, 0 (equal) to 1; negative ones count as nothing.

    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 1.0]))
    (0.0, 0.75)
    """
    ordered = np.sort(np.maximum(values, 0.0))
    total = float(ordered.sum())
    if total <= 0.0:
        return float("nan")
    ranks = np.arange(1, ordered.size + 1)
    return float(2.0 * (ranks * ordered).sum() / (ordered.size * total)) - (
        ordered.size + 1.0
    ) / ordered.size


def equity_frame(
    people: Mapping[str, Sequence[People]], base: str, population: str, horizons: Sequence[str]
) -> pd.DataFrame:
    """Inequality of income, change by tenth and subgroup, and the share worse off, for each arm.

    Args:
        people: of each arm, village by village; a woman's twin has the same row in the base.
        base: the arm the others are compared with.
        population: the women of the primary outcome.
        horizons: their names, in the order of the women's arrays.
    """
    rows: list[dict[str, object]] = []
    for arm in people:
        if arm == base:
            continue
        for place, horizon in enumerate(horizons):
            pairs = list(zip(people[arm], people[base], strict=True))
            found = _measured(pairs, population, place)
            for (what, group), values in found.items():
                mean = interval_of_mean(np.array(values)[:, None], name="jinguo.equity")
                rows.append({
                    "arm": arm, "horizon": horizon, "what": what, "group": group,
                    "estimate": mean.estimate[0], "low": mean.low[0], "high": mean.high[0],
                })
    return pd.DataFrame(rows)


def _measured(
    pairs: Sequence[tuple[People, People]], population: str, place: int
) -> dict[tuple[str, str], list[float]]:
    """Every figure of every village."""
    found: dict[tuple[str, str], list[float]] = {}

    def note(what: str, group: str, value: float) -> None:
        found.setdefault((what, group), []).append(value)

    for with_it, without in pairs:
        now = {name: with_it.at(name, place).astype(np.float64) for name in NOTICED}
        was = {name: without.at(name, place).astype(np.float64) for name in NOTICED}
        change = {name: now[name] - was[name] for name in NOTICED}
        everyone = np.ones(was["income"].size, dtype=bool)
        note("gini_change", "all_women", gini(now["income"]) - gini(was["income"]))
        for group in SUBGROUPS:
            inside = without.group(population, group)
            for name in NOTICED:
                lost = WORSE[name] * change[name] > NOTICED[name]
                note(f"worse_off_{name}", group, _share(lost, inside))
                note(f"change_{name}", group, _share(change[name], inside))
        tenth = tenths(without.was("income").astype(np.float64), everyone)
        for number in range(1, TENTHS + 1):
            note("change_income_tenth", str(number), _share(change["income"], tenth == number))
    return found


# --- Shares of women ---------------------------------------------------------------------------


def shares_of_women(
    groups: Mapping[str, NDArray[np.bool_]], with_it: People, without: People
) -> Floats:
    """How many women of each tenth and group of one village fare otherwise than their twins.

    Args:
        groups: a flag for each woman, by group.
        with_it: the women, with one horizon.
        without: their twins.

    Returns:
        `NOTICED` x `SHARED` x `SHARE`; nan where nobody is.
    """
    income = without.was("income").astype(np.float64)
    tenth = tenths(income, np.ones(income.size, dtype=bool))
    inside = {str(number): tenth == number for number in range(1, TENTHS + 1)}
    inside |= {"all_women": tenth > 0, **groups}
    found = []
    for outcome, noticed in NOTICED.items():
        change = with_it.at(outcome).astype(np.float64) - without.at(outcome)
        loss = WORSE[outcome] * change
        found.append([
            (rows.sum(), 100 * _share(loss > noticed, rows), 100 * _share(loss < -noticed, rows))
            for rows in (inside[group] for group in SHARED)
        ])
    return np.array(found, dtype=np.float64)


def women_frame(found: Mapping[int, Floats]) -> pd.DataFrame:
    """Shares of women, one row a village, outcome and group.

    Args:
        found: of `shares_of_women`, by replication.
    """
    rows = [
        (number, outcome, group, *shares[place, row])
        for number, shares in sorted(found.items())
        for place, outcome in enumerate(NOTICED)
        for row, group in enumerate(SHARED)
    ]
    return pd.DataFrame(rows, columns=["replication", "outcome", "group", *SHARE])


def shares_of_frame(frame: pd.DataFrame) -> dict[int, Floats]:
    """What `women_frame` was given."""
    shape = (len(NOTICED), len(SHARED), len(SHARE))
    return {
        int(str(number)): own[[*SHARE]].astype(np.float64).to_numpy().reshape(shape)
        for number, own in frame.groupby("replication")
    }


def mean_shares(found: Mapping[int, Floats]) -> pd.DataFrame:
    """Shares of women over villages, one row an outcome and group; groups of nobody are left out.

    `women` is the mean number in a village; each share has its 95 % interval over those
    `villages` that have such women.

    Args:
        found: of `shares_of_women`, by replication.
    """
    columns = ["outcome", "group", "women"]
    columns += [f"{side}{end}" for side in SHARE[1:] for end in ("", "_low", "_high")]
    if not found:
        return pd.DataFrame(columns=[*columns, "villages"])
    values = np.stack([found[number] for number in sorted(found)])
    shares = values[:, :, :, 1:]
    mean = interval_of_mean(shares.reshape(len(values), -1))
    ends = np.clip(np.stack([mean.estimate, mean.low, mean.high], axis=-1), 0.0, 100.0)
    ends = ends.reshape(*shares.shape[1:], 3)
    villages = mean.replications.reshape(shares.shape[1:])
    rows = [
        (outcome, group, values[:, place, row, 0].mean(), *ends[place, row].ravel(),
         villages[place, row, 0])
        for place, outcome in enumerate(NOTICED)
        for row, group in enumerate(SHARED)
        if villages[place, row, 0]
    ]
    return pd.DataFrame(rows, columns=[*columns, "villages"])


def tenths(income: Floats, inside: np.ndarray) -> Floats:
    """The tenth of the women by income at the start, 1 the poorest; 0 outside the group.

    >>> tenths(np.arange(20.0), np.ones(20, bool))[[0, 1, 2, 19]].tolist()
    [1.0, 1.0, 2.0, 10.0]
    """
    found = np.zeros(income.size)
    rows = np.flatnonzero(inside)
    order = rows[np.argsort(income[rows], kind="stable")]
    found[order] = 1.0 + np.arange(order.size) * TENTHS // max(1, order.size)
    return found


def _share(values: np.ndarray, inside: np.ndarray) -> float:
    return float(values[inside].mean()) if inside.any() else float("nan")
