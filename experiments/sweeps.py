"""Many runs over a design: start, go on, extend, and see how far it is."""

import json
import shutil
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, cast

from experiments.design_factors import Factor
from experiments.executors import Prepare
from experiments.plan import Plan, read_plan
from experiments.plan_lock import decisions, differing, read_lock
from experiments.results import MANIFEST, plan_key
from experiments.store import told_in_words, whole_file
from experiments.store_parts import PLAN, RUNS, STATUSES
from experiments.store_sweep import (
    AS_WRITTEN,
    LOCK,
    SweepStore,
    check_model,
    is_locked,
    lock_folder,
    plug_ins,
    read_manifest,
    read_places,
)
from experiments.sweep_estimate import estimate
from experiments.sweep_job import Crew, Pool, Progress, SweepJob, SweepResult, told_of_store
from model.errors import JinguoError

SPARE = 1.5  # free space wanted, times what the store is estimated to hold


def sweep(
    plan: "str | Path | Mapping[str, object] | Plan",
    store: str | Path,
    processes: int = 1,
    *,
    cluster: str | Crew | None = None,
    progress: Progress | None = None,
    prepare: Prepare | None = None,
) -> SweepResult:
    """Run a plan into a store; a store of this plan goes on where it stopped.

    Args:
        plan: a YAML file, its keys as data, or a plan that was read.
        store: the folder; made when missing.
        processes: how many work side by side on this machine.
        cluster: `local`, an address or `module:factory`, for Dask instead of the pool.
        progress: called with a key of `words/sweep.yaml` and its fields; the plan comes first.
        prepare: called in each process before its first run, to load a plug-in, say.

    Raises:
        JinguoError: the plan, the folder or the cluster cannot be used; nothing is lost.
    """
    told = progress or _silent
    asked = read_plan(plan)
    path = Path(store).absolute()
    if path.exists() and not path.is_dir():
        raise JinguoError("sweep.not_a_folder", {"folder": str(path)})
    with told_of_store(), ExitStack() as stack:
        with told_in_words(path):
            path.mkdir(parents=True, exist_ok=True)
        stack.enter_context(lock_folder(path))
        if (path / MANIFEST).is_file():
            held = _same_plan(path, asked)
            if asked.replications > held.manifest["replications"]:
                held.add_round(asked.replications)
        else:
            held = _new_store(path, asked, processes, told)
        _keep_lock(held, asked)
        return _carry_on(held, stack, processes, cluster, told, prepare)


def resume(
    store: str | Path,
    processes: int = 1,
    *,
    retry_failed: bool = False,
    cluster: str | Crew | None = None,
    progress: Progress | None = None,
    prepare: Prepare | None = None,
) -> SweepResult:
    """Run what a store still misses.

    Args:
        store: the folder.
        processes: how many work side by side on this machine.
        retry_failed: also run again what ended in an error, a timeout or a kill.
        cluster: as for `sweep`.
        progress: as for `sweep`.
        prepare: as for `sweep`.
    """
    return _more(store, None, processes, retry_failed, cluster, progress or _silent, prepare)


def extend(
    store: str | Path,
    replications: int,
    processes: int = 1,
    *,
    cluster: str | Crew | None = None,
    progress: Progress | None = None,
    prepare: Prepare | None = None,
) -> SweepResult:
    """Add replications to a store, until it holds this many of each scenario and draw.

    Args:
        store: the folder.
        replications: in all, with those it holds.
        processes: how many work side by side on this machine.
        cluster: as for `sweep`.
        progress: as for `sweep`.
        prepare: as for `sweep`.
    """
    told = progress or _silent
    return _more(store, replications, processes, False, cluster, told, prepare)  # noqa: FBT003


@dataclass(frozen=True)
class SweepStatus:
    """How far a store is.

    Attributes:
        folder: of the store.
        runs: planned.
        counts: runs in the store, by how they ended.
        replications: planned.
        complete_replications: of which every run is in the store.
        working: a coordinator is at work.
        deviations: what is no longer as it was locked.
        manifest: what the store says about itself.
    """

    folder: Path
    runs: int
    counts: Mapping[str, int]
    replications: int
    complete_replications: int
    working: bool
    deviations: tuple[str, ...]
    manifest: Mapping[str, Any]


