"""`jinguo report` and the reports of comparisons and sweeps."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import jinguo
from experiments import compare, comparison, layers, reopen
from experiments.placebo import Certificate
from experiments.results import MANIFEST
from experiments.store_read import load_results
from experiments.sweeps import sweep
from model.errors import JinguoError
from scenarios import load_scenario
from scenarios.schema import MeasureUse
from tests.chinese_joints import spoilt_joints
from tests.report_browser import first_page_is_the_answer, opened, serious
from tests.stand_in_village import PaperScenario
from tests.sweep_stand_ins import paper_plan
from tests.test_report import LARGEST, _tables
from viz.answers.report import report_again
from viz.report import pictures
from viz.report.compare.answer import answer_section, forest
from viz.report.compare.changes import CompareNames
from viz.report.compare.report import render_comparison
from viz.report.sweep.answer import what_moves
from viz.report.sweep.last import NUMBERS, _luck_and_draws, span_of
from viz.report.sweep.means import shown_of
from viz.report.sweep.report import write_sweep_report
from viz.tables.compare import effects_table
from viz.words import LANGUAGES, Words

SMALL = {"village.women": 60, "weeks": 60, "measures": []}
PROGRAMME = {"start": 26, "stop": 46, "workers": 1, "money": 200_000}
INLINED = pictures.inlined
pytestmark = pytest.mark.usefixtures("blank_figures")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A sweep over the stand-in village in which one replication fails."""
    folder = tmp_path_factory.mktemp("sweep") / "store"
    sweep(paper_plan(fault="raise", faulty_replication=2), folder)
    return folder


