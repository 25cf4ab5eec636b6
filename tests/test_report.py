"""The report: everything in it, in both languages, with the numbers of the result."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

import pandas as pd
import pytest

from scenarios import load_scenario
from scenarios.form import Label
from tests.chinese_joints import spoilt_joints
from tests.report_results import made_result
from viz.charts import arms_over_time, effect_forest, layer_ledger, svg
from viz.report.blocks import Folded, Pictured, Rows, Section, Table
from viz.report.build import page as page_of
from viz.report.build import render
from viz.report.digits import signed
from viz.report.layers.answer import answer_section
from viz.report.layers.assumptions import assumptions_section
from viz.report.layers.effects import ledger_section
from viz.report.layers.people import for_whom_section
from viz.report.layers.report import render_report, write_report
from viz.report.layers.village import story_section
from viz.report.names import MEASURED_ARMS, OUTCOMES, POPULATIONS, Names, pick
from viz.tables.layers import layers_tables, notes
from viz.words import LANGUAGES, Words

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'
LARGEST = 5_000_000


@pytest.fixture(scope="module")
def result():
    return made_result()


@pytest.fixture(scope="module")
def staffed():
    return made_result(staff="enough")


@pytest.fixture(scope="module")
def page(result, tmp_path_factory):
    """The report of a scenario whose texts are hostile."""
    scenario = load_scenario("libei").model_copy(
        update={"title": Label(en=HOSTILE, zh=HOSTILE), "about": Label(en=HOSTILE, zh=HOSTILE)}
    )
    hostile = made_result(scenario=scenario)
    path = write_report(hostile, tmp_path_factory.mktemp("report"), Words("zh"))
    return path.read_text(encoding="utf-8")


class _Tables(HTMLParser):
    """Rows of each table, by the language of its page and its caption."""

    def __init__(self):
        super().__init__()
        self.lang, self.found, self.rows, self.cells, self.text = "", {}, [], None, None

    def handle_starttag(self, tag, attrs):
        self.lang = dict(attrs).get("data-lang", self.lang)
        if tag == "table":
            self.rows = []
        elif tag == "tr":
            self.cells = []
        elif tag in {"td", "th", "caption"}:
            self.text = ""
        elif tag == "span":
            self.text = (self.text or "") + "|"

    def handle_data(self, data):
        if self.text is not None:
            self.text += data

    def handle_endtag(self, tag):
        if tag == "caption":
            self.found.setdefault((self.lang, self.text), self.rows)
            self.text = None
        elif tag in {"td", "th"}:
            self.cells.append(self.text)
            self.text = None
        elif tag == "tr":
            self.rows.append(self.cells)


def _tables(page):
    reader = _Tables()
    reader.feed(page)
    return reader.found


def _texts(section):
    return " ".join(block.text for block in section.blocks if block.kind == "text")


# --- the file ----------------------------------------------------------------------------------


def test_text_from_files_is_escaped(page):
    assert "alert(1)" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


def test_both_languages_are_in_the_file_and_the_asked_one_is_shown(page):
    assert '<html lang="zh-Hans">' in page
    assert re.search(r'data-lang="en"[^>]* hidden', page)
    assert not re.search(r'class="page" lang="zh-Hans"[^>]* hidden', page)
    for language in LANGUAGES:
        assert Words(language).say("report.limit_no_effect") in page.replace("&#39;", "'")


def test_chinese_is_joined_as_chinese(page, result):
    assert spoilt_joints(page) == []
    assert f"{result.scenario.programme.money / 10_000:g}万元经费" in page


def test_the_file_asks_nothing_of_the_network(page):
    addresses = re.findall(r'(?:src|href)="([^"]*)"', page)
    assert addresses
    assert all(address.startswith(("#", "data:image/svg+xml;base64,")) for address in addresses)
    assert "url(" not in page
    assert "@import" not in page
    assert "default-src 'none'" in page


def test_drawings_refer_to_nothing_but_themselves(page):
    codes = re.findall(r"data:image/svg\+xml;base64,([^\"]*)", page)
    assert len(codes) >= 2 * 6
    for code in codes:
        drawing = base64.b64decode(code).decode()
        assert all(link.startswith("#") for link in re.findall(r'href="([^"]*)"', drawing))
        assert "<text" not in drawing


def test_the_file_is_small_enough_to_send(page):
    assert len(page.encode()) < LARGEST


def test_names_in_the_file_are_unique_and_links_lead_somewhere(page):
    names = re.findall(r'\bid="([^"]*)"', page)
    assert len(names) == len(set(names))
    assert set(re.findall(r'href="#([^"]*)"', page)) <= set(names)


def test_every_figure_has_alternative_text_caption_and_numbers(page):
    figures = re.findall(r"<figure>(.*?)</figure>", page, re.DOTALL)
    assert len(figures) >= 2 * 6
    for figure in figures:
        assert re.search(r'alt="[^"]{20,}"', figure)
        assert "<figcaption>" in figure
        assert "<table>" in figure


# --- the numbers -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_main_table_holds_the_numbers_of_effects(page, result, lang):
    names = Names(result, Words(lang))
    tables = _tables(page)
    for outcome in OUTCOMES:
        for population in POPULATIONS:
            rows = tables[lang, _caption(outcome, population, names)][1:]
            shown = iter([row for row in rows if row[0] != names.arm("none")])
            for arm in MEASURED_ARMS:
                row = next(shown)
                assert row[0] == names.arm(arm)
                for horizon, cell in zip(names.horizons(), row[1:], strict=True):
                    own = pick(result.effects, horizon, population, outcome)
                    known = own[own.arm == arm].iloc[0]
                    assert cell.split("|")[0] == signed(known.estimate, known.unit)
                    assert signed(known.low, known.unit) in cell.split("|")[1]


def _caption(outcome, population, names):
    fields = {"outcome": names.with_unit(outcome), "population": names.population(population)}
    return names.say("effects_caption", **fields)


def test_what_is_written_is_what_each_layer_was_made_to_do(page, result):
    names = Names(result, Words("en"))
    table = _tables(page)["en", _caption("income", "selling_at_start", names)]
    macro = next(row for row in table if row[0] == "Macro")
    assert float(macro[1].split("|")[0]) == pytest.approx(10.0, abs=1.0)


# --- what the file carries ---------------------------------------------------------------------


def test_numbers_of_figures_stand_in_the_file_once_and_cannot_become_markup():
    hostile = pd.DataFrame({"arm": ["</script><script>alert(1)</script>"], "mean": [0.1]})
    table = Table("caption", ["a"], [Rows([("a", ())])])
    figure = Pictured("data:,", "alt", "caption", table, "x", hostile)
    pages = [
        page_of(Words(lang), "t", "p", [Section("answer", "a", [Folded("f", [figure])])])
        for lang in LANGUAGES
    ]
    text = render(pages, Words("en"))
    assert text.count('data-figure="x"') == 1
    assert "<script>alert" not in text


def test_hours_that_were_not_served_are_named_with_their_reason(result):
    limited = _texts(answer_section(result, Names(result, Words("en"))))
    assert "80 % of the worker hours asked for could not be served: layers compete" in limited


def test_crowding_stands_beside_interaction_only_where_it_is_known(result, staffed):
    assert "--staff enough" in _texts(ledger_section(result, Names(result, Words("en"))))
    section = ledger_section(staffed, Names(staffed, Words("en")))
    table = [block for block in section.blocks if block.kind == "table"][-1]
    assert [name for name, _ in table.groups[0].rows] == [
        "Micro",
        "Meso",
        "Macro",
        "All three layers",
        "Interaction",
    ]


def test_the_assumption_on_shops_and_women_is_named_for_a_village_like_libei(result):
    names = Names(result, Words("en"))
    section = assumptions_section(result, names)
    assert any("Assumption A1" in item for item in section.blocks[0].items)
    scenario = load_scenario("libei").model_copy(update={"name": "other", "source": ()})
    other = made_result(scenario=scenario, replications=2)
    section = assumptions_section(other, Names(other, Words("en")))
    assert not any("Assumption A1" in item for item in section.blocks[0].items)


def test_an_incomplete_job_is_marked(monkeypatch):
    result = made_result(replications=2)
    object.__setattr__(result, "replications", 30)
    monkeypatch.setattr("viz.report.layers.report._sections", lambda *_: ())
    monkeypatch.setattr("viz.report.build.TEMPLATE", "template.html")
    assert "2 of 30 replications" in render_report(result, {}, Words("en"))


# --- the figures -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_figures_hold_the_numbers_they_were_given(result, lang):
    words = Words(lang)
    forest = effect_forest(result.effects, "end", "selling_at_start", words)
    income = pick(result.effects, "end", "selling_at_start", "income")
    drawn = [line.get_xdata()[0] for line in forest.axes[0].lines if line.get_marker() != "None"]
    assert drawn == pytest.approx(income.estimate.tolist())
    ledger = layer_ledger(result.ledger, "end", "selling_at_start", words)
    widths = [bar.get_width() for bar in ledger.axes[0].patches]
    assert sum(widths[:3]) == pytest.approx(widths[3])


def test_arms_are_drawn_beside_the_village_without_programme(result):
    bands = result.series_bands()
    figure = arms_over_time(bands, "trust", "selling_at_start", (208, 312), Words("en"))
    assert [axes.get_title(loc="left") for axes in figure.axes[:2]] == ["Micro", "Meso"]
    none, meso = figure.axes[1].lines
    assert meso.get_ydata()[-1] - none.get_ydata()[-1] == pytest.approx(0.03, abs=0.002)
    assert meso.get_xdata()[-1] == 415


def test_the_same_figure_gives_the_same_bytes(result):
    first, second = (
        svg(effect_forest(result.effects, "end", "all_women", Words("zh"))) for _ in range(2)
    )
    assert first == second


# --- Women who gain and lose, and nobody to count ----------------------------------------------


def _table_of(blocks, caption):
    tables = [block.table if isinstance(block, Pictured) else block for block in blocks]
    return next(t for t in tables if isinstance(t, Table) and t.caption.startswith(caption))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_shares_of_women_are_those_of_all_villages(result, lang):
    words = Words(lang)
    section = for_whom_section(result, Names(result, words))
    figure = section.blocks[-1]
    assert {"12"} <= set(re.findall(r"\d+", figure.caption))
    rows = dict(figure.table.groups[0].rows)
    everyone = rows[words.say("charts.of_all_women")]
    row = result.women.set_index(["outcome", "group"]).loc[("income", "all_women")]
    assert everyone[1].text == "12"
    assert everyone[2].text == f"{row.worse:.1f}"
    assert f"{row.worse_low:.1f}" in everyone[2].below
    assert words.say("charts.group_follower") not in rows  # nobody follows in these villages
    none = replace(result, women=result.women.iloc[:0])
    said = for_whom_section(none, Names(none, words)).blocks[-1]
    assert said.text == words.say("charts.gains_none_here")


def _nobody_sold(result):
    """The same results where nobody was selling when the programme began."""
    effects = result.effects.copy()
    effects.loc[effects.population == POPULATIONS[0], ["estimate", "low", "high"]] = float("nan")
    return replace(result, tables=replace(result.tables, effects=effects))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_table_with_dashes_says_that_there_was_nobody_to_count(result, lang):
    words = Words(lang)
    said = words.say("report.missing_nobody")
    nobody = _nobody_sold(result)
    groups = for_whom_section(nobody, Names(nobody, words)).blocks[1].table
    assert groups.note == said
    assert for_whom_section(result, Names(result, words)).blocks[1].table.note == ""
    first, *_ = notes(nobody, words)
    assert first == words.say("layers.nobody")
    populations = [words.say(f"cli.population_{name}") for name in POPULATIONS]
    shown = [table.title for table in layers_tables(nobody, words)]
    assert not any(populations[0] in title for title in shown)
    assert any(populations[1] in title for title in shown)
    assert any(populations[0] in table.title for table in layers_tables(result, words))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sales_before_a_year_has_gone_by_are_told_with_their_weeks(lang):
    """A programme that begins in week 30: the story holds 30 weeks there, not a year."""
    words = Words(lang)
    early = {"start": 30, "stop": 134, "workers": 2, "money": 600_000}
    result = made_result(scenario=load_scenario("libei", {"programme": early}))
    table = _table_of(story_section(result, Names(result, words)).blocks, "")
    rows = dict(table.groups[0].rows)
    sales, shops = (rows[words.say(f"report.story_{name}")] for name in ("sales_year", "shops"))
    assert sales[0].below == words.say("report.story_weeks", {"weeks": 30})
    assert [cell.below for cell in sales[1:]] == [""] * (len(sales) - 1)
    assert all(cell.below == "" for cell in shops)
    assert words.say("report.story_nobody") not in table.note
    histories = result.histories.values.copy()
    histories[..., result.histories.names.index("price_median")] = float("nan")
    empty = replace(result, histories=replace(result.histories, values=histories))
    table = _table_of(story_section(empty, Names(empty, words)).blocks, "")
    assert words.say("report.story_nobody") in table.note
