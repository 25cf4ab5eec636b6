"""`jinguo run`: one village, every week of it kept."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.resilience import resilience
from experiments.results import SERIES, ResultsFolder, circumstances, code_digest, plugin_digest
from experiments.run import Run, one_run
from experiments.store import Histories, write_series
from viz.session import Session
from viz.tables import write_json
from viz.tables.run import resilience_lines, run_data, run_table, told_weeks

if TYPE_CHECKING:
    from scenarios.schema import Scenario

AS_WRITTEN = "as_written"  # the arm of a scenario that is run with all it holds


def tell_run(
    scenario: "Scenario", seed: int, session: Session, *, overwrite: bool, as_json: bool
) -> None:
    """Run a scenario once and tell its main figures.

    Args:
        scenario: what to run.
        seed: of its luck.
        session: knows the folder.
        overwrite: take the folder even when it holds something else.
        as_json: data instead of a table.
    """
    folder = session.folder or Path.cwd()
    session.say("cli.results_in", {"folder": folder}, aside=as_json)
    session.say("results.compiling", aside=True)
    run, file = run_and_keep(scenario, seed, folder, overwrite=overwrite)
    told = told_weeks(scenario)
    rows, shocks = run_data(run, told), resilience(scenario, run)
    if as_json:
        data = {"scenario": scenario.name, "seed": seed, "weeks": len(run.values), "told": told}
        regained = [shock._asdict() for shock in shocks]
        data |= {"series": str(file), "indicators": rows, "resilience": regained}
        write_json(data, sys.stdout)
    else:
        session.show(run_table(scenario, seed, rows, session.words))
        for key, fields in resilience_lines(shocks, session.words):
            session.say(key, fields)
    session.say("cli.series_in", {"file": file}, aside=as_json)


def run_and_keep(
    scenario: "Scenario", seed: int, folder: Path, *, overwrite: bool
) -> tuple[Run, Path]:
    """Run a scenario once; its series stands in the folder before this returns."""
    plan = {
        "job": "run",
        "scenario": scenario.content_key(),
        "seed": seed,
        "code": code_digest(),
        "plug-ins": plugin_digest(scenario),
    }
    held = ResultsFolder.open(folder, plan, overwrite=overwrite)
    run = one_run(scenario, seed)
    histories = Histories(run.names, (AS_WRITTEN,), (1,), run.values[None, None])
    write_series(held.path / SERIES, histories)
    held.describe(scenario=scenario.plain(), seed=seed, status="complete", **circumstances())
    held.drop_parts()
    return run, held.path / SERIES
