"""How far a job is: a bar on a screen, now and then a line in a log."""

import sys
from collections.abc import Mapping
from types import TracebackType
from typing import TextIO

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from viz.tables import screen
from viz.words import Words

LINES = 10  # how many lines of progress a log gets
MINUTE = 60


class ProgressShown:
    """Tells on the error stream what a job reports; call it with a key and its fields.

    Args:
        words: the language.
        stream: where to; the error stream when not given.
        label: the key of what is counted.
    """

    def __init__(
        self, words: Words, stream: TextIO | None = None, label: str = "cli.progress"
    ) -> None:
        self.words = words
        self.label = label
        self.console = screen(stream or sys.stderr)
        self.bar = self._bar() if self.console.is_terminal else None
        self.task: TaskID | None = None
        self.tenths = 0

    def __enter__(self) -> "ProgressShown":
        """Show the bar from the first report on."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        if self.bar is not None:
            self.bar.stop()

    def __call__(self, key: str, fields: Mapping[str, object]) -> None:
        """One report: a count of what is done, or a message."""
        done, total = fields.get("done"), fields.get("total")
        if not isinstance(done, int) or not isinstance(total, int):
            self.console.print(self.words.say(key, fields))
        elif self.bar is not None:
            self._move(done, total, fields.get("left"))
        elif done == total or done * LINES // total > self.tenths:
            self.tenths = done * LINES // total
            self.console.print(self.words.say(key, fields))

    def _bar(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[left]}"),
            console=self.console,
            transient=True,
        )

    def _move(self, done: int, total: int, left: object) -> None:
        if self.bar is None:
            return
        told = ""
        if isinstance(left, int | float):
            clock = f"{int(left) // MINUTE}:{int(left) % MINUTE:02}"
            told = self.words.say("cli.time_left", {"left": clock})
        if self.task is None:
            self.bar.start()
            self.task = self.bar.add_task(self.words.say(self.label), total=total, left=told)
        self.bar.update(self.task, completed=done, total=total, left=told)
