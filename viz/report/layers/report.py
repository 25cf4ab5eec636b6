"""The report of a layers job."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.run import ENOUGH
from experiments.structures import BASE
from viz.report.blocks import Section
from viz.report.build import Report, incomplete, keep, page
from viz.report.embedded import of_layers
from viz.report.layers.after import after_section
from viz.report.layers.answer import answer_section
from viz.report.layers.assumptions import assumptions_section
from viz.report.layers.causes import causes_section
from viz.report.layers.effects import effects_section, ledger_section
from viz.report.layers.network import network_section
from viz.report.layers.people import for_whom_section
from viz.report.layers.programme import programme_section
from viz.report.layers.retold import Retold, retell
from viz.report.layers.structures import signs_in
from viz.report.layers.village import arms_section, story_section
from viz.report.layers.worse import worse_section
from viz.report.names import Names
from viz.report.run import manifest_of, run_section
from viz.words import LANGUAGES, Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments.layer_effects import LayersResult


def write_report(result: "LayersResult", folder: Path, words: Words) -> Path:
    """Write `report.html` into a folder of results.

    Args:
        result: of `experiments.layers`; of its base, where the folder holds rival structures.
        folder: where; the manifest is read from it when there is one.
        words: the language the report opens in. Both are inside.

    Returns:
        The file.
    """
    return keep(layers_report(result, folder).text(words), folder)


def layers_report(result: "LayersResult", folder: Path) -> Report:
    """The report of a layers job, as for `write_report`."""
    signs = signs_in(folder)
    manifest = manifest_of(folder if signs is None else folder / BASE)
    return _report(result, manifest, signs)


def render_report(
    result: "LayersResult",
    manifest: dict[str, Any],
    words: Words,
    signs: "pd.DataFrame | None" = None,
) -> str:
    """The report as text.

    Args:
        result: of `experiments.layers`.
        manifest: how the job was run.
        words: the language it opens in.
        signs: in which rival structures the signs hold, where that was run.
    """
    return _report(result, manifest, signs).text(words)


def _report(
    result: "LayersResult", manifest: dict[str, Any], signs: "pd.DataFrame | None"
) -> Report:
    bands = _asked(result.series_bands(), result.staff)
    village = retell(result)
    pages = [_page(result, bands, village, manifest, signs, Words(lang)) for lang in LANGUAGES]
    return Report(pages, of_layers(result, manifest))


def _asked(bands: "pd.DataFrame", staff: str) -> "pd.DataFrame":
    """The arms with the staff that was asked for, under the names of the tables."""
    if staff == "limited":
        return bands
    own = bands[(bands.arm == "none") | bands.arm.str.endswith(ENOUGH)]
    return own.assign(arm=own.arm.str.removesuffix(ENOUGH))


def _page(
    result: "LayersResult",
    bands: "pd.DataFrame",
    village: Retold | None,
    manifest: dict[str, Any],
    signs: "pd.DataFrame | None",
    words: Words,
) -> dict[str, Any]:
    """Everything one language shows."""
    about = result.scenario.about
    return page(
        words,
        words.label(result.scenario.title),
        words.say("report.product"),
        _sections(result, bands, village, manifest, signs, Names(result, words)),
        about=words.label(about) if about else "",
        incomplete=incomplete(result.complete, result.replications, words),
    )


def _sections(
    result: "LayersResult",
    bands: "pd.DataFrame",
    village: Retold | None,
    manifest: dict[str, Any],
    signs: "pd.DataFrame | None",
    names: Names,
) -> Sequence[Section]:
    return (
        answer_section(result, names, signs),
        effects_section(result, names),
        ledger_section(result, names),
        arms_section(result, bands, names),
        causes_section(result, names),
        for_whom_section(result, names),
        worse_section(result, names),
        programme_section(result, names),
        after_section(result, names),
        network_section(result, village, names),
        story_section(result, names),
        assumptions_section(result, names, signs),
        run_section(result, manifest, names),
    )
