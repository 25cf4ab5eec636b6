"""A village as surveyed: two CSV files, households and ties, read with care.

What the survey did not ask is found from the ties (scenarios/hamlets.py) or drawn at birth.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.errors import JinguoError, did_you_mean
from model.village_graph import KINDS, MeasuredVillage, from_keys, strength_of
from scenarios.csv_table import Row, Table, listed, number_in, read_table
from scenarios.hamlets import embeddedness, find_hamlets, guess_kinds, number_by_first

MOST_HOUSEHOLDS = 20_000
MOST_PEOPLE = 20  # of one sort in one household; more is a slip of the pen
COUNTS = ("women", "children_u6", "children_6_12", "elders")
HUSBAND = {"none": 0.0, "present": 1.0, "away": 2.0}
HOUSEHOLD_COLUMNS = ("household", "village", "hamlet", "husband", *COUNTS)
TIE_COLUMNS = ("household_a", "household_b", "village", "kind", "strength")
CITATION_FILE = "CITATION.txt"  # beside the CSV files

Note = tuple[str, Mapping[str, object]]


@dataclass
class _Ties:
    """Ties by row numbers of households, none twice."""

    a: npt.NDArray[np.int64]
    b: npt.NDArray[np.int64]
    kind: list[int | None]
    strength: npt.NDArray[np.float64]  # NaN where the survey does not say


@dataclass
class _Reading:
    """Ties as they are being read, line by line."""

    table: Table
    rows: Mapping[str, int]  # of the households of this village
    elsewhere: frozenset[str]  # names of other villages' households, where ties do not say
    found: dict[tuple[int, int], tuple[int | None, float]] = field(default_factory=dict)
    self_ties: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    unknown: set[str] = field(default_factory=set)
    outside: int = 0


def read_measured(households: Path, ties: Path, pick: str | None) -> MeasuredVillage:
    """Read a surveyed village.

    Where hamlets are missing, groups of households with many ties inside are taken for them;
    where kinds are missing, the ties whose ends share most partners are taken for kin; missing
    strength follows the share of partners in common. The notes say so.

    Args:
        households: CSV with a column `household`.
        ties: CSV with columns `household_a` and `household_b`.
        pick: which village, when the files hold several.

    Raises:
        JinguoError: something in the files must be mended; several messages come as Problems.
    """
    table = read_table(households, ["household"])
    village = _village(table, pick)
    rows = _rows_of(table, village)
    names = _names(table, rows)
    columns = _columns(table, rows)
    hamlets = _hamlet_names(table, rows)
    table.raise_problems()
    if columns.get("women", np.ones(1)).max() == 0:
        raise JinguoError("measured.no_women", {"file": table.file}, where=table.file)
    tie_table = read_table(ties, ["household_a", "household_b"])
    notes = [*_ignored(table, HOUSEHOLD_COLUMNS), *_ignored(tie_table, TIE_COLUMNS)]
    reading = _read_ties(tie_table, table, village, names)
    notes += _notes_on(reading)
    found = _as_arrays(reading)
    if hamlets is None:
        hamlet = find_hamlets(len(names), found.a, found.b)
        notes.append(("measured.note_hamlets", {"count": int(hamlet.max()) + 1}))
    else:
        hamlet = number_by_first(hamlets)
    kind, strength = _complete(found, len(names), notes)
    graph = from_keys(hamlet, found.a * len(names) + found.b, kind, strength)
    return MeasuredVillage(graph, columns, tuple(names), tuple(notes), _citation(households))


def _village(table: Table, pick: str | None) -> str | None:
    """Which village to read; None when the file does not tell villages apart."""
    if not table.rows:
        raise JinguoError("measured.no_households", {"file": table.file}, where=table.file)
    if not table.has("village"):
        if pick is not None:
            raise JinguoError(
                "measured.no_village_column", {"file": table.file, "found": pick}, where=table.file
            )
        return None
    villages = list(dict.fromkeys(table.filled(row, "village") for row in table.rows))
    table.raise_problems()
    fields: dict[str, object] = {
        "file": table.file,
        "count": len(villages),
        "allowed": listed(villages),
    }
    if pick is None and len(villages) > 1:
        raise JinguoError("measured.several_villages", fields, where=table.file)
    if pick is not None and pick.strip() not in villages:
        similar = did_you_mean(pick, villages)
        key = "measured.unknown_pick_similar" if similar else "measured.unknown_pick"
        raise JinguoError(key, {**fields, "found": pick, "similar": similar}, where=table.file)
    return villages[0] if pick is None else pick.strip()


def _rows_of(table: Table, village: str | None) -> list[Row]:
    rows = [row for row in table.rows if village is None or row.get("village") == village]
    if len(rows) > MOST_HOUSEHOLDS:
        fields = {"file": table.file, "found": len(rows), "allowed": MOST_HOUSEHOLDS}
        raise JinguoError("measured.too_many_households", fields, where=table.file)
    return rows


def _names(table: Table, rows: list[Row]) -> dict[str, int]:
    """The row number of each household."""
    lines: dict[str, int] = {}
    for row in rows:
        name = table.filled(row, "household")
        if name and name in lines:
            table.report("repeated_household", row.line, found=name, first=lines[name])
        lines.setdefault(name, row.line)
    return {name: number for number, name in enumerate(lines)}


def _columns(table: Table, rows: list[Row]) -> dict[str, npt.NDArray[np.float64]]:
    columns = {
        name: np.array([table.count(row, name, MOST_PEOPLE) for row in rows])
        for name in COUNTS
        if table.has(name)
    }
    if table.has("husband"):
        columns["husband"] = np.array([_husband(table, row) for row in rows])
    return columns


def _husband(table: Table, row: Row) -> float:
    word = row.get("husband").lower()
    if word and word not in HUSBAND:
        table.report_word("unknown_husband", row.line, row.get("husband"), HUSBAND)
    return HUSBAND.get(word, np.nan)


def _hamlet_names(table: Table, rows: list[Row]) -> list[str] | None:
    if not any(row.get("hamlet") for row in rows):
        return None
    return [table.filled(row, "hamlet") for row in rows]


def _read_ties(
    table: Table, households: Table, village: str | None, names: Mapping[str, int]
) -> _Reading:
    by_village = table.has("village") and village is not None
    elsewhere: frozenset[str] = frozenset()
    if village is not None and not by_village:
        elsewhere = _names_elsewhere(table, households, village)
    known = {row.get("village") for row in households.rows}
    reading = _Reading(table, names, elsewhere)
    for row in table.rows:
        if by_village:
            place = table.filled(row, "village")
            if place and place not in known:
                table.report_word("unknown_village", row.line, place, sorted(known))
            if place != village:
                continue
        _read_tie(reading, row)
    table.raise_problems()
    return reading


def _names_elsewhere(table: Table, households: Table, village: str) -> frozenset[str]:
    """Households of other villages; ties that do not name theirs need names used only once."""
    here = {r.get("household") for r in households.rows if r.get("village") == village}
    others = {r.get("household") for r in households.rows if r.get("village") != village}
    if here & others:
        fields = {"file": table.file, "column": "village", "found": listed(sorted(here & others))}
        raise JinguoError("measured.ties_need_village", fields, where=table.file)
    return frozenset(others)


def _read_tie(reading: _Reading, row: Row) -> None:
    table = reading.table
    ends = [table.filled(row, column) for column in ("household_a", "household_b")]
    kind, strength = _kind(table, row), _strength(table, row)
    if any(name in reading.elsewhere for name in ends):
        reading.outside += 1
        return
    unknown = [name for name in ends if name and name not in reading.rows]
    for name in unknown:
        if name not in reading.unknown:  # told once, however many ties name it
            table.report_word("unknown_household", row.line, name, reading.rows)
    reading.unknown.update(unknown)
    if unknown or not all(ends):
        return
    one, two = sorted(reading.rows[name] for name in ends)
    if one == two:
        reading.self_ties.append(row.line)
        return
    if (one, two) in reading.found:
        reading.repeated.append(row.line)
        kind, strength = _both(reading.found[one, two], (kind, strength))
    reading.found[one, two] = (kind, strength)


def _both(
    first: tuple[int | None, float], second: tuple[int | None, float]
) -> tuple[int | None, float]:
    """A tie told twice: kin before neighbours before trade, and the greater strength."""
    kinds = [kind for kind in (first[0], second[0]) if kind is not None]
    return (min(kinds) if kinds else None), float(np.fmax(first[1], second[1]))


def _kind(table: Table, row: Row) -> int | None:
    word = row.get("kind").lower()
    if not word:
        return None
    if word not in KINDS:
        table.report_word("unknown_kind", row.line, row.get("kind"), KINDS)
        return None
    return KINDS.index(word)


def _strength(table: Table, row: Row) -> float:
    cell = row.get("strength")
    strength = number_in(cell)
    if cell and not 0.0 < strength <= 1.0:
        table.report("bad_strength", row.line, found=cell)
    return strength


def _as_arrays(reading: _Reading) -> _Ties:
    pairs = sorted(reading.found)
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    told = [reading.found[pair] for pair in pairs]
    strength = np.array([strength for _, strength in told], dtype=np.float64)
    return _Ties(ends[:, 0], ends[:, 1], [kind for kind, _ in told], strength)


def _complete(
    ties: _Ties, households: int, notes: list[Note]
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float64]]:
    """Kinds and strengths, found from shared partners where the survey does not say."""
    overlap = embeddedness(households, ties.a, ties.b)
    kind = np.array([-1 if kind is None else kind for kind in ties.kind], dtype=np.int8)
    open_kind, open_strength = kind < 0, np.isnan(ties.strength)
    if open_kind.any():
        kind[open_kind] = guess_kinds(overlap[open_kind])
        notes.append(("measured.note_kinds", {"count": int(open_kind.sum())}))
    if open_strength.any():
        notes.append(("measured.note_strength", {"count": int(open_strength.sum())}))
    levels, rank = np.unique(overlap, return_inverse=True)
    closeness = rank / max(levels.size - 1, 1)
    return kind, np.where(open_strength, strength_of(kind, closeness), ties.strength)


def _ignored(table: Table, known: tuple[str, ...]) -> list[Note]:
    notes: list[Note] = []
    for column in table.columns:
        if column and column not in known:
            similar = did_you_mean(column, known)
            key = "note_ignored_column_similar" if similar else "note_ignored_column"
            fields = {"file": table.name, "column": column, "similar": similar}
            notes.append((f"measured.{key}", fields))
    return notes


def _notes_on(reading: _Reading) -> list[Note]:
    file = reading.table.name
    notes: list[Note] = []
    for key, lines in (
        ("note_self_ties", reading.self_ties),
        ("note_repeated_ties", reading.repeated),
    ):
        if lines:
            shown = listed([str(line) for line in lines])
            fields = {"file": file, "count": len(lines), "lines": shown}
            notes.append((f"measured.{key}", fields))
    if reading.outside:
        notes.append(("measured.note_ties_elsewhere", {"file": file, "count": reading.outside}))
    if not reading.found:
        notes.append(("measured.note_no_ties", {"file": file}))
    return notes


def _citation(households: Path) -> str:
    """What the file `CITATION.txt` beside the survey says, in one line."""
    path = households.parent / CITATION_FILE
    try:
        return " ".join(path.read_text(encoding="utf-8", errors="replace").split())
    except OSError:  # most surveys have none
        return ""
