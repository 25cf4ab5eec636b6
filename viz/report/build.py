"""The file of a report: it opens anywhere, in both languages."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from experiments.store import whole_file
from viz.report.blocks import Section, figures
from viz.report.seal import sealed
from viz.words import Words

FOLDER = Path(__file__).parent
TEMPLATE, CSS, SWITCH = "template.html", "report.css", "switch.js"
NAME = "report.html"


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


def keep(text: str, folder: Path) -> Path:
    """Put the text of a report into a folder."""
    path = folder / NAME
    with whole_file(path) as file:
        file.write(text.encode())
    return path


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
