"""The built-in scenarios: each can be read, checked by an editor, and asked the main question."""

import json
import math

import jsonschema
import numpy as np
import pytest

from experiments.run import replicate_arms
from experiments.structures import MEASURED
from jinguo import main
from scenarios import load_scenario
from scenarios.catalogue import MEASURE_FILES, MEASURES
from scenarios.files import LIBRARY, library_names
from scenarios.json_schema import measures_schema, scenario_schema
from scenarios.programmes import FILE, programmes
from scenarios.schema import SHOCKS, Scenario
from scenarios.validation import read_form
from scenarios.yaml_reader import read_yaml
from viz.words import all_words

NAMES = library_names()
STORIES = {
    "libei", "libei_start", "libei_growth", "libei_bottleneck", "rongjiang", "guizhou",
    "three_layers", "lead_seller", "cooperative", "individual", "party_led",
    "digital_grassroots", "charity_integration", "civic_practice", "ordinary_village",
    "training_only", "one_off_campaign", "full_package",
}  # fmt: skip
PACE = 16  # a tiny village lives this many weeks in one
WEEKS = {"start", "stop", "week", "weeks", "every"}


def quick(data):
    """The same story told in a sixteenth of its weeks."""
    if isinstance(data, list):
        return [quick(part) for part in data]
    if not isinstance(data, dict):
        return data
    told = {name: quick(value) for name, value in data.items() if name not in WEEKS}
    for name in WEEKS & data.keys():
        told[name] = (
            max(1, math.ceil(data[name] / PACE)) if name != "start" else data[name] // PACE
        )
    if "stop" in told and "start" in told:
        told["stop"] = max(told["stop"], told["start"] + 1)
    return told


def tiny(name, graph):
    scenario = load_scenario(name)
    data = quick(scenario.plain())
    data["village"] = {"graph": graph, "women": 60}
    if graph == "measured":
        data["village"] |= MEASURED
    return read_form(Scenario, data, lambda _: "").in_folders(scenario.folders)


def test_the_library_holds_every_story_and_every_shock():
    assert set(NAMES) >= STORIES
    shocks = [load_scenario(name).shocks for name in NAMES if name.startswith("shock_")]
    assert sorted(use.shock for (use,) in shocks) == sorted(SHOCKS)


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_says_in_both_languages_what_it_tells_and_from_which_paper(name):
    scenario = load_scenario(name)
    assert scenario.about is not None
    assert len(scenario.about.en) > 60
    assert len(scenario.about.zh) > 25
    assert "virtual" in scenario.title.en
    assert "虚拟" in scenario.title.zh
    assert scenario.source
    assert len(read_yaml(LIBRARY / f"{name}.yaml").data) > 2


@pytest.mark.parametrize("name", NAMES)
def test_the_work_ends_two_years_before_the_scenario(name):
    scenario = load_scenario(name)
    scenario.setup()  # its money pays its workers
    assert tuple(scenario.horizons()) == ("end", "after_52", "after_104")
    layers = {MEASURES[use.measure].layer for use in scenario.measures}
    assert layers == {"micro", "meso", "macro"}


@pytest.mark.parametrize("graph", ["generated", "measured"])
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_runs_on_generated_and_on_measured_ties(name, graph):
    scenario = tiny(name, graph)
    found = replicate_arms(scenario, ("none", "all"), seed=3)
    at = {column: place for place, column in enumerate(found.names)}
    none, every = found.histories["none"], found.histories["all"]
    assert len(none) == len(every) == scenario.weeks
    assert np.isfinite(every[:, [at["income"], at["burnout"], at["trust"]]]).all()
    assert none[:, at["programme_cost"]].sum() == 0.0
    assert every[:, at["programme_cost"]].sum() > 0.0
    assert every[:, at["hours_served"]].sum() > 0.0


def test_a_full_package_has_one_measure_of_every_kind():
    uses = load_scenario("full_package").measures
    kinds = [MEASURES[use.measure].mechanism for use in uses]
    assert len(kinds) == len(set(kinds)) == len({e.mechanism for e in MEASURES.values()})


def test_training_only_only_trains_and_a_campaign_does_everything_once():
    kinds = {MEASURES[use.measure].mechanism for use in load_scenario("training_only").measures}
    assert kinds == {"course", "legal_course"}
    for use in load_scenario("one_off_campaign").measures:
        assert use.dose * (use.stop - use.start) == pytest.approx(1.0), use.measure


def test_stages_differ_from_libei_only_in_when_the_work_begins():
    libei = load_scenario("libei")
    starts = []
    for stage in ("libei_start", "libei_growth", "libei_bottleneck"):
        scenario = load_scenario(stage)
        assert scenario.measures == libei.measures
        assert scenario.background == libei.background
        assert scenario.parameters == libei.parameters
        starts.append(scenario.programme.start)
    assert starts == sorted(starts)


def test_operating_modes_do_the_same_work():
    base = load_scenario("three_layers")
    for mode in ("lead_seller", "cooperative", "individual"):
        scenario = load_scenario(mode)
        assert scenario.measures == base.measures
        assert scenario.programme == base.programme
        assert scenario.tags.mode == mode


