"""The first sheet: what was asked, the answer, how sure, and how it was run."""

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from viz.export.workbook import Sheet
from viz.report.blocks import Facts, Items, Section, Text
from viz.words import Words

RUN = "run"
WIDE = 110


def summary_sheet(page: Mapping[str, Any], words: Words) -> Sheet:
    """The texts of the first section of a report and the facts of its run.

    Args:
        page: one language of a report.
        words: that language.
    """
    first, *others = page["sections"]
    rows = [(page["product"], page["heading"]), *_told(first)]
    mind = words.say("export.mind")
    rows += [(mind, page[name]) for name in ("incomplete", "warning") if page[name]]
    for section in others:
        if section.name == RUN:
            rows += _facts(section)
    heads = [words.say(f"export.head_{name}") for name in ("item", "text")]
    frame = pd.DataFrame(rows, columns=heads)
    tab, title = (words.say(f"export.{name}_summary") for name in ("tab", "title"))
    return Sheet(tab, title, frame, widest=WIDE)


def _told(section: Section) -> Iterator[tuple[str, str]]:
    """Texts, each beside the label or title it stands under."""
    label = section.title
    for block in section.blocks:
        match block:
            case Text(text=text, look="label"):
                label = text
            case Text(text=text):
                yield label, text
            case Items(items=items):
                yield from ((label, item) for item in items)
    yield from _facts(section)


def _facts(section: Section) -> Iterator[tuple[str, str]]:
    for block in section.blocks:
        if isinstance(block, Facts):
            yield from block.facts
