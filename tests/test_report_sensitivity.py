"""The report of a sensitivity analysis: what moves the outcomes, and how sure that is."""

import html
import json
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import sensitivity, sweep
from experiments.sensitivity_indices import Sensitivity, indices_frame
from experiments.sweeps import status
from model.errors import JinguoError
from tests.chinese_joints import spoilt_joints
from tests.report_browser import A4, answer_ends, first_page_is_the_answer, opened, serious
from tests.sweep_stand_ins import Here, paper_plan
from tests.test_report import _tables
from tests.test_sensitivity import planned
from viz.charts.sensitivity import sensitivity_bars
from viz.report.sensitivity import _how_sure, leaders, sensitivity_report, write_sensitivity
from viz.report.sweep.report import sweep_report, write_sweep_report
from viz.words import LANGUAGES, Words

MOVES, LITTLE = "spoil_nocold", "tau_acute"
NUMBER = re.compile(r"(?<![\w.])[-+−]?\d(?:[\d,]*\d)?(?:\.\d+)?")


def made(kind, indicator="income", top=2.0, *, settled=True, noise=0.02):
    """What moves an outcome of the stand-in village, as if it had been found."""
    shares = {"first": [0.7, 0.01], "total": [0.8, 0.02]}
    effects = {"effect": [top, 0.004 * top]}
    table = pd.DataFrame({"factor": [MOVES, LITTLE], "grade": ["E", "T"]})
    for column, pair in (effects if kind == "morris" else shares).items():
        values = np.array(pair)
        ends = {f"{column}_low": values * 0.8, f"{column}_high": values * 1.2}
        table = table.assign(**{column: values}, **ends)
    if kind == "morris":
        table = table.assign(direction=[-top, 0.0], spread=[0.1 * top, 0.002])
    guesses = None if kind == "morris" else (0.7, 0.9)
    facts = (kind, table, 8, 0, 2, 0, 4.0, noise, settled, guesses)
    return Sensitivity("paper", indicator, (14, 66), *facts)


def three(kind, **changes):
    return [made(kind, name, **changes) for name in ("income", "burnout", "trust")]


@pytest.fixture(scope="module")
def stores(tmp_path_factory):
    """A store of each design; nothing moves in the stand-in village."""
    folder = tmp_path_factory.mktemp("sensitivity")
    for kind in ("morris", "saltelli"):
        sweep(planned(kind, 4, 2), folder / kind, cluster=Here())
    return folder


@pytest.fixture(scope="module")
def real(compiled, tmp_path_factory):
    """A screening of a real village, small."""
    folder = tmp_path_factory.mktemp("real") / "store"
    names = ["would_ever_sell", "class_size"]
    plan = {
        "scenario": "libei", "village": {"women": 60}, "weeks": 52, "replications": 1,
        "design": {"kind": "morris", "draws": 4, "parameters": names},
        "indicators": ["income", "burnout", "trust"],
    }  # fmt: skip
    sweep(plan, folder, cluster=Here())
    return folder


def _own(page, lang):
    return html.unescape(page.partition(f'data-lang="{lang}"')[2].partition("<footer>")[0])


# --- What it says ------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["morris", "saltelli"])
def test_every_index_of_the_tables_is_in_the_frame(stores, kind):
    found = three(kind)
    page = sensitivity_report(stores / kind, found).text(Words("en"))
    frame = indices_frame(found).select_dtypes("number").to_numpy(dtype=float)
    known = {f"{value:,.{digits}f}" for value in frame.ravel() for digits in (1, 2, 3)}
    known |= {f"{value:+,.{digits}f}" for value in frame.ravel() for digits in (1, 2, 3)}
    tables = [
        table for (lang, caption), table in _tables(page).items()
        if lang == "en" and ") in paper:" in caption
    ]
    assert len(tables) == 3
    assert spoilt_joints(page) == []
    told = {
        number.replace("−", "-")
        for table in tables for line in table[1:] for cell in line[2:]
        for number in NUMBER.findall(cell)
    }
    assert len(told) >= 6
    assert told <= known


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["morris", "saltelli"])
def test_the_first_page_names_what_moves_each_outcome_most(stores, kind, lang):
    words = Words(lang)
    own = _own(sensitivity_report(stores / kind, three(kind)).text(words), lang)
    lead = re.search(r'<p class="lead">(.*?)</p>', own)[1]
    assert words.say("sensitivity_report.lead_settled") in lead
    strongest = "Fresh goods lost without cold chain" if lang == "en" else "无冷链"
    assert lead.count(strongest) == 3
    assert words.say("sensitivity_report.sure_luck", {"noise": 0.02}) in own
    guesses = {"low": 0.7, "high": 0.9, "indicator": words.say("indicators.burnout")}
    assert (words.say("sensitivity_report.sure_guesses", guesses) in own) == (kind == "saltelli")


