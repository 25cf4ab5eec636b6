"""The command that makes a report from a folder of results: `report`."""

from pathlib import Path
from typing import Annotated

import typer

from viz.commands.frame import (
    MeasureFiles,
    Plugin,
    argument,
    command,
    option,
    session_of,
)


@command("report")
def _report(
    context: typer.Context,
    folder: Annotated[Path, argument("folder", entry="report_folder")],
    *,
    partial: Annotated[bool, option("--partial")] = False,
    plugin: Plugin = None,
    measures: MeasureFiles = None,
) -> None:
    from viz.report.again import report_again  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin, measures)
    session.say("cli.reporting", aside=True)
    file = report_again(folder.absolute(), session.words, partial_too=partial)
    session.say("cli.report_in", {"file": file})
