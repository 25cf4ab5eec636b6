"""What a job rests on: every number the rules read, and the measures as delivered."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from model.parameters import DECLARED, Parameter
from scenarios.catalogue import MEASURES
from viz.export.columns import sheet
from viz.export.workbook import Sheet
from viz.parameter_words import source_told, unit_told
from viz.words import Words

if TYPE_CHECKING:
    from model.mechanism import Delivery
    from scenarios.schema import Scenario
    from viz.report.names import Names

STANDING = ("path", "label", "default", "range_low", "range_high", "unit", "grade", "seen",
            "source")
DELIVERED = ("dose", "coverage", "start", "stop", "hours", "cost", "group_size")


def parameters_sheet(scenarios: "Mapping[str, Scenario]", words: Words) -> Sheet:
    """Every number that rules read, its value in each scenario, and where it comes from.

    Args:
        scenarios: by name; one without a name where there is only one.
        words: the language.
    """
    told = standing_sheet(words)
    for place, (name, scenario) in enumerate(scenarios.items(), start=2):
        key = "export.head_value_in" if name else "export.head_value"
        values = scenario.setup().values
        head = words.say(key, {"scenario": name})
        told.frame.insert(place, head, [getattr(values, one.name) for one in _used()])
    return told


def standing_sheet(words: Words) -> Sheet:
    """Every number that rules read: default, range, unit and where it comes from."""
    used = _used()
    frame = pd.DataFrame({
        "path": [one.name for one in used],
        "label": [words.label(one.label) for one in used],
        "default": [one.default for one in used],
        "range_low": [one.low for one in used],
        "range_high": [one.high for one in used],
        "unit": [unit_told(one, words) for one in used],
        "grade": [one.grade for one in used],
        "seen": [seen_of(one.seen, words) for one in used],
        "source": [source_told(one, words) for one in used],
    })
    return sheet("parameters", frame, STANDING, words, {})


def _used() -> list[Parameter]:
    return [one for one in DECLARED.values() if one.readable]


def seen_of(seen: str, words: Words) -> str:
    """How a number was seen, in words."""
    return " / ".join(words.say(f"report.seen_{word}") for word in seen.split("/"))


def measures_sheet(scenarios: "Mapping[str, Scenario]", names: "Names") -> Sheet:
    """The measures of each scenario with their doses, weeks, hours and money.

    Args:
        scenarios: as for `parameters_sheet`.
        names: of the language.
    """
    rows = [
        {"scenario": name, **_delivered(delivery, scenario, names)}
        for name, scenario in scenarios.items()
        for delivery in scenario.setup().measures
    ]
    columns = ("scenario", "measure", "path", "layer", "dose", "dose_unit", "coverage", "start",
               "stop", "hours", "cost", "group_size", "sponsor", "paper")
    shown = [column for column in columns if column != "scenario" or "" not in scenarios]
    frame = pd.DataFrame(rows, columns=list(columns))
    formats = {"coverage": "percent"}
    return sheet("measures", frame, shown, names.words, {}, formats=formats)


def _delivered(
    delivery: "Delivery", scenario: "Scenario", names: "Names"
) -> dict[str, object]:
    # a row that is the same as another paper's is told by the name the scenario uses
    named = {MEASURES[use.measure].same_as: use.measure for use in scenario.measures}
    entry = MEASURES[named.get(delivery.measure, delivery.measure)]
    papers = (" ".join((names.say(f"paper_{said.paper}"), said.section or "")).strip()
              for said in entry.papers)
    return {
        "measure": names.words.label(entry.label),
        "path": delivery.measure,
        "layer": names.say(f"arm_{delivery.layer}"),
        "dose_unit": names.words.label(entry.dose.unit),
        "sponsor": names.say(f"sponsor_{delivery.sponsor}"),
        "paper": names.joined(list(papers)),
        **{name: getattr(delivery, name) for name in DELIVERED},
    }
