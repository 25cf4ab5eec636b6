"""How an indicator is drawn as a line: its title and the kind of its numbers."""

from model.indicators import INDICATORS, Indicator
from viz.indicator_words import label_of, unit_of
from viz.words import Words

# How a number of a unit is written; other units are counted.
KINDS = {"yuan/good": "share", "yuan/parcel": "share", "0-1": "share", "share": "share",
         "log": "share", "per woman and week": "share", "yuan/week": "money", "yuan": "money",
         "hours/week": "hours"}  # fmt: skip


def kind_of(name: str) -> str:
    """How the numbers of an indicator are written."""
    return KINDS.get(_indicator(name).unit, "count")


def title_of(name: str, words: Words) -> str:
    """Name and unit of an indicator."""
    indicator = _indicator(name)
    fields = {"name": label_of(indicator, words), "unit": unit_of(indicator.unit, words)}
    return words.say("dashboard.line", fields)


def _indicator(name: str) -> Indicator:
    return next(one for one in INDICATORS if one.name == name)
