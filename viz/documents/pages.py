"""The pages of the documentation: which there are, in which language, with their blocks filled."""

import posixpath
import re
from collections.abc import Iterator
from pathlib import Path

from viz.documents.blocks import fill
from viz.words import Language, Words

FOLDER = Path(__file__).parent.parent.parent / "docs"
CHINESE = "zh/"
# A line of Chinese that goes on in the next one; a browser would show a space between the two.
BROKEN = re.compile(r"(?<=[\u3000-\u9fff\uff00-\uffef])\n(?=[*“《（]?[\u4e00-\u9fff])")
# A link from the folder of the documentation, as blocks write it.
ROOTED = re.compile(r"(?<=\]\()/([^)#\s]+\.md)")
# What only tests read: which blocks run, and with which options.
MARKER = re.compile(r"^<!-- (?:runs|file)\b.*-->\n", re.MULTILINE)


def language_of(page: str) -> Language:
    """The language of a page by its place.

    >>> language_of("zh/limits.md"), language_of("limits.md")
    ('zh', 'en')
    """
    return "zh" if page.startswith(CHINESE) else "en"


def twin_of(page: str) -> str:
    """The same page in the other language, whether it is there or not.

    >>> twin_of("zh/start/analyst.md"), twin_of("limits.md")
    ('start/analyst.md', 'zh/limits.md')
    """
    return page.removeprefix(CHINESE) if page.startswith(CHINESE) else CHINESE + page


def pages(folder: Path = FOLDER) -> list[str]:
    """Every page, by its path from the folder of the documentation."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.md"))


def filled_pages(folder: Path = FOLDER) -> Iterator[tuple[str, str]]:
    """Every page with its blocks filled."""
    for page in pages(folder):
        yield page, filled_page(page, (folder / page).read_text(encoding="utf-8"))


def filled_page(page: str, source: str) -> str:
    """One page as people read it: blocks filled, marks for tests gone, Chinese without gaps.

    Args:
        page: its path from the folder of the documentation.
        source: what is written there.
    """
    filled = fill(MARKER.sub("", source), Words(language_of(page)))
    linked = ROOTED.sub(lambda found: relative(found[1], page), filled)
    return BROKEN.sub("", linked)


def relative(target: str, page: str) -> str:
    """The path from one page to another.

    >>> relative("reference/odd.md", "zh/start/analyst.md")
    '../../reference/odd.md'
    """
    return posixpath.relpath(target, posixpath.dirname(page) or ".")
