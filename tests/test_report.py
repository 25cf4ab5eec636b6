"""The report: everything in it, in both languages, with the numbers of the result."""

import base64
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from experiments.structures import signs_frame
from model.parameters import DECLARED
from scenarios import load_scenario
from scenarios.form import Label
from tests.report_results import made_result
from viz.charts import arms_over_time, effect_forest, layer_ledger, svg
from viz.report.blocks import Folded, Pictured, Rows, Section, Table
from viz.report.build import page as page_of
from viz.report.build import render
from viz.report.digits import signed
from viz.report.layers.after import after_section
from viz.report.layers.answer import answer_section
from viz.report.layers.assumptions import assumptions_section
from viz.report.layers.effects import ledger_section
from viz.report.layers.report import render_report, write_report
from viz.report.layers.structures import signs_in
from viz.report.layers.worse import worse_section
from viz.report.names import MEASURED_ARMS, OUTCOMES, POPULATIONS, Names, pick
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


def _answer(result, lang="en"):
    names = Names(result, Words(lang))
    return next(b.text for b in answer_section(result, names).blocks if b.look == "lead")


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
        rows = [row for row in tables[lang, names.with_unit(outcome)] if len(row) > 1][1:]
        shown = iter([row for row in rows if row[0] != names.arm("none")])
        for population in POPULATIONS:
            for arm in MEASURED_ARMS:
                row = next(shown)
                assert row[0] == names.arm(arm)
                for horizon, cell in zip(names.horizons(), row[1:], strict=True):
                    own = pick(result.effects, horizon, population, outcome)
                    known = own[own.arm == arm].iloc[0]
                    assert cell.split("|")[0] == signed(known.estimate, known.unit)
                    assert signed(known.low, known.unit) in cell.split("|")[1]


def test_what_is_written_is_what_each_layer_was_made_to_do(page, result):
    table = _tables(page)["en", Names(result, Words("en")).with_unit("income")]
    macro = next(row for row in table if row[0] == "Macro")
    assert float(macro[1].split("|")[0]) == pytest.approx(10.0, abs=1.0)


# --- the sentences -----------------------------------------------------------------------------


def test_a_clear_result_is_told_with_its_direction_and_size(result):
    answer = _answer(result)
    assert answer.startswith("In this model and under these assumptions")
    assert re.search(r"weekly income \d+\.\d yuan higher \(\d", answer)
    assert re.search(r"burnout 0\.05\d\d lower|burnout 0\.04\d\d lower", answer)
    assert "the macro measures raise weekly income most, the micro measures lower" in answer
    assert "the meso measures raise peer trust most; no effect of the" in answer


def test_an_unclear_result_is_told_as_unclear():
    answer = _answer(made_result({}, own_luck=1.0))
    assert "no difference in weekly income that can be told from zero" in answer
    assert "No layer alone betters any of the three by a difference" in answer
    assert "higher" not in answer
    assert "看不出明确差别" in _answer(made_result({}, own_luck=1.0), "zh")


def test_no_change_at_all_is_told_as_none():
    assert "the same weekly income; the same burnout" in _answer(made_result({}, own_luck=0.0))


def test_one_replication_is_not_taken_for_a_result():
    one = made_result(replications=1)
    assert "one replication only" in _answer(one)
    assert "few replications" in _texts(answer_section(one, Names(one, Words("en"))))


def test_the_answer_is_two_sentences_and_names_no_layer_that_does_nothing():
    answer = _answer(made_result({"meso": {"trust": 0.03}}, own_luck=0.0))
    assert len(re.findall(r"\. ", answer)) == 1
    assert "the meso measures raise peer trust most" in answer
    assert "of the micro and macro measures on peer trust" in answer


def test_layers_that_cannot_be_ranked_are_not_ranked():
    alike = {layer: {"income": 10.0} for layer in ("micro", "macro")}
    answer = _answer(made_result(alike, own_luck=0.2))
    assert "the micro and macro measures raise weekly income, and cannot be ranked" in answer


# --- harm --------------------------------------------------------------------------------------


def _harm(result, lang="en"):
    section = answer_section(result, Names(result, Words(lang)))
    return next(block.items for block in section.blocks if block.kind == "items")


def test_a_layer_that_does_harm_is_named_with_what_and_for_whom():
    told = _harm(made_result({"micro": {"burnout": 0.05}}))
    assert re.search(r"The micro measures alone: burnout 0\.0\d{3} higher at the end", told[0])
    assert "women selling at the start" in told[0]


def test_where_nobody_is_worse_this_is_said():
    told = _harm(made_result({"micro": {"income": 30.0}}, own_luck=0.0))
    assert told[0].startswith("No layer alone leaves")
    assert told[-1].startswith("With all three layers no group")


def test_the_table_of_harm_holds_every_row(result):
    names = Names(result, Words("en"))
    table = worse_section(result, names).blocks[-1]
    assert sum(len(group.rows) for group in table.groups) == len(result.worse) > 0


# --- after the project -------------------------------------------------------------------------


def test_what_is_left_is_told_as_a_share_of_the_change_at_the_end(result):
    section = after_section(result, Names(result, Words("en")))
    shares = re.findall(r"(\d+) % of the change in weekly income", section.blocks[0].text)
    assert [int(share) for share in shares] == pytest.approx([100], abs=5)
    nothing = made_result({}, own_luck=0.0)
    said = after_section(nothing, Names(nothing, Words("en"))).blocks[0].text
    assert "weekly income had no clear change" in said


# --- rival structures --------------------------------------------------------------------------


def test_the_report_of_structures_says_where_signs_hold(result, tmp_path):
    effects = result.effects
    turned = effects.assign(estimate=-effects.estimate, low=-effects.high, high=-effects.low)
    signs_frame({"base": effects, "household": turned}).to_csv(tmp_path / "signs.csv")
    told = _texts(answer_section(result, Names(result, Words("en")), signs_in(tmp_path)))
    assert "weekly income in 1 of 2 structures" in told
    assert signs_in(tmp_path / "elsewhere") is None


def test_without_that_job_one_line_says_how_to_ask_for_it(result):
    section = assumptions_section(result, Names(result, Words("en")))
    assert "jinguo layers libei --structures" in _texts(section)


def test_numbers_not_read_in_the_original_are_counted(result):
    section = assumptions_section(result, Names(result, Words("en")))
    used = [each for each in DECLARED.values() if each.readable]
    unread = sum(each.seen.split("/")[0] not in {"paper", "seed"} for each in used)
    assert f"{unread} of {len(used)} numbers were not read" in _texts(section)


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


def test_hours_that_were_not_served_are_named_with_their_reason(result, staffed):
    limited = _texts(answer_section(result, Names(result, Words("en"))))
    assert "80 % of the worker hours asked for could not be served: layers compete" in limited
    enough = _texts(answer_section(staffed, Names(staffed, Words("en"))))
    assert "the money ran out" in enough


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
