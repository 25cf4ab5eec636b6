"""Tasks for tests of pools; each process of a pool loads this file, so it asks for little."""

import os
import signal
from pathlib import Path


def square(number: int) -> int:
    """A task."""
    return number * number


def square_or_fail(number: int) -> int:
    """A task that cannot do 3."""
    if number == 3:
        raise ValueError("three is too many")
    return number * number


def square_or_die(item: tuple[int, str]) -> int:
    """A task whose process is killed the first time, or each time, it does 3."""
    number, traces = item
    trace = Path(traces or ".") / f"killed-{number}"
    if number == 3 and not (traces and trace.exists()):
        if traces:
            trace.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def threads_and_mark(_item: int) -> tuple[str | None, str | None]:
    """What a process was told about threads, and what was prepared in it."""
    return os.environ.get("OMP_NUM_THREADS"), os.environ.get("JINGUO_TEST_PREPARED")


def prepare_mark() -> None:
    """Leave a mark in a new process."""
    os.environ["JINGUO_TEST_PREPARED"] = "yes"


def prepare_badly() -> None:
    """A plug-in that cannot be loaded."""
    raise ValueError("no such plug-in")
