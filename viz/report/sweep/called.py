"""What the scenarios of a sweep are called: by their titles, not by the names of files."""

from collections.abc import Mapping
from typing import Any

from viz.words import Words


def called(manifest: Mapping[str, Any], words: Words) -> dict[str, str]:
    """The title of each scenario by its name; the names themselves where titles are alike."""
    titles = _titles(manifest, words)
    alike = len(set(titles.values())) < len(titles)
    return {name: name for name in titles} if alike else titles


def titles_of(manifest: Mapping[str, Any], words: Words) -> list[str]:
    """The titles of the scenarios; their names where there are none."""
    return list(dict.fromkeys(_titles(manifest, words).values()))


def _titles(manifest: Mapping[str, Any], words: Words) -> dict[str, str]:
    titles = {name: facts["plain"].get("title") for name, facts in manifest["arms"].items()}
    return {name: words.label(title) if title else name for name, title in titles.items()}