def test_a_ranking_that_has_not_converged_is_a_first_hint(stores):
    found = [made("morris", settled=False, noise=np.nan), made("morris", "trust")]
    own = _own(sensitivity_report(stores / "morris", found).text(Words("en")), "en")
    assert "1 of 2 rankings have not converged" in own
    assert Words("en").say("sensitivity_report.sure_luck_unknown") in own


def test_inputs_whose_intervals_overlap_share_the_first_place():
    one = made("morris")
    assert leaders(one) == [MOVES]
    close = one.table.assign(effect_high=2.4)
    assert leaders(replace(one, table=close)) == [MOVES, LITTLE]
    assert leaders(replace(one, table=one.table.assign(effect=0.0))) == []
    unknown = one.table.assign(effect_low=np.nan, effect_high=np.nan)
    assert leaders(replace(one, table=unknown)) == [MOVES, LITTLE]


def test_an_input_that_moves_both_ways_is_not_given_one_direction():
    one = made("morris")
    mixed = replace(one, table=one.table.assign(direction=0.6 * one.table.effect))
    figure = sensitivity_bars(indices_frame([mixed]), {"income": "income"}, Words("en"))
    assert "both ways" in figure.axes[0].texts[0].get_text()


def test_shares_of_guesses_are_told_only_where_indices_have_converged(stores):
    one = replace(made("saltelli"), guesses=(0.2, 0.4))
    found = status(stores / "saltelli")
    for settled in (True, False):
        told = _how_sure(found, [replace(one, settled=settled)], Words("en"))
        assert any("Expert guesses" in each for each in told) == settled


@pytest.mark.parametrize("lang", LANGUAGES)
def test_runs_left_out_and_replications_used_are_told(stores, lang):
    words, found = Words(lang), status(stores / "morris")
    told = _how_sure(found, [replace(made("morris"), unused=7, replications=1)], words)
    assert words.say("sensitivity_report.sure_unused", {"unused": 7}) in told
    counts = {"blocks": 8, "runs": found.counts["ok"], "replications": 1}
    assert words.say("sensitivity_report.sure_blocks_morris", counts) in told
    left_out = words.say("sensitivity_report.sure_unused", {"unused": 0})
    assert left_out not in _how_sure(found, [made("morris")], words)


# --- The figure --------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("kind", ["morris", "saltelli"])
def test_the_figure_says_which_way_and_how_much(kind, lang):
    words, found = Words(lang), three(kind)
    labels = {one.indicator: one.indicator for one in found}
    figure = sensitivity_bars(indices_frame(found), labels, words)
    figure.draw_without_rendering()
    assert [axes.get_title(loc="left") for axes in figure.axes] == list(labels)
    said = [text.get_text() for text in figure.axes[0].texts]
    lowers = words.say("sensitivity_report.lowers", {"effect": "2"})
    shares = words.say("sensitivity_report.shares", {"first": "0.70", "total": "0.80"})
    assert said[0] == (lowers if kind == "morris" else shares)
    width, height = figure.bbox.max
    for axes in figure.axes:
        for text in (*axes.texts, *axes.get_yticklabels(), *axes.get_xticklabels()):
            box = text.get_window_extent()
            assert box.x0 >= 0
            assert box.x1 <= width
            assert box.y0 >= 0
            assert box.y1 <= height


@pytest.mark.parametrize("kind", ["morris", "saltelli"])
def test_an_outcome_that_nothing_moves_is_drawn(kind):
    one = made(kind)
    columns = [c for c in one.table if c not in {"factor", "grade"}]
    nothing = 0.0 if kind == "morris" else np.nan
    still = replace(one, table=one.table.assign(**dict.fromkeys(columns, nothing)))
    figure = sensitivity_bars(indices_frame([still]), {"income": "income"}, Words("en"))
    assert [text.get_text() for text in figure.axes[0].texts] == ["does not move it"] * 2


