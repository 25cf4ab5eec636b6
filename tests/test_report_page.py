"""The report as people meet it: in a browser without a network, and on paper."""

import io
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from model.causes import CAUSES
from model.errors import JinguoError
from scenarios.files import library_names
from scenarios.load import load_scenario
from tests.report_browser import (
    A4,
    answer_ends,
    bare,
    first_page_is_the_answer,
    opened,
    saved,
    serious,
)
from tests.report_results import made_result
from viz.report import pdf
from viz.report.blocks import Section, Text
from viz.report.build import page as page_of
from viz.report.build import render
from viz.report.layers import answer
from viz.report.layers.report import write_report
from viz.report.names import Names
from viz.words import LANGUAGES, Words

MOST = 3
LONG_CAUSES = {
    of: max(causes, key=lambda cause: len(Words("en").say(f"layers.cause_{of}_{cause}")))
    for of, causes in CAUSES.items()
}
HARMFUL = {
    "micro": {"burnout": 0.05, "trust": -0.03, "income": -9.0},
    "meso": {"trust": -0.03, "burnout": 0.02},
    "macro": {"income": -10.0, "trust": -0.02},
}


@pytest.fixture(scope="module")
def result():
    return made_result()


@pytest.fixture(scope="module")
def file(result, tmp_path_factory):
    return write_report(result, tmp_path_factory.mktemp("report"), Words("en"))


@pytest.fixture(scope="module")
def visit():
    with opened() as visit:
        yield visit


def test_figures_are_saved_as_drawings_and_as_numbers(file, result, visit):
    page = visit(file, "zh")
    drawings, tables = saved(page, "svg"), saved(page, "csv")
    assert {name.removesuffix("-zh.svg") for name in drawings} >= {"effects", "ledger"}
    assert all(b"<svg" in drawing and b"</svg>" in drawing for drawing in drawings.values())
    assert all(table.startswith(b"\xef\xbb\xbf") for table in tables.values())
    told = pd.read_csv(io.BytesIO(tables["effects.csv"]))
    known = answer.of_everyone(result.effects, "end", "selling_at_start")
    assert told.estimate.tolist() == pytest.approx(known.estimate.tolist(), rel=1e-9)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_axe_finds_nothing_serious(file, visit, lang):
    assert serious(visit(file, lang)) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_printed_report_begins_with_the_answer_alone(file, visit, lang):
    first_page_is_the_answer(visit(file, lang))


def test_the_answer_of_the_scenarios_with_most_to_say_fits_one_page(
    tmp_path, visit, monkeypatch
):
    """Their titles and what they are about are all that differs on this page."""
    harmful = made_result(HARMFUL, replications=6)
    worse = harmful.worse.assign(cause_1=harmful.worse.outcome.map(LONG_CAUSES), amount_1=-0.0123)
    harmful = replace(harmful, worse=worse)
    drawn = {
        lang: answer.forest(harmful, "end", Names(harmful, Words(lang))) for lang in LANGUAGES
    }
    monkeypatch.setattr(answer, "forest", lambda _result, _when, names: drawn[names.words.lang])
    known = [one for one in map(load_scenario, library_names()) if one.programme is not None]
    assert len(known) > 2 * MOST
    for lang in LANGUAGES:
        for scenario in sorted(known, key=lambda one: -_said_of(one, Words(lang)))[:MOST]:
            made = tmp_path / f"{scenario.name}.html"
            made.write_text(_first_pages(replace(harmful, scenario=scenario)), encoding="utf-8")
            tab = visit(made, lang)
            assert answer_ends(tab) < A4["height"], (made.name, lang)
            first_page_is_the_answer(tab)
            tab.close()


def _said_of(scenario, words):
    about = words.label(scenario.about) if scenario.about else ""
    return len(words.label(scenario.title)) + len(about)


def _first_pages(result):
    pages = []
    for words in map(Words, LANGUAGES):
        names = Names(result, words)
        sections = (answer.answer_section(result, names), Section("x", "Next", [Text("x")]))
        about = result.scenario.about
        pages.append(page_of(
            words, words.label(result.scenario.title), words.say("report.product"), sections,
            about=words.label(about) if about else "",
            incomplete=words.say("report.incomplete", {"complete": 6, "asked": 30}),
        ))
    return render(pages, Words("en"))


# --- As PDF ------------------------------------------------------------------------------------


def test_a_report_is_printed_in_the_language_asked_for(file):
    if pdf.find_browser() is None:
        pytest.skip("NO BROWSER: chromium is not installed")
    pypdf = pytest.importorskip("pypdf", reason="NO PYPDF: not installed")
    for lang in LANGUAGES:
        made = pdf.write_pdf(file, lang)
        said = pypdf.PdfReader(made).pages[0].extract_text()
        assert bare(Words(lang).say("report.answer_title")) in bare(said)
    assert [path.name for path in file.parent.iterdir() if path.is_dir()] == []


def test_without_a_browser_people_are_told_what_to_do(file, monkeypatch):
    monkeypatch.setattr(pdf.shutil, "which", lambda _: None)
    monkeypatch.setattr(pdf, "_usual_places", lambda: iter(()))
    with pytest.raises(JinguoError) as caught:
        pdf.write_pdf(file, "en")
    assert caught.value.key == "report.no_browser"
    for lang in LANGUAGES:
        assert str(file) in Words(lang).say(caught.value.key, caught.value.fields)


@pytest.mark.parametrize("problem", ["nothing", "slow"])
def test_a_browser_that_makes_no_pdf_is_named(tmp_path, monkeypatch, problem):
    file = tmp_path / "report.html"
    file.touch()

    def run(command, **_):
        if problem == "slow":
            raise subprocess.TimeoutExpired(command, 1)
        return subprocess.CompletedProcess(command, 1, b"", b"no display")

    monkeypatch.setattr(pdf, "find_browser", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(pdf.subprocess, "run", run)
    with pytest.raises(JinguoError) as caught:
        pdf.write_pdf(file, "en")
    assert caught.value.key == "report.pdf_failed"
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


@pytest.mark.parametrize(
    ("system", "place"),
    [("win32", "Microsoft/Edge/Application/msedge.exe"),
     ("darwin", "Google Chrome.app/Contents/MacOS/Google Chrome")],
)
def test_usual_places_of_other_systems_are_searched(monkeypatch, tmp_path, system, place):
    monkeypatch.setattr(pdf.sys, "platform", system)
    monkeypatch.setattr(pdf.shutil, "which", lambda _: None)
    monkeypatch.setenv("PROGRAMFILES", str(tmp_path))
    monkeypatch.setattr(pdf.Path, "home", lambda: tmp_path)
    program = (tmp_path if system == "win32" else tmp_path / "Applications") / place
    program.parent.mkdir(parents=True)
    program.touch()
    assert pdf.find_browser() == str(program)
