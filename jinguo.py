"""The front door of Jinguo: its public names, and the command line."""

import importlib
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.errors import JinguoError, did_you_mean
from viz.command_help import (
    WordyCommand,
    WordyGroup,
    WrongUse,
    in_words,
    one_of,
    whole_number,
    without_language,
)
from viz.endings import GOOD, STOPPED, WRONG, break_off, fall_silent, refuse
from viz.session import PROGRAM, Session
from viz.tables import Table, write_json
from viz.words import Words, choose_language, tell

if TYPE_CHECKING:
    from experiments import LayersResult, layers
    from model.village import Village
    from scenarios import Scenario, check_file, list_scenarios, load_scenario

__all__ = [
    "JinguoError",
    "LayersResult",
    "Scenario",
    "Village",
    "Words",
    "check_file",
    "layers",
    "list_scenarios",
    "load_scenario",
    "main",
]

# Where public names live; they are loaded when first asked for, so that help comes at once.
_HOMES = {
    "LayersResult": "experiments",
    "Scenario": "scenarios",
    "Village": "model.village",
    "check_file": "scenarios",
    "layers": "experiments",
    "list_scenarios": "scenarios",
    "load_scenario": "scenarios",
}
MOST_PROCESSES = 8


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


# --- Commands ----------------------------------------------------------------------------------

app = typer.Typer(
    cls=WordyGroup, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)
# What is left over is told in words by WordyCommand.
LEFT_OVER = {"allow_extra_args": True}


def _command(name: str) -> Callable[..., Any]:
    return app.command(name, cls=WordyCommand, help=f"cli.help_{name}", context_settings=LEFT_OVER)


def _option(*names: str, **more: Any) -> Any:
    entry = more.pop("entry", names[0].removeprefix("--"))
    return typer.Option(*names, help=f"cli.opt_{entry}", show_default=False, **more)


def _argument(name: str) -> Any:
    return typer.Argument(metavar=name.upper(), help=f"cli.opt_{name}", show_default=False)


ScenarioName = Annotated[str, _argument("scenario")]
Set = Annotated[list[str] | None, _option("--set", entry="set_", metavar="NAME=VALUE")]
Seed = Annotated[int, _option("--seed", parser=whole_number("--seed"), metavar="N")]
Out = Annotated[Path | None, _option("--out", metavar="DIR")]
Overwrite = Annotated[bool, _option("--overwrite")]
Json = Annotated[bool, _option("--json")]
Plugin = Annotated[list[Path] | None, _option("--plugin", metavar="FILE.py")]
Replications = Annotated[
    int, _option("--replications", parser=whole_number("--replications", 1), metavar="N")
]
Processes = Annotated[
    int | None, _option("--processes", parser=whole_number("--processes", 1), metavar="N")
]
Staff = Annotated[
    str,
    _option("--staff", parser=one_of("--staff", ("limited", "enough")), metavar="limited|enough"),
]


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    *,
    version: Annotated[bool, _option("--version")] = False,
) -> None:
    if version:
        sys.stdout.write(f"{PROGRAM} {_version()}\n")
    elif context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


@_command("layers")
def _layers(
    context: typer.Context,
    scenario: ScenarioName,
    *,
    replications: Replications = 30,
    seed: Seed = 1,
    sets: Set = None,
    staff: Staff = "limited",
    assumptions: Annotated[bool, _option("--assumptions")] = False,
    out: Out = None,
    overwrite: Overwrite = False,
    processes: Processes = None,
    plugin: Plugin = None,
    as_json: Json = False,
) -> int:
    from viz.layers_command import LayersOrder, answer  # noqa: PLC0415 (slow to load)

    session = _session(context, plugin)
    loaded = _loaded(scenario, sets)
    workers = _processes(processes)
    order = LayersOrder(loaded, replications, seed, staff, workers, assumptions)
    _take_folder(session, loaded.name, out)
    return answer(order, session, overwrite=overwrite, as_json=as_json)


@_command("run")
def _run(
    context: typer.Context,
    scenario: ScenarioName,
    *,
    seed: Seed = 1,
    sets: Set = None,
    weeks: Annotated[
        int | None, _option("--weeks", parser=whole_number("--weeks", 1), metavar="N")
    ] = None,
    out: Out = None,
    overwrite: Overwrite = False,
    plugin: Plugin = None,
    as_json: Json = False,
) -> None:
    from viz.run_command import tell_run  # noqa: PLC0415 (slow to load)

    session = _session(context, plugin)
    loaded = _loaded(scenario, sets, {} if weeks is None else {"weeks": weeks})
    _take_folder(session, loaded.name, out)
    tell_run(loaded, seed, session, overwrite=overwrite, as_json=as_json)


@_command("scenarios")
def _scenarios(context: typer.Context, *, as_json: Json = False) -> None:
    from scenarios.load import list_scenarios as found  # noqa: PLC0415 (slow to load)
    from viz.lists import scenarios_data, scenarios_table  # noqa: PLC0415

    heads = found()
    _tell(context, heads, scenarios_table, scenarios_data, as_json)


@_command("parameters")
def _parameters(
    context: typer.Context,
    *,
    grade: Annotated[str | None, _option("--grade", metavar="M|T|E")] = None,
    role: Annotated[str | None, _option("--role", metavar="ROLE")] = None,
    subject: Annotated[str | None, _option("--subject", metavar="SUBJECT")] = None,
    as_json: Json = False,
) -> None:
    from model.parameters import DECLARED, GRADES, ROLES  # noqa: PLC0415 (slow to load)
    from viz.lists import parameters_data, parameters_table  # noqa: PLC0415

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
    _tell(context, kept, parameters_table, parameters_data, as_json)


