"""The tab Story in a browser: a lesson from the list to the talk, reload, language, keys."""

import re

import pytest

from tests.dashboard_browser import BROWSER, FRAMES, Visitor, becomes, server

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason="NO CHROMIUM: the lessons were not opened in a browser"
)
FIRST_COLUMN = """[...document.querySelectorAll('.jg-charts td:first-child')]
    .map(cell => cell.innerText)"""
OWN = """
title: {en: "Our own village", zh: "我们自己的村"}
about: {en: "One film.", zh: "只有一段。"}
audience: {en: "a test", zh: "测试"}
minutes: 5
scenario: libei
changes: {women: 60, micro: 0, meso: 0, macro: 0}
figures: {shops_two: {line: shops, weeks: [91, 104]}}
cards:
  - card: predict
    title: {en: "How many?", zh: "多少家？"}
    predict: {figure: shops_two, low: 0, high: 60, unit: {en: "shops", zh: "家"}}
    notes: {en: "A note for the trainer.", zh: "给培训者的提示。"}
  - {card: run, title: {en: "Watch", zh: "看"}, charts: [shops], weeks: [0, 104]}
  - card: reveal
    title: {en: "{shops_two} shops", zh: "{shops_two} 家网店"}
    charts: [shops]
    shows: [shops_two]
  - {card: talk, title: {en: "Talk", zh: "谈谈"}, questions: [{en: "Why?", zh: "为什么？"}]}
"""


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    folder = tmp_path_factory.mktemp("folder")
    (folder / "lessons").mkdir()
    (folder / "lessons" / "mine.yaml").write_text(OWN, encoding="utf-8")
    (folder / "lessons" / "wrong.yaml").write_text("minutes: x\n", encoding="utf-8")
    with server("--lang", "zh", "--folder", str(folder)) as (address, _):
        yield address


@pytest.fixture
def page(browser, url):
    v = Visitor(browser, url)
    v.open("?tab=story&lang=zh&c.women=60", "[data-lessons]")
    yield v.page
    assert (v.errors, v.outside, v.failed) == ([], [], [])
    v.close()


def middle(page):
    box = page.locator("[data-slider]").bounding_box()
    return {"x": box["width"] / 2, "y": box["height"] / 2}


def drawn(page):
    """How far to the right the line of the first chart is drawn, in points."""
    page.evaluate(FRAMES)
    return page.evaluate("""() => {
      const c = document.querySelector('.jg-charts canvas'), w = c.width;
      const d = c.getContext('2d').getImageData(0, 0, w, c.height).data;
      let far = 0;
      for (let i = 0; i < d.length; i += 4)
        if (d[i + 3] > 200 && d[i] < 60 && d[i + 2] > 110 && d[i + 2] - d[i] > 90)
          far = Math.max(far, i / 4 % w);
      return far;
    }""")


def card(page):
    return page.locator("[data-card]").get_attribute("data-card")


