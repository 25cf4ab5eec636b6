"""The first page of a sweep: what was run, what came out, how sure, what is missing."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from viz.charts.levels import scenario_levels
from viz.indicator_words import name_of, named_with_unit, unit_of
from viz.report.blocks import Block, Section, Text
from viz.report.digits import plain
from viz.report.pictures import picture
from viz.report.sweep.called import called
from viz.report.sweep.last import last_table, last_weeks, left_out, span_of
from viz.report.sweep.means import shown_of
from viz.words import Words

if TYPE_CHECKING:
    from experiments.store_read import Results
    from experiments.sweeps import SweepStatus
    from model.indicators import Indicator

BARE = {"", "0-1", "share"}  # units that are not said beside a number
PANELS = 3  # indicators on the first page


def answer_section(
    found: "SweepStatus", results: "Results", aims: str, lock: Block, words: Words
) -> Section:
    """The note for a leader's desk.

    Args:
        found: how far the sweep is.
        results: what it stored.
        aims: as written in the plan; may be empty.
        lock: what is said of the plan's lock.
        words: the language.
    """
    shown = shown_of(results)[:PANELS]
    rows = last_weeks(results, shown)
    titles = called(found.manifest, words)
    rows = rows.assign(scenario=rows.scenario.map(titles))
    spans = {one.name: span_of(results, one) for one in shown}
    told = [words.say("reports.aims", {"aims": aims})] if aims else []
    told.append(_asked(found, results, words))
    blocks: list[Block] = [
        Text(words.sentences(told), "note"),
        Text(words.sentences([_levels(rows, shown, words), what_moves(rows, spans, words)]),
             "lead"),
        Text(words.say("report.sure_title"), "label"),
        Text(words.sentences(_how_sure(rows, results, words))),
        lock,
        _picture(rows, titles, shown, results, words),
    ]
    return Section("answer", words.say("report.answer_title"), blocks)


def _asked(found: "SweepStatus", results: "Results", words: Words) -> str:
    arms = list(found.manifest["arms"])
    return words.say("reports.sweep_asked", {
        "scenarios": len(arms), "draws": len(results.draws), "runs": found.runs,
        "replications": found.replications,
    })


# --- Two sentences -----------------------------------------------------------------------------


def _levels(rows: pd.DataFrame, shown: Sequence["Indicator"], words: Words) -> str:
    """The level of each outcome: that of the only scenario, or the highest and the lowest."""
    told = []
    for indicator in shown:
        own = rows[(rows.indicator == indicator.name) & np.isfinite(rows["mean"])]
        if own.empty:
            continue
        top, low = own.loc[own["mean"].idxmax()], own.loc[own["mean"].idxmin()]
        key = "level_one" if len(own) == 1 else "level_between"
        fields = {
            "outcome": name_of(indicator.name, words),
            "high": _number(top, words), "low": _number(low, words),
            "top": top.scenario, "bottom": low.scenario,
        }
        told.append(words.say(f"reports.{key}", fields))
    fields = {"weeks": WEEKS_AVERAGED, "money": WEEKS_AVERAGED_MONEY}
    if not told:
        return words.say("reports.levels_none")
    return words.say("reports.levels", {**fields, "told": words.joined(told)})


def _number(row: "pd.Series[Any]", words: Words) -> str:
    unit = "" if row.unit in BARE else unit_of(row.unit, words)
    told = words.amount(row["mean"]) if row.unit == "yuan" else plain(row["mean"], row.unit)
    return f"{told} {unit}".strip()


def what_moves(
    rows: pd.DataFrame, spans: Mapping[str, tuple[int, int]], words: Words
) -> str:
    """How much of what sets the draws apart is luck, by scenario, and over which weeks."""
    drawn = rows[np.isfinite(rows.draw_low) & (rows.lowest < rows.highest)]
    if drawn.empty:
        return words.say("reports.draws_single")
    held = drawn[np.isfinite(drawn.luck)]
    if held.empty:
        return words.say("reports.draws_luck_unknown")
    several = rows.scenario.nunique() > 1
    told = []
    for name, own in held.groupby("indicator", sort=False):
        shares = [
            f"{r.scenario} {r.luck:.0%}" if several else f"{r.luck:.0%}" for r in own.itertuples()
        ]
        first, end = spans[str(name)]
        fields = {"outcome": name_of(str(name), words), "first": first, "last": end - 1}
        told.append(words.say("reports.luck_of", {**fields, "luck": shares}))
    return words.say("reports.draws_luck", {"told": words.joined(told)})


def _how_sure(rows: pd.DataFrame, results: "Results", words: Words) -> list[str]:
    failed = int((results.runs.status != "ok").sum())
    told = [words.say("reports.sweep_sure", {"replications": _most(rows, "replications")})]
    key = "some_failures" if failed else "no_failures"
    told.append(words.say(f"reports.{key}", {"failed": failed, "all": len(results.runs)}))
    told.append(left_out(rows, results, words))
    told.append(words.say("report.sure_certainty"))
    return [each for each in told if each]


def _most(rows: pd.DataFrame, what: str) -> int:
    """How many draws or replications were used, of the outcome that has most."""
    return int(rows[what].max())


# --- The picture -------------------------------------------------------------------------------


def _picture(
    rows: pd.DataFrame,
    titles: Mapping[str, str],
    shown: Sequence["Indicator"],
    results: "Results",
    words: Words,
) -> Block:
    names = {title: name for name, title in titles.items()}
    named = [
        (name_of(one.name, words), unit_of(one.unit, words) if one.unit else "") for one in shown
    ]
    fields = {
        "weeks": WEEKS_AVERAGED, "money": WEEKS_AVERAGED_MONEY, "draws": _most(rows, "draws"),
        "replications": _most(rows, "replications"),
    }
    labels = {indicator.name: named_with_unit(indicator.name, words) for indicator in shown}
    return picture(
        lambda: scenario_levels(rows, named),
        words.say("reports.levels_alt", fields),
        words.say("reports.levels_caption", fields),
        last_table(rows, labels, results, words),
        name="levels",
        data=rows.assign(scenario=rows.scenario.map(names)),
    )
