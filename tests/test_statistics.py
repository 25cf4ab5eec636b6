"""Intervals, Shapley values and gains on problems with known answers."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from experiments.statistics import (
    ARMS,
    LAYERS,
    PAIRS,
    interaction,
    interval_of_mean,
    layers_of,
    pair_interactions,
    percentages,
    shapley,
    variance_gain,
)

ARM = {frozenset(layers_of(arm)): row for row, arm in enumerate(ARMS)}
games = st.lists(
    st.floats(-1e3, 1e3, allow_subnormal=False), min_size=len(ARMS), max_size=len(ARMS)
).map(lambda worth: np.array(worth)[:, None])


def _game(worth):
    """A game from a function of the set of layers."""
    values = np.zeros((len(ARMS), 1))
    for layers, row in ARM.items():
        values[row] = worth(layers)
    return values


def test_student_interval_of_five_pairs_equals_the_table_of_student():
    found = interval_of_mean(np.array([1.0, 2, 3, 4, 5])[:, None])
    assert found.estimate[0] == 3
    assert found.low[0] == pytest.approx(3 - 2.776445 * np.sqrt(2.5 / 5), abs=1e-5)
    assert found.high[0] == pytest.approx(3 + 2.776445 * np.sqrt(2.5 / 5), abs=1e-5)


def test_bootstrap_interval_of_skewed_pairs_agrees_with_scipy():
    luck = np.random.default_rng(5)
    pairs = luck.exponential(size=30)
    theirs = bootstrap(
        (pairs,), np.mean, method="BCa", n_resamples=20_000, rng=np.random.default_rng(1)
    ).confidence_interval
    found = interval_of_mean(pairs[:, None])
    width = theirs.high - theirs.low
    assert found.low[0] == pytest.approx(theirs.low, abs=0.05 * width)
    assert found.high[0] == pytest.approx(theirs.high, abs=0.05 * width)
    assert found.high[0] - pairs.mean() > pairs.mean() - found.low[0]  # skewed to the right


@pytest.mark.parametrize("replications", [5, 9, 30, 100])
def test_interval_of_a_null_effect_covers_zero_in_about_95_of_100_experiments(replications):
    luck = np.random.default_rng(replications)
    village = luck.normal(size=(replications, 3000))
    pairs = (village + luck.normal(size=village.shape)) - (
        village + luck.normal(size=village.shape)
    )
    covered = ~interval_of_mean(pairs).excludes_zero()
    assert 0.925 <= covered.mean() <= 0.97


def test_one_replication_gives_an_estimate_and_no_interval():
    found = interval_of_mean(np.array([[2.0, 0.0]]))
    assert found.estimate.tolist() == [2, 0]
    assert np.isnan(found.low).all()
    assert np.isnan(found.high).all()
    assert not found.excludes_zero().any()


@pytest.mark.parametrize("replications", [2, 9, 10, 40])
def test_pairs_that_never_differ_have_an_interval_without_width(replications):
    found = interval_of_mean(np.zeros((replications, 2)))
    assert found.estimate.tolist() == found.low.tolist() == found.high.tolist() == [0, 0]
    assert not found.excludes_zero().any()


@pytest.mark.parametrize("replications", [6, 25])
def test_an_outcome_keeps_its_interval_whatever_stands_beside_it(replications):
    pairs = np.random.default_rng(2).normal(size=(replications, 700))
    alone = interval_of_mean(pairs[:, 400:401])
    beside = interval_of_mean(pairs)
    assert (beside.low[400], beside.high[400]) == (alone.low[0], alone.high[0])


def test_an_outcome_that_misses_replications_is_judged_on_those_it_has():
    pairs = np.random.default_rng(3).normal(size=(30, 3))
    pairs[[2, 7], 1] = np.nan
    pairs[:, 2] = np.nan
    found = interval_of_mean(pairs)
    held = interval_of_mean(np.delete(pairs[:, 1:2], [2, 7], axis=0))
    assert found.replications.tolist() == [30, 28, 0]
    assert (found.low[1], found.high[1]) == (held.low[0], held.high[0])
    assert np.isnan([found.estimate[2], found.low[2], found.high[2]]).all()


@pytest.mark.parametrize("count", [10, 20, 30, 50])
@pytest.mark.parametrize("value", [2.0, 7.0, 8.0, 0.7, 0.03])
def test_one_village_among_unchanged_ones_gives_ends_in_proportion(count, value):
    pairs = np.r_[np.zeros(count - 1), 1.0][:, None]
    one, other = interval_of_mean(pairs), interval_of_mean(pairs * value)
    assert other.low[0] == pytest.approx(one.low[0] * value, abs=1e-12)
    assert other.high[0] == pytest.approx(one.high[0] * value)


@given(
    st.lists(st.integers(-2, 3), min_size=10, max_size=30).filter(lambda x: len(set(x)) > 1),
    st.floats(1e-3, 1e3), st.floats(-1e3, 1e3),
)
@settings(max_examples=60, deadline=None)
def test_ends_of_tied_pairs_follow_scale_and_shift(counts, scale, shift):
    pairs = np.array(counts, dtype=np.float64)[:, None]
    plain, moved = interval_of_mean(pairs), interval_of_mean(scale * (pairs + shift))
    near = 1e-7 * (plain.high[0] - plain.low[0])
    assert moved.low[0] / scale - shift == pytest.approx(plain.low[0], abs=near)
    assert moved.high[0] / scale - shift == pytest.approx(plain.high[0], abs=near)


@given(games)
@settings(max_examples=60, deadline=None)
def test_shapley_value_is_the_mean_gain_over_all_orders(values):
    orders = list(itertools.permutations(LAYERS))
    expected = dict.fromkeys(LAYERS, 0.0)
    for order in orders:
        for place, layer in enumerate(order):
            before = ARM[frozenset(order[:place])]
            after = ARM[frozenset(order[: place + 1])]
            expected[layer] += (values[after, 0] - values[before, 0]) / len(orders)
    found = shapley(values)[:, 0]
    assert found == pytest.approx([expected[layer] for layer in LAYERS], abs=1e-9)
    assert found.sum() == pytest.approx(values[-1, 0] - values[0, 0], abs=1e-9)


def test_layers_that_add_up_have_no_interaction_and_keep_their_own_effect():
    own = {"micro": 3.0, "meso": -1.0, "macro": 0.5}
    values = _game(lambda layers: 7 + sum(own[layer] for layer in layers))
    assert shapley(values)[:, 0] == pytest.approx([3, -1, 0.5])
    assert interaction(values) == pytest.approx([0])
    assert pair_interactions(values)[:, 0] == pytest.approx([0, 0, 0])


def test_what_two_layers_do_to_each_other_is_found_and_shared_equally():
    values = _game(lambda layers: 4.0 if {"micro", "meso"} <= layers else 0.0)
    assert shapley(values)[:, 0] == pytest.approx([2, 2, 0])
    assert interaction(values) == pytest.approx([4])
    index = dict(zip(PAIRS, pair_interactions(values)[:, 0], strict=True))
    expected = {("micro", "meso"): 4, ("micro", "macro"): 0, ("meso", "macro"): 0}
    assert index == pytest.approx(expected)


def test_a_percentage_is_given_only_where_the_joint_effect_is_surely_not_zero():
    joint = np.random.default_rng(4).normal(size=(30, 3)) + np.array([10.0, 0.0, -10.0])
    found = percentages(np.array([[5.0, 5.0, -5.0]]), interval_of_mean(joint))
    assert found[0, [0, 2]] == pytest.approx([50, 50], abs=3)
    assert np.isnan(found[0, 1])


def test_variance_gain_of_twins_with_known_correlation():
    luck = np.random.default_rng(6)
    village = luck.normal(size=(4000, 1)) * 3
    none = village + luck.normal(size=(4000, 1))
    arm = village + luck.normal(size=(4000, 1)) + 5
    assert variance_gain(arm, none)[0] == pytest.approx(20 / 2, rel=0.1)
    assert variance_gain(none + 5, none)[0] > 1e12
    assert np.isnan(variance_gain(arm[:1], none[:1])[0])
