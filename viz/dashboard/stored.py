"""What stored results say: changes, bands, limits of harm, number of runs.

Only folders directly below `--folder` are read, and of them only the tables that jobs write.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from experiments.outcomes import PRIMARY, WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.reopen import COMPARE, LAYERS, SWEEP, kind_of
from experiments.results import EFFECTS, MANIFEST, SERIES
from experiments.statistics import student_interval
from experiments.store_read import Results, load_results
from model.errors import JinguoError

LARGEST = 400_000_000
SURE = 0.975
WANTED = (("subgroup", "all"), ("population", "selling_at_start"))
VERDICTS = ("kept", "breached", "not_resolved", "too_small")
NEEDED = {"arm", "outcome", "horizon", "estimate", "low", "high"}
JUDGED = {"arm", "outcome", "horizon", "subgroup", "verdict"}
LAST = "last"  # the horizon of a sweep's means
READ = (LAYERS, COMPARE, SWEEP)
OTHER = "results.nothing_to_report"  # a folder of another job
# What a damaged table or an edited manifest makes of its reading.
BROKEN = (OSError, ValueError, TypeError, AttributeError, LookupError)
FIXED = "_fixed"  # ends the columns of those followed from the programme's start
Band = dict[str, list[float | None]]


@dataclass(frozen=True)
class Stored:
    """One folder of results.

    Attributes:
        kind: `layers`, `compare` or `sweep`.
        manifest: what it says about itself.
        written: the scenarios as it tells them, by arm.
        replications: that were asked for.
        effects: changes by arm, outcome and time with their intervals; of a sweep, levels.
        bands: mean and 95 % interval over replications by week, of each outcome and arm.
        guardrails: limits of harm with verdicts, where the job judges them.
        runs: replications that are complete; of a sweep, runs with a result.
        draws: points of a sweep's design.
        failed: runs of a sweep without a result.
    """

    kind: str
    manifest: Mapping[str, Any]
    written: Mapping[str, Mapping[str, Any]]
    replications: int
    effects: pd.DataFrame
    bands: Mapping[str, Mapping[str, Band]] = field(default_factory=dict)
    guardrails: pd.DataFrame | None = None
    runs: int = 0
    draws: int = 1
    failed: int = 0

    @property
    def outcomes(self) -> list[str]:
        """What there are numbers of."""
        return list(dict.fromkeys(self.effects["outcome"])) if len(self.effects) else []

    def rows(self, outcome: str) -> pd.DataFrame:
        """Numbers of one outcome, over everybody followed from the programme's start."""
        found = self.effects[self.effects["outcome"] == outcome]
        for column, wanted in WANTED:
            if column in found and (found[column] == wanted).any():
                found = found[found[column] == wanted]
        return found

    @property
    def verdicts(self) -> dict[str, int]:
        """How many limits of harm were kept, breached, not resolved, or cannot be judged."""
        if self.guardrails is None:
            return {}
        return {name: int((self.guardrails["verdict"] == name).sum()) for name in VERDICTS}


def folders_in(folder: Path | None) -> list[str]:
    """The results below the folder, the newest first."""
    if folder is None or not folder.is_dir():
        return []
    root = folder.resolve()
    found = [path for path in folder.iterdir() if (path / MANIFEST).is_file()]
    inside = [path for path in found if path.resolve().is_relative_to(root)]
    return [path.name for path in sorted(inside, key=lambda p: -p.stat().st_mtime)]


def read_stored(folder: Path | None, name: str) -> Stored:
    """One folder of results.

    Raises:
        JinguoError: it is none of those below `--folder`, holds something else, or cannot be
            read.
    """
    refusal = JinguoError("dashboard.no_such_results", {"found": name[:80]})
    if folder is None or name not in folders_in(folder):
        raise refusal
    path = folder / name
    try:
        kind, manifest = kind_of(path)
    except JinguoError as problem:
        raise (refusal if problem.key == OTHER else problem) from None
    if kind not in READ:
        raise refusal
    try:
        return (_sweep if kind == SWEEP else _job)(path, manifest, kind)
    except BROKEN as problem:
        raise refusal from problem


def _job(path: Path, manifest: dict[str, Any], kind: str) -> Stored:
    written = _written(kind, manifest)
    effects = _table(path / EFFECTS, NEEDED)
    guardrails = _table(path / "guardrails.csv", JUDGED)
    planned = int(manifest["replications"])
    complete = int(manifest.get("complete", planned))
    return Stored(
        kind, manifest, written, planned, pd.DataFrame() if effects is None else effects,
        _bands(path / SERIES), guardrails, complete,
    )  # fmt: skip


