"""The report of judged patterns: how many hold, which do not, and by how much."""

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.pattern_results import patterns_frame, read_runs
from viz.charts.patterns import patterns_against_criteria
from viz.report.blocks import Block, Cell, Facts, Items, Rows, Section, Table, Text
from viz.report.build import Report, keep, page
from viz.report.embedded import code_of_judged, of_patterns
from viz.report.patterns.blocks import (
    found_text,
    is_open,
    misses_by,
    pattern_blocks,
    wanted_cell,
)
from viz.report.patterns.sources import sources_blocks
from viz.report.pictures import picture
from viz.report.run import circumstances_of, manifest_of
from viz.session import PROGRAM
from viz.words import LANGUAGES, Words

if TYPE_CHECKING:
    from experiments.patterns_base import Part, PatternRow

KINDS = ("emergent", "calibrated", "built in")
ENOUGH = 30  # villages that the criteria are meant for
ON_THE_FIRST_PAGE = 7  # figures that fail
LIMITS = ("limit_no_effect", "limit_a1", "limit_no_forecast", "limit_interval")


def write_patterns(rows: Sequence["PatternRow"], folder: Path, words: Words) -> Path:
    """Write `report.html` of judged patterns into their folder.

    Args:
        rows: of `check_patterns`.
        folder: where; the manifest is read from it when there is one.
        words: the language the report opens in. Both are inside.
    """
    report = patterns_report(rows, manifest_of(folder), read_runs(folder))
    return keep(report.text(words), folder)


def patterns_report(
    rows: Sequence["PatternRow"],
    manifest: dict[str, Any],
    runs: Mapping[str, Any] | None = None,
) -> Report:
    """The report before it is a file.

    Args:
        rows: of `check_patterns`.
        manifest: how they were judged.
        runs: what is carried of them; without it the report cannot be verified.
    """
    pages = [_page(rows, manifest, Words(lang)) for lang in LANGUAGES]
    return Report(pages, of_patterns(manifest, runs or {}))


def _page(
    rows: Sequence["PatternRow"], manifest: Mapping[str, Any], words: Words
) -> dict[str, Any]:
    villages = rows[0].replications
    single = {"id": rows[0].id, "label": rows[0].label}
    heading = _say(words, "heading_one", **single) if len(rows) == 1 else _say(
        words, "heading", count=len(rows)
    )
    few = _say(words, "few_villages", replications=villages, wanted=ENOUGH)
    sections = (
        _answer(rows, words),
        *(_kind(kind, rows, words) for kind in KINDS if any(row.kind == kind for row in rows)),
        _rests(rows, words),
        _run(rows, manifest, words),
    )
    incomplete = few if villages < ENOUGH else ""
    return page(words, heading, _say(words, "product"), sections, incomplete=incomplete)


# --- The first page ----------------------------------------------------------------------------


def _answer(rows: Sequence["PatternRow"], words: Words) -> Section:
    blocks: list[Block] = [
        Text(_say(words, "asked"), "note"),
        Text(words.sentences(_lead(rows, words)), "lead"),
        Text(words.say("report.sure_title"), "label"),
        Text(words.sentences(_how_sure(rows, words))),
        *_fails(rows, words),
        _picture(rows, words),
    ]
    return Section("answer", words.say("report.answer_title"), blocks)


def _lead(rows: Sequence["PatternRow"], words: Words) -> list[str]:
    emergent = [row.holds for row in rows if row.kind == "emergent"]
    counts = {
        "count": len(rows), "holding": sum(row.holds for row in rows),
        "emergent": len(emergent), "emergent_holding": sum(emergent),
    }
    named = [row.id for row in rows if not row.holds]
    return [
        _say(words, "lead_emergent" if emergent else "lead_others", **counts),
        _say(words, "lead_fails", named=named) if named else _say(words, "lead_none_fails"),
    ]


def _how_sure(rows: Sequence["PatternRow"], words: Words) -> list[str]:
    villages = rows[0].replications
    open_ones = [row.id for row in rows if is_open(row)]
    counts = {"replications": villages, "count": len(rows)}
    told = []
    if villages == 1:
        told.append(_say(words, "sure_one"))
    elif open_ones:
        told.append(_say(words, "sure_open", **counts, open=len(open_ones), named=open_ones))
    else:
        told.append(_say(words, "sure_closed", **counts))
    calibrated, built_in = (sum(row.kind == kind for row in rows) for kind in KINDS[1:])
    if calibrated + built_in:
        told.append(_say(words, "sure_kinds", calibrated=calibrated, built_in=built_in))
    return told


