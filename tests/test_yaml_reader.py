"""Reading YAML from strangers: lines, limits, and messages instead of tracebacks."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import JinguoError
from scenarios.yaml_reader import parse_scalar, parse_yaml, read_yaml, write_yaml

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(
        ["1e3", "no", "yes", "on", "~", "12", "0x1F", "1:30", "2015-01-01", "- a", "", "a\x85b"]
    ),
)
KEYS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def problem(text: str) -> JinguoError:
    with pytest.raises(JinguoError) as caught:
        parse_yaml(text, "x.yaml")
    return caught.value


@given(DATA)
def test_what_is_written_reads_back_the_same(data):
    read = parse_yaml(write_yaml(data), "x.yaml").data
    assert read == data
    assert repr(read) == repr(data)  # 1, 1.0 and True are equal but not the same


def test_every_key_and_entry_has_its_line():
    document = parse_yaml("a: 1\n\nb:\n  c: {d: 2}\n  e:\n    - 3\n    - f: 4\n", "x.yaml")
    assert document.lines == {
        ("a",): 1,
        ("b",): 3,
        ("b", "c"): 4,
        ("b", "c", "d"): 4,
        ("b", "e"): 5,
        ("b", "e", 0): 6,
        ("b", "e", 1): 7,
        ("b", "e", 1, "f"): 7,
    }
    assert document.line(("b", "e", 1, "nothing here")) == 7


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a: 1\nb: !!python/object:os.system x\n", "errors.yaml_tag", 2),
        ("a: 1\n!!str b: 2\n", "errors.yaml_tag", 2),
        ("- !mine {a: 1}\n", "errors.yaml_tag", 1),
        ("a: 1\nb: 2\na: 3\n", "errors.duplicate_key", 3),
        ("a: 1\nb: [1, 2\nc: 3\n", "errors.yaml_unclosed", 2),
        ("a: 1\nb: 'x\n", "errors.yaml_unclosed", 2),
        ("a:\n\t- 1\n", "errors.yaml_tab", 2),
        ("a: 1\nb: c: d\n", "errors.yaml_syntax", 2),
        ("a: 1\nb: *c\n", "errors.yaml_unknown_alias", 2),
        ("a: &a\n  b: *a\n", "errors.yaml_alias_of_itself", 2),
        ("a: 1\n---\nb: 2\n", "errors.yaml_two_documents", 2),
        ("a: 1\n? [1, 2]\n: 3\n", "errors.yaml_key", 2),
        ("a: 1\nb: \x00\n", "errors.yaml_syntax", 2),
        ("a: " + "[" * 21 + "]" * 21, "errors.yaml_too_deep", 1),
    ],
)
def test_a_broken_file_names_the_line(text, key, line):
    found = problem(text)
    assert (found.key, found.where) == (key, f"x.yaml:{line}")


def test_a_duplicate_says_where_the_first_one_stands():
    assert problem("weeks: 1\nb: 2\nweeks: 3\n").fields == {"found": "weeks", "first": 1}


def test_fifty_aliases_are_enough_and_fifty_one_too_many():
    fifty = "a: &a 1\nb: [" + ", ".join(["*a"] * 50) + "]\n"
    assert parse_yaml(fifty, "x.yaml").data == {"a": 1, "b": [1] * 50}
    assert problem(fifty.replace("]", ", *a]")).key == "errors.yaml_too_many_aliases"


def test_a_small_file_cannot_stand_for_a_huge_one():
    rows = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1]"]
    rows += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 8)}]" for i in range(1, 7)]
    assert problem("\n".join(rows)).key == "errors.yaml_too_many_parts"


def test_aliases_cannot_hide_depth():
    rows = ["a0: &a0 [1]"] + [f"a{i}: &a{i} [*a{i - 1}]" for i in range(1, 25)]
    assert problem("\n".join(rows)).key == "errors.yaml_too_deep"


def test_twenty_levels_are_allowed():
    assert parse_yaml("[" * 20 + "]" * 20, "x.yaml").data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("1_000", 1000),
        ("007", 7),
        (".inf", ".inf"),
        ("1e999", "1e999"),
        ("1:30", "1:30"),
        ("NULL", None),
    ],
)
def test_plain_words_mean_what_people_expect(text, value):
    assert parse_scalar(text) == value
    assert type(parse_scalar(text)) is type(value)


def test_a_number_in_quotation_marks_stays_text():
    assert parse_yaml("a: \"12\"\nb: '12'\n", "x.yaml").data == {"a": "12", "b": "12"}


def test_an_empty_file_holds_nothing():
    assert parse_yaml("# only a comment\n", "x.yaml").data is None


def test_a_file_that_is_not_there_too_large_or_no_text_is_told(tmp_path: Path):
    with pytest.raises(JinguoError) as caught:
        read_yaml(tmp_path / "none.yaml")
    assert caught.value.key == "errors.file_missing"
    with pytest.raises(JinguoError) as caught:
        read_yaml(tmp_path)
    assert caught.value.key == "errors.file_unreadable"
    large = tmp_path / "large.yaml"
    large.write_bytes(b"#" * 1_000_001)
    with pytest.raises(JinguoError) as caught:
        read_yaml(large)
    assert caught.value.key == "errors.file_too_large"
    foreign = tmp_path / "gbk.yaml"
    foreign.write_bytes("a: 1\ntitle: 村庄\n".encode("gb18030"))
    with pytest.raises(JinguoError) as caught:
        read_yaml(foreign)
    assert (caught.value.key, caught.value.where) == ("errors.not_utf8", f"{foreign}:2")


def test_a_byte_order_mark_does_no_harm(tmp_path: Path):
    path = tmp_path / "windows.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: 村\r\n".encode())
    assert read_yaml(path).data == {"a": 1, "b": "村"}
