"""Commands that say what there is: `scenarios`, `parameters`, `measures`, `check`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from model.errors import JinguoError, did_you_mean
from viz.commands.frame import (
    Json,
    MeasureFiles,
    Plugin,
    argument,
    command,
    option,
    session_of,
    tell_found,
)
from viz.commands.help import one_of
from viz.tables import screen, write_json


@command("scenarios")
def _scenarios(context: typer.Context, *, as_json: Json = False) -> None:
    from scenarios.load import list_scenarios as found  # noqa: PLC0415 (slow to load)
    from viz.tables.catalogues import scenarios_data, scenarios_table  # noqa: PLC0415

    heads = found()
    tell_found(context, heads, scenarios_table, scenarios_data, as_json)


@command("parameters")
def _parameters(
    context: typer.Context,
    *,
    grade: Annotated[str | None, option("--grade", metavar="M|T|E")] = None,
    role: Annotated[str | None, option("--role", metavar="ROLE")] = None,
    subject: Annotated[str | None, option("--subject", metavar="SUBJECT")] = None,
    as_json: Json = False,
) -> None:
    from model.parameters import DECLARED, GRADES, ROLES  # noqa: PLC0415 (slow to load)
    from viz.tables.catalogues import parameters_data, parameters_table  # noqa: PLC0415

    subjects = dict.fromkeys(p.subject for p in DECLARED.values())
    asked = {
        "grade": grade and one_of("--grade", GRADES)(grade.upper()),
        "role": role and one_of("--role", ROLES)(role),
        "subject": subject and one_of("--subject", subjects)(subject),
    }
    wanted = {name: value for name, value in asked.items() if value}
    kept = [
        p for p in DECLARED.values() if all(getattr(p, name) == v for name, v in wanted.items())
    ]
    tell_found(context, kept, parameters_table, parameters_data, as_json)


@command("measures")
def _measures(
    context: typer.Context,
    name: Annotated[str | None, argument("name")] = None,
    *,
    layer: Annotated[str | None, option("--layer", metavar="micro|meso|macro")] = None,
    paper: Annotated[str | None, option("--paper", metavar="PAPER")] = None,
    plugin: Plugin = None,
    measures: MeasureFiles = None,
    as_json: Json = False,
) -> None:
    from scenarios.catalogue import MEASURES  # noqa: PLC0415 (slow to load)
    from scenarios.papers import papers  # noqa: PLC0415
    from scenarios.schema import LAYERS  # noqa: PLC0415
    from viz.tables.measures import measure_table, measures_data, show_measures  # noqa: PLC0415

    session = session_of(context, plugin, measures)
    if name is not None and name not in MEASURES:
        fields = {"found": name, "meant": did_you_mean(name, MEASURES)}
        raise JinguoError("errors.unknown_measure", fields)
    wanted = layer and one_of("--layer", LAYERS)(layer)
    said_by = paper and one_of("--paper", papers())(paper)
    kept = {
        key: entry
        for key, entry in MEASURES.items()
        if name in {None, key}
        and wanted in {None, entry.layer}
        and (not said_by or said_by in {said.paper for said in entry.papers})
    }
    if as_json:
        write_json(measures_data(kept), sys.stdout)
    elif name in kept:
        session.show(measure_table(name, kept[name], session.words))
    elif kept:
        show_measures(kept, session.words, screen(sys.stdout))
    else:
        session.say("cli.nothing_found")


@command("check")
def _check(
    context: typer.Context,
    file: Annotated[Path, argument("file")],
    *,
    plugin: Plugin = None,
    measures: MeasureFiles = None,
    as_json: Json = False,
) -> None:
    from scenarios.load import check_file as check  # noqa: PLC0415 (slow to load)

    session, scenario = session_of(context, plugin, measures), check(file)
    setup = scenario.setup()
    counts = {"women": setup.women, "weeks": setup.weeks, "measures": len(setup.measures)}
    if as_json:
        said = {"file": str(file), "title": scenario.title.model_dump(), **counts}
        write_json({**said, "scenario": scenario.plain()}, sys.stdout)
        return
    session.say("cli.file_is_good", {"file": file, "title": session.words.label(scenario.title)})
    session.say("cli.file_holds", counts)
    for key, fields in setup.measured.notes if setup.measured else ():
        session.say(key, fields)
    if scenario.programme is None:
        session.say("cli.file_no_programme")
    else:
        money = session.words.amount(scenario.programme.money, exact=True)
        session.say("cli.file_programme", {**scenario.programme.model_dump(), "money": money})
