"""Rival structures, and where one layer alone does harm."""

import json

import numpy as np
import pandas as pd
import pytest

from experiments.layer_effects import layers
from experiments.outcomes import Cell
from experiments.store import Histories
from experiments.structures import (
    headlines,
    idle_rivals,
    signs_frame,
    structures,
    structures_of,
)
from experiments.worse import worse_frame
from jinguo import main
from model.causes import CAUSES, cause_column
from model.errors import JinguoError
from scenarios import load_scenario
from viz.tables.structures import structures_data, structures_tables, tables_of_signs
from viz.words import Words

TINY = {
    "village.women": 60, "weeks": 40, "programme.start": 14, "programme.stop": 34,
    "programme.money": 200_000,
}  # fmt: skip


def changes(one, other):
    """What differs between two scenarios, in plain data."""
    here, there = one.plain(), other.plain()
    return {key for key in here | there if here.get(key) != there.get(key)}


# --- Structures --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["libei", "ordinary_village", "libei_measured"])
def test_there_are_seven_structures_and_each_changes_one_thing(name):
    scenario = load_scenario(name)
    found = structures_of(scenario)
    assert len(found) == 7
    assert found["base"] == scenario
    for switch in ("household", "adoption", "support", "benefit_fund"):
        other = found[switch]
        assert changes(other, scenario) == {"structure"}
        now, then = scenario.structure.model_dump(), other.structure.model_dump()
        assert {key for key in now if now[key] != then[key]} == {switch}
    graphs = {structure.village_spec.graph for structure in found.values()}
    assert graphs == {"generated", "random", "measured"}
    for key, other in found.items():
        if key.startswith("graph_"):
            assert changes(other, scenario) <= {"village", "parameters"}


def test_a_measured_village_has_its_part_of_buyers_and_rivals():
    for name in ("libei", "ordinary_village"):
        scenario = load_scenario(name)
        measured = structures_of(scenario)["graph_measured"].setup()
        whole = scenario.setup()
        part = measured.women / whole.women
        demand = measured.values.base_demand / whole.values.base_demand
        rivals = measured.values.outside_competition / whole.values.outside_competition
        assert demand >= part * 0.999
        assert demand / rivals == pytest.approx(1.0)  # buyers for each seller elsewhere
        assert (demand == pytest.approx(part)) == (name == "libei")


def effects(*values, outcome="income"):
    columns = ("arm", "outcome", "horizon", "population", "subgroup", "estimate", "low", "high")
    rows = [("all", outcome, "end", "all_women", "all", *value) for value in values]
    rows += [("micro", outcome, "end", "all_women", "all", -9.0, -10.0, -8.0)]
    return pd.DataFrame(rows, columns=columns).assign(unit="yuan/week")


def test_signs_are_counted_against_the_base():
    found = {
        "base": effects((5.0, 1.0, 9.0)),
        "household": effects((2.0, -1.0, 5.0)),
        "adoption": effects((-3.0, -4.0, -2.0)),
        "support": effects((np.nan, np.nan, np.nan)),
    }
    (row,) = headlines(signs_frame(found))
    assert (row["holds"], row["sure"], row["of"], row["clear"]) == (1, 0, 3, True)
    assert row["failing"] == ("adoption", "support")
    assert (row["estimate"], row["low"], row["high"]) == (5.0, 1.0, 9.0)


def test_a_rival_that_changes_nothing_is_named_and_not_counted():
    found = {"base": effects((5.0, 1.0, 9.0)), "support": effects((5.0, 1.0, 8.9))}
    signs = signs_frame(found | {"benefit_fund": found["base"]})
    assert idle_rivals(signs) == ("benefit_fund",)
    (row,) = headlines(signs)
    assert (row["holds"], row["sure"], row["of"]) == (1, 1, 1)
    table, _ = tables_of_signs(signs, Words("en"))
    assert table.rows[0][2:] == ("in 1 of 1 rivals", "1", "–")
    assert "nothing changed under it: what the benefit fund is a part of." in table.note


def test_nothing_is_said_on_a_sign_that_the_base_leaves_open():
    signs = signs_frame({"base": effects((5.0, -1.0, 9.0)), "support": effects((5.0, 1.0, 8.9))})
    assert headlines(signs)[0]["clear"] is False
    table, _ = tables_of_signs(signs, Words("en"))
    assert table.rows[0][2:] == ("–", "–", "–")
    assert "nothing changed" not in table.note


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    out = tmp_path_factory.mktemp("structures") / "out"
    return structures(load_scenario("libei", TINY), replications=2, out=out), out


def test_every_structure_is_run_and_keeps_its_results(ran):
    result, out = ran
    assert tuple(result.results) == result.asked
    assert not result.interrupted
    folders = {path.name for path in out.iterdir()}
    assert folders == {*result.asked, "signs.csv"}
    kept = pd.read_csv(out / "signs.csv")
    assert set(kept.structure) == set(result.asked)
    base = layers(load_scenario("libei", TINY), replications=2)
    pd.testing.assert_frame_equal(base.effects, result.results["base"].effects)


