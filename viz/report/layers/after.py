"""What is left of the changes when the project has ended."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.between import left_frame
from viz.charts import is_clear
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.layers.answer import forest
from viz.report.names import OUTCOMES, SINGLE, Names, pick

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

ARMS = (*SINGLE, "all")


def after_section(result: "LayersResult", names: Names) -> Section:
    """The change at the end beside that one and two years later, and how much of it is left."""
    title = names.say("after_title")
    later = [horizon for horizon in names.horizons() if horizon != "end"]
    if not later:
        return Section("after", title, [Text(names.say("after_none"))])
    left = left_frame(result.histories, result.cells, result.staff)
    left = left[left.population == names.whom]
    blocks: list[Block] = [
        Text(_left(result.effects, left, later[-1], names)),
        Text(names.say("after_read"), "note"),
        forest(result, later[-1], names),
        _table(left, names),
    ]
    return Section("after", title, blocks)


def _left(effects: pd.DataFrame, left: pd.DataFrame, horizon: str, names: Names) -> str:
    """How much of the joint change is still there at the last horizon."""
    told = []
    for outcome in OUTCOMES:
        end, then = (
            _row(effects, outcome, at, names) for at in ("end", horizon)
        )
        share = _of(left, "all", outcome, horizon)
        fields = {"outcome": names.say(f"phrase_{outcome}"), **_percents(share, names)}
        told.append(names.say(f"left_{_kind(end, then, share)}", **fields))
    return names.say("after_all", when=names.say(f"short_{horizon}"), told=names.joined(told))


def _row(frame: pd.DataFrame, outcome: str, horizon: str, names: Names) -> "pd.Series[Any]":
    rows = pick(frame, horizon, names.whom, outcome)
    return rows[rows.arm == "all"].iloc[0]


def _kind(end: "pd.Series[Any]", then: "pd.Series[Any]", share: "pd.Series[Any]") -> str:
    """What may be said: `nothing` to be left, `unclear` then, `turned`, or a `share`."""
    if not is_clear(end.low, end.high) or pd.isna(share.estimate):
        return "nothing"
    if not is_clear(then.low, then.high):
        return "unclear"
    return "share" if end.estimate * then.estimate > 0 else "turned"


def _of(
    left: pd.DataFrame, arm: str, outcome: str, horizon: str
) -> "pd.Series[Any]":
    rows = left[(left.arm == arm) & (left.outcome == outcome) & (left.horizon == horizon)]
    return rows.iloc[0]


def _percents(share: "pd.Series[Any]", names: Names) -> dict[str, str]:
    ends = {"share": share.estimate, "low": share.low, "high": share.high}
    return {name: names.percent(100 * float(end)) for name, end in ends.items()}


def _share(share: "pd.Series[Any]", names: Names) -> Cell:
    """The later change as a share of that at the end; a dash where that is not clear."""
    told = _percents(share, names)
    missing = pd.isna(share.estimate)
    return Cell(told["share"], "" if missing else names.say("interval", **told))


def _table(left: pd.DataFrame, names: Names) -> Table:
    groups = [
        Rows(
            [(names.arm(arm), [_share(_of(left, arm, outcome, at), names) for outcome in OUTCOMES])
             for arm in ARMS],
            names.horizon(at),
        )
        for at in names.horizons()[1:]
    ]
    head = [names.say("column_arm"), *map(names.outcome, OUTCOMES)]
    caption = names.say("after_caption", population=names.population(names.whom))
    return Table(caption, head, groups, names.say("after_note"))
