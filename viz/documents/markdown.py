"""Tables, lists and anchors in Markdown."""

import re
from collections.abc import Iterable, Sequence
from typing import Any

NOTHING = "–"
SPECIAL = re.compile(r"([\\`*\[\]|{}])")


def text(value: object) -> str:
    r"""A text as it stands, with nothing in it that Markdown would read as a sign.

    >>> print(text("a|b [3] <c>"))
    a\|b \[3\] &lt;c>
    """
    escaped = SPECIAL.sub(r"\\\1", str(value).replace("&", "&amp;").replace("<", "&lt;"))
    return " ".join(escaped.split())


def code(name: str) -> str:
    """A name of the code.

    >>> code("tau_chronic")
    '`tau_chronic`'
    """
    return f"`{name}`"


def anchored(name: str) -> str:
    """A name of the code that links can point to."""
    return f'<a id="{name}"></a>`{name}`'


def link(label: str, page: str, anchor: str = "") -> str:
    """A link to a page, named from the folder of the documentation, or to a place in it.

    >>> link("a", "reference/odd.md", "b")
    '[a](/reference/odd.md#b)'
    """
    return f"[{label}](/{page}{'#' if anchor else ''}{anchor})"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; cells are Markdown already, an empty one shows a dash.

    >>> print(table(["name", "unit"], [["a", "yuan"], ["b", ""]]))
    | name | unit |
    | --- | --- |
    | a | yuan |
    | b | – |
    """
    lines = [heads, ["---"] * len(heads), *([cell or NOTHING for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def bullets(items: Iterable[str]) -> str:
    """A list."""
    return "\n".join(f"- {item}" for item in items)


def section(level: int, title: str, *parts: str) -> str:
    """A heading and what stands under it; nothing when nothing does."""
    there = [part for part in parts if part]
    return "\n\n".join([f"{'#' * level} {title}", *there]) if there else ""


def joined(parts: Iterable[str]) -> str:
    """Parts of a page, one under the other."""
    return "\n\n".join(part for part in parts if part)


def number(value: float | None) -> str:
    """A number as people write it.

    >>> number(45000.0), number(0.25), number(None)
    ('45,000', '0.25', '–')
    """
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.4g}"


def first_sentence(doc: str | None) -> str:
    """The first paragraph of a docstring, on one line."""
    return " ".join((doc or "").strip().split("\n\n")[0].split())


def named(value: Any) -> str:
    """A value of a scenario or measure, as its file writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(float(value))
    return str(value)
