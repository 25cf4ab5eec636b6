"""The command that runs some of a report's runs again: `verify`."""

from pathlib import Path
from typing import Annotated

import typer

from viz.commands.frame import (
    Json,
    MeasureFiles,
    Plugin,
    argument,
    command,
    option,
    session_of,
)
from viz.commands.help import whole_number

Runs = Annotated[
    int, option("--runs", entry="verify_runs", parser=whole_number("--runs", 1), metavar="N")
]
Choice = Annotated[
    int | None,
    option("--seed", entry="verify_seed", parser=whole_number("--seed"), metavar="N"),
]
Processes = Annotated[
    int,
    option(
        "--processes", entry="verify_processes",
        parser=whole_number("--processes", 1), metavar="N",
    ),
]  # fmt: skip


@command("verify")
def _verify(
    context: typer.Context,
    report: Annotated[Path, argument("report", entry="verify_report")],
    *,
    runs: Runs = 5,
    seed: Choice = None,
    processes: Processes = 1,
    plugin: Plugin = None,
    measures: MeasureFiles = None,
    json: Json = False,
) -> int:
    from viz.answers.verify import Order, check  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin, measures)
    order = Order(report.absolute(), runs, seed, processes)
    return check(order, session, as_json=json)
