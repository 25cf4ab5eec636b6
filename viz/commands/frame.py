"""What all commands share: the program, options, the session, scenarios, tables."""

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from model.errors import JinguoError
from viz.commands.help import WordyCommand, WordyGroup, one_of, whole_number
from viz.session import Session
from viz.tables import Table, write_json
from viz.words import Words

MOST_PROCESSES = 8

app = typer.Typer(
    cls=WordyGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
# What is left over is told in words by WordyCommand.
LEFT_OVER = {"allow_extra_args": True}


def command(name: str) -> Callable[..., Any]:
    """Enter a function as a command; its help is the entry `cli.help_<name>`."""
    return app.command(name, cls=WordyCommand, help=f"cli.help_{name}", context_settings=LEFT_OVER)


def option(*names: str, **more: Any) -> Any:
    """An option of a command; its help is the entry `cli.opt_<entry>`."""
    entry = more.pop("entry", names[0].removeprefix("--"))
    return typer.Option(*names, help=f"cli.opt_{entry}", show_default=False, **more)


def argument(name: str, entry: str = "") -> Any:
    """An argument of a command; its help is the entry `cli.opt_<entry>`, or of its name."""
    shown = f"cli.opt_{entry or name}"
    return typer.Argument(metavar=name.upper(), help=shown, show_default=False)


ScenarioName = Annotated[str, argument("scenario")]
Set = Annotated[list[str] | None, option("--set", entry="set_", metavar="NAME=VALUE")]
Seed = Annotated[int, option("--seed", parser=whole_number("--seed"), metavar="N")]
Out = Annotated[Path | None, option("--out", metavar="DIR")]
Overwrite = Annotated[bool, option("--overwrite")]
Json = Annotated[bool, option("--json")]
Xlsx = Annotated[bool, option("--xlsx")]
Markdown = Annotated[bool, option("--markdown")]
Pdf = Annotated[bool, option("--pdf")]
Plugin = Annotated[list[Path] | None, option("--plugin", metavar="FILE.py")]
MeasureFiles = Annotated[list[Path] | None, option("--measures", metavar="FILE.yaml")]
Replications = Annotated[
    int, option("--replications", parser=whole_number("--replications", 1), metavar="N")
]
Processes = Annotated[
    int | None, option("--processes", parser=whole_number("--processes", 1), metavar="N")
]
Staff = Annotated[
    Literal["limited", "enough"],
    option("--staff", parser=one_of("--staff", ("limited", "enough")), metavar="limited|enough"),
]


def tell_found(
    context: typer.Context,
    found: Any,
    table: Callable[[Any, Words], Table],
    data: Callable[[Any], object],
    as_json: Any,
) -> None:
    """Show what was found, as a table or as data."""
    if as_json:
        write_json(data(found), sys.stdout)
    elif found:
        session = session_of(context)
        session.show(table(found, session.words))
    else:
        session_of(context).say("cli.nothing_found")


def session_of(
    context: typer.Context,
    plugins: Sequence[Path] | None = None,
    measures: Sequence[Path] | None = None,
) -> Session:
    """The session of this call, with the plug-ins and measure files asked for loaded."""
    session: Session = context.find_root().obj
    session.load([*(plugins or ()), *(measures or ())])
    return session


def loaded(name: str, sets: Sequence[str] | None, more: dict[str, object] | None = None) -> Any:
    """The scenario, with the values that were set on the line."""
    from scenarios.load import load_scenario as load  # noqa: PLC0415 (slow to load)

    overrides: dict[str, object] = {}
    for text in sets or ():
        path, sign, value = text.partition("=")
        if not (sign and path.strip()):
            raise JinguoError("cli.set_needs_value", {"found": text})
        overrides[path.strip()] = value
    return load(name, overrides | (more or {}))


def take_folder(session: Session, scenario: str, out: Path | None) -> None:
    """Where results go: the folder asked for, or the next free one."""
    from experiments.results import new_folder  # noqa: PLC0415 (slow to load)

    session.made = out is None
    session.folder = new_folder(scenario) if out is None else out.absolute()


def processes_of(asked: int | None) -> int:
    """How many processes work: as many as asked for, or one a core."""
    return asked or min(os.cpu_count() or 1, MOST_PROCESSES)
