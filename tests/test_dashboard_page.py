"""The dashboard in a browser, with nothing but this computer to talk to."""

import re
from pathlib import Path

import pytest

from tests.dashboard_browser import AXE, BROWSER, READY, Visitor, runs_held, server

pytest.importorskip("playwright", reason="NO BROWSER TESTS: playwright is not installed")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="NO BROWSER TESTS: chromium is not installed"),
    pytest.mark.filterwarnings("default"),
]
OUTLINED = """document.activeElement === document.body
    || getComputedStyle(document.activeElement).outlineStyle !== 'none'"""
BAD = ("serious", "critical")
RESTS = """() => new Promise(done => {
    let timer;
    const seen = new MutationObserver(() => wait());
    const end = () => { seen.disconnect(); done(true); };
    const wait = () => { clearTimeout(timer); timer = setTimeout(end, 150); };
    seen.observe(document, { attributes: true, childList: true, subtree: true });
    wait();
})"""
SMALL = "?s=libei&c.women=90&lang=en&tab=play"
ENGLISH = r"/\b(Income|Burnout|Week|Scenario|trust)\b/"
DONE = "document.querySelector('[data-run]') && Jinguo.films.a.weeks === Jinguo.films.a.total"


@pytest.fixture(scope="module")
def url():
    with server() as (address, _):
        yield address


@pytest.fixture
def visitor(browser, url):
    made = []

    def come(query=SMALL, ready=READY, **context):
        made.append(Visitor(browser, url, **context))
        return made[-1].open(query, ready)

    yield come
    for one in made:
        assert one.errors == []
        assert one.outside == []
        assert one.failed == []
        one.close()


def test_it_opens_without_internet_and_shows_the_village(visitor):
    v = visitor()
    v.drawn()
    assert v.page.evaluate("document.documentElement.lang") == "en"
    drawn = v.page.evaluate(
        "(() => { const c = document.querySelector('canvas[data-side=a]');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;"
        "let n = 0; for (let i = 3; i < d.length; i += 4) if (d[i]) n++; return n; })()"
    )
    assert drawn > 1000
    assert "Mean income" in v.page.locator("canvas[data-side=a]").get_attribute("aria-label")


def test_it_runs_plays_steps_and_scrubs(visitor):
    v = visitor()
    before = v.key()
    v.page.locator("[data-seed]").fill("9")
    v.page.locator("[data-seed]").press("Enter")  # runs at once
    v.page.wait_for_function(f"Jinguo.films.a.key !== '{before}' && {DONE}")
    v.page.locator("[data-step]").click()
    v.at(1)
    v.page.locator("[data-back]").click()
    v.at(0)
    v.page.locator("[data-play]").click()
    v.page.wait_for_function("Jinguo.clock.week > 5")
    v.page.locator("[data-play]").click()
    v.page.locator("[data-scrub]").fill("300")
    v.at(300)
    selling = v.page.evaluate("Jinguo.films.a.selling[300]")
    above = v.page.evaluate("Jinguo.films.a.above[300]")
    told = v.page.locator("[data-told]")
    told.get_by_text(f"Of {selling} women selling online, {above} have high burnout.").wait_for()
    shown = "document.querySelector('[data-number=income] .big').innerText"
    v.becomes(shown, f"{v.line('income_now')[300]:,.0f}")


def test_news_from_the_village_leaves_what_is_being_typed(visitor):
    v = visitor()
    v.page.locator("[data-seed]").fill("9")
    v.page.evaluate("document.querySelector('[data-layer=micro]').click()")  # the focus stays
    v.page.get_by_text("Changed. Press Run").wait_for()
    assert v.page.locator("[data-seed]").input_value() == "9"
    v.page.locator("[data-seed]").press("Tab")
    v.page.wait_for_function("location.search.includes('seed=9')")
    v.page.locator("[data-reset]").click()
    v.page.locator("[data-layer=micro]:checked").wait_for()
    v.page.wait_for_function("document.querySelector('[data-women]').value === '600'")


def test_layers_and_measures_are_switched_and_dosed(visitor):
    v = visitor()
    v.page.locator("[data-layer=micro]").uncheck()
    v.page.get_by_text("0 of 6 measures").wait_for()
    v.page.locator("[data-open=meso]").click()
    v.page.locator("[data-measure=tea_talk]").uncheck()
    v.page.locator("[data-measure=tea_talk]:not(:checked)").wait_for()
    v.page.locator("[data-field='product_standards.coverage']").fill("50")
    v.page.locator("[data-field='product_standards.coverage']").press("Tab")
    v.page.wait_for_function("location.search.includes('c.product_standards.coverage=0.5')")
    assert "c.micro=0" in v.page.evaluate("location.search")
    before = v.key()
    v.page.locator("[data-run]").click()
    v.page.wait_for_function(f"Jinguo.films.a.key !== '{before}' && {DONE}")