@pytest.mark.parametrize("seed", [1, 3])
def test_a_lead_seller_has_followers_and_an_individual_village_none(seed):
    followers, members = {}, {}
    for mode in ("lead_seller", "cooperative", "individual"):
        village = load_scenario(mode).arm(()).village(seed)
        village.run(60)
        followers[mode] = int((village.sellers.lead >= 0.0).sum())
        members[mode] = sum(body.alive for body in village.bodies)
        village.close()
    assert followers["lead_seller"] >= 5
    assert followers["individual"] == members["individual"] == 0
    assert members["cooperative"] > members["lead_seller"] == 0


# --- Schemas for editors -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def of_scenarios():
    schema = scenario_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.fixture(scope="module")
def of_measures():
    schema = measures_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


@pytest.mark.parametrize("name", NAMES)
def test_an_editor_finds_nothing_wrong_with_a_scenario_of_the_library(of_scenarios, name):
    found = of_scenarios.iter_errors(read_yaml(LIBRARY / f"{name}.yaml").data)
    assert [error.message for error in found] == []


@pytest.mark.parametrize(
    "file", [*sorted(MEASURE_FILES.glob("*.yaml")), FILE], ids=lambda f: f.stem
)
def test_an_editor_finds_nothing_wrong_with_the_measures(of_measures, file):
    found = of_measures.iter_errors(read_yaml(file).data)
    assert [error.message for error in found] == []


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"wekes": 3}, "wekes"),
        ({"weeks": "3"}, "3"),
        ({"measures": [{"measure": "tea_tolk"}]}, "tea_tolk"),
        ({"add_measures": [{"measure": "tea_tolk"}]}, "tea_tolk"),
        ({"measures": [{"measure": "tea_talk", "coverage": "much"}]}, "much"),
        ({"measures": [{"measure": "tea_talk", "target": {"status": "sell"}}]}, "sell"),
        ({"shocks": [{"shock": "flood", "week": 3}]}, "flood"),
        ({"parameters": {"spoil_nocol": 0.2}}, "spoil_nocol"),
        ({"parameters": {"spoil_nocold": 0.9}}, "0.9"),
        ({"background": {"measures": [{"measure": "tea_tolk", "start": 1}]}}, "tea_tolk"),
        ({"background": {"match_boom": {"start": 1, "every": 0}}}, "0"),
        ({"structure": {"benefit_fund": "income"}}, "income"),
        ({"tags": {"roles": ["herbalist"]}}, "herbalist"),
    ],
)
def test_an_editor_tells_what_is_wrong_with_a_scenario(of_scenarios, data, told):
    (error,) = of_scenarios.iter_errors(data)
    assert told in error.message


def test_an_editor_lets_a_file_change_a_part_of_its_base(of_scenarios):
    data = {
        "extends": "libei", "programme": {"stop": 260}, "background": {"pioneer": None},
        "measure_files": ["mine.yaml"], "add_measures": [{"measure": "my_own"}],
        "parameters": {"spoil_nocold": None}, "village": {"pick": 3},
    }  # fmt: skip
    assert not list(of_scenarios.iter_errors(data))


@pytest.mark.parametrize(
    "change",
    [
        {"mechanism": "corse"},
        {"fields": {"taut": 1.0}},
        {"fields": {"taught": "param:no_such_number"}},
        {"layer": "nano"},
        {"coverage": 3},
        {"costs": 3},
        {"hours": -1},
    ],
    ids=str,
)
def test_an_editor_tells_what_is_wrong_with_a_measure(of_measures, change):
    good = read_yaml(MEASURE_FILES / "libei.yaml").data["sail_group"]
    assert not list(of_measures.iter_errors({"mine": good}))
    assert list(of_measures.iter_errors({"mine": {**good, **change}}))


@pytest.mark.parametrize("more", [[], ["--measures"]])
def test_the_command_prints_schemas_that_say_what_keys_mean(capsys, more):
    told = {}
    for language in ("en", "zh"):
        assert main(["schema", "--lang", language, *more]) == 0
        told[language] = json.loads(capsys.readouterr().out)
        jsonschema.Draft202012Validator.check_schema(told[language])
    form = "Measure" if more else "MeasureUse"
    target = {k: told[k]["$defs"][form]["properties"]["target"]["description"] for k in told}
    assert target["en"].startswith("For whom")
    assert target["zh"].startswith("服务对象")


def test_every_key_of_a_file_says_what_it_means():
    own = {"en", "zh", "paper", "section", "whose", "default", "low", "high", "unit"}  # of labels
    own |= {"min", "max", "age", "edu_years", "skill", "efficacy", "burnout", "weeks_open"}
    own |= {"mandarin", "minority", "streamer"}
    for schema in (scenario_schema(), measures_schema()):
        for part in (schema, *schema["$defs"].values()):
            for key in part.get("properties", {}):
                assert key in own or f"schema.{key}" in all_words(), key


def test_programmes_of_others_are_no_measures_of_social_work():
    assert not set(programmes()) & set(MEASURES)
    for name, entry in programmes().items():
        assert entry.sponsor != "programme", name
        assert entry.hours == 0.0, name
