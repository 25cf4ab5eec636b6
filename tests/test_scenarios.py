"""Scenario files: what they may say, what is told when they say something else."""

import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import JinguoError, Problems
from model.mechanism import REGISTRY, Mechanism
from scenarios import files, load_scenario
from scenarios.catalogue import MEASURES, read_measures
from scenarios.load import check_file, list_scenarios
from scenarios.schema import Scenario
from scenarios.validation import read_form
from scenarios.yaml_reader import parse_yaml, read_yaml
from viz.words import Words, tell

TITLE = {"en": "A hamlet", "zh": "小村"}
HEAD = "title: {en: A hamlet, zh: 小村}\n"
CASES = Path(__file__).parent / "cases"


@pytest.fixture(autouse=True)
def two_measures(monkeypatch):
    """A catalogue of two measures, whatever the project's own one holds."""

    class OnlyInTests(Mechanism):
        size: float = 0.0

    monkeypatch.setitem(REGISTRY, "only_in_tests", OnlyInTests)
    document = read_yaml(CASES / "two_measures.yaml")
    entries = read_measures(document.data, document.where)
    monkeypatch.setattr(MEASURES, "_entries", entries)


@pytest.fixture
def write(tmp_path: Path):
    def file(text: str, name: str = "mine.yaml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def problems_of(path, overrides=None) -> list[JinguoError]:
    with pytest.raises(JinguoError) as caught:
        load_scenario(path, overrides or {})
    error = caught.value
    found = list(error.problems) if isinstance(error, Problems) else [error]
    for language in ("en", "zh"):
        assert tell(error, Words(language))  # every message can be told
    return found


def only_problem(path, overrides=None) -> JinguoError:
    found = problems_of(path, overrides)
    assert len(found) == 1, [str(problem) for problem in found]
    return found[0]


PROGRAMME = "programme: {start: 10, stop: 20, workers: 2, money: 30000}\n"
USE = "measures:\n  - {measure: class_one, dose: 0.5, coverage: 40%}\n"


def test_an_empty_mapping_is_a_village_with_the_documented_defaults(write):
    scenario = load_scenario(write("weeks: 100\n", "hamlet.yaml"))
    assert scenario.name == "hamlet"
    assert (scenario.weeks, scenario.village_spec.women) == (100, 300)
    assert scenario.programme is None
    assert scenario.horizons() == {"end": 100}


def test_the_example_of_the_documentation_reads_as_it_says(write):
    scenario = load_scenario(write(HEAD + "weeks: 60\n" + PROGRAMME + USE))
    assert scenario.programme.workers == 2
    assert scenario.measures[0].coverage == 0.4
    assert scenario.horizons() == {"end": 20}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case['key']}-{number}")
        for number, case in enumerate(read_yaml(CASES / "bad_scenarios.yaml").data)
    ],
)
def test_bad_input_gives_one_message_with_its_line(write, case):
    path = write(HEAD + case["text"])
    found = only_problem(path)
    assert (found.key, found.where) == (f"errors.{case['key']}", f"{path}:{case['line']}")
    assert case.get("fields", {}).items() <= found.fields.items()


def test_everything_wrong_with_a_file_is_told_at_once(write):
    path = write(HEAD + "weeks: 0\nvillage: {women: x}\nstrucure: {}\n")
    assert [problem.where.rpartition(":")[2] for problem in problems_of(path)] == ["2", "3", "4"]


def test_a_file_that_is_no_mapping_is_no_scenario(write):
    assert only_problem(write("- 1\n")).key == "errors.not_a_scenario"
    assert only_problem(write("")).key == "errors.not_a_scenario"


def test_a_file_or_name_that_is_not_there_is_told(tmp_path):
    assert only_problem(tmp_path / "none.yaml").key == "errors.file_missing"
    assert only_problem("no_such_scenario_at_all").key == "errors.unknown_scenario"


def test_a_cycle_shows_its_chain(write):
    write("extends: b.yaml\n", "a.yaml")
    write("extends: c\n", "b.yaml")
    last = write("weeks: 3\nextends: a.yaml\n", "c.yaml")
    found = only_problem(last)
    assert found.key == "errors.extends_cycle"
    assert found.fields == {"chain": "c.yaml → a.yaml → b.yaml → c.yaml"}


def test_a_file_that_extends_itself_is_a_cycle(write):
    assert only_problem(write("extends: mine.yaml\n")).fields["chain"] == "mine.yaml → mine.yaml"


BASE = HEAD + PROGRAMME + (
    "parameters: {spoil_nocold: 0.15, assumed_small: 0.05}\n"
    "background: {county_push: {start: 5, stop: 50}}\n"
    "measures:\n  - {measure: class_one, dose: 0.5}\n  - {measure: circle, coverage: 10%}\n"
)  # fmt: skip