def test_a_lesson_is_taught_and_outlives_a_reload(page):
    becomes(page, "document.querySelectorAll('[data-lesson-name]').length", 6)
    broken = page.locator("[data-lesson-name=own-wrong]").inner_text()
    assert re.search(r"wrong\.yaml:\d+", broken)
    page.click("[data-lesson-name=own-mine] button")
    page.wait_for_selector("[data-slider]")
    page.wait_for_function("document.activeElement.tagName === 'H1'")
    assert page.locator("[data-hints]").count() == 0
    page.click("[data-slider]", position=middle(page))
    page.wait_for_function("location.search.includes('p.shops_two=30')")
    page.keyboard.press("n")
    assert "给培训者的提示" in page.locator("[data-hints]").inner_text()
    page.keyboard.press("n")
    page.focus("[data-slider]")
    page.keyboard.press("End")
    page.wait_for_function("location.search.includes('p.shops_two=60')")
    page.keyboard.press("PageDown")
    page.wait_for_selector("[data-watch]:not([disabled])")
    page.evaluate("Jinguo.clock.set(30)")
    page.click(".jg-charts summary")
    becomes(page, FIRST_COLUMN, ["0", "26", "30"])
    blue = drawn(page)
    page.evaluate("Jinguo.clock.set(90)")
    page.wait_for_function("document.querySelectorAll('.jg-charts tbody tr').length === 5")
    assert drawn(page) > blue + 20
    page.click("[data-watch]")
    page.wait_for_function("Jinguo.clock.week > 2")
    page.click("[data-next]")
    page.wait_for_selector("[data-scale]")
    page.wait_for_function("location.search.includes('card=2')")
    page.evaluate("Jinguo.clock.set(300)")
    becomes(page, FIRST_COLUMN, ["0", "26", "52", "78", "103"])
    page.reload()
    page.locator("[data-scale]").get_by_text("60 家").first.wait_for()
    heading = page.locator("[data-card] h1")
    heading.get_by_text(re.compile(r"\d+ 家网店")).wait_for()
    page.click("[data-language]")
    page.wait_for_selector("text=In this village")
    heading.get_by_text("shops").wait_for()
    page.click("[data-prev]")
    page.wait_for_selector("[data-watch]")
    page.click("[data-next]")
    page.wait_for_selector("[data-card=reveal]")
    page.click("[data-next]")
    page.wait_for_selector("[data-card=talk] li")
    page.click("[data-leave]")
    page.wait_for_selector("[data-lessons]")


def test_nobody_sees_a_week_that_the_class_has_not_played(page):
    def week():
        return page.evaluate("Jinguo.clock.week")

    def bound(last):
        page.wait_for_function(f"Jinguo.clock.last() === {last}")
        page.evaluate("document.activeElement.blur()")
        for key in ("End", "ArrowRight", "Shift+ArrowRight"):
            page.keyboard.press(key)
            assert week() == last
        bars = "[...document.querySelectorAll('[data-scrub]')].map(bar => bar.max)"
        becomes(page, bars, [str(last)] if last else [])  # none before anything is played
        page.evaluate("Jinguo.clock.set(400)")
        assert week() == last

    page.click("[data-lesson-name=own-mine] button")
    page.wait_for_selector("[data-slider]")
    page.wait_for_function("Jinguo.films.a && Jinguo.films.a.weeks === Jinguo.films.a.total")
    bound(0)
    page.click("[data-next]")
    page.wait_for_selector("[data-watch]:not([disabled])")
    bound(103)
    page.click("[data-next]")
    page.wait_for_selector("[data-scale]")
    bound(103)
    page.goto(re.sub(r"([?&])w=\d+", r"\1w=300", page.url))
    page.wait_for_selector("[data-scale]")
    page.wait_for_function("Jinguo.placed")
    bound(103)
    page.wait_for_function("location.search.includes('w=103')")
    page.click("[data-tab=play]")
    page.wait_for_selector("[data-run]")
    page.wait_for_function("Jinguo.clock.last() === 415")
    page.keyboard.press("End")
    assert week() == 415
    page.click("[data-tab=story]")
    page.wait_for_selector("[data-scale]")
    bound(103)
    page.click("[data-leave]")
    page.wait_for_selector("[data-lessons]")
    assert page.evaluate("Jinguo.clock.limit") is None


def test_the_focus_stays_on_the_buttons_of_a_lesson(page):
    held = "document.activeElement.dataset.focus || document.activeElement.tagName"
    page.click("[data-lesson-name=own-mine] button")
    page.locator("[data-next]").press("Enter")
    page.wait_for_selector("[data-watch]")
    becomes(page, held, "next")
    page.locator("[data-prev]").press("Enter")
    page.wait_for_selector("[data-prev][aria-disabled=true]")
    becomes(page, held, "prev")
    page.keyboard.press("Enter")
    assert card(page) == "predict"
    for kind in ("run", "reveal", "talk"):
        page.locator("[data-next]").press("Enter")
        page.wait_for_selector(f"[data-card={kind}]")
    becomes(page, held, "H1")  # the last card has no button to go on
