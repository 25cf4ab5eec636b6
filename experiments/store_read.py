"""Read a sweep's store: pandas frames of what is in it, and SQL over its files."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
from scipy.special import stdtrit

from experiments.store_parts import PLAN, RUNS, SERIES
from experiments.store_sweep import DRAWS, read_manifest
from model.errors import JinguoError, did_you_mean

VIEWS = ("runs", "series", "plan", "draws")


class Results:
    """What is in a store at the moment it was opened; it may go on being written.

    Attributes:
        folder: of the store.
        manifest: what it says about itself.
        sql: a DuckDB connection with the views `runs` (how each run ended), `series` (`run_id`,
            `week` and the indicators), `plan` (every planned run) and `draws` (what each sets).
    """

    def __init__(self, folder: Path, manifest: Mapping[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest
        self.sql = duckdb.connect(":memory:")
        self._chunks = sorted(path.name for path in (folder / RUNS).glob("*.parquet"))
        if not self._chunks:
            raise JinguoError("sweep.nothing_yet", {"folder": str(folder)})
        self._make_views()

    @property
    def indicators(self) -> tuple[str, ...]:
        """What is kept of each week."""
        return tuple(self.manifest["plan"]["indicators"])

    @cached_property
    def runs(self) -> pd.DataFrame:
        """How each run in the store ended, one row a run."""
        return self.query("SELECT * FROM runs ORDER BY run_id")

    @cached_property
    def plan(self) -> pd.DataFrame:
        """Every planned run with what its draw sets, one row a run."""
        return self.query("SELECT * FROM plan LEFT JOIN draws USING (draw) ORDER BY run_id")

    @cached_property
    def draws(self) -> pd.DataFrame:
        """What each draw sets, one row a draw."""
        return self.query("SELECT * FROM draws ORDER BY draw")

    @cached_property
    def series(self) -> pd.DataFrame:
        """`run_key`, `week` and the indicators, one row a week of each run."""
        frame = self.query("SELECT * FROM series ORDER BY run_id, week")
        keys = dict(zip(self.runs.run_id, self.runs.run_key, strict=True))
        present = frame.pop("run_id")
        ids, codes = np.unique(present.to_numpy(), return_inverse=True)
        named = pd.Categorical.from_codes(codes, pd.Index([keys[run] for run in ids.tolist()]))
        frame.insert(0, "run_key", pd.Series(named, index=frame.index))
        return frame

    def mean_series(self, indicator: str) -> pd.DataFrame:
        """Mean of one indicator by scenario and week, with its 95 % interval.

        Each replication is averaged over its draws first: the interval (Student's t over
        replications) tells the luck of the villages, never what the inputs might be instead.
        """
        self.check_indicator(indicator)
        kept = f"""
            SELECT scenario, replication, week, "{indicator}" AS "value"
            FROM series JOIN (SELECT run_id, scenario, replication FROM runs) USING (run_id)
            WHERE isfinite("{indicator}")
            """
        if len(self.draws) > 1:
            kept = f"""
                SELECT scenario, replication, week, avg("value") AS "value"
                FROM ({kept}) GROUP BY scenario, replication, week
                """
        frame = self.query(
            f"""
            SELECT scenario, week, avg("value") AS estimate, count("value") AS replications,
                stddev_samp("value") / sqrt(count("value")) AS error
            FROM ({kept}) GROUP BY scenario, week ORDER BY scenario, week
            """
        )
        freedom = (frame["replications"] - 1).clip(lower=1).to_numpy(dtype=np.float64)
        reach = frame.pop("error").to_numpy(dtype=np.float64) * stdtrit(freedom, 0.975)
        frame.insert(3, "low", frame["estimate"] - reach)
        frame.insert(4, "high", frame["estimate"] + reach)
        return frame

    def window_means(self, indicator: str, first: int, end: int) -> pd.DataFrame:
        """Mean of one indicator over weeks from `first` until before `end`, one row a run."""
        self.check_indicator(indicator)
        return self.query(
            f"""
            SELECT scenario, draw, replication, "value" FROM
                (SELECT run_id, avg("{indicator}"::DOUBLE) FILTER (isfinite("{indicator}"))
                    AS "value" FROM series WHERE week >= ? AND week < ? GROUP BY run_id)
            JOIN (SELECT run_id, scenario, draw, replication FROM runs) USING (run_id)
            ORDER BY run_id
            """,
            [first, end],
        )

    def query(self, text: str, values: Sequence[object] = ()) -> pd.DataFrame:
        """What a query of the views gives.

        Raises:
            JinguoError: a file of the store is damaged.
        """
        with _damage_told(self.folder):
            frame: pd.DataFrame = self.sql.execute(text, list(values)).df()
        return frame

    def check_indicator(self, name: str) -> None:
        """Refuse the name of an indicator that the store does not keep."""
        if name not in self.indicators:
            meant = did_you_mean(name, self.indicators)
            raise JinguoError("sweep.unknown_indicator", {"found": name, "meant": meant})

    def close(self) -> None:
        """Let go of the files."""
        self.sql.close()

    def __enter__(self) -> "Results":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _make_views(self) -> None:
        runs = [self.folder / RUNS / name for name in self._chunks]
        series = [self.folder / SERIES / name for name in self._chunks]
        rounds = sorted((self.folder / PLAN).glob("round-*.parquet"))
        planned = rounds[: len(self.manifest["rounds"])]
        found = {"runs": runs, "series": series, "plan": planned}
        found["draws"] = [self.folder / PLAN / DRAWS]
        with _damage_told(self.folder):
            for name in VIEWS:
                files = ", ".join(_quoted(path) for path in found[name])
                self.sql.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{files}])")


def load_results(store: str | Path) -> Results:
    """Open the store of a sweep for reading, finished or not.

    Args:
        store: the folder.

    Raises:
        JinguoError: the folder holds no sweep, nothing is in it so far, or a file is damaged.
    """
    path = Path(store).absolute()
    return Results(path, read_manifest(path))


def _quoted(path: Path) -> str:
    return "'" + path.as_posix().replace("'", "''") + "'"


@contextmanager
def _damage_told(folder: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.IOException, duckdb.InvalidInputException) as problem:
        fields = {"folder": str(folder), "reason": str(problem).splitlines()[0]}
        raise JinguoError("sweep.damaged_part", fields) from problem