@pytest.fixture
def with_figures():
    """Figures are drawn: most of the time of a report, and most tests do without."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("viz.report.pictures.inlined", INLINED)
        yield


@pytest.fixture(scope="module")
def written(compared, store, tmp_path_factory):
    """The reports of both folders, with figures, each with both languages in it."""
    words, kept = Words("en"), tmp_path_factory.mktemp("written")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("viz.report.pictures.inlined", INLINED)
        made = [report_again(folder, words, partial_too=False) for folder in (compared.out, store)]
    names = ("comparison.html", "sweep.html")  # tests write others in their place
    return [shutil.copy(file, kept / name) for file, name in zip(made, names, strict=True)]


def _whole(page):
    """What holds for every report: nothing from outside, figures with their numbers."""
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert all(a.startswith(("#", "data:image/svg+xml;base64,")) for a in addresses)
    assert len(page.encode()) < LARGEST
    assert spoilt_joints(page) == []
    names = re.findall(r'\bid="([^"]*)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(names)
    figures = re.findall(r"<figure>(.*?)</figure>", page, re.DOTALL)
    for figure in figures:
        assert re.search(r'alt="[^"]{20,}"', figure)
        assert "<table>" in figure
        caption = re.search(r"<figcaption>(.*?)</figcaption>", figure, re.DOTALL)[1]
        assert re.search("95 ?%|no interval|one village|区间|一个村", caption)
    return figures


# --- Comparisons -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_of_a_comparison_is_whole_and_tells_harm_first(written, lang):
    words = Words(lang)
    page = written[0].read_text(encoding="utf-8")
    assert len(_whole(page)) >= 2 * 6
    own = page.partition(f'data-lang="{lang}"')[2].partition("<footer>")[0]
    titles = re.findall(r"<h2[^>]*>(.*?)</h2>", own)
    assert titles[0] == words.say("report.answer_title")
    harm = own.index(words.say("reports.harm_title"))
    assert own.index('class="lead"') < harm < own.index("<figure")
    order = ["guardrails_title", "differences_title", "time_title", "costs_title"]
    places = [titles.index(words.say(f"reports.{name}")) for name in order]
    assert places == sorted(places)
    assert harm < own.index("<details")
    assert words.say("reports.placebo_title") in titles


def test_the_report_holds_the_numbers_of_the_comparison(compared):
    tables = _tables(render_comparison(compared, {}, Words("en")))
    row = compared.primary().set_index("outcome").loc["income"]
    table = next(t for (lang, c), t in tables.items() if lang == "en" and c.startswith("Income ("))
    assert f"{row.estimate:+,.1f}".replace("-", "−") in table[1][1]
    costs = next(t for (lang, c), t in tables.items() if lang == "en" and "costs beyond" in c)
    cost = compared.costs.set_index("quantity").estimate["cost"]
    assert costs[1][1].startswith(f"{cost:+,.0f}".replace("-", "−"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_where_there_is_nobody_to_count_no_verdict_is_told(compared, lang):
    words, effects = Words(lang), compared.effects.copy()
    told = effects.population == compared.clock.population
    numbers = ["estimate", "low", "high", "joint_low", "joint_high"]
    effects.loc[told, numbers] = np.nan
    effects.loc[told, "verdict"] = "not_resolved"
    nobody = replace(compared, effects=effects)
    page = render_comparison(nobody, {}, words)
    sentence = words.say("reports.answer_nobody", {"arm": "", "base": ""})[-20:]
    assert sentence in page
    section = answer_section(nobody, CompareNames(nobody, words))
    assert all(block.kind != "figure" for block in section.blocks)
    names = CompareNames(compared, words)
    assert answer_section(compared, names).blocks[-1].kind == "figure"
    table = forest(nobody, "end", names).table
    verdicts = [row[1][-1].text for group in table.groups for row in group.rows]
    assert verdicts == [words.say("compare.verdict_nobody")] * 3
    shown = effects_table(nobody, "income", compared.clock.population, words)
    assert all(words.say("compare.verdict_nobody") in cell for cell in shown.rows[0][1:])
    assert sentence not in render_comparison(compared, {}, words)


def test_what_differs_between_scenarios_is_listed(compared):
    page = render_comparison(compared, {}, Words("en"))
    table = next(t for (_, c), t in _tables(page).items() if c.startswith("What differs"))
    assert any(row[0].startswith("measures.sail_group") for row in table[1:])


def test_a_breached_guardrail_cannot_be_overlooked(compared):
    frame = compared.guardrails.copy()
    frame.loc[frame.index[0], ["verdict", "women"]] = ["breached", 40.0]
    frame.loc[frame.index[0], ["low", "high"]] = [-0.4, -0.2]
    page = render_comparison(replace(compared, guardrails=frame), {}, Words("en"))
    harm = re.search(r'<p class="warning">(.*?)</p>', page)
    assert "BREACHED" in harm[1]
    assert "helped" in harm[1]
    assert harm.start() < page.index('<p class="lead">')
    assert "<strong>BREACHED</strong>" in page


def test_a_comparison_is_read_again_as_it_was(compared):
    kind, manifest = reopen.kind_of(compared.out)
    assert kind == reopen.COMPARE
    again = reopen.read_comparison(compared.out, manifest, partial_too=False)
    for name in ("effects", "levels", "costs", "equity", "assumptions", "draws"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(compared, name))
    assert again.certificates == compared.certificates
    assert again.clock == compared.clock
    assert (again.rule, dict(again.smallest)) == (compared.rule, dict(compared.smallest))


def test_the_command_makes_the_same_report_again(compared, written, call, with_figures):
    code, out, _ = call("report", compared.out)
    assert (code, "report.html" in out) == (0, True)
    assert (compared.out / "report.html").read_bytes() == written[0].read_bytes()


def test_an_unfinished_comparison_needs_partial(compared, tmp_path, call):
    folder = tmp_path / "part"
    shutil.copytree(compared.out, folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    (folder / MANIFEST).write_text(json.dumps(manifest | {"status": "running"}), encoding="utf-8")
    (folder / "parts" / "replication-0003.npz").unlink()
    code, _, err = call("report", folder)
    assert (code, "is not complete: 2 of 3" in err) == (2, True)
    code, _, _ = call("report", folder, "--partial")
    assert code == 0
    assert "2 of 3 replications" in (folder / "report.html").read_text(encoding="utf-8")
    (folder / "parts" / "replication-0002.npz").unlink()
    code, _, err = call("report", folder, "--partial")
    assert (code, "needs 2 or more" in err) == (2, True)


def test_other_folders_are_told(compared, tmp_path, call):
    empty, foreign, file = tmp_path / "empty", tmp_path / "foreign", tmp_path / "file"
    empty.mkdir()
    foreign.mkdir()
    file.write_text("x")
    (foreign / "letter.txt").write_text("x")
    other = tmp_path / "other"
    shutil.copytree(compared.out, other, ignore=shutil.ignore_patterns("report.html"))
    manifest = json.loads((other / MANIFEST).read_text(encoding="utf-8"))
    manifest["plan"]["code"] = "another"
    (other / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    run, damaged = tmp_path / "run", tmp_path / "damaged"
    for folder, text in ((run, '{"scenario": {}, "seed": 1}'), (damaged, "{")):
        folder.mkdir()
        (folder / MANIFEST).write_text(text)
    for folder, said in {
        tmp_path / "none": "There is no folder", empty: "is empty", foreign: "holds no results",
        file: "is a file", other: "another version of the model",
        run: "layers, compare, patterns or sweep",
        damaged: "is damaged",
    }.items():
        code, _, err = call("report", folder)
        assert (code, said in err) == (2, True), (folder, err)
        assert not (folder / "report.html").exists()


def test_reports_work_offline_print_their_answer_first_and_pass_axe(written):
    with opened() as visit:
        for lang in LANGUAGES:
            for file in written:
                page = visit(file, lang)
                first_page_is_the_answer(page)
                assert (lang, file.name, serious(page)) == (lang, file.name, [])
                page.close()


# --- Layers ------------------------------------------------------------------------------------


def test_a_layers_job_is_read_again_as_it_was(compiled, tmp_path, call):
    scenario = load_scenario("libei", SMALL | {"programme": PROGRAMME, "weeks": 50})
    measures = (MeasureUse(measure="sail_group"), MeasureUse(measure="family_meeting"))
    scenario = scenario.model_copy(update={"measures": measures})
    result = layers(scenario, replications=2, out=tmp_path / "out")
    kind, manifest = reopen.kind_of(result.out)
    assert kind == reopen.LAYERS
    again = reopen.read_layers(result.out, manifest, partial_too=False)
    pd.testing.assert_frame_equal(again.effects, result.effects)
    pd.testing.assert_frame_equal(again.ledger, result.ledger)
    assert not again.interrupted
    code, _, _ = call("report", result.out)
    assert code == 0
    assert len(_whole((result.out / "report.html").read_text(encoding="utf-8"))) >= 2 * 6


# --- Assumptions of a comparison ---------------------------------------------------------------


def test_guesses_are_kept_apart_from_chance(compared):
    frame = compared.assumptions
    assert len(compared.draws) == 10
    assert (frame.draws <= 10).all()
    pd.testing.assert_series_equal(frame.estimate, compared.effects.estimate)
    held = frame.dropna(subset=["draw_low"])
    assert (held.draw_low <= held.draw_high).all()
    assert (frame.draw_spread.dropna() >= 0).all()


def test_a_guess_that_is_compared_is_not_drawn(monkeypatch):
    monkeypatch.setattr(comparison, "certify", lambda arm, *_: Certificate(arm, 0))
    base = PaperScenario(name="base", layers=())
    other = PaperScenario(name="other", parameters={"tau_chronic": 60.0})
    result = compare(base, other, replications=2, assumptions=True)
    assert "base_demand" in result.draws.columns
    assert "tau_chronic" not in result.draws.columns
    assert compare(base, other, replications=2).assumptions is None


# --- Sweeps ------------------------------------------------------------------------------------


def test_luck_that_all_draws_share_does_not_hide_what_inputs_change():
    luck, inputs = np.random.default_rng(1).normal(0.0, 50.0, 5), np.array([0.0, 1.0, 2.0, 3.0])
    runs = pd.DataFrame(
        [(d, r, inputs[d] + luck[r]) for d in range(4) for r in range(5)],
        columns=["draw", "replication", "value"],
    )
    found = dict(zip(NUMBERS, _luck_and_draws(runs), strict=True))
    assert found["high"] - found["low"] > 10 * (found["highest"] - found["lowest"])
    assert found["luck"] == pytest.approx(0.0, abs=1e-9)
    noise = runs.assign(value=np.random.default_rng(2).normal(0.0, 1.0, 20))
    assert dict(zip(NUMBERS, _luck_and_draws(noise), strict=True))["luck"] > 0.5


def test_luck_is_told_by_scenario_with_its_weeks(store):
    with load_results(store) as results:
        spans = {one.name: span_of(results, one) for one in shown_of(results)}
    rows = pd.DataFrame(
        [("income", "libei", 0.04), ("income", "far", 1.0), ("burnout", "libei", np.nan)],
        columns=["indicator", "scenario", "luck"],
    ).assign(draw_low=1.0, lowest=1.0, highest=2.0)
    told = what_moves(rows, spans, Words("en"))
    assert "income (weeks 18 to 69) libei 4%, far 100%. " in told
    alone = rows[rows.scenario == "libei"].assign(luck=0.2)
    told = what_moves(alone, spans, Words("zh"))
    assert "收入（第 18 至 69 周）20%；职业倦怠（第 57 至 69 周）20%。" in told


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_report_of_a_sweep_is_whole(store, written, lang):
    words, page = Words(lang), written[1].read_text(encoding="utf-8")
    with load_results(store) as results:
        mean = results.mean_series("burnout")
    assert len(_whole(page)) == 2 * 4
    assert words.say("reports.no_lock") in page
    tables = _tables(page)
    failures = [t for (of, _), t in tables.items() if of == lang and len(t[0]) == 4]
    assert any(words.say("sweep.row_error") in row[1] for t in failures for row in t[1:])
    last = mean[(mean.scenario == "calm") & (mean.week == mean.week.max())].estimate.iloc[0]
    assert f"{last:.3f}" in page


def test_a_sweep_under_way_needs_partial(store, tmp_path, call):
    folder = tmp_path / "part"
    shutil.copytree(store, folder)
    chunk = sorted((folder / "runs").iterdir())[0].name
    (folder / "runs" / chunk).unlink()
    (folder / "series" / chunk).unlink()
    code, _, err = call("report", folder)
    assert (code, "is not complete: 22 of 24" in err) == (2, True)
    code, _, _ = call("report", folder, "--partial")
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert code == 0
    assert "a part of the sweep: 22 of 24 runs" in page


def test_deviations_from_a_locked_plan_and_other_models_are_named(store, tmp_path):
    folder = tmp_path / "locked"
    shutil.copytree(store, folder)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    decided = {"aims": "one", "seed": 1, "replications": 3}
    now = decided | {"aims": "another"}
    lock = {"hash": "abc", "locked": "2026-01-01", "decided": decided, "now": now}
    manifest |= {"lock": lock, "code": "another"}
    (folder / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    page = write_sweep_report(folder, Words("en"), partial_too=False).read_text(encoding="utf-8")
    assert "Deviates from the plan locked on 2026-01-01: aims." in page
    assert "made with another version of the model" in page


def test_a_store_without_runs_is_told(store, tmp_path):
    folder = tmp_path / "none"
    shutil.copytree(store, folder)
    for name in ("runs", "series"):
        shutil.rmtree(folder / name)
        (folder / name).mkdir()
    with pytest.raises(JinguoError) as caught:
        report_again(folder, Words("en"), partial_too=True)
    assert caught.value.key == "sweep.nothing_yet"


# --- Stopped -----------------------------------------------------------------------------------

SLOW_DISK = """
import sys, time
from pathlib import Path
import jinguo
from viz.report import pictures

def slow(draft, path, replace=Path.replace):
    if path.name == "jinguo.xlsx":
        print("writing", draft.name, flush=True)
        time.sleep(60)
    return replace(draft, path)

Path.replace = slow
pictures.inlined = lambda draw: "data:,"
sys.exit(jinguo.main(sys.argv[1:]))
"""


@pytest.mark.skipif(os.name != "posix", reason="Ctrl-C is sent as a signal")
def test_ctrl_c_while_a_workbook_is_written_leaves_the_earlier_one(store, tmp_path):
    folder = tmp_path / "store"
    shutil.copytree(store, folder)
    (folder / "jinguo.xlsx").write_bytes(b"an earlier workbook")
    line = [sys.executable, "-c", SLOW_DISK, "report", str(folder), "--xlsx", "--lang", "en"]
    process = subprocess.Popen(
        line, cwd=Path(jinguo.__file__).parent, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        draft = next(line.split()[1] for line in process.stdout if line.startswith("writing"))
        assert (folder / draft).stat().st_size > 1000
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 130
    assert said.splitlines() == ["Writing the report …", "Stopped."]
    assert list(folder.glob(".*")) == []
    assert (folder / "jinguo.xlsx").read_bytes() == b"an earlier workbook"
