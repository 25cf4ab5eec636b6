"""Frames of results as sheets: codes become words, headings too, numbers stay raw."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from viz.export.workbook import Sheet, format_of
from viz.words import Words

if TYPE_CHECKING:
    import pandas as pd

ENDS = ("estimate", "low", "high")
Formats = Mapping[str, str | Sequence[str]]
Labels = dict[str, Callable[[Any], str]]


def sheet(
    name: str,
    frame: "pd.DataFrame",
    columns: Sequence[str],
    words: Words,
    labels: Labels,
    *,
    formats: Formats | None = None,
    title: str = "",
    note: str = "",
) -> Sheet:
    """Some columns of a frame as a sheet in one language.

    Args:
        name: of the entry `export.tab_<name>`, and of its title where none is given.
        frame: as an experiment made it; columns it has not are left out.
        columns: in their order; headings are the entries `export.head_<column>`.
        words: the language.
        labels: by column, what a code is called.
        formats: see `Sheet`, by column of the frame.
        title: above the table.
        note: below it.
    """
    shown = [column for column in columns if column in frame]
    heads = {column: words.say(f"export.head_{column}") for column in shown}
    told = frame[shown].copy()
    for column in shown:
        if column in labels:
            told[column] = [labels[column](value) for value in frame[column]]
    said = {heads[column]: kinds for column, kinds in (formats or {}).items() if column in heads}
    tab = words.say(f"export.tab_{name}")
    title = title or words.say(f"export.title_{name}")
    return Sheet(tab, title, told.rename(columns=heads), said, note)


def by_unit(
    frame: "pd.DataFrame", columns: Sequence[str] = ENDS, *, signed: bool = False
) -> dict[str, Sequence[str]]:
    """Of number columns the format of each row, which follows its unit."""
    kinds = [format_of(unit, signed=signed) for unit in frame["unit"]]
    return dict.fromkeys(columns, kinds)
