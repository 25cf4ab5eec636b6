"""The command that lists what is recorded: `indicators`."""

import sys
from typing import Annotated

import typer

from viz.commands.frame import Json, command, option, session_of
from viz.commands.help import one_of
from viz.tables import write_json


@command("indicators")
def _indicators(
    context: typer.Context,
    *,
    dilemma: Annotated[
        str | None, option("--dilemma", metavar="digital|roles|emotions|capital")
    ] = None,
    empowerment: Annotated[
        str | None, option("--empowerment", metavar="economic|capability|relations|culture")
    ] = None,
    layer: Annotated[str | None, option("--layer", metavar="micro|meso|macro")] = None,
    as_json: Json = False,
) -> None:
    from model.indicator_groups import GROUPINGS  # noqa: PLC0415 (slow to load)
    from viz.tables.indicators import indicators_data, indicators_in, indicators_table  # noqa: PLC0415

    asked = {"dilemma": dilemma, "empowerment": empowerment, "layer": layer}
    groups = {
        name: one_of(f"--{name}", GROUPINGS[name])(group) for name, group in asked.items() if group
    }
    found = indicators_in(groups)
    session = session_of(context)
    if as_json:
        write_json(indicators_data(found), sys.stdout)
    elif found:
        session.show(indicators_table(found, groups, session.words))
    else:
        session.say("cli.nothing_found")
