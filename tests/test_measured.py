"""Surveyed villages: the two that ship, the forms a survey may have, and what must be mended."""

import csv
from pathlib import Path

import numpy as np
import pytest

from model.errors import JinguoError, Problems
from model.village_graph import KIN, NEIGHBOUR, TRADE
from scenarios import csv_table, measured
from scenarios.files import LIBRARY
from scenarios.hamlets import KIN_SHARE, SMALLEST_HAMLET
from scenarios.measured import read_measured
from viz.words import Words, tell

SHIPPED = {"1": (182, 867), "47": (139, 652)}
HOUSEHOLDS = """household,hamlet,women,husband,elders
Li,east,1,away,
Wu,east,2,none,1
He,west,,,0
"""
TIES = "household_a,household_b,kind,strength\nLi,Wu,kin,0.9\nWu,He,trade,\nHe,Li,,0.2\n"


@pytest.fixture
def read(tmp_path: Path):
    def write_and_read(households=HOUSEHOLDS, ties=TIES, pick=None):
        paths = tmp_path / "households.csv", tmp_path / "ties.csv"
        for path, text in zip(paths, (households, ties), strict=True):
            if text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_measured(*paths, pick)

    return write_and_read


def error_of(read, **files) -> JinguoError:
    with pytest.raises(JinguoError) as caught:
        read(**files)
    told = [tell(caught.value, Words(lang)) for lang in ("en", "zh")]
    assert told[0] != told[1]
    return caught.value


def notes_of(village) -> dict[str, object]:
    for key, fields in village.notes:
        assert Words("en").say(key, fields) != Words("zh").say(key, fields)
    return {key.removeprefix("measured."): fields for key, fields in village.notes}


# --- the villages that ship ---


@pytest.mark.parametrize("number", SHIPPED)
def test_a_shipped_village_is_read_as_it_was_measured(number):
    folder = LIBRARY / "villages"
    files = folder / f"village_{number}_households.csv", folder / f"village_{number}_ties.csv"
    village = read_measured(*files, None)
    graph = village.graph
    assert (graph.households, graph.ties) == SHIPPED[number]
    names = village.household
    told = {
        frozenset((row["household_a"], row["household_b"]))
        for row in csv.DictReader(files[1].read_text(encoding="utf-8").splitlines())
    }
    assert {frozenset((names[a], names[b])) for a, b in zip(graph.a, graph.b, strict=True)} == told
    assert np.bincount(graph.hamlet).min() >= SMALLEST_HAMLET
    assert len(np.bincount(graph.hamlet)) >= 3
    assert graph.inside_share > 0.4
    assert np.mean(graph.kind == KIN) == pytest.approx(KIN_SHARE, abs=0.01)
    assert ((graph.strength > 0) & (graph.strength <= 1)).all()
    assert village.columns == {}
    assert village.women == graph.households
    assert "10.7910/DVN/U3BIHX" in village.citation
    assert set(notes_of(village)) == {"note_hamlets", "note_kinds", "note_strength"}


def test_reading_twice_gives_the_same_village():
    folder = LIBRARY / "villages"
    files = folder / "village_1_households.csv", folder / "village_1_ties.csv"
    one, two = (read_measured(*files, None).graph for _ in range(2))
    for name in ("hamlet", "a", "b", "kind", "strength"):
        assert np.array_equal(getattr(one, name), getattr(two, name))


def test_kin_are_the_ties_with_most_shared_partners(read):
    houses = "household\n" + "".join(f"{n}\n" for n in "abcdefgh")
    clique = [f"{x},{y}" for i, x in enumerate("abcd") for y in "abcd"[i + 1 :]]
    tail = ["d,e", "e,f", "f,g", "g,h", "a,h", "b,g", "c,f", "e,h", "b,e"]
    graph = read(houses, "household_a,household_b\n" + "\n".join(clique + tail)).graph
    shared = {(a, b): k for a, b, k in zip(graph.a, graph.b, graph.kind, strict=True)}
    assert shared[0, 1] == KIN
    assert shared[0, 7] == NEIGHBOUR
    assert graph.strength[0] > graph.strength[list(shared).index((0, 7))]


# --- forms a survey may have ---


