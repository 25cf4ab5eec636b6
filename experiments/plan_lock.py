"""A plan that is locked before it is run: what was decided then, and what was changed later."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.plan import Plan
from experiments.results import code_digest
from experiments.store import whole_file
from model.errors import JinguoError

SUFFIX = ".lock"
SCHEMA = 1


def lock_plan(plan: Plan) -> Path:
    """Write the lock of a plan beside it; a lock is made once.

    Returns:
        its file, `PLAN.yaml.lock`.

    Raises:
        JinguoError: there is a lock already, and the plan is another one now.
    """
    if plan.source is None:
        raise JinguoError("sweep.lock_needs_file")
    path = lock_file(plan.source)
    held, decided = read_lock(plan.source), decisions(plan)
    if held is not None:
        if differing(held["decided"], decided):
            raise JinguoError("sweep.locked_before", {"file": str(path), "date": held["locked"]})
        return path
    lock = {
        "schema": SCHEMA,
        "hash": hash_of(decided),
        "locked": datetime.now(UTC).isoformat(timespec="seconds"),
        "decided": decided,
    }
    with whole_file(path) as file:
        file.write(json.dumps(lock, ensure_ascii=False, indent=2).encode() + b"\n")
    return path


def lock_file(plan: Path) -> Path:
    """Where the lock of a plan lies."""
    return plan.with_name(plan.name + SUFFIX)


def read_lock(plan: Path | None) -> dict[str, Any] | None:
    """The lock of a plan, if it has one.

    Raises:
        JinguoError: the lock is damaged, or was changed by hand.
    """
    if plan is None or not lock_file(plan).is_file():
        return None
    path = lock_file(plan)
    try:
        held: dict[str, Any] = json.loads(path.read_bytes())
        sound = held["hash"] == hash_of(held["decided"]) and bool(held["locked"])
    except (OSError, ValueError, KeyError, TypeError) as problem:
        raise JinguoError("sweep.lock_changed", {"file": str(path)}) from problem
    if not sound:
        raise JinguoError("sweep.lock_changed", {"file": str(path)})
    return held


def decisions(plan: Plan) -> dict[str, Any]:
    """Everything a lock holds: aims, arms, outcomes, seeds, how often, and when to stop."""
    said = plan.said
    identity = plan.identity()
    decided = {
        "aims": said.get("aims"),
        "scenarios": identity["scenarios"],
        "design": {
            "kind": plan.kind,
            "factors": identity["factors"],
            "points": identity["points"],
        },
        "outcomes": said.get("outcomes"),
        "smallest": said.get("smallest"),
        "stopping": said.get("stopping"),
        "seed": plan.seed,
        "replications": plan.replications,
        "model": code_digest(),
    }
    plain: dict[str, Any] = json.loads(json.dumps(decided))
    return plain


def differing(locked: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of what is no longer as it was locked."""
    return tuple(name for name in locked if locked[name] != now.get(name))


def hash_of(decided: Mapping[str, Any]) -> str:
    """One name for everything decided."""
    text = json.dumps(decided, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
