"""Which way things go, from calendar to money: one cause changed, and what it must do."""

from dataclasses import replace

import numpy as np
import pytest

from model.phases.calendar import calendar
from model.phases.hours import hours
from model.phases.household import household
from model.phases.making import making
from model.phases.market import market
from model.phases.money import money
from model.setup import Shock
from model.village import Village
from tests.strategies import small_setup
from tests.twin_villages import after, found_cooperative, mean, put, twins

# --- 1 calendar ----------------------------------------------------------------------------------


def test_demand_and_rivals_grow_over_the_years(hamlet):
    def a_year_later(village):
        village.week += 52  # the same season

    before, later = after(
        hamlet, a_year_later, calendar, lambda v: (v.season.demand, v.season.rivals)
    )
    assert later > before


def test_a_station_makes_parcels_cheaper():
    far = Village(
        small_setup(
            parameters={"station_coverage_2017": 0.1},
            background=replace(small_setup().background, village_logistics=None),
        ),
        1,
    ).run(1)
    near = Village(small_setup(), 1).run(1)
    assert far.season.station == 0.0
    assert near.season.parcel_of_good < far.season.parcel_of_good


def test_a_cut_of_logistics_makes_parcels_dearer_for_a_quarter():
    shock = (Shock("logistics_cut", 10),)
    cut, whole = Village(small_setup(shocks=shock), 1).run(15), Village(small_setup(), 1).run(15)
    assert cut.season.parcel_of_good > whole.season.parcel_of_good
    assert cut.run(40).season.parcel_of_good == whole.run(40).season.parcel_of_good


# --- 3 household, 5.1 ----------------------------------------------------------------------------


def test_children_cost_hours_and_helping_elders_take_child_care_only(hamlet):
    hamlet.families.children_u6[:] = 0.0
    hamlet.families.elders_help[:] = 0.0
    none, child = after(hamlet, put("children_u6", 1.0, "families"), household, mean("hours_care"))
    assert child > none
    hamlet.families.children_u6[:] = 1.0
    alone, helped = after(
        hamlet, put("elders_help", 1.0, "families"), household, mean("hours_care")
    )
    assert helped < alone
    hamlet.families.children_u6[:], hamlet.families.children_6_12[:] = 0.0, 0.0
    alone, helped = after(
        hamlet, put("elders_help", 1.0, "families"), household, mean("hours_care")
    )
    assert helped == alone


def test_starting_to_sell_does_not_change_care(hamlet):
    before, selling = after(hamlet, put("selling", 1.0), household, mean("hours_care"))
    assert selling == before


@pytest.mark.parametrize(("sessions", "nothing"), [(0.5, True), (2.9, True), (3.5, False)])
def test_fewer_than_three_family_sessions_do_nothing(hamlet, sessions, nothing):
    rest = [i for i, name in enumerate(hamlet.families.names) if name != "sessions"]
    none, some = after(
        hamlet,
        put("sessions", sessions, "families"),
        household,
        lambda v: v.families.block[rest].tobytes(),
    )
    assert bool(none == some) is nothing


def test_a_husband_away_weakens_family_work_unless_elders_help(hamlet):
    f = hamlet.families
    f.husband_home[:], f.husband_away[:], f.elders_help[:], f.support[:] = 0.0, 0.0, 0.0, 0.4

    def gain(away, elders):
        def there(village):
            village.families.husband_away[:] = away
            village.families.elders_help[:] = elders

        def taught(village):
            there(village)
            village.families.sessions[:] = 12.0

        base, base_taught = hamlet.branch(), hamlet.branch()
        there(base)
        taught(base_taught)
        for one in (base, base_taught):
            household(one)
        return base_taught.families.support.mean() - base.families.support.mean()

    assert 0.0 < gain(1.0, 0.0) < gain(1.0, 1.0) < gain(0.0, 0.0)
    assert gain(1.0, 0.0) == pytest.approx(0.4 * gain(0.0, 0.0), rel=0.02)


@pytest.mark.parametrize(("column", "value"), [("norm", 0.9), ("conflict", 0.6)])
def test_strict_norms_and_quarrels_lower_support(hamlet, column, value):
    usual, worse = after(
        hamlet, put(column, value, "families"), household, mean("support", "families")
    )
    assert worse < usual


