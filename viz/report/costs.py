"""Cost against effect as a block, of a layers job and of a comparison."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from experiments.costs import dominated
from viz.charts import cost_against_effect, costs_and_effects
from viz.report.blocks import Block, Cell, Pictured, Rows, Table
from viz.report.digits import plain, spread
from viz.report.names import MEASURED_ARMS, OUTCOMES, Names, of_everyone
from viz.report.pictures import picture
from viz.tables.compare import more_is_better

if TYPE_CHECKING:
    from experiments.comparison import CompareResult
    from experiments.layer_effects import LayersResult
    from viz.report.compare.changes import CompareNames


def layers_costs(result: "LayersResult", names: Names) -> Block:
    """What each arm costs and changes at the end of the programme."""
    effects = of_everyone(result.effects, "end", names.whom)
    costs = result.programme[result.programme.arm.isin(MEASURED_ARMS)]
    pairs = dominated(more_is_better(effects), costs)
    return _costs(effects, costs, pairs, names.whom, result.complete, names)


def compared_costs(result: "CompareResult", names: "CompareNames") -> Block:
    """What each scenario costs beyond the base, and changes at the end."""
    effects, population = result.primary(), result.clock.population
    pairs = dominated(more_is_better(effects, "joint_"), result.costs)
    found = _costs(effects, result.costs, pairs, population, result.complete, names)
    return found if found.data is None else replace(found, data=names.coded(found.data))


def _costs(
    effects: pd.DataFrame,
    costs: pd.DataFrame,
    pairs: Sequence[tuple[str, str]],
    population: str,
    count: int,
    names: Names,
) -> Pictured:
    beaten = sorted({second for _, second in pairs})
    rows, words = costs_and_effects(effects, costs, frozenset(beaten)), names.words
    called = {arm: names.arm(arm) for arm in dict.fromkeys(rows.arm)}
    fields = {
        "horizon": names.horizon("end"),
        "population": names.population(population),
        "count": count,
        "dominated": _told(beaten, names) if effects.arm.nunique() > 1 else "",
    }
    return picture(
        lambda: cost_against_effect(rows, words, called),
        words.say("charts.costs_alt"),
        words.say("charts.costs_caption", fields),
        _table(effects, costs, names),
        name="costs",
        data=rows,
    )


def _told(beaten: Sequence[str], names: Names) -> str:
    if not beaten:
        return names.words.say("charts.costs_not_dominated")
    arms = names.listed([names.arm(arm) for arm in beaten])
    return names.words.say("charts.costs_dominated", {"arms": arms})


def _table(effects: pd.DataFrame, costs: pd.DataFrame, names: Names) -> Table:
    cost = costs[costs.quantity == "cost_per_woman"]
    rows = []
    for arm, own in effects.groupby("arm", sort=False):
        price = cost[cost.arm == arm].iloc[0]
        between = spread(price.low, price.high, "yuan", names.words)
        cells = [Cell(plain(price.estimate, "yuan"), between)]
        cells += [names.difference(own[own.outcome == outcome].iloc[0]) for outcome in OUTCOMES]
        rows.append((names.arm(str(arm)), cells))
    head = [names.say("column_arm"), names.words.say("charts.cost_per_woman")]
    head += [names.with_unit(outcome) for outcome in OUTCOMES]
    return Table(names.words.say("charts.costs_table"), head, [Rows(rows)])
