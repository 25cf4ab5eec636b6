"""Guardrails on a share of the level: luck in the level counts."""

import numpy as np

from experiments.guardrails import LIMITS, _change

INCOME, BURNOUT = LIMITS
TRIALS, VILLAGES = 400, 50


def test_the_interval_of_a_relative_change_holds_it_although_the_level_has_luck():
    """Villages whose incomes differ by 30 % lose 5 % of the mean level, give or take 2 %."""
    luck, held = np.random.default_rng(1), 0
    for _ in range(TRIALS):
        was = 100.0 + 30.0 * luck.normal(size=VILLAGES)
        found = _change(was, was - 5.0 + 2.0 * luck.normal(size=VILLAGES), INCOME, 1)
        held += found.low <= -0.05 <= found.high
    assert 0.93 <= held / TRIALS <= 0.97


def test_a_change_in_its_own_unit_has_students_interval_at_the_joint_level():
    was = np.full(30, 0.4)
    now = was + np.linspace(-0.1, 0.1, 30)
    alone, of_many = (_change(was, now, BURNOUT, many) for many in (1, 12))
    assert np.isclose(alone.estimate, 0.0)
    assert np.isclose(alone.high, 2.0452296 * (now - was).std(ddof=1) / np.sqrt(30))
    assert of_many.low < alone.low < 0.0 < alone.high < of_many.high


def test_without_a_village_or_a_level_nothing_is_said():
    none = np.array([])
    for was, now in ((none, none), (np.zeros(5), np.ones(5))):
        assert np.isnan(_change(was, now, INCOME, 1).low)
