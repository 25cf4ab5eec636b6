"""The report of a comparison: harm first, then differences, costs and who gains."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scenarios.catalogue import MEASURES
from viz.charts import change_of_tenths
from viz.report.blocks import Block, Cell, Facts, Folded, Items, Rows, Section, Table, Text
from viz.report.build import Report, incomplete, keep, page
from viz.report.compare.answer import answer_section, forest, kept_or_not
from viz.report.compare.called import called
from viz.report.compare.changes import CompareNames, differences_section, time_section
from viz.report.costs import compared_costs
from viz.report.digits import MISSING, between, signed
from viz.report.embedded import of_comparison
from viz.report.pictures import picture
from viz.report.run import circumstances_of, failed_table, manifest_of
from viz.report.screen_tables import as_block
from viz.tables.compare import (
    costs_table,
    dominance_notes,
    equity_table,
    guardrails_table,
    placebo_notes,
    rule_notes,
)
from viz.words import LANGUAGES, Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments.comparison import CompareResult

LIMITS = ("limit_no_effect", "limit_no_forecast", "limit_interval")
NOT_RUN = {"name", "title", "about", "source", "tags"}  # say nothing of how a village is run
FEW = 12  # rows that are not folded


def write_comparison(result: "CompareResult", folder: Path, words: Words) -> Path:
    """Write `report.html` of a comparison into its folder.

    Args:
        result: of `experiments.compare`.
        folder: where; the manifest is read from it when there is one.
        words: the language the report opens in. Both are inside.
    """
    return keep(render_comparison(result, manifest_of(folder), words), folder)


def render_comparison(result: "CompareResult", manifest: dict[str, Any], words: Words) -> str:
    """The report as text."""
    return comparison_report(result, manifest).text(words)


def comparison_report(result: "CompareResult", manifest: dict[str, Any]) -> Report:
    """The report before it is a file."""
    pages = [_page(result, manifest, Words(lang)) for lang in LANGUAGES]
    return Report(pages, of_comparison(result, manifest))


def _page(result: "CompareResult", manifest: dict[str, Any], words: Words) -> dict[str, Any]:
    keys = tuple(result.scenarios)
    result = called(result, words)
    names = CompareNames(result, words, keys)
    titles = [words.label(scenario.title) for scenario in result.scenarios.values()]
    if len(set(titles)) < len(titles):
        titles = list(result.scenarios)
    heading = words.say("reports.compared", {"base": titles[0], "others": titles[1:]})
    sections = (
        answer_section(result, names),
        _guardrails(result, words),
        differences_section(result, names),
        time_section(result, names),
        _costs(result, names),
        _equity(result, names),
        after_section(result, names),
        _placebo(result, words),
        _run(result, manifest, names),
    )
    return page(
        words,
        heading,
        words.say("reports.product_compare"),
        sections,
        incomplete=incomplete(result.complete, result.replications, words),
    )


def _guardrails(result: "CompareResult", words: Words) -> Section:
    """Whether anybody fares worse than allowed: it cannot be folded away."""
    said, harmed = kept_or_not(result, words)
    breached = [words.say("compare.verdict_breached")]
    blocks: list[Block] = [
        Text(said, "warning" if harmed else "plain"),
        as_block(guardrails_table(result, words), breached),
        Folded(
            words.say("reports.every_horizon"),
            [as_block(guardrails_table(result, words, every=True), breached)],
        ),
    ]
    return Section("guardrails", words.say("reports.guardrails_title"), blocks)


def _costs(result: "CompareResult", names: CompareNames) -> Section:
    words = names.words
    blocks: list[Block] = [
        Text(words.say("reports.costs_read")),
        compared_costs(result, names),
        as_block(costs_table(result, words)),
        *(Text(line) for line in dominance_notes(result, words)),
    ]
    return Section("costs", words.say("reports.costs_title"), blocks)


def _equity(result: "CompareResult", names: CompareNames) -> Section:
    words = names.words
    end = result.equity[result.equity.horizon == "end"]
    rows = end[end.what == "change_income_tenth"]
    tables = equity_table(result, words)
    in_figure = words.say("compare.equity_change_income_tenth")
    others = tuple(row for row in tables.rows if row and row[0] != in_figure)
    blocks: list[Block] = [
        Text(words.say("reports.equity_read", {"base": result.base})),
        picture(
            lambda: change_of_tenths(rows, words),
            words.say("reports.tenths_alt"),
            words.say("reports.tenths_caption", {"base": result.base}),
            _tenths_table(rows, words),
            name="tenths",
            data=names.coded(rows),
        ),
        as_block(replace(tables, rows=others)),
    ]
    return Section("equity", words.say("reports.equity_title"), blocks)


def _tenths_table(rows: "pd.DataFrame", words: Words) -> Table:
    arms = list(dict.fromkeys(rows.arm))
    shown = []
    for group in dict.fromkeys(rows.group):
        own = rows[rows.group == group].set_index("arm")
        cells = [_with_interval(own.loc[arm], words) for arm in arms]
        shown.append((words.say("compare.tenth", {"number": group}), cells))
    head = [words.say("compare.head_group"), *arms]
    return Table(words.say("compare.equity_change_income_tenth"), head, [Rows(shown)])


def _with_interval(row: "pd.Series[Any]", words: Words) -> Cell:
    unit = "yuan/week"
    return Cell(signed(row.estimate, unit), between(row.low, row.high, unit, words))


def after_section(result: "CompareResult", names: CompareNames) -> Section:
    """The changes at the last horizon, one or two years after the programme."""
    title = names.say("after_title")
    last = names.horizons()[-1]
    if last == "end":
        return Section("after", title, [Text(names.say("after_none"))])
    return Section("after", title, [
        Text(names.words.say("reports.after_read", {"when": names.horizon(last)})),
        forest(result, last, names),
    ])


def _placebo(result: "CompareResult", words: Words) -> Section:
    lines = placebo_notes(result, words) or [words.say("reports.placebo_unknown")]
    blocks: list[Block] = [Text(words.say("reports.placebo_read")), Items(lines)]
    return Section("placebo", words.say("reports.placebo_title"), blocks)


def _run(result: "CompareResult", manifest: dict[str, Any], names: CompareNames) -> Section:
    """What it rests on, what differs between the scenarios, and how to make the numbers again."""
    words = names.words
    blocks: list[Block] = [Items([words.say(f"report.{limit}") for limit in LIMITS])]
    blocks.append(_differing_table(result, words))
    blocks += [Text(line) for line in rule_notes(result, words)]
    blocks.append(Facts(_facts(result, manifest, names)))
    if len(result.failed):
        blocks.append(failed_table(result.failed, names))
    for name, scenario in result.scenarios.items():
        title = words.say("reports.as_run", {"scenario": name})
        blocks.append(Folded(title, text=scenario.dump()))
    return Section("run", words.say("report.run_title"), blocks)


def _facts(
    result: "CompareResult", manifest: dict[str, Any], names: CompareNames
) -> list[tuple[str, str]]:
    words = names.words
    complete = names.say("of_asked", complete=result.complete, asked=result.replications)
    said = {
        "replications": complete,
        "failed": str(len(result.failed)),
        "seed": str(result.seed),
        **circumstances_of(manifest, words),
    }
    facts = [
        (words.say("reports.fact_scenario", {"name": names.names[name]}),
         words.label(scenario.title))
        for name, scenario in result.scenarios.items()
    ]
    facts.append((words.say("reports.fact_smallest"), _smallest(result, names)))
    return facts + [(names.say(f"fact_{name}"), told) for name, told in said.items()]


def _smallest(result: "CompareResult", names: CompareNames) -> str:
    return names.listed([f"{names.outcome(o)} {n:g}" for o, n in result.smallest.items()])


# --- What differs between the scenarios --------------------------------------------------------


def _differing_table(result: "CompareResult", words: Words) -> Block:
    """Every value that is not the same in all scenarios, by its dotted path."""
    plain = {name: dict(_flat(s.plain())) for name, s in result.scenarios.items()}
    paths = dict.fromkeys(path for values in plain.values() for path in values)
    rows = []
    for path in paths:
        found = [values.get(path, MISSING) for values in plain.values()]
        if len(set(found)) > 1 and path.split(".")[0] not in NOT_RUN:
            rows.append((path, [Cell(_told(text, words), number=False) for text in found]))
    if not rows:
        return Text(words.say("reports.differ_nowhere"), "note")
    head = [words.say("reports.column_value"), *plain]
    caption = words.say("reports.differ_caption")
    table = Table(caption, head, [Rows(rows)])
    return table if len(rows) <= FEW else Folded(caption, [table])


def _told(text: str, words: Words) -> str:
    """A value; a measure by its label, as its row says its name."""
    return words.label(MEASURES[text].label) if text in MEASURES else text


def _flat(value: object, path: str = "") -> Sequence[tuple[str, str]]:
    """Plain data as dotted paths and texts; measures by their names.

    >>> _flat({"a": {"b": 1}, "measures": [{"measure": "tea_talk", "dose": 2}]})
    [('a.b', '1'), ('measures.tea_talk', 'tea_talk'), ('measures.tea_talk.dose', '2')]
    """
    if isinstance(value, list | tuple):
        value = {str(_name_of(part, place)): part for place, part in enumerate(value)}
    if not isinstance(value, Mapping):
        return [(path, value if isinstance(value, str) else json.dumps(value, default=str))]
    return [
        pair
        for key, part in value.items()
        for pair in _flat(part, path if key == "measure" else f"{path}.{key}".lstrip("."))
    ]


def _name_of(part: object, place: int) -> object:
    return part.get("measure", place) if isinstance(part, Mapping) else place
