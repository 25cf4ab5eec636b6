"""What inputs are called, and the unit and source of a declared number, as a user speaks."""

from typing import TYPE_CHECKING

from model.parameters import DECLARED
from scenarios.catalogue import MEASURES
from viz.words import Words, all_words

if TYPE_CHECKING:
    from model.parameters import Parameter

CHOICE = "modelling choice"


def unit_told(parameter: "Parameter", words: Words) -> str:
    """Its unit as people write it; nothing where it has none."""
    return words.say(f"units.{parameter.unit}") if parameter.unit else ""


def source_told(parameter: "Parameter", words: Words) -> str:
    """What it rests on: references by number, and notes to them in the user's language."""
    if (note := f"sources.{parameter.name}") in all_words():
        return words.say(note)
    return parameter.source.replace(CHOICE, words.say("terms.modelling_choice"))


def factor_name(factor: str, words: Words) -> str:
    """What an input is called: a number, a structure, or the dose of a measure."""
    kind, _, name = factor.partition(".")
    if factor in DECLARED:
        return words.label(DECLARED[factor].label)
    if kind == "structure" and f"report.structure_{name}" in all_words():
        return words.say(f"report.structure_{name}")
    if kind == "dose" and name in MEASURES:
        fields = {"measure": words.label(MEASURES[name].label)}
        return words.say("sensitivity_report.dose_of", fields)
    return factor


def choice_name(factor: str, choice: object, words: Words) -> str:
    """What a choice of a structure is called; nothing of any other value."""
    key = f"report.{factor.replace('.', '_')}_{choice}"
    return words.say(key) if factor.startswith("structure.") and key in all_words() else ""
