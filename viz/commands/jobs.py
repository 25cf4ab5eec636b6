"""Commands that run villages: `layers`, `run`, `patterns`."""

from typing import Annotated

import typer

from viz.command_help import one_of, whole_number
from viz.commands.frame import (
    Json,
    Out,
    Overwrite,
    Plugin,
    Processes,
    Replications,
    ScenarioName,
    Seed,
    Set,
    Staff,
    argument,
    command,
    loaded,
    option,
    processes_of,
    session_of,
    take_folder,
    tell_found,
)


@command("layers")
def _layers(
    context: typer.Context,
    scenario: ScenarioName,
    *,
    replications: Replications = 30,
    seed: Seed = 1,
    sets: Set = None,
    staff: Staff = "limited",
    assumptions: Annotated[bool, option("--assumptions")] = False,
    out: Out = None,
    overwrite: Overwrite = False,
    processes: Processes = None,
    plugin: Plugin = None,
    as_json: Json = False,
) -> int:
    from viz.layers_command import LayersOrder, answer  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin)
    asked = loaded(scenario, sets)
    workers = processes_of(processes)
    order = LayersOrder(asked, replications, seed, staff, workers, assumptions)
    take_folder(session, asked.name, out)
    return answer(order, session, overwrite=overwrite, as_json=as_json)


@command("run")
def _run(
    context: typer.Context,
    scenario: ScenarioName,
    *,
    seed: Seed = 1,
    sets: Set = None,
    weeks: Annotated[
        int | None, option("--weeks", parser=whole_number("--weeks", 1), metavar="N")
    ] = None,
    out: Out = None,
    overwrite: Overwrite = False,
    plugin: Plugin = None,
    as_json: Json = False,
) -> None:
    from viz.run_command import tell_run  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin)
    asked = loaded(scenario, sets, {} if weeks is None else {"weeks": weeks})
    take_folder(session, asked.name, out)
    tell_run(asked, seed, session, overwrite=overwrite, as_json=as_json)


@command("patterns")
def _patterns(
    context: typer.Context,
    ids: Annotated[list[str] | None, argument("ids")] = None,
    *,
    replications: Replications = 30,
    processes: Processes = None,
    as_json: Json = False,
) -> None:
    from experiments.patterns import PATTERNS, check_patterns  # noqa: PLC0415 (slow to load)
    from viz.lists import pattern_parts_table, patterns_data, patterns_table  # noqa: PLC0415
    from viz.progress import ProgressShown  # noqa: PLC0415

    known = one_of("IDS", PATTERNS)
    wanted = tuple(known(name.upper()) for name in ids or ())
    with ProgressShown(session_of(context).words) as progress:
        rows = check_patterns(wanted, replications, processes_of(processes), progress)
    tell_found(context, rows, patterns_table, patterns_data, as_json)
    if not as_json:
        tell_found(context, rows, pattern_parts_table, patterns_data, as_json)
