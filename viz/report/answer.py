"""The first page: what was asked, the answer in two sentences, and how sure it is."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.statistics import FEWEST_FOR_BOOTSTRAP
from scenarios.catalogue import MEASURES
from viz.charts import effect_forest, is_clear
from viz.report.blocks import Block, Section, Text
from viz.report.digits import percent, plain, signed, size
from viz.report.effects import MUCH_UNSERVED, effects_table, unserved_share
from viz.report.names import OUTCOMES, SELLING, SINGLE, Names, pick, programme_of
from viz.report.pictures import picture

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult


def answer_section(result: "LayersResult", names: Names) -> Section:
    """The note for a leader's desk."""
    blocks: list[Block] = [
        Text(_asked(result, names), "note"),
        Text(names.sentences(_answer(result, names)), "lead"),
        Text(names.say("sure_title"), "label"),
        Text(_how_sure(result, names)),
        picture(
            lambda: effect_forest(result.effects, "end", SELLING, names.words),
            names.say("forest_alt", horizon=names.horizon("end")),
            names.say("forest_caption", horizon=names.horizon("end")),
            effects_table(result.effects, "end", SELLING, names),
        ),
    ]
    return Section("answer", names.say("answer_title"), blocks)


def _asked(result: "LayersResult", names: Names) -> str:
    scenario = result.scenario
    layers = {MEASURES[use.measure].layer for use in scenario.measures}
    programme = programme_of(result)
    return names.say(
        "asked",
        measures=len(scenario.measures),
        layers=len(layers),
        start=programme.start,
        stop=programme.stop,
        workers=programme.workers,
        money=plain(programme.money, "yuan"),
        women=scenario.setup().women,
        staff=names.say(f"staff_{result.staff}"),
    )


def _answer(result: "LayersResult", names: Names) -> list[str]:
    """The answer: all layers together, then each alone; composed from the numbers only."""
    together = [
        _change(_row(result.effects, "all", outcome), _level(result, outcome), names)
        for outcome in OUTCOMES
    ]
    first = names.say("answer_all", changes=names.joined(together))
    return [first, names.say("answer_alone", layers=_each_alone(result.effects, names))]


def _row(frame: pd.DataFrame, arm: str, outcome: str) -> "pd.Series[Any]":
    rows = pick(frame, "end", SELLING, outcome)
    return rows[rows.arm == arm].iloc[0]


def _level(result: "LayersResult", outcome: str) -> float:
    """The outcome without the programme."""
    return float(_row(result.levels, "none", outcome).estimate)


def _change(row: "pd.Series[Any]", level: float, names: Names) -> str:
    """What happened to one outcome, and whether it can be told from no change."""
    outcome = row.outcome
    fields = {
        "outcome": names.say(f"phrase_{outcome}"),
        "size": _size(row, names),
        "percent": percent(row.estimate, level),
        "low": signed(row.low, row.unit),
        "high": signed(row.high, row.unit),
    }
    return names.say(f"change_{_direction(row)}", **fields)


def _size(row: "pd.Series[Any]", names: Names) -> str:
    return names.say(f"amount_{row.outcome}", size=size(row.estimate, row.unit))


def _direction(row: "pd.Series[Any]") -> str:
    """`higher`, `lower`, `same`, or `unclear` where the interval holds zero or there is none.

    >>> _direction(pd.Series({"estimate": 1.0, "low": -1.0, "high": 3.0}))
    'unclear'
    """
    if row.low == row.high == 0:
        return "same"
    if pd.isna(row.low):
        return "missing" if pd.isna(row.estimate) else "single"
    if not is_clear(row.low, row.high):
        return "unclear"
    return "higher" if row.estimate > 0 else "lower"


def _each_alone(effects: pd.DataFrame, names: Names) -> str:
    """For each layer the outcomes it moved, and no word about the others but that."""
    told = []
    for layer in SINGLE:
        moved = []
        for outcome in OUTCOMES:
            row = _row(effects, layer, outcome)
            if (direction := _direction(row)) in {"higher", "lower"}:
                fields = {"outcome": names.say(f"phrase_{outcome}"), "size": _size(row, names)}
                moved.append(names.say(f"moved_{direction}", **fields))
        key = "alone_moved" if moved else "alone_unclear"
        told.append(names.say(key, layer=names.say(f"layer_{layer}"), moved=names.listed(moved)))
    return names.joined(told)


def _how_sure(result: "LayersResult", names: Names) -> str:
    count = int(pick(result.effects, "end", SELLING, "income").replications.max())
    told = [names.say("sure_replications", complete=count)]
    if count < FEWEST_FOR_BOOTSTRAP:
        told.append(names.say("sure_few"))
    told += [names.say(f"sure_{said}") for said in ("small", "assumptions", "certainty")]
    if (share := unserved_share(result.programme)) > MUCH_UNSERVED:
        told.append(names.say(f"sure_unserved_{result.staff}", percent=f"{100 * share:.0f}"))
    return names.sentences(told)
