"""The replay file: one page that holds everything, plays, and asks nothing of anybody."""

import json
import re
from pathlib import Path

import pytest

from model.errors import JinguoError
from scenarios.load import load_scenario
from tests.dashboard_browser import AXE, BROWSER, HEARD, becomes
from viz.dashboard.address import State
from viz.dashboard.lesson import lessons_in
from viz.dashboard.visit import Visit
from viz.replay.make import (
    lesson_called,
    replay_of,
    replay_of_lesson,
    write_replay,
)
from viz.replay.page import data_of, replay_page

needs_browser = pytest.mark.skipif(
    BROWSER is None, reason="NO CHROMIUM: the replay was not opened in a browser"
)
SMALL = {"village.women": 60, "weeks": 340}
MOST = 10.0  # megabytes
BAD = ("serious", "critical")


@pytest.fixture(scope="module")
def plain():
    one = load_scenario("libei", SMALL)
    two = load_scenario("libei", {**SMALL, "measures": []})
    return replay_of(one, two, 1)


@pytest.fixture(scope="module")
def taught():
    lesson = lesson_called("4_together_or_alone")
    small = lesson.model_copy(update={"changes": {**lesson.changes, "women": 60}})
    return replay_of_lesson(small)


def test_the_data_are_plain_and_whole(plain):
    data = data_of(plain, "zh")
    again = json.loads(json.dumps(data, allow_nan=False))
    assert set(again["films"]) == {"a", "b"}
    assert {chart["name"] for chart in again["charts"]} <= set(again["films"]["a"]["lines"]) | {
        "income", "burnout", "trust",
    }  # fmt: skip
    assert all(set(chart["title"]) == {"en", "zh"} for chart in again["charts"])


def test_texts_cannot_end_the_element_they_stand_in(plain):
    title = "</script><script>alert(1)</script>"
    from dataclasses import replace

    page = replay_page(replace(plain, title={"en": title, "zh": title}), "en")
    assert "<script>alert(1)" not in page
    assert page.count("</script>") == 3


def test_the_page_names_no_other_place(plain):
    page = replay_page(plain, "en")
    assert not re.search(r"""(?:src|href)=["']?(?!data:)\w""", page)
    assert "default-src 'none'" in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_a_lesson_of_full_size_stays_small(tmp_path):
    replay = replay_of_lesson(lesson_called("2_double_burden"))
    size = write_replay(replay, tmp_path / "x.html", "zh")
    assert size < MOST


def test_the_dashboard_saves_the_films_on_its_page(plain, monkeypatch):
    visit = Visit(State(changes=(("women", "60"),)))
    monkeypatch.setattr(visit, "film", plain.films.get)
    visit.replay()
    given = visit.download.value
    assert given["name"].endswith(".html")
    assert "window.Jinguo" in given["text"]
    assert visit.problems.value == []


def test_an_unknown_lesson_and_a_folder_that_is_not_there_are_told(plain, tmp_path):
    with pytest.raises(JinguoError) as caught:
        lesson_called("no_such_lesson")
    assert caught.value.fields["allowed"] == list(lessons_in())
    with pytest.raises(JinguoError) as caught:
        write_replay(plain, tmp_path / "nowhere" / "x.html", "en")
    assert caught.value.key == "story.not_written"


# --- in a browser ----------------------------------------------------------------------------


def opened(browser, tmp_path, replay, lang="zh"):
    path = tmp_path / "replay.html"
    write_replay(replay, path, lang)
    context = browser.new_context(viewport={"width": 1366, "height": 768}, offline=True)
    page = context.new_page()
    page.wrong = []
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("console", lambda said: page.wrong.append(said.text) if said.type == "error" else None)
    page.on("requestfailed", lambda request: page.wrong.append(request.url))
    page.on("request", lambda request: request.url.startswith(("file:", "data:", "blob:"))
            or page.wrong.append(request.url))  # fmt: skip
    page.goto(path.as_uri())
    page.wait_for_selector("[data-play]")
    return page


def week(page):
    return page.evaluate("Jinguo.clock.week")


