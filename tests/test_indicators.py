"""Indicators: known numbers in a village made by hand, and over weeks."""

import math

import numpy as np
import pytest

from agents.sellers import CATEGORIES
from model.phases.bodies import found
from model.phases.record import record
from model.phases.record_past import QUARTER, swing
from model.phases.record_together import bridging, density, reciprocity
from model.phases.relations import meet
from model.phases.voice import propose
from model.resilience import weeks_to_regain
from tests.strategies import columns

MEMORY = {"selling_before", "opened_in", "quarter", "quarter_squares"}


@pytest.fixture
def village(hamlet):
    """Twenty women with shops, all else as in the hamlet; nothing of this week recorded yet."""
    v = hamlet.branch()
    s = v.sellers
    s.selling[:] = np.arange(60) < 20
    s.selling_before[:] = s.selling
    s.watched[:] = np.arange(60) < 10
    s.poorest[:] = np.arange(60) >= 40
    return v


def recorded(v):
    """This week's indicators, by name."""
    record(v)
    return dict(zip(v.history.names, v.history.values[-1].tolist(), strict=True))


# --- Recording ---------------------------------------------------------------------------------


def test_recording_changes_nothing_but_its_memory(hamlet):
    v = hamlet.branch()
    before = {name: np.copy(value) for name, value in columns(v).items()}
    record(v)
    after = columns(v)
    changed = {
        name.removeprefix("sellers.")
        for name, value in before.items()
        if not np.array_equal(value, after[name], equal_nan=value.dtype.kind == "f")
    }
    assert changed <= MEMORY | {"history", "causes.income", "causes.burnout", "causes.trust"}


def test_people_and_families(village):
    v = village
    s, f = v.sellers, v.families
    s.income[:], s.strain[:], s.literacy[:] = 300.0, 0.4, 0.25
    s.strain[:10] = 0.6
    s.hours_selling[:], s.hours_farm[:], s.hours_care[:] = 0.0, 20.0, 30.0
    s.hours_selling[:20] = 24.0
    f.other_income[:] = 300.0 * 60 / len(f)
    f.care_man[:], f.conflict[:] = 30.0 * 60 / len(f) / 3.0, 0.25
    s.reached[:] = np.arange(60) % 2
    s.debt[:], s.knows[:], s.post[:] = 50.0, np.arange(60) < 15, np.arange(60) >= 57
    told = recorded(v)
    assert told["her_share"] == pytest.approx(0.5)
    assert told["care_man_share"] == pytest.approx(0.25)
    assert told["quarrels"] == pytest.approx(0.25 * v.p.quarrels_month)
    assert told["burnout_chronic_fixed"] == pytest.approx(0.6)
    assert told["burnout_chronic"] == pytest.approx((10 * 0.6 + 50 * 0.4) / 60)
    assert told["literacy"] == told["literacy_fixed"] == pytest.approx(0.25)
    assert told["load"] == pytest.approx(50.0 + 24.0 / 3.0)
    assert told["load_fixed"] == pytest.approx(74.0)
    assert told["hours_selling"] == pytest.approx(24.0)
    assert told["reached_poorest"] == pytest.approx(0.5)
    assert (told["debt"], told["knows"], told["posts"]) == (pytest.approx(50.0), 0.25, 3.0)
    assert told["selling_share"] == pytest.approx(1 / 3)


def test_income_is_told_by_tenths(village):
    s = village.sellers
    s.income[:11] = np.arange(11) * 100.0
    s.watched[:] = np.arange(60) < 11
    s.income_online[:20] = 0.0
    s.income_online[:2] = 500.0
    told = recorded(village)
    assert told["income_median_fixed"] == pytest.approx(500.0)
    assert told["income_p10_fixed"] == pytest.approx(100.0)
    assert told["income_p90_fixed"] == pytest.approx(900.0)
    incomes = s.income_online[:20]
    for share in (10, 50, 90):
        name = "median" if share == 50 else f"p{share}"
        assert told[f"online_{name}_now"] == pytest.approx(np.percentile(incomes, share))


def test_goods_prices_and_kit(village):
    v = village
    s = v.sellers
    s.sold[:], s.sales[:], s.kept[:] = 0.0, 0.0, 1.0
    s.sold[:20], s.shown_price[:20] = 100.0, 2.0
    s.shown_price[:10] = 3.0
    s.sales[:20] = s.sold[:20] * s.shown_price[:20]
    s.category[:] = CATEGORIES.index("processed")
    s.category[:4], s.kept[:4] = CATEGORIES.index("fresh"), 0.8
    s.identity[:], s.joint_delivery[:] = 0.3, 0.0
    s.equipment[:], s.kit_unused[:] = 0.0, 0.0
    s.equipment[:8] = 0.5
    s.kit_unused[:2] = 4.0
    v.season.reputation = 1.2
    s.rating[:] = 0.7
    told = recorded(v)
    assert told["price_over_floor"] == pytest.approx(2.5 / 2.0)
    assert told["spoilage"] == pytest.approx(0.2)
    assert told["story"] == pytest.approx(0.3)
    assert told["idle_kit"] == pytest.approx(0.25)
    assert told["trust_consumer"] == pytest.approx(0.84)
    goods = v.p.parcel_value / v.p.start_price
    assert told["parcel_cost"] == pytest.approx(v.season.parcel_of_good * goods)
    s.joint_delivery[:20] = 0.5
    joint = recorded(v)["parcel_cost"]
    assert joint == pytest.approx(told["parcel_cost"] * (1.0 - 0.5 * v.p.parcel_saving))


