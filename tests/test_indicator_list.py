"""Indicators: every one is named, defined and grouped, and the command lists them."""

import json
from types import SimpleNamespace

import numpy as np
import pytest

import experiments.resilience
from experiments.resilience import Resilience, resilience
from experiments.run import Run
from jinguo import main
from model.indicator_groups import GROUPINGS, groups_of
from model.indicators import DERIVED, GROUPS, INDICATORS, PRIMARY, VILLAGE
from viz.indicator_words import definition_of, label_of, unit_of
from viz.tables.run import resilience_lines
from viz.words import LANGUAGES, Words

EVERY = (*INDICATORS, *DERIVED)


# --- Names, words, groups ----------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("indicator", EVERY, ids=lambda i: i.name)
def test_every_indicator_has_a_label_a_unit_and_a_definition(indicator, lang):
    words = Words(lang)
    label, unit = label_of(indicator, words), unit_of(indicator.unit, words)
    meaning = definition_of(indicator, words)
    assert label.strip()
    assert unit.strip()
    assert label not in {meaning, meaning[:-1]}
    assert meaning.endswith("." if lang == "en" else "。")


def test_labels_tell_all_indicators_apart():
    for lang in LANGUAGES:
        words = Words(lang)
        told = [(label_of(i, words), i.name) for i in EVERY]
        assert len({label for label, _ in told}) == len(EVERY)


@pytest.mark.parametrize("indicator", EVERY, ids=lambda i: i.name)
def test_every_indicator_belongs_to_a_group(indicator):
    groups = groups_of(indicator.outcome)
    assert groups["layer"], "where is it felt?"
    assert set(groups) == {"dilemma", "empowerment", "layer"}


def test_groups_name_only_what_is_recorded_and_each_thing_once():
    known = {i.outcome for i in EVERY}
    for kind, groups in GROUPINGS.items():
        for name, outcomes in groups.items():
            assert set(outcomes) <= known, (kind, name)
            assert len(set(outcomes)) == len(outcomes), (kind, name)
            for lang in LANGUAGES:
                assert Words(lang).say(f"indicators.{kind}_{name}")
    layers = [o for outcomes in GROUPINGS["layer"].values() for o in outcomes]
    assert sorted(layers) == sorted(known), "every outcome has one layer"


def test_primary_outcomes_come_first_and_older_names_keep_their_places():
    names = [i.name for i in INDICATORS]
    assert len(set(names)) == len(names)
    heads = [names[k * len(GROUPS)] for k in range(len(PRIMARY))]
    assert heads == ["income", "burnout", "trust"]
    assert names.index("income_median_fixed") == 9 * len(GROUPS)
    assert names[9 * len(GROUPS) : 9 * len(GROUPS) + len(VILLAGE)] == [i.name for i in VILLAGE]
    assert [i.outcome for i in INDICATORS if i.outcome in ("income", "burnout", "trust")] == [
        *["income"] * 9,
        *["burnout"] * 9,
        *["trust"] * 9,
    ]


# --- The list ----------------------------------------------------------------------------------


def test_the_command_lists_indicators_by_group(capsys):
    assert main(["indicators", "--layer", "meso", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {"trust", "cohesion", "density"} <= {row["name"] for row in rows}
    assert all("meso" in row["layer"] for row in rows)
    assert main(["indicators", "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(EVERY)


def test_the_command_speaks_chinese_and_takes_groups_together(capsys):
    line = ["--lang", "zh", "indicators", "--dilemma", "capital", "--layer", "meso"]
    assert main(line) == 0
    said = capsys.readouterr().out
    assert "社会资本与制度困境" in said
    assert "关系密度" in said
    assert "职业倦怠 " not in said
    assert main(["indicators", "--dilemma", "digtal"]) != 0
    assert "digital" in capsys.readouterr().err


# --- Resilience of a run -----------------------------------------------------------------------


def test_resilience_is_read_against_the_same_village_without_shocks(monkeypatch):
    names, calm = ("burnout", "income"), np.tile([0.3, 400.0], (80, 1)).astype(np.float32)
    hurt = calm.copy()
    hurt[30:36, 1] = 200.0
    hurt[50:, 0] = 0.6
    asked = []

    def one_run(scenario, seed):
        asked.append((scenario.shocks, seed))
        return Run(seed, names, calm)

    monkeypatch.setattr(experiments.resilience, "one_run", one_run)
    happened = [SimpleNamespace(shock="price_shock", week=30)]
    scenario = SimpleNamespace(shocks=happened)
    scenario.model_copy = lambda update: SimpleNamespace(**update)
    (found,) = resilience(scenario, Run(7, names, hurt))
    assert asked == [((), 7)]
    assert found[:3] == ("price_shock", 30, 6.0)
    assert np.isnan(found.burnout)
    scenario.shocks = ()
    assert resilience(scenario, Run(7, names, hurt)) == []
    assert len(asked) == 1, "without shocks nothing is run again"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_sentence_tells_how_long_a_shock_was_felt(lang):
    words = Words(lang)
    shocks = [
        Resilience("price_shock", 260, 28.0, 0.0),
        Resilience("logistics_cut", 270, float("nan"), 3.0),
    ]
    first, second = (words.say(*line) for line in resilience_lines(shocks, words))
    assert "260" in first
    assert "28" in first
    assert words.say("cli.unhurt") in first
    assert words.say("cli.not_regained") in second
