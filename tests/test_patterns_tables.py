"""Patterns as people read them: the headline, failing settings, rival structures, JSON."""

import json
import sys
from dataclasses import replace

import pytest

import jinguo
from experiments.patterns_base import Figure, Window, elsewhere, part, row
from viz.tables import write_json
from viz.tables.patterns import pattern_tables, patterns_data
from viz.words import Words


def made(name, kind, value):
    window = Window(high=-0.15)
    entry = {"F3": "f3_trust", "F20": "f20_mean", "F4": "f4_gain"}[name]
    return row(name, kind, [part(entry, Figure(value, value - 0.1, value + 0.1), window)], 30)


@pytest.fixture
def rows():
    holds, fails = made("F3", "emergent", -0.4), made("F20", "emergent", 0.1)
    there = elsewhere(made("F3", "emergent", -0.1), "a, b", {"a": 0.0, "b": 0.25})
    rivals = (elsewhere(holds, "base", {}), elsewhere(fails, "support", {}))
    first = replace(holds, failing=there, structures=rivals)
    return [first, fails, made("F4", "calibrated", -0.2)]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_headline_counts_emergent_patterns_only(rows, lang):
    title = pattern_tables(rows, Words(lang))[0].title
    numbers = [int(digit) for digit in title if digit.isdigit()]
    assert sorted(numbers) == [1, 1, 1, 2]  # 1 of 2 emergent, 1 of 1 other


def test_a_failing_setting_is_shown_with_its_figure(rows):
    table = pattern_tables(rows, Words("en"))[2]
    assert table.rows == (
        ("F3", "a = 0, b = 0.25", rows[0].parts[0].label["en"], "NO", "-0.1 [-0.2, 0]", "30"),
    )


def test_structures_are_counted_and_failing_ones_named(rows):
    (shown,) = pattern_tables(rows, Words("en"))[3].rows
    assert shown[2:] == ("in 1 of 2 structures", "what family support does")


def test_tables_without_rows_are_left_out(rows):
    assert len(pattern_tables(rows[1:], Words("en"))) == 2


def test_json_holds_what_was_asked_for(rows, capsys):
    write_json(patterns_data(rows), sys.stdout)
    for found in json.loads(capsys.readouterr().out):
        assert found.keys() >= {
            "id", "kind", "holds", "figure", "figure_value", "low", "high", "criterion", "parts",
            "failing", "structures",
        }


def test_the_command_keeps_its_runs_and_tells_them_as_json(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    line = ["patterns", "f17", "--replications", "1", "--processes", "1", "--json"]
    assert jinguo.main(line) == 0
    first = json.loads(capsys.readouterr().out)
    assert first[0]["id"] == "F17"
    assert len(list((tmp_path / "results" / "patterns").glob("*.run"))) == 1
    assert jinguo.main(line) == 0
    assert json.loads(capsys.readouterr().out) == first
    assert jinguo.main([*line, "--fresh"]) == 0
    assert json.loads(capsys.readouterr().out) == first
