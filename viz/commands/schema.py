"""The command `schema`: what scenario and measure files may say, for editors."""

import sys
from typing import Annotated

import typer

from viz.commands.frame import Plugin, command, option, session_of
from viz.tables import write_json


@command("schema")
def _schema(
    context: typer.Context,
    *,
    measures: Annotated[bool, option("--measures", entry="schema_measures")] = False,
    plugin: Plugin = None,
) -> None:
    from scenarios.json_schema import measures_schema, scenario_schema  # noqa: PLC0415 (slow)
    from viz.schema_words import described  # noqa: PLC0415

    session = session_of(context, plugin)
    schema = measures_schema() if measures else scenario_schema()
    write_json(described(schema, session.words), sys.stdout)