def test_what_nobody_has_is_not_told(village):
    s = village.sellers
    s.selling[:], s.sold[:], s.sales[:], s.watched[:], s.poorest[:] = 0.0, 0.0, 0.0, 0.0, 0.0
    told = recorded(village)
    none = (
        "price_over_floor",
        "story",
        "spoilage",
        "idle_kit",
        "quality",
        "reached_poorest",
        "burnout_chronic_fixed",
        "online_p10_now",
        "elite_share",
        "worker_skill",
    )
    assert [name for name in none if not math.isnan(told[name])] == []


def test_the_benefit_fund_is_told_by_whom_it_is_for(village):
    f = village.families
    for column in (f.elders_need, f.children_u6, f.children_6_12, f.disabled, f.fund_got):
        column[:] = 0.0
    f.elders_need[0], f.children_u6[0], f.children_6_12[0], f.disabled[0] = 1.0, 1.0, 1.0, 1.0
    f.disabled[1] = 2.0
    f.fund_got[0], f.fund_got[1] = 40.0, 20.0
    told = recorded(village)
    assert (told["fund_elders"], told["fund_children"], told["fund_disabled"]) == (10, 20, 30)


def test_violations_are_counted_per_hundred_streams(village):
    v = village
    s = v.sellers
    past = v.history.recent("streams", QUARTER - 1).sum()
    incidents = v.history.recent("incidents", QUARTER - 1).sum()
    s.violated[:], s.hours_streaming[:] = 0.0, 0.0
    s.violated[:3], s.hours_streaming[:20] = 1.0, 2.0 * v.p.stream_hours
    told = recorded(v)
    assert (told["streams"], told["incidents"]) == (40.0, 3.0)
    rate = 100.0 * (incidents + 3.0) / (past + 40.0)
    assert told["violation_rate"] == pytest.approx(rate)


# --- Ties, bodies, offices ---------------------------------------------------------------------


def test_trust_given_back_alike_is_fully_returned(village):
    ties = village.ties
    ties.trust[:] = 0.3
    village.history.values[:, village.history.places["density"]] = np.nan  # count it anew
    told = recorded(village)
    assert told["reciprocity"] == pytest.approx(1.0)
    forth = ties.tail < ties.other
    one_sided = np.where(forth, 0.6, 0.0)
    assert reciprocity(one_sided, one_sided[ties.reverse]) == 0.0
    drawn = np.random.default_rng(1).random(ties.trust.size)
    part = reciprocity(drawn, drawn[ties.reverse])
    assert 0.5 < part < 0.8  # of two numbers by luck the smaller is 2/3 of the mean
    assert part == pytest.approx(reciprocity(drawn[ties.reverse], drawn))


def test_density_and_bridging_follow_strength():
    full = np.ones(6 * 5)
    assert density(full, 6) == pytest.approx(1.0)
    assert density(0.5 * full, 6) == pytest.approx(0.5)
    assert density(full, 1) == 0.0
    apart = np.arange(30) < 10
    assert bridging(full, apart) == pytest.approx(1 / 3)
    weak = np.where(apart, 0.1, 1.0)
    assert bridging(weak, apart) == pytest.approx(1.0 / 21.0)
    assert math.isnan(bridging(0.0 * full, apart))


def test_ties_are_counted_every_quarter_and_held_between(libei_small):
    v = libei_small
    v.run(v.week + QUARTER)
    for name in ("density", "bridging", "reciprocity", "online_swing_now"):
        told = v.history.column(name)
        moves = np.flatnonzero(told[1:] != told[:-1]) + 1
        moves = moves[np.isfinite(told[moves])]
        assert moves.size, name
        assert set(moves % QUARTER) == {QUARTER - 1}, name


def test_know_how_told_is_counted_for_each_woman(village):
    ties = village.ties
    ties.know_how[:] = 0.25
    told = recorded(village)
    assert told["information"] == pytest.approx(0.25 * ties.know_how.size / 60)


