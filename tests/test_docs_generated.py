"""Documentation made from the code: nothing is missing from it, and what it names is there."""

import ast
import doctest
import importlib
import json
import pkgutil
import re
from collections import Counter
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

import viz.documents
from agents.columns import columns_of
from agents.families import Family
from agents.sellers import Seller
from jinguo import main
from model.indicators import DERIVED, INDICATORS
from model.parameters import DECLARED
from model.phases.calendar import Season
from model.streams import Luck
from model.ties import COLUMNS, Kind
from model.week import WEEK
from scenarios import load_scenario
from scenarios.catalogue import MEASURES, MECHANISMS
from scenarios.files import library_names
from viz.documents import FOLDER, entities, filled_pages, process
from viz.documents.checks import checks
from viz.documents.entities import kinds_of_few, state_of
from viz.documents.pages import filled_page
from viz.documents.process import all_streams
from viz.documents.stress import ITEMS, checklist
from viz.words import LANGUAGES, Words

ROOT = FOLDER.parent
PACKAGES = ("agents", "model", "scenarios", "experiments", "viz")


@cache
def shown_pages():
    """Every page as it is read; made where it is asked for, not wherever tests are listed."""
    return dict(filled_pages())


def compiled_rules():
    """The name of every compiled rule of the week and of mechanisms."""
    for folder in (ROOT / "model" / "phases", ROOT / "scenarios" / "mechanisms"):
        for path in folder.glob("*.py"):
            text = path.read_text(encoding="utf-8")
            yield from re.findall(r"^@(?:rule|kernel)\ndef (\w+)", text, re.MULTILINE)


def named_in(page):
    """Every name of code on a page."""
    return set(re.findall(r"`([^`\n]+)`", shown_pages()[page]))


# --- ODD+D ---------------------------------------------------------------------------------------

ODD = "reference/odd.md"
SOURCE = (FOLDER / ODD).read_text(encoding="utf-8")
# What the page must name, and the mark that stands for it there.
WANTED = {
    "column": ("odd.columns", [n for kind in (Seller, Family) for n in columns_of(kind)]),
    "number of a few agents": ("odd.few", [n for k in kinds_of_few() for n, _ in state_of(k)]),
    "circumstance of a week": ("odd.season", [field.name for field in fields(Season)]),
    "column of ties": ("odd.ties", [*COLUMNS, *(kind.name.lower() for kind in Kind)]),
    "parameter": ("odd.parameters", list(DECLARED)),
    "indicator": ("odd.indicators", [i.name for i in (*INDICATORS, *DERIVED)]),
    "rule": ("odd.submodels", list(compiled_rules())),
}


def missing(kind, page):
    """Which names of a kind a page lacks."""
    return set(WANTED[kind][1]) - set(re.findall(r"`([^`\n]+)`", page))


def phases_of(page):
    """The phases on a page, in the order of its table, each with what is said of it."""
    return re.findall(r"^\| \d+ \| \*\*(\w+)\*\* \| (.+?) \|", page, re.MULTILINE)


@pytest.mark.parametrize("kind", WANTED)
def test_nothing_is_missing_from_the_odd(kind):
    assert len(WANTED[kind][1]) >= 5
    assert missing(kind, shown_pages()[ODD]) == set()


@pytest.mark.parametrize("kind", WANTED)
def test_what_is_taken_out_of_the_odd_is_missed(kind):
    mark = f"{{{{ {WANTED[kind][0]} }}}}"
    assert mark in SOURCE
    assert missing(kind, filled_page(ODD, SOURCE.replace(mark, "")))


def test_a_state_variable_that_the_odd_does_not_show_is_missed(monkeypatch):
    shown = {kind: columns_of(kind) for kind in (Seller, Family)}
    left_out = next(name for name in shown[Seller] if shown_pages()[ODD].count(f"`{name}`") == 1)
    del shown[Seller][left_out]
    monkeypatch.setattr(entities, "columns_of", shown.get)
    assert missing("column", filled_page(ODD, SOURCE)) == {left_out}


