"""How far a job is: a bar on a screen, now and then a line in a log."""

import sys
import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TextIO

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from viz.tables import screen
from viz.words import Words

LINES = 10  # how many lines of progress a log gets
MINUTE = 60
SECONDS, ENDED = 2.0, 3  # since the first run ended, before the time to go is told


class Pace:
    """How long the rest takes, by the pace since the first run ended.

    What comes before it, compiling and the start of processes, does not come again.

    Args:
        clock: the time in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self.begun = 0.0
        self.first = self.last = 0

    def left(self, done: int, total: int) -> float | None:
        """Seconds to go; none as long as there is no pace to tell them by."""
        now = self.clock()
        if not self.last or done < self.last:  # the first run, or that of another job
            self.begun, self.first = now, done
        self.last = done
        passed, ended = now - self.begun, done - self.first
        if passed < SECONDS or ended < ENDED:
            return None
        return passed / ended * (total - done)


class ProgressShown:
    """Tells on the error stream what a job reports; call it with a key and its fields.

    Args:
        words: the language.
        stream: where to; the error stream when not given.
        label: the key of what is counted.
        pace: tells the time to go.
    """

    def __init__(
        self,
        words: Words,
        stream: TextIO | None = None,
        label: str = "cli.progress",
        pace: Pace | None = None,
    ) -> None:
        self.words = words
        self.pace = pace or Pace()
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
            return
        left = self._told(self.pace.left(done, total))
        if self.bar is not None:
            self._move(done, total, left)
        elif done == total or done * LINES // total > self.tenths:
            self.tenths = done * LINES // total
            aside = self.words.say("cli.aside", {"text": left}) if left else ""
            self.console.print(self.words.say(key, fields) + aside)

    def _told(self, left: float | None) -> str:
        """The time to go; nothing where it is not known, or none."""
        if not left:
            return ""
        clock = f"{int(left) // MINUTE}:{int(left) % MINUTE:02}"
        return self.words.say("cli.time_left", {"left": clock})

    def _bar(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.completed:.0f}/{task.total:.0f}"),
            TextColumn("{task.fields[left]}"),
            console=self.console,
            transient=True,
        )

    def _move(self, done: int, total: int, left: str) -> None:
        if self.bar is None:
            return
        if self.task is None:
            self.bar.start()
            self.task = self.bar.add_task(self.words.say(self.label), total=total, left=left)
        self.bar.update(self.task, completed=done, total=total, left=left)
