"""The notebooks: every cell runs, in order, and each says in Chinese what it does."""

import ast
import json
import re
import time
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "notebooks"
NAMES = ("analyst", "researcher", "trainer")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SLOWEST = 20.0  # seconds of processor time, of one notebook


def cells_of(name, kind):
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == kind]


def run_cell(code, names):
    """Run a cell and give what stands in its last line, as a notebook shows it."""
    tree = ast.parse(code)
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    return eval(compile(ast.Expression(last.value), "cell", "eval"), names) if last else None


@pytest.mark.parametrize("name", NAMES)
def test_every_cell_runs(name, compiled, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    begun, names = time.process_time(), {"__name__": "notebook"}
    shown = [run_cell(code, names) for code in cells_of(name, "code")]
    assert len(shown) >= 6
    assert sum(one is not None for one in shown) >= 4
    assert time.process_time() - begun < SLOWEST
    assert bool(list(tmp_path.rglob("report.html"))) == (name != "trainer")


def test_there_is_one_notebook_for_each_group_of_users():
    assert {path.stem for path in FOLDER.glob("*.ipynb")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_text_has_its_line_in_chinese(name):
    texts = cells_of(name, "markdown")
    assert texts[0].startswith("# ")
    assert all(CHINESE.search(text) for text in texts)


@pytest.mark.parametrize("name", NAMES)
def test_notebooks_are_kept_without_results(name):
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in cells)
