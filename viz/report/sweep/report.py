"""The report of a sweep: what was run, how far, what came out, and what failed."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.plan import read_plan
from experiments.results import code_digest
from experiments.store_read import Results, load_results
from experiments.sweeps import SweepStatus, status
from model.errors import JinguoError
from viz.parameter_words import choice_name, factor_name
from viz.report.blocks import Block, Cell, Facts, Items, Rows, Section, Table, Text
from viz.report.build import Report, keep, page
from viz.report.digits import MISSING, free
from viz.report.embedded import of_sweep
from viz.report.run import circumstances_of, moment
from viz.report.screen_tables import as_block
from viz.report.sweep.answer import answer_section
from viz.report.sweep.called import called, titles_of
from viz.report.sweep.means import means_section
from viz.report.sweep.moves import moves_of, moves_section
from viz.tables.sweep import ENDINGS, status_table
from viz.words import LANGUAGES, Words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from experiments.sensitivity_indices import Sensitivity

EXAMPLES = 20  # failed runs told one by one


def write_sweep_report(folder: Path, words: Words, *, partial_too: bool) -> Path:
    """Write `report.html` of a sweep into its store; it may be read while it is written.

    Args:
        folder: the store.
        words: the language the report opens in. Both are inside.
        partial_too: also where runs are still missing.

    Raises:
        JinguoError: no store, nothing in it so far, or runs are missing.
    """
    return keep(sweep_report(folder, partial_too=partial_too).text(words), folder)


def sweep_report(folder: Path, *, partial_too: bool) -> Report:
    """The report before it is a file; as `write_sweep_report`."""
    found = status(folder)
    ended = sum(found.counts.values())
    if ended < found.runs and not partial_too:
        counts = {"complete": ended, "total": found.runs}
        raise JinguoError("results.not_complete", {"folder": str(folder), **counts})
    with load_results(folder) as results:
        return _report(found, results)


def render_sweep(found: SweepStatus, results: Results, words: Words) -> str:
    """The report as text."""
    return _report(found, results).text(words)


def _report(found: SweepStatus, results: Results) -> Report:
    moves = moves_of(found, results)
    pages = [_page(found, results, moves, Words(lang)) for lang in LANGUAGES]
    return Report(pages, of_sweep(found, results))


def _page(
    found: SweepStatus,
    results: Results,
    moves: "Sequence[Sensitivity] | JinguoError | None",
    words: Words,
) -> dict[str, Any]:
    aims, titles = _aims(found.folder), called(found.manifest, words)
    sections = (
        answer_section(found, results, aims, _lock(found, words), words),
        plan_section(found, words),
        means_section(found, results, words),
        *([] if moves is None else [moves_section(moves, results, titles, words)]),
        *failures_section(results.runs, words),
        run_section(found, words),
    )
    ended = sum(found.counts.values())
    fields = {"ended": ended, "runs": found.runs}
    heading = words.say("reports.sweep_of", {"arms": titles_of(found.manifest, words)})
    missing = words.say("reports.part_of", fields) if ended < found.runs else ""
    product = words.say("reports.product_sweep")
    return page(words, heading, product, sections, incomplete=missing)


def plan_section(found: SweepStatus, words: Words) -> Section:
    """What was planned, how far it is, and where that is not what was locked."""
    manifest = found.manifest
    plan, arms = manifest["plan"], list(manifest["arms"])
    runs = found.runs // (found.replications * len(arms))
    design = words.say(f"reports.design_{manifest['kind_of_design'] or 'none'}")
    kind = words.say("reports.design", {"kind": design, "draws": runs})
    facts = {
        "arms": words.listed(arms), "kind": kind, "replications": str(found.replications),
        "indicators": str(len(plan["indicators"])), "seed": str(plan["seed"]),
    }
    blocks: list[Block] = []
    blocks.append(Facts([(words.say(f"reports.fact_{name}"), f) for name, f in facts.items()]))
    title = words.say("sweep.table_status", {"folder": found.folder.name})
    blocks.append(as_block(replace(status_table(found, words), title=title)))
    if plan["factors"]:
        blocks.append(_factors_table(plan["factors"], words))
    return Section("plan", words.say("reports.plan_title"), blocks)


def _aims(folder: Path) -> str:
    """The aims as written in the plan, where the store keeps the file and it can be read."""
    try:
        return str(read_plan(folder / "plan" / "plan.yaml").said.get("aims") or "")
    except (JinguoError, OSError):
        return ""


def _factors_table(factors: list[dict[str, Any]], words: Words) -> Table:
    rows = []
    for factor in factors:
        name, levels = str(factor["name"]), factor["levels"]
        label = factor_name(name, words)
        ends = {"low": _value(factor["low"]), "high": _value(factor["high"])}
        told = [choice_name(name, level, words) or _value(level) for level in levels or ()]
        spans = words.listed(told) if told else words.say("report.range", ends)
        cells = [Cell(MISSING if label == name else label, number=False)]
        cells += [Cell(text, number=False) for text in (spans, factor.get("grade") or MISSING)]
        rows.append((name, cells))
    heads = [words.say("sweep.head_factor"), words.say("reports.column_meaning")]
    heads += [words.say("report.column_range"), words.say("report.column_grade")]
    return Table(words.say("reports.factors_caption"), heads, [Rows(rows)])


def _value(value: object) -> str:
    return free(value) if isinstance(value, int | float) else str(value)


def _lock(found: SweepStatus, words: Words) -> Block:
    lock = found.manifest.get("lock")
    if not lock:
        return Text(words.say("reports.no_lock"), "note")
    told = {"date": lock["locked"], "hash": lock["hash"]}
    if not found.deviations:
        return Text(words.say("reports.lock_kept", told))
    left = {**told, "what": list(found.deviations)}
    return Text(words.say("reports.lock_left", left), "warning")


def failures_section(runs: "pd.DataFrame", words: Words) -> list[Section]:
    """How many runs of each kind gave no result, and why; no section where all gave one."""
    failed = runs[runs.status != "ok"]
    if failed.empty:
        return []
    title = words.say("reports.failures_title")
    rows = [
        (str(row.run_id), [
            Cell(words.say(f"sweep.row_{row.status}"), number=False),
            Cell(words.listed(map(str, (row.scenario, row.draw, row.replication))), number=False),
            Cell(str(row.error or MISSING).splitlines()[0], number=False),
        ])
        for row in failed.head(EXAMPLES).itertuples()
    ]
    heads = [words.say(f"reports.column_{name}") for name in ("run", "ending", "place", "reason")]
    counts = [
        words.say("reports.failures_of", {
            "kind": words.say(f"sweep.row_{kind}"), "count": int((failed.status == kind).sum()),
        })
        for kind in ENDINGS[1:]
        if (failed.status == kind).any()
    ]
    caption = words.say("reports.failures_caption", {"shown": len(rows), "all": len(failed)})
    return [Section("failures", title, [Items(counts), Table(caption, heads, [Rows(rows)])])]


def run_section(found: SweepStatus, words: Words) -> Section:
    """How the runs were made, and by which version of the model."""
    manifest = dict(found.manifest)
    known = circumstances_of(manifest, words)
    facts = [(words.say(f"report.fact_{name}"), said) for name, said in known.items()]
    facts.append((words.say("reports.fact_made"), moment(manifest["made"])))
    deadline = words.say("reports.seconds", {"seconds": float(manifest["deadline"])})
    facts.append((words.say("reports.fact_deadline"), deadline))
    blocks: list[Block] = [
        Items([words.say(f"report.limit_{n}") for n in ("no_effect", "no_forecast", "interval")])
    ]
    if manifest["code"] != code_digest():
        blocks.append(Text(words.say("reports.other_version"), "warning"))
    return Section("run", words.say("report.run_title"), [*blocks, Facts(facts)])


