"""What came out of a sweep: means over time with bands, and luck kept apart from the design."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.outcomes import PRIMARY, WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.sensitivity_indices import sensitivity
from experiments.statistics import student_interval
from model.errors import JinguoError
from model.indicators import INDICATORS, Indicator
from viz.charts import weeks_between_points
from viz.indicator_words import label_of, unit_of
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.compare_figures import panels_over_time, thinned_weeks
from viz.report.digits import MISSING, plain, spread
from viz.report.pictures import picture
from viz.report.screen_tables import as_block
from viz.sweep_tables import sensitivity_lines, sensitivity_table
from viz.words import Words

if TYPE_CHECKING:
    from experiments.store_read import Results
    from experiments.sweeps import SweepStatus

SHOWN = 4  # figures at most, where none of the primary outcomes was kept
HALF = 26
MIDDLE = (0.1, 0.9)  # of the draws
SCREENED = ("morris", "saltelli")


def means_section(found: "SweepStatus", results: "Results", words: Words) -> Section:
    """Means week by week and over the last weeks, and what moves them where the design tells."""
    shown = _shown(results)
    blocks: list[Block] = [Text(words.say("reports.means_read"))]
    arms = list(found.manifest["arms"])
    blocks += [_over_time(results, indicator, arms, words) for indicator in shown]
    blocks.append(_last_weeks(results, shown, words))
    if found.manifest["kind_of_design"] in SCREENED:
        blocks += _what_moves(found, [indicator.name for indicator in shown], words)
    return Section("means", words.say("reports.means_title"), blocks)


def _shown(results: "Results") -> list[Indicator]:
    """The primary outcomes that were kept, or else the first few indicators."""
    known = {indicator.name: indicator for indicator in INDICATORS}
    primary = [name for name in PRIMARY if name in results.indicators]
    names = primary or [*results.indicators][:SHOWN]
    return [known.get(name, Indicator(name, "", name)) for name in names]


def _label(indicator: Indicator, words: Words) -> str:
    """Its name and unit in words; its column where this version does not know it."""
    if indicator not in INDICATORS:
        return indicator.name
    unit = unit_of(indicator.unit, words)
    return words.say("report.with_unit", {"name": label_of(indicator, words), "unit": unit})


# --- Over time ---------------------------------------------------------------------------------


def _over_time(
    results: "Results", indicator: Indicator, arms: Sequence[str], words: Words
) -> Block:
    frame = results.mean_series(indicator.name)
    bands = frame.rename(columns={"scenario": "arm", "estimate": "mean"}).astype({"arm": str})
    bands = pd.concat([bands[bands.arm == arm] for arm in arms])
    label = _label(indicator, words)
    fields = {
        "indicator": label,
        "replications": int(frame.replications.max()),
        "draws": len(results.draws),
        "every": weeks_between_points(bands.week.nunique()),
    }
    return picture(
        lambda: panels_over_time(bands, label, words),
        words.say("reports.means_alt", fields),
        words.say("reports.means_caption", fields),
        _weeks_table(bands, indicator, label, words),
    )


def _weeks_table(bands: pd.DataFrame, indicator: Indicator, label: str, words: Words) -> Table:
    arms = list(dict.fromkeys(bands.arm))
    by_place = bands.set_index(["week", "arm"])
    rows = []
    for week in thinned_weeks(int(bands.week.min()), int(bands.week.max()), HALF):
        cells = [_cell(by_place, (week, arm), indicator, words) for arm in arms]
        rows.append((words.say("report.week", {"week": week}), cells))
    return Table(label, [words.say("report.column_week"), *arms], [Rows(rows)])


def _cell(
    bands: pd.DataFrame, place: tuple[int, str], indicator: Indicator, words: Words
) -> Cell:
    if place not in bands.index:
        return Cell(MISSING)
    row = bands.loc[place]
    between = spread(row.low, row.high, indicator.unit, words)
    return Cell(plain(row["mean"], indicator.unit), between)


# --- The last weeks: luck and design apart -----------------------------------------------------


def _last_weeks(results: "Results", shown: list[Indicator], words: Words) -> Table:
    """Mean of the last weeks, with the interval that luck leaves and the spread of the draws."""
    last = int(results.query("SELECT max(week) AS week FROM series").week.iloc[0]) + 1
    groups = []
    for indicator in shown:
        weeks = WEEKS_AVERAGED_MONEY if indicator.money else WEEKS_AVERAGED
        runs = results.window_means(indicator.name, max(0, last - weeks), last)
        rows = [
            (str(scenario), _luck_and_draws(own, indicator, words))
            for scenario, own in runs.astype({"scenario": str}).groupby("scenario", sort=False)
        ]
        groups.append(Rows(rows, _label(indicator, words)))
    heads = ("scenario", "mean", "luck", "middle", "range")
    head = [words.say(f"reports.column_{name}") for name in heads]
    caption = words.say("reports.last_caption", {
        "weeks": WEEKS_AVERAGED, "money": WEEKS_AVERAGED_MONEY,
    })
    return Table(caption, head, groups, words.say("reports.last_note"))


def _luck_and_draws(runs: pd.DataFrame, indicator: Indicator, words: Words) -> list[Cell]:
    """Mean; its interval over replications; middle and range of the means of draws."""
    held = runs[np.isfinite(runs["value"])]
    unit = indicator.unit
    if held.empty:
        return [Cell(MISSING)] * 4
    luck = held.groupby("replication")["value"].mean().to_numpy(dtype=np.float64)
    draws = held.groupby("draw")["value"].mean().to_numpy(dtype=np.float64)
    none = (np.array([np.nan]),) * 2
    low, high = student_interval(luck[:, None]) if len(luck) > 1 else none
    middle = np.quantile(draws, MIDDLE)
    single = len(draws) == 1
    return [
        Cell(plain(float(luck.mean()), unit)),
        Cell(spread(float(low[0]), float(high[0]), unit, words) or MISSING),
        Cell(MISSING if single else spread(*middle.tolist(), unit, words)),
        Cell(MISSING if single else spread(draws.min(), draws.max(), unit, words)),
    ]


# --- What moves them ---------------------------------------------------------------------------


def _what_moves(found: "SweepStatus", names: list[str], words: Words) -> list[Block]:
    """The tables of `jinguo sensitivity`, or why there are none."""
    try:
        indices = sensitivity(found.folder, names)
    except JinguoError as problem:
        return [Text(words.say(problem.key, problem.fields), "note")]
    blocks: list[Block] = [Text(words.say("reports.moves_title"), "label")]
    for one in indices:
        blocks.append(as_block(sensitivity_table(one, words)))
        blocks.append(Text(" ".join(sensitivity_lines(one, words)), "note"))
    return blocks
