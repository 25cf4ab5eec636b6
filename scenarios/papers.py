"""The five papers that the measures and scenarios come from."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from scenarios.form import Count, Form, Label, Line
from scenarios.validation import read_form
from scenarios.yaml_reader import read_yaml

FILE = Path(__file__).parent / "papers.yaml"


class Paper(Form):
    """One paper, as far as our copy of its text shows.

    Attributes:
        code: its number, under which the evidence names it.
        about: its title, or what it is about.
        author, year, journal: none where our copy does not show them.
    """

    code: Line
    name: Label
    about: Label
    author: Label | None = None
    year: Count | None = None
    journal: Label | None = None


@cache
def papers() -> Mapping[str, Paper]:
    """Every paper by the name that scenarios and measures use."""
    document = read_yaml(FILE)
    rows = dict(document.data or {})  # type: ignore[call-overload]
    return {name: read_form(Paper, row, document.where, (name,)) for name, row in rows.items()}
