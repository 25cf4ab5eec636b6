"""An Excel workbook: sheets of raw numbers with formats, in one language."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from experiments.store import whole_file
from model.errors import JinguoError

if TYPE_CHECKING:
    import pandas as pd
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

NAME = "jinguo.xlsx"
FORMATS = {
    "general": "General",
    "whole": "#,##0",
    "money": "#,##0.0",
    "share": "0.000",
    "percent": "0.0%",
    "signed_whole": "+#,##0;-#,##0;0",
    "signed_money": "+#,##0.0;-#,##0.0;0.0",
    "signed_share": "+0.0000;-0.0000;0.0000",
    "signed_percent": "+0.0%;-0.0%;0.0%",
}
NARROWEST = 8  # of a column, in digits
OF_A_FILTER = 3  # digits that the arrow of a filter takes from a heading
HEAD_LINES = 3  # a heading is folded rather than widening its column
LINE = 15.0  # height of a line, in points
COLUMNS_OF_A_PAGE = 16
HEAD = 1  # the row of the headings; the title stands above it
A4 = 9
HEADER_LENGTH = 200  # Excel takes 255 characters, marks included


@dataclass(frozen=True)
class Sheet:
    """One table of a workbook.

    Attributes:
        name: of its tab, at most 31 characters.
        title: what it shows, above the table and on paper.
        frame: headings and raw values; a number that is none leaves its cell empty.
        formats: of a column its key of `FORMATS`, or one key for each row; general otherwise.
        note: how to read it, below the table.
        widest: how many digits a column may be wide; longer texts are folded.
    """

    name: str
    title: str
    frame: "pd.DataFrame"
    formats: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    note: str = ""
    widest: int = 48


def format_of(unit: str, *, signed: bool = False) -> str:
    """The format of a number in this unit.

    >>> format_of("yuan/week", signed=True), format_of("0-1"), format_of("women")
    ('signed_money', 'share', 'money')
    """
    name = "share" if unit in {"0-1", "share"} else "whole" if unit in {"yuan"} else "money"
    return f"signed_{name}" if signed else name


def write_workbook(sheets: Sequence[Sheet], folder: Path) -> Path:
    """Write `jinguo.xlsx` into a folder of results, whole or not at all.

    Args:
        sheets: in the order of their tabs.
        folder: where.

    Returns:
        The file.

    Raises:
        JinguoError: another program holds the file open, or it cannot be written.
    """
    path = folder / NAME
    content = _content(sheets)
    try:
        with whole_file(path) as file:
            file.write(content)
    except JinguoError as problem:
        if isinstance(problem.__cause__, PermissionError) and path.exists():
            fields = {"file": str(path), "folder": str(folder)}
            raise JinguoError("export.held_open", fields) from problem
        raise
    return path


def _content(sheets: Sequence[Sheet]) -> bytes:
    from xlsxwriter import Workbook  # noqa: PLC0415 (needed by few commands)

    file = BytesIO()
    # Text is text: what a scenario calls itself is never a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(file, options) as book:
        styles = _Styles(book)
        for sheet in sheets:
            _write(sheet, book.add_worksheet(sheet.name), styles)
    return file.getvalue()


class _Styles:
    """The looks of cells, each made once."""

    def __init__(self, book: "Workbook") -> None:
        self._book = book
        self._made: dict[str, Format] = {}
        self.title = book.add_format({"bold": True, "font_size": 13})
        self.note = book.add_format({"italic": True, "font_color": "#555555"})
        look = {"bold": True, "bottom": 1, "bg_color": "#F0EDE6", "text_wrap": True,
                "valign": "top"}
        self.head = book.add_format({**look, "align": "left", "indent": 1})
        self.head_of_numbers = book.add_format({**look, "align": "right"})
        self.text = book.add_format({
            "text_wrap": True, "valign": "top", "align": "left", "indent": 1,
        })

    def number(self, name: str) -> "Format":
        if name not in self._made:
            look = {"num_format": FORMATS[name], "valign": "top"}
            self._made[name] = self._book.add_format(look)
        return self._made[name]


def _write(sheet: Sheet, page: "Worksheet", styles: _Styles) -> None:
    frame = sheet.frame
    last_row, last_column = HEAD + len(frame), max(0, frame.shape[1] - 1)
    lines = [1] * (len(frame) + 1)
    page.write_string(0, 0, sheet.title, styles.title)
    for place, name in enumerate(map(str, frame.columns)):
        values = frame.iloc[:, place].tolist()
        head = styles.head if any(isinstance(v, str) for v in values) else styles.head_of_numbers
        page.write_string(HEAD, place, name, head)
        _write_column(page, place, values, sheet.formats.get(name, "general"), styles)
        width = _width(name, values, sheet.widest)
        page.set_column(place, place, width)
        lines = list(map(max, lines, (_lines(text, width) for text in (name, *values))))
    for row, count in enumerate(lines, start=HEAD):
        if count > 1:
            page.set_row(row, LINE * count)
    if sheet.note:
        page.write_string(last_row + 2, 0, sheet.note, styles.note)
    page.freeze_panes(HEAD + 1, 1)
    if len(frame):
        page.autofilter(HEAD, 0, last_row, last_column)
    _for_paper(sheet, page)


def _write_column(
    page: "Worksheet", place: int, values: list[Any], told: str | Sequence[str], styles: _Styles
) -> None:
    names = [told] * len(values) if isinstance(told, str) else told
    for row, (value, name) in enumerate(zip(values, names, strict=True), start=HEAD + 1):
        if isinstance(value, str):
            page.write_string(row, place, value, styles.text)
        elif value is not None and math.isfinite(value):
            page.write_number(row, place, value, styles.number(name))
        elif value is not None and math.isinf(value):
            page.write_string(row, place, "∞" if value > 0 else "−∞", styles.text)


def _width(head: str, values: Sequence[object], widest: int) -> int:
    """Wide enough for the values and for the heading on a few lines."""
    longest = max((cell_len(text) for text in values if isinstance(text, str)), default=0)
    heading = max(math.ceil(cell_len(head) / HEAD_LINES), *map(cell_len, head.split()), NARROWEST)
    return min(max(longest + 2, heading + OF_A_FILTER), widest)


def _lines(value: object, width: int) -> int:
    """How many lines a text takes; a Chinese character is two digits wide."""
    return math.ceil((cell_len(value) + 2) / width) if isinstance(value, str) else 1


def _for_paper(sheet: Sheet, page: "Worksheet") -> None:
    """A4 landscape, headings on every page."""
    page.set_landscape()
    page.set_paper(A4)
    page.set_margins(left=0.4, right=0.4, top=0.7, bottom=0.6)
    page.fit_to_pages(math.ceil(sheet.frame.shape[1] / COLUMNS_OF_A_PAGE), 0)
    page.repeat_rows(HEAD)
    page.set_header("&L&9" + sheet.title.replace("&", "&&")[:HEADER_LENGTH])
    page.set_footer("&L&9&F · &A&R&9&P / &N")
