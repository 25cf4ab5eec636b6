"""One call of the program: its language, its line, where its results go."""

import functools
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from viz.tables import Table, screen, show
from viz.words import Words

PROGRAM = "jinguo"


@dataclass
class Session:
    """What every command needs.

    Attributes:
        words: the language.
        line: what was typed after the program's name.
        folder: where results go, once that is known.
        made: the folder was made by this call.
        prepare: loads the user's own code in every process.
    """

    words: Words
    line: tuple[str, ...]
    folder: Path | None = None
    made: bool = False
    prepare: Callable[[], object] | None = None

    def show(self, table: Table) -> None:
        """Write a table to standard output."""
        show(table, screen(sys.stdout))

    def say(
        self, key: str, fields: Mapping[str, object] | None = None, *, aside: bool = False
    ) -> None:
        """Write a line for people; aside when standard output is for a program."""
        self.tell([self.words.say(key, fields)], aside=aside)

    def tell(self, lines: Sequence[str], *, aside: bool = False) -> None:
        """Write lines; a path or a command is never broken in two."""
        stream = sys.stderr if aside else sys.stdout
        for line in lines:
            screen(stream).print(line, soft_wrap=True)
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
