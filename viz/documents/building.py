"""What the site builder asks of us: pages filled, each in its language, with a link to its twin.

Named in `mkdocs.yml` as a hook; the names of the functions are those of mkdocs' events.
"""

import posixpath
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from viz.documents.pages import filled_page, language_of, pages, relative, twin_of


def on_config(config: Any) -> Any:
    """Replace entries of the navigation with a star by the pages that nobody names."""
    everything = pages(Path(config["docs_dir"]))
    rest = [page for page in everything if page not in set(_named(config["nav"]))]
    config["nav"] = _expanded(config["nav"], rest)
    return config


def on_page_markdown(markdown: str, *, page: Any, config: Any, files: Any) -> str:
    """Fill the blocks; the first line links to the same page in the other language."""
    source = page.file.src_uri
    filled = filled_page(source, markdown)
    twin = twin_of(source)
    if files.get_file_from_path(twin) is None:
        return filled
    languages = {told["lang"]: told["name"] for told in config["extra"]["alternate"]}
    return f"[{languages[language_of(twin)]}]({relative(twin, source)})\n\n{filled}"


def on_page_context(context: Any, *, page: Any, config: Any, **_more: Any) -> Any:
    """Let the frame of a page speak its language."""
    config["theme"]["language"] = language_of(page.file.src_uri)
    return context


def _named(nav: Any) -> Iterator[str]:
    """Every page that a navigation names, at any depth."""
    if isinstance(nav, str):
        yield nav
    else:
        for part in nav.values() if isinstance(nav, dict) else nav:
            yield from _named(part)


def _expanded(nav: Any, rest: list[str]) -> Any:
    if isinstance(nav, dict):
        return {title: _expanded(part, rest) for title, part in nav.items()}
    if not isinstance(nav, list):
        return nav
    expanded: list[Any] = []
    for part in nav:
        if isinstance(part, str) and "*" in part:
            folder = posixpath.dirname(part)
            matching = [p for p in rest if fnmatch(p, part) and posixpath.dirname(p) == folder]
            expanded += matching
        else:
            expanded.append(_expanded(part, rest))
    return expanded
