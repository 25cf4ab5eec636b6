"""Lessons: what their files may say, what their texts claim, how a visitor goes through one."""

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from model.errors import JinguoError
from scenarios.yaml_reader import read_yaml
from viz.dashboard import story
from viz.dashboard.changes import future_of, scenario_of
from viz.dashboard.lesson import HERE, Lesson, fields_of, lessons_in, read_lesson
from viz.dashboard.runner import Order, make
from viz.dashboard.story_figures import figures_of, for_browser, holds, told
from viz.dashboard.story_lines import kind_of, title_of
from viz.dashboard.visit import Visit
from viz.words import LANGUAGES, Words, tell

BUILT_IN = lessons_in()
SEEDS = range(1, 7)
WOMEN = "100"
MOST_WRONG = 1  # of these small villages, one may go otherwise


@cache
def filmed(scenario: str, changes, other, seed: int):
    if not other:
        return make(Order(scenario_of(scenario, changes), seed))
    return make(Order(future_of(scenario, changes, other), seed))


def films_of(lesson: Lesson, seed: int, women: str = WOMEN):
    changes = tuple(sorted({**dict(lesson.changed()), "women": women}.items()))
    a = filmed(lesson.scenario, changes, (), seed)
    other = lesson.changed_other()
    return a, filmed(lesson.scenario, changes, other, seed) if lesson.two else None


@pytest.fixture(scope="module")
def films():
    return {name: films_of(lesson, 1) for name, lesson in BUILT_IN.items()}


def test_there_are_the_four_lessons_and_all_can_be_read():
    assert list(BUILT_IN) == [
        "1_rise_and_price_war", "2_double_burden", "3_training_fades", "4_together_or_alone",
    ]  # fmt: skip
    assert all(isinstance(lesson, Lesson) for lesson in BUILT_IN.values())


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_lesson_asks_lets_predict_runs_reveals_and_talks(name):
    kinds = [card.card for card in BUILT_IN[name].cards]
    assert kinds[0] == "question"
    assert kinds[-1] == "talk"
    assert "predict run reveal" in " ".join(kinds)
    shown = {figure for card in BUILT_IN[name].cards for figure in card.shows}
    asked = {card.predict.figure for card in BUILT_IN[name].cards if card.predict}
    assert shown == asked, "every prediction is compared with the run"


@pytest.mark.parametrize("name", BUILT_IN)
def test_every_number_of_the_texts_is_computed_from_the_films(name, films):
    lesson = BUILT_IN[name]
    values = told(lesson, figures_of(lesson, *films[name]))
    for card in lesson.cards:
        for label in (card.title, card.text, card.notes, *card.questions):
            named = fields_of(label)
            assert all(values[field]["value"] is not None for field in named)
            if card.card == "reveal" and label is card.text:
                assert named, "a reveal tells numbers of the run"
        if card.card == "reveal":
            bare = re.sub(r"\{\w+\}|\b0 (?:to|and) 1\b", "", card.text.en + card.title.en)
            assert not re.search(r"\d", bare), bare


@pytest.mark.parametrize("name", BUILT_IN)
def test_the_story_holds_in_small_villages(name, films):
    lesson = BUILT_IN[name]
    assert lesson.holds
    told_of = []
    for seed in SEEDS:
        pair = films[name] if seed == 1 else films_of(lesson, seed)
        told_of.append(holds(lesson, figures_of(lesson, *pair)))
    assert sum(told_of) >= len(SEEDS) - MOST_WRONG, told_of


@pytest.mark.parametrize("name", BUILT_IN)
def test_a_result_lies_on_the_slider_or_in_one_choice(name, films):
    lesson = BUILT_IN[name]
    values = figures_of(lesson, *films[name])
    for card in lesson.cards:
        if card.predict is None:
            continue
        value = values[card.predict.figure]
        if card.predict.choices:
            inside = [
                (c.low is None or value >= c.low) and (c.high is None or value < c.high)
                for c in card.predict.choices
            ]
            assert sum(inside) == 1
        else:
            assert card.predict.low <= value <= card.predict.high


@pytest.mark.parametrize("lang", LANGUAGES)
def test_lines_of_lessons_have_titles(lang):
    for lesson in BUILT_IN.values():
        for card in lesson.cards:
            for name in card.charts:
                assert title_of(name, Words(lang))
                assert kind_of(name)


# --- figures ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def two(films):
    return films["4_together_or_alone"]


def lesson_with(**figures) -> Lesson:
    data = read_yaml(HERE / "4_together_or_alone.yaml").data
    return Lesson.model_validate({**data, "figures": figures, "holds": []})


