"""The Excel workbook and the Markdown report: the same numbers and texts, in other forms."""

import dataclasses
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from markdown_it import MarkdownIt
from openpyxl import load_workbook

import jinguo
from experiments.patterns_base import Part, Window, row
from experiments.store_read import load_results
from experiments.sweeps import sweep
from model.errors import JinguoError
from scenarios import load_scenario
from scenarios.form import Label
from tests.report_results import made_result
from tests.sweep_stand_ins import paper_plan
from viz.export import Wanted
from viz.export.compare import compare_sheets
from viz.export.layers import file_layers, layers_sheets
from viz.export.markdown import markdown, write_markdown
from viz.export.patterns import patterns_sheets
from viz.export.summary import summary_sheet
from viz.export.sweep import sweep_sheets
from viz.export.workbook import Sheet, format_of, write_workbook
from viz.indicator_words import unit_of
from viz.report.blocks import Cell, Folded, Items, Rows, Section, Table, Text, figures
from viz.report.blocks import Pictured as Picture
from viz.words import LANGUAGES, Words, tell

CALC = shutil.which("soffice") or shutil.which("libreoffice")
NEEDS_CALC = pytest.mark.skipif(
    CALC is None, reason="LibreOffice is not installed: apt install libreoffice-calc-nogui"
)
HOSTILE = "=HYPERLINK(\"http://x\"),|[a](http://x)<b>*_`"
SMALL = {"village.women": 60, "weeks": 60, "measures": []}
PROGRAMME = {"start": 26, "stop": 46, "workers": 1, "money": 200_000}
SHORT = {"weeks": 120, "programme.start": 20, "programme.stop": 60}
EXCEL = 1e-14  # a workbook holds sixteen digits of a number
HEADS = 2  # the row of the headings
pytestmark = pytest.mark.usefixtures("blank_figures")


@pytest.fixture(scope="module")
def result():
    """Of a scenario whose texts are hostile."""
    scenario = load_scenario("libei", SHORT).model_copy(
        update={"title": Label(en=HOSTILE, zh=HOSTILE), "about": Label(en=HOSTILE, zh=HOSTILE)}
    )
    return made_result(scenario=scenario)


@pytest.fixture(scope="module")
def filed(result, tmp_path_factory):
    """All its files but the PDF, in Chinese."""
    filing = file_layers(result, tmp_path_factory.mktemp("layers"))
    files = dict(filing.write(Words("zh"), Wanted(xlsx=True, markdown=True)))
    return filing, files


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sweep") / "store"
    sweep(paper_plan(), folder)
    return folder


def _frames(path):
    """Each sheet as a frame, by its name, without the note below it."""
    book = load_workbook(path)
    found = {}
    for page in book:
        heads, *rows = page.iter_rows(min_row=HEADS, values_only=True)
        _, last = page.auto_filter.ref.split(":")
        count = page[last].row - HEADS
        found[page.title] = pd.DataFrame(rows[:count], columns=heads)
    return book, found


def _numbers(frame, *columns):
    return frame[list(columns)].to_numpy(dtype=np.float64)


# --- The workbook ------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_effects_in_the_workbook_are_those_of_the_table_in_the_folder(result, lang, tmp_path):
    words = Words(lang)
    book, frames = _frames(write_workbook(list(layers_sheets(result, words)), tmp_path))
    tabs = [words.say(f"export.tab_{name}") for name in ("effects", "subgroups")]
    heads = [words.say(f"export.head_{name}") for name in ("estimate", "low", "high")]
    told = np.concatenate([_numbers(frames[tab], *heads) for tab in tabs])
    own = result.effects.subgroup == "all"
    kept = pd.concat([result.effects[own], result.effects[~own]])
    np.testing.assert_allclose(told, _numbers(kept, "estimate", "low", "high"), rtol=EXCEL)
    shown = {
        (cells[2].value, cells[5].number_format)
        for cells in book[tabs[0]].iter_rows(min_row=HEADS + 1)
        if isinstance(cells[5].value, float)
    }
    forms = {"yuan/week": "+#,##0.0;-#,##0.0;0.0", "0-1": "+0.0000;-0.0000;0.0000"}
    assert shown == {(unit_of(unit, words), form) for unit, form in forms.items()}


