"""What is looked up and taken away in the browser: pictures, tables, files, results; the fit."""

import re
import struct

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from experiments.sweeps import sweep
from scenarios.load import load_scenario
from scenarios.schema import MeasureUse
from tests.dashboard_browser import BROWSER, HEARD, READY, Visitor, server
from tests.sweep_stand_ins import Here, paper_plan
from viz.dashboard.changes import read_text

pytest.importorskip("playwright", reason="NO BROWSER TESTS: playwright is not installed")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="NO BROWSER TESTS: chromium is not installed"),
    pytest.mark.filterwarnings("default"),
]
VILLAGE = {"village.women": 60, "weeks": 60, "measures": []}
PROGRAMME = {"start": 26, "stop": 46, "workers": 1, "money": 200_000}
PIXELS = """() => {
    const c = document.querySelector('canvas[data-side=a]');
    const { data } = c.getContext('2d').getImageData(0, 0, c.width, c.height);
    return data.reduce((a, b) => a + b, 0);
}"""
# parts whose text is wider than they are, and parts that reach beyond the page
CUT = """() => [...document.querySelectorAll('.jg *')].filter(e => {
    const box = e.getBoundingClientRect(), style = getComputedStyle(e);
    if (!box.width || e.closest('.jg-hidden, .scroll, select, canvas, svg')) return false;
    return box.right > innerWidth + 1
        || style.overflowX === 'hidden' && e.scrollWidth > e.clientWidth + 1;
}).map(e => e.outerHTML.slice(0, 120))"""
HEAD = """() => {
    window.changed = 0;
    const seen = new MutationObserver(found => { window.changed += found.length; });
    seen.observe(document.documentElement, { attributes: true });
    seen.observe(document.head, { childList: true, characterData: true, subtree: true });
}"""
CHARTS = ("futures", "play", "woman")
DRAWN = """() => [...document.querySelectorAll('.jg-chart .now')].length > 2
    && [...document.querySelectorAll('.jg-chart .now')].every(e => e.innerText)"""
BELOW = """() => {
    const all = document.querySelector('.jg-charts').getBoundingClientRect();
    return [...document.querySelectorAll('.jg-chart')]
        .filter(e => e.getBoundingClientRect().bottom > all.bottom + 1).length;
}"""


@pytest.fixture(scope="module")
def folder(compiled, tmp_path_factory):
    """Results of a comparison and of a sweep, as their commands leave them."""
    folder = tmp_path_factory.mktemp("results")
    none = load_scenario("libei", VILLAGE | {"programme": PROGRAMME})
    measures = (MeasureUse(measure="sail_group"),)
    helped = none.model_copy(update={"name": "helped", "measures": measures})
    compare(none, helped, replications=3, out=folder / "compared")
    sweep(paper_plan(), folder / "swept", cluster=Here())
    return folder


@pytest.fixture(scope="module")
def url(folder):
    with server("--folder", str(folder)) as (address, _):
        yield address


@pytest.fixture
def visitor(browser, url):
    made = []

    def come(query, ready=READY, **context):
        made.append(Visitor(browser, url, **context))
        return made[-1].open(query, ready)

    yield come
    for one in made:
        assert (one.errors, one.outside, one.failed) == ([], [], [])
        one.close()


def test_the_picture_is_a_png_with_sentence_week_and_legend(visitor, tmp_path):
    v = visitor("?c.women=320&lang=en&tab=village&w=250")
    v.at(250)
    v.page.get_by_text("300 of 320 women are shown").wait_for()
    v.page.evaluate(HEARD)
    with v.page.expect_download() as caught:
        v.page.locator("[data-png]").click()
    assert caught.value.suggested_filename == "jinguo-week-250.png"
    content = caught.value.path().read_bytes()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", content[16:24])
    assert width == 2240
    assert 1500 < height < 2000
    heard = " ".join(v.page.evaluate("window.heard"))
    for text in ("women selling online", "Week 250 (October 2019)", "0.8–1", "in a cooperative",
                 "no diagnosis", "no forecast", "Hamlet 1", "300 of 320 women are shown",
                 "Scenario: A village like Libei (virtual) (changes of your own)."):  # fmt: skip
        assert text in heard


@pytest.mark.parametrize(("lang", "said"), [
    ("en", ("Standing out: Hamlet 2; high burnout.", "Lines: ties (trust above 0.7).")),
    ("zh", ("突出显示：第 2 组；倦怠程度较高者。", "连线：关系（信任高于 0.7）。")),
])  # fmt: skip
def test_the_picture_names_the_filters_that_are_set(visitor, lang, said):
    v = visitor(f"?c.women=90&lang={lang}&tab=village&w=250")
    v.at(250)
    v.page.evaluate(HEARD)
    for chosen in (False, True):
        with v.page.expect_download():
            v.page.locator("[data-png]").click()
        rows = "".join(v.page.evaluate("window.heard.splice(0)"))
        assert [text in rows for text in said] == [chosen, chosen]
        for name, choice in (("hamlet", "2"), ("only", "above"), ("ties", "trusted")):
            v.page.locator(f"[data-{name}]").select_option(choice)