def test_columns_hamlets_kinds_and_strengths_are_taken_as_told(read):
    village = read()
    assert village.household == ("Li", "Wu", "He")
    assert village.graph.hamlet.tolist() == [0, 0, 1]
    nan = np.nan
    assert np.array_equal(village.columns["women"], [1, 2, nan], equal_nan=True)
    assert np.array_equal(village.columns["husband"], [2, 0, nan], equal_nan=True)
    assert np.array_equal(village.columns["elders"], [nan, 1, 0], equal_nan=True)
    assert set(village.columns) == {"women", "husband", "elders"}
    assert village.women == 4
    assert list(zip(village.graph.a, village.graph.b, strict=True)) == [(0, 1), (0, 2), (1, 2)]
    assert village.graph.kind.tolist()[::2] == [KIN, TRADE]
    assert village.graph.strength[:2].tolist() == [0.9, 0.2]
    assert village.citation == ""
    assert set(notes_of(village)) == {"note_kinds", "note_strength"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_chinese_names_are_read_in_usual_encodings(read, encoding, end):
    houses = f"household,hamlet{end}李家,二组{end}吴家,三组{end}".encode(encoding)
    village = read(houses, f"household_a,household_b{end}李家,吴家{end}".encode(encoding))
    assert village.household == ("李家", "吴家")
    assert village.graph.ties == 1


def test_columns_that_are_not_used_are_noted(read):
    notes = notes_of(read("household,childrn_u6,roof\nLi,1,tin\nWu,0,\nHe,,\n"))
    assert notes["note_ignored_column_similar"]["similar"] == "children_u6"
    assert notes["note_ignored_column"]["column"] == "roof"


def test_self_ties_and_ties_told_twice_are_noted(read):
    village = read(ties="household_a,household_b,kind\nLi,Li,\nLi,Wu,trade\nWu,Li,kin\n")
    notes = notes_of(village)
    assert (notes["note_self_ties"]["count"], notes["note_self_ties"]["lines"]) == (1, ("2",))
    assert notes["note_repeated_ties"]["lines"] == ("4",)
    assert village.graph.ties == 1
    assert village.graph.kind.tolist() == [KIN]


def test_a_survey_without_ties_is_read_and_noted(read):
    village = read("household\nLi\nWu\n", "household_a,household_b\n")
    assert village.graph.ties == 0
    assert village.graph.hamlet.tolist() == [0, 0]
    assert "note_no_ties" in notes_of(village)


MANY = "village,household\nA,1\nA,2\nB,1\nB,2\nB,3\n"
MANY_TIES = "village,household_a,household_b\nA,1,2\nB,1,3\nB,3,2\n"


def test_pick_reads_one_village_of_several(read):
    assert read(MANY, MANY_TIES, "A").graph.ties == 1
    village = read(MANY, MANY_TIES, "B")
    assert (village.household, village.graph.ties) == (("1", "2", "3"), 2)


def test_ties_need_no_village_where_names_tell_them_apart(read):
    houses = "village,household\nA,1\nA,2\nB,3\nB,4\n"
    village = read(houses, "household_a,household_b\n1,2\n3,4\n", "A")
    assert village.graph.ties == 1
    assert notes_of(village)["note_ties_elsewhere"]["count"] == 1


# --- what must be mended: key, line, and some of what is said ---

H, T = "households", "ties"
AB = "household_a,household_b"
LINE_ERRORS = [
    (H, "household,women\nLi,two\n", 2, "not_a_whole_number", {"column": "women", "found": "two"}),
    (H, "household,women\nLi,1.5\n", 2, "not_a_whole_number", {"found": "1.5"}),
    (H, "household,women\nLi,nan\n", 2, "not_a_whole_number", {"found": "nan"}),
    (H, "household,elders\nLi,1\n\nWu,-1\n", 4, "negative", {"column": "elders", "found": "-1"}),
    (H, "household,women\nLi,999\n", 2, "too_large", {"allowed": 20}),
    (H, "household,husband\nLi,awya\n", 2, "unknown_husband_similar", {"similar": "away"}),
    (H, "household,husband\nLi,zzz\n", 2, "unknown_husband", {"found": "zzz"}),
    (H, "household,women\nLi,1\n,1\n", 3, "empty_cell", {"column": "household"}),
    (H, "household,hamlet\nLi,east\nWu,\n", 3, "empty_cell", {"column": "hamlet"}),
    (H, "village,household\nA,Li\n,Wu\n", 3, "empty_cell", {"column": "village"}),
    (H, "household\nLi\nWu\nLi\n", 4, "repeated_household", {"found": "Li", "first": 2}),
    (H, "household\nLi,extra\n", 2, "too_many_cells", {"found": 2, "allowed": 1}),
    (H, "houshold\nLi\n", 1, "missing_column_similar", {"similar": "houshold"}),
    (H, "roof,x\nLi,1\n", 1, "missing_column", {"column": "household"}),
    (H, "household,women,women\nLi,1,1\n", 1, "repeated_column", {"column": "women"}),
    (H, "household;women\nLi;1\n", 1, "wrong_separator", {"found": ";"}),
    (H, 'household\nLi\n"Wu\n', 3, "broken_line", {}),
    (T, f"{AB}\nLi,Wu\nLi,Wuu\n", 3, "unknown_household_similar", {"similar": "Wu"}),
    (T, f"{AB}\nZhang,Wu\n", 2, "unknown_household", {"found": "Zhang"}),
    (T, f"{AB}\nLi,\n", 2, "empty_cell", {"column": "household_b"}),
    (T, f"{AB},kind\nLi,Wu,kim\n", 2, "unknown_kind_similar", {"similar": "kin"}),
    (T, f"{AB},kind\nLi,Wu,xyz\n", 2, "unknown_kind", {"found": "xyz"}),
    (T, f"{AB},strength\nLi,Wu,0\n", 2, "bad_strength", {"found": "0"}),
    (T, f"{AB},strength\nLi,Wu,1.1\n", 2, "bad_strength", {"found": "1.1"}),
    (T, f"{AB},strength\nLi,Wu,high\n", 2, "bad_strength", {"found": "high"}),
    (T, "household_a,other\nLi,Wu\n", 1, "missing_column", {"column": "household_b"}),
]


@pytest.mark.parametrize(("which", "text", "line", "key", "fields"), LINE_ERRORS)
def test_a_problem_is_told_with_its_file_and_line(read, which, text, line, key, fields):
    error = error_of(read, **{which: text})
    assert error.key == f"measured.{key}"
    assert error.where.endswith(f"{which}.csv:{line}")
    assert fields.items() <= error.fields.items()


FILE_ERRORS = [
    (H, "", None, "empty_file"),
    (H, "household\n", None, "no_households"),
    (H, b"PK\x03\x04\x00\x00", None, "not_csv"),
    (H, "household\nLi\n".encode("utf-16"), None, "wrong_encoding"),
    (H, b"household\n\xff\xff\n", None, "wrong_encoding"),
    (H, "household,women\nLi,0\n", None, "no_women"),
    (H, MANY, None, "several_villages"),
    (H, MANY, "C", "unknown_pick"),
    (H, MANY.replace("A", "Libei"), "Libie", "unknown_pick_similar"),
    (H, HOUSEHOLDS, "A", "no_village_column"),
    (H, None, None, "missing_file"),
]


@pytest.mark.parametrize(("which", "text", "pick", "key"), FILE_ERRORS)
def test_a_problem_of_a_whole_file_names_the_file(read, which, text, pick, key):
    error = error_of(read, **{which: text}, pick=pick)
    assert error.key == f"measured.{key}"
    assert error.where.endswith(f"{which}.csv")


def test_a_missing_file_or_a_folder_in_its_place_is_told(read, tmp_path):
    (tmp_path / "tie.csv").write_text(TIES)
    assert error_of(read, ties=None).fields["similar"] == "tie.csv"
    (tmp_path / "ties.csv").mkdir()
    assert error_of(read, ties=None).key == "measured.folder"


def test_ties_must_name_their_village_where_households_repeat(read):
    error = error_of(read, households=MANY, ties=f"{AB}\n1,2\n", pick="A")
    assert (error.key, error.fields["found"]) == ("measured.ties_need_village", ("1", "2"))
    ties = MANY_TIES + "Bb,1,2\n"
    error = error_of(read, households=MANY, ties=ties, pick="A")
    assert error.key == "measured.unknown_village_similar"
    assert error.where.endswith("ties.csv:5")


def test_several_problems_are_told_at_once_and_a_flood_is_cut(read):
    error = error_of(read, households="household,women\nLi,x\nLi,-1\n")
    assert isinstance(error, Problems)
    assert sorted(one.where[-1] for one in error.problems) == ["2", "3", "3"]
    error = error_of(read, ties=f"{AB}\nZhang,Li\nZhang,Wu\n")
    assert error.where.endswith("ties.csv:2")
    flood = "household,women\n" + "".join(f"h{n},x\n" for n in range(100))
    problems = error_of(read, households=flood).problems
    assert len(problems) == csv_table.MOST_PROBLEMS + 1
    assert problems[-1].fields["count"] == 100 - csv_table.MOST_PROBLEMS


def test_limits_of_size_are_told(read, monkeypatch):
    houses = "household\n" + "".join(f"h{n}\n" for n in range(measured.MOST_HOUSEHOLDS + 1))
    error = error_of(read, households=houses)
    assert error.key == "measured.too_many_households"
    assert error.fields["allowed"] == 20_000
    monkeypatch.setattr(csv_table, "MOST_BYTES", 1_000)
    assert error_of(read, households=houses).key == "measured.too_big"


def test_every_message_has_its_words_and_every_word_its_message():
    from viz.words import all_words

    sources = [Path(module.__file__) for module in (csv_table, measured)]
    code = "".join(path.read_text(encoding="utf-8") for path in sources)
    entries = {key.removeprefix("measured.") for key in all_words() if key.startswith("measured.")}
    plain = {entry.removesuffix("_similar") for entry in entries}
    assert {entry for entry in plain if f'{entry}"' not in code} == set()
