"""What happens in a week, by which rules, and which luck it draws: read from the code."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from model.week import WEEK
from viz.documents.markdown import bullets, code, first_sentence, joined, section, table, text
from viz.words import Words

ROOT = Path(__file__).parent.parent.parent
PHASES = ROOT / "model" / "phases"
DRAWS = ("uniform", "normal", "lasting")
BIRTH = {"_luck": "graph"}  # the function that makes the luck of the graph
COMPILED = {"rule", "kernel"}


class Stream(NamedTuple):
    """A named source of luck.

    Attributes:
        name: as in the code; what changes from draw to draw stands in `<>`.
        draw: how it is drawn.
        module: where, by its path.
    """

    name: str
    draw: str
    module: str

    def covers(self, drawn: str) -> bool:
        """Whether a name drawn in a run is this stream.

        >>> Stream("birth.<name>", "normal", "").covers("birth.support")
        True
        """
        pattern = re.sub(
            r"<\w+>", r"[\\w.]+", re.escape(self.name).replace(r"\<", "<").replace(r"\>", ">")
        )
        return re.fullmatch(pattern, drawn) is not None


def week(words: Words) -> str:
    """The phases in their order."""
    heads = [words.say(f"documents.head_{name}") for name in ("nth", "phase", "does", "file")]
    rows = [
        [
            str(place),
            f"**{phase.__name__}**",
            text(
                f"{first_sentence(_module_doc(_file_of(phase)))} {first_sentence(phase.__doc__)}"
            ),
            code(_relative(_file_of(phase))),
        ]
        for place, phase in enumerate(WEEK, 1)
    ]
    return table(heads, rows)


def submodels(words: Words) -> str:
    """The rules of every file of the week, each with its first sentence."""
    order = [_file_of(phase) for phase in WEEK]
    others = [p for p in sorted(PHASES.glob("*.py")) if p not in order and p.stem != "__init__"]
    mechanisms = sorted((ROOT / "scenarios" / "mechanisms").glob("[a-z]*.py"))
    return joined(_submodel(path, words) for path in (*order, *others, *mechanisms))


def _submodel(path: Path, words: Words) -> str:
    rules = [
        f"{code(node.name)} {text(first_sentence(ast.get_docstring(node)))}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef) and _compiled(node)
    ]
    said = text(first_sentence(_module_doc(path)))
    return section(4, code(_relative(path)), said, bullets(rules))


def _compiled(node: ast.FunctionDef) -> bool:
    return any(isinstance(d, ast.Name) and d.id in COMPILED for d in node.decorator_list)


def streams(words: Words) -> str:
    """Every named luck that the code draws."""
    heads = [words.say(f"documents.head_{name}") for name in ("stream", "drawn", "file")]
    rows = [
        [text(s.name), words.say(f"documents.draw_{s.draw}"), code(s.module)]
        for s in all_streams()
    ]
    return table(heads, rows)


@cache
def all_streams() -> tuple[Stream, ...]:
    """Every stream found in the code of model and mechanisms."""
    files = [p for folder in ("model", "scenarios") for p in sorted((ROOT / folder).rglob("*.py"))]
    found = {stream for path in files for stream in _streams_in(path)}
    return tuple(sorted(found))


def _streams_in(path: Path) -> Iterator[Stream]:
    for function in ast.walk(_tree(path)):
        if not isinstance(function, ast.FunctionDef):
            continue
        names = {
            node.targets[0].id: node.value
            for node in ast.walk(function)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
        }
        for node in ast.walk(function):
            if isinstance(node, ast.Call) and (draw := _draw(node)):
                place = 1 if draw == "graph" else 0
                argument = node.args[place]
                told = names.get(argument.id) if isinstance(argument, ast.Name) else argument
                if name := _name(told):
                    yield Stream(name, draw, _relative(path))


def _draw(call: ast.Call) -> str:
    """How a call draws luck; empty when it does not."""
    if isinstance(call.func, ast.Name):
        return BIRTH.get(call.func.id, "")
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in DRAWS and call.args):
        return ""
    holder = call.func.value
    last = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
    if last != "luck":
        return ""
    week = call.args[1]
    at_birth = isinstance(week, ast.Constant) and week.value == 0
    return f"{call.func.attr}_once" if at_birth else call.func.attr


def _name(node: ast.expr | None) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts = [
        str(part.value) if isinstance(part, ast.Constant) else f"<{_last(part)}>"
        for part in node.values
    ]
    return "".join(parts)


def _last(node: ast.AST) -> str:
    """The last name in an expression between braces."""
    names = [
        n.attr if isinstance(n, ast.Attribute) else n.id
        for n in ast.walk(node)
        if isinstance(n, ast.Attribute | ast.Name)
    ]
    return names[0] if names else "name"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _module_doc(path: Path) -> str | None:
    return ast.get_docstring(_tree(path))


def _file_of(phase: object) -> Path:
    return PHASES / f"{getattr(phase, '__name__', '')}.py"


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
