"""One run in figures: main indicators at a few weeks of the village's story."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from model.indicators import INDICATORS
from viz.indicator_words import label_of, unit_of
from viz.tables import Table, number
from viz.words import Words

if TYPE_CHECKING:
    from experiments.resilience import Resilience
    from experiments.run import Run
    from scenarios.schema import Scenario

WEEKS_AVERAGED = 13
KNOWN = {indicator.name: indicator for indicator in INDICATORS}
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
    rows: list[dict[str, object]] = []
    for name in MAIN:
        if name not in run.names:
            continue
        column = run.values[:, run.names.index(name)]
        indicator = KNOWN[name]
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


def resilience_lines(
    shocks: "Sequence[Resilience]", words: Words
) -> Iterator[tuple[str, dict[str, object]]]:
    """A sentence for each shock: how long income and burnout took to come back."""

    def told(weeks: float) -> str:
        if math.isnan(weeks):
            return words.say("cli.not_regained")
        return words.say("cli.regained_in", {"weeks": weeks}) if weeks else words.say("cli.unhurt")

    for shock in shocks:
        fields = {"week": shock.week, "shock": words.say(f"report.shock_{shock.shock}")}
        fields |= {"income": told(shock.income), "burnout": told(shock.burnout)}
        yield "cli.resilience", fields


def _row(row: dict[str, object], words: Words) -> tuple[str, ...]:
    name, unit, values = str(row["indicator"]), str(row["unit"]), row["values"]
    label = label_of(KNOWN[name], words)
    places = DECIMALS.get(unit, 1)
    cells = values.values() if isinstance(values, dict) else ()
    return (label, unit_of(unit, words), *(number(value, places) for value in cells))


def _mean(column: "np.typing.NDArray[np.float32]", week: int) -> float | None:
    weeks = column[max(0, week - WEEKS_AVERAGED) : week].astype(np.float64)
    held = weeks[np.isfinite(weeks)]
    return float(held.mean()) if held.size else None
