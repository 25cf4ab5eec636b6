"""Stored results as the dashboard reads them: only below its folder, told in words."""

import json

import pytest

from model.errors import JinguoError
from viz.dashboard import results
from viz.dashboard.options import OPTIONS
from viz.dashboard.stored import folders_in, read_stored
from viz.words import Words


def stored(folder, name="one", **manifest):
    """A folder as a small layers job leaves it."""
    inside = folder / name
    inside.mkdir(parents=True)
    told = {"staff": "limited", "replications": 4, "status": "complete", "scenario": {}}
    told |= manifest
    (inside / "manifest.json").write_text(json.dumps(told))
    (inside / "effects.csv").write_text(
        "arm,outcome,horizon,population,subgroup,estimate,low,high\n"
        "micro,income,end,selling_at_start,all,5,1,9\nmicro,income,end,all_women,all,2,1,3\n"
    )
    return inside


def test_only_results_below_the_folder_are_read(tmp_path):
    folder = tmp_path / "results"
    stored(folder)
    elsewhere = stored(tmp_path, "elsewhere")
    (folder / "link").symlink_to(elsewhere)
    (tmp_path / "manifest.json").write_text("{}")
    assert folders_in(folder) == ["one"]
    found = read_stored(folder, "one")
    assert (found.kind, found.runs, found.outcomes) == ("layers", 4, ["income"])
    assert len(found.rows("income")) == 1
    assert found.bands == {}
    for name in ("..", "../results/one", "../elsewhere", "link", "two", ""):
        with pytest.raises(JinguoError):
            read_stored(folder, name)
    assert folders_in(None) == []


def test_a_breached_limit_is_told_by_name_and_what_cannot_be_read_in_words(tmp_path):
    scenarios = {name: {"title": {"en": name.title(), "zh": name}} for name in ("calm", "eager")}
    inside = stored(tmp_path, base="calm", scenarios=scenarios, status="running", complete=3)
    (inside / "guardrails.csv").write_text(
        "arm,outcome,horizon,subgroup,verdict\neager,burnout,end,poorest_third,breached\n"
        "eager,income,end,all,kept\neager,trust,end,all,too_small\n"
    )
    manifest = json.loads((inside / "manifest.json").read_text())
    del manifest["staff"]
    (inside / "manifest.json").write_text(json.dumps(manifest))
    found = read_stored(tmp_path, "one")
    lines = results.facts(found, Words("en"))
    assert lines[0].startswith("Rests on 3 replications")
    assert lines[1] == "The job is not complete."
    assert lines[2].startswith("Limits of harm: 1 kept, 1 breached, 0 not resolved; 1 groups")
    assert "BREACHED: Burnout of poorest third at the start under Eager" in lines[3]
    assert results.base_of(found, Words("zh")) == "calm"
    (inside / "effects.csv").write_text("\x00")
    with pytest.raises(JinguoError) as caught:
        read_stored(tmp_path, "one")
    assert results.facts(caught.value, Words("zh"))


def test_scenarios_with_the_same_title_are_told_apart_by_name(tmp_path):
    title = {"title": {"en": "Calm", "zh": "calm"}}
    stored(tmp_path, base="calm", scenarios={"calm": title, "eager": title, "idle": {}})
    found = read_stored(tmp_path, "one")
    told = [results.arm_of(found, arm, Words("en")) for arm in ("calm", "eager", "idle")]
    assert told == ["Calm (calm)", "Calm (eager)", "idle"]


@pytest.mark.parametrize("manifest", ["{", "[]", "{}", '{"staff": 1}'])
def test_a_broken_manifest_is_told_without_a_path_of_the_server(tmp_path, monkeypatch, manifest):
    monkeypatch.setattr(OPTIONS, "folder", tmp_path)
    (stored(tmp_path) / "manifest.json").write_text(manifest)
    with pytest.raises(JinguoError) as caught:
        read_stored(tmp_path, "one")
    for lang in ("en", "zh"):
        (line,) = results.facts(caught.value, Words(lang))
        assert "one" in line
        assert str(tmp_path) not in line
        assert "jinguo report" not in line


@pytest.mark.parametrize("wrong", [None, 3, "x", [], {"all": 3}])
def test_an_edited_manifest_cannot_end_the_page(tmp_path, wrong):
    scenarios = {"calm": {"title": {"en": "Calm", "zh": "calm"}}}
    good = {"base": "calm", "scenarios": scenarios}
    for key in ("scenarios", "base", "replications", "complete"):
        name = f"{key}-{type(wrong).__name__}"
        stored(tmp_path, name, **good | {key: wrong})
        try:
            found = read_stored(tmp_path, name)
        except JinguoError as problem:
            found = problem
        lines = results.facts(found, Words("en"))
        assert lines
        if not isinstance(found, JinguoError):
            assert results.table_of(found, "income", Words("en"))["rows"]
            assert results.base_of(found, Words("en")) == "Calm"
