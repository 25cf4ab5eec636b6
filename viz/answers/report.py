"""A report made again, or for the first time, from a folder of results."""

import shlex
from collections.abc import Iterator
from pathlib import Path

from experiments.pattern_results import read_patterns
from experiments.reopen import (
    COMPARE,
    PATTERNS,
    SWEEP,
    kind_of,
    read_comparison,
    read_layers,
)
from experiments.sensitivity_indices import METHODS
from experiments.structures import BASE, SIGNS
from viz.export.compare import file_comparison
from viz.export.filing import Filing
from viz.export.layers import file_layers
from viz.export.patterns import file_patterns
from viz.export.sweep import file_sweep
from viz.report.sensitivity import report_beside
from viz.session import PROGRAM
from viz.words import Words


def filed_again(folder: Path, *, partial_too: bool) -> Filing:
    """What a folder of results holds, ready to be written in any form.

    Args:
        folder: of a layers job, a comparison, judged patterns or a sweep.
        partial_too: also where the job is not complete; the report says so.

    Raises:
        JinguoError: the folder holds no results to report, or not all of them yet.
    """
    if (folder / SIGNS).is_file():
        found = read_layers(folder / BASE, kind_of(folder / BASE)[1], partial_too=partial_too)
        return file_layers(found, folder)
    kind, manifest = kind_of(folder)
    if kind == SWEEP:
        return file_sweep(folder, partial_too=partial_too)
    if kind == COMPARE:
        return file_comparison(read_comparison(folder, manifest, partial_too=partial_too), folder)
    if kind == PATTERNS:
        return file_patterns(read_patterns(folder, manifest), folder)
    return file_layers(read_layers(folder, manifest, partial_too=partial_too), folder)


def report_again(folder: Path, words: Words, *, partial_too: bool) -> Path:
    """Write `report.html` into a folder of results; as `filed_again`.

    Args:
        folder: of a job.
        words: the language the report opens in. Both are inside.
        partial_too: also where the job is not complete.

    Returns:
        The file.
    """
    _, file = next(filed_again(folder, partial_too=partial_too).write(words))
    return file


def told_beside(folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Of a store that tells what moves its outcomes: where that report is, or how to make it."""
    if (folder / SIGNS).is_file():
        return
    kind, manifest = kind_of(folder)
    if kind == SWEEP and manifest.get("kind_of_design") in METHODS:
        file = report_beside(folder)
        if file is not None:
            yield "sensitivity_report.beside", {"file": file}
        else:
            command = shlex.join([PROGRAM, "sensitivity", str(folder)])
            yield "sensitivity_report.not_beside", {"command": command}
