"""`jinguo compare`: several scenarios on the same villages, and what may be said of them."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Literal

from experiments.comparison import compare
from experiments.planning import SMALLEST
from model.errors import JinguoError, did_you_mean
from viz.answers.job import Telling, tell_job
from viz.export.compare import file_comparison
from viz.tables.compare import asked, compare_data, compare_tables, notes

if TYPE_CHECKING:
    from scenarios.schema import Scenario
    from viz.export import Wanted
    from viz.session import Session

TELLING = Telling(asked, compare_tables, notes, compare_data, file_comparison)
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
            fields = {"found": outcome, "allowed": list(SMALLEST), "meant": meant}
            raise JinguoError("compare.unknown_outcome", fields)
        if unit not in UNITS[outcome]:
            fields = {"outcome": outcome, "unit": UNITS[outcome][-1] or "0–1", "found": unit}
            raise JinguoError("compare.wrong_unit", fields)
        found[outcome] = float(match["number"])
    return found


def answer(
    order: CompareOrder, session: "Session", wanted: "Wanted", *, overwrite: bool, as_json: bool
) -> int:
    """Run the comparison, tell what it found, and give the exit code; as `tell_job`."""
    asked_for = {name: value for name, value in vars(order).items() if name != "scenarios"}
    work = partial(compare, *order.scenarios, **asked_for)
    return tell_job(work, TELLING, session, wanted, overwrite=overwrite, as_json=as_json)
