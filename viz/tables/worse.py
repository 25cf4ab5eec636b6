"""Where one layer alone leaves an outcome worse than none, as a table for people."""

from typing import TYPE_CHECKING, Any

from viz.cause_words import cause_of
from viz.tables import NOTHING, Table, number
from viz.words import Words

if TYPE_CHECKING:
    import pandas as pd

DECIMALS = {"income": 1, "burnout": 3, "trust": 3}
CAUSES_TOLD = (1, 2)
FINER = 2  # decimals more for a cause than for the outcome


def worse_table(worse: "pd.DataFrame", horizons: dict[str, str], words: Words) -> Table:
    """Every single layer that left a primary outcome worse than none, and its largest causes.

    Args:
        worse: as `experiments.worse` found it.
        horizons: what stands above the columns of other tables, by horizon.
        words: the language.
    """
    rows = tuple(_row(found, horizons, words) for found in worse.to_dict("records"))
    heads = tuple(words.say(name) for name in HEADS)
    if not rows:
        rows = ((words.say("layers.worse_nowhere"), *[NOTHING] * (len(heads) - 1)),)
    title, note = words.say("layers.table_worse"), words.say("layers.note_worse")
    return Table(title, heads, rows, note, texts=4)


HEADS = (
    "cli.arm",
    "layers.worse_outcome",
    "layers.worse_when",
    "layers.worse_for",
    "layers.worse_by",
    "layers.worse_causes",
)


def _row(found: dict[Any, Any], horizons: dict[str, str], words: Words) -> tuple[str, ...]:
    outcome = str(found["outcome"])
    places = DECIMALS[outcome]
    ends = [number(float(str(found[end])), places, signed=True) for end in ("low", "high")]
    estimate = number(float(str(found["estimate"])), places, signed=True)
    return (
        words.say(f"cli.arm_{found['arm']}"),
        words.say(f"cli.outcome_{outcome}"),
        words.sentences(horizons.get(str(found["horizon"]), NOTHING).split("\n")),
        words.say(f"cli.population_{found['population']}"),
        f"{'' if found['sure'] else '~ '}{estimate} [{', '.join(ends)}]",
        _causes(found, outcome, places, words),
    )


def _causes(found: dict[str, object], outcome: str, places: int, words: Words) -> str:
    told = []
    for place in CAUSES_TOLD:
        cause = found[f"cause_{place}"]
        if isinstance(cause, str) and cause:
            amount = float(str(found[f"amount_{place}"]))
            size = number(amount, places + FINER, signed=True)
            told.append(f"{cause_of(outcome, cause, amount, words)} {size}")
    return words.joined(told) or NOTHING
