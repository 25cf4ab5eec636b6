"""The last weeks of a sweep: luck and design kept apart."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.sensitivity_indices import most_complete
from experiments.statistics import luck_of_means, student_interval
from viz.indicator_words import name_of
from viz.report.blocks import Cell, Rows, Table
from viz.report.digits import MISSING, plain, spread
from viz.words import Words

if TYPE_CHECKING:
    from experiments.store_read import Results
    from model.indicators import Indicator

MIDDLE = (0.1, 0.9)  # of the draws
NUMBERS = ("mean", "low", "high", "draw_low", "draw_high", "lowest", "highest", "luck")
USED = ("draws", "replications", "unused")


def last_weeks(results: "Results", shown: Sequence["Indicator"]) -> pd.DataFrame:
    """Mean of the last weeks of each indicator in each scenario, a row a pair.

    `low` and `high` are the 95 % interval that luck leaves, `draw_low` and `draw_high` the
    middle 80 % of the means of draws, `lowest` and `highest` their range, `luck` the share of
    their variance that luck makes up; nan where there is one draw only. `unit` is that of the
    indicator. `draws` and `replications` were used of it, `unused` runs with a number were not.
    """
    rows = []
    for indicator in shown:
        runs = means_of_runs(results, indicator)
        used = whole_runs(runs, results.plan)
        counts = (used.draw.nunique(), used.replication.nunique(), int(runs["value"].count()))
        held = (*counts[:2], counts[2] - len(used))
        for scenario in runs["scenario"].astype(str).unique():
            numbers = _luck_and_draws(used[used["scenario"].astype(str) == scenario])
            rows.append((indicator.name, scenario, *numbers, indicator.unit, *held))
    columns = ["indicator", "scenario", *NUMBERS, "unit", *USED]
    return pd.DataFrame(rows, columns=columns)


def means_of_runs(results: "Results", indicator: "Indicator") -> pd.DataFrame:
    """The mean of the last weeks of one indicator in each run."""
    return results.window_means(indicator.name, *span_of(results, indicator))


def whole_runs(runs: pd.DataFrame, plan: pd.DataFrame) -> pd.DataFrame:
    """Those draws and replications that every scenario has, so that all have the same villages.

    A scenario without any number at all is not waited for.

    Args:
        runs: of `means_of_runs`.
        plan: every planned run.
    """
    held = runs[np.isfinite(runs["value"])]
    scenarios = held.groupby(["draw", "replication"])["scenario"].nunique().unstack()
    scenarios = scenarios.reindex(
        index=sorted(plan.draw.unique()), columns=sorted(plan.replication.unique())
    )
    whole, together = most_complete((scenarios == held["scenario"].nunique()).to_numpy(), fewest=1)
    draws, replications = scenarios.index[whole], scenarios.columns[together]
    used: pd.DataFrame = held[held["draw"].isin(draws) & held["replication"].isin(replications)]
    return used


def span_of(results: "Results", indicator: "Indicator") -> tuple[int, int]:
    """The last weeks of one indicator, from the first until before the last."""
    last = int(results.query("SELECT max(week) AS week FROM series").week.iloc[0]) + 1
    weeks = WEEKS_AVERAGED_MONEY if indicator.money else WEEKS_AVERAGED
    return max(0, last - weeks), last


def _luck_and_draws(runs: pd.DataFrame) -> list[float]:
    """Mean; its interval over replications; middle, range and luck of the means of draws."""
    if runs.empty:
        return [np.nan] * len(NUMBERS)
    table = runs.pivot_table(index="draw", columns="replication", values="value")
    held = table.to_numpy(dtype=np.float64)
    luck, draws = held.mean(axis=0), held.mean(axis=1)
    none = (np.array([np.nan]),) * 2
    low, high = student_interval(luck[:, None]) if len(luck) > 1 else none
    over_draws = [np.nan] * 5
    if len(draws) > 1:
        apart = float(draws.var())
        share = min(luck_of_means(held) / apart, 1.0) if apart > 0 else np.nan
        over_draws = [*np.quantile(draws, MIDDLE).tolist(), draws.min(), draws.max(), share]
    return [float(luck.mean()), float(low[0]), float(high[0]), *over_draws]


def left_out(rows: pd.DataFrame, results: "Results", words: Words) -> str:
    """Which draws and replications were used, where that is not all of them."""
    plan = results.plan
    whole = {"all_draws": plan.draw.nunique(), "all_replications": plan.replication.nunique()}
    told = []
    for numbers, own in rows.groupby(list(USED), sort=False):
        used = dict(zip(USED, (int(str(number)) for number in numbers), strict=True))
        if list(used.values())[:2] != list(whole.values()):
            names = [name_of(str(name), words) for name in own.indicator.unique()]
            told.append(words.say("reports.left_out_of", {"outcomes": names, **whole, **used}))
    return words.say("reports.left_out", {"told": words.joined(told)}) if told else ""


def last_table(
    rows: pd.DataFrame, labels: dict[str, str], results: "Results", words: Words
) -> Table:
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
    note = words.sentences([words.say("reports.last_note"), left_out(rows, results, words)])
    return Table(caption, head, groups, note.strip())


def _cells(row: "pd.Series[Any]", words: Words) -> list[Cell]:
    ends = (("low", "high"), ("draw_low", "draw_high"), ("lowest", "highest"))
    told = [spread(row[low], row[high], row.unit, words) or MISSING for low, high in ends]
    return [Cell(plain(row["mean"], row.unit)), *map(Cell, told)]
