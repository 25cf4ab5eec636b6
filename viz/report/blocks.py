"""What a report is made of: sections of texts, tables and figures, in one language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Cell:
    """One cell of a table.

    Attributes:
        text: what it says.
        below: a second, smaller line, such as an interval.
        strong: set in bold.
        number: set to the right.
    """

    text: str
    below: str = ""
    strong: bool = False
    number: bool = True


@dataclass(frozen=True)
class Rows:
    """Rows of a table that belong together; each begins with its heading."""

    rows: Sequence[tuple[str, Sequence[Cell]]]
    heading: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a caption and headings for columns and rows."""

    caption: str
    head: Sequence[str]
    groups: Sequence[Rows]
    note: str = ""
    kind: str = "table"


@dataclass(frozen=True)
class Pictured:
    """A figure with its alternative text, its caption and the table of its numbers.

    Attributes:
        name: what its downloads are called, the same in both languages; none without a name.
        data: its numbers as drawn, one row a case, for the download; both languages share it.
    """

    source: str
    alt: str
    caption: str
    table: Table
    name: str = ""
    data: "pd.DataFrame | None" = None
    kind: str = "figure"


@dataclass(frozen=True)
class Text:
    """A paragraph; `lead` is set larger, `note` smaller."""

    text: str
    look: str = "plain"
    kind: str = "text"


@dataclass(frozen=True)
class Items:
    """A short list."""

    items: Sequence[str]
    kind: str = "items"


@dataclass(frozen=True)
class Facts:
    """Names and what they are, side by side."""

    facts: Sequence[tuple[str, str]]
    kind: str = "facts"


@dataclass(frozen=True)
class Folded:
    """What is there for those who open it."""

    title: str
    blocks: "Sequence[Block]" = ()
    text: str = ""
    kind: str = "folded"


Block = Table | Pictured | Text | Items | Facts | Folded


@dataclass(frozen=True)
class Section:
    """A part of the report under a heading."""

    name: str
    title: str
    blocks: Sequence[Block] = field(default_factory=tuple)


def figures(blocks: Sequence[Block]) -> Iterator[Pictured]:
    """Every figure among blocks, those folded away too."""
    for block in blocks:
        if isinstance(block, Pictured):
            yield block
        elif isinstance(block, Folded):
            yield from figures(block.blocks)
