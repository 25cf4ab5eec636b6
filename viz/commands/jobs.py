"""Commands that run villages: `layers`, `run`, `patterns`."""

from typing import Annotated

import typer

from viz.commands.frame import (
    Json,
    Markdown,
    MeasureFiles,
    Out,
    Overwrite,
    Pdf,
    Plugin,
    Processes,
    Replications,
    ScenarioName,
    Seed,
    Set,
    Staff,
    Xlsx,
    argument,
    command,
    loaded,
    option,
    processes_of,
    session_of,
    take_folder,
)
from viz.commands.help import one_of, whole_number


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
    structures: Annotated[bool, option("--structures", entry="rival")] = False,
    out: Out = None,
    overwrite: Overwrite = False,
    processes: Processes = None,
    plugin: Plugin = None,
    measures: MeasureFiles = None,
    xlsx: Xlsx = False,
    markdown: Markdown = False,
    pdf: Pdf = False,
    as_json: Json = False,
) -> int:
    from viz.answers.layers import LayersOrder, answer  # noqa: PLC0415 (slow to load)
    from viz.answers.structures import FEWER, answer_structures  # noqa: PLC0415
    from viz.export import Wanted  # noqa: PLC0415 (slow to load)

    given = context.get_parameter_source("replications")
    if structures and given is not None and given.name == "DEFAULT":
        replications = FEWER
    session = session_of(context, plugin, measures)
    asked = loaded(scenario, sets)
    workers = processes_of(processes)
    order = LayersOrder(asked, replications, seed, staff, workers, assumptions)
    take_folder(session, asked.name, out)
    tell = answer_structures if structures else answer
    wanted = Wanted(xlsx, markdown, pdf)
    return tell(order, session, wanted, overwrite=overwrite, as_json=as_json)


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
    measures: MeasureFiles = None,
    as_json: Json = False,
) -> None:
    from viz.answers.run import tell_run  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin, measures)
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
    structures: Annotated[bool, option("--structures")] = False,
    fresh: Annotated[bool, option("--fresh")] = False,
    out: Out = None,
    overwrite: Overwrite = False,
    xlsx: Xlsx = False,
    markdown: Markdown = False,
    pdf: Pdf = False,
    as_json: Json = False,
) -> None:
    from experiments.patterns import PATTERNS  # noqa: PLC0415 (slow to load)
    from viz.answers.patterns import PatternsOrder, tell_patterns  # noqa: PLC0415
    from viz.export import Wanted  # noqa: PLC0415

    session = session_of(context)
    known = one_of("IDS", PATTERNS)
    asked = tuple(dict.fromkeys(known(name.upper()) for name in ids or PATTERNS))
    order = PatternsOrder(asked, replications, processes_of(processes), structures, fresh)
    take_folder(session, "patterns", out)
    wanted = Wanted(xlsx, markdown, pdf)
    tell_patterns(order, session, wanted, overwrite=overwrite, as_json=as_json)
