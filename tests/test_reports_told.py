"""What reports of comparisons and sweeps call their scenarios, and which runs they average."""

import html
import re
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.store_read import load_results
from experiments.sweeps import status, sweep
from scenarios.form import Label
from tests.sweep_stand_ins import paper_plan
from tests.test_report import _tables
from viz.report.compare.answer import answer_section
from viz.report.compare.called import called
from viz.report.compare.changes import CompareNames
from viz.report.compare.report import render_comparison
from viz.report.sweep.last import last_weeks, left_out, means_of_runs, span_of, whole_runs
from viz.report.sweep.means import shown_of
from viz.report.sweep.moves import other_weeks
from viz.report.sweep.report import render_sweep
from viz.words import LANGUAGES, Words

pytestmark = pytest.mark.usefixtures("blank_figures")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A sweep over the stand-in village in which one replication fails in one scenario."""
    folder = tmp_path_factory.mktemp("sweep") / "store"
    sweep(paper_plan(fault="raise", faulty_replication=2), folder)
    return folder


def test_scenarios_are_called_by_their_titles_and_by_names_for_programs(compared):
    """Where titles are alike, names tell them apart; a download keeps names in any case."""
    words = Words("zh")
    titles = [words.label(one.title) for one in compared.scenarios.values()]
    alike = called(compared, words)
    assert (alike is compared) == (len(set(titles)) < len(titles))
    told = [Label(en="The base", zh="原样"), Label(en="With a group", zh="加一个小组")]
    scenarios = {
        name: one.model_copy(update={"title": title})
        for (name, one), title in zip(compared.scenarios.items(), told, strict=True)
    }
    apart = replace(compared, scenarios=scenarios)
    page = html.unescape(render_comparison(apart, {}, words))
    own = page.partition('data-lang="zh"')[2].partition("<footer>")[0]
    first = own.partition("<figure")[0]
    _, other = compared.scenarios
    assert "与原样相比" in first
    assert not re.search(rf"(?<![\w.]){re.escape(other)}(?![\w.])", first)
    tables = [row for (lang, _), t in _tables(page).items() if lang == "zh" for row in t]
    assert ["加一个小组"] in [row[:1] for row in tables]
    renamed = called(apart, words)
    section = answer_section(renamed, CompareNames(renamed, words, list(scenarios)))
    assert set(section.blocks[-1].data.arm) == {other}


def test_the_last_weeks_use_the_same_villages_in_every_scenario_and_draw(store):
    """One replication failed in one scenario: no scenario is averaged over it."""
    with load_results(store) as results:
        shown = shown_of(results)
        rows = last_weeks(results, shown)
        runs = means_of_runs(results, shown[0])
        words = Words("en")
        told = left_out(rows, results, words)
        whole = left_out(rows.assign(replications=3, unused=0), results, words)
    assert (rows.draws == 4).all()
    assert (rows.replications == 2).all()
    assert (rows.unused == 4).all()  # the other scenario's runs of that replication
    calm = runs[(runs.scenario == "calm") & (runs.replication != 2)]
    found = rows[(rows.scenario == "calm") & (rows.indicator == "income")].iloc[0]
    assert found["mean"] == pytest.approx(calm.value.mean())
    assert "4 of 4 draws and 2 of 3 replications (4 runs with a number left out)" in told
    assert whole == ""
    with load_results(store) as results:
        assert told in html.unescape(render_sweep(status(store), results, words))


def test_whole_runs_keep_most_runs_and_wait_for_no_scenario_without_numbers():
    places = [(s, d, r) for s in ("one", "two", "mute") for d in range(2) for r in range(1, 4)]
    runs = pd.DataFrame(places, columns=["scenario", "draw", "replication"]).assign(value=1.0)
    runs.loc[runs.scenario == "mute", "value"] = np.nan
    failed = (runs.scenario == "one") & (runs.draw == 1) & (runs.replication == 3)
    runs.loc[failed, "value"] = np.nan
    found = whole_runs(runs, runs)
    assert set(zip(found.draw, found.replication, strict=True)) == {
        (d, r) for d in (0, 1) for r in (1, 2)
    }
    assert set(found.scenario) == {"one", "two"}
    alone = whole_runs(runs[(runs.draw == 0) & (runs.scenario == "two")], runs[runs.draw == 0])
    assert len(alone) == 3
    assert whole_runs(runs[runs.scenario == "mute"], runs).empty


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_spans_of_weeks_are_told_only_where_there_are_two(store, lang):
    words = Words(lang)
    with load_results(store) as results:
        spans = {one.name: span_of(results, one) for one in shown_of(results)}
        same = [SimpleNamespace(indicator=name, weeks=weeks) for name, weeks in spans.items()]
        assert other_weeks(same, results, words) == ""
        earlier = [*same[1:], SimpleNamespace(indicator=same[0].indicator, weeks=(5, 57))]
        assert other_weeks(earlier, results, words) == words.say("reports.moves_weeks")
