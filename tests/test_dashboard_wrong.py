"""What a visitor sets wrongly, what is set aside then, and how changes and causes are told."""

import re

import pytest

from model.causes import CAUSES
from model.errors import JinguoError
from scenarios.load import load_scenario
from viz.dashboard import app
from viz.dashboard.address import State, read_address
from viz.dashboard.changes import at_fault, future_of, known_measures, read_text, scenario_of
from viz.dashboard.futures import OWN, choice_of, difference, own_choice, read_choice
from viz.dashboard.lesson import lessons_in
from viz.dashboard.messages import told
from viz.dashboard.options import OPTIONS
from viz.dashboard.play import panel_of
from viz.dashboard.runner import Order, make
from viz.dashboard.story import listed
from viz.dashboard.visit import Visit
from viz.dashboard.woman import KINDS, LEAST, village_causes
from viz.words import Words, tell


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


WRONG = {
    ("family_day.dose", "99"): ("“{measure}”的频次为 99", "Dose of “{measure}” is 99"),
    ("family_day.dose", "x"): ("“{measure}”的频次应为数字", "Dose of “{measure}” must be"),
    ("family_day.coverage", "2"): ("“{measure}”的覆盖面为 200", "Coverage of “{measure}” is 200"),
    ("family_day.start", "-1"): ("“{measure}”的开始周为 -1", "Start week of “{measure}” is -1"),
    ("family_day.stop", "9"): ("“{measure}”：结束周（9）", "“{measure}”: stop (9)"),
    ("women", "x"): ("“妇女人数”应为数字", "“Women” must be a number"),
    ("workers", "1.5"): ("“社工人数”应为整数", "“Social workers” must be a whole number"),
    ("money", "-1"): ("“经费（元）”为 -1", "“Money, yuan” is -1"),
    ("micro", "-1"): ("“微观层面”为 -1", "“micro” is -1"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "begin"), WRONG.items(), ids=lambda x: str(x[0]))
def test_a_wrong_change_is_told_by_the_labels_of_measure_and_field(change, begin):
    label = known_measures(load_scenario("libei"))["family_day"].label
    with pytest.raises(JinguoError) as caught:
        scenario_of("libei", (change,))
    for lang, text in zip(("zh", "en"), begin, strict=True):
        words = Words(lang)
        (line,) = told(caught.value, words)
        assert line.startswith(text.format(measure=words.label(label)))


def test_a_file_is_told_by_its_line_and_the_labels_of_its_measures():
    text = "extends: libei\nmeasures:\n  - {measure: family_day, dose: 99, start: -1}\n"
    with pytest.raises(JinguoError) as caught:
        read_text(text)
    assert tell(caught.value, Words("zh")) == [
        "scenario.yaml:3：“亲子活动、家庭日”的开始周为 -1，不能小于 0。"
    ]


@pytest.mark.parametrize("week", ["-3", "416", "99999"])
def test_the_second_future_begins_within_the_run(week):
    with pytest.raises(JinguoError) as caught:
        future_of("libei", (), (("from", week), ("micro", "0")))
    assert told(caught.value, Words("en"))[0].startswith(f"“From” is {week};")


def test_a_lesson_that_cannot_be_read_is_told_without_a_path_of_the_server(tmp_path, monkeypatch):
    monkeypatch.setattr(OPTIONS, "folder", tmp_path)
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons" / "torn.yaml").write_text("title: [\n")
    (tmp_path / "lessons" / "other.yaml").write_bytes(b"title: \xff\n")
    (tmp_path / "lessons" / "twice.yaml").write_text("title: 1\ntitle: 2\n")
    shown = [one for one in listed(lessons_in(tmp_path), Words("zh")) if one["problems"]]
    assert len(shown) == 3
    for one in shown:
        assert str(tmp_path) not in " ".join(one["problems"])
        assert re.match(r"lessons/\w+\.yaml:\d", one["problems"][0])


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


def test_the_page_takes_back_the_tab_and_the_card_but_nothing_that_was_set():
    rest = (("card", "3"), ("lesson", "2_double_burden"), ("p.care", "20"))
    visit, _ = asked_of((("women", "70"),), tab="story", rest=rest)
    visit.back("?tab=story&w=9&c.women=90&x.lesson=2_double_burden&x.card=1&x.p.care=7")
    assert dict(visit.state.value.rest) == {**dict(rest), "card": "1"}
    visit.back("?tab=village&s=no_such_village&lang=zh")
    state = visit.state.value
    assert (state.tab, state.rest, state.scenario, state.lang) == ("village", (), "libei", "en")
    assert state.changes == (("women", "70"),)


def test_a_second_future_is_never_set_beside_another_village():
    visit, asked = asked_of((("women", "70"),))
    visit.film = {"a": "film of a", "b": "film of b"}.get
    visit.ran.value = {side: visit.asked(side) for side in ("a", "b")}
    assert visit.together() == {"a": "film of a", "b": "film of b"}
    visit.set(changes=(("micro", "0"), ("women", "70")))
    visit.ran.value = {**visit.ran.value, "a": visit.asked("a")}  # run again, in the tab Play
    assert visit.together() == {"a": "film of a"}
    visit.set(changes=(("micro", "2"),), tab="futures")  # changed, and not run
    app._begin(visit)
    assert asked == ["a", "b"]
