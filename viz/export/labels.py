"""What the codes in frames of results are called."""

from typing import TYPE_CHECKING

from viz.indicator_words import unit_of
from viz.words import Words

if TYPE_CHECKING:
    from viz.export.columns import Labels
    from viz.report.names import Names


def labels_of(names: "Names") -> "Labels":
    """By column, what its codes are called in a report."""
    words = names.words
    return {
        "outcome": names.outcome,
        "unit": lambda unit: unit_of(unit, words),
        "horizon": names.horizon,
        "population": lambda group: population(group, words),
        "subgroup": lambda group: words.say(f"compare.group_{group}"),
        "staff": lambda staff: words.say(f"report.staff_{staff}"),
    }


def population(name: str, words: Words) -> str:
    """A group of women; those who sell at the time stand in workbooks only."""
    area = "export" if name == "selling_now" else "report"
    return words.say(f"{area}.population_{name}")


def yes_or_no(value: object, words: Words) -> str:
    """A truth in words."""
    return words.say("export.answer_yes" if value else "export.answer_no")
