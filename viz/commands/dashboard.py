"""The command `dashboard`."""

from pathlib import Path
from typing import Annotated

import typer

from model.errors import JinguoError
from viz.commands.frame import command, option, session_of
from viz.commands.help import whole_number


@command("dashboard")
def _dashboard(
    context: typer.Context,
    *,
    scenario: Annotated[
        str, option("--scenario", entry="first_scenario", metavar="NAME")
    ] = "libei",
    port: Annotated[
        int, option("--port", parser=whole_number("--port"), metavar="N")
    ] = 8765,
    host: Annotated[str, option("--host", metavar="ADDRESS")] = "127.0.0.1",
    folder: Annotated[
        Path | None, option("--folder", entry="results_folder", metavar="DIR")
    ] = None,
    uploads: Annotated[bool, option("--uploads")] = False,
    no_open: Annotated[bool, option("--no-open", entry="no_open")] = False,
) -> None:
    session = session_of(context)
    try:
        import solara  # noqa: F401, PLC0415 (slow to load)
    except ModuleNotFoundError:
        raise JinguoError("dashboard.not_installed") from None
    from viz.dashboard.changes import scenario_of  # noqa: PLC0415 (slow to load)
    from viz.dashboard.options import OPTIONS  # noqa: PLC0415
    from viz.dashboard.runner import warm_up  # noqa: PLC0415
    from viz.dashboard.server import address_of, serve  # noqa: PLC0415

    scenario_of(scenario, ())
    if folder is not None and not folder.is_dir():
        raise JinguoError("errors.file_missing", {"file": str(folder)})
    address = address_of(host, port)
    OPTIONS.scenario, OPTIONS.lang = scenario, session.words.lang
    OPTIONS.folder = folder.resolve() if folder else None
    OPTIONS.uploads = uploads or not address.open_to_others
    session.say("results.compiling", aside=True)
    warm_up()
    session.say("dashboard.ready", {"url": address.url})
    if address.open_to_others:
        session.say("dashboard.open_to", {"host": host, "port": address.port})
        session.say("dashboard.class_code", {"code": address.code})
    session.say("dashboard.stop_with")
    serve(address, browser=not no_open)