def test_burnout_lowers_support_and_her_income_raises_it(hamlet):
    usual, burnt = after(hamlet, put("burnout", 0.9), household, mean("support", "families"))
    assert burnt < usual
    usual, rich = after(
        hamlet, put("income_smooth", 2000.0), household, mean("support", "families")
    )
    assert rich > usual


def test_conflict_rises_with_overload_where_support_is_low(hamlet):
    usual, more = after(
        hamlet, put("hours_selling", 60.0), household, mean("conflict", "families")
    )
    assert more > usual
    hamlet.sellers.hours_selling[:] = 60.0
    low, high = after(
        hamlet, put("support", 0.9, "families"), household, mean("conflict", "families")
    )
    assert high < low


def test_norms_soften_along_ties_to_women_who_sell(hamlet):
    hamlet.sellers.selling[:] = 0.0
    none, many = after(hamlet, put("selling", 1.0), household, mean("norm", "families"))
    assert many < none


# --- 4 hours, 5.2 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "more"),
    [
        ("efficacy", 0.9, True),
        ("fatigue", 0.9, False),
        ("income_year", 5000.0, False),
        ("wish_hours", 90.0, True),
    ],
)
def test_what_makes_her_sell_longer_hours(hamlet, column, value, more):
    usual, changed = after(hamlet, put(column, value), hours, mean("hours_selling"))
    assert bool(changed > usual) is more


def test_more_selling_comes_out_of_leisure_first(hamlet):
    s = hamlet.sellers
    s.selling[:], s.use[:] = 1.0, 0.8
    short, long = twins(hamlet, put("wish_hours", 40.0))
    short.sellers.wish_hours[:] = 20.0
    hours(short)
    hours(long)
    added = long.sellers.hours_selling - short.sellers.hours_selling
    from_leisure = short.sellers.hours_leisure - long.sellers.hours_leisure
    assert (added > 0).all()
    assert (from_leisure >= 0.6 * added - 1e-9).all()


def test_meetings_and_care_leave_less_leisure(hamlet):
    hamlet.sellers.selling[:] = 0.0
    for column in ("hours_programme", "hours_care"):
        usual, more = after(hamlet, put(column, 40.0), hours, mean("hours_leisure"))
        assert more < usual


# --- 5 making, 5.3 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "more"),
    [
        ("skill", 0.9, True),
        ("burnout", 0.9, False),
        ("hours_selling", 60.0, True),
        ("hands", 3.0, True),
    ],
)
def test_what_makes_capacity_grow(hamlet, column, value, more):
    usual, changed = after(hamlet, put(column, value), making, mean("capacity"))
    assert bool(changed > usual) is more


def test_equipment_lies_idle_without_the_skill_it_needs(hamlet):
    hamlet.sellers.skill[:] = 0.3
    none, idle = after(hamlet, put("equipment", 1.0), making, mean("capacity"))
    assert idle == none
    hamlet.sellers.skill[:] = 0.6
    none, used = after(hamlet, put("equipment", 1.0), making, mean("capacity"))
    assert used > none


def test_standards_raise_quality(hamlet):
    usual, kept = after(hamlet, put("standards", 1.0), making, mean("quality"))
    assert kept > usual


# --- 6 market, 5.4 -------------------------------------------------------------------------------


def test_a_cheaper_better_known_or_better_rated_shop_gets_more_orders(hamlet):
    row = int(np.flatnonzero(hamlet.sellers.selling)[3])
    for column, change in (
        ("price", -0.3),
        ("fans", 1.0),
        ("rating", 0.2),
        ("brand", 0.5),
        ("taught", 0.2),
        ("skill", 0.2),
    ):

        def better(village, column=column, change=change):
            village.sellers[column][row] += change

        usual, changed = after(hamlet, better, market, lambda v: v.sellers.orders[row])
        assert changed > usual, column


