"""The front door of Jinguo: its public names, and the command line."""

import functools
import os
import shlex
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from model.errors import JinguoError, did_you_mean
from viz.command_help import (
    PROGRAM,
    WordyCommand,
    WordyGroup,
    WrongUse,
    in_words,
    one_of,
    whole_number,
)
from viz.tables import Table, screen, show, write_json
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
WRONG, STOPPED, BROKEN, GOOD = 2, 130, 1, 0
MOST_PROCESSES = 8
LANGUAGE_FLAG = "--lang"
STARTED_BY_NOTHING = "results.interrupted_at_start"


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib  # noqa: PLC0415 (loaded only when needed)

    return getattr(importlib.import_module(_HOMES[name]), name)


@dataclass
class _Session:
    """One call of the program: its language, its line, where its results go."""

    words: Words
    line: tuple[str, ...]
    folder: Path | None = None
    prepare: Callable[[], object] | None = None
    plugins: tuple[Path, ...] = field(default=())

    def show(self, table: Table) -> None:
        show(table, screen(sys.stdout))

    def say(self, key: str, fields: Mapping[str, object] | None = None, *, aside: bool) -> None:
        """A line for people; aside when the output is for a program."""
        stream = sys.stderr if aside else sys.stdout
        screen(stream).print(self.words.say(key, fields), soft_wrap=True)
        stream.flush()

    def load(self, plugins: Sequence[Path]) -> None:
        """Load the user's own code, here and in every process."""
        paths = tuple(path.resolve() for path in plugins)
        load_plugins(paths)
        if paths:
            self.prepare = functools.partial(load_plugins, paths)

    def to_go_on(self, folder: Path) -> str:
        """The line that continues a stopped job in its folder."""
        rest, words = [], iter(self.line)
        for word in words:
            if word == "--out":
                next(words, None)
            elif word != "--overwrite" and not word.startswith("--out="):
                rest.append(word)
        line = [PROGRAM, *rest, "--out", str(folder)]
        return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)


def load_plugins(paths: Sequence[Path]) -> None:
    """Load the user's own mechanisms and measures."""
    if paths:
        from scenarios.catalogue import load_plugin  # noqa: PLC0415 (slow to load)

        for path in paths:
            load_plugin(path)


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

    session = _session(context)
    session.load(plugin or ())
    order = LayersOrder(
        _loaded(scenario, sets), replications, seed, staff, _processes(processes), assumptions
    )
    session.folder = _folder(order.scenario.name, out)
    session.say("cli.results_in", {"folder": session.folder}, aside=as_json)
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
    from viz.run_command import run_and_keep  # noqa: PLC0415 (slow to load)
    from viz.run_table import run_data, run_table, told_weeks  # noqa: PLC0415

    session = _session(context)
    session.load(plugin or ())
    extra = {} if weeks is None else {"weeks": weeks}
    loaded = _loaded(scenario, sets, extra)
    session.folder = _folder(loaded.name, out)
    session.say("cli.results_in", {"folder": session.folder}, aside=as_json)
    run, file = run_and_keep(loaded, seed, session.folder, overwrite=overwrite)
    told = told_weeks(loaded)
    rows = run_data(run, told)
    if as_json:
        data = {"scenario": loaded.name, "seed": seed, "weeks": len(run.values), "told": told}
        write_json({**data, "series": str(file), "indicators": rows}, sys.stdout)
        return
    session.show(run_table(loaded, seed, rows, session.words))
    session.say("cli.series_in", {"file": file}, aside=False)


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

    session = _session(context)
    session.load(plugin or ())
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
    from experiments.patterns import check_patterns  # noqa: PLC0415 (slow to load)
    from viz.lists import patterns_data, patterns_table  # noqa: PLC0415
    from viz.progress import ProgressShown  # noqa: PLC0415

    with ProgressShown(_session(context).words) as progress:
        rows = check_patterns(tuple(ids or ()), replications, _processes(processes), progress)
    _tell(context, rows, patterns_table, patterns_data, as_json)


@_command("check")
def _check(
    context: typer.Context, file: Annotated[Path, _argument("file")], *, as_json: Json = False
) -> None:
    from scenarios.load import check_file as check  # noqa: PLC0415 (slow to load)

    session, scenario = _session(context), check(file)
    setup = scenario.setup()
    counts = {"women": setup.women, "weeks": setup.weeks, "measures": len(setup.measures)}
    if as_json:
        said = {"file": str(file), "title": scenario.title.model_dump(), **counts}
        write_json({**said, "scenario": scenario.plain()}, sys.stdout)
        return
    title = {"file": file, "title": session.words.label(scenario.title)}
    session.say("cli.file_is_good", title, aside=False)
    session.say("cli.file_holds", counts, aside=False)
    if scenario.programme is None:
        session.say("cli.file_no_programme", aside=False)
    else:
        session.say("cli.file_programme", scenario.programme.model_dump(), aside=False)


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
        _session(context).say("cli.nothing_found", aside=False)
