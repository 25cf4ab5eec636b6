"""What is left of the changes when the project has ended."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from viz.charts import is_clear
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.digits import MISSING
from viz.report.layers.answer import forest
from viz.report.names import OUTCOMES, SELLING, SINGLE, Names, pick

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

ARMS = (*SINGLE, "all")


def after_section(result: "LayersResult", names: Names) -> Section:
    """The change at the end beside that one and two years later, and how much of it is left."""
    title = names.say("after_title")
    later = [horizon for horizon in names.horizons() if horizon != "end"]
    if not later:
        return Section("after", title, [Text(names.say("after_none"))])
    blocks: list[Block] = [
        Text(_left(result.effects, later[-1], names)),
        Text(names.say("after_read"), "note"),
        forest(result, later[-1], names),
        _table(result.effects, names),
    ]
    return Section("after", title, blocks)


def _left(effects: pd.DataFrame, horizon: str, names: Names) -> str:
    """How much of the joint change is still there at the last horizon."""
    told = []
    for outcome in OUTCOMES:
        end, then = (_row(effects, "all", outcome, at) for at in ("end", horizon))
        key = _kind(end, then)
        fields = {"outcome": names.say(f"phrase_{outcome}"), "share": _share(end, then, names)}
        told.append(names.say(f"left_{key}", **fields))
    return names.say("after_all", when=names.say(f"short_{horizon}"), told=names.joined(told))


def _row(frame: pd.DataFrame, arm: str, outcome: str, horizon: str) -> "pd.Series[Any]":
    rows = pick(frame, horizon, SELLING, outcome)
    return rows[rows.arm == arm].iloc[0]


def _kind(end: "pd.Series[Any]", then: "pd.Series[Any]") -> str:
    """What may be said: `nothing` to be left, `unclear` then, `turned`, or a `share`."""
    if not is_clear(end.low, end.high):
        return "nothing"
    if not is_clear(then.low, then.high):
        return "unclear"
    return "share" if end.estimate * then.estimate > 0 else "turned"


def _share(end: "pd.Series[Any]", then: "pd.Series[Any]", names: Names) -> str:
    """The later change as a share of that at the end; a dash where that is not clear."""
    if not is_clear(end.low, end.high):
        return MISSING
    return names.percent(100 * then.estimate / end.estimate)


def _table(effects: pd.DataFrame, names: Names) -> Table:
    groups = []
    for outcome in OUTCOMES:
        rows = []
        for arm in ARMS:
            found = [_row(effects, arm, outcome, at) for at in names.horizons()]
            cells = [names.difference(row) for row in found]
            shares = [Cell(_share(found[0], row, names)) for row in found[1:]]
            rows.append((names.arm(arm), [*cells, *shares]))
        groups.append(Rows(rows, names.with_unit(outcome)))
    later = [horizon for horizon in names.horizons() if horizon != "end"]
    head = [names.say("column_arm"), *map(names.horizon, names.horizons())]
    head += [names.say("column_left", when=names.say(f"short_{at}")) for at in later]
    return Table(names.say("after_caption"), head, groups, names.say("after_note"))
