"""Tables of the screen as blocks of a report: the same words and numbers in both places."""

import re
from collections.abc import Collection

from viz.report.blocks import Block, Cell, Rows, Text
from viz.report.blocks import Table as TableBlock
from viz.tables import Table

MINUS = re.compile(r"(?<![\w.])-(?=\d)")


def as_block(table: Table, strong: Collection[str] = ()) -> Block:
    """A table of the screen as it stands in a report; its title where it has no rows.

    Args:
        table: of the screen.
        strong: cells that are set in bold.
    """
    rows = [row for row in table.rows if row is not None]
    if not rows:
        return Text(f"{table.title} {table.note}", "note")
    told = [
        (row[0], [_cell(text, place, table, strong) for place, text in enumerate(row[1:], 1)])
        for row in rows
    ]
    return TableBlock(table.title, table.heads, [Rows(told)], table.note)


def _cell(text: str, place: int, table: Table, strong: Collection[str]) -> Cell:
    """A line break parts what is said from what stands smaller below it."""
    said, _, below = MINUS.sub("−", text).partition("\n")
    return Cell(said, below, strong=said in strong, number=place >= table.texts)