def test_figures_are_what_they_say(two):
    a, b = two
    shops = a.line("shops").astype(float)
    lesson = lesson_with(
        mean={"line": "shops", "weeks": [10, 20]},
        top={"line": "shops", "weeks": [0, 416], "take": "highest"},
        when={"line": "shops", "weeks": [0, 416], "take": "week_of_highest", "kind": "week"},
        total={"line": "shops", "weeks": [0, 3], "take": "sum"},
        gap={"line": "trust", "side": "gap", "weeks": [300, 312]},
        logs={"line": "norm", "weeks": [0, 1], "unlog": True},
        fall={"of": ["top", "mean"], "how": "fall", "kind": "percent"},
        change={"of": ["top", "mean"], "how": "change", "kind": "percent"},
        left={"of": ["top", "mean"], "how": "left", "kind": "percent"},
        difference={"of": ["top", "mean"]},
    )
    found = figures_of(lesson, a, b)
    assert found["mean"] == pytest.approx(shops[10:20].mean())
    assert found["top"] == shops.max()
    assert shops[int(found["when"])] == shops.max()
    assert found["total"] == shops[:3].sum()
    gap = b.line("trust") - a.line("trust")
    assert found["gap"] == pytest.approx(np.mean(gap[300:312]))
    assert found["logs"] == pytest.approx(100 * np.expm1(a.line("norm")[0]))
    assert found["left"] == pytest.approx(100 * found["mean"] / found["top"])
    assert found["fall"] == pytest.approx(-found["change"])
    assert found["difference"] == pytest.approx(found["mean"] - found["top"])


def test_what_the_films_cannot_say_is_nothing_and_no_story(two):
    lesson = lesson_with(
        early={"line": "trust_fixed", "weeks": [0, 10]},
        of_it={"of": ["early", "early"], "how": "left"},
        other={"line": "shops", "side": "b", "weeks": [0, 10]},
    )
    found = figures_of(lesson, two[0])
    assert found == {"early": None, "of_it": None, "other": None}
    held = lesson.model_copy(update={"holds": BUILT_IN["4_together_or_alone"].holds[:1]})
    assert not holds(held, dict.fromkeys([held.holds[0].figure]))


# --- files of trainers -----------------------------------------------------------------------

GOOD = (HERE / "1_rise_and_price_war.yaml").read_text(encoding="utf-8")


