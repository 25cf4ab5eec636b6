"""The workbook of a layers job."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from viz.cause_words import cause_of
from viz.export.columns import ENDS, Labels, by_unit, sheet
from viz.export.filing import Filing
from viz.export.labels import labels_of, yes_or_no
from viz.export.scenario import measures_sheet, parameters_sheet
from viz.export.series import series_sheet
from viz.export.workbook import Sheet
from viz.report.layers.report import layers_report
from viz.report.names import Names
from viz.words import Words

if TYPE_CHECKING:
    from experiments.layer_effects import LayersResult

PLACE = ("outcome", "unit", "horizon", "population")
DRAWS = ("draw_low", "draw_high")


def file_layers(result: "LayersResult", folder: Path) -> Filing:
    """What a layers job leaves in its folder; see `write_report`."""
    report = layers_report(result, folder)
    return Filing(folder, report, lambda words: layers_sheets(result, words))


def layers_sheets(result: "LayersResult", words: Words) -> Iterator[Sheet]:
    """What the layers job found, as tables of raw numbers.

    Args:
        result: of `experiments.layers`.
        words: the language.
    """
    names = Names(result, words)
    labels = labels_of(names) | {"arm": lambda arm: _arm(arm, names), "part": names.part}
    yield from _effects(result, labels, words)
    yield _both(result, "levels", ("arm", "staff", *PLACE, *ENDS, "replications"), labels, words)
    yield _ledger(result, labels, words)
    if result.crowding is not None:
        yield _crowding(result.crowding, labels, words)
    yield _worse(result, labels, words)
    yield _costs(result, labels, words)
    yield parameters_sheet({"": result.scenario}, words)
    yield measures_sheet({"": result.scenario}, names)
    yield series_sheet(result.histories, labels["arm"], words)


def _arm(arm: str, names: Names) -> str:
    """An arm, with its staff where both kinds were run."""
    layers, _, staff = arm.partition("/")
    return f"{names.arm(layers)} · {names.say(f'staff_{staff}')}" if staff else names.arm(layers)


def _with_staff(result: "LayersResult", table: str) -> pd.DataFrame:
    """A table of the layers job; of both kinds of staff where both were run."""
    own: pd.DataFrame = getattr(result.tables, table)
    if result.limited is None:
        return own
    limited: pd.DataFrame = getattr(result.limited, table)
    both = [limited.assign(staff="limited"), own.assign(staff="enough")]
    return pd.concat(both, ignore_index=True)


def _effects(result: "LayersResult", labels: Labels, words: Words) -> Iterator[Sheet]:
    frame, notes = _with_staff(result, "effects"), [words.say("export.note_interval")]
    if result.assumptions is not None:
        key = ["arm", "outcome", "horizon", "population", "subgroup"]
        frame = frame.merge(result.assumptions[[*key, *DRAWS]], on=key, how="left")
        notes.append(words.say("export.note_draws"))
    for name, own in (
        ("effects", frame[frame.subgroup == "all"]),
        ("subgroups", frame[frame.subgroup != "all"]),
    ):
        columns = ("arm", "staff", *PLACE, "subgroup", *ENDS, *DRAWS, "replications")
        shown = [c for c in columns if c != "subgroup" or name == "subgroups"]
        formats = by_unit(own, (*ENDS, *DRAWS), signed=True)
        if own.estimate.isna().any():
            notes = [*notes, words.say("report.missing_nobody")]
        note = words.sentences(notes)
        yield sheet(name, own, shown, words, labels, formats=formats, note=note)


def _both(
    result: "LayersResult", name: str, columns: tuple[str, ...], labels: Labels, words: Words
) -> Sheet:
    """Rows of whole populations, in the unit of each."""
    frame = _with_staff(result, name)
    frame = frame[frame.subgroup == "all"]
    return sheet(name, frame, columns, words, labels, formats=by_unit(frame))


def _ledger(result: "LayersResult", labels: Labels, words: Words) -> Sheet:
    frame = _with_staff(result, "ledger")
    frame = frame[frame.subgroup == "all"]
    frame = frame.assign(percent=frame.percent / 100)
    columns = ("part", "staff", *PLACE, *ENDS, "percent", "replications")
    formats = by_unit(frame, signed=True) | {"percent": "percent"}
    return sheet("ledger", frame, columns, words, labels, formats=formats)


def _crowding(frame: pd.DataFrame, labels: Labels, words: Words) -> Sheet:
    own = frame[frame.subgroup == "all"]
    numbers = ("limited", "enough", "crowding", "low", "high")
    formats = by_unit(own, numbers, signed=True)
    columns = ("arm", *PLACE, *numbers, "replications")
    return sheet("crowding", own, columns, words, labels, formats=formats)


def _worse(result: "LayersResult", labels: Labels, words: Words) -> Sheet:
    units = dict(zip(result.effects.outcome, result.effects.unit, strict=True))
    frame = result.worse.assign(unit=result.worse.outcome.map(units))
    told = frame.copy()
    for place in (1, 2):
        found = (frame.outcome, frame[f"cause_{place}"], frame[f"amount_{place}"])
        told[f"cause_{place}"] = [
            cause_of(outcome, cause, amount, words) if isinstance(cause, str) and cause else ""
            for outcome, cause, amount in zip(*found, strict=True)
        ]
    told["sure"] = [yes_or_no(sure, words) for sure in frame.sure]
    amounts = ("amount_1", "amount_2")
    columns = ("arm", *PLACE, *ENDS, "sure", "cause_1", "amount_1", "cause_2", "amount_2")
    formats = by_unit(frame, (*ENDS, *amounts), signed=True)
    note = words.say("layers.note_worse")
    return sheet("worse", told, columns, words, labels, formats=formats, note=note)


def _costs(result: "LayersResult", labels: Labels, words: Words) -> Sheet:
    frame = _with_staff(result, "programme")
    frame = frame[frame.arm != "none"].rename(columns={"quantity": "what"})
    told = {**labels, "what": lambda name: words.say(f"report.quantity_{name}")}
    columns = ("arm", "staff", "what", *ENDS, "unit", "replications")
    return sheet("costs", frame, columns, words, told, formats=by_unit(frame))