# --- The store ---------------------------------------------------------------------------------


def test_the_command_keeps_report_and_numbers_and_report_says_so(stores, call):
    store = stores / "morris"
    _, out, _ = call("report", store)
    assert f"jinguo sensitivity {store}" in out
    code, out, _ = call("sensitivity", store)
    file, numbers = store / "sensitivity" / "report.html", store / "sensitivity" / "indices.csv"
    assert (code, str(file) in out, str(numbers) in out) == (0, True, True)
    first = file.read_bytes()
    assert "by nothing that was varied" in html.unescape(first.decode())
    kept = pd.read_csv(numbers)
    assert len(kept) == 2 * 3 * 2  # scenarios, outcomes, inputs
    assert kept.columns.tolist() == indices_frame(sensitivity(store)).columns.tolist()
    _, out, _ = call("report", store)
    assert str(file) in out
    write_sensitivity(store, sensitivity(store), Words("en"))
    assert file.read_bytes() == first


def _drawn(page, name):
    """The drawing and the numbers of a figure, by language and of both."""
    own = {lang: page.partition(f'data-lang="{lang}"')[2] for lang in LANGUAGES}
    place = {lang: own[lang].index(f'data-figure="{name}"') for lang in LANGUAGES}
    images = {lang: re.findall(r'<img[^>]* src="([^"]*)"', own[lang][: place[lang]])[-1]
              for lang in LANGUAGES}  # fmt: skip
    numbers = re.search(f'data-figure="{name}">(.*?)</script>', page, re.DOTALL)[1]
    return images, numbers


def test_the_report_of_the_sweep_itself_draws_the_same_bars(real):
    found = sensitivity(real)
    page = sweep_report(real, partial_too=False).text(Words("en"))
    beside = sensitivity_report(real, found).text(Words("en"))
    assert _drawn(page, "sensitivity_libei") == _drawn(beside, "sensitivity")
    assert "would_ever_sell" in _drawn(page, "sensitivity_libei")[1]
    for lang in LANGUAGES:
        own, words = _own(page, lang), Words(lang)
        assert f">{words.say('reports.moves_title')}</h2>" in own
        assert words.say("sensitivity_report.indices_read") in own
        assert "indices.csv" not in own  # only `jinguo sensitivity` writes it


def test_both_reports_of_the_sweep_can_be_verified(real, call):
    write_sensitivity(real, sensitivity(real), Words("en"))
    write_sweep_report(real, Words("en"), partial_too=False)
    for folder in (real, real / "sensitivity"):
        code, out, _ = call("verify", folder, "--json")
        told = json.loads(out)
        assert (code, told["kind"], len(told["runs"])) == (0, "sweep", 5)
        assert {run["ending"] for run in told["runs"]} == {"same"}


def test_a_sweep_with_too_few_blocks_says_so_in_place_of_bars(tmp_path):
    store = tmp_path / "few"
    sweep(planned("morris", 2, 1), store, cluster=Here())
    page = sweep_report(store, partial_too=False).text(Words("en"))
    assert 'data-figure="sensitivity' not in page
    with pytest.raises(JinguoError) as caught:
        sensitivity(store)
    for lang in LANGUAGES:
        assert Words(lang).say(caught.value.key, caught.value.fields) in _own(page, lang)


def test_a_store_of_another_design_gets_no_report(tmp_path, call):
    sweep(paper_plan(1), tmp_path / "s", cluster=Here())
    code, _, err = call("sensitivity", tmp_path / "s")
    assert (code, "needs a design of its own" in err) == (2, True)
    assert not (tmp_path / "s" / "sensitivity").exists()
    code, out, _ = call("report", tmp_path / "s")
    assert (code, "sensitivity" in out) == (0, False)


def test_the_first_printed_page_is_the_answer(stores):
    with opened() as visit:
        found = three("morris", settled=False)
        file = write_sensitivity(stores / "morris", found, Words("en"))
        first_page_is_the_answer(visit(file, "en"))
        found = three("saltelli", settled=False)
        chinese = visit(write_sensitivity(stores / "saltelli", found, Words("en")), "zh")
        assert answer_ends(chinese) < A4["height"]
        assert serious(chinese) == []
