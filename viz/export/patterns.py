"""The workbook of judged patterns."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from experiments.pattern_results import patterns_frame, read_runs
from viz.export.columns import sheet
from viz.export.filing import Filing
from viz.export.labels import yes_or_no
from viz.export.scenario import standing_sheet
from viz.export.workbook import Sheet
from viz.report.patterns.report import patterns_report
from viz.report.run import manifest_of
from viz.words import Words

if TYPE_CHECKING:
    from experiments.patterns_base import PatternRow

COLUMNS = ("pattern", "statement", "kind", "where", "setting", "figure", "estimate", "low", "high",
           "wanted_low", "wanted_high", "holds", "inside", "replications", "criterion", "paper")
NUMBERS = ("estimate", "low", "high", "wanted_low", "wanted_high", "inside")


def file_patterns(rows: "Sequence[PatternRow]", folder: Path) -> Filing:
    """What judged patterns leave in their folder; see `write_patterns`."""
    report = patterns_report(rows, manifest_of(folder), read_runs(folder))
    return Filing(folder, report, lambda words: patterns_sheets(rows, words))


def patterns_sheets(rows: "Sequence[PatternRow]", words: Words) -> list[Sheet]:
    """Every figure that patterns are judged by, and the numbers the rules read.

    Args:
        rows: of `check_patterns`.
        words: the language.
    """
    frame = patterns_frame(rows).rename(columns={"sources": "paper"})
    for name in NUMBERS:
        frame[name] = pd.to_numeric(frame[name], errors="coerce")
    said = {row.id: row for row in rows}
    parts = {part.name: part.label for row in rows for part in row.parts}
    frame["statement"] = [words.label(said[name].label) for name in frame.pattern]
    frame["criterion"] = [words.label(said[name].criterion) for name in frame.pattern]
    frame["figure"] = [words.label(parts[name]) for name in frame.part]
    labels = {
        "kind": lambda kind: words.say(f"cli.kind_{kind.replace(' ', '_')}"),
        "where": lambda where: words.say(f"export.where_{where}"),
        "holds": lambda holds: "" if holds == "" else yes_or_no(holds, words),
    }
    told = sheet("patterns", frame, COLUMNS, words, labels, formats={"inside": "percent"})
    return [told, standing_sheet(words)]
