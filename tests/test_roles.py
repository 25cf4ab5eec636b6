"""Every declared number is read where its role says, and nowhere else.

A read is an attribute of the numbers of a run (`p.tau_chronic`, `village.p.…`, `setup.values.…`),
a name given to `rate("…")` or `target("…")`, `DECLARED["…"]`, or a field of a measure.
"""

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import yaml

from model.parameters import DECLARED, Values

ROOT = Path(__file__).parent.parent
CODE = ("agents", "model", "scenarios", "experiments")
MEASURES = ROOT / "scenarios" / "measures"
HOLDERS = {"p", "values"}  # what the numbers of a run are called: p, self.p, setup.values, …
BY_NAME = {"rate", "target"}


# --- Finding reads -----------------------------------------------------------------------------


def last_name(node: ast.expr) -> str:
    """The last part of a dotted name: `p` of `village.p`."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else ""


def named(node: ast.AST) -> ast.expr | None:
    """The expression that names a parameter by text, if this is such a read."""
    if isinstance(node, ast.Call) and last_name(node.func) in BY_NAME and node.args:
        return node.args[0]
    if isinstance(node, ast.Subscript) and last_name(node.value) == "DECLARED":
        return node.slice
    return None


def reads(source: str) -> Iterator[str]:
    """Names read in a piece of code, declared or not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Attribute) and last_name(node.value) in HOLDERS:
            yield node.attr
        text = named(node)
        if isinstance(text, ast.Constant) and isinstance(text.value, str):
            yield text.value


def texts(tree: object) -> Iterator[str]:
    """Every text in a YAML tree, keys apart."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for branch in tree.values():
            yield from texts(branch)
    elif isinstance(tree, list):
        for branch in tree:
            yield from texts(branch)


def code_files() -> list[Path]:
    return sorted(path for folder in CODE for path in (ROOT / folder).rglob("*.py"))


@cache
def readers() -> dict[str, set[str]]:
    """For every declared name, the files that read it."""
    found: dict[str, set[str]] = defaultdict(set)
    for path in code_files():
        for name in reads(path.read_text(encoding="utf-8")):
            found[name].add(path.relative_to(ROOT).as_posix())
    for path in sorted(MEASURES.rglob("*.yaml")):
        for text in texts(yaml.safe_load(path.read_text(encoding="utf-8"))):
            name = text.removeprefix("param:")
            found[name].add(path.relative_to(ROOT).as_posix())
    return {name: files for name, files in found.items() if name in DECLARED}


def lines(names: list[str]) -> str:
    told = []
    for name in names:
        files = " ".join(sorted(readers().get(name, ())))
        told.append(f"{name} ({DECLARED[name].subject}.yaml) {files}".rstrip())
    return "\n  ".join(told)


# --- The roles ---------------------------------------------------------------------------------


def test_the_search_finds_every_way_of_reading():
    source = """
def fatigue(p, village, setup, frame):
    a = p.tau_acute + village.p.tau_chronic + setup.values.d_half + village.setup.values.d_cbt
    b = rate("d_group") + self.rate("d_workload") + target("shop_churn")
    c = DECLARED["core_share"].low
    return a, b, c, frame.tau_acute_not_this, rate(a), "loan_size"
"""
    assert sorted(reads(source)) == [
        "core_share",
        "d_cbt",
        "d_group",
        "d_half",
        "d_workload",
        "shop_churn",
        "tau_acute",
        "tau_chronic",
    ]
    assert list(texts([{"loan_size": {"gain": "train_oneoff"}, "dose": 2}])) == ["train_oneoff"]


def test_targets_and_context_are_read_only_where_patterns_are_checked():
    wrong = sorted(
        name
        for name, files in readers().items()
        if DECLARED[name].role != "input"
        and any(not file.startswith("experiments/patterns") for file in files)
    )
    assert not wrong, f"{len(wrong)} targets or context rows are read elsewhere:\n  {lines(wrong)}"


def test_every_input_is_read_unless_it_is_planned():
    unread = [n for n, p in DECLARED.items() if p.readable and n not in readers()]
    assert not unread, f"{len(unread)} inputs are read nowhere:\n  {lines(unread)}"


def test_no_planned_input_is_read():
    early = [n for n, p in DECLARED.items() if p.planned and n in readers()]
    assert not early, f"{len(early)} planned inputs are read:\n  {lines(early)}"


def test_no_rule_reads_a_number_that_is_not_declared():
    own = {name for name in dir(Values) if not name.startswith("_")}
    unknown = sorted(
        f"{path.relative_to(ROOT).as_posix()}:{node.lineno} {ast.unparse(node)}"
        for path in code_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and ast.unparse(node.value).endswith((".p", "setup.values"))
        and node.attr not in DECLARED
        and node.attr not in own
    )
    assert not unknown, "read but not declared:\n  " + "\n  ".join(unknown)
