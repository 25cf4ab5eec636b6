"""One run in figures: main indicators at a few weeks of the village's story."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.indicators import INDICATORS
from viz.tables import Table, number
from viz.words import Words

if TYPE_CHECKING:
    from experiments.run import Run
    from scenarios.schema import Scenario

WEEKS_AVERAGED = 13
PARTS_WITHOUT_PROGRAMME = 4
MAIN = (
    "income",
    "income_fixed",
    "burnout",
    "burnout_fixed",
    "trust",
    "trust_fixed",
    "shops",
    "workers",
    "sales",
    "price_median",
    "capacity_use",
    "know_how",
    "support",
    "care",
    "trust_worker",
    "trust_institution",
    "bodies",
    "reached",
    "hours_served",
)
DECIMALS = {"0-1": 3, "share": 3, "x": 2}
UNITS = {
    "yuan/week": "unit_yuan_week",
    "0-1": "unit_share",
    "share": "unit_share",
    "hours/week": "unit_hours_week",
    "shops": "unit_shops",
    "persons": "unit_persons",
    "women": "unit_women",
    "bodies": "unit_bodies",
    "yuan/good": "unit_yuan_good",
    "x": "unit_x",
}


def told_weeks(scenario: "Scenario") -> tuple[int, ...]:
    """The ends of the weeks that are shown: start, programme, horizons, last."""
    last = scenario.weeks
    if scenario.programme is None:
        parts = range(1, PARTS_WITHOUT_PROGRAMME + 1)
        weeks = {1, *(last * part // PARTS_WITHOUT_PROGRAMME for part in parts)}
    else:
        weeks = {1, scenario.programme.start, *scenario.horizons().values(), last}
    return tuple(sorted(week for week in weeks if 1 <= week <= last))


def run_data(run: "Run", weeks: Sequence[int]) -> list[dict[str, object]]:
    """Main indicators as plain data, means over some weeks up to each week told."""
    known = {indicator.name: indicator for indicator in INDICATORS}
    rows: list[dict[str, object]] = []
    for name in MAIN:
        if name not in run.names:
            continue
        column = run.values[:, run.names.index(name)]
        indicator = known[name]
        rows.append(
            {
                "indicator": name,
                "outcome": indicator.outcome,
                "population": indicator.population,
                "unit": indicator.unit,
                "values": {str(week): _mean(column, week) for week in weeks},
            }
        )
    return rows


def run_table(
    scenario: "Scenario", seed: int, rows: Sequence[dict[str, object]], words: Words
) -> Table:
    """The same for people."""
    weeks = told_weeks(scenario)
    heads = [words.say("cli.in_week", {"week": week}) for week in weeks]
    title = {"title": words.label(scenario.title), "seed": seed}
    return Table(
        words.say("cli.table_run", title),
        (words.say("cli.indicator"), words.say("cli.unit"), *heads),
        tuple(_row(row, words) for row in rows),
        words.say("cli.note_run", {"weeks": WEEKS_AVERAGED}),
        texts=2,
    )


def _row(row: dict[str, object], words: Words) -> tuple[str, ...]:
    name, unit, values = str(row["indicator"]), str(row["unit"]), row["values"]
    label = words.say(f"cli.indicator_{name.removesuffix('_fixed')}")
    if name.endswith("_fixed"):
        label = words.say("cli.at_start", {"indicator": label})
    places = DECIMALS.get(unit, 1)
    cells = values.values() if isinstance(values, dict) else ()
    return (label, words.say(f"cli.{UNITS[unit]}"), *(number(value, places) for value in cells))


def _mean(column: "np.typing.NDArray[np.float32]", week: int) -> float | None:
    weeks = column[max(0, week - WEEKS_AVERAGED) : week].astype(np.float64)
    held = weeks[np.isfinite(weeks)]
    return float(held.mean()) if held.size else None