def written(tmp_path, *changes: tuple[str, str]):
    text = GOOD
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    (tmp_path / "lessons").mkdir(exist_ok=True)
    path = tmp_path / "lessons" / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("weeks: [103, 104]", "weeks: [104, 103]"), "story.weeks"),
        (("{line: shops, weeks: [103", "{line: shopz, weeks: [103"), "story.no_line"),
        (("{line: shops, weeks: [103, 104], kind", "{kind"), "story.line_or_of"),
        (("of: [price_second, price_fourth]", "of: [price_fall, price_fourth]"),
         "story.not_above"),
        (("{figure: price_fall, above: 0}", "{figure: price_falls, above: 0}"),
         "story.no_figure"),
        (("300 women live in the village.", "There are {shops_two}."), "story.too_early"),
        (("low: 0, high: 150", "low: 150, high: 0"), "story.slider"),
        (("    shows: [shops_two]", "    shows: [shops_four]"), "story.not_asked"),
        (("    charts: [shops, price_median]\n    weeks: [0, 104]",
          "    sides: [a, b]\n    charts: [shops]"), "story.one_future"),
        (("scenario: libei", "scenario: libai"), "errors.unknown_scenario"),
        (("minutes: 40", "minutes: long"), "errors.not_a_whole_number"),
        (("minutes: 40", "minuts: 40"), "errors.unknown_key"),
        (("changes: {women: 300", "changes: {womn: 300"), "errors.unknown_measure"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_in_both_languages(tmp_path, change, key):
    path = written(tmp_path, change)
    with pytest.raises(JinguoError) as caught:
        read_lesson(path)
    assert key in {problem.key for problem in caught.value.problems}
    for lang in LANGUAGES:
        lines = tell(caught.value, Words(lang))
        assert any(re.search(r"mine\.yaml:\d+", line) for line in lines)
        assert str(tmp_path) not in "".join(lines)


def test_own_lessons_stand_beside_the_built_in_ones(tmp_path):
    written(tmp_path, ("The rise and the price war\"", "Our village\""))
    (tmp_path / "lessons" / "broken.yaml").write_text("title: x\n", encoding="utf-8")
    found = lessons_in(tmp_path)
    assert set(found) - set(BUILT_IN) == {"own-mine", "own-broken"}
    assert found["own-mine"].title.en == "Our village"
    listed = {one["name"]: one for one in story.listed(found, Words("zh"))}
    assert listed["own-broken"]["problems"]
    assert not listed["own-mine"]["problems"]
    assert listed["own-mine"]["own"]


def test_a_lesson_file_outside_the_folder_is_not_read(tmp_path):
    outside = tmp_path / "outside.yaml"
    outside.write_text(GOOD, encoding="utf-8")
    folder = tmp_path / "folder" / "lessons"
    folder.mkdir(parents=True)
    (folder / "link.yaml").symlink_to(outside)
    assert set(lessons_in(tmp_path / "folder")) == set(BUILT_IN)


# --- a visit ---------------------------------------------------------------------------------


@pytest.fixture
def visit(monkeypatch):
    found = Visit(story.State(tab="story"))
    asked: list[str] = []
    monkeypatch.setattr(found, "run", asked.append)
    found.asked_runs = asked
    return found


def test_beginning_a_lesson_asks_for_its_village(visit):
    story.begin(visit, "4_together_or_alone")
    lesson = BUILT_IN["4_together_or_alone"]
    state = visit.state.value
    assert (state.scenario, state.changes, state.other) == (
        "libei", lesson.changed(), lesson.changed_other(),
    )  # fmt: skip
    assert visit.asked_runs == ["a", "b"]
    assert story.card_of(dict(state.rest), lesson) == 0


def test_a_lesson_with_the_village_of_the_one_before_runs_it_again(visit):
    story.begin(visit, "1_rise_and_price_war")
    visit.ran.value = {"a": visit.asked("a"), "b": None}
    visit.films.value = {"a": {"key": "held"}, "b": {}}
    visit.asked_runs.clear()
    story.leave(visit)
    story.begin(visit, "2_double_burden")
    assert visit.films.value["a"] == {}
    assert visit.asked_runs == ["a", "b"]


def test_card_and_predictions_live_in_the_address(visit):
    story.begin(visit, "1_rise_and_price_war")
    lesson = BUILT_IN["1_rise_and_price_war"]
    story.keep(visit, "card", "3")
    story.predict(visit, lesson, {"name": "shops_two", "value": "45"})
    story.predict(visit, lesson, {"name": "no_figure", "value": "45"})
    story.predict(visit, lesson, {"name": "price_fall", "value": "<b>"})
    again = story_state(visit.state.value.query())
    assert story.predictions_of(dict(again.rest)) == {"shops_two": "45"}
    assert story.card_of(dict(again.rest), lesson) == 3
    assert story.card_of({"card": "999"}, lesson) == len(lesson.cards) - 1
    assert story.card_of({"card": "x"}, lesson) == 0


def story_state(query: str):
    from viz.dashboard.address import State, read_address

    return read_address(query, State())


def test_a_lesson_brings_back_its_village_and_keeps_the_luck(visit):
    story.begin(visit, "1_rise_and_price_war")
    visit.state.value = replace(visit.state.value, changes=(("women", "60"),), seed=7)
    lesson = BUILT_IN["1_rise_and_price_war"]
    story.restore(visit, lesson)
    assert visit.state.value.changes == lesson.changed()
    assert visit.state.value.seed == 7


def test_leaving_a_lesson_shows_the_list(visit):
    story.begin(visit, "1_rise_and_price_war")
    story.leave(visit)
    assert visit.state.value.rest == ()


@pytest.mark.parametrize("name", BUILT_IN)
def test_charts_end_with_what_the_class_has_played(name):
    lesson, played = BUILT_IN[name], 0
    for at, card in enumerate(lesson.cards):
        if card.card == "run":
            played = max(played, card.weeks[1])
        for chart in story.charts_of(card, Words("zh"), lesson.until(at)):
            assert chart["until"] == played
            assert chart["follow"] == (card.card == "run")
        assert for_browser(lesson)["cards"][at]["until"] == (played or None)
        named = set().union(*map(fields_of, (card.title, card.text))) | set(card.shows)
        assert all(last_week(lesson, figure) <= played for figure in named)


def last_week(lesson, name):
    figure = lesson.figures[name]
    return max(last_week(lesson, one) for one in figure.of) if figure.of else figure.weeks[1]


def test_the_browser_gets_both_languages():
    sent = for_browser(BUILT_IN["2_double_burden"])
    assert set(sent) == {"title", "sides", "cards"}
    assert all(set(card["title"]) == set(LANGUAGES) for card in sent["cards"])
