"""The catalogue of measures, and what a user's plug-in adds to it."""

import pickle
from pathlib import Path

import pytest

from model.errors import JinguoError, Problems
from model.mechanism import REGISTRY, Mechanism
from model.parameters import Values
from scenarios import catalogue, load_scenario
from scenarios.catalogue import MEASURES, load_measures, load_plugin, read_measures, resolve
from scenarios.form import Target
from scenarios.schema import MeasureUse
from scenarios.yaml_reader import read_yaml

CASES = Path(__file__).parent / "cases"
MEASURE = read_yaml(CASES / "two_measures.yaml").data["class_one"]


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
    def file(text: str, name: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_references_become_the_numbers_of_the_run():
    use = MeasureUse(measure="class_one", start=3, stop=9)
    delivery = resolve(use, MEASURES["class_one"], Values({"assumed_medium": 0.3}))
    assert delivery.mechanism.size == 0.3
    assert (delivery.dose, delivery.coverage, delivery.hours) == (0.25, 0.3, 3.0)
    assert delivery.target == {"status": ("selling",)}
    everyone = use.model_copy(update={"target": Target()})
    assert resolve(everyone, MEASURES["class_one"], Values()).target == {}


def places(at):
    return f"m.yaml:{'/'.join(map(str, at))}"


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"mechanism": "only_in_test"}, "unknown_mechanism"),
        ({"layer": "mikro"}, "unknown_choice"),
        ({"sponsor": "nobody"}, "unknown_choice"),
        ({"fields": {"size": "param:assumed_medum"}}, "unknown_parameter"),
        ({"fields": {"sise": 1}}, "unknown_key"),
        ({"fields": {"size": [1]}}, "not_plain"),
        ({"hours": "param:nothing"}, "unknown_parameter"),
        ({"hours": "3"}, "number_as_text"),
        ({"cost": -1}, "too_small"),
        ({"dose": {**MEASURE["dose"], "default": 5}}, "out_of_range"),
        ({"effect": 0.5}, "unknown_key"),
        ({"label": {"en": "only English"}}, "missing_key"),
        ({"moves": {"skil": "+"}}, "unknown_choice"),
        ({"moves": {"skill": "up"}}, "unknown_choice"),
        ({"risks": [{"en": "a", "zh": "b", "whose": "nobody"}]}, "unknown_choice"),
        ({"group_size": "param:nothing"}, "unknown_parameter"),
    ],
)
def test_a_wrong_measure_is_told_with_its_name(change, key):
    with pytest.raises(Problems) as caught:
        read_measures({"mine": {**MEASURE, **change}}, places)
    (found,) = caught.value.problems
    assert found.key == f"errors.{key}"
    assert found.where.startswith("m.yaml:mine")


PLUGIN = """
from model.mechanism import Mechanism

class Song(Mechanism):
    \"\"\"Singing together.\"\"\"
    name = "song_only_in_tests"
    loud: float = 1.0

    def apply(self, village, service):
        village.sung = self.loud

MEASURES = {"choir": {
    "label": {"en": "Choir", "zh": "合唱"}, "layer": "meso", "papers": [],
    "mechanism": "song_only_in_tests", "fields": {"loud": 2.0},
    "dose": {"default": 1, "high": 2, "unit": {"en": "a week", "zh": "次/周"}},
    "hours": 1, "cost": 0,
}}
"""


@pytest.fixture
def no_plugins(monkeypatch):
    monkeypatch.setattr(catalogue, "_PLUGINS", [])
    monkeypatch.setattr(catalogue, "_OWN_FILES", {})
    before = dict(REGISTRY)
    yield
    for name in set(REGISTRY) - set(before):
        del REGISTRY[name]


def test_a_plug_in_adds_a_mechanism_and_a_measure(write, no_plugins):
    path = write(PLUGIN, "choir.py")
    assert load_plugin(path) == ("choir",)
    assert load_plugin(path) == ()
    assert catalogue.loaded_plugins() == (path.resolve(),)
    scenario = load_scenario(
        write("programme: {start: 1, stop: 2}\nmeasures: [{measure: choir}]\n", "sings.yaml")
    )
    entry = MEASURES[scenario.measures[0].measure]
    use = scenario.measures[0].model_copy(update={"start": 1, "stop": 2})
    delivery = resolve(use, entry, catalogue._default_values())
    assert pickle.loads(pickle.dumps(delivery.mechanism)).loud == 2.0


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("x = 1\nraise ValueError('no')\n", "plugin_broken", 2),
        ("def f(:\n", "plugin_broken", 1),
    ],
)
def test_a_broken_plug_in_is_told_with_its_line(write, no_plugins, text, key, line):
    path = write(text, "broken.py")
    with pytest.raises(JinguoError) as caught:
        load_plugin(path)
    assert caught.value.key == f"errors.{key}"
    assert caught.value.where == f"{path.resolve()}:{line}"
    assert catalogue.loaded_plugins() == ()


