"""What a stored comparison says: its effects, its bands, its limits of harm, its number of runs.

Only folders directly below `--folder` are read, and of them only the tables that jobs write.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from experiments.results import EFFECTS, MANIFEST, SERIES
from model.errors import JinguoError

LARGEST = 400_000_000
SURE = 0.975
EVERY = "all"


@dataclass(frozen=True)
class Stored:
    """One folder of results.

    Attributes:
        name: of the folder.
        manifest: what it says about itself.
        effects: differences from the village without the programme.
        guardrails: limits of harm, where the job kept them.
    """

    name: str
    path: Path
    manifest: dict[str, Any]
    effects: pd.DataFrame
    guardrails: pd.DataFrame | None

    @property
    def runs(self) -> int:
        """Replications."""
        return int(self.manifest.get("replications", 0) or 0)

    @property
    def outcomes(self) -> list[str]:
        """What there are effects on."""
        return list(dict.fromkeys(self.effects["outcome"])) if len(self.effects) else []

    def rows(self, outcome: str) -> pd.DataFrame:
        """Effects on one outcome over everybody followed from the programme's start."""
        found = self.effects[self.effects["outcome"] == outcome]
        for column, wanted in (("subgroup", EVERY), ("population", "selling_at_start")):
            if column in found and (found[column] == wanted).any():
                found = found[found[column] == wanted]
        return found

    def lines(self, column: str) -> dict[str, dict[str, list[float | None]]]:
        """Mean of each arm by week, with its 95 % interval over replications."""
        file = self.path / SERIES
        if not file.is_file() or file.stat().st_size > LARGEST:
            return {}
        try:
            frame = pd.read_parquet(file, columns=["arm", "replication", "week", column])
        except (ValueError, OSError, KeyError):
            return {}
        found = {}
        for arm, part in frame.groupby("arm", observed=True, sort=False):
            table = part.pivot_table(index="week", columns="replication", values=column)
            table = table.reindex(range(int(frame["week"].max()) + 1))
            found[str(arm)] = _band(table.to_numpy(dtype=float))
        return found


def folders_in(folder: Path | None) -> list[str]:
    """The results below the folder, the newest first."""
    if folder is None or not folder.is_dir():
        return []
    found = [path for path in folder.iterdir() if (path / MANIFEST).is_file()]
    return [path.name for path in sorted(found, key=lambda p: -p.stat().st_mtime)]


def read_stored(folder: Path | None, name: str) -> Stored:
    """One folder of results.

    Raises:
        JinguoError: it is none of those below `--folder`, or cannot be read.
    """
    if folder is None or name not in folders_in(folder):
        raise JinguoError("dashboard.no_such_results", {"found": name[:80]})
    path = folder / name
    try:
        manifest = json.loads((path / MANIFEST).read_bytes())
        effects = pd.read_csv(path / EFFECTS) if (path / EFFECTS).is_file() else pd.DataFrame()
        limits = path / "guardrails.csv"
        guardrails = pd.read_csv(limits) if limits.is_file() else None
    except (OSError, ValueError) as problem:
        raise JinguoError("dashboard.no_such_results", {"found": name}) from problem
    return Stored(name, path, manifest, effects, guardrails)


def _band(values: np.ndarray) -> dict[str, list[float | None]]:
    count = np.isfinite(values).sum(axis=1)
    mean = np.nanmean(np.where(count[:, None] > 0, values, 0.0), axis=1)
    mean = np.where(count > 0, mean, np.nan)
    many = np.maximum(count, 2)
    spread = np.nanstd(np.where(count[:, None] > 1, values, 0.0), axis=1, ddof=1)
    reach = np.where(count > 1, spread / np.sqrt(many) * student.ppf(SURE, many - 1), np.nan)
    return {
        "values": _plain(mean), "low": _plain(mean - reach), "high": _plain(mean + reach)
    }  # fmt: skip


def _plain(values: np.ndarray) -> list[float | None]:
    return [float(f"{x:.5g}") if np.isfinite(x) else None for x in values.tolist()]
