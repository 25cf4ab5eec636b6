"""The village over time: the arms week by week, and its story without the programme."""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from viz.charts import arms_over_time, weeks_between_points
from viz.report.blocks import Block, Cell, Folded, Rows, Section, Table, Text
from viz.report.digits import MISSING, plain, spread
from viz.report.names import EVERYONE, MEASURED_ARMS, OUTCOMES, Names, programme_of, why_missing
from viz.report.pictures import picture, points

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

YEAR = 52
HALF = 26
STORY = (
    ("shops", "shops"),
    ("workers", "persons"),
    ("sales_year", "yuan"),
    ("price_median", "yuan/good"),
    ("margin", "share"),
    ("income", "yuan/week"),
    ("trust", "0-1"),
    ("burnout", "0-1"),
)
OF_A_YEAR = {"sales_year", "margin", "income"}


# --- The arms ----------------------------------------------------------------------------------


def arms_section(result: "LayersResult", bands: pd.DataFrame, names: Names) -> Section:
    """The three outcomes over time, arm by arm, beside the village without programme."""
    blocks: list[Block] = [Text(names.say("arms_read"))]
    blocks += [_picture(result, bands, outcome, names) for outcome in OUTCOMES]
    weeks = (programme_of(result).start, programme_of(result).stop)
    if names.whom != EVERYONE:
        every = [_weeks_table(bands, outcome, EVERYONE, weeks, names) for outcome in OUTCOMES]
        blocks.append(Folded(names.say("arms_more"), every))
    return Section("arms", names.say("arms_title"), blocks)


def _picture(
    result: "LayersResult", bands: pd.DataFrame, outcome: str, names: Names
) -> Block:
    programme = programme_of(result)
    weeks = (programme.start, programme.stop)
    shown = bands[(bands.week >= weeks[0] - YEAR) & bands["mean"].notna()]
    fields = {
        "outcome": names.outcome(outcome),
        "population": names.population(names.whom),
        "start": weeks[0],
        "stop": weeks[1],
        "every": weeks_between_points(shown.week.nunique()),
    }
    return picture(
        lambda: arms_over_time(bands, outcome, names.whom, weeks, names.words),
        names.say("arms_alt", **fields),
        names.say("arms_caption", **fields),
        _weeks_table(bands, outcome, names.whom, weeks, names),
        name=f"arms_{outcome}",
        data=points(shown[(shown.outcome == outcome) & (shown.population == names.whom)]),
    )


def _weeks_table(
    bands: pd.DataFrame, outcome: str, population: str, weeks: tuple[int, int], names: Names
) -> Table:
    own = bands[(bands.outcome == outcome) & (bands.population == population)]
    shown = sorted({*range(weeks[0], own.week.max() + 1, HALF), own.week.max()})
    rows = []
    for week in shown:
        at = own[own.week == week].set_index("arm")
        cells = [
            Cell(plain(row["mean"], row.unit), spread(row.low, row.high, row.unit, names.words))
            for row in (at.loc[arm] for arm in ("none", *MEASURED_ARMS))
        ]
        rows.append((names.say("week", week=week), cells))
    head = [names.say("column_week"), *map(names.arm, ("none", *MEASURED_ARMS))]
    groups = [Rows(rows)]
    return Table(names.with_unit(outcome), head, groups, why_missing(groups, names.words))


# --- The story without the programme -----------------------------------------------------------


def story_section(result: "LayersResult", names: Names) -> Section:
    """A handful of weeks of the village without the programme, in numbers."""
    weeks = _story_weeks(result)
    by_week = {week: _at(result, week) for week in weeks}
    rows = []
    for name, unit in STORY:
        label = names.say(f"story_{name}")
        cells = [_story_cell(by_week[week][name], unit, names) for week in weeks]
        if name in OF_A_YEAR:
            cells = [_of_weeks(cell, week, names) for cell, week in zip(cells, weeks, strict=True)]
        rows.append((label, cells))
    head = [names.say("column_what"), *(names.say("week", week=week) for week in weeks)]
    count = len(result.histories.replications)
    notes = [names.say("story_note")]
    if any(cell.text == MISSING for _, cells in rows for cell in cells):
        notes.append(names.say("story_nobody"))
    caption = names.say("story_caption", count=count)
    table = Table(caption, head, [Rows(rows)], names.sentences(notes))
    return Section("story", names.say("story_title"), [Text(names.say("story_read")), table])


def _story_weeks(result: "LayersResult") -> list[int]:
    """The ends of years up to the programme, its start and end, and one and two years after."""
    start = programme_of(result).start
    last = len(result.histories.values[0, 0])
    years = range(start % YEAR or YEAR, start, YEAR)
    marks = {*years, start, *result.scenario.horizons().values()}
    return sorted(week for week in marks if 0 < week <= last)


def _at(result: "LayersResult", week: int) -> dict[str, float]:
    """The mean village at the end of a week; money over the year before it."""
    histories = result.histories
    place = {name: column for column, name in enumerate(histories.names)}
    none = histories.values[:, histories.arms.index("none")].astype(np.float64)
    year = none[:, max(0, week - YEAR) : week]

    def sum_of_year(name: str) -> float:
        return float(np.nansum(year[:, :, place[name]], axis=1).mean())

    def now(name: str) -> float:
        values = none[:, week - 1, place[name]]
        held = values[np.isfinite(values)]
        return float(held.mean()) if held.size else float("nan")

    sales = sum_of_year("sales")
    profit = sum_of_year("profit")
    return {
        "sales_year": sales,
        "margin": profit / sales if sales > 0 else float("nan"),
        "income": sum_of_year("income") / year.shape[1],
    } | {name: now(name) for name in ("shops", "workers", "price_median", "trust", "burnout")}


def _of_weeks(cell: Cell, week: int, names: Names) -> Cell:
    """The same, with how many weeks it holds where a whole year has not gone by."""
    short = week < YEAR and cell.text != MISSING
    return replace(cell, below=names.say("story_weeks", weeks=week)) if short else cell


def _story_cell(value: float, unit: str, names: Names) -> Cell:
    if unit == "yuan":
        zh = names.words.lang == "zh"
        amount = names.words.amount(value) if zh else plain(value / 1e6, "yuan/week")
        return Cell(names.say("big_money", amount=amount))
    if unit == "share":
        return Cell(names.percent(100 * value))
    return Cell(plain(value, unit))
