"""What a report carries for `jinguo verify`: its scenarios and what each run gave."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.carried import FORM, Kind, history_digest, numbers_of
from experiments.results import circumstances, plugin_digest
from experiments.verify_effects import LABELS, VALUES
from viz.tables import plain, records

if TYPE_CHECKING:
    import pandas as pd

    from experiments.comparison import CompareResult
    from experiments.layer_effects import LayersResult
    from experiments.store import Histories
    from experiments.store_read import Results
    from experiments.sweeps import SweepStatus
    from scenarios.schema import Scenario

MOST = 300  # runs
CIRCUMSTANCES = ("code", "versions", "platform", "processor")


def of_layers(result: "LayersResult", manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What the report of a layers job carries, as JSON knows it.

    Args:
        result: of `experiments.layers`.
        manifest: how it was run.
    """
    scenarios, horizons = {result.scenario.name: result.scenario}, result.scenario.horizons()
    return {
        **_job("layers", manifest, scenarios, horizons),
        "seed": result.seed,
        "staff": result.staff,
        **_runs(result.histories, horizons),
        "effects": _effects(result.effects),
    }


def of_comparison(result: "CompareResult", manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The same of a comparison."""
    horizons = result.clock.horizons
    return {
        **_job("compare", manifest, result.scenarios, horizons),
        "seed": result.seed,
        "smallest": plain(result.smallest),
        **_runs(result.histories, horizons),
        "effects": _effects(result.effects),
    }


def of_sweep(found: "SweepStatus", results: "Results") -> dict[str, Any]:
    """The same of a sweep: a part of its runs, of every scenario and draw alike."""
    manifest = results.manifest
    plan, arms = manifest["plan"], manifest["arms"]
    runs = results.runs[results.runs.status == "ok"].reset_index(drop=True)
    chosen = runs.iloc[_any(len(runs))]
    factors = [str(factor["name"]) for factor in plan["factors"]]
    draws = results.draws.set_index("draw").loc[sorted(set(chosen.draw)), factors]
    return {
        **_told("sweep", manifest),
        "scenarios": {name: facts["plain"] for name, facts in arms.items()},
        "keys": plan["scenarios"],
        "horizons": {name: facts["horizons"] for name, facts in arms.items()},
        "plug_ins": manifest["plug_ins"],
        "seed": plan["seed"],
        "replications": found.complete_replications,
        "indicators": list(results.indicators),
        "factors": plan["factors"],
        "settings": {str(draw): plain(row.to_list()) for draw, row in _rows(draws)},
        **_of_points(results, chosen, {name: facts["horizons"] for name, facts in arms.items()}),
    }


def of_patterns(manifest: Mapping[str, Any], runs: Mapping[str, Any]) -> dict[str, Any]:
    """The same of judged patterns: a part of their runs.

    Args:
        manifest: how they were judged.
        runs: of `experiments.pattern_results.read_runs`; empty where none were kept.
    """
    told = {"seed": manifest.get("seed", 0), "replications": manifest.get("replications", 0)}
    return {**_told("patterns", manifest), **code_of_judged(manifest), **told, **runs}


def code_of_judged(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The digest that a report of patterns is verified by, where it was noted."""
    judged_by = manifest.get("plan", {}).get("judged_by")
    return {"code": str(judged_by)} if judged_by else {}


def _told(kind: Kind, manifest: Mapping[str, Any]) -> dict[str, Any]:
    known = manifest if "code" in manifest else circumstances()
    return {"form": FORM, "kind": kind} | {name: known.get(name) or "" for name in CIRCUMSTANCES}


def _job(
    kind: Kind,
    manifest: Mapping[str, Any],
    scenarios: "Mapping[str, Scenario]",
    horizons: Mapping[str, int],
) -> dict[str, Any]:
    return {
        **_told(kind, manifest),
        "scenarios": {name: one.plain() for name, one in scenarios.items()},
        "keys": {name: one.content_key() for name, one in scenarios.items()},
        "horizons": {name: dict(horizons) for name in scenarios},
        "plug_ins": "".join(dict.fromkeys(map(plugin_digest, scenarios.values()))),
    }


# --- Runs --------------------------------------------------------------------------------------


def _runs(histories: "Histories", horizons: Mapping[str, int]) -> dict[str, Any]:
    """Every arm of the replications that are kept, which lie evenly among all."""
    count = len(histories.replications)
    most = max(1, MOST // len(histories.arms))
    kept = sorted(set(np.linspace(0, count - 1, min(count, most)).round().astype(int).tolist()))
    found = [
        (arm, histories.replications[r], 0, histories.values[r, a])
        for r in kept
        for a, arm in enumerate(histories.arms)
    ]
    told = _told_runs(histories.names, found, dict.fromkeys(histories.arms, horizons))
    return {"replications": count, **told, "whole": len(kept) == count}


def _of_points(
    results: "Results", chosen: "pd.DataFrame", horizons: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    columns = ", ".join(f'"{name}"' for name in results.indicators)
    numbers = ", ".join(map(str, chosen.run_id))
    series = results.query(
        f"SELECT run_id, {columns} FROM series WHERE run_id IN ({numbers}) ORDER BY run_id, week"
    )
    parts = dict(iter(series.set_index("run_id").groupby("run_id", sort=False)))
    labels = ("scenario", "replication", "draw", "run_id")
    found = [
        (str(arm), replication, draw, parts[run].to_numpy(np.float32))
        for arm, replication, draw, run in zip(*(chosen[n].to_list() for n in labels), strict=True)
    ]
    return _told_runs(results.indicators, found, horizons)


def _told_runs(
    columns: Sequence[str],
    found: Sequence[tuple[str, int, int, Any]],
    horizons: Mapping[str, Mapping[str, int]],
) -> dict[str, Any]:
    """Of each run a digest of its history, and the numbers that tables rest on."""
    names: list[str] = []
    runs = []
    for arm, replication, draw, history in found:
        numbers = numbers_of(columns, history, horizons[arm])
        names = names or list(numbers)
        runs.append({
            "arm": arm, "replication": replication, "draw": draw,
            "sha256": history_digest(history), "numbers": plain([numbers[n] for n in names]),
        })
    return {"names": names, "runs": runs}


def _any(count: int) -> list[int]:
    """Places of the runs that are kept: all, or always the same random ones."""
    if count <= MOST:
        return list(range(count))
    places = np.random.default_rng(count).choice(count, MOST, replace=False)
    return sorted(places.tolist())


def _rows(frame: "pd.DataFrame") -> list[tuple[Any, Any]]:
    return list(frame.astype(object).iterrows())


def _effects(frame: "pd.DataFrame") -> list[dict[str, object]]:
    return records(frame[[*LABELS, *VALUES]])