def test_charts_in_a_column_share_one_time_axis(visitor):
    v = visitor("?c.women=60&lang=en&tab=futures&w=300")
    v.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks === 416")
    v.page.evaluate("""() => { for (const side of ['a', 'b'])
        Jinguo.films[side].lines.burnout.fill(null, 0, 300); }""")
    v.page.evaluate(HEARD)
    v.page.locator("[data-group]").select_option("all")
    v.page.wait_for_function("window.heard.includes('2015')")
    v.drawn()
    years = v.page.evaluate("window.heard.filter(text => /^20..$/.test(text))")
    assert years.count("2015") % 3 == 0
    assert {years.count(year) for year in years} == {years.count("2015")}


def test_a_village_in_which_nobody_sells_any_more_and_one_without_a_project(visitor, tmp_path):
    v = visitor("?c.women=1&lang=en&tab=play&w=400")
    v.page.get_by_text("Nobody sells online any more.").wait_for()
    file = tmp_path / "plain.yaml"
    file.write_text("title: {en: Plain, zh: 甲}\nvillage: {women: 30}\nweeks: 9\n"
                    "background: {pioneer: false}\n", encoding="utf-8")  # fmt: skip
    v.page.locator("input[type=file]").set_input_files(file)
    v.page.get_by_text("Nobody sells online yet.").wait_for()
    v.page.wait_for_selector("[data-no-project]")
    assert v.page.locator("[data-layer]").count() == 0


def test_switches_and_filters_change_the_picture_and_its_table_calls_a_woman(visitor):
    v = visitor("?c.women=90&lang=en&tab=village&w=300")
    v.at(300)
    v.drawn()
    seen = {v.page.evaluate(PIXELS)}
    for name, choice in (("ties", "trusted"), ("ties", "all"), ("only", "selling"),
                         ("only", "above"), ("hamlet", "2")):  # fmt: skip
        v.page.locator(f"[data-{name}]").select_option(choice)
        v.drawn()
        seen.add(v.page.evaluate(PIXELS))
    v.page.locator("[data-groups]").check()
    v.drawn()
    seen.add(v.page.evaluate(PIXELS))
    assert len(seen) == 7
    v.page.locator("summary", has_text="As a table").first.focus()
    v.page.keyboard.press("Enter")
    row = v.page.locator("[data-who]").first
    who = row.get_attribute("data-who")
    assert who.startswith("2-")
    row.focus()
    v.page.keyboard.press("Enter")
    v.page.wait_for_function(f"location.search.includes('who={who}')")


def test_every_chart_has_its_table(visitor):
    v = visitor("?c.women=90&lang=zh&tab=play&who=1-1&w=260")
    for tab, part, charts in (("play", "run", 3), ("futures", "branch", 3), ("woman", "find", 4)):
        v.page.locator(f"[data-tab={tab}]").click()
        v.page.wait_for_selector(f"[data-{part}]")
        if tab != "play":
            v.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks === 416")
        tables = v.page.locator(".jg-chart details")
        tables.nth(charts - 1).wait_for()
        assert tables.count() == charts
        for at in range(charts):
            tables.nth(at).locator("summary").click()
            row = tables.nth(at).locator("tbody tr:nth-child(11)")
            row.get_by_text("260", exact=True).wait_for()
            row.locator("td").nth(1 if tab == "play" else 2).wait_for()
            cells = row.locator("td").all_inner_texts()
            assert len(cells) == (2 if tab == "play" else 3)
            assert all(cell != "–" for cell in cells)


def test_a_step_leaves_language_and_title_of_the_page_alone(visitor):
    v = visitor("?s=libei&c.women=90&lang=en&tab=play")
    v.page.evaluate(HEAD)
    for _ in range(3):
        v.page.locator("[data-step]").click()
    v.at(3)
    v.drawn()
    assert v.page.evaluate("window.changed") == 0  # a change restyles the whole page
    v.page.locator("[data-language]").click()
    v.page.wait_for_function("window.changed > 1")


def test_who_wants_little_motion_sees_one_picture_a_second(visitor):
    v = visitor("?c.women=60&lang=en&tab=village", reduced_motion="reduce")
    before = v.page.evaluate("Jinguo.clock.drawn")
    weeks, seconds = v.page.evaluate("""() => new Promise(done => {
        const seen = new Map(), begun = performance.now();
        const off = Jinguo.clock.listen(week => {
            seen.set(week, (performance.now() - begun) / 1000);
            if (seen.size < 3) return;
            Jinguo.clock.pause(); off();
            done([[...seen.keys()], [...seen.values()]]);
        });
        Jinguo.clock.play();
    })""")
    assert all(week % 13 == 0 for week in weeks)
    assert all(second > week / 13 - 0.1 for week, second in zip(weeks, seconds, strict=True))
    assert v.page.evaluate("Jinguo.clock.drawn") > before
    moving = "[...document.querySelectorAll('.jg *')].some(e => " \
        "getComputedStyle(e).animationName !== 'none')"  # fmt: skip
    assert not v.page.evaluate(moving)


