"""What an indicator is called, its unit, and what it means, in the language of a user."""

import re

from model.indicators import BESIDE, INDICATORS, PRIMARY, Indicator
from viz.words import Words

GROUPED = frozenset(name for name, _, _ in (*PRIMARY, *BESIDE))
MEANS = GROUPED | {"burnout_acute", "burnout_chronic", "literacy", "load"}
EVERYBODY = {"village", "all_women"}  # not told in a label
BY_NAME = {indicator.name: indicator for indicator in INDICATORS}


def label_of(indicator: Indicator, words: Words) -> str:
    """Its name, and for whom where it is not all women of the village."""
    label = words.say(f"indicators.{indicator.outcome}")
    who = _who(indicator, words)
    if not who:
        return label
    return words.say("indicators.of_group", {"outcome": label, "who": who})


def name_of(column: str, words: Words) -> str:
    """What a column is called; the column itself where this version does not know it."""
    return label_of(BY_NAME[column], words) if column in BY_NAME else column


def named_with_unit(column: str, words: Words) -> str:
    """The same with its unit."""
    if column not in BY_NAME:
        return column
    unit = unit_of(BY_NAME[column].unit, words)
    return words.say("report.with_unit", {"name": name_of(column, words), "unit": unit})


def definition_of(indicator: Indicator, words: Words) -> str:
    """What it measures, and over whom."""
    meaning = words.say(f"indicators.{indicator.outcome}_is")
    if indicator.population == "village":
        return meaning
    key = "is_of_group" if indicator.outcome in MEANS else "is_among"
    population = words.say(f"indicators.mean_{indicator.population}")
    who = _with_part(population, indicator.subgroup, words)
    return words.say(f"indicators.{key}", {"meaning": meaning, "who": who})


def unit_of(unit: str, words: Words) -> str:
    """A unit as people write it."""
    return words.say(f"indicators.unit_{re.sub(r'[^a-z0-9]+', '_', unit.lower())}")


def _who(indicator: Indicator, words: Words) -> str:
    if indicator.population in EVERYBODY:
        part = indicator.subgroup
        return "" if part == "all" else words.say(f"indicators.part_{part}")
    who = words.say(f"indicators.who_{indicator.population}")
    return _with_part(who, indicator.subgroup, words)


def _with_part(who: str, part: str, words: Words) -> str:
    if part == "all":
        return who
    told = words.say(f"indicators.part_{part}")
    return words.say("indicators.of_both", {"who": who, "part": told})