@_command("measures")
def _measures(
    context: typer.Context,
    name: Annotated[str | None, _argument("name")] = None,
    *,
    layer: Annotated[str | None, _option("--layer", metavar="micro|meso|macro")] = None,
    plugin: Plugin = None,
    as_json: Json = False,
) -> None:
    from scenarios.catalogue import MEASURES  # noqa: PLC0415 (slow to load)
    from scenarios.schema import LAYERS  # noqa: PLC0415
    from viz.lists import measure_table, measures_data, measures_table  # noqa: PLC0415

    session = _session(context, plugin)
    if name is not None and name not in MEASURES:
        fields = {"found": name, "meant": did_you_mean(name, MEASURES)}
        raise JinguoError("errors.unknown_measure", fields)
    wanted = layer and one_of("--layer", LAYERS)(layer)
    kept = {
        key: entry
        for key, entry in MEASURES.items()
        if name in {None, key} and (not wanted or entry.layer == wanted)
    }
    if name in kept and not as_json:
        session.show(measure_table(name, kept[name], session.words))
    else:
        _tell(context, kept, measures_table, measures_data, as_json)


@_command("patterns")
def _patterns(
    context: typer.Context,
    ids: Annotated[list[str] | None, _argument("ids")] = None,
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
    with ProgressShown(_session(context).words) as progress:
        rows = check_patterns(wanted, replications, _processes(processes), progress)
    _tell(context, rows, patterns_table, patterns_data, as_json)
    if not as_json:
        _tell(context, rows, pattern_parts_table, patterns_data, as_json)


@_command("check")
def _check(
    context: typer.Context,
    file: Annotated[Path, _argument("file")],
    *,
    plugin: Plugin = None,
    as_json: Json = False,
) -> None:
    from scenarios.load import check_file as check  # noqa: PLC0415 (slow to load)

    session, scenario = _session(context, plugin), check(file)
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
        session.say("cli.file_programme", scenario.programme.model_dump())


def _tell(
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
        session = _session(context)
        session.show(table(found, session.words))
    else:
        _session(context).say("cli.nothing_found")


# --- What commands share -----------------------------------------------------------------------


def _session(context: typer.Context, plugins: Sequence[Path] | None = None) -> Session:
    session: Session = context.find_root().obj
    session.load(plugins or ())
    return session


def _loaded(name: str, sets: Sequence[str] | None, more: dict[str, object] | None = None) -> Any:
    """The scenario, with the values that were set on the line."""
    from scenarios.load import load_scenario as load  # noqa: PLC0415 (slow to load)

    overrides: dict[str, object] = {}
    for text in sets or ():
        path, sign, value = text.partition("=")
        if not (sign and path.strip()):
            raise JinguoError("cli.set_needs_value", {"found": text})
        overrides[path.strip()] = value
    return load(name, overrides | (more or {}))


def _take_folder(session: Session, scenario: str, out: Path | None) -> None:
    """Where results go: the folder asked for, or the next free one."""
    from experiments.results import new_folder  # noqa: PLC0415 (slow to load)

    session.made = out is None
    session.folder = new_folder(scenario) if out is None else out.absolute()


def _processes(asked: int | None) -> int:
    return asked or min(os.cpu_count() or 1, MOST_PROCESSES)


def _version() -> str:
    from importlib import metadata  # noqa: PLC0415 (slow to load)

    try:
        return metadata.version(PROGRAM)
    except metadata.PackageNotFoundError:  # a checkout that was not installed
        import tomllib  # noqa: PLC0415

        text = (Path(__file__).parent / "pyproject.toml").read_text(encoding="utf-8")
        return str(tomllib.loads(text)["project"]["version"])


# --- Start and end -----------------------------------------------------------------------------


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and give the exit code; nobody ever sees a traceback.

    Args:
        arguments: what stands after the program's name; what was typed when not given.
    """
    line = tuple(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal that cannot show a letter shows "?"
            stream.reconfigure(errors="replace")
    flag, rest = without_language(line)
    try:
        session = Session(Words(choose_language(flag, os.environ)), line)
    except JinguoError as problem:
        Session(_other_words(), line).tell(tell(problem, _other_words()), aside=True)
        return WRONG
    try:
        code = _carry_out(session, rest)
        sys.stdout.flush()
    except BrokenPipeError:
        fall_silent()
        return GOOD
    return code


def _carry_out(session: Session, rest: Sequence[str]) -> int:
    group: Any = typer.main.get_command(app)
    try:
        with group.make_context(PROGRAM, list(rest), obj=session) as context:
            found = group.invoke(context)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        session.say("cli.stopped", aside=True)
        return STOPPED
    except typer.Exit as end:
        return int(end.exit_code)
    except WrongUse as problem:
        command = next((word for word in rest if word in group.commands), "")
        return refuse(session, in_words(problem, command))
    except JinguoError as problem:
        return refuse(session, problem)
    except Exception as problem:  # noqa: BLE001 (whatever it was, it is told in one line)
        return break_off(session, problem)
    return found if isinstance(found, int) else GOOD


def _other_words() -> Words:
    """The system's language, when the one asked for does not exist."""
    environ = {name: value for name, value in os.environ.items() if name != "JINGUO_LANG"}
    return Words(choose_language(None, environ))


if __name__ == "__main__":
    sys.exit(main())
