"""The shape of the project: imports, lengths, names, translations, the wheel."""

import ast
import re
import subprocess
import zipfile
from pathlib import Path

import pytest

from agents.columns import Column, columns_of
from agents.families import Family
from agents.sellers import Seller

ROOT = Path(__file__).parent.parent
PACKAGES = ("agents", "model", "scenarios", "experiments", "viz")
TEXTS = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".txt",
    ".cff",
    ".css",
    ".js",
    ".html",
    ".csv",
    "",
}


def tracked():
    """Every file of the project, tracked by git or about to be."""
    told = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [ROOT / name for name in told.stdout.splitlines() if (ROOT / name).is_file()]


def python_files(*folders):
    return [p for p in tracked() if p.suffix == ".py" and p.relative_to(ROOT).parts[0] in folders]


CODE = python_files(*PACKAGES, "jinguo.py")


def test_each_layer_imports_only_from_the_layers_below(monkeypatch):
    from importlinter import cli

    monkeypatch.chdir(ROOT)
    assert (
        cli.lint_imports(config_filename="pyproject.toml", no_cache=True)
        == cli.EXIT_STATUS_SUCCESS
    )


def test_no_file_is_longer_than_400_lines():
    files = python_files(*PACKAGES, "jinguo.py", "tests", "benchmarks", "words")
    long = {
        p.name: n for p in files if (n := len(p.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert long == {}


def test_no_function_is_longer_than_50_lines():
    long = []
    for path in CODE:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = body[-1].end_lineno - body[0].lineno + 1 if body else 0
                if lines > 50:
                    long.append(f"{path.name}:{node.lineno} {node.name} {lines}")
    assert long == []


def test_there_is_no_file_of_leftovers():
    assert [p for p in tracked() if p.stem in {"utils", "helpers", "misc", "common"}] == []


@pytest.mark.parametrize("kind", [Seller, Family])
def test_every_column_has_a_unit_and_a_meaning(kind):
    columns = columns_of(kind)
    assert len(columns) > 10
    for name, column in columns.items():
        assert isinstance(column, Column)
        assert column.unit.strip(), name
        assert len(column.meaning) > 3, name
        assert not column.meaning.endswith("."), name




def test_every_column_is_read_or_written_by_the_model():
    text = "\n".join(p.read_text(encoding="utf-8") for p in python_files("model", "scenarios"))
    unused = [
        f"{kind.__name__}.{name}"
        for kind in (Seller, Family)
        for name in columns_of(kind)
        if not re.search(rf"\b{name}\b", text)
    ]
    assert not unused


def test_no_file_names_a_machine_or_a_registry():
    home = "/" + "home/"
    forbidden = [
        home,
        "/" + "root/",
        "/" + "tmp/",
        "/" + "work/",
        "/" + "Users/",
        "pypi" + ".org",
        "pythonhosted" + ".org",
        "index" + "-url",
    ]
    found = []
    for path in tracked():
        if path.suffix in TEXTS and path.name != "uv.lock":
            text = path.read_text(encoding="utf-8", errors="ignore")
            found += [f"{path.relative_to(ROOT)}: {word}" for word in forbidden if word in text]
    assert found == []


def test_pins_stand_without_addresses():
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert len(pins) > 10
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+]+( *;.*)?", line) for line in pins)


def test_the_wheel_holds_the_packages_the_words_and_the_data(tmp_path):
    from hatchling.builders.wheel import WheelBuilder

    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path), versions=["standard"])
    names = zipfile.ZipFile(wheel).namelist()
    top = {name.split("/")[0] for name in names if ".dist-info/" not in name}
    assert top == {*PACKAGES, "words", "jinguo.py"}
    for needed in (
        "model/evidence/burnout.yaml",
        "scenarios/library/libei.yaml",
        "words/errors.yaml",
        "scenarios/measures/libei.yaml",
    ):
        assert needed in names
    assert [name for name in names if name.startswith("tests") or "/__pycache__/" in name] == []
