"""The front door of Jinguo: its public names, and the command line."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from model.errors import JinguoError
from viz.commands import enter_all
from viz.commands.frame import app, option
from viz.commands.help import WrongUse, in_words, without_language
from viz.endings import GOOD, STOPPED, WRONG, break_off, fall_silent, refuse
from viz.session import PROGRAM, Session
from viz.words import Words, choose_language, tell

if TYPE_CHECKING:
    from experiments import (
        CompareResult,
        LayersResult,
        Results,
        SweepResult,
        compare,
        extend,
        layers,
        load_results,
        resume,
        sensitivity,
        sweep,
    )
    from model.village import Village
    from scenarios import Scenario, check_file, list_scenarios, load_scenario

__all__ = [
    "CompareResult",
    "JinguoError",
    "LayersResult",
    "Results",
    "Scenario",
    "SweepResult",
    "Village",
    "Words",
    "check_file",
    "compare",
    "extend",
    "layers",
    "list_scenarios",
    "load_results",
    "load_scenario",
    "main",
    "resume",
    "sensitivity",
    "sweep",
]

# Where public names live; they are loaded when first asked for, so that help comes at once.
_HOMES = {
    "CompareResult": "experiments",
    "LayersResult": "experiments",
    "Results": "experiments",
    "Scenario": "scenarios",
    "SweepResult": "experiments",
    "Village": "model.village",
    "check_file": "scenarios",
    "compare": "experiments",
    "extend": "experiments",
    "layers": "experiments",
    "list_scenarios": "scenarios",
    "load_results": "experiments",
    "load_scenario": "scenarios",
    "resume": "experiments",
    "sensitivity": "experiments",
    "sweep": "experiments",
}


# New objects before Python looks for rings that nothing holds any more: a command keeps nearly all
# it makes, and looking as often as Python does takes a tenth of the time of a report.
SELDOM = 100_000


def __getattr__(name: str) -> Any:
    """Load a public name when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


@app.callback(invoke_without_command=True)
def _program(
    context: typer.Context,
    *,
    version: Annotated[bool, option("--version")] = False,
) -> None:
    if version:
        sys.stdout.write(f"{PROGRAM} {_version()}\n")
    elif context.invoked_subcommand is None:
        sys.stdout.write(context.get_help() + "\n")


enter_all()


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
    gc.set_threshold(SELDOM)
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
