"""Commands of many runs: `sweep`, `resume`, `extend`, `status`, `sensitivity`, `lock`."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from model.errors import JinguoError
from viz.commands.frame import (
    Json,
    Markdown,
    Pdf,
    Plugin,
    Processes,
    Xlsx,
    argument,
    command,
    option,
    processes_of,
    session_of,
)
from viz.commands.help import whole_number
from viz.endings import GOOD
from viz.session import PROGRAM

PlanFile = Annotated[Path, argument("plan")]
Folder = Annotated[Path, argument("folder")]
Store = Annotated[Path | None, option("--store", metavar="DIR")]
Cluster = Annotated[str | None, option("--cluster", metavar="local|tls://…|MODULE:FUNCTION")]
Insecure = Annotated[bool, option("--insecure")]
Tls = Annotated[str | None, option("--tls", metavar="CA,CERT,KEY")]


@command("sweep")
def _sweep(
    context: typer.Context,
    plan: PlanFile,
    *,
    store: Store = None,
    processes: Processes = None,
    cluster: Cluster = None,
    insecure: Insecure = False,
    tls: Tls = None,
    only_plan: Annotated[bool, option("--only-plan", entry="only_plan")] = False,
    plugin: Plugin = None,
    as_json: Json = False,
) -> int:
    from viz.answers.sweep import Machines, show_plan, tell_sweep  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin)
    machines = Machines(processes_of(processes), cluster, insecure, tls, session.prepare)
    if only_plan:
        show_plan(plan, machines, session)
        return GOOD
    if store is None:
        raise _missing("--store", "sweep")
    return tell_sweep(plan, store, machines, session, as_json=as_json)


@command("resume")
def _resume(
    context: typer.Context,
    folder: Folder,
    *,
    retry_failed: Annotated[bool, option("--retry-failed", entry="retry_failed")] = False,
    processes: Processes = None,
    cluster: Cluster = None,
    insecure: Insecure = False,
    tls: Tls = None,
    plugin: Plugin = None,
    as_json: Json = False,
) -> int:
    from viz.answers.sweep import Machines, tell_resume  # noqa: PLC0415 (slow to load)

    session = session_of(context, plugin)
    machines = Machines(processes_of(processes), cluster, insecure, tls, session.prepare)
    return tell_resume(folder, machines, session, retry_failed=retry_failed, as_json=as_json)


@command("extend")
def _extend(
    context: typer.Context,
    folder: Folder,
    *,
    replications: Annotated[
        int | None,
        option(
            "--replications",
            entry="replications_in_all",
            parser=whole_number("--replications", 1),
            metavar="N",
        ),
    ] = None,
    processes: Processes = None,
    cluster: Cluster = None,
    insecure: Insecure = False,
    tls: Tls = None,
    plugin: Plugin = None,
    as_json: Json = False,
) -> int:
    from viz.answers.sweep import Machines, tell_extend  # noqa: PLC0415 (slow to load)

    if replications is None:
        raise _missing("--replications", "extend")
    session = session_of(context, plugin)
    machines = Machines(processes_of(processes), cluster, insecure, tls, session.prepare)
    return tell_extend(folder, replications, machines, session, as_json=as_json)


@command("status")
def _status(context: typer.Context, folder: Folder, *, as_json: Json = False) -> None:
    from experiments.sweeps import status  # noqa: PLC0415 (slow to load)
    from viz.tables import write_json  # noqa: PLC0415
    from viz.tables.sweep import status_data, status_lines, status_table  # noqa: PLC0415

    session = session_of(context)
    found = status(folder)
    if as_json:
        write_json(status_data(found), sys.stdout)
        return
    session.show(status_table(found, session.words))
    session.tell(status_lines(found, session.words))


@command("sensitivity")
def _sensitivity(
    context: typer.Context,
    folder: Folder,
    *,
    outcome: Annotated[list[str] | None, option("--outcome", metavar="NAME")] = None,
    horizon: Annotated[str, option("--horizon", metavar="end|after_52|after_104")] = "end",
    xlsx: Xlsx = False,
    markdown: Markdown = False,
    pdf: Pdf = False,
    as_json: Json = False,
) -> None:
    from experiments.outcomes import PRIMARY  # noqa: PLC0415 (slow to load)
    from experiments.sensitivity_indices import sensitivity  # noqa: PLC0415
    from viz.answers.sensitivity import tell_sensitivity  # noqa: PLC0415
    from viz.export import Wanted  # noqa: PLC0415

    session = session_of(context)
    found = sensitivity(folder, outcome or PRIMARY, horizon)
    wanted = Wanted(xlsx, markdown, pdf)
    tell_sensitivity(folder.absolute(), found, session, wanted, as_json=as_json)


@command("lock")
def _lock(context: typer.Context, plan: PlanFile) -> None:
    from experiments.plan import read_plan  # noqa: PLC0415 (slow to load)
    from experiments.plan_lock import lock_plan, read_lock  # noqa: PLC0415

    asked = read_plan(plan)
    file = lock_plan(asked)
    lock = read_lock(asked.source) or {}
    session_of(context).say("sweep.locked", {"file": file, "hash": lock.get("hash", "")})


def _missing(name: str, of: str) -> JinguoError:
    return JinguoError("cli.missing_argument", {"name": name, "help": f"{PROGRAM} {of} --help"})
