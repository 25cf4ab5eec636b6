"""The command that fills the checklist which a paper on a model owes its readers: `checklist`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from viz.commands.frame import argument, command, session_of


@command("checklist")
def _checklist(context: typer.Context, results: Annotated[Path, argument("results")]) -> None:
    from viz.documents.stress import checklist, read_manifest  # noqa: PLC0415 (slow to load)

    words = session_of(context).words
    sys.stdout.write(checklist(read_manifest(results), words, results.name))