def status(store: str | Path) -> SweepStatus:
    """How far a store is; it may be read while it is written."""
    path = Path(store).absolute()
    manifest = read_manifest(path)
    held = SweepStore(path, plan_of(manifest, path, {}), manifest)
    committed = held.committed()
    counts: Counter[str] = sum(committed.values(), Counter())
    per = held.plan.runs_a_replication
    missing = [chunk.first // per for chunk in held.chunks() if chunk.name not in committed]
    replications = int(manifest["replications"])
    return SweepStatus(
        folder=path,
        runs=replications * per,
        counts={name: counts[name] for name in STATUSES},
        replications=replications,
        complete_replications=min(missing, default=replications),
        working=is_locked(path),
        deviations=deviations_of(manifest),
        manifest=manifest,
    )


def deviations_of(manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """What of a store is no longer as its plan was locked; nothing where there is no lock."""
    lock = manifest.get("lock")
    if not lock:
        return ()
    now = {**lock["now"], "replications": manifest["replications"]}
    return differing(lock["decided"], now)


# --- Stores, opened and made -------------------------------------------------------------------


def _new_store(path: Path, plan: Plan, processes: int, told: Progress) -> SweepStore:
    """A store in a folder that is empty, or holds one that was never begun."""
    others = {entry.name for entry in path.iterdir()} - {LOCK}
    begun = (path / PLAN).is_dir() and not any((path / RUNS).glob("*.parquet"))
    if others and not begun:
        damaged = (path / PLAN).is_dir()
        key = "sweep.lost_manifest" if damaged else "sweep.foreign_folder"
        raise JinguoError(key, {"folder": str(path)})
    told("results.compiling", {})
    expected = estimate(plan, processes)
    told("sweep.plan", {**vars(expected), "processes": processes})
    free = shutil.disk_usage(path).free / 1e6
    if free < SPARE * expected.megabytes:
        told("sweep.little_space", {"free": free, "megabytes": expected.megabytes})
    store = SweepStore.make(path, plan, expected.chunk, expected.deadline)
    if plan.source is not None:
        with whole_file(path / PLAN / AS_WRITTEN) as file:
            file.write(plan.source.read_bytes())
    return store


def _same_plan(path: Path, plan: Plan) -> SweepStore:
    """The store of this very plan, or a refusal that says what differs."""
    manifest = read_manifest(path)
    check_model(path, manifest, plug_ins(plan))
    identity = json.loads(json.dumps(plan.identity()))
    if manifest["plan_key"] != plan_key(plan.identity()):
        differs = [name for name in identity if manifest["plan"].get(name) != identity[name]]
        raise JinguoError("sweep.other_plan", {"folder": str(path), "differs": differs})
    if plan.replications < manifest["replications"]:
        counts = {"held": manifest["replications"], "asked": plan.replications}
        raise JinguoError("sweep.holds_more", {"folder": str(path), **counts})
    return SweepStore(path, plan, manifest)


def open_store(path: Path, *, to_write: bool = True) -> SweepStore:
    """A store as its manifest tells it.

    Args:
        path: the folder.
        to_write: refuse it where it was made by another version of the model.
    """
    manifest = read_manifest(path)
    plan = plan_of(manifest, path, _arms(manifest))
    if to_write:
        check_model(path, manifest, plug_ins(plan))
        keys = {name: arm.content_key() for name, arm in plan.arms.items()}
        if keys != manifest["plan"]["scenarios"]:
            raise JinguoError("sweep.other_scenario", {"folder": str(path)})
    return SweepStore(path, plan, manifest)


def plan_of(manifest: Mapping[str, Any], path: Path, arms: Mapping[str, Any]) -> Plan:
    """The plan that a manifest tells; arms that are not given are there by name only."""
    plain = manifest["plan"]
    factors = [Factor(**{**one, "levels": tuple(one["levels"])}) for one in plain["factors"]]
    return Plan(
        arms=arms or cast("dict[str, Any]", dict.fromkeys(plain["scenarios"])),
        factors=tuple(factors),
        places=read_places(path),
        replications=manifest["replications"],
        seed=plain["seed"],
        indicators=tuple(plain["indicators"]),
        kind=manifest["kind_of_design"],
        levels=manifest["levels"],
        second_order=manifest["second_order"],
    )


def _arms(manifest: Mapping[str, Any]) -> dict[str, Any]:
    from scenarios.schema import Scenario  # noqa: PLC0415 (slow to load)
    from scenarios.validation import read_form  # noqa: PLC0415

    arms = {}
    for name, facts in manifest["arms"].items():
        arm = read_form(Scenario, facts["plain"], partial(_name_of, name))
        arms[name] = arm.in_folders(tuple(Path(folder) for folder in facts["folders"]))
    return arms


def _name_of(name: str, _path: object) -> str:
    """Where a message about a scenario of a manifest points."""
    return name


def _more(
    store: str | Path,
    replications: int | None,
    processes: int,
    retry_failed: bool,  # noqa: FBT001
    cluster: str | Crew | None,
    told: Progress,
    prepare: Prepare | None,
) -> SweepResult:
    path = Path(store).absolute()
    read_manifest(path)  # no lock is left in a folder that is no store
    with told_of_store(), ExitStack() as stack:
        stack.enter_context(lock_folder(path))
        held = open_store(path)
        if replications is not None:
            counts = {"held": held.manifest["replications"], "asked": replications}
            if counts["asked"] <= counts["held"]:
                raise JinguoError("sweep.extends_nothing", {"folder": str(path), **counts})
            held.add_round(replications)
        return _carry_on(held, stack, processes, cluster, told, prepare, retry_failed=retry_failed)


def _carry_on(
    store: SweepStore,
    stack: ExitStack,
    processes: int,
    cluster: str | Crew | None,
    told: Progress,
    prepare: Prepare | None,
    *,
    retry_failed: bool = False,
) -> SweepResult:
    crew = _crew(cluster, processes, prepare, stack)
    result = SweepJob(store, crew, told, retry_failed).work()
    return replace(result, deviations=deviations_of(store.manifest))


def _crew(
    cluster: str | Crew | None, processes: int, prepare: Prepare | None, stack: ExitStack
) -> Crew:
    if cluster is None:
        return Pool(processes, prepare)
    if not isinstance(cluster, str):
        return cluster
    from experiments.cluster import open_cluster  # noqa: PLC0415 (an extra)

    return stack.enter_context(open_cluster(cluster, processes, prepare))


def _keep_lock(store: SweepStore, plan: Plan) -> None:
    """Keep the lock of the plan, and where the plan is no longer what was locked."""
    lock = read_lock(plan.source)
    if lock is not None:
        store.describe(lock={**lock, "now": decisions(plan)})


def _silent(_key: str, _fields: dict[str, object]) -> None:
    """Tell nobody."""


__all__: list[str] = [
    "SweepResult",
    "SweepStatus",
    "deviations_of",
    "extend",
    "open_store",
    "resume",
    "status",
    "sweep",
]
