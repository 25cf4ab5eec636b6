"""The folder of a sweep: its manifest, its plan, and which chunks are in it."""

import hashlib
import json
import os
import platform
import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.plan import Plan
from experiments.results import MANIFEST, circumstances, code_digest, plan_key, plugin_digest
from experiments.run import seed_of
from experiments.store import read_part, told_in_words, whole_file, write_part
from experiments.store_parts import NOTES, PLAN, RUNS, SERIES, RunName, read_runs
from model.errors import JinguoError

if TYPE_CHECKING:
    from experiments.design_factors import Factor, Setting

SCHEMA = 1
KIND = "sweep"
LOCK = "writer.lock"
DRAWS, PLACES, AS_WRITTEN = "draws.parquet", "places.npz", "plan.yaml"
DECISIVE = ("numpy", "numba", "mesa")  # versions that may change the last bits of a run


@dataclass(frozen=True)
class Chunk:
    """Runs that one process does in one go: from the first until before the last."""

    name: str
    first: int
    end: int


class SweepStore:
    """Where one sweep keeps its runs.

    Attributes:
        path: the folder.
        plan: what is run.
        manifest: what the folder says about itself.
    """

    def __init__(self, path: Path, plan: Plan, manifest: dict[str, Any]) -> None:
        self.path = path
        self.plan = plan
        self.manifest = manifest
        self._begun: dict[tuple[str, int], Any] = {}  # hashes of all but the replication

    @classmethod
    def make(cls, path: Path, plan: Plan, chunk: int, deadline: float) -> "SweepStore":
        """Make the store of a plan in an empty folder; nothing is run yet."""
        manifest: dict[str, Any] = {
            "schema": SCHEMA,
            "kind": KIND,
            "sweep": secrets.token_hex(8),
            "plan_key": plan_key(plan.identity()),
            "plan": plan.identity(),
            "kind_of_design": plan.kind,
            "levels": plan.levels,
            "second_order": plan.second_order,
            "arms": {name: _arm_facts(arm) for name, arm in plan.arms.items()},
            "plug_ins": plug_ins(plan),
            "chunk": chunk,
            "deadline": deadline,
            "replications": 0,
            "rounds": [],
            "made": _now(),
            **circumstances(),
        }
        store = cls(path, plan, manifest)
        with told_in_words(path):
            for name in (SERIES, RUNS, PLAN, NOTES):
                (path / name).mkdir(parents=True, exist_ok=True)
        store._write_draws()
        store.add_round(plan.replications)
        return store

    def add_round(self, replications: int) -> None:
        """Plan replications up to this number; the plan stands before the manifest names it."""
        held = self.manifest["replications"]
        per = self.plan.runs_a_replication
        number = len(self.manifest["rounds"])
        chunks = list(self._cut(held * per, replications * per))
        table = self._plan_table(chunks)
        with whole_file(self.path / PLAN / f"round-{number:04}.parquet") as file:
            pq.write_table(table, file, compression="zstd")
        rounds = [*self.manifest["rounds"], {"from": held + 1, "to": replications}]
        self.describe(rounds=rounds, replications=replications)

    def chunks(self) -> list[Chunk]:
        """Every chunk of every round, in the order of the plan."""
        found = []
        for number in range(len(self.manifest["rounds"])):
            table = self._round(number)
            names = table["chunk"].combine_chunks()
            starts = table["run_id"].to_numpy()
            firsts = np.flatnonzero(np.diff(names.indices.to_numpy(), prepend=-1))
            ends = [*firsts[1:], len(starts)]
            for first, end in zip(firsts, ends, strict=True):
                name = names[int(first)].as_py()
                found.append(Chunk(name, int(starts[first]), int(starts[end - 1]) + 1))
        return found

    def committed(self) -> dict[str, Counter[str]]:
        """The chunks in the store, with how many of their runs ended how.

        A chunk whose files are damaged is not in the store: it is run again.
        """
        found = {}
        for path in sorted((self.path / RUNS).glob("*.parquet")):
            runs = read_runs(path)
            if runs is not None:
                found[path.stem] = Counter(runs["status"].to_pylist())
        return found

    def run_names(self, chunk: Chunk) -> tuple[RunName, ...]:
        """The runs of a chunk."""
        return tuple(self._run_name(run) for run in range(chunk.first, chunk.end))

    def describe(self, **facts: object) -> None:
        """Write the manifest with these facts added."""
        self.manifest |= facts
        text = json.dumps(self.manifest, ensure_ascii=False, indent=2, default=str)
        with whole_file(self.path / MANIFEST) as file:
            file.write(text.encode() + b"\n")

    def clean(self) -> None:
        """Remove drafts that a killed process left; only under the lock."""
        with told_in_words(self.path):
            for stray in [*self.path.glob(".*.tmp"), *self.path.glob("*/.*.tmp")]:
                stray.unlink(missing_ok=True)

    # --- runs ---

    def _run_name(self, run: int) -> RunName:
        per, arms = self.plan.runs_a_replication, list(self.plan.arms)
        replication, place = run // per + 1, run % per
        draw, arm = place // len(arms), arms[place % len(arms)]
        seed = seed_of(self.plan.seed, replication)
        return RunName(run, self._key(arm, draw, replication), arm, draw, replication, seed)

    def _key(self, arm: str, draw: int, replication: int) -> str:
        """Names the content of a run: model, scenario, draw, root seed and replication.

        The draw's number counts, too: a design may visit a point twice, and each visit is a run.
        """
        begun = self._begun.get((arm, draw))
        if begun is None:
            content = [
                SCHEMA,
                self.manifest["code"],
                self.manifest["plan"]["scenarios"][arm],
                draw,
                {factor.name: value for factor, value in self.plan.settings(draw).items()},
                self.plan.seed,
            ]
            text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False)
            begun = self._begun[arm, draw] = hashlib.sha256(text.encode())
        digest = begun.copy()
        digest.update(f"/{replication}".encode())
        return digest.hexdigest()[:32]

    def _cut(self, first: int, end: int) -> Iterator[tuple[str, list[RunName]]]:
        size = int(self.manifest["chunk"])
        for start in range(first, end, size):
            runs = [self._run_name(run) for run in range(start, min(start + size, end))]
            keys = "\n".join(run.key for run in runs)
            yield hashlib.sha256(keys.encode()).hexdigest()[:16], runs

    def _plan_table(self, chunks: Sequence[tuple[str, list[RunName]]]) -> pa.Table:
        runs = [(name, run) for name, several in chunks for run in several]
        fields = ("run_id", "key", "scenario", "draw", "replication", "seed")
        columns = {field: [getattr(run, field) for _, run in runs] for field in fields}
        table = pa.table({**columns, "chunk": [name for name, _ in runs]})
        names = ["run_key" if name == "key" else name for name in table.column_names]
        return table.rename_columns(names)

    def _round(self, number: int) -> pa.Table:
        path = self.path / PLAN / f"round-{number:04}.parquet"
        try:
            return pq.read_table(path, columns=["run_id", "chunk"], read_dictionary=["chunk"])
        except (OSError, pa.ArrowException) as problem:
            raise JinguoError("sweep.half_written", {"folder": str(self.path)}) from problem

    # --- the draws ---

    def _write_draws(self) -> None:
        plan = self.plan
        rows = [plan.settings(draw) for draw in range(plan.draws)]
        columns: dict[str, Any] = {"draw": pa.array(range(plan.draws), pa.int32())}
        for factor in plan.factors:
            columns[factor.name] = [row[factor] for row in rows]
        with whole_file(self.path / PLAN / DRAWS) as file:
            pq.write_table(pa.table(columns), file, compression="zstd")
        write_part(self.path / PLAN / PLACES, {"places": plan.places})


