"""What there is: scenarios, parameters, measures, patterns, and one run, as tables and data."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from model.parameters import DECLARED
from scenarios.catalogue import REFERENCE
from viz.tables import NOTHING, Table, plain, short
from viz.words import Words

if TYPE_CHECKING:
    from experiments.patterns_base import PatternRow
    from model.parameters import Parameter
    from scenarios.catalogue import MeasureEntry
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


THOUSAND = 1000


def scenarios_table(heads: Iterable["ScenarioHead"], words: Words) -> Table:
    """The built-in scenarios."""
    rows = tuple(
        (h.name, words.label(h.title), "" if h.about is None else words.label(h.about))
        for h in heads
    )
    return Table(
        words.say("cli.table_scenarios"),
        _heads(words, "name", "title", "about"),
        rows,
        texts=3,
        whole=(0,),
    )


def scenarios_data(heads: Iterable["ScenarioHead"]) -> list[dict[str, object]]:
    """The built-in scenarios as plain data."""
    return [
        {
            "name": head.name,
            "title": head.title.model_dump(),
            "about": None if head.about is None else head.about.model_dump(),
        }
        for head in heads
    ]


def parameters_table(parameters: Sequence["Parameter"], words: Words) -> Table:
    """Declared numbers with unit, range, role, grade and source."""
    rows = tuple(
        (
            p.name,
            words.label(p.label),
            p.unit,
            words.say(f"cli.short_{p.standing}"),
            p.grade,
            p.source,
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


def measures_table(measures: Mapping[str, "MeasureEntry"], words: Words) -> Table:
    """Measures with their layer, dose, coverage and what a session takes."""
    rows = tuple(
        (
            name,
            words.label(entry.label),
            words.say(f"cli.arm_{entry.layer}"),
            f"{short(entry.dose.default)} {words.label(entry.dose.unit)}",
            _papers(entry),
            f"{entry.coverage:.0%}",
            short(_number(entry.hours)),
            short(_number(entry.cost)),
        )
        for name, entry in measures.items()
    )
    names = ("name", "label", "layer", "dose", "papers", "coverage", "hours", "cost")
    return Table(
        words.say("cli.table_measures", {"count": len(rows)}),
        _heads(words, *names),
        rows,
        words.say("cli.note_measures"),
        texts=5,
        whole=(0, 2, 5, 6, 7),
    )


def measure_table(name: str, entry: "MeasureEntry", words: Words) -> Table:
    """All of one measure."""
    dose = entry.dose.model_dump()
    dose_text = words.say("cli.measure_dose_range", dose)
    conditions = entry.target.conditions()
    fields = ", ".join(f"{key} = {value}" for key, value in entry.fields.items())
    rows = [
        (words.say("cli.head_label"), words.label(entry.label)),
        (words.say("cli.head_layer"), words.say(f"cli.arm_{entry.layer}")),
        (words.say("cli.measure_mechanism"), f"{entry.mechanism} ({fields})"),
        (words.say("cli.measure_target"), _target(conditions, words)),
        (words.say("cli.head_dose"), dose_text),
        (words.say("cli.head_coverage"), f"{entry.coverage:.0%}"),
        (words.say("cli.measure_group_size"), str(entry.group_size)),
        (words.say("cli.head_hours"), _amount(entry.hours)),
        (words.say("cli.measure_own_hours"), _amount(entry.own_hours)),
        (words.say("cli.head_cost"), _amount(entry.cost)),
        (words.say("cli.head_sponsor"), words.say(f"cli.sponsor_{entry.sponsor}")),
        (
            words.say("cli.measure_moves"),
            ", ".join(f"{move.state} {move.direction}" for move in entry.moves) or NOTHING,
        ),
        (words.say("cli.measure_risk"), words.label(entry.risk) if entry.risk else NOTHING),
        (words.say("cli.head_papers"), _papers(entry)),
    ]
    return Table(name, _heads(words, "field", "value"), tuple(rows), texts=2, whole=(0,))


def measures_data(measures: Mapping[str, "MeasureEntry"]) -> list[dict[str, object]]:
    """Measures as plain data."""
    return [{"name": name, **entry.model_dump(mode="json")} for name, entry in measures.items()]


def patterns_table(rows: Sequence["PatternRow"], words: Words) -> Table:
    """Which stylised facts the model shows."""
    shown = tuple(
        (
            row.id,
            words.label(row.label),
            _kind(row.kind, words),
            words.label(row.criterion),
            words.say("cli.holds_yes" if row.holds else "cli.holds_no"),
            row.figure,
        )
        for row in rows
    )
    emergent = [row.holds for row in rows if row.kind == "emergent"]
    others = [row.holds for row in rows if row.kind != "emergent"]
    fields = {
        "holding": sum(emergent), "count": len(emergent),
        "others_holding": sum(others), "others": len(others),
    }
    names = ("name", "pattern", "kind", "criterion", "holds", "figure")
    return Table(
        words.say("cli.table_patterns", fields),
        _heads(words, *names),
        shown,
        texts=5,
        whole=(0, 4, 5),
    )


def _rounded(value: float) -> str:
    """Three figures of a small number, thousands of a large one; nothing where unbounded."""
    if not math.isfinite(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value:.3g}"


def pattern_parts_table(rows: Sequence["PatternRow"], words: Words) -> Table:
    """Every figure that a pattern is judged by, beside where it must lie."""
    shown = tuple(
        (
            row.id,
            words.label(part.label),
            _rounded(part.value),
            f"{_rounded(part.low)} … {_rounded(part.high)}",
            f"{_rounded(part.window.low)} … {_rounded(part.window.high)}",
            words.say("cli.holds_yes" if part.holds else "cli.holds_no"),
            NOTHING if part.inside is None else f"{part.inside:.0%}",
        )
        for row in rows
        for part in row.parts
        if part.window is not None
    )
    names = ("name", "part", "number", "interval", "window", "holds", "inside")
    return Table(
        words.say("cli.table_pattern_parts"), _heads(words, *names), shown, texts=2,
        whole=(0, 2, 3, 4, 5, 6),
    )


def patterns_data(rows: Iterable["PatternRow"]) -> list[dict[str, object]]:
    """Patterns as plain data."""
    return [{str(key): plain(value) for key, value in asdict(row).items()} for row in rows]


def _kind(kind: object, words: Words) -> str:
    known = {"built in", "built_in", "calibrated", "emergent"}
    return words.say(f"cli.kind_{str(kind).replace(' ', '_')}") if kind in known else str(kind)


def _target(conditions: Mapping[str, object], words: Words) -> str:
    parts = []
    for name, value in conditions.items():
        if isinstance(value, Mapping):
            low, high = short(value.get("min")), short(value.get("max"))
            parts.append(f"{name} {low} … {high}")
        elif isinstance(value, tuple):
            parts.append(f"{name} {'/'.join(str(part) for part in value)}")
        else:
            parts.append(f"{name} {value}")
    return ", ".join(parts) or words.say("cli.measure_everyone")


def _papers(entry: "MeasureEntry") -> str:
    return ", ".join(f"{p.paper} {p.section or ''}".strip() for p in entry.papers)


def _amount(amount: float | str) -> str:
    number_of_it = short(_number(amount))
    return f"{number_of_it} ({amount})" if isinstance(amount, str) else number_of_it


def _number(amount: float | str) -> float | None:
    """The declared default where a measure refers to a parameter."""
    if isinstance(amount, str):
        return DECLARED[amount.removeprefix(REFERENCE)].default
    return amount


def _heads(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words.say(f"cli.head_{name}") for name in names)
