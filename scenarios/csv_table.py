"""A CSV file as a person made it: rows with their lines, and messages that name both."""

import csv
import io
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from model.errors import JinguoError, Problems, did_you_mean

ENCODINGS = ("utf-8-sig", "gb18030")  # plain UTF-8 too; the second is what Excel saves in China
MOST_BYTES = 50_000_000
MOST_PROBLEMS = 20  # more messages than this help nobody
MOST_NAMES = 12  # of a list of allowed names
MOST_CANDIDATES = 2_000  # comparing a word with more names takes too long


@dataclass(frozen=True)
class Row:
    """One line of a table: its cells by column, stripped of blanks around them."""

    line: int
    cells: Mapping[str, str]

    def get(self, column: str) -> str:
        """The cell, empty when it is empty or the column is missing."""
        return self.cells.get(column, "")


@dataclass
class Table:
    """A CSV file read, and the problems found in it so far."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    problems: list[JinguoError] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.file).name

    def has(self, column: str) -> bool:
        """Whether the file has this column."""
        return column in self.columns

    def error(self, key: str, line: int, **fields: object) -> JinguoError:
        """A message about one line of this file."""
        return JinguoError(
            f"measured.{key}",
            {"file": self.file, "line": line, **fields},
            where=f"{self.file}:{line}",
        )

    def report(self, key: str, line: int, **fields: object) -> None:
        """Keep a message about one line; `raise_problems` raises them together."""
        self.problems.append(self.error(key, line, **fields))

    def report_word(self, key: str, line: int, found: str, allowed: Collection[str]) -> None:
        """Keep a message about a word that is not one of the allowed, with the closest if any."""
        guess = len(allowed) <= MOST_CANDIDATES and len(self.problems) < MOST_PROBLEMS
        similar = did_you_mean(found, allowed) if guess else ""
        key = f"{key}_similar" if similar else key
        self.report(key, line, found=found, allowed=listed(allowed), similar=similar)

    def raise_problems(self) -> None:
        """Raise what was found, if anything was."""
        found = self.problems[:MOST_PROBLEMS]
        if len(self.problems) > MOST_PROBLEMS:
            rest = len(self.problems) - MOST_PROBLEMS
            found.append(
                JinguoError(
                    "measured.more_problems", {"count": rest, "file": self.file}, where=self.file
                )
            )
        if len(found) == 1:
            raise found[0]
        if found:
            raise Problems(found)

    def filled(self, row: Row, column: str) -> str:
        """A cell that must not be empty; a message is kept when it is."""
        if not row.get(column):
            self.report("empty_cell", row.line, column=column)
        return row.get(column)

    def count(self, row: Row, column: str, most: int) -> float:
        """A whole number from 0 to `most`, NaN when the cell is empty."""
        cell = row.get(column)
        if not cell:
            return math.nan
        number = number_in(cell)
        if not number.is_integer():
            key = "not_a_whole_number"
        elif number < 0:
            key = "negative"
        elif number > most:
            key = "too_large"
        else:
            return number
        self.report(key, row.line, column=column, found=cell, allowed=most)
        return math.nan


def number_in(cell: str) -> float:
    """The number in a cell, NaN when it holds none.

    >>> number_in("2.0"), number_in("two")
    (2.0, nan)
    """
    try:
        number = float(cell)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def listed(names: Collection[str]) -> tuple[str, ...]:
    """Names for a message; a long list is cut.

    >>> listed(["kin", "trade"])
    ('kin', 'trade')
    """
    shown = tuple(islice(names, MOST_NAMES))
    return (*shown, "…") if len(names) > MOST_NAMES else shown


def read_table(path: Path, required: Collection[str]) -> Table:
    """Read a comma separated file with a line of column names.

    Args:
        path: the file; UTF-8 or GB 18030.
        required: columns it must have.

    Raises:
        JinguoError: the file is missing, not such a file, or lacks a column.
    """
    file = str(path)
    lines = _lines(path)
    header = next(lines, None)
    if header is None:
        raise JinguoError("measured.empty_file", {"file": file}, where=file)
    line, names = header
    columns = tuple(name.strip().lower() for name in names)
    table = Table(file, columns, ())
    _check_header(table, line, required)
    rows = []
    for number, cells in lines:
        if len(cells) > len(columns) and any(cell.strip() for cell in cells[len(columns) :]):
            table.report("too_many_cells", number, found=len(cells), allowed=len(columns))
        stripped = (cell.strip() for cell in cells)
        rows.append(Row(number, dict(zip(columns, stripped, strict=False))))
    table.rows = tuple(rows)
    return table


def _check_header(table: Table, line: int, required: Collection[str]) -> None:
    for separator, word in ((";", ";"), ("\t", "tab")):
        if len(table.columns) == 1 and separator in table.columns[0]:
            raise table.error("wrong_separator", line, found=word)
    for column in table.columns:
        if column and table.columns.count(column) > 1:
            raise table.error("repeated_column", line, column=column)
    for column in required:
        if column not in table.columns:
            similar = did_you_mean(column, set(table.columns) - set(required))
            key = "missing_column_similar" if similar else "missing_column"
            raise table.error(
                key, line, column=column, found=listed(table.columns), similar=similar
            )


def _lines(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The lines that are not blank, with their numbers."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        file, line = str(path), reader.line_num
        raise JinguoError(
            "measured.broken_line", {"file": file, "line": line}, where=f"{file}:{line}"
        ) from None


def _text(path: Path) -> str:
    data = _bytes(path)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _file_error("wrong_encoding", path)
    if b"\0" in data:
        raise _file_error("not_csv", path)
    for encoding in ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _file_error("wrong_encoding", path)


def _bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _file_error("too_big", path)
        return path.read_bytes()
    except FileNotFoundError:
        raise _missing(path) from None
    except IsADirectoryError:
        raise _file_error("folder", path) from None
    except OSError:
        raise _file_error("unreadable", path) from None


def _missing(path: Path) -> JinguoError:
    beside = sorted(p.name for p in path.parent.glob("*.csv")) if path.parent.is_dir() else []
    similar = did_you_mean(path.name, beside)
    return _file_error("missing_file_similar" if similar else "missing_file", path, similar)


def _file_error(key: str, path: Path, similar: str = "") -> JinguoError:
    file = str(path)
    fields = {"file": file, "similar": similar, "allowed": MOST_BYTES // 1_000_000}
    return JinguoError(f"measured.{key}", fields, where=file)
