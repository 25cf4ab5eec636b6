"""What a visitor sets wrongly, what is set aside then, and how changes and causes are told."""

import re

from model.causes import CAUSES
from scenarios.load import load_scenario
from viz.dashboard.address import State, read_address
from viz.dashboard.changes import at_fault, known_measures
from viz.dashboard.futures import OWN, choice_of, difference, own_choice, read_choice
from viz.dashboard.lesson import lessons_in
from viz.dashboard.options import OPTIONS
from viz.dashboard.play import panel_of
from viz.dashboard.runner import Order, make
from viz.dashboard.visit import Visit
from viz.dashboard.woman import KINDS, LEAST, village_causes
from viz.words import Words


def test_changes_that_are_no_choice_are_kept_and_told_by_their_labels():
    lesson = lessons_in()["2_double_burden"]
    other, catalogue = lesson.changed_other(), known_measures(load_scenario("libei"))
    assert choice_of(other) == OWN
    for lang in ("en", "zh"):
        words = Words(lang)
        (kept,) = own_choice(other, words, lesson=True)
        assert kept["label"] == words.say("dashboard.as_in_lesson")
        told = difference(other, words, catalogue)
        assert words.say("report.layer_micro") in told
        assert words.label(catalogue["sail_group"].label) in told
        assert not re.search(r"_|=", told)
    assert read_choice(OWN, 0, other) == other
    assert dict(read_choice(OWN, 240, other)) == {**dict(other), "from": "240"}


def asked_of(changes=(), **state):
    visit, asked = Visit(State("libei", changes, **state)), []
    visit.run = asked.append
    return visit, asked


def test_the_panel_keeps_what_can_be_run_and_shows_what_cannot():
    visit, _ = asked_of((("family_day.stop", "3"), ("micro", "1.5"), ("women", "700")))
    visit.change("workers", "9")
    shown = panel_of(visit)
    assert (shown["women"], shown["workers"]) == (700, "9")
    micro = shown["layers"][0]
    assert micro["factor"] == 1.5
    assert next(m for m in micro["measures"] if m["name"] == "family_day")["stop"] == "3"
    visit.change("family_day.stop", "260")
    visit.change("workers", "2")
    assert visit.banner() == []
    assert panel_of(visit)["workers"] == 2


def test_of_two_changes_that_do_not_go_together_the_last_is_at_fault():
    changes = (("family_day.start", "280"), ("family_day.stop", "250"))
    assert at_fault("libei", changes, None, "family_day.start") == {"family_day.start"}
    assert at_fault("libei", changes, None, "family_day.stop") == {"family_day.stop"}


def test_the_way_on_sets_aside_only_what_went_wrong():
    visit, asked = asked_of((("women", "700"),))
    visit.change("workers", "9")
    visit.ran.value = {"a": "held", "b": None}
    visit.way_on()
    assert visit.state.value.changes == (("women", "700"),)
    assert (visit.problems.value, asked) == ([], [])
    visit.open(None)
    visit.way_on()
    assert visit.state.value.changes == (("women", "700"),)
    assert visit.problems.value == []
    lost, asked = asked_of()
    lost.set(scenario="no_such_village", changes=(("women", "70"),))
    lost.way_on()
    assert (lost.state.value.scenario, asked) == (OPTIONS.scenario, ["a"])
    two, asked = asked_of(tab="futures", other=(("micro", "inf"),))
    two.way_on()
    assert (two.state.value.other, asked) == ((), ["a", "b"])


def test_luck_is_bounded_as_in_the_address():
    visit, _ = asked_of()
    for seed in (-3, 7, 10**12):
        visit.luck(seed)
        assert read_address(visit.state.value.query(), State()).seed == visit.state.value.seed


def test_causes_of_the_village_say_no_direction_and_leave_out_what_shows_as_nothing():
    visit, _ = asked_of()
    film = make(Order(load_scenario("libei", {"village.women": 60}), 1))
    visit.film = lambda _: film
    parts = village_causes(visit, 300, 52)
    assert {part["outcome"] for part in parts} == set(KINDS)
    for part in parts:
        outcome = part["outcome"]
        plain = {visit.words.say(f"layers.cause_{outcome}_{n}") for n in CAUSES[outcome]}
        assert {name for name, _ in part["causes"]} <= plain
        assert all(abs(value) >= LEAST[part["kind"]] for _, value in part["causes"])