def test_bodies_are_told_by_their_members(village):
    v = village
    s, p = v.sellers, v.p
    for body in v.bodies:
        body.alive = False
    s.coop[:], s.association[:] = -1.0, 0.0
    first, second = (found(v, "cooperative", np.arange(60) // n == 1, 0.5) for n in (8, 16))
    s.coop[8:16], s.coop[16:32] = v.bodies.index(first), v.bodies.index(second)
    first.activity, second.activity = 0.9, 0.3
    first.open_books, second.open_books = 1.0, 0.0
    first.interest, second.interest = 1.0, 1.0
    first.votes, second.votes = 2.0, 1.0
    first.core_part_of_surplus = 0.6
    voted = sum(b.votes for b in v.bodies)
    told = recorded(v)
    assert told["contribution"] == pytest.approx((8 * 0.9 + 16 * 0.3) / 24)
    assert told["activity"] == pytest.approx(0.6)
    assert told["open_books"] == pytest.approx(0.5)
    assert told["votes"] == voted
    assert told["elite_share"] == pytest.approx(0.6)
    assert told["member_share"] == pytest.approx(24 / 60)
    core = math.ceil(max(1.0, 8 * p.core_part)) + math.ceil(max(1.0, 16 * p.core_part))
    assert told["office_share"] == pytest.approx(core / 60)
    second.interest = 0.0  # nobody runs a shell
    assert recorded(v)["office_share"] < told["office_share"]


def test_joint_actions_make_cohesion_where_trust_is(village):
    v = village
    for body in v.bodies:
        body.alive = False
    before = v.history.recent("joint_actions", QUARTER - 1).sum()
    v.accounts.joint = 0.0
    meet(v, (np.arange(60) < 30).astype(float), 0.02)
    meet(v, np.ones(60), -0.02, "fairness")  # no meeting
    told = recorded(v)
    assert told["joint_actions"] == pytest.approx(0.5)
    assert told["cohesion"] == pytest.approx((before + 0.5) * told["trust"])


def test_proposals_are_counted_when_raised(village):
    raised = village.government.raised
    propose(village, "care")
    propose(village, "station")
    assert recorded(village)["raised"] == raised + 2


# --- Over time ---------------------------------------------------------------------------------


def test_a_steady_income_does_not_swing_and_a_changing_one_does():
    weeks = np.tile([100.0, 300.0], 7)[:13]
    total, squares = np.array([1300.0, weeks.sum()]), np.array([130_000.0, (weeks**2).sum()])
    assert swing(total[:1], squares[:1], 13) == 0.0
    assert swing(total[1:], squares[1:], 13) == pytest.approx(weeks.std() / weeks.mean())
    assert math.isnan(swing(np.array([-5.0]), np.array([30.0]), 13))


def test_swings_are_those_of_the_quarter(hamlet):
    v = hamlet.branch()
    s, first = v.sellers, v.week
    assert first % QUARTER == 0
    incomes = []
    while v.week < first + QUARTER:
        v.step()
        incomes.append(s.income_online.copy())
    whole = (s.selling > 0) & (s.opened_in <= first)
    series = np.array(incomes)[:, whole]
    earned = series.sum(axis=0) > 0
    expected = np.median(series.std(axis=0)[earned] / series.mean(axis=0)[earned])
    assert v.history.column("online_swing_now")[-1] == pytest.approx(expected)


def test_survival_follows_shops_from_their_opening(hamlet):
    v = hamlet.branch().run(150)
    opened = v.history.column("opened")
    lived = v.history.column("survived")
    assert lived[:52].sum() == 0.0
    assert (lived[52:] <= opened[: lived.size - 52]).all()
    assert v.history.column("survival")[-1] == pytest.approx(
        lived[98:150].sum() / opened[46:98].sum()
    )
    assert 0.0 < v.history.column("survival")[-1] <= 1.0


def test_a_branch_remembers_the_quarter(hamlet):
    v = hamlet.branch().run(hamlet.week + 5)
    twin = v.branch()
    v.run(v.week + QUARTER)
    twin.run(v.week)
    np.testing.assert_array_equal(v.history.values, twin.history.values)


def test_weeks_to_regain_what_a_shock_took():
    usual = np.full(60, 100.0)
    hurt = usual.copy()
    hurt[20:30] = 70.0
    assert weeks_to_regain(hurt, 20) == 10.0
    assert weeks_to_regain(usual, 20) == 0.0
    assert math.isnan(weeks_to_regain(np.where(np.arange(60) < 20, 100.0, 70.0), 20))
    hurt[31] = 70.0  # a good week alone is no recovery
    assert weeks_to_regain(hurt, 20) == 12.0
    slow = usual.copy()
    slow[23:26] = 80.0  # harm may show later
    assert weeks_to_regain(slow, 20) == 6.0
    assert math.isnan(weeks_to_regain(usual, 0))


def test_burnout_is_regained_when_it_has_fallen():
    burnout = np.full(60, 0.3)
    burnout[20:27] = 0.4
    assert weeks_to_regain(burnout, 20, more_is_better=False) == 7.0
    assert weeks_to_regain(burnout, 20) == 0.0


def test_seasons_do_not_count_against_a_twin():
    season = 100.0 + 40.0 * np.sin(np.arange(80) / 8.0)
    hurt = season * np.where((np.arange(80) >= 30) & (np.arange(80) < 36), 0.8, 1.0)
    assert weeks_to_regain(hurt, 30, season) == 6.0
    assert weeks_to_regain(season, 30, season) == 0.0