@needs_browser
def test_it_plays_steps_scrubs_and_speaks_both_languages(browser, tmp_path, plain):
    page = opened(browser, tmp_path, plain)
    assert page.locator("canvas[data-side]").count() == 2
    page.click("[data-step]")
    assert week(page) == 1
    page.keyboard.press("End")
    assert week(page) == 339
    page.locator("h1").click()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    becomes(page, "Jinguo.clock.week > 3", wanted=True)
    page.keyboard.press("Space")
    page.evaluate("document.querySelector('[data-scrub]').value = 200;"
                  "document.querySelector('[data-scrub]').dispatchEvent(new Event('input'))")
    assert week(page) == 200
    told = page.locator("[data-told=a]").inner_text()
    assert re.search(r"\d+ 名电商从业妇女", told)
    page.click("[data-language]")
    page.wait_for_selector("text=women selling online")
    assert week(page) == 200
    page.select_option("[data-sides]", "b")
    assert page.locator("canvas[data-side]").count() == 1
    drawn = page.evaluate("(() => { const c = document.querySelector('canvas[data-side]');"
                          "return new Set(c.getContext('2d').getImageData(0, 0, c.width, c.height)"
                          ".data).size })()")
    assert drawn > 10, "the village is drawn"
    page.locator("summary").last.click()
    page.wait_for_selector("table td")
    assert page.locator("table td").count() > 5
    assert page.wrong == []


@needs_browser
def test_a_lesson_in_a_file_shows_no_week_before_it_is_played(browser, tmp_path, taught):
    page = opened(browser, tmp_path, taught)
    last = 0
    for card in taught.lesson.cards:
        if card.card == "run":
            last = max(last, card.weeks[1] - 1)
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("End")
        assert week(page) == last
        page.wait_for_selector(f"[data-scrub][max='{last}']")
        page.evaluate("Jinguo.clock.set(1000)")
        assert week(page) == last
        if card is not taught.lesson.cards[-1]:
            page.click("[data-next]")
    assert page.wrong == []


@needs_browser
def test_charts_in_a_column_share_one_time_axis(browser, tmp_path, plain):
    page = opened(browser, tmp_path, plain)
    page.evaluate(HEARD)
    page.evaluate("""() => { for (const side of ['a', 'b'])
        Jinguo.films[side].lines.shops.fill(null, 0, 200); }""")
    page.click("[data-language]")
    becomes(page, "window.heard.includes('2021')", wanted=True)
    years = page.evaluate("window.heard.filter(text => /^20..$/.test(text))")
    assert {years.count(year) for year in years} == {4}


@needs_browser
def test_axe_finds_nothing_serious_in_either_language(browser, tmp_path, plain, taught):
    package = pytest.importorskip("axe_playwright_python", reason="NO AXE: not installed")
    script = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    for replay in (plain, taught):
        page = opened(browser, tmp_path, replay)
        page.evaluate(script)
        if replay is taught:
            page.click("[data-next]")
        for lang in ("en", "zh-CN"):
            page.click("[data-language]")
            becomes(page, "document.documentElement.lang", lang)
            found = page.evaluate(AXE)["violations"]
            told = [(x["id"], x["nodes"][0]["html"]) for x in found if x["impact"] in BAD]
            assert (lang, told) == (lang, [])
        page.context.close()


@needs_browser
def test_a_lesson_is_taught_from_the_file(browser, tmp_path, taught):
    page = opened(browser, tmp_path, taught)
    kinds, said = [], 0
    while True:
        kind = page.locator("[data-card]").get_attribute("data-card")
        kinds.append(kind)
        assert "{" not in page.locator("[data-card]").inner_text()
        if kind == "predict" and page.locator("[data-slider]").count():
            page.locator("[data-slider]").focus()
            page.keyboard.press("ArrowRight")
            said += 1
        elif kind == "predict":
            page.click("[data-choice='0']")
            said += 1
        elif kind == "run":
            page.click("[data-watch]")
            becomes(page, "Jinguo.clock.playing", wanted=True)
        elif kind == "reveal":
            assert page.locator("[data-scale] .predicted").count() >= 1
            assert page.locator("[data-scale] .happened").count() >= 1
        if not page.locator("[data-next]").count():
            break
        page.click("[data-next]")
    assert kinds == [card.card for card in taught.lesson.cards]
    assert said == 2
    page.click("[data-prev]")
    assert page.locator("[data-card]").get_attribute("data-card") == "reveal"
    assert page.locator("[data-hints]").count() == 0, "notes are hidden"
    page.keyboard.press("n")
    assert page.locator("[data-hints]").inner_text().strip()
    with page.expect_popup() as popup:
        page.click("[data-notes-window]")
    popup.value.locator("h1").get_by_text(re.compile(r"\S")).wait_for()
    assert page.locator("[data-hints]").count() == 0
    page.click("[data-prev]")
    popup.value.locator("h1").get_by_text(taught.lesson.cards[-3].title.zh[:2]).wait_for()
    assert page.wrong == []