def _fails(rows: Sequence["PatternRow"], words: Words) -> list[Block]:
    """The figures that fail, as far as the first page holds them."""
    failing = [(row, part) for row in rows for part in row.parts if part.holds is False]
    if not failing:
        return []
    shown = [_failing_row(row, part, words) for row, part in failing[:ON_THE_FIRST_PAGE]]
    more = len(failing) - len(shown)
    heads = [_say(words, f"column_{name}") for name in ("pattern", "found", "wanted", "by")]
    note = _say(words, "fails_more", more=more) if more else ""
    return [Table(_say(words, "fails_caption"), heads, [Rows(shown)], note)]


def _failing_row(
    row: "PatternRow", part: "Part", words: Words
) -> tuple[str, Sequence[Cell]]:
    cells = (
        Cell(found_text(part)), wanted_cell(part, words), Cell(misses_by(part, words), strong=True)
    )
    return f"{row.id}: {words.label(part.label)}", cells


def _picture(rows: Sequence["PatternRow"], words: Words) -> Block:
    figures = patterns_frame(rows)
    heads = [_say(words, f"column_{name}") for name in ("pattern", "found", "wanted", "holds")]
    shown = [
        (
            f"{row.id}: {words.label(part.label)}",
            (Cell(found_text(part)), wanted_cell(part, words), _holds(part, words)),
        )
        for row in rows
        for part in row.parts
        if part.holds is not None
    ]
    return picture(
        lambda: patterns_against_criteria(figures, words),
        _say(words, "picture_alt"),
        _say(words, "picture_caption"),
        Table(words.say("cli.table_pattern_parts"), heads, [Rows(shown)]),
        name="patterns",
        data=figures,
    )


def _holds(part: "Part", words: Words) -> Cell:
    key = "axis_holds" if part.holds else "axis_fails"
    return Cell(_say(words, key), strong=not part.holds, number=False)


# --- The rest ----------------------------------------------------------------------------------


def _kind(kind: str, rows: Sequence["PatternRow"], words: Words) -> Section:
    name = kind.replace(" ", "_")
    blocks: list[Block] = [Text(_say(words, f"read_{name}"))]
    for row in rows:
        if row.kind == kind:
            blocks += pattern_blocks(row, words)
    return Section(name, _say(words, f"title_{name}"), blocks)


def _rests(rows: Sequence["PatternRow"], words: Words) -> Section:
    limits = [words.say(f"report.{limit}") for limit in LIMITS]
    limits.append(_say(words, "rests_criteria"))
    if not any(row.structures for row in rows):
        limits.append(_say(words, "rests_structures_not"))
    blocks: list[Block] = [Items(limits), *sources_blocks([row.id for row in rows], words)]
    return Section("rests", _say(words, "rests_title"), blocks)


def _run(
    rows: Sequence["PatternRow"], manifest: Mapping[str, Any], words: Words
) -> Section:
    ids = [row.id for row in rows]
    asked = any(row.structures for row in rows)
    line = [PROGRAM, "patterns", *ids, "--replications", str(rows[0].replications)]
    told = {
        "patterns": words.listed(ids),
        "villages": str(rows[0].replications),
        "structures": _say(words, "structures_asked" if asked else "structures_not_asked"),
        "command": shlex.join([*line, *(["--structures"] if asked else [])]),
    }
    facts = [(_say(words, f"fact_{name}"), said) for name, said in told.items()]
    if "seed" in manifest:
        facts.append((words.say("report.fact_seed"), str(manifest["seed"])))
    known = circumstances_of({**manifest, **code_of_judged(manifest)}, words)
    facts += [(words.say(f"report.fact_{name}"), said) for name, said in known.items()]
    return Section("run", words.say("report.run_title"), [Facts(facts)])


def _say(words: Words, key: str, **fields: object) -> str:
    return words.say(f"pattern_report.{key}", fields)
