"""The command that makes a report from a folder of results: `report`."""

from pathlib import Path
from typing import Annotated

import typer

from viz.commands.frame import (
    Markdown,
    MeasureFiles,
    Pdf,
    Plugin,
    Xlsx,
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
    xlsx: Xlsx = False,
    markdown: Markdown = False,
    pdf: Pdf = False,
) -> None:
    from viz.answers.job import put_away  # noqa: PLC0415 (slow to load)
    from viz.answers.report import filed_again, told_beside  # noqa: PLC0415
    from viz.export import Wanted  # noqa: PLC0415

    session = session_of(context, plugin, measures)
    wanted = Wanted(xlsx, markdown, pdf)
    put_away(lambda: filed_again(folder.absolute(), partial_too=partial), session, wanted)
    for key, fields in told_beside(folder.absolute()):
        session.say(key, fields)
