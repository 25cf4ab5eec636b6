"""A user's own mechanism and a user's own Mesa agent, both without touching the project."""

import re
from pathlib import Path

import mesa
import numpy as np
import pytest

from model.mechanism import REGISTRY
from model.village import Village
from scenarios import catalogue, load_scenario
from scenarios.catalogue import MEASURES, load_plugin
from tests.strategies import same_bits, small_setup

DOCS = Path(__file__).parent.parent / "docs" / "extending.md"
PLUGIN = """
from model.mechanism import Mechanism


class FreeLunch(Mechanism):
    name = "free_lunch"
    hours: float = 1.0

    def apply(self, village, service):
        village.families["care_given"][:] += self.hours * service.share


MEASURES = {"school_meals": {
    "label": {"en": "School meals", "zh": "学校午餐"}, "layer": "macro", "cost": 100, "hours": 0,
    "papers": [{"paper": "libei"}], "mechanism": "free_lunch", "fields": {"hours": 4},
    "dose": {"default": 1, "high": 5, "unit": {"en": "meals a week", "zh": "次/周"}},
    "group_size": 0}}
"""
SCENARIO = """
extends: libei
village: {women: 60}
weeks: 40
programme: {start: 20, stop: 40}
measures: [{measure: NAME}]
"""


@pytest.fixture
def own_catalogue(monkeypatch):
    """The catalogue as it was, when the test is over."""
    monkeypatch.setattr(MEASURES, "_entries", dict(MEASURES))
    monkeypatch.setattr(catalogue, "_PLUGINS", [])
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


@pytest.fixture
def write(tmp_path):
    def file(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return file


def test_a_mechanism_of_fifteen_lines_acts_on_the_village(own_catalogue, write, compiled):
    assert len(PLUGIN.strip().splitlines()) <= 16
    assert load_plugin(write("meals.py", PLUGIN)) == ("school_meals",)
    scenario = load_scenario(write("meals.yaml", SCENARIO.replace("NAME", "school_meals")))
    without = scenario.arm(("micro",)).village(1).run(30)
    with_it = scenario.village(1).run(20)
    assert same_bits(with_it, scenario.arm(("micro",)).village(1).run(20)) == []
    with_it.run(30)
    assert with_it.families["care_given"].min() == 4.0
    assert with_it.sellers["hours_care"].mean() < without.sellers["hours_care"].mean()
    assert with_it.ledger.lines["measures"] == 100.0
    assert with_it.ledger.imbalance() < 1e-9


def test_fields_of_a_mechanism_keep_their_bounds(own_catalogue, write):
    from model.errors import Problems

    bounded = PLUGIN.replace("hours: float = 1.0", "hours: float = Field(1.0, ge=0, le=3)")
    text = "from pydantic import Field\n" + bounded
    with pytest.raises(Problems) as caught:
        load_plugin(write("meals.py", text))
    assert caught.value.problems[0].key == "errors.too_large"


class Buyer(mesa.Agent):
    """An ordinary Mesa agent, as a user of Mesa writes it; with a gift it changes a column."""

    def __init__(self, model, gift=0.0):
        super().__init__(model)
        self.gift = gift
        self.weeks = []

    def step(self):
        self.weeks.append(self.model.week)
        self.model.sellers["taught"][:] += self.gift


def test_an_agent_of_a_users_own_is_called_every_week(compiled):
    village = Village(small_setup(), 1)
    buyer = Buyer(village)
    assert village.guests == [buyer]
    assert list(village.agents_by_type[Buyer]) == [buyer]
    village.run(10)
    assert buyer.weeks == list(range(10))
    assert same_bits(village, Village(small_setup(), 1).run(10)) == []  # it only watched


def test_an_agent_of_a_users_own_can_change_the_village(compiled):
    village = Village(small_setup(), 1).run(20)
    plain = village.branch().run(40)
    Buyer(village, gift=0.01)
    village.run(40)
    assert village.sellers["taught"].mean() > plain.sellers["taught"].mean() + 0.1
    assert not np.array_equal(village.sellers["orders"], plain.sellers["orders"])


def test_a_closed_village_forgets_its_guests(compiled):
    village = Village(small_setup(), 1)
    Buyer(village)
    village.close()
    assert village.guests == []


# --- the page that tells how ---------------------------------------------------------------------


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.skipif(not DOCS.is_file(), reason="the page on extending is not there")
def test_the_code_of_the_page_on_extending_runs(own_catalogue, write, compiled):
    first, *others = blocks("python")
    (named,) = load_plugin(write("radio.py", first))
    for number, text in enumerate(blocks("yaml")):
        scenario = load_scenario(write(f"story_{number}.yaml", text), {"village.women": 60})
        assert named in [use.measure for use in scenario.measures]
        start = scenario.programme.start
        village = scenario.village(1).run(start)
        plain = village.branch(scenario.arm(("micro",)).setup()).run(start + 3)
        assert (village.run(start + 3).families["norm"] < plain.families["norm"]).any()
    for text in others:
        exec(compile(text, str(DOCS), "exec"), {"__name__": "page"})
