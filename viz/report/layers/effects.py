"""The main table, what each layer accounts for, and what the workers' hours did to it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from experiments.layer_frames import PARTS
from viz.charts import layer_ledger
from viz.report.blocks import Block, Cell, Folded, Rows, Section, Table, Text
from viz.report.digits import MISSING, between, plain, spread
from viz.report.names import (
    EVERYONE,
    MEASURED_ARMS,
    OUTCOMES,
    SINGLE,
    Names,
    of_everyone,
    pick,
    why_missing,
)
from viz.report.pictures import picture

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

ARMS_OF_CROWDING = (*SINGLE, "all")


# --- The main table ----------------------------------------------------------------------------


def effects_section(result: "LayersResult", names: Names) -> Section:
    """The three outcomes at each horizon: the village without programme, and what arms change."""
    own, everyone = (
        [_outcome_table(result, outcome, population, names) for outcome in OUTCOMES]
        for population in (names.whom, EVERYONE)
    )
    blocks: list[Block] = [Text(names.say("effects_read")), *own]
    blocks.append(Text(names.say("effects_note"), "note"))
    if names.whom != EVERYONE:
        blocks.append(Folded(names.say("effects_more"), everyone))
    if result.assumptions is not None:
        blocks.append(Text(names.say("draws_read", draws=len(result.draws))))
        blocks.append(_draws_table(result.assumptions, names))
    return Section("effects", names.say("effects_title"), blocks)


def _outcome_table(result: "LayersResult", outcome: str, population: str, names: Names) -> Table:
    horizons = names.horizons()
    rows = [(names.arm("none"), _levels(result.levels, outcome, population, names))]
    for arm in MEASURED_ARMS:
        own = result.effects[result.effects.arm == arm]
        found = [pick(own, horizon, population, outcome).iloc[0] for horizon in horizons]
        rows.append((names.arm(arm), [names.difference(row) for row in found]))
    head = [names.say("column_arm"), *map(names.horizon, horizons)]
    fields = {"outcome": names.with_unit(outcome), "population": names.population(population)}
    groups = [Rows(rows)]
    caption = names.say("effects_caption", **fields)
    return Table(caption, head, groups, why_missing(groups, names.words))


def _levels(levels: pd.DataFrame, outcome: str, population: str, names: Names) -> list[Cell]:
    own = levels[levels.arm == "none"]
    rows = [pick(own, horizon, population, outcome).iloc[0] for horizon in names.horizons()]
    return [
        Cell(
            plain(row.estimate, row.unit),
            spread(row.low, row.high, row.unit, names.words),
        )
        for row in rows
    ]


def effects_table(effects: pd.DataFrame, horizon: str, population: str, names: Names) -> Table:
    """One row an arm, one column an outcome."""
    rows = [
        (
            names.arm(arm),
            [
                names.difference(
                    pick(effects[effects.arm == arm], horizon, population, outcome).iloc[0]
                )
                for outcome in OUTCOMES
            ],
        )
        for arm in MEASURED_ARMS
    ]
    head = [names.say("column_arm"), *map(names.with_unit, OUTCOMES)]
    groups, caption = [Rows(rows)], _caption(horizon, population, names)
    return Table(caption, head, groups, why_missing(groups, names.words))


def _caption(horizon: str, population: str, names: Names) -> str:
    fields = {"horizon": names.horizon(horizon), "population": names.population(population)}
    return names.say("table_caption", **fields)


def _draws_table(assumptions: pd.DataFrame, names: Names) -> Table:
    """Beside each Monte Carlo interval the range over draws of guesses."""
    groups = []
    for outcome in OUTCOMES:
        rows = []
        for arm in MEASURED_ARMS:
            own = assumptions[assumptions.arm == arm]
            row = pick(own, "end", names.whom, outcome).iloc[0]
            reach = between(row.draw_low, row.draw_high, row.unit, names.words) or MISSING
            rows.append((names.arm(arm), [names.difference(row), Cell(reach)]))
        groups.append(Rows(rows, names.with_unit(outcome)))
    head = [names.say("column_arm"), names.say("column_change"), names.say("column_draws")]
    caption = names.say("draws_caption", population=names.population(names.whom))
    return Table(caption, head, groups, names.say("draws_note"))


# --- What each layer accounts for --------------------------------------------------------------


def ledger_section(result: "LayersResult", names: Names) -> Section:
    """Shapley shares, interaction, and what is owed to the limit of hours."""
    whom = {"population": names.population(names.whom)}
    blocks: list[Block] = [
        Text(names.say("ledger_read")),
        picture(
            lambda: layer_ledger(result.ledger, "end", names.whom, names.words),
            names.say("ledger_alt"),
            names.say("ledger_caption", **whom, horizon=names.horizon("end")),
            _ledger_table(result.ledger, ("end",), names.whom, names),
            name="ledger",
            data=of_everyone(result.ledger, "end", names.whom),
        ),
    ]
    every = [
        _ledger_table(result.ledger, names.horizons(), population, names)
        for population in dict.fromkeys((names.whom, EVERYONE))
    ]
    blocks.append(Folded(names.say("ledger_more"), every))
    blocks += _crowding(result, names)
    return Section("ledger", names.say("ledger_title"), blocks)


def _ledger_table(
    ledger: pd.DataFrame, horizons: tuple[str, ...], population: str, names: Names
) -> Table:
    groups = []
    for horizon in horizons:
        rows = []
        for part in PARTS:
            own = ledger[ledger.part == part]
            found = [pick(own, horizon, population, outcome).iloc[0] for outcome in OUTCOMES]
            cells = [
                cell
                for row in found
                for cell in (names.difference(row), Cell(names.percent(row.percent)))
            ]
            rows.append((names.part(part), cells))
        groups.append(Rows(rows, names.horizon(horizon)))
    head = [names.say("column_part")]
    for outcome in OUTCOMES:
        head += [names.with_unit(outcome), names.say("column_percent")]
    return Table(names.population(population), head, groups, names.say("percent_note"))


def _crowding(result: "LayersResult", names: Names) -> list[Block]:
    """With `--staff enough` both results side by side; without it, what cannot be told."""
    if result.crowding is None or result.limited is None:
        return [Text(names.say("crowding_unknown"), "note")]
    blocks: list[Block] = [Text(names.say("crowding_read")), Text(names.say("crowding_rest"))]
    frames = (result.limited.effects, result.effects)
    ledgers = (result.limited.ledger, result.ledger)
    groups = []
    for outcome in OUTCOMES:
        rows = [
            (names.arm(arm), _both(frames, result.crowding, arm, outcome, names))
            for arm in ARMS_OF_CROWDING
        ]
        beyond = [names.difference(_interaction(ledger, outcome, names)) for ledger in ledgers]
        rows.append((names.part("interaction"), [*beyond, Cell(MISSING)]))
        groups.append(Rows(rows, names.with_unit(outcome)))
    columns = ("arm", "limited", "enough", "crowding")
    head = [names.say(f"column_{column}") for column in columns]
    caption = names.say("crowding_caption", population=names.population(names.whom))
    return [*blocks, Table(caption, head, groups)]


def _both(
    frames: Sequence[pd.DataFrame],
    crowding: pd.DataFrame,
    arm: str,
    outcome: str,
    names: Names,
) -> list[Cell]:
    """The change with limited hours, with enough, and what the limit took away or added."""
    cells = [
        names.difference(pick(frame[frame.arm == arm], "end", names.whom, outcome).iloc[0])
        for frame in frames
    ]
    own = crowding[crowding.arm == arm]
    row = pick(own, "end", names.whom, outcome).iloc[0]
    return [*cells, names.difference(row.rename({"crowding": "estimate"}))]


def _interaction(ledger: pd.DataFrame, outcome: str, names: Names) -> "pd.Series":
    own = ledger[ledger.part == "interaction"]
    return pick(own, "end", names.whom, outcome).iloc[0]
