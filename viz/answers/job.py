"""How a job that compares villages ends: what it found, its files, and the exit code."""

import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import pandas as pd

from viz.endings import BROKEN, GOOD, STOPPED
from viz.export import Wanted
from viz.export.filing import Filing
from viz.progress import ProgressShown
from viz.session import Session
from viz.tables import Table, screen, write, write_json
from viz.words import Words

if TYPE_CHECKING:
    from experiments import LayersResult
    from experiments.comparison import CompareResult

FAILURES = "failed.log"


Found = TypeVar("Found", "LayersResult", "CompareResult")


@dataclass(frozen=True)
class Telling(Generic[Found]):
    """How the results of one kind of job are told.

    Attributes:
        asked: what was asked, and how far the answer goes.
        tables: of the answer, in reading order.
        notes: how to read them.
        data: all of it as plain data.
        file: what is put into the folder.
    """

    asked: Callable[[Found, Words], Iterable[str]]
    tables: Callable[[Found, Words], Iterable[Table]]
    notes: Callable[[Found, Words], Iterable[str]]
    data: Callable[[Found], object]
    file: Callable[[Found, Path], Filing]

    def show(self, result: Found, session: Session) -> None:
        """Write the answer for people."""
        console = screen(sys.stdout)
        console.print()
        for line in self.asked(result, session.words):
            write(line, console)
        for table in self.tables(result, session.words):
            session.show(table)
        console.print()
        for line in self.notes(result, session.words):
            write(line, console, style="dim")
        console.print()


def tell_job(
    work: Callable[..., Found],
    telling: Telling[Found],
    session: Session,
    wanted: Wanted,
    *,
    overwrite: bool,
    as_json: bool,
) -> int:
    """Run a job, tell what it found, write its files, and give the exit code.

    Args:
        work: runs it; takes what every job takes (`progress`, `out`, `overwrite`, `prepare`).
        telling: how it is told.
        session: knows the folder, which is told first and last.
        wanted: the forms beside the report.
        overwrite: take the folder even when it holds something else.
        as_json: data instead of tables.
    """
    folder = {"folder": session.folder}
    session.say("cli.results_in", folder, aside=as_json)
    with ProgressShown(session.words) as progress:
        result = work(
            progress=progress, out=session.folder, overwrite=overwrite, prepare=session.prepare
        )
    if as_json:
        write_json(telling.data(result), sys.stdout)
    else:
        telling.show(result, session)
    code = _ending(result, session, as_json=as_json)
    out = result.out
    if out is not None and not result.interrupted:
        put_away(lambda: telling.file(result, out), session, wanted, as_json=as_json)
    session.say("cli.results_in", folder, aside=as_json)
    return code


def put_away(
    make: Callable[[], Filing], session: Session, wanted: Wanted, *, as_json: bool = False
) -> None:
    """Make the report and the other forms, and tell where each is."""
    session.say("cli.reporting", aside=True)
    # A report reads its tables row by row: a quarter faster with names as plain Python texts.
    with pd.option_context("mode.string_storage", "python"):
        for key, file in make().write(session.words, wanted):
            session.say(key, {"file": file}, aside=as_json)


def _ending(result: Found, session: Session, *, as_json: bool) -> int:
    """What to know about a job that is not whole."""
    code = GOOD
    counts: dict[str, object] = {"complete": result.complete, "total": result.replications}
    if len(result.failed) and result.out is not None:
        file = _keep_failures(result, result.out)
        fields = {**counts, "failed": len(result.failed), "file": file}
        session.say("cli.some_failed", fields, aside=as_json)
        code = BROKEN
    if result.interrupted and result.out is not None:
        command = session.to_go_on(result.out)
        session.say("cli.go_on", {**counts, "command": command}, aside=as_json)
        code = STOPPED
    return code


def _keep_failures(result: Found, folder: Path) -> Path:
    file = folder / FAILURES
    rows = result.failed.to_dict("records")
    texts = [f"{r['replication']} {r['draw']} {r['message']}\n{r['trace']}\n" for r in rows]
    file.write_text("\n".join(texts), encoding="utf-8")
    return file