def test_two_visitors_have_villages_of_their_own(visitor):
    one, two = visitor(SMALL + "&seed=1"), visitor(SMALL + "&seed=2")
    first, second = one.line("income_now"), two.line("income_now")
    assert first != second
    for _ in range(3):
        one.page.locator("[data-step]").click()
    one.page.locator("[data-layer=macro]").uncheck()
    one.at(3)
    assert two.week() == 0
    assert two.page.locator("[data-layer=macro]").is_checked()
    assert two.line("income_now") == second


def test_a_reload_shows_the_same_again(visitor):
    v = visitor(SMALL + "&c.meso=0.5&seed=4&tab=village&lang=zh")
    v.page.locator("[data-scrub]").fill("222")
    v.page.wait_for_function("location.search.includes('w=222')")
    before = v.line("income")
    v.page.reload()
    v.page.wait_for_selector(READY)
    v.at(222)
    assert v.line("income") == before
    v.page.wait_for_selector("[data-tab=village][aria-current=page]")
    v.page.wait_for_selector("html[lang=zh-CN]")


def test_the_language_changes_and_nothing_else_does(visitor):
    v = visitor(SMALL + "&w=250")
    v.at(250)
    key = v.key()
    v.page.locator("[data-language]").click()
    told = v.page.locator("[data-told]")
    told.get_by_text(re.compile("名电商从业妇女中，")).wait_for()
    spent = "{ cost: Jinguo.number(257616, 'money'), hours: 9 }"
    assert v.page.evaluate(f"Jinguo.say('spent_short', {spent})") == "25.8万元、9 小时"
    assert (v.week(), v.key()) == (250, key)
    v.page.locator("[data-week]").get_by_text("第 250 周（2019 年").wait_for()
    v.becomes(f"document.querySelector('.jg-page').innerText.match({ENGLISH})", None)
    v.page.locator("[data-language]").click()
    v.page.get_by_text("women selling online").first.wait_for()


def test_everything_can_be_done_with_keys(visitor):
    v = visitor()
    press = v.page.keyboard.press
    press("ArrowRight")
    v.at(1)
    press("End")
    v.at(415)
    press("Home")
    v.at(0)
    press("Space")
    v.page.wait_for_function("Jinguo.clock.playing && Jinguo.clock.week > 2")
    press("Space")
    v.page.wait_for_function("!Jinguo.clock.playing")
    order = v.page.evaluate("[...document.querySelectorAll('[data-tab]')].map(b => b.dataset.tab)")
    press(str(order.index("village") + 1))
    v.page.wait_for_selector("[data-tab=village][aria-current=page]")
    press("?")
    v.page.get_by_role("dialog").wait_for()
    press("Escape")
    v.page.get_by_role("dialog").wait_for(state="detached")
    press(str(order.index("play") + 1))
    v.page.wait_for_selector("[data-run]")
    v.page.wait_for_selector("[data-women]")
    wanted = {"tab", "scenario", "layer", "dose", "women", "play", "step", "scrub"}
    seen = set()
    for _ in range(200):  # a part that is drawn anew meanwhile is met on the next round
        if wanted <= seen:
            break
        press("Tab")
        seen |= set(v.page.evaluate("Object.keys(document.activeElement.dataset)"))
        assert v.page.evaluate(OUTLINED)
    assert wanted <= seen


