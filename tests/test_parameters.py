"""The declared numbers agree with the evidence table, and refuse what is wrong."""

import copy
import csv
import pickle
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from model.errors import JinguoError, Problems
from model.parameters import (
    DECLARED,
    EVIDENCE,
    Values,
    load_declared,
    weekly_count,
    weekly_half_life,
    weekly_share,
)

TABLE = Path(__file__).parent / "data" / "evidence_defaults.csv"
ROWS = list(csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines()))
CHINESE = re.compile(r"[\u4e00-\u9fff]")

# One good declaration; the tests of the loader spoil one thing each.
GOOD = """
spoil:
  {role: input, unit: "share", default: 0.2, low: 0.1, high: 0.3, prior: "Be", grade: M,
   seen: excerpt, meaning: "loss of fresh goods", en: "Fresh goods lost", zh: "鲜货损耗",
   source: "[34] vegetables 20%"}
"""


# --- The table ---------------------------------------------------------------------------------


@pytest.mark.parametrize("row", ROWS, ids=[row["name"] for row in ROWS])
def test_every_row_of_the_table_is_declared_with_its_default(row):
    declared = DECLARED[row["name"]]
    default = float(row["default"]) if row["default"] else None
    assert (declared.default, declared.role, declared.grade, declared.seen) == (
        default,
        row["role"],
        row["grade"],
        row["seen"],
    )


def test_the_counts_by_role_and_grade_are_those_the_table_states():
    declared = [DECLARED[row["name"]] for row in ROWS]
    assert len(declared) == len({parameter.name for parameter in declared}) == 196
    assert Counter((parameter.role, parameter.grade) for parameter in declared) == {
        ("input", "M"): 40,
        ("input", "T"): 33,
        ("input", "E"): 81,
        ("target", "M"): 18,
        ("target", "T"): 12,
        ("target", "E"): 4,
        ("context", "M"): 7,
        ("context", "E"): 1,
    }


def test_what_the_table_does_not_hold_is_a_modelling_choice():
    table = {row["name"] for row in ROWS}
    added = [parameter for name, parameter in DECLARED.items() if name not in table]
    assert not [p.name for p in added if (p.role, p.grade) != ("input", "E")]


def test_every_number_is_labelled_in_both_languages_and_no_label_stands_twice():
    for language in ("en", "zh"):
        labels = Counter(parameter.label[language] for parameter in DECLARED.values())
        assert not [label for label, count in labels.items() if count > 1]
    assert not [p.name for p in DECLARED.values() if not CHINESE.search(p.label["zh"])]
    assert not [p.name for p in DECLARED.values() if CHINESE.search(p.label["en"])]


def test_every_number_of_grade_m_or_t_names_a_source_unless_it_is_from_memory():
    cited = re.compile(r"\[\d+\]|\b00[0-4]\b|\bas \w+|^1 → 114|^10\.7 m")
    measured = [p for p in DECLARED.values() if p.grade in {"M", "T"} and p.seen != "memory"]
    assert not [p.name for p in measured if not cited.search(p.source)]


def test_every_reference_of_a_source_is_in_the_list():
    listed = set(re.findall(r"^\[(\d+)\]", (EVIDENCE / "REFERENCES.md").read_text("utf-8"), re.M))
    cited = {n for p in DECLARED.values() for n in re.findall(r"\[(\d+)\]", p.source)}
    assert cited <= listed


# --- Reading declarations ----------------------------------------------------------------------


def declare(folder, text):
    (folder / "market.yaml").write_text(text, encoding="utf-8")
    return load_declared(folder)


def test_a_declaration_is_read_as_written(tmp_path):
    spoil = declare(tmp_path, GOOD)["spoil"]
    assert (spoil.subject, spoil.default, spoil.low, spoil.high) == ("market", 0.2, 0.1, 0.3)
    assert spoil.label == {"en": "Fresh goods lost", "zh": "鲜货损耗"}
    assert spoil.readable


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("low: 0.1", "low: 0.25", "default 0.2 lies outside 0.25 to 0.3"),
        ("high: 0.3", "high: null", "must be numbers, or all null"),
        ("default: 0.2, low: 0.1, high: 0.3", "default: null, low: null, high: null", "a number"),
        ("default: 0.2", 'default: "0.2"', "must be numbers"),
        ("default: 0.2", "default: true", "must be numbers"),
        ("high: 0.3", "high: .inf", "must be numbers"),
        ("role: input", "role: inputs", "role must be one of"),
        ("grade: M", "grade: A", "grade must be one of"),
        ("seen: excerpt", "seen: excerpt/rumour", "seen must be made of"),
        ("role: input", "role: target, planned: true", "only an input can be planned"),
        ("role: input", 'role: input, planned: "no"', "planned must be true or false"),
        ('en: "Fresh goods lost"', 'en: " "', "en is empty"),
        (', zh: "鲜货损耗"', "", "missing keys: zh"),
        ("prior:", "dist:", "unknown keys: dist"),
        ("prior:", "unit:", "declared twice: unit"),
        ("spoil:", "replace:", "method of Values"),
        ("spoil:", "spoil rate:", "identifier"),
    ],
)
def test_a_wrong_declaration_names_file_and_entry(tmp_path, right, wrong, told):
    text = GOOD.replace(right, wrong, 1)
    assert text != GOOD
    with pytest.raises(ValueError, match=re.escape(told)) as caught:
        declare(tmp_path, text)
    assert "market.yaml" in str(caught.value)