def test_mappings_merge_and_measures_replace(write):
    write(BASE, "base.yaml")
    child = load_scenario(
        write(
            "extends: base.yaml\nparameters: {assumed_small: 0.1}\nprogramme: {workers: 5}\n"
            "background: {county_push: {stop: 60}}\nmeasures: [{measure: circle}]\n"
        )
    )
    assert child.name == "mine"
    assert child.title.model_dump() == TITLE
    assert child.parameters == {"spoil_nocold": 0.15, "assumed_small": 0.1}
    assert (child.programme.start, child.programme.workers) == (10, 5)
    assert child.background.county_push.model_dump() == {"start": 5, "stop": 60}
    assert [use.measure for use in child.measures] == ["circle"]


def test_measures_are_added_and_dropped(write):
    write(BASE, "base.yaml")
    child = load_scenario(
        write(
            "extends: base\ndrop_measures: [class_one]\n"
            "add_measures:\n  - {measure: class_one, dose: 1}\n"
        )
    )
    assert [(use.measure, use.dose) for use in child.measures] == [
        ("circle", None),
        ("class_one", 1.0),
    ]


def test_null_takes_an_inherited_value_away(write):
    write(BASE, "base.yaml")
    child = load_scenario(
        write("extends: base\nprogramme: null\nparameters: {assumed_small: null}\n")
    )
    assert child.programme is None
    assert child.measures == ()
    assert child.parameters == {"spoil_nocold": 0.15}


def test_a_problem_is_told_in_the_file_it_stands_in(write):
    base = write(BASE.replace("dose: 0.5", "dose: 9").replace("10%", "0.1"), "base.yaml")
    found = only_problem(write("extends: base\nweeks: 30\n"))
    assert found.where == f"{base}:6"
    child = write("extends: base\ndrop_measures: [class_one]\nadd_measures:\n - measure: x\n")
    assert only_problem(child).where == f"{child}:4"


def test_inherited_ties_lie_idle_in_a_generated_village(write, tmp_path):
    for name in ("t.csv", "h.csv"):
        write("household\n1\n", name)
    write(HEAD + "village: {graph: measured, ties: t.csv, households: h.csv}\n", "base.yaml")
    child = load_scenario(write("extends: base\nvillage: {graph: generated}\n"))
    assert child.village_spec.ties is None
    measured = load_scenario(tmp_path / "base.yaml")
    assert measured.village_spec.ties == "t.csv"
    assert load_scenario(tmp_path / "base.yaml", {"village.graph": "generated"}) != measured


def test_a_measured_village_needs_files_that_are_there(write):
    path = write(HEAD + "village:\n  graph: measured\n  ties: t.csv\n  households: h.csv\n")
    assert [(p.key, p.where) for p in problems_of(path)] == [
        ("errors.file_missing", f"{path}:5"),
        ("errors.file_missing", f"{path}:4"),
    ]
    path = write(HEAD + "village: {graph: measured}\n")
    assert {p.fields["key"] for p in problems_of(path)} == {"households", "ties"}


def test_overrides_set_values_by_path_and_read_text_as_a_file_would(write):
    path = write(BASE)
    scenario = load_scenario(
        path,
        {
            "village.women": "600",
            "parameters.spoil_nocold": 0.2,
            "structure.household": "bargaining",
            "measures.circle.coverage": "25%",
            "measures.1.dose": 0,
            "background.village_logistics": "{start: 7}",
            "title.en": "Another",
        },
    )
    assert scenario.village_spec.women == 600
    assert scenario.parameters["spoil_nocold"] == 0.2
    assert scenario.structure.household == "bargaining"
    assert [use.coverage for use in scenario.measures] == [None, 0.25]
    assert scenario.measures[0].dose == 0
    assert scenario.background.village_logistics.start == 7
    assert scenario.title.model_dump() == {"en": "Another", "zh": "小村"}
    assert load_scenario(path, {"programme": "null"}).measures == ()


@pytest.mark.parametrize(
    ("path", "value", "key"),
    [
        ("village.wommen", 3, "unknown_key"),
        ("vilage.women", 3, "unknown_key"),
        ("village.women", 0, "too_small"),
        ("village.women", "lots", "not_a_whole_number"),
        ("village.women.more", 1, "nothing_below"),
        ("parameters.nothing", 1, "unknown_parameter"),
        ("parameters.spoil_nocold", 99, "parameter_out_of_range"),
        ("measures.cercle.dose", 1, "measure_not_there"),
        ("measures.3.dose", 1, "measure_not_there"),
        ("village..women", 1, "bad_path"),
        ("", 1, "bad_path"),
        ("village", "{women: 3", "yaml_unclosed"),
    ],
)
def test_a_bad_override_is_told_by_its_path(write, path, value, key):
    scenario = write(BASE + "village: {women: 50}\n")
    found = only_problem(scenario, {path: value})
    assert found.key == f"errors.{key}"
    assert found.where.split(":")[0] in {path, ""}


def test_overrides_leave_the_file_and_each_other_alone(write):
    path = write(BASE)
    load_scenario(path, {"village.women": 7})
    assert load_scenario(path).village_spec.women == 300


