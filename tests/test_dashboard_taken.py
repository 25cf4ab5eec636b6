"""What is looked up and taken away in the browser: pictures, tables, files, results; the fit."""

import struct

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from experiments.sweeps import sweep
from scenarios.load import load_scenario
from scenarios.schema import MeasureUse
from tests.dashboard_browser import BROWSER, READY, Visitor, server
from tests.sweep_stand_ins import Here, paper_plan
from viz.dashboard.changes import read_text

pytest.importorskip("playwright", reason="NO BROWSER TESTS: playwright is not installed")
pytestmark = [
    pytest.mark.skipif(BROWSER is None, reason="NO BROWSER TESTS: chromium is not installed"),
    pytest.mark.filterwarnings("default"),
]
VILLAGE = {"village.women": 60, "weeks": 60, "measures": []}
PROGRAMME = {"start": 26, "stop": 46, "workers": 1, "money": 200_000}
HEARD = """() => {
    window.heard = [];
    const plain = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        window.heard.push(text); return plain.call(this, text, ...place);
    };
}"""
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
    assert 1500 < height < 1900
    heard = " ".join(v.page.evaluate("window.heard"))
    for text in ("women selling online", "Week 250 (October 2019)", "0.8–1", "in a cooperative",
                 "no diagnosis", "no forecast", "Hamlet 1"):  # fmt: skip
        assert text in heard


def test_switches_and_filters_change_the_picture_and_its_table_calls_a_woman(visitor):
    v = visitor("?c.women=90&lang=en&tab=village&w=300")
    v.at(300)
    seen = {v.page.evaluate(PIXELS)}
    for name, choice in (("ties", "trusted"), ("ties", "all"), ("only", "selling"),
                         ("only", "above"), ("hamlet", "2")):  # fmt: skip
        v.page.locator(f"[data-{name}]").select_option(choice)
        seen.add(v.page.evaluate(PIXELS))
    v.page.locator("[data-groups]").check()
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
            row.wait_for()
            cells = row.locator("td").all_inner_texts()
            assert cells[0] == "260"
            assert len(cells) == (2 if tab == "play" else 3)
            assert all(cell != "–" for cell in cells)


def test_a_step_leaves_language_and_title_of_the_page_alone(visitor):
    v = visitor("?s=libei&c.women=90&lang=en&tab=play")
    v.page.evaluate(HEAD)
    for _ in range(3):
        v.page.locator("[data-step]").click()
    v.at(3)
    assert v.page.evaluate("window.changed") == 0  # a change restyles the whole page
    v.page.locator("[data-language]").click()
    v.page.wait_for_function("window.changed > 1")


def test_who_wants_little_motion_sees_one_picture_a_second(visitor):
    v = visitor("?c.women=60&lang=en&tab=village", reduced_motion="reduce")
    before = v.page.evaluate("Jinguo.clock.drawn")
    weeks = v.page.evaluate("""() => new Promise(done => {
        const seen = new Set(), off = Jinguo.clock.listen(week => seen.add(week));
        Jinguo.clock.play();
        setTimeout(() => { Jinguo.clock.pause(); off(); done([...seen]); }, 1500);
    })""")
    assert weeks == [0, 13]
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
    assert v.page.locator("tbody tr").count() >= 1
    assert v.page.locator("[data-interval] line").count() >= 2
    assert "相比的变化" in v.page.locator(".jg-box small").inner_text()
    v.page.locator("[data-outcome]").select_option("burnout")
    v.page.get_by_text("职业倦怠（开始时从业妇女）").wait_for()
    v.page.locator("[data-language]").click()
    facts.get_by_text("Limits of harm:").wait_for()


def test_a_stored_sweep_tells_its_scenarios_points_and_runs(visitor):
    v = visitor("?tab=results&lang=en&w=30&c.women=60", ready="[data-folder]")
    v.page.locator("[data-folder]").select_option("swept")
    v.page.get_by_text("24 runs: 2 scenarios, 4 points of the design, 3 replications").wait_for()
    assert v.page.locator("tbody tr").count() == 2
    v.page.get_by_text("Weekly income (all women)").wait_for()
    assert v.page.locator("[data-line=income]").inner_text().count(" ") >= 2


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
            assert (wide, tab, v.page.evaluate(CUT)) == (wide, tab, [])
            if tab in CHARTS:
                assert (wide, tab, v.page.evaluate(BELOW)) == (wide, tab, 0)


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
