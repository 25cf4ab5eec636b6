"""Judged patterns as a folder of results: every number in one table, and read back from it."""

import dataclasses
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd

from experiments.patterns_base import Elsewhere, Part, PatternRow, Window, row, say, shown
from experiments.patterns_cache import code_of_patterns
from experiments.results import ResultsFolder, circumstances, code_digest
from experiments.store import whole_file, write_frame
from model.errors import JinguoError

NUMBERS, RUNS = "patterns.csv", "runs.json"
SEED = 1  # of the first village
OWN, FAILING, STRUCTURE = "own", "failing", "structure"  # where a pattern is judged
NOTHING = ""  # where a window has no end, or a figure has none

# What was observed rests on these: the five papers by code, references by number.
SOURCES: Mapping[str, tuple[str, ...]] = {
    "F1": ("004",),
    "F2": ("004", "[38]"),
    "F3": ("004",),
    "F4": ("000", "001", "[13]", "[14]", "[20]"),
    "F5": ("004", "[15]", "[18]"),
    "F6": ("[22]",),
    "F7": ("000", "[6]", "[12]"),
    "F8": ("[54]", "[55]"),
    "F9": ("[105]", "[106]"),
    "F10": ("000", "[28]"),
    "F11": ("000",),
    "F12": ("000", "[83]", "[85]", "[144]"),
    "F13": ("004", "[87]"),
    "F14": ("004", "[68]"),
    "F15": ("002", "[43]", "[44]", "[140]"),
    "F16": ("002",),
    "F17": ("[47]", "[48]"),
    "F18": ("001", "003"),
    "F19": ("001", "003", "[34]"),
    "F20": ("[29]",),
}
# Parameters that were moved until a calibrated pattern came out (docs/model.md, section 8).
TUNED: Mapping[str, tuple[str, ...]] = {
    "F1": (
        "base_demand", "demand_growth", "growth_fading", "outside_competition", "entry_rate",
        "entry_unwilling", "would_ever_sell", "hand_use", "parcel_value",
    ),
    "F2": ("price_adjust_use", "price_adjust_rivals", "target_capacity_use"),
    "F4": ("train_oneoff", "skill_half_unused"),
    "F8": ("hours_fulltime", "idle_use", "effort_floor", "tau_chronic", "burnout_cutoff"),
}


def open_patterns(
    out: Path, ids: Sequence[str], replications: int, *, structures: bool, overwrite: bool
) -> ResultsFolder:
    """Take a folder for judged patterns: a new or empty one, or one that holds this same job.

    Args:
        out: the folder; made when missing.
        ids: the patterns to be judged.
        replications: villages of each kind of run.
        structures: also under rival structures.
        overwrite: take the folder whatever it holds.
    """
    plan = {
        "patterns": list(ids),
        "replications": replications,
        "seed": SEED,
        "structures": structures,
        "code": code_digest(),
        "judged_by": code_of_patterns(),
    }
    folder = ResultsFolder.open(out, plan, overwrite=overwrite)
    folder.drop_parts()  # runs of patterns are kept elsewhere, for all jobs together
    return folder


def keep_patterns(
    rows: Sequence[PatternRow],
    folder: ResultsFolder,
    begun: datetime,
    runs: Mapping[str, Any] | None = None,
) -> None:
    """Write `patterns.csv`, `runs.json` and then the manifest.

    Args:
        rows: what `check_patterns` found.
        folder: of `open_patterns`.
        begun: when the first run began.
        runs: what a report carries of them, as `check_patterns` tells it.
    """
    plan = folder.manifest["plan"]
    write_frame(folder.path / NUMBERS, patterns_frame(rows))
    with whole_file(folder.path / RUNS) as file:
        file.write(json.dumps(runs or {}, separators=(",", ":"), allow_nan=False).encode())
    facts = {name: plan[name] for name in ("patterns", "replications", "seed", "structures")}
    passed = round((datetime.now(UTC) - begun).total_seconds() / 60, 3)
    times = {"started": begun.isoformat(), "minutes": passed}
    folder.describe(**facts, status="complete", **times, **circumstances())


def read_patterns(folder: Path, manifest: Mapping[str, Any]) -> list[PatternRow]:
    """The patterns that a folder holds.

    Raises:
        JinguoError: other criteria judged them, or the table is missing or damaged.
    """
    if manifest["plan"].get("judged_by") != code_of_patterns():
        raise JinguoError("results.other_model", {"folder": str(folder)})
    file = folder / NUMBERS
    try:
        frame = pd.read_csv(file, keep_default_na=False, dtype=str)
        rows = patterns_of(frame)
    except (OSError, ValueError, KeyError) as problem:
        raise JinguoError("results.manifest_damaged", {"file": str(file)}) from problem
    if [row.id for row in rows] != manifest["patterns"]:
        raise JinguoError("results.manifest_damaged", {"file": str(file)})
    return rows


