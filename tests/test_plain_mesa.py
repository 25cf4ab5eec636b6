"""The compiled village and an ordinary Mesa model that calls its rules live the same weeks."""

import pytest

from benchmarks.plain_mesa import PlainVillage, both, largest_difference
from scenarios import load_scenario

WEEKS = 6


@pytest.fixture(scope="module")
def villages():
    village = load_scenario("libei", {"village.women": 60}).village(seed=3).run(120)
    assert village.sellers.selling.sum() >= 5, "too few shops to compare"
    assert (village.sellers.hands > 0.0).any()
    compiled, plain = both(village)
    before = compiled.sellers.copy()
    for _ in range(WEEKS):
        compiled.step()
        plain.step()
    return before, compiled, plain


def test_all_columns_agree_after_some_weeks(villages):
    _, compiled, plain = villages
    name, difference = largest_difference(compiled, plain)
    assert difference < 1e-9, name


def test_the_weeks_were_not_empty(villages):
    before, compiled, _ = villages
    for name in ("burnout", "fans", "price", "sales", "skill", "efficacy", "peer_gain", "savings"):
        assert (before[name] != compiled.sellers[name]).any(), name


def test_a_difference_would_be_seen(villages):
    _, compiled, _ = villages
    other = PlainVillage(compiled)
    assert largest_difference(compiled, other)[1] == 0.0
    other.women[7].burnout += 1e-6
    name, difference = largest_difference(compiled, other)
    assert name == "burnout"
    assert difference > 1e-9
