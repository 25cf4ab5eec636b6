"""A report as Markdown for papers: the same sections, figures as SVG files beside it."""

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from experiments.store import told_in_words, whole_file
from viz.report.blocks import (
    Block,
    Cell,
    Facts,
    Folded,
    Items,
    Pictured,
    Section,
    Table,
    Text,
    figures,
)

NAME, FIGURES = "report.md", "figures"
# Signs that Markdown would read as its own: anywhere, and at the beginning of a paragraph.
MEANT = re.compile(r"([\\`*_|<]|~(?=~)|\](?=[(\[:]))")
BEGINS = re.compile(r"^(\d*)([-+.)](?=\s)|[#>])")


def write_markdown(page: Mapping[str, Any], folder: Path) -> Path:
    """Write `report.md` and the figures it shows into a folder of results.

    Args:
        page: one language of a report, as `viz.report.build.page` makes it.
        folder: where; figures go to `figures` below it.

    Returns:
        The text file.
    """
    sections: Sequence[Section] = page["sections"]
    names = _names(sections)
    with told_in_words(folder):
        (folder / FIGURES).mkdir(exist_ok=True)
    for section in sections:
        for figure in figures(section.blocks):
            with whole_file(folder / FIGURES / names[id(figure)]) as file:
                file.write(base64.b64decode(figure.source.partition(",")[2]))
    path = folder / NAME
    with whole_file(path) as file:
        file.write(markdown(page).encode())
    return path


def markdown(page: Mapping[str, Any]) -> str:
    """One language of a report as Markdown.

    Args:
        page: as for `write_markdown`.
    """
    sections: Sequence[Section] = page["sections"]
    names = _names(sections)
    parts = [f"*{_text(page['product'])}*", f"# {_text(page['heading'])}"]
    parts += [_quoted(page[name]) for name in ("about", "incomplete", "warning") if page[name]]
    for section in sections:
        parts.append(f"## {_text(section.title)}")
        parts += _blocks(section.blocks, names)
    return "\n\n".join([*parts, "---", _text(page["footer"])]) + "\n"


def _names(sections: Sequence[Section]) -> dict[int, str]:
    """The file of each figure: its name, or its number where it has none."""
    found = [figure for section in sections for figure in figures(section.blocks)]
    return {
        id(figure): f"{figure.name or f'figure-{number}'}.svg"
        for number, figure in enumerate(found, start=1)
    }


def _blocks(blocks: Sequence[Block], names: Mapping[int, str]) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, names)


def _block(block: Block, names: Mapping[int, str]) -> Iterator[str]:
    match block:
        case Text(text=text, look=look):
            yield _quoted(text) if look in {"note", "warning"} else _styled(text, look)
        case Items(items=items):
            yield "\n".join(f"- {_text(item)}" for item in items)
        case Facts(facts=facts):
            yield "\n".join(f"- **{_text(name)}**: {_text(said)}" for name, said in facts)
        case Table():
            yield from _table(block)
        case Pictured():
            yield f"![{_text(block.alt)}]({FIGURES}/{names[id(block)]})"
            yield f"*{_text(block.caption)}*"
            yield from _table(block.table)
        case Folded():
            yield f"### {_text(block.title)}"
            yield from _blocks(block.blocks, names)
            if block.text:
                yield f"~~~~\n{block.text.rstrip()}\n~~~~"


def _table(table: Table) -> Iterator[str]:
    """A pipe table; the heading of a group is a row of its own."""
    width = len(table.head)
    first = table.groups[0].rows[0][1] if table.groups else ()
    ends = ["---", *("--:" if cell.number else "---" for cell in first)]
    lines = [_row(map(_text, table.head)), _row(ends)]
    for group in table.groups:
        if group.heading:
            lines.append(_row([f"**{_text(group.heading)}**", *[""] * (width - 1)]))
        lines += [_row([_text(name), *map(_cell, cells)]) for name, cells in group.rows]
    yield f"**{_text(table.caption)}**"
    yield "\n".join(lines)
    if table.note:
        yield _quoted(table.note)


def _row(cells: Any) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(cell: Cell) -> str:
    text = f"**{_text(cell.text)}**" if cell.strong and cell.text else _text(cell.text)
    return f"{text} {_text(cell.below)}" if cell.below else text


def _styled(text: str, look: str) -> str:
    said = _text(text)
    return f"**{said}**" if look in {"lead", "label"} else said


def _quoted(text: str) -> str:
    return f"> {_text(text)}"


def _text(text: str) -> str:
    """Words as they are, on one line: nothing in them is markup."""
    flat = MEANT.sub(r"\\\1", " ".join(text.split()))
    return BEGINS.sub(r"\1\\\2", flat)
