"""The report of a sensitivity analysis: which few inputs move the answer, and how sure that is."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.sensitivity_indices import RESAMPLES, indices_frame
from experiments.store import told_in_words, whole_file
from experiments.store_read import load_results
from experiments.sweeps import status
from viz.indicator_words import name_of
from viz.parameter_words import factor_name
from viz.report.blocks import Block, Section, Text
from viz.report.build import NAME, Report, keep, page
from viz.report.embedded import of_sweep
from viz.report.sweep.called import called, titles_of
from viz.report.sweep.moves import moves_blocks, moves_picture
from viz.report.sweep.report import failures_section, plan_section, run_section
from viz.words import LANGUAGES, Words

if TYPE_CHECKING:
    from experiments.sensitivity_indices import Sensitivity
    from experiments.store_read import Results
    from experiments.sweeps import SweepStatus

FOLDER, NUMBERS = "sensitivity", "indices.csv"
OUTCOMES, INPUTS = 3, 6  # on the first page
NAMED = 3  # inputs that share the first place


def write_sensitivity(store: Path, found: Sequence["Sensitivity"], words: Words) -> Path:
    """Write `sensitivity/report.html` and `sensitivity/indices.csv` into a store.

    Args:
        store: the sweep.
        found: of `experiments.sensitivity`.
        words: the language the report opens in. Both are inside.

    Returns:
        The report.
    """
    keep_indices(found, store)
    return keep(sensitivity_report(store, found).text(words), store / FOLDER)


def keep_indices(found: Sequence["Sensitivity"], store: Path) -> Path:
    """Write `sensitivity/indices.csv` into a store: every number of the report's tables."""
    folder = store / FOLDER
    with told_in_words(store):
        folder.mkdir(exist_ok=True)
    with whole_file(folder / NUMBERS) as file:
        file.write(indices_frame(found).to_csv(index=False, lineterminator="\n").encode())
    return folder / NUMBERS


def report_beside(store: Path) -> Path | None:
    """The report of the sensitivity of a store; none where none was made."""
    file = store / FOLDER / NAME
    return file if file.is_file() else None


def sensitivity_report(store: Path, found: Sequence["Sensitivity"]) -> Report:
    """The report before it is a file; as `write_sensitivity`."""
    planned = status(store)
    with load_results(store) as results:
        pages = [_page(planned, results, found, Words(lang)) for lang in LANGUAGES]
        return Report(pages, of_sweep(planned, results))


def _page(
    planned: "SweepStatus", results: "Results", found: Sequence["Sensitivity"], words: Words
) -> dict[str, Any]:
    sections = (
        _answer(planned, found, words),
        _indices(found, called(planned.manifest, words), words),
        plan_section(planned, words),
        *failures_section(results.runs, words),
        run_section(planned, words),
    )
    ended = sum(planned.counts.values())
    counts = {"ended": ended, "runs": planned.runs}
    missing = _say(words, "sure_partial", **counts) if ended < planned.runs else ""
    heading = _say(words, "heading", arms=titles_of(planned.manifest, words))
    return page(words, heading, _say(words, "product"), sections, incomplete=missing)


# --- The first page ----------------------------------------------------------------------------


def _answer(planned: "SweepStatus", found: Sequence["Sensitivity"], words: Words) -> Section:
    scenario, titles = found[0].scenario, called(planned.manifest, words)
    own = [one for one in found if one.scenario == scenario]
    asked = {
        "factors": len(found[0].table),
        "indicators": list(dict.fromkeys(name_of(one.indicator, words) for one in found)),
    }
    blocks: list[Block] = [
        Text(_say(words, f"asked_{found[0].method}", **asked), "note"),
        Text(words.sentences(_lead(own, found, titles, words)), "lead"),
        Text(words.say("report.sure_title"), "label"),
        Text(words.sentences(_how_sure(planned, found, words))),
        moves_picture(own[:OUTCOMES], titles, words, INPUTS, "sensitivity"),
    ]
    return Section("answer", words.say("report.answer_title"), blocks)


def _lead(
    own: Sequence["Sensitivity"],
    found: Sequence["Sensitivity"],
    titles: Mapping[str, str],
    words: Words,
) -> list[str]:
    told = words.joined(_moved_by(one, words) for one in own)
    still = sum(not one.settled for one in found)
    return [
        _say(words, "lead", scenario=titles[own[0].scenario], told=told),
        _say(words, "lead_not_settled" if still else "lead_settled", open=still, all=len(found)),
    ]


def _moved_by(one: "Sensitivity", words: Words) -> str:
    """The input that moves an outcome most, and those that cannot be told from it."""
    indicator = name_of(one.indicator, words)
    first = leaders(one)
    if not first:
        return _say(words, "moved_by_none", indicator=indicator)
    named = [_say(words, "quoted", name=factor_name(each, words)) for each in first[:NAMED]]
    key = "moved_by" if len(first) == 1 else "moved_by_level"
    key = "moved_by_more" if len(first) > NAMED else key
    more = len(first) - len(named)
    return _say(words, key, indicator=indicator, named=named, more=more)


def leaders(one: "Sensitivity") -> list[str]:
    """The strongest input, and those whose interval reaches up to its own."""
    column = "effect" if one.method == "morris" else "total"
    table = one.table[one.table[column] > 0]
    if table.empty:
        return []
    apart = table[f"{column}_high"] < table[f"{column}_low"].iloc[0]
    return [str(factor) for factor in table.factor[~apart]]


def _how_sure(
    planned: "SweepStatus", found: Sequence["Sensitivity"], words: Words
) -> list[str]:
    method = found[0].method
    counts = {
        "blocks": min(one.blocks for one in found), "resamples": RESAMPLES,
        "runs": planned.counts["ok"], "replications": min(one.replications for one in found),
    }
    told = [_say(words, f"sure_blocks_{method}", **counts), _say(words, "sure_settled")]
    noise = [one.noise for one in found if one.variance > 0]
    if noise and all(map(math.isfinite, noise)):
        told.append(_say(words, "sure_luck", noise=max(noise)))
    elif noise:
        told.append(_say(words, "sure_luck_unknown"))
    dropped = max(one.dropped for one in found)
    if dropped:
        told.append(_say(words, "sure_dropped", dropped=dropped))
    unused = max(one.unused for one in found)
    if unused:
        told.append(_say(words, "sure_unused", unused=unused))
    for one in found:
        if one.settled and one.guesses is not None and math.isfinite(one.guesses[0]):
            low, high = one.guesses
            shares = {"low": low, "high": high, "indicator": name_of(one.indicator, words)}
            level = f"{low:.0%}" == f"{high:.0%}"
            told.append(_say(words, "sure_guesses_level" if level else "sure_guesses", **shares))
    return told


# --- All indices -------------------------------------------------------------------------------


def _indices(
    found: Sequence["Sensitivity"], titles: Mapping[str, str], words: Words
) -> Section:
    scenarios = {one.scenario for one in found}
    more = len(scenarios) > 1 or len(found[0].table) > INPUTS or len(found) > OUTCOMES
    read = [_say(words, "indices_read"), _say(words, "indices_file", file=f"{FOLDER}/{NUMBERS}")]
    blocks = [Text(words.sentences(read)), *moves_blocks(found, titles, words, bars=more)]
    return Section("indices", _say(words, "indices_title"), blocks)


# --- Words -------------------------------------------------------------------------------------


def _say(words: Words, key: str, **fields: object) -> str:
    return words.say(f"sensitivity_report.{key}", fields)
