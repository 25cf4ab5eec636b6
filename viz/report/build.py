"""Reports: one file that opens anywhere, in both languages; and that of a layers job."""

import base64
import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.store import whole_file
from viz.report.answer import answer_section
from viz.report.assumptions import assumptions_section
from viz.report.blocks import Section
from viz.report.effects import effects_section, ledger_section
from viz.report.names import Names
from viz.report.programme import programme_section
from viz.report.run import manifest_of, run_section
from viz.report.village import arms_section, story_section
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
        result: of `experiments.layers`.
        folder: where; the manifest is read from it when there is one.
        words: the language the report opens in. Both are inside.

    Returns:
        The file.
    """
    return keep(render_report(result, manifest_of(folder), words), folder)


def keep(text: str, folder: Path) -> Path:
    """Put the text of a report into a folder."""
    path = folder / NAME
    with whole_file(path) as file:
        file.write(text.encode())
    return path


def render_report(result: "LayersResult", manifest: dict[str, Any], words: Words) -> str:
    """The report as text.

    Args:
        result: of `experiments.layers`.
        manifest: how the job was run.
        words: the language it opens in.
    """
    bands = result.series_bands()
    pages = [_page(result, bands, manifest, Words(language)) for language in LANGUAGES]
    return render(pages, words)


def render(pages: Sequence[dict[str, Any]], words: Words) -> str:
    """The file of a report.

    Args:
        pages: one a language, as `page` makes them.
        words: the language it opens in.
    """
    css, switch = (_read(name) for name in (CSS, SWITCH))
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        pages=pages,
        opens_in=words.lang,
        title=next(page["title"] for page in pages if page["lang"] == words.lang),
        css=Markup(css),
        switch=Markup(switch),
        css_hash=_hash(css),
        switch_hash=_hash(switch),
    )


def _page(
    result: "LayersResult", bands: "pd.DataFrame", manifest: dict[str, Any], words: Words
) -> dict[str, Any]:
    """Everything one language shows."""
    about = result.scenario.about
    return page(
        words,
        words.label(result.scenario.title),
        words.say("report.product"),
        _sections(result, bands, manifest, Names(result, words)),
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
        "incomplete": incomplete,
        "footer": words.say("report.footer"),
        "sections": sections,
        "first": sections[0].name if sections else "",
    }


def _sections(
    result: "LayersResult", bands: "pd.DataFrame", manifest: dict[str, Any], names: Names
) -> Sequence[Section]:
    return (
        answer_section(result, names),
        effects_section(result, names),
        ledger_section(result, names),
        arms_section(result, bands, names),
        story_section(result, names),
        programme_section(result, names),
        assumptions_section(result, names),
        run_section(result, manifest, names),
    )


def incomplete(complete: int, asked: int, words: Words) -> str:
    """What to say of a job that is not whole; nothing of one that is."""
    if complete == asked:
        return ""
    fields = {"complete": complete, "asked": asked}
    return words.say("report.incomplete", fields)


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """What the page's own policy allows to run: this text, and nothing put in from outside."""
    digest = hashlib.sha256(text.encode()).digest()
    return "sha256-" + base64.b64encode(digest).decode("ascii")
