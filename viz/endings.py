"""How a command ends when it does not end well: a message and an exit code, never a traceback."""

import os
import sys
import tempfile
import traceback
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from model.errors import JinguoError
from viz.session import PROGRAM, Session
from viz.words import tell

GOOD, BROKEN, WRONG, STOPPED = 0, 1, 2, 130
STOPPED_EARLY = "results.interrupted_at_start"


def refuse(session: Session, problem: JinguoError) -> int:
    """Tell what was wrong; leave no empty folder behind."""
    if session.made and session.folder is not None:
        with suppress(OSError):  # it holds something, so it stays
            session.folder.rmdir()
    session.tell(tell(problem, session.words), aside=True)
    return STOPPED if problem.key == STOPPED_EARLY else WRONG


def break_off(session: Session, problem: Exception) -> int:
    """Keep the details of an error of ours in a file, and tell where."""
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    name = f"{PROGRAM}-error-{stamp}-{os.getpid()}.log"
    text = f"{PROGRAM} {' '.join(session.line)}\n\n{''.join(traceback.format_exception(problem))}"
    file = Path(tempfile.gettempdir()) / name
    for folder in (session.folder, file.parent):
        if folder is not None and folder.is_dir():
            with suppress(OSError):
                (folder / name).write_text(text, encoding="utf-8")
                file = folder / name
                break
    fields = {"kind": type(problem).__name__, "text": " ".join(str(problem).split())}
    session.say("cli.unexpected", {**fields, "file": file}, aside=True)
    return BROKEN


def fall_silent() -> None:
    """Nobody reads on: throw the rest away, so that the end of the program does not complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
