"""`jinguo layers`: ask the main question and tell the answer."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from experiments import layers
from experiments.statistics import ARMS
from viz.endings import BROKEN, GOOD, STOPPED
from viz.layers_tables import asked, layers_data, layers_tables, notes
from viz.progress import ProgressShown
from viz.report.build import write_report
from viz.session import Session
from viz.tables import screen, write, write_json

if TYPE_CHECKING:
    from experiments import LayersResult
    from experiments.run import Staff
    from scenarios.schema import Scenario

FAILURES = "failed.log"


@dataclass(frozen=True)
class LayersOrder:
    """What was asked for on the line."""

    scenario: "Scenario"
    replications: int
    seed: int
    staff: "Staff"
    processes: int
    assumptions: bool


def answer(order: LayersOrder, session: Session, *, overwrite: bool, as_json: bool) -> int:
    """Run the job, tell what it found, and give the exit code.

    Args:
        order: what to run.
        session: knows the folder, which is told first and last.
        overwrite: take the folder even when it holds something else.
        as_json: data instead of tables.
    """
    folder = {"folder": session.folder}
    session.say("cli.results_in", folder, aside=as_json)
    plan = {"replications": order.replications, "processes": order.processes}
    session.say("cli.plan", {**plan, "arms": len(ARMS)}, aside=True)
    with ProgressShown(session.words) as progress:
        result = layers(
            order.scenario,
            order.replications,
            order.seed,
            order.processes,
            order.staff,
            assumptions=order.assumptions,
            progress=progress,
            out=session.folder,
            overwrite=overwrite,
            prepare=session.prepare,
        )
    if as_json:
        write_json(layers_data(result), sys.stdout)
    else:
        _show(result, session)
    code = _ending(result, session, as_json=as_json)
    if result.out is not None and not result.interrupted:
        session.say("cli.reporting", aside=True)
        file = write_report(result, result.out, session.words)
        session.say("cli.report_in", {"file": file}, aside=as_json)
    session.say("cli.results_in", folder, aside=as_json)
    return code


def _show(result: "LayersResult", session: Session) -> None:
    console = screen(sys.stdout)
    console.print()
    for line in asked(result, session.words):
        write(line, console)
    for table in layers_tables(result, session.words):
        session.show(table)
    console.print()
    for line in notes(result, session.words):
        write(line, console, style="dim")
    console.print()


def _ending(result: "LayersResult", session: Session, *, as_json: bool) -> int:
    """What to know about a job that is not whole."""
    code = GOOD
    counts: dict[str, object] = {"complete": result.complete, "total": result.replications}
    if len(result.failed) and result.out is not None:
        file = _keep_failures(result, result.out)
        counts["failed"] = len(result.failed)
        session.say("cli.some_failed", {**counts, "file": file}, aside=as_json)
        code = BROKEN
    if result.interrupted and result.out is not None:
        command = session.to_go_on(result.out)
        session.say("cli.go_on", {**counts, "command": command}, aside=as_json)
        code = STOPPED
    return code


def _keep_failures(result: "LayersResult", folder: Path) -> Path:
    file = folder / FAILURES
    rows = result.failed.to_dict("records")
    texts = [f"{r['replication']} {r['draw']} {r['message']}\n{r['trace']}\n" for r in rows]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file
