"""`jinguo compare`: several scenarios on the same villages, and what may be said of them."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from experiments.comparison import compare
from experiments.planning import SMALLEST
from model.errors import JinguoError, did_you_mean
from viz.compare_tables import asked, compare_data, compare_tables, notes
from viz.endings import BROKEN, GOOD, STOPPED
from viz.progress import ProgressShown
from viz.report.compare import write_comparison
from viz.session import Session
from viz.tables import screen, write, write_json

if TYPE_CHECKING:
    from experiments.comparison import CompareResult
    from scenarios.schema import Scenario

UNITS = {"income": ("", "yuan/week", "元/周"), "burnout": ("",), "trust": ("",)}
SMALLEST_GIVEN = re.compile(r"(?P<outcome>\w+)=(?P<number>[0-9.]+(?:e-?\d+)?)(?P<unit>.*)")


@dataclass(frozen=True)
class CompareOrder:
    """What was asked for on the line."""

    scenarios: Sequence["Scenario"]
    replications: int | Literal["auto"]
    smallest: Mapping[str, float]
    seed: int
    processes: int
    assumptions: bool = False


def sorted_out(words_given: Sequence[str], smallest: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names of scenarios, and smallest differences, which may follow each other without sign.

    >>> sorted_out(["libei", "mine", "burnout=0.03"], ["income=50"])
    (['libei', 'mine'], ['income=50', 'burnout=0.03'])
    """
    names = [word for word in words_given if "=" not in word]
    return names, [*smallest, *(word for word in words_given if "=" in word)]


def read_smallest(texts: Sequence[str]) -> dict[str, float]:
    """The smallest difference that matters, by outcome.

    >>> read_smallest(["income=50yuan/week", "burnout=0.03"])
    {'income': 50.0, 'burnout': 0.03}
    """
    found: dict[str, float] = {}
    for text in texts:
        match = SMALLEST_GIVEN.fullmatch(text.strip())
        if match is None or float(match["number"]) <= 0.0:
            raise JinguoError("compare.wrong_smallest", {"found": text})
        outcome, unit = match["outcome"], match["unit"].strip()
        if outcome not in SMALLEST:
            meant = did_you_mean(outcome, SMALLEST)
            fields = {"found": outcome, "allowed": ", ".join(SMALLEST), "meant": meant}
            raise JinguoError("compare.unknown_outcome", fields)
        if unit not in UNITS[outcome]:
            fields = {"outcome": outcome, "unit": UNITS[outcome][-1] or "0–1", "found": unit}
            raise JinguoError("compare.wrong_unit", fields)
        found[outcome] = float(match["number"])
    return found


def answer(order: CompareOrder, session: Session, *, overwrite: bool, as_json: bool) -> int:
    """Run the comparison, tell what it found, and give the exit code.

    Args:
        order: what to run.
        session: knows the folder.
        overwrite: take the folder even when it holds something else.
        as_json: data instead of tables.
    """
    folder = {"folder": session.folder}
    session.say("cli.results_in", folder, aside=as_json)
    with ProgressShown(session.words) as progress:
        result = compare(
            *order.scenarios,
            replications=order.replications,
            smallest=order.smallest,
            seed=order.seed,
            processes=order.processes,
            assumptions=order.assumptions,
            progress=progress,
            out=session.folder,
            overwrite=overwrite,
            prepare=session.prepare,
        )
    if as_json:
        write_json(compare_data(result), sys.stdout)
    else:
        _show(result, session)
    code = _ending(result, session, as_json=as_json)
    if result.out is not None and not result.interrupted:
        session.say("cli.reporting", aside=True)
        file = write_comparison(result, result.out, session.words)
        session.say("cli.report_in", {"file": file}, aside=as_json)
    session.say("cli.results_in", folder, aside=as_json)
    return code


def _show(result: "CompareResult", session: Session) -> None:
    console = screen(sys.stdout)
    console.print()
    for line in asked(result, session.words):
        write(line, console)
    for table in compare_tables(result, session.words):
        session.show(table)
    console.print()
    for line in notes(result, session.words):
        write(line, console, style="dim")
    console.print()


def _ending(result: "CompareResult", session: Session, *, as_json: bool) -> int:
    """What to know about a comparison that is not whole."""
    code = GOOD
    counts: dict[str, object] = {"complete": result.complete, "total": result.replications}
    if len(result.failed):
        session.say("compare.some_failed", {**counts, "failed": len(result.failed)}, aside=as_json)
        code = BROKEN
    if result.interrupted and result.out is not None:
        command = session.to_go_on(result.out)
        session.say("cli.go_on", {**counts, "command": command}, aside=as_json)
        code = STOPPED
    return code
