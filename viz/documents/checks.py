"""The record of checks: what was tested, by which test, in the order of TRACE."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from scenarios.yaml_reader import read_yaml
from viz.documents.markdown import code, joined, link, section, table, text
from viz.words import Words

ROOT = Path(__file__).parent.parent.parent
FILE = ROOT / "docs" / "checks.yaml"
TESTS_PAGE = "reference/tests.md"


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
                    [text(c.what), "<br>".join(map(_linked, c.tests))]
                    for c in found
                    if c.element == element
                ],
            ),
        )
        for element in dict.fromkeys(c.element for c in found)
    )


def tests(_words: Words) -> str:
    """The code of every test that the record names, file by file."""
    named = sorted({test for check in checks() for test in check.tests})
    files = dict.fromkeys(test.partition("::")[0] for test in named)
    return joined(section(2, code(file), _said_of(file), *_codes(file, named)) for file in files)


def _codes(file: str, named: list[str]) -> Iterator[str]:
    for test in named:
        if test.startswith(f"{file}::"):
            name = test.partition("::")[2]
            title = f'<a id="{_anchor(test)}"></a>{name}'
            yield f"### {title}\n\n```python\n{_code_of(file, name)}\n```"


def _code_of(file: str, name: str) -> str:
    """The lines of a test with what stands above it; nothing where there is no such test."""
    source, tree = _parsed(file)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            first = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
            return "\n".join(source.splitlines()[first - 1 : node.end_lineno])
    return ""


def _said_of(file: str) -> str:
    return text((ast.get_docstring(_parsed(file)[1]) or "").partition("\n")[0])


@lru_cache
def _parsed(file: str) -> tuple[str, ast.Module]:
    source = (ROOT / "tests" / file).read_text(encoding="utf-8")
    return source, ast.parse(source)


def _linked(test: str) -> str:
    name = test.partition("::test_")[2]
    return link(name.replace("_", " "), TESTS_PAGE, _anchor(test))


def _anchor(test: str) -> str:
    return test.replace(".py::", "-")
