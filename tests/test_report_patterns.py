"""The report of judged patterns: what holds, what fails and by how much, and its folder."""

import html
import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from experiments.pattern_results import (
    SOURCES,
    TUNED,
    keep_patterns,
    open_patterns,
    patterns_frame,
    read_patterns,
)
from experiments.patterns import PATTERNS
from experiments.patterns_base import Figure, Window, elsewhere, number, part, part_over_seeds, row
from experiments.reopen import kind_of
from experiments.results import MANIFEST, ROOT
from model.parameters import DECLARED
from scenarios.yaml_reader import read_yaml
from tests.chinese_joints import spoilt_joints
from tests.report_browser import A4, answer_ends, first_page_is_the_answer, opened, serious
from tests.test_report import _tables
from viz.charts.patterns import patterns_against_criteria, scaled, telling_rows
from viz.report.patterns.blocks import is_open
from viz.report.patterns.report import ENOUGH, patterns_report, write_patterns
from viz.report.patterns.sources import references, seen
from viz.words import FOLDER, LANGUAGES, Words

FAILING = {"F8": 1.9947, "F11": -0.17, "F12": 0.283, "F20": 0.1}
ENTRIES = read_yaml(FOLDER / "patterns.yaml").data


def _parts(name):
    own = [entry for entry in ENTRIES if entry.startswith(f"{name.lower()}_")]
    return [entry for entry in own if not entry.endswith("_criterion")]


def _made(name, villages=30):
    """A pattern that holds, or fails by its first figure; the others are only told."""
    value, first = FAILING.get(name, 2.5), _parts(name)[0]
    found = Figure(value, value - 0.1, value + 0.1)
    rest = [part(entry, Figure(1.25, 1.2, 1.3)) for entry in _parts(name)[1:]]
    return row(name, PATTERNS[name].kind, [part(first, found, Window(low=2.0)), *rest], villages)


@pytest.fixture(scope="module")
def rows():
    """All patterns: F3 also at another setting and in structures, F1 with few villages inside."""
    made = {name: _made(name) for name in PATTERNS}
    there = elsewhere(_made("F20"), "rivalry_trust", {"rivalry_trust": 0.0})
    rivals = (elsewhere(made["F3"], "base", {}), elsewhere(_made("F20"), "graph_measured", {}))
    made["F3"] = replace(made["F3"], failing=there, structures=rivals)
    few = part_over_seeds("f1_shops", [114.0] * 14 + [90.0] * 8 + [140.0] * 8, Window(100, 130))
    made["F1"] = row("F1", "calibrated", [few], 30)
    return list(made.values())


@pytest.fixture(scope="module")
def page(rows):
    return patterns_report(rows, {"seed": 1}).text(Words("en"))


@pytest.fixture(scope="module")
def folder(rows, tmp_path_factory):
    """A folder of results that holds these patterns and their report."""
    names = [row.id for row in rows]
    out = tmp_path_factory.mktemp("patterns") / "out"
    made = open_patterns(out, names, 30, structures=True, overwrite=False)
    keep_patterns(rows, made, datetime.now(UTC))
    write_patterns(rows, made.path, Words("en"))
    return made.path


def _own(page, lang):
    return html.unescape(page.partition(f'data-lang="{lang}"')[2].partition("<footer>")[0])


# --- What it says ------------------------------------------------------------------------------


def test_chinese_is_joined_as_chinese(page):
    own = _own(page, "zh")
    for cited in references().values():  # as their journals write them
        own = own.replace(cited, "")
    assert spoilt_joints(f"<div {own}") == []


