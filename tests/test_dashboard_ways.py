"""Ways through the page: the help and its focus, the browser's own button back."""

import pytest

from tests.dashboard_browser import BROWSER, Visitor, server

pytest.importorskip("playwright", reason="NO BROWSER TESTS: playwright is not installed")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="NO BROWSER TESTS: chromium is not installed"),
    pytest.mark.filterwarnings("default"),
]


@pytest.fixture(scope="module")
def url():
    with server() as (address, _):
        yield address


@pytest.fixture
def v(browser, url):
    visitor = Visitor(browser, url).open("?s=libei&c.women=90&lang=en&tab=play")
    yield visitor
    assert (visitor.errors, visitor.outside, visitor.failed) == ([], [], [])
    visitor.close()


def test_the_focus_stays_in_the_help_until_it_is_closed(v):
    press, inside = v.page.keyboard.press, "!!document.activeElement.closest('dialog')"
    for close in ("Escape", "Enter"):
        v.page.locator("[data-step]").focus()
        press("?")
        v.page.get_by_role("dialog").wait_for()
        assert v.page.evaluate(inside)
        for key in ("Tab", "Tab", "Shift+Tab", "Shift+Tab", "Tab"):
            press(key)
            assert v.page.evaluate(inside)
        press("2")
        v.page.evaluate("document.querySelector('[data-tab=village]').focus()")
        assert v.page.evaluate(inside), "what lies behind cannot be reached"
        press(close)
        v.page.get_by_role("dialog").wait_for(state="detached")
        v.becomes("Object.keys(document.activeElement.dataset)", ["step"])


def test_the_browsers_own_button_goes_back_to_the_tab_and_the_card_before(v):
    tab = "[data-tab={}][aria-current=page]"
    v.page.locator("[data-tab=village]").click()
    v.page.wait_for_function("location.search.includes('tab=village')")
    v.page.locator("[data-scrub]").fill("100")
    v.page.wait_for_function("location.search.includes('w=100')")
    v.page.locator("[data-tab=story]").click()
    v.page.locator("[data-lesson-name='1_rise_and_price_war'] button").click()
    v.page.wait_for_selector("[data-card=question]")
    v.page.wait_for_function("location.search.includes('x.lesson=')")
    v.page.locator("[data-next]").click()
    v.page.wait_for_selector("[data-card=predict]")
    v.page.locator("[data-slider]").press("End")
    v.page.wait_for_function("location.search.includes('p.shops_two=150')")
    v.page.go_back()
    v.page.wait_for_selector("[data-card=question]")
    v.page.go_forward()
    v.page.wait_for_selector("[data-card=predict]")
    v.page.locator(".guess").get_by_text("150").wait_for()
    for shown in ("[data-card=question]", "[data-lessons]", tab.format("village")):
        v.page.go_back()
        v.page.wait_for_selector(shown)
    v.page.wait_for_function("location.search.includes('tab=village')")
    v.page.go_back()
    v.page.wait_for_selector(tab.format("play"))
