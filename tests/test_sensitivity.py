"""Sensitivity: known answers of test functions, and when an answer may not be trusted."""

import math
from dataclasses import replace

import numpy as np
import pytest

from experiments import sensitivity, sweep
from experiments.design import places
from experiments.design_factors import Factor, parameter_factors
from experiments.sensitivity_indices import morris_table, sobol_table
from model.errors import JinguoError
from tests.sweep_stand_ins import Here, paper_plan
from viz.tables.sweep import sensitivity_data, sensitivity_lines, sensitivity_table
from viz.words import Words

ABC = [Factor(name, "parameter", name, 0, 1) for name in "abc"]


def ishigami(points, a=7.0, b=0.1):
    x, y, z = (points.T * 2 - 1) * math.pi
    return np.sin(x) + a * np.sin(y) ** 2 + b * z**4 * np.sin(x)


def sobol_g(points, a=(0.0, 1.0, 4.5)):
    return np.prod((np.abs(4 * points - 2) + a) / (1 + np.array(a)), axis=1)


def known_ishigami(a=7.0, b=0.1):
    """First-order and total indices (Ishigami and Homma 1990)."""
    x = 0.5 * (1 + b * math.pi**4 / 5) ** 2
    y = a**2 / 8
    xz = 8 * b**2 * math.pi**8 / 225
    total = x + y + xz
    return np.array([x, y, 0]) / total, np.array([x + xz, y, xz]) / total


def known_sobol_g(a=(0.0, 1.0, 4.5)):
    """First-order and total indices (Saltelli and Sobol 1995)."""
    own = 1 / (3 * (1 + np.array(a)) ** 2)
    variance = np.prod(1 + own) - 1
    others = [np.prod(np.delete(1 + own, place)) for place in range(len(a))]
    return own / variance, own * others / variance


@pytest.mark.parametrize(
    ("function", "known"), [(ishigami, known_ishigami()), (sobol_g, known_sobol_g())]
)
def test_indices_of_known_functions_lie_in_their_intervals(function, known):
    points = places("saltelli", ABC, 2048, seed=3)
    table, _ = sobol_table(list("abc"), function(points), [True, False, False])
    first, total = known
    assert table["first"].to_numpy() == pytest.approx(first, abs=0.04)
    assert table["total"].to_numpy() == pytest.approx(total, abs=0.04)
    assert ((table.first_low <= first) & (first <= table.first_high)).all()
    assert ((table.total_low <= total) & (total <= table.total_high)).all()


def test_the_share_that_rests_on_guesses_lies_between_alone_and_with_interactions():
    points = places("saltelli", ABC, 2048, seed=3)
    _, (low, high) = sobol_table(list("abc"), ishigami(points), [True, False, False])
    first, total = known_ishigami()
    assert low == pytest.approx(first[0], abs=0.04)
    assert high == pytest.approx(total[0], abs=0.04)
    _, none = sobol_table(list("abc"), ishigami(points), [False] * 3)
    assert none[0] == 0
    _, everything = sobol_table(list("abc"), ishigami(points), [True] * 3)
    assert everything[1] == 1


def test_elementary_effects_of_a_straight_line_are_its_slopes():
    points = places("morris", ABC, 10, seed=1)
    table = morris_table(list("abc"), points, points @ np.array([3.0, -2.0, 0.0]), 4)
    assert table.effect.to_numpy() == pytest.approx([3, 2, 0])
    assert table.direction.to_numpy() == pytest.approx([3, -2, 0])
    assert table.spread.to_numpy() == pytest.approx([0, 0, 0], abs=1e-9)


def test_an_outcome_that_never_changes_rests_on_nothing():
    points = places("morris", ABC, 4, seed=1)
    table = morris_table(list("abc"), points, np.full(len(points), 2.0), 4)
    assert (table.effect == 0).all()
    table, shares = sobol_table(list("abc"), np.full(40, 2.0), [True] * 3)
    assert table["first"].isna().all()
    assert np.isnan(shares).all()


# --- on stores ---------------------------------------------------------------------------------


def planned(kind, draws, replications=3):
    factors = tuple(parameter_factors(["spoil_nocold", "tau_acute"]))
    points = places(kind, factors, draws, seed=1)
    plan = paper_plan(replications, chunk=20)
    return replace(plan, factors=factors, places=points, kind=kind)


def test_a_store_of_another_design_is_refused(tmp_path):
    sweep(paper_plan(2), tmp_path / "s", cluster=Here())
    with pytest.raises(JinguoError) as caught:
        sensitivity(tmp_path / "s")
    assert (caught.value.key, caught.value.fields["found"]) == (
        "sweep.wrong_design",
        "latin_hypercube",
    )


def test_wrong_names_and_horizons_are_told(tmp_path):
    sweep(planned("morris", 4, 1), tmp_path / "s", cluster=Here())
    for asked, key in (
        ({"indicators": ["incme"]}, "sweep.unknown_indicator"),
        ({"horizon": "later"}, "errors.unknown_choice"),
    ):
        with pytest.raises(JinguoError) as caught:
            sensitivity(tmp_path / "s", **asked)
        assert caught.value.key == key


@pytest.mark.parametrize("kind", ["morris", "saltelli"])
def test_what_changes_nothing_in_the_village_is_told_to_change_nothing(tmp_path, kind):
    sweep(planned(kind, 4), tmp_path / "s", cluster=Here())
    found = sensitivity(tmp_path / "s", ["income"])
    assert [one.scenario for one in found] == ["paper", "calm"]
    one = found[0]
    assert (one.method, one.blocks, one.dropped, one.weeks) == (kind, 4, 0, (14, 66))
    assert one.variance == pytest.approx(0, abs=1e-12)
    assert not one.settled
    for lang in ("en", "zh"):
        assert sensitivity_table(one, Words(lang)).rows
        assert sensitivity_lines(one, Words(lang))
    assert sensitivity_data(one)["factors"][0]["factor"] in {"spoil_nocold", "tau_acute"}


def test_blocks_with_a_failed_run_are_left_out_and_counted(tmp_path):
    plan = planned("morris", 8, 1)
    stopped = []

    def stop(key, _fields):
        stopped.append(key)
        if stopped.count("sweep.chunk_done") == 2:
            raise KeyboardInterrupt

    sweep(plan, tmp_path / "s", cluster=Here(), progress=stop)
    one = sensitivity(tmp_path / "s", ["income"])[0]
    assert (one.blocks, one.dropped) == (6, 2)
    assert one.noisy  # one replication cannot tell luck from interaction


def test_real_inputs_move_real_outcomes(compiled, tmp_path):
    plan = {
        "scenario": "libei",
        "village": {"women": 60},
        "weeks": 52,
        "design": {"kind": "morris", "draws": 4, "parameters": ["would_ever_sell", "class_size"]},
        "replications": 1,
        "indicators": ["income", "burnout", "trust"],
    }
    sweep(plan, tmp_path / "s", cluster=Here())
    income = sensitivity(tmp_path / "s", ["income"])[0].table
    assert income.factor[0] == "would_ever_sell"
    assert income.effect[0] > 10 * income.effect[1]
    assert list(income.grade) == ["E", "M"]
