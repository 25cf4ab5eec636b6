"""Reports: one file that opens anywhere, in both languages; and that of a layers job."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.store import whole_file
from experiments.structures import BASE
from viz.report.after import after_section
from viz.report.answer import answer_section
from viz.report.assumptions import assumptions_section
from viz.report.blocks import Section, figures
from viz.report.causes import causes_section
from viz.report.effects import effects_section, ledger_section
from viz.report.embedded import of_layers
from viz.report.names import Names
from viz.report.network import network_section
from viz.report.people import for_whom_section
from viz.report.programme import programme_section
from viz.report.retold import Retold, retell
from viz.report.run import manifest_of, run_section
from viz.report.seal import sealed
from viz.report.structures import signs_in
from viz.report.village import arms_section, story_section
from viz.report.worse import worse_section
from viz.words import LANGUAGES, Words

if TYPE_CHECKING:
    import pandas as pd

    from experiments.layer_effects import LayersResult

FOLDER = Path(__file__).parent
TEMPLATE, CSS, SWITCH = "template.html", "report.css", "switch.js"
NAME = "report.html"


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


@dataclass(frozen=True)
class Report:
    """A report before it is a file.

    Attributes:
        pages: one a language, as `page` makes them.
        embedded: what the file carries for programs; plain data.
    """

    pages: Sequence[dict[str, Any]]
    embedded: Mapping[str, Any] | None = None

    def text(self, words: Words) -> str:
        """The file, which opens in this language."""
        return render(self.pages, words, embedded=self.embedded)

    def page(self, words: Words) -> dict[str, Any]:
        """The page of one language."""
        return next(page for page in self.pages if page["lang"] == words.lang)


def layers_report(result: "LayersResult", folder: Path) -> Report:
    """The report of a layers job, as for `write_report`."""
    signs = signs_in(folder)
    manifest = manifest_of(folder if signs is None else folder / BASE)
    return _report(result, manifest, signs)


def keep(text: str, folder: Path) -> Path:
    """Put the text of a report into a folder."""
    path = folder / NAME
    with whole_file(path) as file:
        file.write(text.encode())
    return path


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
    bands = result.series_bands()
    village = retell(result)
    pages = [_page(result, bands, village, manifest, signs, Words(lang)) for lang in LANGUAGES]
    return Report(pages, of_layers(result, manifest))


def render(
    pages: Sequence[dict[str, Any]], words: Words, *, embedded: Mapping[str, Any] | None = None
) -> str:
    """The file of a report.

    Args:
        pages: one a language, as `page` makes them.
        words: the language it opens in.
        embedded: what the file carries for programs; plain data.
    """
    css, switch = (_read(name) for name in (CSS, SWITCH))
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    text = environment.get_template(TEMPLATE).render(
        pages=pages,
        opens_in=words.lang,
        title=next(page["title"] for page in pages if page["lang"] == words.lang),
        css=Markup(css),
        switch=Markup(switch),
        numbers=_numbers(pages[0]),
        embedded=Markup(_inert(json.dumps(embedded, ensure_ascii=False))) if embedded else "",
        css_hash=_hash(css),
        switch_hash=_hash(switch),
    )
    return sealed(text)


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


def page(
    words: Words,
    heading: str,
    product: str,
    sections: Sequence[Section],
    *,
    about: str = "",
    incomplete: str = "",
) -> dict[str, Any]:
    """Everything one language of a report shows.

    Args:
        words: the language.
        heading: what the report is on.
        product: the line above it.
        sections: what it says; the first stands before the contents.
        about: a line below the heading; that everything is invented where there is none.
        incomplete: what is missing, where something is.
    """
    return {
        "lang": words.lang,
        "tag": {"en": "en", "zh": "zh-Hans"}[words.lang],
        "language": words.say("report.language"),
        "title": words.say("report.title", {"scenario": heading}),
        "heading": heading,
        "product": product,
        "about": about,
        "warning": words.say("report.invented"),
        "contents": words.say("report.contents"),
        "skip": words.say("report.skip"),
        "numbers": words.say("report.figure_numbers"),
        "save": words.say("report.figure_save"),
        "incomplete": incomplete,
        "footer": words.say("report.footer"),
        "sections": sections,
        "first": sections[0].name if sections else "",
    }


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
        for_whom_section(result, village, names),
        worse_section(result, names),
        programme_section(result, names),
        after_section(result, names),
        network_section(result, village, names),
        story_section(result, names),
        assumptions_section(result, names, signs),
        run_section(result, manifest, names),
    )


def incomplete(complete: int, asked: int, words: Words) -> str:
    """What to say of a job that is not whole; nothing of one that is."""
    if complete == asked:
        return ""
    fields = {"complete": complete, "asked": asked}
    return words.say("report.incomplete", fields)


def _numbers(page: Mapping[str, Any]) -> dict[str, str]:
    """The numbers of each figure as CSV; they are the same in every language."""
    return {
        figure.name: Markup(_inert(figure.data.to_csv(index=False, float_format="%.10g")))
        for section in page["sections"]
        for figure in figures(section.blocks)
        if figure.data is not None
    }


def _inert(text: str) -> str:
    """Text that no reader of the page takes for markup; `switch.js` and JSON put it back."""
    return text.replace("<", "\\u003c")


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the page's own policy allows to run: this text, and nothing put in from outside."""
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