def read_runs(folder: Path) -> dict[str, Any]:
    """What a report carries of the runs; nothing where an earlier version made the folder.

    Raises:
        JinguoError: the file is damaged.
    """
    file = folder / RUNS
    try:
        found = json.loads(file.read_bytes()) if file.is_file() else {}
    except (OSError, ValueError) as problem:
        raise JinguoError("results.manifest_damaged", {"file": str(file)}) from problem
    if not isinstance(found, dict):
        raise JinguoError("results.manifest_damaged", {"file": str(file)})
    return found


# --- The table ---------------------------------------------------------------------------------


def patterns_frame(rows: Sequence[PatternRow]) -> pd.DataFrame:
    """Every number of some patterns, one row a figure.

    `where` is the model's `own` setting, a setting at which an emergent pattern is `failing`, or
    a rival `structure`; `setting` names these two. `wanted_low` and `wanted_high` are the
    criterion; where `holds` is empty, the figure is only told.
    """
    return pd.DataFrame([told for row in rows for told in _figures(row)])


def _figures(row: PatternRow) -> Iterator[dict[str, object]]:
    for part in row.parts:
        yield _told(row, OWN, "", part, row.holds, row.replications)
    if row.failing is not None:
        yield _beside(row, FAILING, _setting(row.failing.setting), row.failing)
    for each in row.structures:
        yield _beside(row, STRUCTURE, each.name, each)


def _beside(row: PatternRow, where: str, setting: str, at: Elsewhere) -> dict[str, object]:
    return _told(row, where, setting, at.part, at.holds, at.replications)


def _told(
    row: PatternRow, where: str, setting: str, part: Part, pattern_holds: object, villages: int
) -> dict[str, object]:
    window = part.window or Window()
    return {
        "pattern": row.id,
        "statement": row.label["en"],
        "kind": row.kind,
        "calibrated": row.kind == "calibrated",
        "emergent": row.kind == "emergent",
        "where": where,
        "setting": setting,
        "pattern_holds": pattern_holds,
        "part": part.name,
        "figure": part.label["en"],
        "estimate": _number(part.value),
        "low": _number(part.low),
        "high": _number(part.high),
        "wanted_low": _number(window.low),
        "wanted_high": _number(window.high),
        "holds": NOTHING if part.holds is None else part.holds,
        "inside": NOTHING if part.inside is None else part.inside,
        "replications": villages,
        "criterion": row.criterion["en"],
        "sources": "; ".join(SOURCES[row.id]),
    }


def _number(value: float) -> object:
    return float(value) if math.isfinite(value) else NOTHING


def _setting(values: Mapping[str, float]) -> str:
    return "; ".join(f"{name}={value!r}" for name, value in values.items())


# --- Back again --------------------------------------------------------------------------------


def patterns_of(frame: pd.DataFrame) -> list[PatternRow]:
    """The patterns of a table that `patterns_frame` made, as text.

    Raises:
        KeyError: a column is missing, or a pattern or figure is not known.
        ValueError: a number is none.
    """
    return [_pattern(own) for _, own in frame.groupby("pattern", sort=False)]


def _pattern(figures: pd.DataFrame) -> PatternRow:
    rows: list[Mapping[str, Any]] = figures.to_dict("records")  # type: ignore[assignment]
    own = [each for each in rows if each["where"] == OWN]
    first = rows[0]
    if not own or first["pattern"] not in SOURCES:
        raise ValueError(first["pattern"])
    parts = [_part(each) for each in own]
    found = row(first["pattern"], first["kind"], parts, int(first["replications"]))
    failing = [_elsewhere(each) for each in rows if each["where"] == FAILING]
    rivals = [_elsewhere(each) for each in rows if each["where"] == STRUCTURE]
    return dataclasses.replace(
        found, failing=failing[0] if failing else None, structures=tuple(rivals)
    )


def _part(told: Mapping[str, Any]) -> Part:
    window = None
    if told["holds"]:
        low, high = _or(told["wanted_low"], -math.inf), _or(told["wanted_high"], math.inf)
        window = Window(low, high)
    return Part(
        name=told["part"],
        label=say(told["part"]),
        value=_or(told["estimate"], math.nan),
        low=_or(told["low"], math.nan),
        high=_or(told["high"], math.nan),
        window=window,
        holds=_said(told["holds"]) if told["holds"] else None,
        inside=float(told["inside"]) if told["inside"] else None,
    )


def _elsewhere(told: Mapping[str, Any]) -> Elsewhere:
    setting = {}
    if told["where"] == FAILING:
        pairs = [pair.split("=") for pair in told["setting"].split("; ")]
        setting = {name: float(value) for name, value in pairs}
    part = _part(told)
    name = ", ".join(setting) or told["setting"]
    holds, villages = _said(told["pattern_holds"]), int(told["replications"])
    return Elsewhere(name, setting, holds, part, shown(part), villages)


def _said(text: str) -> bool:
    return {"True": True, "False": False}[text]


def _or(text: str, nothing: float) -> float:
    return float(text) if text else nothing
