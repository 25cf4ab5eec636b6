"""The texts a user sees: both languages, the same fields, the right choice of language."""

import ast
import re
import string
from pathlib import Path

import pytest

from model.errors import JinguoError, Problems
from model.parameters import DECLARED
from scenarios.yaml_reader import read_yaml
from tests.chinese_joints import spoilt_joints
from viz.parameter_words import source_told, unit_told
from viz.words import FOLDER, Words, all_words, choose_language, tell

ROOT = FOLDER.parent

def fields_of(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_entry_has_both_languages_and_the_same_fields(path):
    for name, entry in read_yaml(path).data.items():
        assert set(entry) == {"en", "zh"}, name
        assert all(isinstance(text, str) and text.strip() for text in entry.values()), name
        assert fields_of(entry["en"]) == fields_of(entry["zh"]), name
        assert not re.search("[\u4e00-\u9fff]", entry["en"]), name


def raised_keys() -> set[str]:
    keys = set()
    for folder in ("agents", "model", "scenarios", "experiments", "viz"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    keys |= set(re.findall(r"\Aerrors\.\w+\Z", node.value))
    return keys


def test_every_message_that_code_raises_has_its_words():
    assert raised_keys() - set(all_words()) == set()


def test_a_missing_text_or_field_is_a_bug():
    words = Words("en")
    with pytest.raises(KeyError):
        words.say("errors.there_is_no_such_entry")
    with pytest.raises(KeyError):
        words.say("errors.unknown_parameter", {"found": "x"})


def test_a_guess_is_told_only_when_there_is_one():
    fields = {"found": "wommen", "allowed": ("women", "graph"), "meant": "women"}
    said = Words("en").say("errors.unknown_key", fields)
    assert said == "Unknown key wommen. Did you mean women? Allowed: women, graph."
    silent = Words("en").say("errors.unknown_key", {**fields, "meant": ""})
    assert silent == "Unknown key wommen. Allowed: women, graph."
    assert "您是不是想写“women”？" in Words("zh").say("errors.unknown_key", fields)
    assert "women、graph" in Words("zh").say("errors.unknown_key", fields)


def test_a_unit_is_told_only_when_there_is_one():
    fields = {"name": "x", "value": 2, "low": 0.0, "high": 1.0, "unit": ""}
    said = Words("en").say("errors.parameter_out_of_range", fields)
    assert said == "x is 2; it must lie between 0 and 1."
    said = Words("en").say("errors.parameter_out_of_range", {**fields, "unit": "share"})
    assert said.endswith("between 0 and 1 (share).")


def test_problems_are_told_line_by_line_with_their_place():
    one = JinguoError("errors.yaml_key", where="a.yaml:3")
    two = JinguoError("errors.empty_text", {"at": "title.en"})
    assert tell(one, Words("en")) == ["a.yaml:3: A key must be a single word."]
    assert tell(Problems([one]), Words("zh")) == ["a.yaml:3：键名必须是单个词。"]
    assert tell(Problems([one, two]), Words("en")) == [
        "2 problems:",
        "a.yaml:3: A key must be a single word.",
        "title.en is empty.",
    ]


def test_sentences_and_names_are_joined_as_the_language_does():
    zh, en = Words("zh"), Words("en")
    assert zh.sentences(["一句。", "两句。"]) == "一句。两句。"
    assert en.sentences(["One.", "Two."]) == "One. Two."
    assert (zh.listed("甲乙"), en.listed("ab")) == ("甲、乙", "a, b")
    assert (zh.joined(["甲、乙", "丙"]), en.joined(["a, b", "c"])) == ("甲、乙；丙", "a, b; c")


def test_chinese_texts_are_joined_as_chinese():
    spoilt = {key: found for key, t in all_words().items() if (found := spoilt_joints(t["zh"]))}
    assert spoilt == {}


@pytest.mark.parametrize(
    ("yuan", "chinese", "english"),
    [(8_000, "8,000", "8,000"), (9_999.7, "1万", "10,000"), (257_616.2, "25.8万", "257,616"),
     (600_000, "60万", "600,000"), (2_390_400, "239万", "2,390,400"),
     (-15_000, "−1.5万", "−15,000"), (-0.2, "0", "0"), (float("nan"), "–", "–")],
)  # fmt: skip
def test_large_amounts_of_money_are_told_in_ten_thousands(yuan, chinese, english):
    assert (Words("zh").amount(yuan), Words("en").amount(yuan)) == (chinese, english)


def test_a_declared_amount_keeps_every_digit_and_stands_close_to_its_unit():
    fields = {"start": 1, "stop": 2, "workers": 1}
    fields["money"] = Words("zh").amount(583_250, exact=True)
    assert "经费 58.325万元" in Words("zh").say("cli.file_programme", fields)
    assert Words("en").amount(583_250.5, exact=True) == "583,250.5"
    assert Words("zh").amount(30_000, sign="+") == "+3万"


def test_a_label_is_told_in_its_language():
    label = {"en": "Family meeting", "zh": "家庭会谈"}
    assert [Words(lang).label(label) for lang in ("en", "zh")] == ["Family meeting", "家庭会谈"]


@pytest.mark.parametrize(
    ("flag", "environ", "language"),
    [
        ("zh", {"JINGUO_LANG": "en", "LANG": "en_US.UTF-8"}, "zh"),
        (None, {"JINGUO_LANG": "zh_CN", "LANG": "en_US.UTF-8"}, "zh"),
        (None, {"LANG": "zh_CN.UTF-8"}, "zh"),
        (None, {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (None, {"LANG": "de_DE.UTF-8"}, "en"),
        ("EN-gb", {}, "en"),
    ],
)
def test_the_flag_comes_before_the_environment(flag, environ, language):
    assert choose_language(flag, environ) == language


def test_an_unknown_language_is_refused():
    with pytest.raises(JinguoError) as caught:
        choose_language("fr", {})
    assert caught.value.key == "errors.unknown_language"
    assert tell(caught.value, Words("zh"))


def test_words_are_found_beside_the_program_not_in_the_working_folder(monkeypatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    all_words.cache_clear()
    assert "errors.unknown_key" in all_words()


@pytest.mark.parametrize("name", sorted({each.unit for each in DECLARED.values()} - {""}))
def test_every_unit_of_a_number_has_its_words(name):
    one = next(each for each in DECLARED.values() if each.unit == name)
    assert unit_told(one, Words("zh")) == all_words()[f"units.{name}"]["zh"]


def test_notes_to_sources_are_those_of_the_numbers_and_are_told_in_chinese():
    """A reference is a number or a title; what is said of it is in the reader's language."""
    notes = {n.removeprefix("sources."): t for n, t in all_words().items() if n[:8] == "sources."}
    for name, texts in notes.items():
        source = DECLARED[name].source
        assert texts["en"] == source or re.search("[\u4e00-\u9fff]", source), name
    english = re.compile(r"\b(?:the|of|as|and|no|not|from|guess|memory|size|seen|is|none)\b")
    for one in DECLARED.values():
        assert not english.search(source_told(one, Words("zh"))), one.name
        if not re.search("[\u4e00-\u9fff]", one.source):
            assert source_told(one, Words("en")) == one.source


def test_a_choice_of_ours_is_told_in_the_language_of_the_user():
    one = next(each for each in DECLARED.values() if each.source.startswith("modelling choice"))
    assert source_told(one, Words("zh")).startswith("建模选择")
    assert source_told(one, Words("en")) == one.source
