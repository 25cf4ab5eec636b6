"""Leaving parts out: the machinery works, on small villages."""

import dataclasses
import io
import math

import numpy as np
import pytest
from rich.console import Console

from experiments.ablation import Moved, ablation_rows, ablation_table, graph_table, largest
from experiments.ablation_graph import CHANGES, SAID, graph_rows, with_ties
from experiments.paired import Paired, paired
from experiments.without import PHASES, SUBMODELS
from model.village import Village
from model.week import WEEK
from scenarios import load_scenario

SMALL = {"village.women": 120}


@pytest.fixture(scope="module")
def setup():
    return load_scenario("libei", SMALL).arm(()).setup()


def history(setup, weeks, leave=None):
    village = Village(setup, 3)
    if leave is not None:
        village.phases = leave.change(village.phases)
    village.run(weeks)
    values = {name: village.history.column(name).copy() for name in village.history.names}
    village.close()
    return values


def test_every_phase_but_the_record_can_be_left_out():
    assert [*PHASES, "record"] == [phase.__name__ for phase in WEEK]
    submodels = {name.split()[0] for name in SUBMODELS}
    assert submodels == {f"5.{i}" for i in range(1, 13)}


@pytest.mark.parametrize("name", [*PHASES, *SUBMODELS])
def test_a_week_without_a_part_keeps_its_length(name):
    changed = {**PHASES, **SUBMODELS}[name].change(WEEK)
    assert len(changed) == len(WEEK)
    assert sum(a is not b for a, b in zip(changed, WEEK, strict=True)) in {1, 2}


def test_held_columns_stay_and_others_go_on(setup):
    usual = history(setup, 80)
    still = history(setup, 80, SUBMODELS["5.4 prices"])
    assert np.ptp(usual["price_median"]) > 0.05
    assert still["sales"].sum() > 0.0
    calm = history(setup, 80, SUBMODELS["5.7"])
    assert np.ptp(calm["burnout"]) < 1e-12
    assert np.ptp(usual["burnout"]) > 1e-3


def test_trust_held_on_ties_does_not_move(setup):
    assert np.ptp(history(setup, 40, SUBMODELS["5.8 trust"])["trust"]) < 1e-12


def test_without_bodies_nobody_is_a_member():
    whole = load_scenario("libei", {**SMALL, "village.women": 200}).setup()
    assert history(whole, 240)["body_members"].max() > 0.0
    assert history(whole, 240, SUBMODELS["5.10"])["body_members"].max() == 0.0


def test_the_table_names_what_changed():
    rows = ablation_rows(2, parts=("careers", "5.7", "5.11 hours"), overrides=SMALL)
    assert [row.part for row in rows] == ["careers", "5.7", "5.11 hours"]
    assert [row.village for row in rows] == ["no programme", "no programme", "all measures"]
    careers, wellbeing, _ = rows
    assert careers.changed > 0
    assert len(careers.largest) == 3
    assert all(abs(moved.change.t) > 2.0 for row in rows for moved in row.largest)
    assert any("burnout" in m.indicator for m in wellbeing.largest) or wellbeing.changed > 3
    out = io.StringIO()
    Console(file=out, width=200).print(ablation_table(rows))
    assert "5.11 hours" in out.getvalue()


def test_a_part_that_cannot_be_left_out_says_so(monkeypatch):
    def broken(_village):
        raise ArithmeticError("no such week")

    leave = dataclasses.replace(PHASES["voice"], change=lambda _phases: (broken,))
    monkeypatch.setitem(PHASES, "voice", leave)
    (row,) = ablation_rows(2, parts=("voice",), overrides=SMALL)
    assert "no such week" in row.failed


def test_the_largest_changes_are_of_different_outcomes():
    moved = [
        Moved("burnout", "end", Paired(1.0, 9.0)), Moved("burnout_fixed", "end", Paired(1.0, 8.0)),
        Moved("shops", "end", Paired(1.0, 7.0)),
    ]
    assert [each.indicator for each in largest(moved)] == ["burnout", "shops"]


def test_paired_differences_by_hand():
    assert paired(np.array([1.0, 3.0])) == Paired(2.0, 2.0)
    assert not paired(np.array([1.0, 3.0])).sure
    assert paired(np.array([1.0, 1.0])) == Paired(1.0, math.inf)
    assert paired(np.array([0.0, 0.0])) == Paired(0.0, 0.0)
    assert paired(np.array([2.0, np.nan, 4.0])).mean == 3.0
    assert math.isnan(paired(np.array([2.0])).t)


def test_the_same_ties_given_as_a_survey_are_the_same_village(setup):
    wrapped = with_ties(setup, 3, lambda graph, _seed: graph)
    usual, survey = history(setup, 60), history(wrapped, 60)
    for name, values in usual.items():
        np.testing.assert_array_equal(values, survey[name], err_msg=name)


def test_changed_ties_keep_the_women(setup):
    usual = Village(setup, 3)
    degrees = np.sort(np.diff(usual.ties.start))
    for name, change in CHANGES.items():
        other = Village(with_ties(setup, 3, change), 3)
        np.testing.assert_array_equal(usual.sellers.age, other.sellers.age)
        ties = other.ties
        if name == "no bridges":
            hamlet = other.sellers.hamlet
            assert (hamlet[ties.tail] == hamlet[ties.other]).all()
            assert ties.count < usual.ties.count
        else:
            assert np.abs(np.sort(np.diff(ties.start)) - degrees).mean() < 1.0
            assert not np.array_equal(ties.other, usual.ties.other)
        other.close()
    usual.close()


def test_the_graph_table_has_a_row_for_every_figure():
    rows = graph_rows(2, overrides=SMALL)
    assert [row.name for row in rows] == list(SAID)
    assert all(set(row.changes) == set(CHANGES) for row in rows)
    assert any(change.mean != 0.0 for row in rows for change in row.changes.values())
    out = io.StringIO()
    Console(file=out, width=160).print(graph_table(rows))
    assert "week of 50 shops" in out.getvalue()
