"""The workbook of a comparison: harm first, as everywhere."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from viz.export.columns import ENDS, Labels, by_unit, sheet
from viz.export.filing import Filing
from viz.export.labels import labels_of
from viz.export.scenario import measures_sheet, parameters_sheet
from viz.export.series import series_sheet
from viz.export.workbook import Sheet
from viz.report.compare.called import called
from viz.report.compare.changes import CompareNames
from viz.report.compare.report import comparison_report
from viz.report.run import manifest_of
from viz.words import Words

if TYPE_CHECKING:
    from experiments.comparison import CompareResult

PLACE = ("outcome", "unit", "horizon", "population")
JOINT = ("joint_low", "joint_high")
DRAWS = ("draw_low", "draw_high")
WHOLE = {"cost", "hours", "cost_per_woman", "services_cost"}
YUAN = {"change_income", "change_income_tenth"}


def file_comparison(result: "CompareResult", folder: Path) -> Filing:
    """What a comparison leaves in its folder; see `write_comparison`."""
    report = comparison_report(result, manifest_of(folder))
    return Filing(folder, report, lambda words: compare_sheets(result, words))


def compare_sheets(result: "CompareResult", words: Words) -> Iterator[Sheet]:
    """What a comparison found, as tables of raw numbers.

    Args:
        result: of `experiments.compare`.
        words: the language.
    """
    result = called(result, words)
    names = CompareNames(result, words)
    labels = labels_of(names) | {
        "verdict": lambda verdict: words.say(f"compare.verdict_{verdict}"),
    }
    yield _guardrails(result.guardrails, labels, words)
    yield from _effects(result, labels, words)
    yield _levels(result.levels, labels, words)
    yield _costs(result.costs, labels, words)
    yield _equity(result.equity, labels, words)
    yield parameters_sheet(result.scenarios, words)
    yield measures_sheet(result.scenarios, names)
    yield series_sheet(result.histories, str, words)


def _guardrails(frame: pd.DataFrame, labels: Labels, words: Words) -> Sheet:
    kinds = ["signed_percent" if row.relative else "signed_share" for row in frame.itertuples()]
    columns = ("scenario", "outcome", "horizon", "population", "subgroup", "verdict", "women",
               "limit", *ENDS)
    formats = {"women": "money"} | dict.fromkeys(("limit", *ENDS), kinds)
    told = frame.rename(columns={"arm": "scenario"})
    return sheet("guardrails", told, columns, words, labels, formats=formats)


def _effects(result: "CompareResult", labels: Labels, words: Words) -> Iterator[Sheet]:
    frame = result.effects
    notes = [words.say(f"export.note_{name}") for name in ("interval", "joint")]
    if result.assumptions is not None:
        key = ["arm", "outcome", "horizon", "population", "subgroup"]
        frame = frame.merge(result.assumptions[[*key, *DRAWS]], on=key, how="left")
        notes.append(words.say("export.note_draws"))
    frame = frame.rename(columns={"arm": "scenario"})
    numbers = (*ENDS, *JOINT, *DRAWS)
    for name, own in (
        ("effects", frame[frame.subgroup == "all"]),
        ("subgroups", frame[frame.subgroup != "all"]),
    ):
        group = ("subgroup",) if name == "subgroups" else ()
        columns = ("scenario", *PLACE, *group, *ENDS, *JOINT, "verdict", *DRAWS,
                   "chance_larger", "size", "replications")
        formats = by_unit(own, numbers, signed=True)
        formats |= {"chance_larger": "percent", "size": "signed_money"}
        title = words.say(f"export.title_{name}_of", {"base": result.base})
        nobody = [words.say("report.missing_nobody")] if own.estimate.isna().any() else []
        note = words.sentences([*notes, *nobody])
        yield sheet(
            name, own, columns, words, labels, formats=formats, title=title, note=note
        )


def _levels(frame: pd.DataFrame, labels: Labels, words: Words) -> Sheet:
    own = frame[frame.subgroup == "all"].rename(columns={"arm": "scenario"})
    columns = ("scenario", *PLACE, *ENDS, "p10", "p90")
    formats = by_unit(own, (*ENDS, "p10", "p90"))
    return sheet("levels", own, columns, words, labels, formats=formats)


def _costs(frame: pd.DataFrame, labels: Labels, words: Words) -> Sheet:
    told = frame.rename(columns={"arm": "scenario", "quantity": "what"})
    kinds = ["signed_whole" if what in WHOLE else "signed_money" for what in told.what]
    own = {**labels, "what": lambda what: words.say(f"compare.cost_{what}")}
    columns = ("scenario", "what", *ENDS)
    return sheet("costs", told, columns, words, own, formats=dict.fromkeys(ENDS, kinds))


def _equity(frame: pd.DataFrame, labels: Labels, words: Words) -> Sheet:
    told = frame.rename(columns={"arm": "scenario", "group": "subgroup"})
    kinds = [_equity_format(what) for what in told.what]
    own = {
        **labels,
        "what": lambda what: words.say(f"compare.equity_{what}"),
        "subgroup": lambda group: _group(str(group), words),
    }
    columns = ("scenario", "horizon", "what", "subgroup", *ENDS)
    return sheet("equity", told, columns, words, own, formats=dict.fromkeys(ENDS, kinds))


def _equity_format(what: str) -> str:
    if what.startswith("worse_off"):
        return "percent"
    return "signed_money" if what in YUAN else "signed_share"


def _group(group: str, words: Words) -> str:
    """A group of women, or a tenth by its number."""
    if group.isdigit():
        return words.say("compare.tenth", {"number": group})
    return words.say(f"compare.group_{group}")
