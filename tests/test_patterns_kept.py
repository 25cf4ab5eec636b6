"""Runs of patterns are kept, read back to the bit, and never read when they are not whole."""

from dataclasses import replace

import numpy as np
import pytest

from experiments import patterns_cache, patterns_variants
from experiments.executors import Failed
from experiments.patterns import PATTERNS, check_patterns
from experiments.patterns_cache import DIGEST, Kept, content_of, run_key
from experiments.patterns_runs import Change, StartsRun
from experiments.patterns_trial import Sum
from experiments.patterns_variants import Variant
from model.errors import JinguoError
from scenarios import load_scenario

TINY = {"village.women": 60}


@pytest.fixture
def setup():
    return load_scenario("ordinary_village", TINY).setup()


def run():
    return {"women": Sum(1.5, 2.0), "gains": np.array([0.1, np.nan])}


def test_what_is_kept_is_read_back_to_the_bit(tmp_path):
    kept = Kept(tmp_path / "patterns")
    assert kept.get("a") is None
    kept.put("a", run())
    found = kept.get("a")
    assert found["women"] == Sum(1.5, 2.0)
    assert found["gains"].tobytes() == run()["gains"].tobytes()
    starts = StartsRun(*(Change(1.0, 2.0),) * 4, 1, 1, np.zeros((3, 2)), 0.5)
    kept.put("b", starts)
    assert kept.get("b").care == starts.care


def test_fresh_reads_nothing_and_writes_anew(tmp_path):
    Kept(tmp_path).put("a", run())
    fresh = Kept(tmp_path, fresh=True)
    assert fresh.get("a") is None
    fresh.put("a", {"other": 1.0})
    assert Kept(tmp_path).get("a") == {"other": 1.0}


@pytest.mark.parametrize("length", [0, 10, DIGEST, DIGEST + 5, -1])
def test_a_half_written_file_is_never_read(tmp_path, length):
    kept = Kept(tmp_path)
    kept.put("a", run())
    (file,) = tmp_path.glob("*.run")
    file.write_bytes(file.read_bytes()[:length])
    assert kept.get("a") is None


def test_only_results_of_patterns_are_read(tmp_path):
    kept = Kept(tmp_path)
    kept.put("a", pytest.raises)
    assert kept.get("a") is None


def test_a_key_holds_kind_villages_luck_and_no_names(setup):
    content = content_of("starts", {"none": setup})
    assert content == content_of("starts", {"none": replace(setup, name="other")})
    others = {
        content,
        content_of("law", {"none": setup}),
        content_of("starts", {"all": setup}),
        content_of("starts", {"none": replace(setup, weeks=setup.weeks + 1)}),
    }
    assert len(others) == 4
    assert run_key(content, 1) != run_key(content, 2)


def test_what_other_versions_made_is_not_taken(monkeypatch):
    here = run_key("libei", 1)
    monkeypatch.setattr(patterns_cache, "_made_with", lambda: "another numpy")
    assert run_key("libei", 1) != here


def test_a_second_call_makes_no_run_and_says_the_same(tmp_path, monkeypatch):
    kept, told = Kept(tmp_path), []
    first = check_patterns(("F17",), 2, overrides=TINY, kept=kept)
    monkeypatch.setattr(patterns_variants, "do", lambda _order: pytest.fail("made again"))
    again = check_patterns(
        ("F17",), 2, overrides=TINY, kept=kept, progress=lambda *report: told.append(report)
    )
    assert (again, told) == (first, [])


def test_what_is_complete_is_kept_when_a_call_is_stopped(tmp_path):
    def stop(_key, _fields):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check_patterns(("F17",), 2, overrides=TINY, kept=Kept(tmp_path), progress=stop)
    assert len(list(tmp_path.glob("*.run"))) == 1
    assert not list(tmp_path.glob(".*"))


def test_a_run_that_breaks_off_is_told_in_words(monkeypatch):
    broken = [("key", Failed("raised", "ValueError: no luck"))]
    plan = patterns_variants.Plan(
        {"key": patterns_variants.Order("law", {}, 7)}, {"law": ["key"]}, {}
    )
    monkeypatch.setattr(patterns_variants, "run_tasks", lambda *_: (pair for pair in broken))
    with pytest.raises(JinguoError) as problem:
        patterns_variants.make([plan], 1, None, None)
    assert problem.value.key == "patterns.run_failed"
    assert problem.value.fields["runs"] == "law"


def test_variants_share_equal_runs():
    base = Variant(("F10",), 2, TINY)
    same = Variant(("F10",), 1, {**TINY, "parameters.early_luck": 0.6})
    kinds = PATTERNS["F10"].runs
    one, other = (patterns_variants.plan(v, kinds, 1) for v in (base, same))
    assert other.orders.keys() < one.orders.keys()


def test_rival_structures_are_judged_beside(monkeypatch):
    def structures_of(scenario):
        other = {"structure.support": "neutral"}
        return {"base": scenario, "support": load_scenario("ordinary_village", {**TINY, **other})}

    monkeypatch.setattr(patterns_variants, "structures", structures_of)
    monkeypatch.setattr("experiments.patterns.structures_of", structures_of)
    (found,) = check_patterns(("F7",), 1, overrides=TINY, structures=True)
    assert [each.name for each in found.structures] == ["base", "support"]
    assert found.structures[0].holds == found.holds
    (built_in,) = check_patterns(("F17",), 1, overrides=TINY, structures=True)
    assert built_in.structures == ()


def test_what_is_kept_cannot_run_code(tmp_path):
    class Harm:
        def __reduce__(self):
            return eval, ("1 + 1",)

    kept = Kept(tmp_path)
    kept.put("a", Harm())
    assert kept.get("a") is None
