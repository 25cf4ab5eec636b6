"""What is told of a sweep as tables and as data: how far it is, and what moves its outcomes."""

import math
from collections.abc import Hashable, Mapping
from typing import TYPE_CHECKING, Any

from viz.indicator_words import named_with_unit
from viz.parameter_words import factor_name
from viz.tables import Table, number, records
from viz.words import Words

if TYPE_CHECKING:
    from experiments.sensitivity_indices import Sensitivity
    from experiments.sweep_job import SweepResult
    from experiments.sweeps import SweepStatus

ENDINGS = ("ok", "error", "timeout", "killed")


def result_data(result: "SweepResult") -> dict[str, object]:
    """How a call ended, as data."""
    return {
        "store": str(result.folder),
        "runs": result.runs,
        **result.counts,
        "interrupted": result.interrupted,
        "deviations": list(result.deviations),
    }


def status_data(status: "SweepStatus") -> dict[str, object]:
    """How far a store is, as data."""
    return {
        "store": str(status.folder),
        "runs": status.runs,
        **status.counts,
        "replications": status.replications,
        "complete_replications": status.complete_replications,
        "working": status.working,
        "deviations": list(status.deviations),
    }


def status_table(status: "SweepStatus", words: Words) -> Table:
    """How far a store is."""
    left = status.runs - sum(status.counts.values())
    counts = [("runs", status.runs), *((name, status.counts[name]) for name in ENDINGS)]
    rows = [
        (words.say(f"sweep.row_{name}"), number(count, 0))
        for name, count in (*counts, ("left", left))
        if count or name in {"runs", "ok", "left"}
    ]
    planned = words.say("sweep.row_replications", {"planned": status.replications})
    rows.append((planned, number(status.complete_replications, 0)))
    heads = words.say("sweep.head_what"), words.say("sweep.head_count")
    title = words.say("sweep.table_status", {"folder": str(status.folder)})
    return Table(title, heads, tuple(rows))


def status_lines(status: "SweepStatus", words: Words) -> list[str]:
    """Whether somebody is at work, and where the plan is not the locked one."""
    lines = [words.say("sweep.working" if status.working else "sweep.not_working")]
    if status.deviations:
        lines.append(words.say("sweep.deviates", {"what": list(status.deviations)}))
    return lines


# --- Sensitivity -------------------------------------------------------------------------------


def sensitivity_data(found: "Sensitivity") -> dict[str, object]:
    """What moves one outcome, as data."""
    facts = {name: value for name, value in vars(found).items() if name != "table"}
    return {**facts, "noisy": found.noisy, "factors": records(found.table)}


def sensitivity_table(found: "Sensitivity", words: Words) -> Table:
    """What moves one outcome, the strongest first."""
    morris = found.method == "morris"
    columns = ("effect", "direction", "spread") if morris else ("first", "total")
    heads = ["factor", *columns]
    decimals = _decimals(found) if morris else 2
    rows = []
    for row in found.table.to_dict("records"):
        cells = [
            _interval(row, column, decimals)
            if f"{column}_low" in row
            else number(row[column], decimals, signed=column == "direction")
            for column in columns
        ]
        rows.append((_factor(str(row["factor"]), words), str(row["grade"]), *cells))
    named = named_with_unit(found.indicator, words)
    said = {"indicator": named, "scenario": found.scenario, "blocks": found.blocks}
    first, end = found.weeks
    note = "sweep.note_morris" if morris else "sweep.note_sobol"
    shown = [words.say(f"sweep.head_{head}") for head in heads]
    return Table(
        words.say("sweep.table_morris" if morris else "sweep.table_sobol", said),
        (shown[0], words.say("cli.head_grade"), *shown[1:]),
        tuple(rows),
        words.say(note, {"first": first, "last": end - 1}),
        texts=2,
    )


def sensitivity_lines(found: "Sensitivity", words: Words) -> list[str]:
    """How far the table may be trusted."""
    lines = [words.say("sweep.settled" if found.settled else "sweep.not_settled")]
    if found.settled and found.guesses is not None and found.guesses[0] == found.guesses[0]:
        low, high = found.guesses
        lines.append(words.say("sweep.guesses", {"low": low, "high": high}))
    if found.replications == 1:
        lines.append(words.say("sweep.noise_unknown"))
    elif found.noise == found.noise and found.noisy:  # NaN where nothing moves
        lines.append(words.say("sweep.noisy", {"noise": found.noise}))
    if found.dropped:
        lines.append(words.say("sweep.dropped", {"dropped": found.dropped}))
    if found.unused:
        left = {"unused": found.unused, "replications": found.replications}
        lines.append(words.say("sweep.unused", left))
    return lines


def _factor(name: str, words: Words) -> str:
    told = factor_name(name, words)
    return name if told == name else f"{name}: {told}"


def _interval(row: Mapping[Hashable, Any], column: str, decimals: int) -> str:
    low, high = (number(row[f"{column}_{end}"], decimals) for end in ("low", "high"))
    return f"{number(row[column], decimals)} [{low}, {high}]"


def _decimals(found: "Sensitivity") -> int:
    """One for yuan; for shares enough to show two digits of the largest effect."""
    largest = float(found.table.effect.abs().max())
    if not 0.0 < largest < 10.0:  # noqa: PLR2004
        return 1 if largest else 3
    return max(3, 1 - math.floor(math.log10(largest)))
