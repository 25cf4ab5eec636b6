"""What came out of a sweep: means over time with bands, and luck kept apart from the design."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.outcomes import PRIMARY
from model.indicators import Indicator
from viz.charts import panels_over_time, thinned_weeks, weeks_between_points
from viz.indicator_words import BY_NAME, named_with_unit
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.digits import MISSING, plain, spread
from viz.report.pictures import picture, points
from viz.report.sweep.called import called
from viz.report.sweep.last import last_table, last_weeks
from viz.words import Words

if TYPE_CHECKING:
    from experiments.store_read import Results
    from experiments.sweeps import SweepStatus

SHOWN = 4  # figures at most, where none of the primary outcomes was kept
HALF = 26


def means_section(found: "SweepStatus", results: "Results", words: Words) -> Section:
    """Means week by week and over the last weeks."""
    shown = shown_of(results)
    blocks: list[Block] = [Text(words.say("reports.means_read"))]
    titles = called(found.manifest, words)
    blocks += [_over_time(results, indicator, titles, words) for indicator in shown]
    labels = {indicator.name: named_with_unit(indicator.name, words) for indicator in shown}
    rows = last_weeks(results, shown)
    rows = rows.assign(scenario=rows.scenario.map(titles))
    blocks.append(last_table(rows, labels, results, words))
    return Section("means", words.say("reports.means_title"), blocks)


def shown_of(results: "Results") -> list[Indicator]:
    """The primary outcomes that were kept, or else the first few indicators."""
    primary = [name for name in PRIMARY if name in results.indicators]
    names = primary or [*results.indicators][:SHOWN]
    return [BY_NAME.get(name, Indicator(name, "", name)) for name in names]


# --- Over time ---------------------------------------------------------------------------------


def _over_time(
    results: "Results", indicator: Indicator, titles: Mapping[str, str], words: Words
) -> Block:
    frame = results.mean_series(indicator.name)
    bands = frame.rename(columns={"scenario": "arm", "estimate": "mean"}).astype({"arm": str})
    bands = pd.concat([bands[bands.arm == arm] for arm in titles])
    told = bands.assign(arm=bands.arm.map(titles))
    named = named_with_unit(indicator.name, words)
    fields = {
        "indicator": named,
        "replications": int(frame.replications.max()),
        "draws": len(results.draws),
        "every": weeks_between_points(bands.week.nunique()),
    }
    return picture(
        lambda: panels_over_time(told, named, words),
        words.say("reports.means_alt", fields),
        words.say("reports.means_caption", fields),
        _weeks_table(told, indicator, named, words),
        name=f"mean_{indicator.name}",
        data=points(bands),
    )


def _weeks_table(bands: pd.DataFrame, indicator: Indicator, named: str, words: Words) -> Table:
    arms = list(dict.fromkeys(bands.arm))
    by_place = bands.set_index(["week", "arm"])
    rows = []
    for week in thinned_weeks(int(bands.week.min()), int(bands.week.max()), HALF):
        cells = [_cell(by_place, (week, arm), indicator, words) for arm in arms]
        rows.append((words.say("report.week", {"week": week}), cells))
    return Table(named, [words.say("report.column_week"), *arms], [Rows(rows)])


def _cell(
    bands: pd.DataFrame, place: tuple[int, str], indicator: Indicator, words: Words
) -> Cell:
    if place not in bands.index:
        return Cell(MISSING)
    row: Any = bands.loc[place]
    between = spread(row.low, row.high, indicator.unit, words)
    return Cell(plain(row["mean"], indicator.unit), between)
