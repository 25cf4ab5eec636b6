"""Runs of patterns as a report carries them: what each found, and how to make it again."""

import dataclasses
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from experiments.carried import Carried, KeptRun, place_of
from experiments.patterns_cache import content_of
from experiments.patterns_setups import KINDS
from experiments.patterns_variants import Order, Plan, Variant
from experiments.run import seed_of
from experiments.statistics import Floats
from model.errors import JinguoError

MOST = 100  # runs in a report
ALONE = "numbers"  # what a run is called that found one array


def runs_told(
    variants: Sequence[Variant], plans: Sequence[Plan], made: Mapping[str, object]
) -> dict[str, Any]:
    """A part of the runs, spread evenly over variants and kinds, in the words of `Carried`.

    Args:
        variants: the villages in which patterns were judged.
        plans: the runs of each variant.
        made: what each run found, by key.
    """
    every = [
        (runs, draw, replication, key)
        for draw, plan in enumerate(plans)
        for runs, keys in plan.keys.items()
        for replication, key in enumerate(keys, start=1)
    ]
    places = np.linspace(0, len(every) - 1, min(len(every), MOST)).round().astype(int)
    keys, names, kept = {}, {}, []
    for runs, draw, replication, key in (every[place] for place in places.tolist()):
        sha256, numbers = told_of(made[key])
        place = place_of(runs, draw)
        keys[place], names[place] = plans[draw].contents[runs], list(numbers)
        kept.append({
            "arm": runs, "replication": replication, "draw": draw, "sha256": sha256,
            "numbers": [each if math.isfinite(each) else None for each in numbers.values()],
        })  # fmt: skip
    told = [{"changes": dict(v.changes), "structure": v.structure} for v in variants]
    return {"places": told, "keys": keys, "names_at": names, "runs": kept}


# --- What a run found --------------------------------------------------------------------------


def told_of(found: object) -> tuple[str, dict[str, float]]:
    """A digest of every number that a run found, and the mean of each.

    >>> told_of({"a": 1.0, "b": np.array([2.0, np.nan, 4.0])})[1]
    {'a': 1.0, 'b': 3.0}
    """
    digest, numbers = hashlib.sha256(), {}
    for name, values in _numbers(found, ""):
        digest.update(f"{name} {values.shape} ".encode())
        digest.update(np.ascontiguousarray(values, dtype="<f8").tobytes())
        there = values[np.isfinite(values)]
        numbers[name] = float(there.mean()) if there.size else math.nan
    return digest.hexdigest(), numbers


def _numbers(found: object, name: str) -> Iterator[tuple[str, Floats]]:
    """Every number or array by its dotted name."""
    parts: Mapping[Any, object]
    if dataclasses.is_dataclass(found):
        parts = {each.name: getattr(found, each.name) for each in dataclasses.fields(found)}
    elif isinstance(found, Mapping):
        parts = found
    else:
        yield name or ALONE, np.asarray(found, dtype=np.float64)
        return
    for key, part in parts.items():
        yield from _numbers(part, f"{name}.{key}" if name else str(key))


# --- The same run again ------------------------------------------------------------------------


def order_of(carried: Carried, run: KeptRun) -> tuple[Order, bool]:
    """What makes this run again, and whether its villages are those of the report.

    Raises:
        JinguoError: there is no such kind of run, structure or value; several at once come as
            `Problems`.
    """
    place = carried.places[run.draw]
    villages = Variant((), 1, place.changes, place.structure)
    try:
        setups = KINDS[run.arm].setups(villages.place)
    except KeyError as problem:
        raise JinguoError("verify.unknown_villages", {"found": problem.args[0]}) from problem
    same = content_of(run.arm, setups) == carried.keys[place_of(run.arm, run.draw)]
    return Order(run.arm, setups, seed_of(carried.seed, run.replication - 1)), same