def test_every_sheet_is_ready_to_be_read_and_printed(filed):
    _, files = filed
    book, frames = _frames(files["export.workbook_in"])
    names = ("summary", "effects", "subgroups", "levels", "ledger", "worse", "costs",
             "parameters", "measures", "series")
    assert book.sheetnames == [Words("zh").say(f"export.tab_{name}") for name in names]
    for page in book:
        assert page.freeze_panes == "B3"
        assert page.page_setup.orientation == "landscape"
        assert page.page_setup.paperSize == 9
        assert page.print_title_rows == "$2:$2"
        assert page.auto_filter.ref
        assert len(set(frames[page.title].columns)) == page.max_column
        widths = [page.column_dimensions[k].width for k in "AB"]
        assert all(width > 8 for width in widths)


def test_no_text_of_a_scenario_becomes_a_formula_or_a_link(filed, compared, tmp_path):
    _, files = filed
    words = Words("en")
    other = write_workbook(list(compare_sheets(compared, words)), tmp_path)
    texts = set()
    for path in (files["export.workbook_in"], other):
        book, _ = _frames(path)
        cells = [cell for page in book for line in page.iter_rows() for cell in line]
        assert {cell.data_type for cell in cells} <= {"s", "n"}
        assert not any(cell.hyperlink for cell in cells)
        texts |= {cell.value for cell in cells if cell.data_type == "s"}
    assert HOSTILE in texts


def test_the_summary_tells_what_the_first_page_tells(filed):
    filing, files = filed
    page = filing.report.page(Words("zh"))
    _, frames = _frames(files["export.workbook_in"])
    told = set(frames["摘要"].iloc[:, 1])
    texts = [block.text for block in page["sections"][0].blocks
             if isinstance(block, Text) and block.look != "label"]
    assert texts
    assert set(texts) <= told
    assert "12" in str(frames["摘要"].to_dict())


def test_weeks_hold_the_mean_of_the_villages(result, filed):
    _, files = filed
    words = Words("zh")
    _, frames = _frames(files["export.workbook_in"])
    weeks = frames[words.say("export.tab_series")]
    arms, count = result.histories.arms, result.scenario.weeks
    assert len(weeks) == len(arms) * count
    head = next(name for name in weeks if "网店" in name and "均值" in name)
    shops = result.histories.values[..., result.histories.names.index("shops")]
    expected = shops.astype(np.float64).mean(axis=0).ravel()
    np.testing.assert_allclose(weeks[head].astype(float), expected)


def test_parameters_carry_their_value_and_standing(result, filed):
    _, files = filed
    words = Words("zh")
    _, frames = _frames(files["export.workbook_in"])
    used = frames[words.say("export.tab_parameters")].set_index(words.say("export.head_path"))
    values = result.scenario.setup().values
    told = used[words.say("export.head_value")].astype(float)
    expected = [getattr(values, name) for name in told.index]
    np.testing.assert_allclose(told, expected, rtol=EXCEL)
    changed = set(result.scenario.parameters)
    assert changed
    assert changed <= set(told.index)
    assert set(used[words.say("export.head_grade")]) == {"M", "T", "E"}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_change_that_no_cause_explains_has_no_cause(result, lang):
    worse = result.worse.assign(cause_2="", amount_2=np.nan)
    sheets = layers_sheets(dataclasses.replace(result, worse=worse), Words(lang))
    names = {sheet.name: sheet for sheet in sheets}
    told = names[Words(lang).say("export.tab_worse")].frame
    assert set(told[Words(lang).say("export.head_cause_2")]) == {""}


