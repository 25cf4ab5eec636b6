"""Indicators as a table and as data."""

from collections.abc import Mapping, Sequence

from model.indicator_groups import GROUPINGS, groups_of
from model.indicators import DERIVED, INDICATORS, Indicator
from viz.indicator_words import GROUPED, definition_of, label_of, unit_of
from viz.tables import Table
from viz.words import LANGUAGES, Words


def indicators_in(groups: Mapping[str, str]) -> list[Indicator]:
    """Indicators that belong to all of these groups.

    Args:
        groups: by kind, such as `{"layer": "meso"}`; empty for all indicators.
    """
    wanted = [GROUPINGS[kind][name] for kind, name in groups.items()]
    return [
        indicator
        for indicator in (*INDICATORS, *DERIVED)
        if all(indicator.outcome in outcomes for outcomes in wanted)
    ]


def indicators_table(found: Sequence[Indicator], groups: Mapping[str, str], words: Words) -> Table:
    """Each once; those told group by group stand for all women."""
    shown = [i for i in found if i.outcome not in GROUPED or _of_all(i)]
    rows = tuple(
        (
            f"{i.name} *" if i in DERIVED else i.name,
            label_of(i, words),
            unit_of(i.unit, words),
            definition_of(i, words),
        )
        for i in shown
    )
    told = [words.say(f"indicators.{kind}_{name}") for kind, name in groups.items()]
    fields = {"count": len(shown), "groups": told}
    key = "cli.table_indicators_of" if groups else "cli.table_indicators"
    heads = tuple(words.say(f"cli.head_{h}") for h in ("name", "label", "unit", "definition"))
    note = words.say("cli.note_indicators")
    return Table(words.say(key, fields), heads, rows, note, texts=4, whole=(0,))


def _of_all(indicator: Indicator) -> bool:
    return indicator.population == "all_women" and indicator.subgroup == "all"


def indicators_data(found: Sequence[Indicator]) -> list[dict[str, object]]:
    """The same as plain data, every one of them, with its groups."""
    both = [Words(lang) for lang in LANGUAGES]
    return [
        {
            "name": i.name,
            "outcome": i.outcome,
            "unit": i.unit,
            "population": i.population,
            "subgroup": i.subgroup,
            "weekly": i not in DERIVED,
            "label": {w.lang: label_of(i, w) for w in both},
            "definition": {w.lang: definition_of(i, w) for w in both},
            **groups_of(i.outcome),
        }
        for i in found
    ]
