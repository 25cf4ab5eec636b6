"""The last weeks of a sweep: luck and design kept apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.sensitivity_indices import luck_of_draws
from experiments.statistics import Floats, student_interval
from viz.report.blocks import Cell, Rows, Table
from viz.report.digits import MISSING, plain, spread
from viz.words import Words

if TYPE_CHECKING:
    from experiments.store_read import Results
    from model.indicators import Indicator

MIDDLE = (0.1, 0.9)  # of the draws
NUMBERS = ("mean", "low", "high", "draw_low", "draw_high", "lowest", "highest", "luck")


def last_weeks(results: "Results", shown: Sequence["Indicator"]) -> pd.DataFrame:
    """Mean of the last weeks of each indicator in each scenario, a row a pair.

    `low` and `high` are the 95 % interval that luck leaves, `draw_low` and `draw_high` the
    middle 80 % of the means of draws, `lowest` and `highest` their range, `luck` the share of
    their variance that luck makes up; nan where there is one draw only. `unit` is that of the
    indicator.
    """
    rows = []
    for indicator in shown:
        runs = means_of_runs(results, indicator)
        for scenario, own in runs.astype({"scenario": str}).groupby("scenario", sort=False):
            numbers = zip(NUMBERS, _luck_and_draws(own), strict=True)
            rows.append({
                "indicator": indicator.name, "scenario": str(scenario), **dict(numbers),
                "unit": indicator.unit,
            })
    return pd.DataFrame(rows, columns=["indicator", "scenario", *NUMBERS, "unit"])


def means_of_runs(results: "Results", indicator: "Indicator") -> pd.DataFrame:
    """The mean of the last weeks of one indicator in each run."""
    return results.window_means(indicator.name, *span_of(results, indicator))


def span_of(results: "Results", indicator: "Indicator") -> tuple[int, int]:
    """The last weeks of one indicator, from the first until before the last."""
    last = int(results.query("SELECT max(week) AS week FROM series").week.iloc[0]) + 1
    weeks = WEEKS_AVERAGED_MONEY if indicator.money else WEEKS_AVERAGED
    return max(0, last - weeks), last


def _luck_and_draws(runs: pd.DataFrame) -> list[float]:
    """Mean; its interval over replications; middle, range and luck of the means of draws."""
    held = runs[np.isfinite(runs["value"])]
    if held.empty:
        return [np.nan] * len(NUMBERS)
    luck = held.groupby("replication")["value"].mean().to_numpy(dtype=np.float64)
    draws = held.groupby("draw")["value"].mean().to_numpy(dtype=np.float64)
    none = (np.array([np.nan]),) * 2
    low, high = student_interval(luck[:, None]) if len(luck) > 1 else none
    middle = np.quantile(draws, MIDDLE).tolist()
    over_draws = [*middle, draws.min(), draws.max(), _share(held, draws)]
    if len(draws) == 1:
        over_draws = [np.nan] * 5
    return [float(luck.mean()), float(low[0]), float(high[0]), *over_draws]


def _share(runs: pd.DataFrame, draws: Floats) -> float:
    """Share of the variance between draws that luck makes up, at most all of it."""
    apart = float(draws.var())
    return min(luck_of_draws(runs) / apart, 1.0) if apart > 0 else float("nan")


def last_table(rows: pd.DataFrame, labels: dict[str, str], words: Words) -> Table:
    """The same as a table; `labels` names the indicators."""
    groups = [
        Rows([(str(r.scenario), _cells(r, words)) for _, r in own.iterrows()], labels[str(name)])
        for name, own in rows.groupby("indicator", sort=False)
    ]
    heads = ("scenario", "mean", "luck", "middle", "range")
    head = [words.say(f"reports.column_{name}") for name in heads]
    caption = words.say("reports.last_caption", {
        "weeks": WEEKS_AVERAGED, "money": WEEKS_AVERAGED_MONEY,
    })
    return Table(caption, head, groups, words.say("reports.last_note"))


def _cells(row: "pd.Series[Any]", words: Words) -> list[Cell]:
    ends = (("low", "high"), ("draw_low", "draw_high"), ("lowest", "highest"))
    told = [spread(row[low], row[high], row.unit, words) or MISSING for low, high in ends]
    return [Cell(plain(row["mean"], row.unit)), *map(Cell, told)]