def test_a_plug_in_cannot_replace_a_measure(write, no_plugins):
    text = PLUGIN.replace('"choir":', '"circle":')
    with pytest.raises(JinguoError) as caught:
        load_plugin(write(text, "rude.py"))
    assert caught.value.key == "errors.measure_exists"


# --- A user's own measure file ----------------------------------------------------------------

OWN = """
class_two:
  label: {en: "A second class", zh: "第二堂课"}
  layer: micro
  papers: []
  mechanism: only_in_tests
  fields: {size: "param:assumed_small"}
  dose: {default: 1, high: 2, unit: {en: "a week", zh: "次/周"}}
  hours: 2
  cost: 10
other_name:
  label: {en: "A class by another name", zh: "另一个名称"}
  papers: [{paper: libei, section: "5.1"}]
  same_as: class_one
"""


def test_a_users_file_adds_measures(write, no_plugins):
    path = write(OWN, "mine.yaml")
    assert load_measures(path) == ("class_two", "other_name")
    assert load_measures(path) == ("class_two", "other_name")
    assert MEASURES["class_two"].cost == 10.0
    assert MEASURES["other_name"].fields == MEASURES["class_one"].fields
    use = MeasureUse(measure="other_name", start=1, stop=2)
    assert resolve(use, MEASURES["other_name"], Values()).measure == "class_one"


def test_a_users_file_written_anew_is_read_anew(write, no_plugins):
    load_measures(write(OWN, "mine.yaml"))
    anew = OWN.replace("hours: 2", "hours: 3").replace("class_two", "third")
    load_measures(write(anew, "mine.yaml"))
    assert MEASURES["third"].hours == 3.0
    assert "class_two" not in MEASURES


def test_a_users_file_goes_to_every_process_as_a_plug_in_does(write, no_plugins):
    path = write(OWN, "mine.yaml")
    assert load_plugin(path) == ("class_two", "other_name")
    assert catalogue.loaded_plugins() == (path.resolve(),)


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        (OWN.replace("only_in_tests", "only_in_test"), "unknown_mechanism", 6),
        (OWN.replace("same_as: class_one", "same_as: class_on"), "unknown_measure", 14),
        (OWN.replace("class_two", "circle"), "measure_exists", 2),
        ("- a\n- b\n", "not_a_mapping", 1),
    ],
)
def test_a_wrong_file_is_told_with_its_line(write, no_plugins, text, key, line):
    path = write(text, "mine.yaml")
    with pytest.raises(JinguoError) as caught:
        load_measures(path)
    found = caught.value.problems[0] if isinstance(caught.value, Problems) else caught.value
    assert found.key == f"errors.{key}"
    assert found.where == f"{path.resolve()}:{line}"


SCENARIO = """
measure_files: [{file}]
programme: {{start: 1, stop: 2}}
measures: [{{measure: class_two}}]
"""


def test_a_scenario_names_measure_files_that_lie_beside_it(write, no_plugins):
    write(OWN, "mine.yaml")
    scenario = load_scenario(write(SCENARIO.format(file="mine.yaml"), "own.yaml"))
    MEASURES.drop(("class_two", "other_name"))  # as in a process of its own
    catalogue._OWN_FILES.clear()
    again = pickle.loads(pickle.dumps(scenario))
    assert [m.measure for m in again.arm({"micro"}).measures] == ["class_two"]
    assert again.setup().measures[0].hours == 2.0


@pytest.mark.parametrize(
    ("file", "key"), [("gone.yaml", "file_missing"), ("../mine.yaml", "path_outside")]
)
def test_a_measure_file_that_is_not_there_is_told(write, no_plugins, file, key):
    path = write(SCENARIO.format(file=file), "own.yaml")
    with pytest.raises(Problems) as caught:
        load_scenario(path)
    (found,) = caught.value.problems
    assert (found.key, found.where) == (f"errors.{key}", f"{path}:2")
