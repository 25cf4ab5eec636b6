"""Tables as text and as JSON: what a command found, readable on a screen and in a pipe."""

import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table as RichTable

WIDTH_OF_A_PIPE = 120
NARROWEST = 60
NOTHING = "–"
# What stays together on a line: a word, or one Chinese letter, with the signs around it.
PIECES = re.compile(
    r"[（“［]*(?:[\u4e00-\u9fff]|[^\s\u3000-\u9fff（“［，。；：、）”］]*)[，。；：、）”］]*\s*"
)

Row = tuple[str, ...] | None


@dataclass(frozen=True)
class Table:
    """A table for people.

    Attributes:
        title: what it shows.
        heads: one for each column.
        rows: the cells; None draws a line.
        note: how to read it.
        texts: how many columns hold text, from the left; the others are numbers.
        whole: columns that are never folded.
    """

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    note: str = ""
    texts: int = 1
    whole: tuple[int, ...] = ()


class Screen(Console):
    """A stream for people, which falls silent when nobody reads on."""

    def on_broken_pipe(self) -> None:
        """Let the command end quietly, as after `| head`."""
        raise BrokenPipeError


def screen(stream: TextIO, environ: Mapping[str, str] | None = None) -> Screen:
    """Where tables are written: as wide as the terminal, COLUMNS, or 120 in a pipe.

    Args:
        stream: standard output or the error stream.
        environ: the environment variables.
    """
    environ = os.environ if environ is None else environ
    columns = environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() else None
    seen = stream.isatty()
    if width is None and not seen:
        width = WIDTH_OF_A_PIPE
    return Screen(
        file=stream,
        width=None if width is None else max(width, NARROWEST),
        force_terminal=None if seen else False,
        no_color=None if seen else True,
        markup=False,
        emoji=False,
        highlight=False,
    )


def show(table: Table, console: Console) -> None:
    """Write one table."""
    drawn = RichTable(
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1),
        show_edge=False,
    )
    for place, head in enumerate(table.heads):
        drawn.add_column(
            head,
            justify="left" if place < table.texts else "right",
            overflow="fold",
            no_wrap=place in table.whole,
        )
    for row in table.rows:
        if row is None:
            drawn.add_section()
        else:
            drawn.add_row(*row)
    console.print()
    write(table.title, console, style="bold")
    console.print(drawn)
    if table.note:
        write(table.note, console, style="dim")


def write(text: str, console: Console, style: str = "") -> None:
    """Write a paragraph; Chinese breaks between any two letters, but not before a comma."""
    for line in folded(text, console.width):
        console.print(line, style=style or None, soft_wrap=True)


def folded(text: str, width: int) -> list[str]:
    """A paragraph as lines no wider than this, a Chinese letter being two cells wide.

    >>> folded("收入（元/周）取均值。", 12)
    ['收入（元/', '周）取均值。']
    """
    lines = [""]
    for piece in PIECES.findall(text):
        if lines[-1] and cell_len(lines[-1] + piece.rstrip()) > width:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return [line.rstrip() for line in lines]


def number(value: float | None, decimals: int = 1, *, signed: bool = False) -> str:
    """A number for people: thousands apart, a dash for none.

    A signed number that rounds to zero keeps its sign, so that an interval shows which side
    of zero it ends on.

    >>> number(-0.01), number(1234.5, 0), number(-0.0002, 3, signed=True), number(None)
    ('0.0', '1,234', '-0.000', '–')
    """
    if value is None or not math.isfinite(value):
        return NOTHING
    if signed:
        return f"{value + 0.0:+,.{decimals}f}"
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def short(value: float | None) -> str:
    """A declared number as short as it can be written.

    >>> short(600000.0), short(0.15), short(None)
    ('600,000', '0.15', '–')
    """
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def records(frame: Any) -> list[dict[str, object]]:
    """The rows of a data frame as plain data; numbers that are none become null."""
    return [{str(k): plain(v) for k, v in row.items()} for row in frame.to_dict("records")]


def plain(value: object) -> object:
    """A value as JSON knows it."""
    if isinstance(value, Mapping):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(part) for part in value]
    if hasattr(value, "item"):  # a NumPy number
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if isinstance(value, int | str | bool | None) else str(value)


def write_json(data: object, stream: TextIO) -> None:
    """Write plain JSON and nothing else."""
    unicode = (stream.encoding or "utf-8").lower().replace("-", "").startswith("utf")
    text = json.dumps(plain(data), ensure_ascii=not unicode, indent=2, allow_nan=False)
    stream.write(text + "\n")
