"""In which rival structures the signs of the answer hold."""

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.structures import SIGNS, headlines
from viz.report.blocks import Block, Text
from viz.report.screen_tables import as_block
from viz.tables.structures import tables_of_signs, told_of_idle

if TYPE_CHECKING:
    from viz.report.names import Names


def signs_in(folder: Path) -> pd.DataFrame | None:
    """What the structures job found, where a folder holds it; nothing otherwise."""
    file = folder / SIGNS
    return pd.read_csv(file) if file.is_file() else None


def how_many_hold(signs: pd.DataFrame, names: "Names") -> str:
    """Under how many rival structures each clear sign of the first page holds."""
    told = [
        names.say("hold_one", outcome=names.say(f"phrase_{row['outcome']}"), **_counts(row))
        for row in headlines(signs)
        if row["population"] == names.whom and row["clear"] and row["of"]
    ]
    if not told:
        return names.say("sure_structures_open")
    first = names.say("sure_structures", told=names.listed(told))
    return names.sentences([first, *told_of_idle(signs, names.words)])


def _counts(row: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in ("holds", "of", "sure")}


def structures_blocks(
    signs: pd.DataFrame | None, scenario: str, names: "Names"
) -> list[Block]:
    """The tables of the structures job, or how to ask for it."""
    title = Text(names.say("structures_title"), "label")
    if signs is None:
        return [title, Text(names.say("structures_ask", scenario=scenario))]
    return [title, *(as_block(table) for table in tables_of_signs(signs, names.words))]
