"""Where the patterns come from: the papers and references, and how each was seen."""

import re
from collections.abc import Sequence
from functools import cache

from experiments.pattern_results import SOURCES
from model.parameters import DECLARED, EVIDENCE
from viz.report.blocks import Block, Cell, Rows, Table, Text
from viz.words import Words

REFERENCE = re.compile(r"^(\[\d+\]) (.+?)\s*$", re.MULTILINE)
PAPERS = {
    "000": "three_layers",
    "001": "guizhou",
    "002": "rongjiang",
    "003": "practice_models",
    "004": "libei",
}
SEEN = ("paper", "excerpt", "derived", "memory", "none", "seed")  # the best comes first
READ = ("paper", "seed")


def sources_blocks(ids: Sequence[str], words: Words) -> list[Block]:
    """How many sources were read, and each with what it is used for.

    Args:
        ids: of the patterns judged.
        words: the language.
    """
    used = {code: [name for name in ids if code in SOURCES[name]] for code in _codes(ids)}
    read = sum(seen(code) in READ for code in used)
    counts = {"sources": len(used), "read": read}
    rows = [
        (code, [
            Cell(_reference(code, words), number=False),
            Cell(words.say(f"report.seen_{seen(code)}"), number=False),
            Cell(words.listed(names), number=False),
        ])
        for code, names in used.items()
    ]
    heads = [
        words.say(f"pattern_report.column_{name}") for name in ("code", "reference", "seen", "for")
    ]
    caption = words.say("pattern_report.sources_caption")
    return [
        Text(words.say("pattern_report.rests_sources", counts)),
        Table(caption, heads, [Rows(rows)]),
    ]


def _codes(ids: Sequence[str]) -> list[str]:
    """Every source once, the papers first, then references by number."""
    codes = {code for name in ids for code in SOURCES[name]}
    return sorted(codes, key=lambda code: (code.startswith("["), int(code.strip("[]"))))


def seen(code: str) -> str:
    """How a source was seen at best, as the numbers declared from it say.

    A number that was seen in one of the five papers says nothing of a reference beside it.
    """
    if code in PAPERS:
        return "seed"
    words = [each.seen.split("/")[0] for each in DECLARED.values() if code in each.source]
    best = min(words, key=SEEN.index, default="none")
    return "none" if best == "seed" else best


def _reference(code: str, words: Words) -> str:
    if code in PAPERS:
        return words.say(f"report.paper_{PAPERS[code]}")
    return references()[code]


@cache
def references() -> dict[str, str]:
    """The list of references by number."""
    return dict(REFERENCE.findall((EVIDENCE / "REFERENCES.md").read_text(encoding="utf-8")))
