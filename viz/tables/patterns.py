"""Patterns as tables and data: what holds, by which figures, and where it does not."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING

from viz.parameter_words import factor_name
from viz.tables import NOTHING, Table, plain, short
from viz.words import Words

if TYPE_CHECKING:
    from experiments.patterns_base import PatternRow

THOUSAND = 1000


def patterns_table(rows: Sequence["PatternRow"], words: Words) -> Table:
    """Which stylised facts the model shows."""
    shown = tuple(
        (
            row.id,
            words.label(row.label),
            words.say(f"cli.kind_{row.kind.replace(' ', '_')}"),
            words.label(row.criterion),
            _yes(words, holds=row.holds),
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
        words.say("cli.table_patterns", fields), _heads(words, *names), shown, texts=5,
        whole=(0, 4, 5),
    )


def pattern_parts_table(rows: Sequence["PatternRow"], words: Words) -> Table:
    """Every figure that a pattern is judged by, beside where it must lie."""
    shown = tuple(
        (
            row.id,
            words.label(part.label),
            _rounded(part.value),
            f"{_rounded(part.low)} … {_rounded(part.high)}",
            f"{_rounded(part.window.low)} … {_rounded(part.window.high)}",
            _yes(words, holds=bool(part.holds)),
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


def failing_table(rows: Sequence["PatternRow"], words: Words) -> Table:
    """Emergent patterns at one setting inside the declared ranges where they fail."""
    shown = tuple(
        (
            row.id,
            words.listed(
                f"{factor_name(name, words)} = {short(value)}"
                for name, value in at.setting.items()
            ),
            words.label(at.part.label),
            _yes(words, holds=at.holds),
            at.figure,
            str(at.replications),
        )
        for row in rows
        if (at := row.failing) is not None
    )
    names = ("name", "setting", "part", "holds", "figure", "villages")
    return Table(
        words.say("cli.table_patterns_failing"), _heads(words, *names), shown,
        words.say("cli.note_patterns_failing"), texts=4, whole=(0, 3, 4, 5),
    )


def structures_table(rows: Sequence["PatternRow"], words: Words) -> Table:
    """In how many rival structures each pattern holds, and in which it does not."""
    shown = []
    for row in rows:
        if row.structures:
            failing = [
                words.say(f"layers.name_{each.name}") for each in row.structures if not each.holds
            ]
            counts = {"holding": len(row.structures) - len(failing), "count": len(row.structures)}
            said = words.say("cli.structures_hold", counts)
            shown.append((row.id, words.label(row.label), said, words.listed(failing) or NOTHING))
    names = ("name", "pattern", "holds", "fails_in")
    return Table(
        words.say("cli.table_patterns_structures"), _heads(words, *names), tuple(shown), texts=4,
        whole=(0, 2),
    )


def pattern_tables(rows: Sequence["PatternRow"], words: Words) -> list[Table]:
    """All tables of some patterns, without the empty ones."""
    tables = [
        make(rows, words)
        for make in (patterns_table, pattern_parts_table, failing_table, structures_table)
    ]
    return [table for table in tables if table.rows]


def patterns_data(rows: Iterable["PatternRow"]) -> list[dict[str, object]]:
    """Patterns as plain data."""
    return [{str(key): plain(value) for key, value in asdict(row).items()} for row in rows]


def _yes(words: Words, *, holds: bool) -> str:
    return words.say("cli.holds_yes" if holds else "cli.holds_no")


def _rounded(value: float) -> str:
    """Three figures of a small number, thousands of a large one; nothing where unbounded."""
    if not math.isfinite(value):
        return ""
    return f"{value:,.0f}" if abs(value) >= THOUSAND else f"{value:.3g}"


def _heads(words: Words, *names: str) -> tuple[str, ...]:
    return tuple(words.say(f"cli.head_{name}") for name in names)
