"""What is recorded: every indicator with its columns, unit, definition and groups."""

from collections.abc import Sequence

from model.indicator_groups import groups_of
from model.indicators import DERIVED, INDICATORS, Indicator
from viz.documents.markdown import code, joined, section, table, text
from viz.indicator_words import definition_of, label_of, unit_of
from viz.words import Words


def indicators(words: Words) -> str:
    """Weekly ones, then those that are read from whole runs."""
    parts = (("indicators_weekly", INDICATORS), ("indicators_derived", DERIVED))
    return joined(
        section(3, words.say(f"documents.{key}"), _table(found, words)) for key, found in parts
    )


def _table(found: Sequence[Indicator], words: Words) -> str:
    heads = [
        words.say(f"documents.head_{name}")
        for name in ("columns", "label", "unit", "definition", "groups")
    ]
    outcomes: dict[str, list[Indicator]] = {}
    for indicator in found:
        outcomes.setdefault(indicator.outcome, []).append(indicator)
    return table(heads, [_row(rows, words) for rows in outcomes.values()])


def _row(rows: list[Indicator], words: Words) -> list[str]:
    first = rows[0]
    groups = [
        words.say(f"indicators.{kind}_{name}")
        for kind, names in groups_of(first.outcome).items()
        for name in names
    ]
    told = [
        text(label_of(first, words)),
        text(unit_of(first.unit, words)),
        text(definition_of(first, words)),
    ]
    return [
        " ".join(code(row.name) for row in rows),
        *told,
        text(words.say("cli.tags", {"tags": groups})),
    ]
