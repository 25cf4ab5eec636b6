"""Who and what is in the village, and what is known of each: read from the code."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import fields

from agents import few
from agents.columns import RowAgent, columns_of
from agents.families import Family
from agents.few import Few
from agents.sellers import Seller
from model.phases.calendar import Season
from model.ties import COLUMNS, Kind, Ties
from viz.documents.markdown import bullets, code, first_sentence, joined, section, table, text
from viz.words import Words

TABLES: tuple[type[RowAgent], ...] = (Seller, Family)
ATTRIBUTE = re.compile(r"^ *(\w+): (.+?)(?=^ *\w+: |\Z)", re.MULTILINE | re.DOTALL)


def columns(words: Words) -> str:
    """Every column of sellers and families, in the groups of their files."""
    return joined(_table_of(kind, words) for kind in TABLES)


def _table_of(kind: type[RowAgent], words: Words) -> str:
    heads = [
        words.say(f"documents.head_{name}") for name in ("column", "unit", "meaning", "default")
    ]
    declared = columns_of(kind)
    parts = [
        joined(
            [
                f"**{text(group)}**" if group else "",
                table(
                    heads,
                    [
                        [
                            code(name),
                            text(declared[name].unit),
                            text(declared[name].meaning),
                            f"{declared[name].default:g}",
                        ]
                        for name in names
                    ],
                ),
            ]
        )
        for group, names in _groups(kind)
    ]
    title = f"{kind.__name__}"
    return section(3, title, text(first_sentence(kind.__doc__)), *parts)


def _groups(kind: type[RowAgent]) -> Iterator[tuple[str, list[str]]]:
    """Columns under the comment lines of their class."""
    declared = columns_of(kind)
    group, names = "", list[str]()
    for line in inspect.getsource(kind).splitlines():
        stripped = line.strip()
        if stripped.startswith("# "):
            if names:
                yield group, names
            group, names = stripped.removeprefix("# "), []
        elif (name := stripped.partition(" = Column(")[0]) in declared:
            names.append(name)
    if names:
        yield group, names


def few_agents(words: Words) -> str:
    """Cooperative, platform, worker, government: their numbers, and notes of the code."""
    heads = [words.say("documents.head_state"), words.say("documents.head_note")]
    return joined(
        section(
            3,
            kind.__name__,
            text(first_sentence(kind.__doc__)),
            table(heads, [[code(name), text(note)] for name, note in state_of(kind)]),
        )
        for kind in kinds_of_few()
    )


def kinds_of_few() -> list[type[Few]]:
    """The agents of which there are a few, in the order of their file."""
    found = [k for k in vars(few).values() if isinstance(k, type) and issubclass(k, Few)]
    return [kind for kind in found if kind is not Few]


def state_of(kind: type[Few]) -> Iterator[tuple[str, str]]:
    """The numbers that an agent keeps, and the comment beside each."""
    source = inspect.getsource(kind)
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == "__init__":
            for line in node.body:
                target = (
                    line.targets[0]
                    if isinstance(line, ast.Assign)
                    else getattr(line, "target", None)
                )
                if isinstance(target, ast.Attribute):
                    yield target.attr, lines[line.lineno - 1].partition("# ")[2]


def season(words: Words) -> str:
    """What a week brings to everybody."""
    meanings = _attributes(Season.__doc__)
    heads = [words.say(f"documents.head_{name}") for name in ("state", "meaning", "default")]
    rows = [
        [code(f.name), text(meanings.get(f.name, "")), f"{f.default:g}"] for f in fields(Season)
    ]
    return table(heads, rows)


def _attributes(doc: str | None) -> dict[str, str]:
    """What the `Attributes:` of a docstring say."""
    listed = (doc or "").partition("Attributes:")[2]
    return {name: " ".join(said.split()) for name, said in ATTRIBUTE.findall(listed)}


def ties(words: Words) -> str:
    """The graph: kinds of tie, and what is kept of each direction."""
    lines = [
        text(first_sentence(inspect.getdoc(inspect.getmodule(Ties)))),
        words.say("documents.tie_kinds", {"names": [code(kind.name.lower()) for kind in Kind]}),
        words.say("documents.tie_columns", {"names": [code(name) for name in COLUMNS]}),
    ]
    return bullets(lines)