def test_arms_differ_only_in_their_measures(write):
    scenario = load_scenario(write(BASE))
    micro = scenario.arm({"micro"})
    assert [use.measure for use in micro.measures] == ["class_one"]
    assert micro.programme == scenario.programme
    assert scenario.arm(("micro", "meso")) == scenario
    nothing, programme = scenario.arm(()), scenario.programme
    assert nothing.measures == ()
    assert (nothing.programme.workers, nothing.programme.money) == (0, 0.0)
    dates = (nothing.programme.start, nothing.programme.stop)  # outcomes are counted in all arms
    assert dates == (programme.start, programme.stop)
    assert nothing.background == scenario.background
    with pytest.raises(ValueError, match="no layer 'mikro'"):
        scenario.arm(["mikro"])


def test_staff_changes_nothing_else(write):
    scenario = load_scenario(write(BASE))
    enough = scenario.with_staff("enough")
    assert (scenario.programme.staff, enough.programme.staff) == ("limited", "enough")
    assert enough.with_staff("limited") == scenario


WEEKS = st.integers(0, 400)
MEASURE_USES = st.builds(
    lambda measure, dose, coverage, target: {
        "measure": measure, "dose": dose, "coverage": coverage, "target": target,
    },
    st.sampled_from(["class_one", "circle"]),
    st.floats(0, 2),
    st.floats(0, 1) | st.integers(0, 100).map(lambda share: f"{share}%"),
    st.sampled_from([{}, {"status": "selling"}, {"age": {"min": 45}}, {"poorest": True}]),
)  # fmt: skip
SCENARIOS = st.builds(
    lambda title, weeks, women, start, length, money, measures, spoil, pick: {
        "name": "drawn",
        "title": {"en": title, "zh": title},
        "weeks": weeks,
        "village": {"women": women, "graph": "random", "pick": pick},
        "parameters": {"spoil_nocold": spoil},
        "programme": {"start": start, "stop": start + length, "money": money},
        "measures": measures,
    },
    st.text(min_size=1, max_size=30),
    st.integers(1, 1040),
    st.integers(1, 200_000),
    WEEKS,
    st.integers(1, 200),
    st.floats(0, 1e9),
    st.lists(MEASURE_USES, max_size=3),
    st.floats(0.11, 0.29),
    st.integers(1, 99) | st.text(min_size=1, max_size=5),
)  # fmt: skip


@given(SCENARIOS)
def test_a_scenario_written_down_reads_back_as_itself(data):
    scenario = read_form(Scenario, data, lambda _: "")
    text = scenario.dump()
    again = read_form(Scenario, parse_yaml(text, "x").data, lambda _: "")
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert again.dump() == text
    assert pickle.loads(pickle.dumps(scenario)) == scenario


def test_a_dumped_file_loads_as_the_same_scenario(write):
    write(BASE, "base.yaml")
    scenario = load_scenario(write("extends: base\nprogramme: {stop: 30}\n"))
    assert load_scenario(write(scenario.dump(), "copy.yaml")) == scenario


# --- what a village is built from; the model's own modules are needed ---


def test_a_setup_holds_what_the_file_says(write):
    pytest.importorskip("model.village_graph")
    setup = load_scenario(write(BASE)).setup()
    assert [(d.measure, d.start, d.stop) for d in setup.measures] == [
        ("class_one", 10, 20),
        ("circle", 10, 20),
    ]
    assert setup.values.spoil_nocold == 0.15
    assert setup.programme.money == 30000
    assert setup.background.county_push == (5, 50)
    assert pickle.loads(pickle.dumps(setup.background)) == setup.background


def test_the_content_key_follows_what_decides_results_and_nothing_else(write):
    pytest.importorskip("model.village_graph")
    scenario = load_scenario(write(BASE))
    key = scenario.content_key()
    assert len(key) == 16
    same = load_scenario(write(BASE.replace("A hamlet", "Another title"), "other.yaml"))
    assert same.content_key() == key
    for change in ({"weeks": 417}, {"measures.1.dose": 0.6}, {"parameters.assumed_small": 0.06}):
        assert load_scenario(write(BASE), change).content_key() != key
    assert load_scenario(write(BASE), {"parameters.assumed_large": 0.5}).content_key() != key


# --- the project's own files ---


def test_target_words_are_those_of_the_agents():
    from agents import sellers
    from scenarios import form

    assert [word.upper() for word in form.STATUSES] == [code.name for code in sellers.Status]
    assert [word.upper() for word in form.MODES] == [code.name for code in sellers.Mode]
    assert [word.upper() for word in form.HUSBANDS] == [code.name for code in sellers.Husband]
    assert form.CATEGORIES == sellers.CATEGORIES
    assert form.SEGMENTS == sellers.SEGMENTS


def test_every_built_in_file_loads_without_a_problem(monkeypatch):
    monkeypatch.setattr(MEASURES, "_entries", None)
    heads = list_scenarios()
    assert [head.name for head in heads] == list(files.library_names())
    for name in MEASURES:
        assert MEASURES[name].label.zh
    if heads:
        pytest.importorskip("model.village_graph")
        assert [check_file(files.LIBRARY / f"{head.name}.yaml").name for head in heads]