def test_a_stored_comparison_tells_its_base_verdicts_limits_and_runs(visitor):
    v = visitor("?tab=results&lang=zh&w=30&c.women=60", ready="[data-folder]")
    v.page.locator("[data-folder]").select_option("compared")
    facts = v.page.locator("[data-fact]")
    facts.get_by_text("依据 3 次重复模拟").wait_for()
    facts.get_by_text("底线指标：守住").wait_for()
    v.page.locator("tbody tr").first.wait_for()
    v.page.locator("[data-interval] line").nth(1).wait_for(state="attached")
    assert "相比的变化" in v.page.locator(".jg-box small").inner_text()
    v.page.locator("[data-outcome]").select_option("burnout")
    v.page.get_by_text("职业倦怠（开始时从业妇女）").wait_for()
    v.page.locator("[data-language]").click()
    facts.get_by_text("Limits of harm:").wait_for()


def test_a_stored_sweep_tells_its_scenarios_points_and_runs(visitor):
    v = visitor("?tab=results&lang=en&w=30&c.women=60", ready="[data-folder]")
    v.page.locator("[data-folder]").select_option("swept")
    v.page.get_by_text("24 runs: 2 scenarios, 4 points of the design, 3 replications").wait_for()
    v.becomes("document.querySelectorAll('tbody tr').length", 2)
    v.page.get_by_text("Weekly income (all women)").wait_for()
    now = v.page.locator("[data-line=income]")
    now.get_by_text(re.compile(r"Week \d\d (.*) · .* .*")).wait_for()
    box = v.page.locator(".jg-chart .plot").bounding_box()
    v.page.mouse.click(box["x"] + 60, box["y"] + 20)
    now.get_by_text(re.compile(r"Week \d (.*) · .* .*")).wait_for()
    assert v.page.evaluate("Jinguo.clock.week") == 30, "the village on the other tabs stays"


def test_both_futures_are_drawn_in_the_same_place_and_size(visitor):
    v = visitor("?c.women=320&lang=en&tab=futures&w=300")
    v.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks === 416")
    v.page.get_by_text("300 of 320 women are shown").last.wait_for()
    one, two = (v.page.locator(f"canvas[data-side={side}]").bounding_box() for side in "ab")
    assert [one[key] for key in ("y", "height")] == [two[key] for key in ("y", "height")]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_at_the_sizes_of_projectors(visitor, lang):
    v = visitor(f"?c.women=120&lang={lang}&tab=futures&w=300&who=1-1")
    v.page.wait_for_function("Jinguo.films.b && Jinguo.films.b.weeks === 416")
    for wide in (1366, 1024):
        v.page.set_viewport_size({"width": wide, "height": 768})
        for tab in ("futures", "play", "village", "woman", "results", "story"):
            v.page.locator(f"[data-tab={tab}]").click()
            v.page.wait_for_selector(f"[data-tab={tab}][aria-current=page]")
            if tab in CHARTS:
                v.page.wait_for_function(DRAWN)
            v.drawn()
            v.becomes(f"[{wide}, '{tab}', ({CUT})()]", [wide, tab, []])
            if tab in CHARTS:
                v.becomes(f"[{wide}, '{tab}', ({BELOW})()]", [wide, tab, 0])


def test_the_scenario_is_saved_and_opened_as_the_command_line_reads_it(visitor, tmp_path):
    v = visitor("?s=libei&c.women=90&lang=en&tab=play&c.macro=0")
    with v.page.expect_download() as caught:
        v.page.locator("[data-save]").click()
    file = tmp_path / "own.yaml"
    caught.value.save_as(file)
    saved = load_scenario(file)
    assert v.key() == f"{saved.content_key()}-1"
    village = saved.village(1)
    village.run()
    lived = village.history.frame()
    village.close()
    assert v.line("income") == [float(f"{x:.5g}") for x in lived["income"].astype("float32")]
    assert read_text(file.read_text()).content_key() == saved.content_key()
    with v.page.expect_download() as caught:
        v.page.locator("[data-csv]").click()
    table = pd.read_csv(caught.value.path())
    assert table["week"].tolist() == list(range(416))
    assert np.allclose(table["income"], lived["income"], rtol=1e-6, equal_nan=True)
    file.write_text(file.read_text().replace("weeks: 416", "weeks: 330"))
    v.page.locator("input[type=file]").set_input_files(file)
    v.page.wait_for_function("Jinguo.films.a.total === 330 && Jinguo.films.a.weeks === 330")
    v.page.reload()
    v.page.wait_for_function("window.Jinguo && Jinguo.films.a && Jinguo.films.a.weeks === 330")
    banner = v.page.locator("[data-banner]")
    file.write_text("weks: 3\n")
    v.page.locator("input[type=file]").set_input_files(file)
    banner.get_by_text("weks").wait_for()
    file.write_text("#" * 1_000_001)
    v.page.locator("input[type=file]").set_input_files(file)
    banner.get_by_text("larger than one megabyte").wait_for()
