"""Who is left worse: the line on the first page, and the full table."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.joint import GOOD
from viz.cause_words import cause_of
from viz.charts import is_clear
from viz.report.blocks import Block, Cell, Items, Rows, Section, Table, Text
from viz.report.digits import MISSING, signed, size
from viz.report.names import EVERYONE, POPULATIONS, SINGLE, Names

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

FEW = 3  # groups told by name
BY_CHANCE = 0.025  # of 95 % intervals around nothing, those that lie wholly on the worse side
UNITS = {"income": "yuan/week", "burnout": "0-1", "trust": "0-1"}


def harm(result: "LayersResult", names: Names) -> list[Block]:
    """Which layer alone leaves what worse, for whom and why; and how groups fare with all."""
    sure = result.worse[result.worse.sure.astype(bool)]
    named = _only(sure, _shows)
    told = [
        _of_layer(named[named.arm == arm], names) for arm in SINGLE if (named.arm == arm).any()
    ]
    if not told:
        told = [names.say("harm_none" if sure.empty else "harm_tiny")]
    together = _together(result.effects)
    told.append(_groups(together, names))
    looked = pd.concat([_single(result.effects), together])
    clear = len(_only(looked, _is_worse))
    fields = {"looked": len(looked), "clear": clear, "chance": f"{len(looked) * BY_CHANCE:.0f}"}
    told.append(names.say("harm_chance", **fields))
    return [Items(told)]


def _only(rows: pd.DataFrame, holds: "Callable[[pd.Series[Any]], bool]") -> pd.DataFrame:
    """The rows of which something holds."""
    return rows[np.array([holds(row) for _, row in rows.iterrows()], dtype=bool)]


def _shows(row: "pd.Series[Any]") -> bool:
    """Whether a change is large enough to be seen in the digits it is told with."""
    return any(digit in "123456789" for digit in size(row.estimate, UNITS[str(row.outcome)]))


def _single(effects: pd.DataFrame) -> pd.DataFrame:
    """What `harm` looks at of one layer alone: all women and sellers, with an interval."""
    whole = effects[effects.arm.isin(SINGLE) & (effects.subgroup == "all")]
    return whole[whole.population.isin(POPULATIONS) & whole.low.notna()]


def _together(effects: pd.DataFrame) -> pd.DataFrame:
    """What `harm` looks at of the three layers together: every group, with an interval."""
    rows = effects[(effects.arm == "all") & effects.population.isin(POPULATIONS)]
    return rows[rows.low.notna()]


def _of_layer(rows: pd.DataFrame, names: Names) -> str:
    """What one layer leaves worse: the earliest horizon of each outcome, its own women first."""
    first = rows.assign(everyone=rows.population == EVERYONE)
    first = first.sort_values("everyone", kind="stable").drop_duplicates("outcome")
    told = [
        names.say(
            "harm_for",
            population=names.say(f"short_{population}"),
            told=names.listed([_line(row, names) for _, row in own.iterrows()]),
        )
        for population, own in first.groupby("population", sort=False)
    ]
    layer = names.say(f"layer_{rows.arm.iloc[0]}")
    return names.say("harm_layer", layer=layer, told=names.joined(told))


def _line(row: "pd.Series[Any]", names: Names) -> str:
    outcome = str(row.outcome)
    key = "harm_higher" if row.estimate > 0 else "harm_lower"
    return names.say(
        key,
        outcome=names.say(f"phrase_{outcome}"),
        size=names.say(f"amount_{outcome}", size=size(row.estimate, UNITS[outcome])),
        when=names.say(f"short_{row.horizon}"),
        why=_why(row, names),
    )


def _causes(row: "pd.Series[Any]", names: Names) -> list[tuple[str, float]]:
    """The largest causes in words with their amounts; none where nothing pulls the wrong way."""
    found = [(row.cause_1, float(row.amount_1)), (row.cause_2, float(row.amount_2))]
    return [
        (cause_of(str(row.outcome), cause, amount, names.words), amount)
        for cause, amount in found
        if isinstance(cause, str) and cause
    ]


def _why(row: "pd.Series[Any]", names: Names) -> str:
    """The largest cause, called by the way it pulled; causes are known of all women."""
    causes = _causes(row, names) if row.population == EVERYONE else []
    return names.say("harm_why", cause=causes[0][0]) if causes else ""


def _groups(rows: pd.DataFrame, names: Names) -> str:
    """Which groups of women all three layers together leave worse."""
    worse = _only(_only(rows, _is_worse), _shows)
    if worse.empty:
        return names.say("harm_groups_none")
    told = list(dict.fromkeys(
        names.say(
            "harm_group", group=_group(row, names), outcome=names.say(f"phrase_{row.outcome}")
        )
        for _, row in worse.iterrows()
    ))
    rest = names.say("harm_groups_more", count=len(told) - FEW) if len(told) > FEW else ""
    return names.say("harm_groups", told=names.listed(told[:FEW]) + rest)


def _group(row: "pd.Series[Any]", names: Names) -> str:
    if row.subgroup == "all":
        return names.say(f"short_{row.population}")
    return names.words.say(f"compare.group_{row.subgroup}")


def _is_worse(row: "pd.Series[Any]") -> bool:
    return is_clear(row.low, row.high) and GOOD[str(row.outcome)] * row.estimate < 0


def worse_section(result: "LayersResult", names: Names) -> Section:
    """Every outcome that a single layer leaves worse, sure or not, with its largest causes."""
    title = names.say("worse_title")
    if result.worse.empty:
        return Section("worse", title, [Text(names.say("harm_none"))])
    groups = [
        Rows([_row(row, names) for _, row in own.iterrows()], names.arm(str(arm)))
        for arm, own in result.worse.groupby("arm", sort=False)
    ]
    columns = ("outcome", "when", "for_whom", "change", "causes")
    head = [names.say(f"column_{column}") for column in columns]
    table = Table(names.say("worse_caption"), head, groups, names.say("worse_note"))
    return Section("worse", title, [Text(names.say("worse_read")), table])


def _row(row: "pd.Series[Any]", names: Names) -> tuple[str, list[Cell]]:
    unit = UNITS[str(row.outcome)]
    causes = [f"{cause} {signed(amount, unit)}" for cause, amount in _causes(row, names)]
    cells = [
        Cell(names.say(f"short_{row.horizon}"), number=False),
        Cell(names.say(f"short_{row.population}"), number=False),
        names.difference(pd.concat([row, pd.Series({"unit": unit})])),
        Cell(names.joined(causes) or MISSING, number=False),
    ]
    return names.outcome(str(row.outcome)), cells
