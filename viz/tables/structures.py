"""What rival structures say to the main question, as tables for people and as plain data."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from experiments.structures import headlines, idle_rivals
from viz.tables import NOTHING, Table, plain, records
from viz.tables.layers import DECIMALS, cell
from viz.words import Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments.structures import StructuresResult


def structures_tables(result: "StructuresResult", words: Words) -> Iterator[Table]:
    """In how many structures each sign holds, then every number behind it."""
    yield from tables_of_signs(result.signs, words)


def tables_of_signs(signs: "pd.DataFrame", words: Words) -> Iterator[Table]:
    """The same from the signs alone, as their file keeps them."""
    found = headlines(signs)
    heads = (
        "cli.crowding_of",
        "layers.structures_effect",
        "layers.structures_sign",
        "layers.structures_sure",
        "layers.structures_failing",
    )
    yield Table(
        words.say("layers.table_structures", {"when": words.say("layers.structures_when")}),
        tuple(words.say(head) for head in heads),
        tuple(_headline(row, words) for row in found),
        words.sentences([words.say("layers.structures_note"), *told_of_idle(signs, words)]),
    )
    yield _each(signs, words)


def told_of_idle(signs: "pd.DataFrame", words: Words) -> list[str]:
    """Which rivals are not counted because they change nothing; no sentence without any."""
    named = [words.say(f"layers.name_{name}") for name in idle_rivals(signs)]
    return [words.say("layers.structures_idle", {"named": named})] if named else []


def structures_data(result: "StructuresResult") -> dict[str, object]:
    """The same as plain data, under names that stay."""
    data: dict[str, object] = {
        "structures": list(result.asked),
        "complete": {name: found.complete for name, found in result.results.items()},
        "interrupted": result.interrupted,
        "idle": list(idle_rivals(result.signs)),
        "headlines": headlines(result.signs),
        "signs": records(result.signs),
    }
    return {name: plain(value) for name, value in data.items()}


def _headline(row: dict[str, Any], words: Words) -> tuple[str, ...]:
    effect = (_outcome(row, words), cell(row, DECIMALS[row["outcome"]]))
    if not (row["clear"] and row["of"]):
        return (*effect, NOTHING, NOTHING, NOTHING)
    return (
        *effect,
        words.say("layers.structures_count", row),
        str(row["sure"]),
        words.listed(words.say(f"layers.name_{name}") for name in row["failing"]) or NOTHING,
    )


def _each(signs: "pd.DataFrame", words: Words) -> Table:
    keys = [
        {"outcome": row.outcome, "population": row.population}
        for row in signs[signs.structure == signs.structure.iloc[0]].itertuples()
    ]
    rows = []
    for name, group in signs.groupby("structure", sort=False):
        shown = [cell(row, DECIMALS[row["outcome"]]) for row in group.to_dict("records")]
        rows.append((words.say(f"layers.name_{name}"), *shown))
    heads = ("", *(_outcome(key, words) for key in keys))
    return Table(words.say("layers.structures_each"), heads, tuple(rows))


def _outcome(row: dict[str, Any], words: Words) -> str:
    names = (f"cli.outcome_{row['outcome']}", f"cli.population_{row['population']}")
    return words.listed(words.say(name) for name in names)
