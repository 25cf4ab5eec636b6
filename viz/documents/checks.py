"""The record of checks: what was tested, by which test, in the order of TRACE."""

from dataclasses import dataclass
from pathlib import Path

from scenarios.yaml_reader import read_yaml
from viz.documents.markdown import code, joined, section, table, text
from viz.words import Words

FILE = Path(__file__).parent.parent.parent / "docs" / "checks.yaml"


@dataclass(frozen=True)
class Check:
    """One row of the record.

    Attributes:
        element: the element of TRACE.
        what: what was checked.
        tests: `file.py::name`, each a test of this project.
    """

    element: str
    what: str
    tests: tuple[str, ...]


def checks() -> list[Check]:
    """Every row, in the order of the file."""
    elements: dict[str, list[dict[str, object]]] = read_yaml(FILE).data  # type: ignore[assignment]
    return [
        Check(element, str(row["what"]), tuple(row["tests"]))  # type: ignore[arg-type]
        for element, rows in elements.items()
        for row in rows
    ]


def record(words: Words) -> str:
    """The whole record, element by element."""
    found = checks()
    heads = [words.say("documents.head_checked"), words.say("documents.head_tests")]
    return joined(
        section(
            2,
            element,
            table(
                heads,
                [
                    [text(c.what), "<br>".join(code(test) for test in c.tests)]
                    for c in found
                    if c.element == element
                ],
            ),
        )
        for element in dict.fromkeys(c.element for c in found)
    )
