"""The parts of a sweep's store, written where they are computed: first series, then runs.

A chunk is in the store once its runs file is there; the series file before it is whole by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.store import whole_file

if TYPE_CHECKING:
    from experiments.run import History

SERIES, RUNS, PLAN, NOTES = "series", "runs", "plan", "notes"
Status = Literal["ok", "error", "timeout", "killed"]
STATUSES: tuple[Status, ...] = ("ok", "error", "timeout", "killed")
SERIES_KEYS = ("run_id", "week")
RUN_FIELDS = pa.schema(
    [
        ("run_id", pa.int64()),
        ("run_key", pa.string()),
        ("scenario", pa.dictionary(pa.int16(), pa.string())),
        ("draw", pa.int32()),
        ("replication", pa.int32()),
        ("seed", pa.int64()),
        ("status", pa.dictionary(pa.int8(), pa.string())),
        ("error", pa.string()),
        ("trace", pa.string()),
        ("seconds", pa.float32()),
        ("attempt", pa.int16()),
        ("host", pa.string()),
    ]
)
# What the same run may tell differently when it is done again.
CIRCUMSTANCES = ("seconds", "attempt", "host", "trace")


@dataclass(frozen=True)
class RunName:
    """One run of a plan.

    Attributes:
        run_id: its number in the plan.
        key: names its content.
        scenario: of its arm.
        draw: counts from 0.
        replication: counts from 1.
        seed: of its luck.
    """

    run_id: int
    key: str
    scenario: str
    draw: int
    replication: int
    seed: int


@dataclass(frozen=True)
class RunEnded:
    """How one run ended.

    Attributes:
        name: which run.
        status: ok, or why there is no history.
        values: weeks x indicators; of a failed run, nothing.
        error: one line about the failure.
        trace: where it failed.
        seconds: it took.
    """

    name: RunName
    status: Status
    values: "History | None" = None
    error: str = ""
    trace: str = ""
    seconds: float = 0.0


def write_chunk(
    folder: Path,
    chunk: str,
    indicators: Sequence[str],
    ended: Sequence[RunEnded],
    circumstances: tuple[int, str],
) -> None:
    """Put a chunk into the store; the runs file, which makes it count, comes last.

    Args:
        folder: of the store.
        chunk: its name.
        indicators: the columns of every history.
        ended: its runs, in the order of the plan.
        circumstances: which attempt it was, and on which machine.
    """
    _write(folder / SERIES / f"{chunk}.parquet", _series_table(indicators, ended), indicators)
    attempt, host = circumstances
    rows = [
        {
            "run_id": run.name.run_id,
            "run_key": run.name.key,
            "scenario": run.name.scenario,
            "draw": run.name.draw,
            "replication": run.name.replication,
            "seed": run.name.seed,
            "status": run.status,
            "error": run.error,
            "trace": run.trace,
            "seconds": run.seconds,
            "attempt": attempt,
            "host": host,
        }
        for run in ended
    ]
    _write(folder / RUNS / f"{chunk}.parquet", pa.Table.from_pylist(rows, schema=RUN_FIELDS), ())


def _series_table(indicators: Sequence[str], ended: Sequence[RunEnded]) -> pa.Table:
    held = [(run.name.run_id, run.values) for run in ended if run.values is not None]
    lengths = [len(values) for _, values in held]
    numbers: Any = np.concatenate(
        [values for _, values in held] or [np.zeros((0, len(indicators)), np.float32)]
    )
    keys = [
        pa.array(np.repeat(np.array([run for run, _ in held], np.int64), lengths)),
        pa.array(
            np.concatenate(
                [np.arange(n, dtype=np.int16) for n in lengths] or [np.zeros(0, np.int16)]
            )
        ),
    ]
    columns = [pa.array(np.ascontiguousarray(column)) for column in numbers.T]
    return pa.table([*keys, *columns], names=[*SERIES_KEYS, *indicators])


def _write(path: Path, table: pa.Table, indicators: Sequence[str]) -> None:
    with whole_file(path) as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            use_dictionary=[name for name in table.column_names if name not in indicators],
            use_byte_stream_split=list(indicators),
        )


def is_committed(folder: Path, chunk: str) -> bool:
    """Whether a chunk is in the store, whole."""
    return read_runs(folder / RUNS / f"{chunk}.parquet") is not None


def read_runs(path: Path) -> pa.Table | None:
    """The runs of a chunk; nothing when the file or its series is damaged or missing."""
    try:
        runs: pa.Table = pq.read_table(path, schema=RUN_FIELDS)
        series = pq.read_metadata(path.parent.parent / SERIES / path.name)
    except (OSError, pa.ArrowException):
        return None
    some = "ok" in runs["status"].to_pylist()
    return None if some and not series.num_rows else runs