def test_every_number_of_the_tables_is_in_the_frame(rows, page):
    frame = patterns_frame(rows)
    numbers = ["estimate", "low", "high", "wanted_low", "wanted_high"]
    known = {number(value) for name in numbers for value in frame[name] if value != ""}
    off = {number(float(f"{2 - value:.2g}")) for value in FAILING.values()}
    inside = {f"{value:.0%}" for value in frame.inside if value != ""}
    told = set()
    for table in _tables(page).values():
        if table[0][-1].startswith(("Off by", "Holds", "Villages inside", "差", "是否", "在范围")):
            cells = [cell for row in table[1:] for cell in row[1:]]
            text = " ".join(cells).replace("−", "-")
            told |= set(re.findall(r"(?<![\w.])-?\d(?:[\d,]*\d)?(?:\.\d+)?(?:e-\d+)?%?", text))
    assert len(told) > 10
    assert told <= known | off | inside


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_pattern_that_fails_is_shown_as_failing(rows, page, lang):
    words, own = Words(lang), _own(page, lang)
    lead = re.search(r'<p class="lead">(.*?)</p>', own)[1]
    failing = [row.id for row in rows if not row.holds]
    assert set(failing) == {*FAILING, "F1"}
    assert words.say("pattern_report.lead_fails", {"named": failing}) in lead
    assert "15" in lead
    for name in FAILING:
        after = own.partition(f'<p class="label">{name} ')[2].partition("<table>")[0]
        assert words.say("pattern_report.axis_fails") in after
        known = f"pattern_report.{name.lower()}_why"
        why = words.say(known) if name != "F20" else words.say("pattern_report.why_unknown")
        assert why in after
    told = own.partition('<p class="label">F2 ')[2].partition("<table>")[0]
    assert words.say("pattern_report.verdict_holds", {"replications": 30}) in told


def test_by_how_much_it_fails_is_told(page):
    table = _tables(page)["en", "What does not hold, and by how much"]
    by = {row[0].partition(":")[0]: row[-1] for row in table[1:]}
    assert by == {
        "F1": "too few villages inside", "F8": "0.0053", "F11": "2.2", "F12": "1.7", "F20": "1.9",
    }


def test_failing_settings_and_structures_are_told(page):
    own = _own(page, "en")
    setting = DECLARED["rivalry_trust"].label["en"]
    assert f"It can fail: with {setting} (rivalry_trust) = 0, " in own
    assert "it holds in 1 of 2, and not in measured ties" in own


def test_a_verdict_is_open_where_the_interval_reaches_across_an_edge(rows):
    by_name = {row.id: row for row in rows}
    assert is_open(by_name["F8"])  # 1.89 to 2.09 around 2
    assert not is_open(by_name["F11"])
    assert not is_open(by_name["F2"])


def test_few_villages_are_said_to_be_few():
    words = {"replications": 6, "wanted": ENOUGH}
    said = Words("en").say("pattern_report.few_villages", words)
    assert said in patterns_report([_made("F3", 6)], {}).text(Words("en"))
    assert said not in patterns_report([_made("F3", 30)], {}).text(Words("en"))


def test_every_pattern_names_its_sources_and_what_was_observed():
    assert list(SOURCES) == list(PATTERNS)
    assert TUNED.keys() <= {name for name, one in PATTERNS.items() if one.kind == "calibrated"}
    assert {name for names in TUNED.values() for name in names} <= set(DECLARED)
    codes = {code for names in SOURCES.values() for code in names}
    assert {code for code in codes if code.startswith("[")} <= set(references())
    assert (seen("004"), seen("[54]")) == ("seed", "excerpt")
    assert seen("[140]") == "excerpt"  # it stands beside paper 003 in one number
    for lang in LANGUAGES:
        for name, sources in SOURCES.items():
            said = Words(lang).say(f"pattern_report.{name.lower()}_observed")
            for code in sources:
                assert code in said


def test_reasons_for_failing_stand_in_the_model_page():
    page = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    for entry in read_yaml(FOLDER / "pattern_report.yaml").data:
        if re.fullmatch(r"f\d+_why", entry):
            assert re.search(rf"^\| {entry.partition('_')[0].upper()} .*\|$", page, re.MULTILINE)


# --- The figure --------------------------------------------------------------------------------


def test_the_scale_of_a_criterion_ends_at_one(rows):
    two = patterns_frame([rows[0]]).iloc[0]
    assert scaled(two, [100, 115, 130]) == [-1, 0, 1]
    one = patterns_frame([rows[1]]).iloc[0].replace("", float("inf"))
    assert scaled(one, [2.0, 4.0]) == [-1, 0]


