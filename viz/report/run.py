"""How the report's numbers were made: versions, seeds, replications, and the gain by pairing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.results import MANIFEST, circumstances
from viz.report.blocks import Block, Facts, Folded, Rows, Section, Table, Text
from viz.report.blocks import Cell as TableCell
from viz.report.digits import MISSING
from viz.report.names import MEASURED_ARMS, OUTCOMES, Names, pick, why_missing
from viz.words import Words

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

LARGE = 1e6  # a gain beyond this says only that all pairs differ alike


def run_section(result: "LayersResult", manifest: dict[str, Any], names: Names) -> Section:
    """Everything needed to make the same numbers again."""
    blocks: list[Block] = [Facts(_facts(result, manifest, names))]
    if len(result.failed):
        blocks.append(failed_table(result.failed, names))
    blocks += [
        Folded(
            names.say("gain_title"), [Text(names.say("gain_read")), _gain_table(result, names)]
        ),
        Folded(names.say("scenario_as_run"), text=_scenario_text(result)),
    ]
    return Section("run", names.say("run_title"), blocks)


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the folder says about the job; the present circumstances where it says nothing."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return circumstances()
    return found if isinstance(found, dict) else circumstances()


def _facts(
    result: "LayersResult", manifest: dict[str, Any], names: Names
) -> list[tuple[str, str]]:
    asked = names.say("of_asked", complete=result.complete, asked=result.replications)
    facts = {
        "scenario": f"{names.words.label(result.scenario.title)} ({result.scenario.name})",
        "replications": asked,
        "failed": str(len(result.failed)),
        "seed": str(result.seed),
        "staff": names.say(f"staff_{result.staff}"),
        "content_key": result.scenario.content_key(),
        **circumstances_of(manifest, names.words),
    }
    return [(names.say(f"fact_{name}"), said) for name, said in facts.items()]


def circumstances_of(manifest: dict[str, Any], words: Words) -> dict[str, str]:
    """When, where and with which versions a job was run; each is a key of `report.fact_…`."""
    versions = manifest.get("versions") or {}
    told: dict[str, Callable[[object], str]] = {
        "platform": str, "code": str, "started": moment, "minutes": str
    }
    known = words.listed(f"{name} {version}" for name, version in versions.items() if version)
    said = {"versions": known or MISSING}
    return said | {name: say(manifest[name]) for name, say in told.items() if name in manifest}


def moment(said: object) -> str:
    """A time of a manifest, to the minute.

    >>> moment("2026-11-22T08:00:58.613601+00:00")
    '2026-11-22 08:00 UTC'
    """
    return f"{str(said)[:16].replace('T', ' ')} UTC"


def failed_table(failed: pd.DataFrame, names: Names) -> Table:
    """Which replications gave no result, and why."""
    rows = [
        (str(row.replication), [TableCell(f"{row.kind}: {row.message}", number=False)])
        for row in failed.itertuples()
    ]
    head = [names.say("fact_failed"), names.say("column_reason")]
    return Table(names.say("failed_caption"), head, [Rows(rows)])


def _gain_table(result: "LayersResult", names: Names) -> Table:
    rows = []
    for arm in MEASURED_ARMS:
        own = result.gain[result.gain.arm == arm]
        found = [pick(own, "end", names.whom, outcome).gain.iloc[0] for outcome in OUTCOMES]
        rows.append((names.arm(arm), [TableCell(_times(float(gain))) for gain in found]))
    head = [names.say("column_arm"), *map(names.outcome, OUTCOMES)]
    fields = {"horizon": names.horizon("end"), "population": names.population(names.whom)}
    groups = [Rows(rows)]
    note = why_missing(groups, names.words)
    return Table(names.say("gain_caption", **fields), head, groups, note)


def _times(gain: float) -> str:
    if np.isnan(gain):
        return MISSING
    return "∞" if gain > LARGE else f"{gain:,.1f} ×"


def _scenario_text(result: "LayersResult") -> str:
    return result.scenario.dump()