def _written(kind: str, manifest: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The scenarios as a manifest tells them, by arm; an error where it tells something else."""
    if kind == SWEEP:
        found = {arm: facts["plain"] for arm, facts in manifest["arms"].items()}
    else:
        found = dict(manifest["scenarios"] if kind == COMPARE else {"all": manifest["scenario"]})
    if kind == COMPARE and manifest["base"] not in found:
        raise KeyError(manifest["base"])
    for one in found.values():
        plan = one.get("programme")
        if plan is not None:
            int(plan["start"]), int(plan["stop"])
    return found


def _table(file: Path, needed: set[str]) -> pd.DataFrame | None:
    """A table of a job, if it wrote one."""
    frame = pd.read_csv(file) if file.is_file() else None
    if frame is not None and len(frame.columns) and (missing := needed - set(frame)):
        raise KeyError(*missing)
    return frame


def _bands(file: Path) -> dict[str, dict[str, Band]]:
    if not file.is_file() or file.stat().st_size > LARGEST:
        return {}
    columns = [outcome + FIXED for outcome in PRIMARY]
    frame = pd.read_parquet(file, columns=["arm", "replication", "week", *columns])
    weeks = range(int(frame["week"].max()) + 1)
    found: dict[str, dict[str, Band]] = {outcome: {} for outcome in PRIMARY}
    for arm, part in frame.groupby("arm", observed=True, sort=False):
        for outcome, column in zip(PRIMARY, columns, strict=True):
            table = part.pivot_table(index="week", columns="replication", values=column)
            found[outcome][str(arm)] = _band(table.reindex(weeks).to_numpy(dtype=float))
    return found


def _band(values: np.ndarray) -> Band:
    count = np.isfinite(values).sum(axis=1)
    mean = np.nanmean(np.where(count[:, None] > 0, values, 0.0), axis=1)
    mean = np.where(count > 0, mean, np.nan)
    many = np.maximum(count, 2)
    spread = np.nanstd(np.where(count[:, None] > 1, values, 0.0), axis=1, ddof=1)
    reach = np.where(count > 1, spread / np.sqrt(many) * student.ppf(SURE, many - 1), np.nan)
    return _lines(mean, mean - reach, mean + reach)


# --- sweeps ----------------------------------------------------------------------------------


def _sweep(path: Path, manifest: dict[str, Any], kind: str) -> Stored:
    written = _written(kind, manifest)
    with load_results(path) as results:
        known = [name for name in PRIMARY if name in results.indicators]
        end = int(results.query("SELECT max(week) AS week FROM series").week.iloc[0]) + 1
        effects = [row for name in known for row in _last_weeks(results, name, end)]
        bands = {name: _sweep_bands(results, name, end) for name in known}
        good, draws = int((results.runs.status == "ok").sum()), len(results.draws)
        failed = len(results.runs) - good
    return Stored(
        kind, manifest, written, int(manifest["replications"]), pd.DataFrame(effects), bands, None,
        good, draws, failed,
    )  # fmt: skip


def _last_weeks(results: Results, outcome: str, end: int) -> list[dict[str, Any]]:
    """Mean of the last weeks in each scenario, with the interval that luck leaves."""
    weeks = WEEKS_AVERAGED_MONEY if outcome == "income" else WEEKS_AVERAGED
    runs = results.window_means(outcome, max(0, end - weeks), end).astype({"scenario": str})
    rows = []
    for scenario, own in runs.groupby("scenario", sort=False):
        held = own[np.isfinite(own["value"])]
        luck = held.groupby("replication")["value"].mean().to_numpy(dtype=np.float64)
        low = high = np.array([np.nan])
        if len(luck) > 1:
            low, high = student_interval(luck[:, None])
        rows.append({"arm": scenario, "outcome": outcome, "horizon": LAST,
                     "estimate": float(luck.mean()) if len(luck) else np.nan,
                     "low": float(low[0]), "high": float(high[0]), "replications": len(luck)})
    return rows


def _sweep_bands(results: Results, outcome: str, end: int) -> dict[str, Band]:
    frame = results.mean_series(outcome).astype({"scenario": str})
    return {
        str(scenario): _lines(
            *(own.set_index("week").reindex(range(end))[["estimate", "low", "high"]].to_numpy().T)
        )
        for scenario, own in frame.groupby("scenario", sort=False)
    }


def _lines(mean: np.ndarray, low: np.ndarray, high: np.ndarray) -> Band:
    return {"values": _plain(mean), "low": _plain(low), "high": _plain(high)}


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(f"{x:.5g}") if np.isfinite(x) else None for x in values.tolist()]