def test_one_more_shop_takes_orders_from_those_with_the_same_goods(hamlet):
    s = hamlet.sellers
    new = int(np.flatnonzero(s.selling == 0.0)[0])

    def opens(village):
        t = village.sellers
        t.selling[new], t.hours_selling[new], t.category[new], t.capacity[new] = (
            1.0,
            40.0,
            1.0,
            1000.0,
        )

    for category, loses in ((1.0, True), (2.0, False)):
        rows = (s.selling > 0) & (s.category == category)
        usual, crowded = after(
            hamlet, opens, market, lambda v, rows=rows: v.sellers.orders[rows].sum()
        )
        assert bool(crowded < usual) is loses


def test_over_capacity_lowers_prices_and_shortage_raises_them(hamlet):
    s = hamlet.sellers
    s.margin[:], s.price[:] = 0.3, 1.9
    usual, over = after(
        hamlet,
        put("capacity", 1e5),
        market,
        lambda v: v.sellers.price[v.sellers.selling > 0].mean(),
    )
    _, short = after(
        hamlet,
        put("capacity", 10.0),
        market,
        lambda v: v.sellers.price[v.sellers.selling > 0].mean(),
    )
    assert over < usual
    assert over < 1.9 < short


@pytest.mark.parametrize("column", ["brand", "discipline"])
def test_brand_and_discipline_brake_the_fall_of_prices(hamlet, column):
    s = hamlet.sellers
    s.margin[:], s.capacity[:], s.brand[:] = 0.3, 1e5, 0.0
    free, held = after(
        hamlet, put(column, 1.0), market, lambda v: v.sellers.price[v.sellers.selling > 0].mean()
    )
    assert held > free


def test_a_cold_chain_saves_fresh_goods_only_and_costs_their_sellers(hamlet):
    def cold(village):
        village.government.cold_chain = 0.5

    category = hamlet.sellers.category
    for goods, kept_better in ((category == 0, True), (category > 0, False)):
        usual, cooled = after(hamlet, cold, market, lambda v, g=goods: v.sellers.kept[g].mean())
        assert bool(cooled > usual) is kept_better
    selling_fresh = (category == 0) & (hamlet.sellers.selling > 0)
    usual, cooled = after(
        hamlet, cold, market, lambda v: v.sellers.unit_cost[selling_fresh].mean()
    )
    assert cooled > usual


def test_orders_that_are_lost_hurt_the_rating(hamlet):
    usual, short = after(hamlet, put("capacity", 1.0), market, mean("rating"))
    assert short < usual


def test_legal_knowledge_lowers_violations():
    rate = {"banned_word_rate": 0.04, "streamer_share": 1.0}
    counts = []
    for legal in (0.0, 1.0):
        village = Village(small_setup(weeks=200, parameters=rate), 3).run(40)
        seen = 0.0
        for _ in range(100):
            village.sellers.legal[:] = legal
            village.step()
            seen += village.history.column("violations")[-1]
        counts.append(seen)
    assert counts[1] < 0.7 * counts[0]


def test_joint_delivery_lowers_the_cost_of_a_good(hamlet):
    usual, joint = after(hamlet, put("joint_delivery", 1.0), market, mean("unit_cost"))
    assert joint < usual


# --- 7 money, 5.5 --------------------------------------------------------------------------------


def test_costs_fees_and_hands_lower_income(hamlet):
    for column, value in (("unit_cost", 3.0), ("hands", 5.0), ("fine", 100.0)):
        usual, dearer = after(hamlet, put(column, value), money, mean("income"))
        assert dearer < usual, column


def test_spoilt_goods_are_paid_for_but_not_sold(hamlet):
    usual, spoilt = after(hamlet, put("kept", 0.5), money, mean("income"))
    assert spoilt < usual


def test_farm_hours_bring_outside_income(hamlet):
    usual, none = after(hamlet, put("hours_farm", 0.0), money, mean("income_outside"))
    assert 0.0 < none < usual


def test_the_core_keeps_most_unless_a_dividend_rule_holds(hamlet):
    found_cooperative(hamlet)
    usual, ruled = after(
        hamlet,
        lambda v: setattr(v.bodies[0], "dividend_rule", 1.0),
        money,
        lambda v: np.sort(v.sellers.paid_out[v.sellers.coop >= 0])[-1],
    )
    assert ruled < usual
