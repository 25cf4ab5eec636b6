"""What moves the outcomes of a sweep whose design tells: bars with intervals, and all indices."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.sensitivity_indices import METHODS, indices_frame, sensitivity
from model.errors import JinguoError
from viz.charts.sensitivity import sensitivity_bars
from viz.indicator_words import name_of, named_with_unit
from viz.report.blocks import Block, Cell, Rows, Section, Table, Text
from viz.report.pictures import picture
from viz.report.screen_tables import as_block
from viz.report.sweep.last import span_of
from viz.report.sweep.means import shown_of
from viz.tables.sweep import sensitivity_lines, sensitivity_table
from viz.words import Words

if TYPE_CHECKING:
    from experiments.sensitivity_indices import Sensitivity
    from experiments.store_read import Results
    from experiments.sweeps import SweepStatus


def moves_of(
    found: "SweepStatus", results: "Results"
) -> "Sequence[Sensitivity] | JinguoError | None":
    """What moves the outcomes shown, or why that cannot be told; none of any other design."""
    if found.manifest["kind_of_design"] not in METHODS:
        return None
    try:
        return sensitivity(Path(found.folder), [one.name for one in shown_of(results)])
    except JinguoError as problem:
        return problem


def moves_section(
    moves: "Sequence[Sensitivity] | JinguoError",
    results: "Results",
    titles: Mapping[str, str],
    words: Words,
) -> Section:
    """The bars and tables of `jinguo sensitivity`, or why there are none."""
    if isinstance(moves, JinguoError):
        blocks: list[Block] = [Text(words.say(moves.key, moves.fields), "note")]
    else:
        read = [words.say("sensitivity_report.indices_read"), other_weeks(moves, results, words)]
        told = Text(words.sentences(filter(None, read)))
        blocks = [told, *moves_blocks(moves, titles, words, bars=True)]
    return Section("moves", words.say("reports.moves_title"), blocks)


def other_weeks(
    moves: "Sequence[Sensitivity]", results: "Results", words: Words
) -> str:
    """Why an outcome is read here in other weeks than above; nothing where it is not."""
    above = {one.name: span_of(results, one) for one in shown_of(results)}
    if all(one.weeks == above[one.indicator] for one in moves):
        return ""
    return words.say("reports.moves_weeks")


def moves_blocks(
    found: "Sequence[Sensitivity]", titles: Mapping[str, str], words: Words, *, bars: bool
) -> list[Block]:
    """Of each scenario its bars, where they are wanted, and a table an outcome."""
    blocks: list[Block] = []
    for scenario in dict.fromkeys(one.scenario for one in found):
        own = [one for one in found if one.scenario == scenario]
        if bars:
            name = f"sensitivity_{scenario}"
            blocks.append(moves_picture(own, titles, words, len(own[0].table), name))
        for one in own:
            told = replace(one, scenario=titles[scenario])
            blocks.append(as_block(sensitivity_table(told, words)))
            blocks.append(Text(words.sentences(sensitivity_lines(one, words)), "note"))
    return blocks


def moves_picture(
    found: "Sequence[Sensitivity]",
    titles: Mapping[str, str],
    words: Words,
    most: int,
    name: str,
) -> Block:
    """The strongest inputs of some outcomes of one scenario."""
    frame = indices_frame(found)
    labels = {one.indicator: named_with_unit(one.indicator, words) for one in found}
    indicators = [name_of(one.indicator, words) for one in found]
    caption = f"sensitivity_report.picture_caption_{found[0].method}"
    return picture(
        lambda: sensitivity_bars(frame, labels, words, most),
        words.say("sensitivity_report.picture_alt", {"indicators": indicators}),
        words.say(caption, {"scenario": titles[found[0].scenario]}),
        _numbers(found, words),
        name=name,
        data=frame,
    )


def _numbers(found: "Sequence[Sensitivity]", words: Words) -> Table:
    """The tables of all these outcomes as one, each under its heading."""
    tables = [sensitivity_table(one, words) for one in found]
    groups = [
        Rows(
            [(row[0], [Cell(text) for text in row[1:]]) for row in table.rows if row],
            named_with_unit(one.indicator, words),
        )
        for one, table in zip(found, tables, strict=True)
    ]
    caption = words.say("sensitivity_report.indices_title")
    return Table(caption, tables[0].heads, groups, tables[0].note)
