"""For whom: the change in each group, and how many women gain and lose, over all villages."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.equity import NOTICED
from viz.charts import gains_and_losses, groups_forest
from viz.charts.people import group_name, woman_group
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.digits import plain, spread
from viz.report.names import OUTCOMES, POPULATIONS, SINGLE, Names, why_missing
from viz.report.pictures import picture
from viz.words import Words

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

HORIZON, ARM = "end", "all"
SHOWN = (*SINGLE, ARM)


def for_whom_section(result: "LayersResult", names: Names) -> Section:
    """Groups of women, and how many of them gain and lose."""
    words = names.words
    blocks: list[Block] = [Text(words.say("charts.for_whom_read")), _groups(result, names)]
    if result.women.empty:
        blocks.append(Text(words.say("charts.gains_none_here"), "note"))
    else:
        blocks.append(_women(result, names))
    return Section("for_whom", words.say("charts.for_whom_title"), blocks)


def _groups(result: "LayersResult", names: Names) -> Block:
    words, effects = names.words, result.effects
    rows = effects[(effects.horizon == HORIZON) & effects.population.isin(POPULATIONS)]
    fields = {"horizon": names.horizon(HORIZON), "count": result.complete}
    return picture(
        lambda: groups_forest(effects, HORIZON, ARM, words),
        words.say("charts.groups_alt", fields),
        words.say("charts.groups_caption", fields),
        _groups_table(rows, names),
        name="groups",
        data=rows[rows.arm.isin(SHOWN)],
    )


def _groups_table(rows: pd.DataFrame, names: Names) -> Table:
    groups = []
    for outcome in OUTCOMES:
        of_outcome = rows[rows.outcome == outcome]
        shown = []
        for (population, group), own in of_outcome.groupby(["population", "subgroup"], sort=False):
            label = group_name(str(population), str(group), names.words)
            shown.append((label, [names.difference(own[own.arm == arm].iloc[0]) for arm in SHOWN]))
        groups.append(Rows(shown, names.with_unit(outcome)))
    caption = names.words.say("charts.groups_table", {"horizon": names.horizon(HORIZON)})
    head = [names.words.say("charts.column_group"), *map(names.arm, SHOWN)]
    return Table(caption, head, groups, why_missing(groups, names.words))


def _women(result: "LayersResult", names: Names) -> Block:
    words, shares = names.words, result.women
    fields = {"kept": int(shares.villages.max()), "count": result.complete, **NOTICED}
    return picture(
        lambda: gains_and_losses(shares, words),
        words.say("charts.gains_alt"),
        words.say("charts.gains_caption", fields),
        _shares_table(shares, names),
        name="gains",
        data=shares,
    )


def _shares_table(shares: pd.DataFrame, names: Names) -> Table:
    rows = []
    for group, own in shares.groupby("group", sort=False):
        cells = [Cell(plain(own.women.iloc[0], "women")), Cell(str(own.villages.iloc[0]))]
        for outcome in NOTICED:
            row = own[own.outcome == outcome].iloc[0]
            cells += [_share(row, side, names.words) for side in ("worse", "better")]
        rows.append((woman_group(str(group), names.words), cells))
    columns = ["group", "women", "villages"]
    columns += [f"{outcome}_{side}" for outcome in NOTICED for side in ("worse", "better")]
    head = [names.words.say(f"charts.column_{column}") for column in columns]
    return Table(names.words.say("charts.gains_table"), head, [Rows(rows)])


def _share(row: "pd.Series[Any]", side: str, words: Words) -> Cell:
    between = spread(row[f"{side}_low"], row[f"{side}_high"], "percent", words)
    return Cell(plain(row[side], "percent"), between)