def test_every_phase_is_in_the_odd_in_its_order(monkeypatch):
    told = phases_of(shown_pages()[ODD])
    assert [name for name, _ in told] == [phase.__name__ for phase in WEEK]
    assert all(len(said) > 30 for _, said in told)
    monkeypatch.setattr(process, "WEEK", WEEK[1:])
    less = phases_of(filled_page(ODD, SOURCE))
    assert [name for name, _ in less] != [phase.__name__ for phase in WEEK]


def test_numbers_of_the_few_are_those_an_agent_has():
    small = {"village.women": 60, "weeks": 90, "programme.start": 60, "programme.stop": 85}
    village = load_scenario("cooperative", small).village(seed=1)
    village.run(80)
    few = [*village.platforms, village.government, *village.workers, *village.bodies]
    assert {type(agent) for agent in few} == set(kinds_of_few())
    for agent in few:
        assert set(agent.state()) == {name for name, _ in state_of(type(agent))}
    village.close()


def test_every_stream_drawn_in_a_run_is_in_the_odd(monkeypatch, compiled):
    drawn = set()
    key = Luck.key
    monkeypatch.setattr(Luck, "key", lambda luck, name: drawn.add(name) or key(luck, name))
    small = {"village.women": 60, "weeks": 30, "programme.start": 10, "programme.stop": 25}
    load_scenario("full_package", small).village(seed=1).run()
    assert len(drawn) > 40
    unknown = {name for name in drawn if not any(s.covers(name) for s in all_streams())}
    assert unknown == set()


# --- The other pages -----------------------------------------------------------------------------


def test_catalogues_are_whole_in_every_language():
    for folder in ("reference/", "zh/reference/"):
        assert set(MEASURES) <= named_in(f"{folder}measures.md")
        assert set(library_names()) <= named_in(f"{folder}library.md")
        assert set(DECLARED) <= named_in(f"{folder}parameters.md")
        assert {i.name for i in INDICATORS} <= named_in(f"{folder}indicators.md")
    fields = {field for kind in MECHANISMS.values() for field in kind.model_fields}
    assert {*MECHANISMS, *fields} <= named_in("reference/mechanisms.md")


def test_every_field_of_a_mechanism_has_a_meaning():
    rows = re.findall(r"^\| `\w+` \| .*$", shown_pages()["reference/mechanisms.md"], re.MULTILINE)
    assert len(rows) > 100
    assert [row for row in rows if row.endswith("| – |")] == []


def test_the_parameter_book_counts_every_number_once():
    book = shown_pages()["reference/parameters.md"]
    assert len(re.findall(r'<a id="\w+"></a>', book)) == len(DECLARED)
    assert sum(map(int, re.findall(r"^### Seen: .*\((\d+)\)$", book, re.MULTILINE))) == len(
        DECLARED
    )


@pytest.mark.parametrize("page", ["limits.md", "zh/limits.md"])
def test_the_limits_say_what_was_not_read(page):
    evidence = [p for p in DECLARED.values() if not p.subject.startswith("rules")]
    unread = [p for p in evidence if p.seen.split("/")[0] not in {"paper", "seed"}]
    assert {str(len(unread)), str(len(evidence))} <= set(re.findall(r"\d+", shown_pages()[page]))
    for word in ("A1", "F14", "Windows", "assumed_small"):
        assert word in shown_pages()[page]


def test_pages_of_generated_catalogues_hold_no_english_heads_in_chinese():
    for page in ("zh/reference/measures.md", "zh/reference/parameters.md"):
        heads = re.findall(r"^(\|.*)\n\| ---", shown_pages()[page], re.MULTILINE)
        assert heads
        assert not [head for head in heads if re.search(r"[A-Za-z]{3}", head)], page


# --- Checks and names ----------------------------------------------------------------------------


def test_every_test_that_the_record_of_checks_names_is_there():
    known = {}
    missing = []
    for check in checks():
        assert check.tests, check.what
        for test in check.tests:
            file, name = test.split("::")
            path = ROOT / "tests" / file
            if file not in known:
                known[file] = set(
                    re.findall(r"^def (test_\w+)", path.read_text("utf-8"), re.MULTILINE)
                )
            if name not in known[file]:
                missing.append(test)
    assert missing == []
    elements = Counter(check.element for check in checks())
    assert [element[:2] for element in elements] == [f"{place} " for place in range(1, 9)]
    assert min(elements.values()) >= 2