def test_staff_enough_has_both_kinds_of_staff_and_the_difference(tmp_path):
    staffed = made_result(scenario=load_scenario("libei", SHORT), staff="enough")
    words = Words("en")
    _, frames = _frames(write_workbook(list(layers_sheets(staffed, words)), tmp_path))
    assert len(frames["Effects"]) == 2 * (staffed.effects.subgroup == "all").sum()
    assert len(frames["Limits"]) == (staffed.crowding.subgroup == "all").sum()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_comparison_has_every_number_of_its_tables(compared, lang, tmp_path):
    words = Words(lang)
    _, frames = _frames(write_workbook(list(compare_sheets(compared, words)), tmp_path))
    for name in ("guardrails", "costs", "equity"):
        told = frames[words.say(f"export.tab_{name}")][words.say("export.head_estimate")]
        own = getattr(compared, name).estimate
        finite = own.where(np.isfinite(own))
        np.testing.assert_allclose(told.astype(float), finite, rtol=EXCEL)
    effects = frames[words.say("export.tab_effects")]
    own = compared.effects[compared.effects.subgroup == "all"]
    heads = [words.say(f"export.head_{name}") for name in ("estimate", "joint_low", "joint_high")]
    expected = _numbers(own, "estimate", "joint_low", "joint_high")
    np.testing.assert_allclose(_numbers(effects, *heads), expected, rtol=EXCEL)
    assert words.say("export.head_draw_low") in effects


def test_a_sweep_has_a_row_for_every_scenario_and_draw(store, tmp_path):
    words = Words("en")
    _, frames = _frames(write_workbook(list(sweep_sheets(store, words)), tmp_path))
    assert len(frames["Means"]) == 2 * 4
    with load_results(store) as results:
        told = sorted(set(frames["Means"]["spoil_nocold"]))
        np.testing.assert_allclose(told, sorted(results.draws.spoil_nocold), rtol=EXCEL)
    assert frames["Numbers used"].iloc[0, 0] == "spoil_nocold"


def test_patterns_keep_their_figures_and_criteria(tmp_path):
    part = Part("f16_trust", Label(en="x", zh="x").model_dump(), 0.2, 0.1, 0.3, Window(0.15),
                holds=True)
    rows = [row("F16", "emergent", [part], 6)]
    _, frames = _frames(write_workbook(patterns_sheets(rows, Words("zh")), tmp_path))
    told = frames["典型事实"].iloc[0]
    assert (told["估计值"], told["下限"], told["应不低于"], told["成立"]) == (0.2, 0.1, 0.15, "是")


@NEEDS_CALC
@pytest.mark.parametrize(("form", "first"), [("csv", b"\xe6\x91\x98"), ("pdf", b"%PDF")])
def test_the_workbook_opens_in_libreoffice(filed, form, first, tmp_path):
    filing, _ = filed
    words = Words("zh")
    summary = summary_sheet(filing.report.page(words), words)
    book = write_workbook([summary, next(iter(filing.sheets(words)))], tmp_path)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    kind = "csv:Text - txt - csv (StarCalc):44,34,76" if form == "csv" else form
    line = [CALC, profile, "--headless", "--convert-to", kind, "--outdir", tmp_path, book]
    subprocess.run(line, check=True, capture_output=True, timeout=120)
    made = (tmp_path / f"jinguo.{form}").read_bytes()
    assert made.startswith(first)
    if form == "csv":
        assert HOSTILE.replace('"', '""') in made.decode()


def test_a_workbook_held_open_is_told_with_what_to_do(monkeypatch, tmp_path):
    sheet = Sheet("a", "a", pd.DataFrame({"x": [1.0]}))
    path = write_workbook([sheet], tmp_path)
    before = path.read_bytes()

    def held(*_):
        raise PermissionError(13, "used by another process")

    monkeypatch.setattr(Path, "replace", held)
    with pytest.raises(JinguoError) as caught:
        write_workbook([sheet], tmp_path)
    assert caught.value.key == "export.held_open"
    assert "jinguo.xlsx" in tell(caught.value, Words("zh"))[0]
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["jinguo.xlsx"]


def test_numbers_that_are_none_leave_their_cell_empty(tmp_path):
    frame = pd.DataFrame({"x": [1.0, np.nan, np.inf], "y": ["a", None, "-b"]})
    sheet = Sheet("a", "a", frame, {"x": format_of("yuan", signed=True)})
    page = load_workbook(write_workbook([sheet], tmp_path))["a"]
    assert [page.cell(HEADS + at, 1).value for at in (1, 2, 3)] == [1.0, None, "∞"]
    assert [page.cell(HEADS + at, 2).value for at in (1, 2, 3)] == ["a", None, "-b"]
    assert page.cell(HEADS + 1, 1).number_format == "+#,##0;-#,##0;0"


