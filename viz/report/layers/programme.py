"""What the programme costs, and what its workers could and could not serve."""

from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.outcomes import QUANTITIES
from experiments.statistics import ARMS
from viz.report.blocks import Block, Cell, Folded, Rows, Section, Table, Text
from viz.report.costs import layers_costs
from viz.report.digits import plain, spread
from viz.report.names import Names

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult


def programme_section(result: "LayersResult", names: Names) -> Section:
    """Cost and worker hours of each arm; with enough staff, of both kinds of staff."""
    blocks: list[Block] = [Text(names.say("programme_read")), layers_costs(result, names)]
    frames = {result.staff: result.programme}
    if result.limited is not None:
        frames = {"limited": result.limited.programme, "enough": result.programme}
    for staff, frame in frames.items():
        caption = names.say("programme_caption", staff=names.say(f"staff_{staff}"))
        blocks.append(_table(frame, caption, names, intervals=False))
        detailed = _table(frame, caption, names, intervals=True)
        blocks.append(Folded(names.say("with_intervals"), [detailed]))
    return Section("programme", names.say("programme_title"), blocks)


def _table(frame: pd.DataFrame, caption: str, names: Names, *, intervals: bool) -> Table:
    arms = ARMS[1:]
    rows = []
    for quantity in QUANTITIES:
        own = frame[frame.quantity == quantity.name].set_index("arm")
        found: Any = own.loc
        cells = [_cell(found[arm], names, intervals=intervals) for arm in arms]
        rows.append((names.say(f"quantity_{quantity.name}"), cells))
    head = [names.say("column_what"), *map(names.arm, arms)]
    return Table(caption, head, [Rows(rows)])


def _cell(row: "pd.Series[Any]", names: Names, *, intervals: bool) -> Cell:
    below = spread(row.low, row.high, row.unit, names.words) if intervals else ""
    return Cell(plain(row.estimate, row.unit), below)
