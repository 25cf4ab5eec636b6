"""The unit and the source of a declared number, in the language of a user."""

from typing import TYPE_CHECKING

from viz.words import Words

if TYPE_CHECKING:
    from model.parameters import Parameter

CHOICE = "modelling choice"


def unit_told(parameter: "Parameter", words: Words) -> str:
    """Its unit as people write it; nothing where it has none."""
    return words.say(f"units.{parameter.unit}") if parameter.unit else ""


def source_told(parameter: "Parameter", words: Words) -> str:
    """Its source: a title stays in its own language, a choice of ours is told in the user's."""
    return parameter.source.replace(CHOICE, words.say("terms.modelling_choice"))
