"""`jinguo patterns`: judge the patterns, tell which hold, and keep the numbers with a report."""

import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from experiments.pattern_results import SEED, keep_patterns, open_patterns
from experiments.patterns import KEPT_IN, check_patterns
from experiments.patterns_cache import Kept
from viz.answers.job import put_away
from viz.export.patterns import file_patterns
from viz.progress import ProgressShown
from viz.tables import write_json
from viz.tables.patterns import pattern_tables, patterns_data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from experiments.patterns_base import PatternRow
    from viz.export import Wanted
    from viz.session import Session


@dataclass(frozen=True)
class PatternsOrder:
    """What was asked for on the line."""

    ids: tuple[str, ...]
    replications: int
    processes: int
    structures: bool
    fresh: bool


def tell_patterns(
    order: PatternsOrder, session: "Session", wanted: "Wanted", *, overwrite: bool, as_json: bool
) -> None:
    """Judge patterns, tell what was found, and keep it.

    Args:
        order: what to judge.
        session: knows the folder, which is told first and last.
        wanted: the forms beside the report.
        overwrite: take the folder even when it holds something else.
        as_json: data instead of tables.
    """
    out = session.folder
    assert out is not None
    session.say("cli.results_in", {"folder": out}, aside=as_json)
    begun = datetime.now(UTC)
    folder = open_patterns(
        out, order.ids, order.replications, structures=order.structures, overwrite=overwrite
    )
    runs: dict[str, Any] = {}
    rows = _judged(order, session, out, runs.update)
    keep_patterns(rows, folder, begun, runs)
    if as_json:
        write_json(patterns_data(rows), sys.stdout)
    else:
        for table in pattern_tables(rows, session.words):
            session.show(table)
    put_away(lambda: file_patterns(rows, out), session, wanted, as_json=as_json)
    session.say("cli.results_in", {"folder": out}, aside=as_json)


def _judged(
    order: PatternsOrder,
    session: "Session",
    out: "Path",
    carry: "Callable[[Mapping[str, Any]], None]",
) -> "Sequence[PatternRow]":
    """The patterns; stopped by Ctrl-C, it tells how to go on with the runs that are kept."""
    try:
        with ProgressShown(session.words) as progress:
            return check_patterns(
                order.ids, order.replications, order.processes, progress, seed=SEED,
                structures=order.structures, kept=Kept(KEPT_IN, fresh=order.fresh), carry=carry,
            )
    except KeyboardInterrupt:
        with suppress(OSError):  # it holds something, so it stays
            out.rmdir()
        again = [word for word in session.line if word != "--fresh"]  # or all is run once more
        command = replace(session, line=tuple(again)).to_go_on(out)
        session.say("cli.patterns_go_on", {"kept": KEPT_IN, "command": command}, aside=True)
        raise
