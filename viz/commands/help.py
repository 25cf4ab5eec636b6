"""The frame of the command line in either language: help, wrong use, and choices.

Options carry the key of their text as `help`; it is turned into words when help is shown.
"""

from collections.abc import Callable, Iterable, Sequence
from io import StringIO
from typing import Any

import typer
from rich import box
from rich.console import Console
from rich.table import Table as RichTable
from typer.core import TyperCommand, TyperGroup

from model.errors import JinguoError, did_you_mean
from viz.session import PROGRAM
from viz.tables import screen, write
from viz.words import Words

# The same class in every version of typer, whether it brings its own click or not.
WrongUse = typer.BadParameter.__mro__[2]
LANGUAGE_FLAG = "--lang"
EXAMPLES = (
    "jinguo layers libei",
    "jinguo layers libei --set village.women=300 --replications 10 --json",
    "jinguo run libei --seed 1",
    "jinguo check my_village.yaml",
)


class WordyGroup(TyperGroup):
    """The program: shows its commands, and knows them by name."""

    def get_help(self, ctx: Any) -> str:
        """Usage, commands, options and examples."""
        words: Words = ctx.find_root().obj.words
        with _page(words) as page:
            page.say("usage", usage=f"{PROGRAM} {words.say('cli.usage_command')}")
            page.text(words.say("cli.about"))
            page.block("commands", [(n, words.say(str(c.help))) for n, c in self.commands.items()])
            page.block("options", option_lines(self.params, words))
            page.block("examples", [(line, "") for line in EXAMPLES])
            page.say("more_help", command=f"{PROGRAM} layers --help")
        return page.written()

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command of this name; a wrong one is told with the nearest."""
        if args and args[0] not in self.commands:
            allowed = tuple(self.commands)
            fields: dict[str, object] = {"found": args[0], "allowed": allowed}
            raise _unknown("cli.unknown_command", fields, allowed)
        return super().resolve_command(ctx, args)


class WordyCommand(TyperCommand):
    """One command."""

    def get_help(self, ctx: Any) -> str:
        """Usage, what it does, arguments and options."""
        words: Words = ctx.find_root().obj.words
        arguments = [p for p in self.params if p.param_type_name == "argument"]
        names = [argument_name(p) for p in arguments]
        with _page(words) as page:
            usage = " ".join([PROGRAM, str(self.name), *names, words.say("cli.usage_options")])
            page.say("usage", usage=usage)
            page.text(words.say(str(self.help)))
            lines = zip(names, arguments, strict=True)
            told = [(name, words.say(getattr(p, "help", ""))) for name, p in lines]
            page.block("arguments", told)
            page.block("options", option_lines(self.params, words))
        return page.written()

    def invoke(self, ctx: Any) -> Any:
        """Run it, unless something on the line was not understood."""
        if ctx.args:
            fields = {"found": " ".join(ctx.args), "help": _help_of(str(self.name))}
            raise JinguoError("cli.too_many_words", fields)
        return super().invoke(ctx)


def in_words(problem: Any, command: str) -> JinguoError:
    """What was wrong with the line, as a message in either language.

    Args:
        problem: as the reader of the line raised it.
        command: the command of that line, if any.
    """
    context = getattr(problem, "ctx", None)
    fields: dict[str, object] = {"help": _help_of(command)}
    option = getattr(problem, "option_name", None)
    if option is not None and hasattr(problem, "possibilities"):
        options = [o for p in context.command.params for o in p.opts] if context else []
        known = [*options, "--help", "--lang"]
        return _unknown("cli.unknown_option", {**fields, "found": option}, known)
    if option is not None:
        return JinguoError("cli.option_needs_value", {**fields, "found": option})
    param = getattr(problem, "param", None)
    if param is not None and type(problem).__name__ == "MissingParameter":
        return JinguoError("cli.missing_argument", {**fields, "name": argument_name(param)})
    return JinguoError("cli.wrong_use", {**fields, "detail": problem.format_message()})


def without_language(line: Sequence[str]) -> tuple[str | None, list[str]]:
    """The language asked for, wherever it stands on the line, and the rest of the line."""
    asked, rest, words = None, [], iter(line)
    for word in words:
        if word == LANGUAGE_FLAG:
            asked = next(words, "?")
        elif word.startswith(f"{LANGUAGE_FLAG}="):
            asked = word.partition("=")[2]
        else:
            rest.append(word)
    return asked, rest


def _unknown(key: str, fields: dict[str, object], allowed: Iterable[str]) -> JinguoError:
    meant = did_you_mean(str(fields["found"]), allowed)
    return JinguoError(f"{key}_meant" if meant else key, {**fields, "meant": meant})


def whole_number(option: str, low: int = 0) -> Callable[[Any], int]:
    """Read a whole number of at least `low`."""

    def read(text: Any) -> int:
        try:
            found = int(text)
        except ValueError as problem:
            fields = {"at": option, "found": text}
            raise JinguoError("errors.not_a_whole_number", fields) from problem
        if found < low:
            raise JinguoError("errors.too_small", {"at": option, "found": found, "low": low})
        return found

    return read


def one_of(option: str, allowed: Iterable[str]) -> Callable[[str], str]:
    """Read one of a few words."""
    names = tuple(allowed)

    def read(text: str) -> str:
        if text not in names:
            fields = {"at": option, "found": text, "allowed": names}
            fields["meant"] = did_you_mean(text, names)
            raise JinguoError("errors.unknown_choice", fields)
        return text

    return read


class _Page:
    """A page of help: lines and blocks of two columns, Chinese letters two cells wide."""

    def __init__(self, words: Words, console: Console, buffer: StringIO) -> None:
        self.words = words
        self.console = console
        self.buffer = buffer

    def __enter__(self) -> "_Page":
        return self

    def __exit__(self, *_: object) -> None:
        self.buffer.flush()

    def say(self, entry: str, **fields: object) -> None:
        self.text(self.words.say(f"cli.{entry}", fields))

    def text(self, text: str) -> None:
        write(text, self.console)
        self.console.print()

    def block(self, entry: str, lines: list[tuple[str, str]]) -> None:
        if not lines:
            return
        self.console.print(self.words.say(f"cli.{entry}"))
        grid = RichTable(box=box.SIMPLE, show_header=False, show_edge=False, padding=(0, 2, 0, 0))
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        for left, right in lines:
            grid.add_row(left, right)
        self.console.print(grid)
        self.console.print()

    def written(self) -> str:
        lines = (line.rstrip() for line in self.buffer.getvalue().splitlines())
        return "\n".join(lines).rstrip()


def _page(words: Words) -> _Page:
    buffer = StringIO()
    return _Page(words, screen(buffer), buffer)


def option_lines(params: Iterable[Any], words: Words) -> list[tuple[str, str]]:
    """How to write each option of a command, and what help says of it."""
    lines = []
    for param in params:
        if param.param_type_name != "option" or not param.help:
            continue
        if not param.help.startswith("cli."):
            continue  # the frame's own --help, told below
        name = "/".join(param.opts)
        shown = name if param.is_flag else f"{name} {param.metavar or 'TEXT'}"
        lines.append((shown, words.say(param.help) + _default(param, words)))
    lines.append(("--lang zh|en", words.say("cli.opt_lang")))
    lines.append(("--help", words.say("cli.opt_help")))
    return lines


def _default(param: Any, words: Words) -> str:
    if param.multiple:
        return words.say("cli.repeatable")
    if param.is_flag or param.default is None:
        return ""
    return words.say("cli.default", {"value": param.default})


def argument_name(param: Any) -> str:
    """How an argument stands in the line of use; in brackets where it may be left out."""
    name = str(param.metavar or param.name).upper()
    return name if param.required else f"[{name}]"


def _help_of(command: str) -> str:
    return " ".join(part for part in (PROGRAM, command, "--help") if part)
