"""Every command with what it takes, as its help says it."""

from typing import Any

import typer

from viz.commands import enter_all
from viz.commands.frame import app
from viz.commands.help import argument_name, option_lines
from viz.documents.markdown import code, joined, section, table, text
from viz.session import PROGRAM
from viz.words import Words


def commands(words: Words) -> str:
    """Every command in the order of help: its use, what it does, arguments and options."""
    enter_all()
    group: Any = typer.main.get_command(app)
    return joined(_command(name, command, words) for name, command in group.commands.items())


def _command(name: str, command: Any, words: Words) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    names = [argument_name(p) for p in arguments]
    lines = [(n, words.say(p.help)) for n, p in zip(names, arguments, strict=True)]
    lines += option_lines(command.params, words)
    heads = [words.say("documents.head_option"), words.say("documents.head_meaning")]
    return section(
        2,
        code(f"{PROGRAM} {name}"),
        text(words.say(command.help)),
        table(heads, [[code(how), text(said)] for how, said in lines]),
    )
