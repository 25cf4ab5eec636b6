"""The workbooks of a sweep and of its sensitivity."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.store_read import load_results
from experiments.store_sweep import read_manifest
from model.parameters import DECLARED
from viz.export.columns import sheet
from viz.export.filing import Filing
from viz.export.labels import yes_or_no
from viz.export.scenario import seen_of
from viz.export.workbook import Sheet, format_of
from viz.indicator_words import name_of, named_with_unit
from viz.parameter_words import choice_name, factor_name, source_told, unit_told
from viz.report.sensitivity import FOLDER, sensitivity_report
from viz.report.sweep.called import called
from viz.report.sweep.last import means_of_runs, whole_runs
from viz.report.sweep.means import shown_of
from viz.report.sweep.report import sweep_report
from viz.words import Words

if TYPE_CHECKING:
    from experiments.sensitivity_indices import Sensitivity
    from experiments.store_read import Results

SERIES = ("scenario", "week", "outcome", "estimate", "low", "high", "replications")
FACTORS = ("path", "label", "range_low", "range_high", "default", "unit", "grade", "seen",
           "source")
SOBOL = ("first", "first_low", "first_high", "total", "total_low", "total_high")
MORRIS = ("effect", "effect_low", "effect_high", "direction", "spread")


def file_sweep(folder: Path, *, partial_too: bool) -> Filing:
    """What a sweep leaves in its store; see `write_sweep_report`."""
    report = sweep_report(folder, partial_too=partial_too)
    return Filing(folder, report, lambda words: sweep_sheets(folder, words))


def file_sensitivity(store: Path, found: "Sequence[Sensitivity]") -> Filing:
    """What a sensitivity analysis leaves in a folder of its store; see `write_sensitivity`."""
    report = sensitivity_report(store, found)
    manifest = read_manifest(store)

    def sheets(words: Words) -> Iterator[Sheet]:
        titles = called(manifest, words)
        told = [replace(one, scenario=titles[one.scenario]) for one in found]
        return sensitivity_sheets(told, manifest["plan"]["factors"], words)

    return Filing(store / FOLDER, report, sheets)


def sweep_sheets(folder: Path, words: Words) -> Iterator[Sheet]:
    """What a sweep found, as tables of raw numbers.

    Args:
        folder: the store.
        words: the language.
    """
    with load_results(folder) as results:
        yield _means(results, words)
        yield _series(results, words)
        yield factors_sheet(results.manifest["plan"]["factors"], words)


def sensitivity_sheets(
    found: "Sequence[Sensitivity]", factors: Sequence[Mapping[str, Any]], words: Words
) -> Iterator[Sheet]:
    """What moves each outcome, as tables of raw numbers.

    Args:
        found: one an outcome and scenario.
        factors: of the plan in the manifest.
        words: the language.
    """
    frame = pd.concat([
        one.table.assign(scenario=one.scenario, outcome=one.indicator, settled=one.settled)
        for one in found
    ])
    labels = {
        "outcome": lambda name: name_of(name, words),
        "label": lambda name: _meaning(name, words),
        "settled": lambda value: yes_or_no(value, words),
    }
    columns = ("scenario", "outcome", "factor", "label", "grade", *SOBOL, *MORRIS, "settled")
    formats = dict.fromkeys((*SOBOL, *MORRIS), "share")
    told = frame.assign(label=frame.factor)
    yield sheet("indices", told, columns, words, labels, formats=formats)
    yield factors_sheet(factors, words)


def factors_sheet(factors: Sequence[Mapping[str, Any]], words: Words) -> Sheet:
    """The inputs that were varied, how far, and what their numbers rest on."""
    rows = []
    for factor in factors:
        declared = DECLARED.get(factor["name"])
        rows.append({
            "path": factor["name"],
            "label": _meaning(factor["name"], words),
            "range_low": factor["low"],
            "range_high": factor["high"],
            "default": declared.default if declared else None,
            "unit": unit_told(declared, words) if declared else "",
            "grade": factor.get("grade") or "",
            "seen": seen_of(declared.seen, words) if declared else "",
            "source": source_told(declared, words) if declared else "",
        })
    frame = pd.DataFrame(rows, columns=list(FACTORS))
    title = words.say("export.title_factors")
    return sheet("parameters", frame, FACTORS, words, {}, title=title)


def _means(results: "Results", words: Words) -> Sheet:
    """One row a scenario and draw: what the draw sets, and the outcomes of the last weeks."""
    means: dict[str, pd.Series[Any]] = {}
    formats, titles = {}, called(results.manifest, words)
    for indicator in shown_of(results):
        runs = whole_runs(means_of_runs(results, indicator), results.plan)
        head = named_with_unit(indicator.name, words)
        runs = runs.assign(scenario=runs.scenario.astype(str).map(titles))
        means[head] = runs.groupby(["scenario", "draw"], sort=False).value.mean()
        formats[head] = format_of(indicator.unit)
    heads = {name: words.say(f"export.head_{name}") for name in ("scenario", "draw")}
    draws = results.draws.set_index("draw")
    for factor in draws.columns:
        draws[factor] = [choice_name(str(factor), v, words) or v for v in draws[factor]]
    frame = pd.DataFrame(means).join(draws, on="draw").reset_index().rename(columns=heads)
    order = [*heads.values(), *map(str, draws.columns), *means]
    return Sheet(
        words.say("export.tab_means"), words.say("export.title_means"), frame[order], formats
    )


def _series(results: "Results", words: Words) -> Sheet:
    """Means of the villages week by week."""
    titles = called(results.manifest, words)
    frames = [
        results.mean_series(one.name).assign(
            outcome=named_with_unit(one.name, words), unit=one.unit,
            scenario=lambda frame: frame.scenario.astype(str).map(titles),
        )
        for one in shown_of(results)
    ]
    frame = pd.concat(frames, ignore_index=True)
    kinds = [format_of(unit) for unit in frame.unit]
    formats = dict.fromkeys(("estimate", "low", "high"), kinds)
    return sheet("series", frame, SERIES, words, {}, formats=formats)


def _meaning(name: str, words: Words) -> str:
    label = factor_name(name, words)
    return "" if label == name else label