def public_names():
    """Every module, class, function and method whose name says that others may use it."""
    for path in (p for package in PACKAGES for p in sorted((ROOT / package).rglob("*.py"))):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        yield path.relative_to(ROOT).as_posix(), tree
        for node in tree.body:
            if isinstance(node, ast.ClassDef | ast.FunctionDef) and not node.name.startswith("_"):
                yield f"{path.name}: {node.name}", node
                if isinstance(node, ast.ClassDef):
                    for part in node.body:
                        if isinstance(part, ast.FunctionDef) and not part.name.startswith("_"):
                            yield f"{path.name}: {node.name}.{part.name}", part


def test_every_public_name_has_a_docstring():
    names = list(public_names())
    assert len(names) > 1000
    assert [name for name, node in names if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("module", [m.name for m in pkgutil.iter_modules(viz.documents.__path__)])
def test_examples_of_the_generators_hold(module):
    if module != "__main__":
        found = doctest.testmod(importlib.import_module(f"viz.documents.{module}"))
        assert found.failed == 0


# --- STRESS-ABS ----------------------------------------------------------------------------------

MANIFEST = {
    "scenario": load_scenario("shock_price", {"village.women": 77}).plain(),
    "seed": 5,
    "replications": 12,
    "complete": 12,
    "failed": [],
    "versions": {"python": "3.11.7", "numpy": "2.4.6", "jinguo": None},
    "platform": "Somewhere",
    "cores": 2,
    "code": "c0de",
    "plan_key": "5ee5",
    "minutes": 0.4,
    "started": "2026-11-22T04:23:04",
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_checklist_is_filled_from_a_manifest(lang):
    filled = checklist(MANIFEST, Words(lang))
    assert re.findall(r"^### ([\d.]+) ", filled, re.MULTILINE) == list(ITEMS)
    for fact in (
        "77",
        "12",
        "python 3.11.7",
        "Somewhere",
        "c0de",
        "5ee5",
        "2026-11-22",
        "600,000" if lang == "en" else "60万元",
    ):
        assert fact in filled
    assert Words(lang).say("report.shock_price_shock") in filled
    assert "{" not in filled
    assert Words(lang).say("stress.unknown") not in filled


def test_the_checklist_of_several_scenarios_names_each():
    others = {n: load_scenario(n).plain() for n in ("libei", "training_only")}
    told = {k: v for k, v in MANIFEST.items() if k != "scenario"}
    filled = checklist({**told, "scenarios": others}, Words("en"))
    assert "libei, training_only" in filled


def test_the_checklist_of_a_sweep_names_what_was_varied():
    told = {k: v for k, v in MANIFEST.items() if k not in {"scenario", "minutes"}}
    arms = {"shock_price": {"plain": MANIFEST["scenario"], "folders": []}}
    plan = {"factors": [{"name": "tau_chronic", "kind": "parameter"}], "seed": 5}
    filled = checklist({**told, "arms": arms, "plan": plan}, Words("en"))
    assert "sweep: tau_chronic." in filled
    assert "77 women" in filled
    assert "not kept minutes" in filled


def test_a_folder_without_a_manifest_is_told(tmp_path, capsys):
    assert main(["checklist", str(tmp_path), "--lang", "en"]) == 2
    (tmp_path / "manifest.json").write_text(json.dumps({"a": 1}))
    assert main(["checklist", str(tmp_path), "--lang", "en"]) == 2
    (tmp_path / "manifest.json").write_text("not json")
    assert main(["checklist", str(tmp_path), "--lang", "zh"]) == 2
    assert "不是结果清单" in "".join(capsys.readouterr())


def test_generators_are_never_needed_by_the_simulation():
    for package in ("agents", "model", "scenarios", "experiments"):
        for path in (ROOT / package).rglob("*.py"):
            assert "viz.documents" not in path.read_text(encoding="utf-8"), Path(path).name