def _arm_facts(arm: Any) -> dict[str, object]:
    """A scenario, so that it can be built again."""
    folders = [str(folder) for folder in getattr(arm, "folders", ())]
    return {"plain": arm.plain(), "folders": folders, "horizons": arm.horizons()}


def plug_ins(plan: Plan) -> str:
    """One name for the text of the plug-ins of all scenarios."""
    return "".join(dict.fromkeys(plugin_digest(arm) for arm in plan.arms.values()))


def read_places(path: Path) -> Any:
    """The points of a store's design."""
    part = read_part(path / PLAN / PLACES)
    if part is None:
        raise JinguoError("sweep.half_written", {"folder": str(path)})
    return part["places"]


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of a store.

    Raises:
        JinguoError: there is none, it is no sweep's, or it is of another version of stores.
    """
    fields = {"folder": str(path)}
    if not (path / MANIFEST).is_file():
        begun = (path / PLAN).is_dir()
        raise JinguoError("sweep.half_written" if begun else "sweep.no_store", fields)
    try:
        held = json.loads((path / MANIFEST).read_bytes())
    except (OSError, ValueError) as problem:
        raise JinguoError("sweep.damaged", {"file": str(path / MANIFEST)}) from problem
    if not isinstance(held, dict) or held.get("kind") != KIND:
        raise JinguoError("sweep.no_store", fields)
    if held.get("schema") != SCHEMA:
        versions = {"found": held.get("schema"), "allowed": SCHEMA}
        raise JinguoError("sweep.other_schema", fields | versions)
    return held


def check_model(path: Path, manifest: Mapping[str, Any], plug_in_text: str) -> None:
    """Refuse to add runs of another model to a store."""
    fields: dict[str, object] = {"folder": str(path)}
    if manifest["code"] != code_digest():
        raise JinguoError("sweep.other_model", fields)
    if manifest["plug_ins"] != plug_in_text:
        raise JinguoError("sweep.other_plug_ins", fields)
    now: Any = circumstances()["versions"]
    for name in DECISIVE:
        held = manifest["versions"].get(name)
        if held != now[name]:
            versions = {"name": name, "held": held, "now": now[name]}
            raise JinguoError("sweep.other_version", fields | versions)


def settings_of(plan: Plan, draws: Sequence[int]) -> "dict[int, dict[Factor, Setting]]":
    """What each of these draws sets."""
    return {draw: plan.settings(draw) for draw in sorted(set(draws))}


# --- One coordinator a folder ------------------------------------------------------------------


@contextmanager
def lock_folder(path: Path) -> Iterator[None]:
    """Hold the lock of a folder; the system lets go of it when this process ends.

    Raises:
        JinguoError: another process holds it.
    """
    with told_in_words(path):
        file = (path / LOCK).open("a+b")
    with file:
        if not _hold(file):
            raise JinguoError("sweep.second_coordinator", {"folder": str(path), **_holder(file)})
        file.seek(0)
        file.truncate()
        who = {"process": os.getpid(), "host": platform.node(), "since": _now()}
        file.write(json.dumps(who).encode())
        file.flush()
        yield
        with suppress(OSError):
            file.truncate(0)


def is_locked(path: Path) -> bool:
    """Whether a coordinator is at work in a folder."""
    try:
        file = (path / LOCK).open("r+b")
    except OSError:
        return False
    with file:
        return not _hold(file)


def _hold(file: IO[bytes]) -> bool:
    try:
        if os.name == "posix":
            import fcntl  # noqa: PLC0415 (POSIX only)

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt  # noqa: PLC0415 (Windows only)

            file.seek(1 << 30)  # a byte beyond the text, which others may read
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    except OSError:
        return False
    return True


def _holder(file: IO[bytes]) -> dict[str, object]:
    try:
        file.seek(0)
        held = json.loads(file.read())
        return {"process": held["process"], "host": held["host"]}
    except (OSError, ValueError, KeyError, TypeError):
        return {"process": "?", "host": "?"}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
