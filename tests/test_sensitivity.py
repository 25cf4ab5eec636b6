"""Sensitivity: known answers of test functions, and when an answer may not be trusted."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from benchmarks.statistics_answers import effects_held, ishigami, known_ishigami
from experiments import sensitivity, sweep
from experiments.design import places
from experiments.design_factors import Factor, parameter_factors
from experiments.sensitivity_indices import (
    _of_outcome,
    block_size,
    morris_table,
    most_complete,
    sobol_table,
)
from model.errors import JinguoError
from tests.sweep_stand_ins import Here, paper_plan
from viz.tables.sweep import sensitivity_data, sensitivity_lines, sensitivity_table
from viz.words import Words

ABC = [Factor(name, "parameter", name, 0, 1) for name in "abc"]


def sobol_g(points, a=(0.0, 1.0, 4.5)):
    return np.prod((np.abs(4 * points - 2) + a) / (1 + np.array(a)), axis=1)


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
    table = morris_table(ABC, points, points @ np.array([3.0, -2.0, 0.0]))
    assert table.effect.to_numpy() == pytest.approx([3, 2, 0])
    assert table.direction.to_numpy() == pytest.approx([3, -2, 0])
    assert table.spread.to_numpy() == pytest.approx([0, 0, 0], abs=1e-9)


def counted(count, kind="dose"):
    """A factor of so many levels: numbers that are not evenly apart, or choices by name."""
    levels = tuple(2.0**k for k in range(count)) if kind == "dose" else tuple("zyxwv"[:count])
    return Factor(f"{kind}.{count}", kind, str(count), levels=levels)


@pytest.mark.parametrize("levels", [2, 4, 6, 8, 10])
def test_a_factor_of_any_number_of_levels_moves_a_sum_by_exactly_one(levels):
    factors = [ABC[0], *map(counted, (2, 3, 5)), *(counted(k, "structure") for k in (2, 3, 5))]
    points = places("morris", factors, 20, levels)
    # what each run was given, by hand: the rank of its value among the levels
    at = [
        [
            f.levels.index(f.at(place)) / (len(f.levels) - 1) if f.levels else f.at(place)
            for f, place in zip(factors, row, strict=True)
        ]
        for row in points
    ]
    table = morris_table(factors, points, np.sum(at, axis=1))
    for column in ("effect", "effect_low", "effect_high", "direction"):
        assert table[column].to_numpy() == pytest.approx(1), column
    assert table.spread.to_numpy() == pytest.approx(0, abs=1e-9)


def test_levels_written_downwards_keep_their_direction():
    falling = Factor("dose.a", "dose", "a", levels=(4.0, 2.0, 1.0))
    points = places("morris", [falling, ABC[1]], 10)
    table = morris_table([falling, ABC[1]], points, np.array([falling.at(p) for p, _ in points]))
    assert 1.5 <= table.direction[0] <= 4  # from 1 to 4; steps of one level bring 1 or 2
    assert table.direction[1] == 0


def test_a_step_that_moves_nothing_is_no_effect():
    few = Factor("dose.a", "dose", "a", levels=(1.0, 1.0, 1.0, 3.0))  # two levels, unevenly met
    points = places("morris", [few, ABC[1]], 30)
    values = np.array([few.at(p) for p, _ in points])
    table = morris_table([few, ABC[1]], points, values)
    still = np.abs(np.diff(values.reshape(-1, 3))).max(axis=1) == 0
    assert 0 < still.sum() < 30
    assert (table.effect[0], table.spread[0]) == pytest.approx((2, 0))
    one = Factor("dose.b", "dose", "b", levels=(1.0,))
    table = morris_table([one, ABC[1]], points, points[:, 1])
    assert (table.effect == [0, pytest.approx(1)]).all()


@pytest.mark.parametrize(("trajectories", "least"), [(4, 0.86), (10, 0.9)])
def test_intervals_of_effects_hold_the_true_ones_also_of_few_trajectories(trajectories, least):
    held = effects_held(trajectories, 300)
    assert held.min() >= least
    assert held.max() <= 0.995  # not by being too wide


def test_an_interval_of_absolute_effects_ends_at_nothing():
    points = places("morris", ABC, 10, seed=2)
    table = morris_table(ABC, points, points[:, 0] * (points[:, 1] > 0.9))
    reach = table.effect_high - table.effect
    assert (reach > table.effect)[0]  # it would begin below nothing
    assert table.effect_low[0] == 0


def test_an_outcome_that_never_changes_rests_on_nothing():
    points = places("morris", ABC, 4, seed=1)
    table = morris_table(ABC, points, np.full(len(points), 2.0))
    assert (table.drop(columns="factor").to_numpy() == 0).all()
    table, shares = sobol_table(list("abc"), np.full(40, 2.0), [True] * 3)
    assert table["first"].isna().all()
    assert np.isnan(shares).all()


# --- runs that are missing ---------------------------------------------------------------------


VILLAGES = (0.0, 5.0, -4.0)  # luck that is the same in every draw of a replication


def runs_of(kind, count):
    """A made-up design over four inputs, and a run of every draw in three replications."""
    factors = tuple(Factor(f"x{k}", "parameter", f"x{k}", 0, 1) for k in range(4))
    points = places(kind, factors, count)
    own = np.random.default_rng(1).normal(scale=0.05, size=(len(points), 3))
    held = points @ np.array([4.0, 2.0, 1.0, 0.0])
    rows = [
        ("s", draw, replication, held[draw] + luck + own[draw, replication])
        for replication, luck in enumerate(VILLAGES)
        for draw in range(len(points))
    ]
    plan = SimpleNamespace(
        draws=len(points), kind=kind, factors=factors, places=points, second_order=False
    )
    return plan, pd.DataFrame(rows, columns=["scenario", "draw", "replication", "value"])


def found_in(plan, frame):
    results = SimpleNamespace(window_means=lambda *_: frame)
    return _of_outcome(results, plan, "s", "income", (0, 1))


@pytest.mark.parametrize(("kind", "count"), [("morris", 20), ("saltelli", 64)])
def test_a_store_stopped_in_its_third_replication_says_what_two_say(kind, count):
    plan, runs = runs_of(kind, count)
    stopped = found_in(plan, runs.iloc[: int(plan.draws * 2.4)])
    two = found_in(plan, runs[runs.replication < 2])
    pd.testing.assert_frame_equal(stopped.table, two.table)
    assert (stopped.blocks, stopped.dropped, stopped.replications) == (count, 0, 2)
    assert (stopped.unused, two.unused) == (int(plan.draws * 2.4) - 2 * plan.draws, 0)
    assert stopped.noise == two.noise < 0.1
    told = Words("en").say("sweep.unused", {"unused": stopped.unused, "replications": 2})
    assert told in sensitivity_lines(stopped, Words("en"))
    assert not any("left out" in line for line in sensitivity_lines(two, Words("en")))


@pytest.mark.parametrize(("kind", "count"), [("morris", 20), ("saltelli", 64)])
def test_a_few_failed_runs_cost_their_blocks_and_let_no_village_in(kind, count):
    plan, runs = runs_of(kind, count)
    size = block_size(plan)
    lost = {0: size + 1, 1: 3 * size, 2: 3 * size + 2}  # of blocks 1 and 3
    failed = runs[runs.draw != runs.replication.map(lost)]
    one = found_in(plan, failed)
    assert (one.blocks, one.dropped, one.replications) == (count - 2, 2, 3)
    assert one.unused == 2 * 3 * size - 3
    apart = plan.places.reshape(count, size, -1)[[b for b in range(count) if b not in {1, 3}]]
    other = replace_places(plan, apart.reshape(-1, 4))
    left = runs[~(runs.draw // size).isin([1, 3])]
    left = left.assign(draw=left.groupby("replication").cumcount())
    pd.testing.assert_frame_equal(one.table, found_in(other, left).table)
    if kind == "morris":
        assert one.table.effect.to_numpy() == pytest.approx([4, 2, 1, 0], abs=0.1)


def replace_places(plan, points):
    return SimpleNamespace(**{**vars(plan), "places": points, "draws": len(points)})


def test_the_choice_keeps_most_runs_and_enough_blocks():
    rng = np.random.default_rng(4)
    for _ in range(50):
        complete = rng.random((12, 3)) < rng.uniform(0.4, 1.0)
        whole, together = most_complete(complete)
        if whole.sum() < 4:
            assert complete.sum(axis=0).max() < 4
            continue
        assert complete[np.ix_(whole, together)].all()
        kept = whole.sum() * len(together)
        assert kept >= complete.sum(axis=0).max()  # the best single replication
        shared = complete.all(axis=1).sum()
        assert kept >= (3 * shared if shared >= 4 else 0)  # all replications


def test_one_replication_that_is_left_is_called_one():
    plan, runs = runs_of("morris", 20)
    one = found_in(plan, runs.iloc[: int(plan.draws * 1.3)])
    assert (one.replications, one.dropped) == (1, 0)
    assert np.isnan(one.noise)
    for lang in ("en", "zh"):
        told = sensitivity_lines(one, Words(lang))
        assert Words(lang).say("sweep.noise_unknown") in told
    two = found_in(plan, runs[runs.replication < 2].assign(value=1.0))
    assert two.variance == 0
    assert Words("en").say("sweep.noise_unknown") not in sensitivity_lines(two, Words("en"))


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
    assert (one.blocks, one.dropped, one.replications) == (6, 2, 1)
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


def test_a_single_effect_has_no_interval_and_no_warning():
    factors = (Factor("a", "parameter", "a", 0, 1),)
    found = morris_table(factors, np.array([[0.0], [1.0]]), np.array([1.0, 3.0]))
    (row,) = found.to_dict("records")
    assert row["effect"] == row["direction"] == 2.0
    assert np.isnan([row["effect_low"], row["effect_high"], row["spread"]]).all()
