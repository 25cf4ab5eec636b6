"""A report made again, or for the first time, from a folder of results."""

from pathlib import Path

from experiments.reopen import COMPARE, SWEEP, kind_of, read_comparison, read_layers
from viz.report.build import write_report
from viz.report.compare import write_comparison
from viz.report.sweep import write_sweep_report
from viz.words import Words


def report_again(folder: Path, words: Words, *, partial_too: bool) -> Path:
    """Write `report.html` into a folder of results.

    Args:
        folder: of a layers job, a comparison or a sweep.
        words: the language the report opens in. Both are inside.
        partial_too: also where the job is not complete; the report says so.

    Returns:
        The file.

    Raises:
        JinguoError: the folder holds no results to report, or not all of them yet.
    """
    kind, manifest = kind_of(folder)
    if kind == SWEEP:
        return write_sweep_report(folder, words, partial_too=partial_too)
    if kind == COMPARE:
        found = read_comparison(folder, manifest, partial_too=partial_too)
        return write_comparison(found, folder, words)
    result = read_layers(folder, manifest, partial_too=partial_too)
    return write_report(result, folder, words)