def test_the_figure_shows_the_figure_that_fails():
    fails = part("f2_margin_after", Figure(0.5, 0.4, 0.6), Window(0.05, 0.18))
    holds = part("f2_price", Figure(-0.4, -0.5, -0.3), Window(-0.6, -0.3))
    shown = telling_rows(patterns_frame([row("F2", "calibrated", [holds, fails], 30)]))
    assert shown.part.tolist() == ["f2_margin_after"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_label_leaves_the_figure_or_meets_another(rows, lang):
    figure = patterns_against_criteria(patterns_frame(rows), Words(lang))
    figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in figure.axes[0].texts]
    width, height = figure.bbox.max
    assert all(box.x0 >= 0 and box.x1 <= width for box in boxes)
    assert all(box.y0 >= 0 and box.y1 <= height for box in boxes)
    small = [box.shrunk(0.98, 0.6) for box in boxes]
    assert not any(one.overlaps(two) for i, one in enumerate(small) for two in small[:i])


# --- The folder --------------------------------------------------------------------------------


def test_the_table_is_read_back_as_it_was(rows, folder):
    kind, manifest = kind_of(folder)
    assert kind == "patterns"
    assert read_patterns(folder, manifest) == rows


def test_the_command_makes_the_same_report_again(folder, call):
    first = (folder / "report.html").read_bytes()
    code, out, _ = call("report", folder)
    assert (code, "report.html" in out) == (0, True)
    assert (folder / "report.html").read_bytes() == first


def test_the_command_judges_and_keeps(tmp_path, monkeypatch, call):
    monkeypatch.chdir(tmp_path)
    line = ("patterns", "f17", "--replications", "1", "--processes", "1")
    code, out, _ = call(*line)
    (made,) = (tmp_path / "results").glob("patterns-*-1")
    assert (code, out.rstrip().endswith(str(made))) == (0, True)
    files = {path.name for path in made.iterdir()}
    assert files == {"manifest.json", "patterns.csv", "runs.json", "report.html"}
    assert len(list((tmp_path / "results" / "patterns").glob("*.run"))) == 1
    page = (made / "report.html").read_text(encoding="utf-8")
    assert Words("en").say("pattern_report.sure_one") in page
    code, _, err = call("patterns", "F18", "--out", made)
    assert (code, "another job (different: patterns, replications" in err) == (2, True)


def test_nothing_is_left_when_it_is_stopped(tmp_path, monkeypatch, call):
    def stop(*_args, **_more):
        raise KeyboardInterrupt

    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("viz.answers.patterns.check_patterns", stop)
    code, _, err = call("patterns", "F17", "--replications", "1", "--fresh")
    assert (code, list((tmp_path / "results").iterdir())) == (130, [])
    again = re.search(r"To go on.*\n +(jinguo patterns F17 --replications 1 .*)", err)[1]
    assert "--out" in again
    assert "--fresh" not in again  # what ended before it was stopped is kept


def test_bad_folders_are_told(folder, tmp_path, call):
    def broken(name, spoil):
        copy = tmp_path / name
        shutil.copytree(folder, copy)
        spoil(copy)
        return copy

    def old(copy):
        manifest = json.loads((copy / MANIFEST).read_text(encoding="utf-8"))
        manifest["plan"]["judged_by"] = "another"
        (copy / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")

    def swap(before, after):
        def spoil(copy):
            text = (copy / "patterns.csv").read_text(encoding="utf-8")
            assert before in text
            (copy / "patterns.csv").write_text(text.replace(before, after, 1), encoding="utf-8")

        return spoil

    for name, spoil, said in (
        ("old", old, "another version of the model"),
        ("gone", lambda copy: (copy / "patterns.csv").unlink(), "patterns.csv is damaged"),
        ("word", swap("2.5,", "many,"), "patterns.csv is damaged"),
        ("column", swap("wanted_low", "wanted"), "patterns.csv is damaged"),
        ("figure", swap("f2_price", "f2_prize"), "patterns.csv is damaged"),
        ("short", swap("\nF2,", "\nF3,"), "patterns.csv is damaged"),
        ("runs", lambda copy: (copy / "runs.json").write_text("[]"), "runs.json is damaged"),
    ):
        code, _, err = call("report", broken(name, spoil))
        assert (code, said in err) == (2, True), name


# --- In a browser ------------------------------------------------------------------------------


def test_the_first_printed_page_is_the_answer(folder):
    with opened() as visit:
        first_page_is_the_answer(visit(folder / "report.html", "en"))
        chinese = visit(folder / "report.html", "zh")
        assert answer_ends(chinese) < A4["height"]
        assert serious(chinese) == []