# --- Markdown ----------------------------------------------------------------------------------


def _parsed(text):
    return MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)


def _blocks(blocks):
    for block in blocks:
        yield block
        if isinstance(block, Folded):
            yield from _blocks(block.blocks)


def test_markdown_has_every_table_figure_and_section(filed):
    filing, files = filed
    path = files["export.markdown_in"]
    text = path.read_text(encoding="utf-8")
    page = filing.report.page(Words("zh"))
    blocks = [each for section in page["sections"] for each in _blocks(section.blocks)]
    tables = sum(isinstance(block, Table | Picture) for block in blocks)
    tokens = _parsed(text)
    kinds = [token.type for token in tokens]
    assert kinds.count("table_open") == tables
    images = [child.attrs["src"] for token in tokens for child in token.children or ()
              if child.type == "image"]
    drawn = [figure for section in page["sections"] for figure in figures(section.blocks)]
    assert len(images) == len(set(images)) == len(drawn) > 0
    assert all((path.parent / image).read_bytes().lstrip().startswith(b"<") for image in images)
    titles = [section.title for section in page["sections"]]
    assert [t for t in titles if f"## {t}" in text] == titles


def test_nothing_raw_is_left_in_markdown_and_no_text_is_markup(filed):
    _, files = filed
    text = files["export.markdown_in"].read_text(encoding="utf-8")
    assert "Cell(" not in text
    assert "Text(" not in text
    tokens = _parsed(text)
    inline = [child for token in tokens for child in token.children or ()]
    assert not [t for t in [*tokens, *inline] if t.type in {"html_block", "html_inline"}]
    assert not [child for child in inline if child.type == "link_open"]
    headings = [tokens[at + 1] for at, t in enumerate(tokens) if t.type == "heading_open"]
    assert "".join(c.content for c in headings[0].children) == HOSTILE


def test_intervals_stand_in_brackets_and_groups_in_their_rows(tmp_path):
    rows = [("a", [Cell("+1.0", "(0.5 to 1.5)", strong=True)])]
    table = Table("Caption", ["Arm", "Change"], [Rows(rows, "Women")], "A note.")
    blocks = [Text("1. said", "lead"), Items(["- x", "y"]), table,
              Folded("More", [Text("# no heading")], "a: 1\n")]
    section = Section("answer", "Answer", blocks)
    page = {"product": "P", "heading": "H", "about": "", "incomplete": "", "warning": "W",
            "footer": "F", "sections": [section]}
    text = markdown(page)
    assert "| a | **+1.0** (0.5 to 1.5) |" in text
    assert "| **Women** |  |" in text
    kinds = [token.type for token in _parsed(text)]
    assert kinds.count("heading_open") == 3  # H, Answer, More
    assert kinds.count("ordered_list_open") == 0
    assert kinds.count("list_item_open") == 2
    assert kinds.count("fence") == 1
    assert write_markdown(page, tmp_path).name == "report.md"


# --- The commands ------------------------------------------------------------------------------


def test_asked_forms_are_told_at_the_end_with_their_files(compared, capsys):
    folder = compared.out
    line = ["report", str(folder), "--xlsx", "--markdown", "--lang", "en"]
    assert jinguo.main(line) == 0
    told = capsys.readouterr().out
    for said in (f"Report: {folder / 'report.html'}", f"Workbook: {folder / 'jinguo.xlsx'}",
                 f"Markdown: {folder / 'report.md'}"):
        assert said in told
    _, frames = _frames(folder / "jinguo.xlsx")
    assert "Guardrails" in frames


def test_no_browser_is_told_with_what_to_do(filed, monkeypatch):
    filing, _ = filed
    monkeypatch.setattr("viz.report.pdf.find_browser", lambda: None)
    with pytest.raises(JinguoError) as caught:
        list(filing.write(Words("en"), Wanted(pdf=True)))
    assert caught.value.key == "report.no_browser"
    assert tell(caught.value, Words("zh"))
