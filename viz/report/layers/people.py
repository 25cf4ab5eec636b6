"""For whom: the change in each group over all villages, and women of one village one by one."""

from typing import TYPE_CHECKING

import pandas as pd

from experiments.equity import NOTICED
from viz.charts import gains_and_losses, groups_forest, shares_of_women
from viz.charts.people import group_name, woman_group
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.names import OUTCOMES, POPULATIONS, SINGLE, Names
from viz.report.pictures import picture

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult
    from viz.report.layers.retold import Retold

HORIZON, ARM = "end", "all"
SHOWN = (*SINGLE, ARM)


def for_whom_section(result: "LayersResult", village: "Retold | None", names: Names) -> Section:
    """Groups of women, and where a village could be lived again, its women."""
    blocks: list[Block] = [Text(names.words.say("charts.for_whom_read")), _groups(result, names)]
    if village is not None:
        blocks.append(_women(village, names))
    return Section("for_whom", names.words.say("charts.for_whom_title"), blocks)


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
    return Table(caption, head, groups)


def _women(village: "Retold", names: Names) -> Block:
    words, shares = names.words, shares_of_women(village.women)
    fields = {"number": village.replication, **NOTICED}
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
        cells = [Cell(str(own.women.iloc[0]))]
        for outcome in NOTICED:
            row = own[own.outcome == outcome].iloc[0]
            cells += [Cell(f"{row.worse:.1f}"), Cell(f"{row.better:.1f}")]
        rows.append((woman_group(str(group), names.words), cells))
    columns = ["group", "women"]
    columns += [f"{outcome}_{side}" for outcome in NOTICED for side in ("worse", "better")]
    head = [names.words.say(f"charts.column_{column}") for column in columns]
    return Table(names.words.say("charts.gains_table"), head, [Rows(rows)])