def test_structures_go_on_where_they_stopped_and_leave_other_files_alone(ran):
    result, out = ran
    again = structures(load_scenario("libei", TINY), replications=2, out=out)
    pd.testing.assert_frame_equal(again.signs, result.signs)
    (out / "mine.txt").write_text("mine")
    structures(load_scenario("libei", TINY), replications=2, out=out)
    assert (out / "mine.txt").read_text() == "mine"
    (out / "signs.csv").unlink()  # nothing says any more that this is a folder of structures
    with pytest.raises(JinguoError) as caught:
        structures(load_scenario("libei", TINY), replications=2, out=out)
    assert caught.value.key == "results.foreign_folder"
    (out / "mine.txt").unlink()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_structures_are_told_in_words_and_as_data(ran, language):
    result, _ = ran
    first, second = structures_tables(result, Words(language))
    assert len(first.rows) == 6
    assert len(second.rows) == 7
    data = json.loads(json.dumps(structures_data(result)))
    assert data["structures"] == list(result.asked)
    counted = {row["of"] for row in data["headlines"]}
    assert data["idle"] == ["benefit_fund"]
    assert counted == {5}


@pytest.mark.parametrize("option", [[], ["--structures"]])
def test_a_scenario_without_a_programme_has_nothing_to_compare(tmp_path, capsys, option):
    file = tmp_path / "quiet.yaml"
    file.write_text("title: {en: Quiet, zh: 静村}\nweeks: 5\n", encoding="utf-8")
    code = main(["layers", str(file), "--lang", "en", "--out", str(tmp_path / "out"), *option])
    assert code == 2
    assert "no programme" in capsys.readouterr().err


# --- No layer is good by construction ----------------------------------------------------------


def history_of(none, micro):
    """Two weeks of one replication: income, then two of its causes."""
    names = ("income", cause_column("income", "price"), cause_column("income", "fees"))
    rest = np.tile(np.array(none), (2, 1))
    arms = [rest, np.tile(np.array(micro), (2, 1)), rest, rest]
    values = np.stack(arms)[None].astype(np.float32)
    return Histories(names, ("none", "micro", "meso", "macro"), (1,), values)


def single(arm, estimate, low, high, outcome="income"):
    row = (arm, outcome, "end", "all_women", "all", estimate, low, high)
    columns = ("arm", "outcome", "horizon", "population", "subgroup", "estimate", "low", "high")
    return dict(zip(columns, row, strict=True))


CELL = Cell("income", "income", "end", "all_women", "all", "yuan/week", 0, 0, 2)


def test_a_layer_that_lowers_income_is_listed_with_what_lowered_it():
    histories = history_of(none=(10.0, 5.0, 5.0), micro=(7.0, 1.0, 6.0))
    rows = [single("micro", -3.0, -4.0, -2.0), single("meso", 1.0, 0.5, 2.0)]
    found = worse_frame(pd.DataFrame(rows), [CELL], histories, [0, 1, 2, 3])
    assert found.arm.tolist() == ["micro"]
    row = found.iloc[0]
    assert (row.sure, row.cause_1, row.amount_1) == (True, "price", -4.0)
    assert row.cause_2 == ""  # fees pulled the other way


def test_more_burnout_is_worse_and_an_interval_over_zero_is_not_sure():
    histories = history_of(none=(0.0, 0.0, 0.0), micro=(0.0, 0.0, 0.0))
    rows = [
        single("micro", 0.01, -0.01, 0.02, "burnout"),
        single("meso", -0.01, -0.02, -0.005, "burnout"),
        single("macro", np.nan, np.nan, np.nan, "burnout"),
    ]
    cell = Cell("burnout", "burnout", "end", "all_women", "all", "0-1", 0, 0, 2)
    found = worse_frame(pd.DataFrame(rows), [cell], histories, [0, 1, 2, 3])
    assert found[["arm", "sure"]].to_numpy().tolist() == [["micro", False]]


def test_causes_of_all_women_add_up_to_the_effect():
    result = layers(load_scenario("libei", TINY), replications=2)
    names, values = result.histories.names, result.histories.values.astype(float)
    when = {(c.outcome, c.horizon): c for c in result.cells if c.population == "all_women"}
    effect = result.effects.query("subgroup == 'all' and population == 'all_women'")
    for row in effect[effect.arm == "all"].itertuples():
        cell = when[row.outcome, row.horizon]
        at = [names.index(cause_column(row.outcome, cause)) for cause in CAUSES[row.outcome]]
        arms = [result.histories.arms.index(arm) for arm in ("none", "all")]
        sums = values[:, arms, cell.first : cell.end][..., at].mean(axis=(0, 2)).sum(axis=-1)
        assert sums[1] - sums[0] == pytest.approx(row.estimate, abs=2e-2 * (1 + abs(row.estimate)))


def test_what_is_worse_is_told_with_the_tables(capsys, tmp_path, blank_figures):
    sets = [part for key, value in TINY.items() for part in ("--set", f"{key}={value}")]
    out = ["--out", str(tmp_path / "out"), "--replications", "2", "--processes", "1"]
    assert main(["layers", "libei", "--json", *sets, *out]) == 0
    worse = json.loads(capsys.readouterr().out)["worse"]
    assert all(row["arm"] in {"micro", "meso", "macro"} for row in worse)
    assert main(["layers", "libei", "--lang", "zh", "--overwrite", *sets, *out]) == 0
    assert "单一层面" in capsys.readouterr().out
