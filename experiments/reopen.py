"""Read a folder of results again: which job made it, and what that job found."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.assumptions import draw_guesses, guesses_of
from experiments.compare_job import CompareJob, shared_guesses
from experiments.comparison import SURE, CompareResult, clock_of, result_of
from experiments.job import Job
from experiments.layer_effects import LayersResult, layers_result
from experiments.layers_job import LayersJob
from experiments.placebo import Certificate
from experiments.planning import SMALLEST, Rule
from experiments.results import DRAWS, MANIFEST, PARTS, ResultsFolder, code_digest
from model.errors import JinguoError

if TYPE_CHECKING:
    from scenarios.schema import Scenario

LAYERS, COMPARE, SWEEP, PATTERNS = "layers", "compare", "sweep", "patterns"
# A fact that only this job writes.
KINDS = {"arms": SWEEP, "base": COMPARE, "staff": LAYERS, "patterns": PATTERNS}
COMPLETE = "complete"


def kind_of(folder: Path) -> tuple[str, dict[str, Any]]:
    """Which job made a folder, and its manifest.

    Raises:
        JinguoError: there is no such folder, it is empty, it holds something else, or its
            manifest cannot be read.
    """
    fields = {"folder": str(folder), "file": str(folder / MANIFEST)}
    if not folder.exists():
        raise JinguoError("results.no_folder", fields)
    if not folder.is_dir():
        raise JinguoError("results.is_file", fields)
    if not (folder / MANIFEST).is_file():
        empty = not any(folder.iterdir())
        raise JinguoError("results.empty" if empty else "results.no_results", fields)
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError) as problem:
        raise JinguoError("results.manifest_damaged", fields) from problem
    for fact, kind in KINDS.items():
        if isinstance(manifest, dict) and fact in manifest:
            return kind, manifest
    raise JinguoError("results.nothing_to_report", fields)


def read_layers(folder: Path, manifest: Mapping[str, Any], *, partial_too: bool) -> LayersResult:
    """What a layers job found so far.

    Args:
        folder: of the job.
        manifest: what it says about itself.
        partial_too: also where the job is not complete.

    Raises:
        JinguoError: another version of the model made it, or there is too little in it.
    """
    _check(folder, manifest, partial_too=partial_too)
    scenario = _scenario(manifest["scenario"], folder.name, manifest.get("folders", ()))
    seed, staff = manifest["seed"], manifest["staff"]
    with_draws = (folder / DRAWS).exists() or any((folder / PARTS).glob("draw-*.npz"))
    drawn = draw_guesses(guesses_of(scenario), seed) if with_draws else []
    job = LayersJob(scenario, manifest["replications"], seed, staff, drawn, _silent)
    _take_in(job, folder, manifest, fewest=1)
    return layers_result(job, interrupted=manifest.get("status") != COMPLETE)


def read_comparison(
    folder: Path, manifest: Mapping[str, Any], *, partial_too: bool
) -> CompareResult:
    """What a comparison found so far; as `read_layers`."""
    _check(folder, manifest, partial_too=partial_too)
    folders = manifest.get("folders", {})
    arms = {
        name: _scenario(plain, name, folders.get(name, ()))
        for name, plain in manifest["scenarios"].items()
    }
    clock, seed = clock_of(arms), manifest["seed"]
    with_draws = any((folder / PARTS).glob("draw-*.npz"))
    drawn = draw_guesses(shared_guesses(arms), seed) if with_draws else []
    job = CompareJob(
        arms, manifest["replications"], seed, clock.start, clock.horizons, drawn, _silent
    )
    _take_in(job, folder, manifest, fewest=SURE)
    rule = manifest.get("stopping_rule")
    return result_of(
        job,
        clock,
        SMALLEST | dict(manifest.get("smallest") or {}),
        Rule(**rule) if isinstance(rule, dict) else None,
        tuple(_certificate(each) for each in manifest.get("placebo") or ()),
        interrupted=manifest.get("status") != COMPLETE,
    )


def _check(folder: Path, manifest: Mapping[str, Any], *, partial_too: bool) -> None:
    plan = manifest.get("plan") or {}
    if plan.get("code") != code_digest():
        raise JinguoError("results.other_model", {"folder": str(folder)})
    if manifest.get("status") != COMPLETE and not partial_too:
        parts = len(list((folder / PARTS).glob("replication-*.npz")))
        counts = {"complete": parts, "total": manifest.get("replications", "?")}
        raise JinguoError("results.not_complete", {"folder": str(folder), **counts})


def _take_in(
    job: Job[Any, Any], folder: Path, manifest: Mapping[str, Any], *, fewest: int
) -> None:
    job.read(ResultsFolder(folder, dict(manifest)))
    if job.complete_count() < fewest:
        fields = {"folder": str(folder), "found": job.complete_count(), "least": fewest}
        raise JinguoError("results.too_little", fields)


def _scenario(plain: Mapping[str, Any], name: str, folders: Sequence[str]) -> "Scenario":
    """A scenario as a manifest tells it."""
    from scenarios.schema import Scenario  # noqa: PLC0415 (slow to load)
    from scenarios.validation import read_form  # noqa: PLC0415

    scenario = read_form(Scenario, plain, partial(_place, name))
    return scenario.in_folders(tuple(map(Path, folders)))


def _place(name: str, _path: object) -> str:
    """Where a message about a scenario of a manifest points."""
    return name


def _certificate(plain: Mapping[str, Any]) -> Certificate:
    return Certificate(**{**plain, "streams": tuple(plain["streams"])})


def _silent(_key: str, _fields: dict[str, object]) -> None:
    """Nobody listens."""