def test_a_name_declared_in_two_files_is_refused(tmp_path):
    (tmp_path / "family.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(ValueError, match=r"market\.yaml, spoil: also declared in family\.yaml"):
        declare(tmp_path, GOOD)


# --- The numbers of a run ----------------------------------------------------------------------


def test_values_hold_the_default_of_every_input_that_rules_read():
    values = Values()
    readable = {n: p.default for n, p in DECLARED.items() if p.role == "input" and not p.planned}
    assert values.as_dict() == dict(values.items()) == readable
    assert all(getattr(values, name) == default for name, default in readable.items())
    assert values.changed() == {}


def test_an_override_changes_that_number_and_no_other():
    values = Values({"spoil_nocold": 0.15})
    assert values.spoil_nocold == 0.15
    assert values.changed() == {"spoil_nocold": 0.15}
    assert values.as_dict() == {**Values().as_dict(), "spoil_nocold": 0.15}


def test_replacing_keeps_the_other_changes_and_leaves_the_original_alone():
    first = Values({"spoil_nocold": 0.15})
    second = first.replace({"tau_chronic": 100, "spoil_nocold": 0.25})
    assert first.changed() == {"spoil_nocold": 0.15}
    assert second.changed() == {"spoil_nocold": 0.25, "tau_chronic": 100.0}
    assert first.replace({"tau_chronic": 100}).spoil_nocold == 0.15


def test_values_are_equal_by_content():
    default = DECLARED["spoil_nocold"].default
    assert Values({"spoil_nocold": default}) == Values()
    assert hash(Values({"spoil_nocold": default})) == hash(Values())
    assert Values({"spoil_nocold": 0.15}) != Values()
    assert len({Values({"spoil_nocold": 0.15}), Values({"spoil_nocold": 0.15}), Values()}) == 2


@pytest.mark.parametrize(
    "travel", [copy.copy, copy.deepcopy, lambda v: pickle.loads(pickle.dumps(v))]
)
def test_values_survive_copying_and_travelling(travel):
    values = Values({"spoil_nocold": 0.15})
    arrived = travel(values)
    assert arrived == values
    assert arrived.as_dict() == values.as_dict()


def test_whole_and_numpy_numbers_become_floats():
    values = Values({"tau_chronic": 100, "spoil_nocold": np.float32(0.25)})
    assert {type(value) for _, value in values.items()} == {float}


def test_the_ends_of_a_range_are_inside_it():
    spoil = DECLARED["spoil_nocold"]
    assert Values({"spoil_nocold": spoil.low}).spoil_nocold == spoil.low
    assert Values({"spoil_nocold": spoil.high}).spoil_nocold == spoil.high


@pytest.mark.parametrize(
    ("name", "value", "key", "fields"),
    [
        ("spoil_nocould", 0.2, "unknown_parameter", {"meant": "spoil_nocold"}),
        ("zzzz", 0.2, "unknown_parameter", {"found": "zzzz", "meant": ""}),
        ("shop_churn", 0.006, "parameter_not_input", {"name": "shop_churn", "role": "target"}),
        ("broadband_wage", 8, "parameter_not_input", {"role": "context"}),
        ("trust_join_order", 1, "parameter_not_input", {"role": "context"}),
        (
            "spoil_nocold",
            0.5,
            "parameter_out_of_range",
            {"name": "spoil_nocold", "value": 0.5, "low": 0.11, "high": 0.3, "unit": "share"},
        ),
        ("spoil_nocold", "a lot", "parameter_not_a_number", {"value": "a lot"}),
        ("women_share_of_shops", True, "parameter_not_a_number", {"value": True}),
        ("spoil_nocold", float("nan"), "parameter_not_a_number", {"name": "spoil_nocold"}),
        ("spoil_nocold", None, "parameter_not_a_number", {"value": None}),
    ],
)
def test_a_wrong_override_is_told_with_what_was_found(name, value, key, fields):
    with pytest.raises(JinguoError) as caught:
        Values({name: value})
    assert caught.value.key == f"errors.{key}"
    assert fields.items() <= caught.value.fields.items()


def test_several_wrong_overrides_are_told_together():
    with pytest.raises(Problems) as caught:
        Values({"spoil_nocold": 9, "tau_chronic": 90, "shop_churn": 1})
    keys = [problem.key for problem in caught.value.problems]
    assert keys == ["errors.parameter_out_of_range", "errors.parameter_not_input"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("shop_churn", "is target"),
        ("broadband_wage", "is context"),
        ("trust_join_order", "is context"),
        ("tau_cronic", "did you mean tau_chronic"),
    ],
)
def test_what_rules_may_not_read_cannot_be_read(name, told):
    with pytest.raises(AttributeError, match=told):
        getattr(Values(), name)


def test_the_numbers_of_a_run_cannot_be_written():
    values = Values()
    with pytest.raises(AttributeError, match="replace"):
        values.tau_chronic = 1
    assert values.tau_chronic == DECLARED["tau_chronic"].default


# --- Units -------------------------------------------------------------------------------------


def test_a_year_of_weekly_shares_is_the_yearly_share():
    assert 1 - (1 - weekly_share(0.2)) ** 52 == pytest.approx(0.2)
    assert weekly_share(0) == 0
    assert weekly_share(1) == 1


def test_a_year_of_weekly_counts_is_the_yearly_count():
    assert 52 * weekly_count(3) == pytest.approx(3)


def test_half_is_left_after_the_half_life():
    assert (1 - weekly_half_life(35)) ** 35 == pytest.approx(0.5)