def test_every_control_has_a_name_every_picture_words_and_axe_finds_nothing_serious(visitor):
    nameless = """() => [...document.querySelectorAll('.jg button, .jg select, .jg input')]
        .filter(e => !(e.textContent || '').trim() && !e.getAttribute('aria-label')
        && !(e.labels && e.labels.length && e.labels[0].textContent.trim()))
        .map(e => e.outerHTML)"""
    mute = """[...document.querySelectorAll('.jg canvas[role=img]')]
        .filter(c => !c.getAttribute('aria-label')).length"""
    package = pytest.importorskip("axe_playwright_python", reason="NO AXE: not installed")
    script = (Path(package.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
    v = visitor(SMALL + "&w=240&who=1-1")
    v.page.evaluate(script)
    for tab in ("play", "futures", "village", "woman", "results", "story"):
        v.page.locator(f"[data-tab={tab}]").click()
        v.page.wait_for_selector(f"[data-tab={tab}][aria-current=page]")
        for lang in ("zh-CN", "en"):
            v.page.locator("[data-language]").click()
            v.page.wait_for_selector(f"html[lang={lang}]")
            v.page.wait_for_function(RESTS)
            found = v.page.evaluate(AXE)["violations"]
            told = [(x["id"], x["nodes"][0]["html"]) for x in found if x["impact"] in BAD]
            assert (tab, lang, told) == (tab, lang, [])
            assert v.page.evaluate(nameless) == []
            assert v.page.evaluate(mute) == 0


def test_what_cannot_be_run_is_told_in_a_banner_with_a_way_on(visitor):
    v = visitor()
    v.page.locator("[data-workers]").fill("9")
    v.page.locator("[data-workers]").press("Tab")
    banner = v.page.locator("[data-banner]")
    banner.get_by_text(re.compile("600000|600,000")).wait_for()
    assert "Traceback" not in v.page.locator(".jg-page").inner_text()
    v.page.locator("[data-step]").click()
    v.at(1)
    v.page.locator("[data-money]").fill("620000")
    v.page.locator("[data-money]").press("Tab")
    banner.get_by_text(re.compile("620000|620,000")).wait_for()
    shown = {name: v.page.locator(f"[data-{name}]").input_value() for name in ("workers", "women")}
    assert shown == {"workers": "9", "women": "90"}
    v.page.locator("[data-run]").click()
    banner.get_by_text(re.compile("620000|620,000")).wait_for()
    v.page.locator("[data-way-on]").click()
    banner.wait_for(state="detached")
    assert "c.women=90" in v.page.evaluate("location.search")
    before = v.key()
    v.page.locator("[data-workers]").fill("1")
    v.page.locator("[data-money]").fill("620000")
    v.page.locator("[data-run]").click()
    v.page.wait_for_function(f"Jinguo.films.a.key !== '{before}' && {DONE}")


def test_a_spoilt_address_shows_a_banner_and_no_traceback(visitor):
    v = visitor("?s=no_such_village&lang=en&tab=play", ready="[data-banner]")
    v.page.locator("[data-scenario]").select_option("training_only")
    v.page.locator("[data-banner]").wait_for(state="detached")
    v = visitor("?s=file&lang=en&tab=play", ready="[data-banner]")
    v.page.locator("[data-banner]").get_by_text("no longer in this browser").wait_for()
    v.page.locator("[data-way-on]").click()
    v.page.wait_for_selector(READY)
    visitor(SMALL + "&c.micro=-1", ready="[data-banner]").page.locator("[data-way-on]").click()


def test_a_run_can_be_cancelled(visitor):
    v = visitor()
    v.page.locator("[data-women]").fill("91")
    v.page.locator("[data-women]").press("Tab")
    v.page.wait_for_function("location.search.includes('c.women=91')")
    with runs_held():
        v.page.locator("[data-run]").click()
        v.page.locator("[data-progress]").wait_for()
        v.page.locator("[data-cancel]").click()
        v.page.wait_for_selector("[data-run]")
    v.page.get_by_text("Changed. Press Run").wait_for()
    assert v.page.locator("[data-progress]").count() == 0
    v.page.locator("[data-reset]").click()
    v.page.wait_for_function(f"Jinguo.films.a.shown === 300 && {DONE}")


def holds(v, mark):
    """The focus comes to what has this mark."""
    v.becomes("Object.keys(document.activeElement.dataset)", [mark])


def test_the_focus_stays_on_a_button_that_was_pressed(visitor):
    v = visitor()
    v.page.locator("[data-back]").press("Enter")
    holds(v, "back")
    assert v.week() == 0
    v.page.locator("[data-reset]").press("Enter")
    v.page.wait_for_selector("[data-reset][aria-disabled=true]")
    v.page.wait_for_function(f"Jinguo.films.a.shown === 300 && {DONE}")
    holds(v, "reset")
    key = v.key()
    v.page.keyboard.press("Enter")
    v.page.locator("[data-women]").fill("91")
    v.page.locator("[data-women]").press("Tab")
    v.page.wait_for_selector("[data-reset][aria-disabled=false]")
    assert v.key() == key, "a button that does nothing now does nothing"
    with runs_held():
        v.page.locator("[data-run]").press("Enter")
        v.page.wait_for_selector("[data-cancel]")
        holds(v, "cancel")
        v.page.keyboard.press("Enter")
        v.page.wait_for_selector("[data-run]")
        holds(v, "run")
    v.page.keyboard.press("?")
    v.page.get_by_role("dialog").wait_for()
    v.page.keyboard.press("Escape")
    v.page.get_by_role("dialog").wait_for(state="detached")
    holds(v, "run")


def test_the_focus_stays_while_a_second_future_is_made(visitor):
    v = visitor(SMALL.replace("90", "92") + "&w=240&tab=futures")
    v.page.wait_for_selector("[data-branch][aria-disabled=false]")
    v.page.locator("[data-what]").select_option("meso=0")
    with runs_held():
        v.page.locator("[data-branch]").press("Enter")
        v.page.locator("[data-cancel]").press("Enter")
        v.page.wait_for_selector("[data-branch][aria-disabled=false]")
        holds(v, "branch")


def test_the_second_future_branches_from_the_week_on_screen(visitor):
    v = visitor(SMALL + "&w=240&tab=futures")
    v.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks === 416")
    v.page.locator("[data-what]").select_option("micro=0")
    v.page.locator("[data-when]").select_option("screen")
    v.page.locator("[data-branch]").click()
    v.page.get_by_text("B differs from week 240 on").wait_for()
    v.page.wait_for_function(
        "!document.querySelector('[data-cancel]') && Jinguo.films.b.lines.burnout[230] ==="
        "Jinguo.films.a.lines.burnout[230] && Jinguo.films.b.weeks === 416"
    )
    one, two = v.line("burnout"), v.line("burnout", "b")
    assert one[:240] == two[:240]
    assert one[240:] != two[240:]
    v.page.locator("[data-switch]").click()
    v.page.get_by_text("Burnout: B − A").wait_for()


def test_a_woman_is_called_by_hamlet_and_number(visitor):
    v = visitor(SMALL + "&w=300&tab=woman")
    v.page.locator("[data-example]").click()
    name = v.page.locator("[data-name]").inner_text()
    hamlet, number = re.findall(r"\d+", name)
    v.page.locator("[data-find-number]").fill("9999")
    v.page.locator("[data-find]").click()
    v.page.get_by_text("not among the women on show").wait_for()
    v.page.locator("[data-find-hamlet]").fill(hamlet)
    v.page.locator("[data-find-number]").fill(number)
    v.page.locator("[data-find]").click()
    v.page.locator("[data-name]").get_by_text(name, exact=True).wait_for()
    v.page.get_by_text("Schooling").wait_for()
    v.page.locator("[data-why-own] li").first.wait_for()
    v.page.get_by_text(re.compile("(raised|lowered) it by [0-9]+ yuan a week")).first.wait_for()
    row = f"Jinguo.films.a.find({hamlet}, {number})"
    income = v.page.evaluate(f"Jinguo.films.a.life('income', {row})")
    v.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks === 416")
    twin = v.page.evaluate(f"Jinguo.films.b.life('income', {row.replace('.a', '.b')})")
    both = f"A {income[300]:,} B {twin[300]:,}".replace("-", "\u2212")
    v.page.locator("[data-line=income]").get_by_text(both).wait_for()


def test_a_click_in_the_picture_chooses_a_woman(visitor):
    v = visitor(SMALL + "&tab=village")
    v.drawn()
    box = v.page.locator("canvas[data-side=a]").bounding_box()
    place = v.page.evaluate("Jinguo.films.a.place[7]")
    margin = 20
    x = box["x"] + margin + place[0] * (box["width"] - 2 * margin)
    y = box["y"] + margin + 14 + place[1] * (box["height"] - 2 * margin - 14)
    v.page.mouse.click(x, y)
    v.page.wait_for_function("/who=\\d+-\\d+/.test(location.search)")
    v.page.locator("[data-name]").wait_for()


def test_a_class_needs_the_code_and_cannot_upload(browser):
    with server("--host", "0.0.0.0", "--lang", "zh") as (address, printed):
        text = "".join(printed)
        code = re.search(r"课堂口令：(\w{6})", text).group(1)
        assert "都能打开" in text
        plain = address.split("?")[0]
        stranger = Visitor(browser, plain, locale="zh-CN")
        stranger.page.goto(plain + "?tab=play")
        stranger.page.get_by_label("课堂口令").fill("WRONG9")
        stranger.page.get_by_role("button").click()
        stranger.page.get_by_text("口令不对").wait_for()
        stranger.page.get_by_label("课堂口令").fill(code.lower())
        stranger.page.get_by_role("button").click()
        stranger.page.wait_for_selector("[data-save]")
        assert stranger.page.locator("[data-open-file]").count() == 0
        trainer = Visitor(browser, plain)
        trainer.page.goto(address + "&tab=play")
        trainer.page.wait_for_selector("[data-save]")
        assert trainer.outside == []
        trainer.close()
        assert "Warning" not in "".join(printed)
    lost = stranger.page.locator(".v-overlay .v-progress-circular__info")
    lost.wait_for(state="attached")
    told = "getComputedStyle(document.querySelector('.v-overlay .v-progress-circular__info'), "
    told += "'::after').content.includes('连接已断开 · Disconnected')"
    stranger.becomes(told, wanted=True)
    stranger.close()
