"""`jinguo measures`: the catalogue on a screen and as data."""

import json
import re
from pathlib import Path

import pytest

import jinguo
from jinguo import main
from scenarios.yaml_reader import parse_yaml
from tests.chinese_joints import spoilt_joints

CHINESE = re.compile("[\u4e00-\u9fff]")
OWN = """
choir:
  label: {en: "Choir", zh: "合唱"}
  layer: meso
  papers: []
  mechanism: peer_circle
  dose: {default: 1, high: 2, unit: {en: "a week", zh: "次/周"}}
  hours: 1
  cost: 5
"""


@pytest.fixture
def call(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def do(*line: str) -> str:
        capsys.readouterr()
        code = main(line)
        said = capsys.readouterr()
        return said.out if code == 0 else said.err

    return do


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("columns", ["100", "140"])
def test_the_list_names_every_row_and_ends_with_the_counts(call, monkeypatch, lang, columns):
    monkeypatch.setenv("COLUMNS", columns)
    said = call("measures", "--lang", lang)
    rows = re.findall(r"(?m)^[a-z][a-z_0-9]+  \S", said)
    assert len(rows) == 128
    assert spoilt_joints(said) == []
    tail = said[-1200:]
    assert all(number in tail for number in ("128", "122"))
    assert "贺金晶" in said if lang == "zh" else "He Jinjing (2025)" in said


def test_one_paper_and_one_layer(call):
    rows = json.loads(call("measures", "--paper", "rongjiang", "--layer", "macro", "--json"))
    assert len(rows) == 8
    assert all("rongjiang" in {p["paper"] for p in row["papers"]} for row in rows)
    assert {row["grade"] for row in rows} <= {"M", "T", "E", None}
    assert "Allowed: three_layers" in call("measures", "--paper", "nowhere", "--lang", "en")


def test_one_measure_says_what_it_moves_and_whose_the_cautions_are(call):
    said = " ".join(call("measures", "cultural_ip", "--lang", "en").split())
    assert "raises brand, cultural identity" in said
    assert "(the paper, 002 §3.3)" in said
    assert "(the modeller)" in said
    other = call("measures", "case_seminars", "--lang", "en")
    assert "(another paper, 004 §3.2)" in other
    zh = call("measures", "cultural_ip", "--lang", "zh")
    assert "提高：品牌、文化认同" in zh
    assert "（建模者）" in zh


def test_a_row_that_is_another_paper_s_name_says_so(call):
    said = call("measures", "--paper", "libei", "--layer", "macro", "--lang", "en")
    assert "the same measure as special_fund: Special fund, per household" in said
    assert call("measures", "special_aid_fund", "--lang", "en").count("special_fund") == 1


def test_a_file_of_ones_own_is_listed(call, tmp_path):
    from scenarios.catalogue import MEASURES

    path = tmp_path / "mine.yaml"
    path.write_text(OWN, encoding="utf-8")
    try:
        assert "合唱" in call("measures", "choir", "--measures", str(path), "--lang", "zh")
        path.write_text(OWN.replace("peer_circle", "peer_circl"), encoding="utf-8")
        said = call("measures", "--measures", str(path), "--lang", "en")
        assert f"{path}:6" in said
        assert "Did you mean peer_circle?" in said
    finally:
        MEASURES.drop(("choir",))


def test_one_measure_under_two_names_is_refused(call, tmp_path):
    path = tmp_path / "twice.yaml"
    names = "[{measure: mutual_aid_group}, {measure: sales_mutual_aid_group}]"
    path.write_text(f"extends: libei\nadd_measures: {names}\n", encoding="utf-8")
    said = call("check", str(path), "--lang", "en")
    assert f"{path}:2: sales_mutual_aid_group and mutual_aid_group are two papers' names" in said


def test_the_measure_of_the_page_on_extending_is_good():
    from scenarios.catalogue import MEASURES, read_measures

    page = (Path(jinguo.__file__).parent / "docs" / "extending.md").read_text(encoding="utf-8")
    lines = re.search(r"(?m)(^evening_class:\n(?:  .*\n)+)", page)
    document = parse_yaml(lines[1], "page")
    assert list(read_measures(document.data, document.where, known=MEASURES)) == ["evening_class"]
