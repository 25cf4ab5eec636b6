"""What must hold in every village, whatever its numbers, measures, shocks and luck."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.families import Family
from agents.sellers import Seller
from model.village import Village
from tests.strategies import PROGRAMME, delivery, setups, small_setup, villages

WEEKS = 26
FEW = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
BOUNDED_01 = [
    "discipline",
    "joint_delivery",
    "standards",
    "skill",
    "literacy",
    "legal",
    "follow_up",
    "efficacy",
    "fatigue",
    "burnout",
    "strain",
    "quality",
    "rating",
    "brand",
    "identity",
    "throttle",
    "kept",
    "lost",
    "trust_worker",
    "trust_institution",
    "peer_support",
    "knows",
    "selling",
    "association",
    "watched",
    "poorest",
    "reached",
    "mandarin",
    "signal",
]
NOT_NEGATIVE = [
    "capacity",
    "orders",
    "sold",
    "sales",
    "hands",
    "hours_care",
    "hours_farm",
    "hours_programme",
    "hours_selling",
    "hours_streaming",
    "hours_leisure",
    "price",
    "relief",
    "lift",
    "taught",
    "durable",
    "penalty_weeks",
    "fine",
    "grants",
    "income_outside",
    "weeks_open",
]
MEANS = {
    "income": lambda v: v.sellers.income.mean(),
    "burnout": lambda v: v.sellers.burnout.mean(),
    "trust": lambda v: v.ties.trust.mean(),
}


@FEW
@given(villages())
def test_money_is_conserved_every_week(village):
    for _ in range(WEEKS):
        village.step()
        assert village.ledger.imbalance() < 1e-9
        accounts = [village.sellers.savings.sum(), village.families.account.sum()]
        total = sum(accounts) + sum(village.ledger.balance.values())
        assert abs(total) < 1e-9 * max(1.0, village.ledger.turnover)


@FEW
@given(villages())
def test_causes_add_up_to_the_change_of_the_mean(village):
    before = {name: read(village) for name, read in MEANS.items()}
    told = {name: [] for name in MEANS}
    for _ in range(WEEKS):
        village.step()
        for name, read in MEANS.items():
            told[name].append(read(village) - before[name])
            before[name] = read(village)
    for name in MEANS:
        causes = village.causes.frame(name).sum(axis=1).to_numpy()
        history = village.history.frame()[name].to_numpy()
        scale = max(1.0, np.abs(history).max())
        assert np.abs(causes[1:] - told[name][1:]).max() < 1e-9 * scale, name
        assert np.abs(causes[1:] - np.diff(history)).max() < 1e-9 * scale, name


@pytest.mark.parametrize("outcome", ["burnout", "trust"])
def test_bounds_explain_little_of_what_happens_in_a_normal_run(hamlet, outcome):
    causes = hamlet.run(150).causes.frame(outcome).abs().sum()
    assert causes["bounded"] < 0.05 * causes.sum()


@FEW
@given(villages())
def test_hours_add_up_to_the_waking_hours(village):
    s = village.sellers
    for _ in range(WEEKS):
        village.step()
        week = s.hours_care + s.hours_farm + s.hours_programme + s.hours_selling + s.hours_leisure
        np.testing.assert_allclose(week, village.p.waking_hours, rtol=1e-12)
        assert (s.hours_streaming <= s.hours_selling).all()


@FEW
@given(villages())
def test_shares_stay_shares_and_no_stock_falls_below_zero(village):
    s, f = village.sellers, village.families
    for _ in range(WEEKS):
        village.step()
        for name in BOUNDED_01:
            assert s[name].min() >= 0.0, name
            assert s[name].max() <= 1.0, name
        for name in NOT_NEGATIVE:
            assert s[name].min() >= 0.0, name
        for name in ("support", "norm", "conflict"):
            assert f[name].min() >= 0.0, name
            assert f[name].max() <= 1.0, name
        for name in ("trust", "strength", "know_how"):
            assert village.ties.half.min() >= 0.0, name
            assert getattr(village.ties, name).max() <= 1.0, name
        assert (f.care_man >= 0.0).all()
        assert (f.care_given >= 0.0).all()
        assert (s.sold <= s.orders + 1e-9).all()
        assert (s.sold <= s.capacity + 1e-9).all()


@FEW
@given(villages())
def test_no_column_ever_holds_a_number_that_is_none(village):
    for _ in range(WEEKS):
        village.step()
        for table in (village.sellers, village.families):
            assert np.isfinite(table.block).all(), [
                name for name in table if not np.isfinite(table[name]).all()
            ]
        assert np.isfinite(village.ties.half).all()


@FEW
@given(setups(), st.integers(0, 2**40))
def test_workers_serve_no_hour_that_they_do_not_have(setup, seed):
    village = Village(setup, seed).run(WEEKS)
    h = village.history.frame()
    assert (h["hours_served"] <= h["hours_asked"] + 1e-9).all()
    np.testing.assert_allclose(h["hours_unserved"], h["hours_asked"] - h["hours_served"])
    programme, p = setup.programme, village.p
    if programme is None or programme.unlimited_staff:
        return
    station = p.station_size * p.direct_hours / p.station_villages
    most = programme.workers * p.direct_hours if programme.workers else station
    assert (h["hours_served"] <= most + 1e-9).all()


@FEW
@given(st.floats(150_000.0, 900_000.0), st.floats(0.2, 2.0))
def test_the_programme_never_spends_more_than_its_money(money, dose):
    programme = replace(PROGRAMME, money=money, stop=60)
    measures = [
        delivery(name, start=10, stop=60, dose=dose, coverage=1.0, hours=0.05)
        for name in ("sail_group", "family_day", "tea_talk", "one_to_one_accompaniment")
    ]
    village = Village(small_setup(measures=measures, programme=programme), seed=1).run()
    assert 0.0 < village.accounts.spent <= money * (1.0 + 1e-12)
    assert village.ledger.balance["programme"] >= -1e-6


@FEW
@given(villages())
def test_ties_look_the_same_from_both_ends(village):
    village.run(WEEKS)
    ties = village.ties
    assert (ties.reverse[ties.reverse] == np.arange(ties.reverse.size)).all()
    assert (ties.tail[ties.reverse] == ties.other).all()
    for name in ("strength", "kind", "made", "watched"):
        column = getattr(ties, name)
        np.testing.assert_array_equal(column, column[ties.reverse], err_msg=name)


@FEW
@given(villages(), st.data())
def test_a_view_equals_its_row_of_the_column_both_ways(village, data):
    for kind, table in ((Seller, village.sellers), (Family, village.families)):
        views = list(village.agents_by_type[kind])
        row = data.draw(st.integers(0, len(table) - 1))
        name = data.draw(st.sampled_from(table.names))
        view = next(v for v in views if v.row == row)
        number = data.draw(st.floats(-1e6, 1e6))
        table[name][row] = number
        assert getattr(view, name) == number
        setattr(view, name, number + 1.0)
        assert table[name][row] == number + 1.0
        assert table.block[table.names.index(name), row] == number + 1.0
