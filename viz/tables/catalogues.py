"""What there is: scenarios, parameters, and one run, as tables and data."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from viz.parameter_words import source_told, unit_told
from viz.tables import NOTHING, Table, plain, short
from viz.words import Words

if TYPE_CHECKING:
    from model.parameters import Parameter
    from scenarios.load import ScenarioHead

FIELDS_OF_PARAMETER = (
    "name",
    "subject",
    "role",
    "planned",
    "meaning",
    "label",
    "unit",
    "default",
    "low",
    "high",
    "prior",
    "source",
    "grade",
    "seen",
)


def scenarios_table(heads: Iterable["ScenarioHead"], words: Words) -> Table:
    """The built-in scenarios."""
    rows = tuple(
        (
            h.name,
            words.label(h.title),
            "" if h.about is None else words.label(h.about),
            words.say("cli.tags", {"tags": [words.say(f"tags.{key}") for key in h.tags.told()]}),
        )
        for h in heads
    )
    return Table(
        words.say("cli.table_scenarios"),
        _heads(words, "name", "title", "about", "tags"),
        rows,
        texts=4,
        whole=(0,),
    )


def scenarios_data(heads: Iterable["ScenarioHead"]) -> list[dict[str, object]]:
    """The built-in scenarios as plain data."""
    return [
        {
            "name": head.name,
            "title": head.title.model_dump(),
            "about": None if head.about is None else head.about.model_dump(),
            "tags": list(head.tags.told()),
        }
        for head in heads
    ]


def parameters_table(parameters: Sequence["Parameter"], words: Words) -> Table:
    """Declared numbers with unit, range, role, grade and source."""
    rows = tuple(
        (
            p.name,
            words.label(p.label),
            unit_told(p, words),
            words.say(f"cli.short_{p.standing}"),
            p.grade,
            source_told(p, words),
            short(p.default),
            NOTHING if p.low is None else f"{short(p.low)} … {short(p.high)}",
        )
        for p in parameters
    )
    names = ("name", "label", "unit", "role", "grade", "source", "default", "range")
    return Table(
        words.say("cli.table_parameters", {"count": len(rows)}),
        _heads(words, *names),
        rows,
        words.say("cli.note_parameters"),
        texts=6,
        whole=(0, 3, 4, 6, 7),
    )


def parameters_data(parameters: Iterable["Parameter"]) -> list[dict[str, object]]:
    """Declared numbers as plain data."""
    return [{f: plain(getattr(p, f)) for f in FIELDS_OF_PARAMETER} for p in parameters]


def _heads(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words.say(f"cli.head_{name}") for name in names)
