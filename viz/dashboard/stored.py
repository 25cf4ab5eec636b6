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
LAST = "last"  # the horizon of a sweep's means
FIXED = "_fixed"  # ends the columns of those followed from the programme's start
Band = dict[str, list[float | None]]


@dataclass(frozen=True)
class Stored:
    """One folder of results.

    Attributes:
        kind: `layers`, `compare` or `sweep`.
        manifest: what it says about itself.
        effects: changes by arm, outcome and time with their intervals; of a sweep, levels.
        bands: mean and 95 % interval over replications by week, of each outcome and arm.
        guardrails: limits of harm with verdicts, where the job judges them.
        runs: replications that are complete; of a sweep, runs with a result.
        draws: points of a sweep's design.
        failed: runs of a sweep without a result.
    """

    kind: str
    manifest: Mapping[str, Any]
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
    kind, manifest = kind_of(path)
    try:
        if kind == SWEEP:
            return _sweep(path, manifest)
        if kind in {LAYERS, COMPARE}:
            return _job(kind, path, manifest)
    except (OSError, ValueError, KeyError) as problem:
        raise refusal from problem
    raise refusal


def _job(kind: str, path: Path, manifest: dict[str, Any]) -> Stored:
    effects = pd.read_csv(path / EFFECTS) if (path / EFFECTS).is_file() else pd.DataFrame()
    if missing := NEEDED - set(effects) if len(effects.columns) else set():
        raise KeyError(*missing)
    limits = path / "guardrails.csv"
    guardrails = pd.read_csv(limits) if limits.is_file() else None
    complete = int(manifest.get("complete", manifest["replications"]))
    return Stored(kind, manifest, effects, _bands(path / SERIES), guardrails, complete)


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


def _sweep(path: Path, manifest: dict[str, Any]) -> Stored:
    with load_results(path) as results:
        known = [name for name in PRIMARY if name in results.indicators]
        end = int(results.query("SELECT max(week) AS week FROM series").week.iloc[0]) + 1
        effects = [row for name in known for row in _last_weeks(results, name, end)]
        bands = {name: _sweep_bands(results, name, end) for name in known}
        good, draws = int((results.runs.status == "ok").sum()), len(results.draws)
        failed = len(results.runs) - good
    return Stored(SWEEP, manifest, pd.DataFrame(effects), bands, None, good, draws, failed)


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
