"""The workbook of judged patterns."""

import re
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
from viz.parameter_words import factor_name
from viz.report.patterns.report import patterns_report
from viz.report.run import manifest_of
from viz.words import Words, all_words

if TYPE_CHECKING:
    from experiments.patterns_base import PatternRow

COLUMNS = ("pattern", "statement", "kind", "where", "setting", "figure", "estimate", "low", "high",
           "wanted_low", "wanted_high", "holds", "inside", "replications", "criterion", "paper")
SET = re.compile(r"(\w+)=")
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
    frame["setting"] = [_setting(text, words) for text in frame.setting]
    labels = {
        "kind": lambda kind: words.say(f"cli.kind_{kind.replace(' ', '_')}"),
        "where": lambda where: words.say(f"export.where_{where}"),
        "holds": lambda holds: "" if holds == "" else yes_or_no(holds, words),
    }
    told = sheet("patterns", frame, COLUMNS, words, labels, formats={"inside": "percent"})
    return [told, standing_sheet(words)]


def _setting(text: str, words: Words) -> str:
    """Numbers set to see a pattern fail, or a rival structure, by what they are called."""
    rival = f"layers.name_{text}"
    if rival in all_words():
        return words.say(rival)
    return SET.sub(lambda found: f"{factor_name(found[1], words)} = ", text)
