"""How results are kept: parts while a job runs, Parquet when it is done, each file whole."""

import errno
import os
import secrets
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from experiments.run import History, Replication
from model.errors import JinguoError

KEYS = ("arm", "replication", "week")
FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True)
class Histories:
    """The stored numbers of a job: replications x arms x weeks x indicators."""

    names: tuple[str, ...]
    arms: tuple[str, ...]
    replications: tuple[int, ...]
    values: History

    def frame(self) -> pd.DataFrame:
        """One row per arm, replication and week; one column an indicator."""
        count, arms, weeks, width = self.values.shape
        keys = {
            "arm": pd.Categorical.from_codes(
                np.tile(np.repeat(np.arange(arms), weeks), count),
                dtype=pd.CategoricalDtype(list(self.arms)),
            ),
            "replication": np.repeat(np.array(self.replications, np.int32), arms * weeks),
            "week": np.tile(np.arange(weeks, dtype=np.int32), count * arms),
        }
        values = pd.DataFrame(self.values.reshape(-1, width), columns=list(self.names))
        return pd.concat([pd.DataFrame(keys), values], axis=1)


def gather(found: Mapping[int, Replication], arms: Sequence[str]) -> Histories:
    """Put replications side by side, in the order of their numbers."""
    numbers = sorted(found)
    names = found[numbers[0]].names
    return gather_arms(names, arms, numbers, [found[number].histories for number in numbers])


def gather_arms(
    names: Sequence[str],
    arms: Sequence[str],
    numbers: Sequence[int],
    found: Sequence[Mapping[str, History]],
) -> Histories:
    """The histories of all arms in one array, replications in the order given."""
    values = np.stack([np.stack([each[arm] for arm in arms]) for each in found])
    return Histories(tuple(names), tuple(arms), tuple(numbers), values)


# --- Whole files -------------------------------------------------------------------------------


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears when it is complete, and not at all otherwise."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}.tmp")
    with told_in_words(path.parent):
        try:
            with draft.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _settle(path.parent)
        finally:
            draft.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Make the new name survive a power cut, where the system lets folders be synced."""
    if os.name != "posix":
        return
    entry = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(entry)
    finally:
        os.close(entry)


@contextmanager
def told_in_words(folder: Path) -> Iterator[None]:
    """Turn what the system says about a folder into a message for its owner."""
    try:
        yield
    except OSError as problem:
        key = "results.no_space" if problem.errno in FULL else "results.not_writable"
        fields = {"folder": str(folder), "reason": problem.strerror or str(problem)}
        raise JinguoError(key, fields) from problem


# --- Parts: what an interrupted job has finished -----------------------------------------------


def write_part(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Keep the arrays of one finished task."""
    with whole_file(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_part(path: Path) -> dict[str, NDArray[Any]] | None:
    """The arrays of a part, or nothing when the file is damaged: its task is done again."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as part:
            return {name: part[name] for name in part.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def replication_arrays(replication: Replication) -> dict[str, NDArray[Any]]:
    """A replication as plain arrays."""
    women = {} if replication.women is None else {"women": replication.women}
    return {
        "names": np.array(replication.names),
        "arms": np.array(list(replication.histories)),
        "values": np.stack(list(replication.histories.values())),
        **women,
    }


def replication_of(arrays: Mapping[str, NDArray[Any]]) -> Replication:
    """The replication that `replication_arrays` was given."""
    arms = [str(arm) for arm in arrays["arms"]]
    return Replication(
        tuple(str(name) for name in arrays["names"]),
        dict(zip(arms, arrays["values"], strict=True)),
        arrays.get("women"),
    )


# --- Parquet: what a finished job leaves -------------------------------------------------------


def write_series(path: Path, histories: Histories) -> None:
    """Write `series.parquet`: arm, replication, week, one column an indicator."""
    fields = [
        pa.field("arm", pa.dictionary(pa.int8(), pa.string())),
        pa.field("replication", pa.int32()),
        pa.field("week", pa.int32()),
        *(pa.field(name, pa.float32()) for name in histories.names),
    ]
    table = pa.Table.from_pandas(
        histories.frame(), schema=pa.schema(fields), preserve_index=False
    ).replace_schema_metadata(None)
    with whole_file(path) as file:
        pq.write_table(
            table,
            file,
            compression="zstd",
            use_dictionary=list(KEYS),
            use_byte_stream_split=list(histories.names),
        )


def read_series(path: Path) -> dict[int, Replication]:
    """The replications of a `series.parquet`, bit for bit as they were run."""
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowException) as problem:
        raise JinguoError("results.damaged", {"file": str(path)}) from problem
    names = tuple(name for name in table.column_names if name not in KEYS)
    numbers = table["replication"].to_numpy()
    arms = table["arm"].to_pandas().cat
    values = np.stack([table[name].to_numpy() for name in names])
    found = {}
    for number in sorted(set(numbers.tolist())):
        rows = np.flatnonzero(numbers == number)
        codes = arms.codes.to_numpy()[rows]
        histories = {
            str(arms.categories[code]): np.ascontiguousarray(values[:, rows[codes == code]].T)
            for code in dict.fromkeys(codes.tolist())
        }
        found[int(number)] = Replication(names, histories)
    return found


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a table of plain numbers and names as CSV."""
    with whole_file(path) as file:
        file.write(frame.to_csv(index=False, lineterminator="\n").encode())
