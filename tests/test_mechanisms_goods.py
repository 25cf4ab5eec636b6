"""Kit, carriage and market shocks: worked examples, directions, doses, prices paid."""

from dataclasses import replace

import numpy as np
import pytest

from agents.sellers import Status
from model.parameters import Values
from model.phases.calendar import carry
from model.phases.making import OF_CATEGORY
from model.phases.outlets import reputation_next, settle_fees
from model.setup import Shock
from scenarios.mechanisms.market import Equipment, Logistics
from tests.market_arms import NOBODY, START, STOP, future, given, of_sellers


@pytest.fixture(scope="module")
def village(libei_at_start):
    """A village like Libei before its programme, some 50 sellers."""
    return libei_at_start


@pytest.fixture(scope="module")
def usual(village):
    """What becomes of the village when nothing is done."""
    return future(village, STOP)


# --- kit ---------------------------------------------------------------------------------------


def test_packing_takes_its_part_of_the_time_of_a_good_and_libei_stays_where_it_was(village):
    made = OF_CATEGORY["output"](village)
    was = {"fresh": 50.0, "processed": 60.0, "craft": 50.0, "experience": 50.0}
    assert made == pytest.approx(was, rel=1e-12)
    slow = village.branch()
    slow.p = Values(dict(village.p.items()) | {"hours_per_parcel": 0.5})
    assert all(OF_CATEGORY["output"](slow)[c] < was[c] for c in was)


def test_kit_is_idle_below_the_skill_it_needs_and_saves_time_above(village):
    def made(skill, kit):
        twin = village.branch(replace(village.setup, measures=(), programme=None))
        s = twin.sellers
        s.skill[:], s.equipment[:] = skill, kit
        sold = s.selling > 0.0
        twin.step()
        return s.capacity.sum(), s.kit_unused[sold].max()

    needed = village.p.equipment_skill
    assert made(needed - 0.05, 1.0)[0] == made(needed - 0.05, 0.0)[0]
    assert made(needed - 0.05, 1.0)[1] == 1.0
    assert made(needed + 0.05, 1.0)[0] > 1.02 * made(needed + 0.05, 0.0)[0]
    assert made(needed + 0.05, 1.0)[1] == 0.0


def idle(twin, rows):
    """Part of the women given kit that have not used it for 13 weeks."""
    s = twin.sellers
    had = rows & (s.equipment > 0.1)
    return float((s.kit_unused[had] >= 13.0).mean())


def test_kit_without_training_lies_idle_and_with_training_less(remote):
    weak = {"status": "selling", "skill": {"max": 0.4}}
    rows = (remote.sellers.selling > 0.0) & (remote.sellers.skill <= 0.4)
    assert rows.sum() >= 5
    kit = given(Equipment(kit=1.0), target=weak, stop=START + 52)
    taught = given(Equipment(kit=1.0, skill=1.0), target=weak, stop=START + 52)
    long = replace(NOBODY, stop=START + 60)
    alone, trained = (
        remote.branch(replace(remote.setup, measures=(m,), programme=long)).run(START + 52)
        for m in (kit, taught)
    )
    assert idle(alone, rows) >= 0.5
    assert idle(trained, rows) < idle(alone, rows)


def test_more_kit_does_more_and_wears_out(village):
    def kit(dose):
        return future(village, STOP, given(Equipment(kit=1.0), dose))

    levels = [of_sellers(kit(dose), "equipment").mean() for dose in (0.0, 0.02, 0.2)]
    assert levels[0] == 0.0 < levels[1] < levels[2]
    twin = kit(0.2)
    gone = twin.sellers.equipment.max()
    assert twin.run(STOP + 104).sellers.equipment.max() < 0.75 * gone


def test_kit_tied_to_use_goes_back_when_idle_and_adds_hours(village):
    def after(*, tied):
        start = village.branch()
        start.sellers.equipment[:] = 1.0
        tie = given(Equipment(kit=1.0, usage_tied=tied), 0.2)
        return future(start, START + 20, tie)

    free, tied = after(tied=False), after(tied=True)
    idle_kit = [
        ((v.sellers.kit_unused >= 13.0) & (v.sellers.selling > 0)).sum() for v in (free, tied)
    ]
    assert idle_kit[1] < idle_kit[0]
    works = (free.sellers.skill >= free.p.equipment_skill) & (free.sellers.selling > 0.0)
    hours = [v.sellers.hours_selling[works].mean() for v in (free, tied)]
    strain = [v.sellers.burnout[works].mean() for v in (free, tied)]
    assert hours[1] > hours[0]
    assert strain[1] > strain[0]


# --- carriage ----------------------------------------------------------------------------------


def test_a_station_spares_money_and_days(remote):
    twin = remote.branch()
    carry(twin)
    far, late = twin.season.parcel_of_good, twin.season.delay_days
    assert late == remote.p.mountain_delay_days
    twin.season.station = 1.0
    carry(twin)
    p = remote.p
    assert twin.season.delay_days == 0.0
    ratio = p.mountain_surcharge_station / p.mountain_surcharge
    assert twin.season.parcel_of_good == pytest.approx(ratio * far)
    twin.season.parcel_spared = 0.25
    carry(twin)
    assert twin.season.parcel_of_good == pytest.approx(0.75 * ratio * far)


def test_late_parcels_lower_ratings_and_spoil_fresh_goods(remote):
    late, prompt = (future(remote, START + 26, mountain_delay_days=d) for d in (5.0, 0.0))
    assert of_sellers(late, "rating").mean() < of_sellers(prompt, "rating").mean()
    fresh = [
        v.sellers.kept[(v.sellers.selling > 0) & (v.sellers.category == 0)].mean()
        for v in (late, prompt)
    ]
    assert fresh[0] < fresh[1]


def test_more_logistics_carry_cheaper_and_stop_with_the_measure_or_a_cut(remote):
    def parcels(dose, shocks=()):
        route = given(Logistics(parcel=0.3), dose, group_size=0.0)
        return future(remote, START + 6, route, shocks=shocks).season

    spared = [parcels(dose).parcel_spared for dose in (0.0, 0.3, 1.0)]
    assert spared == pytest.approx([0.0, 0.09, 0.3])
    assert parcels(1.0).parcel_of_good < parcels(0.0).parcel_of_good
    cut = (Shock("logistics_cut", START + 2),)
    assert parcels(1.0, cut).parcel_spared == 0.0
    route = given(Logistics(parcel=0.3, station=True), group_size=0.0, cost=800.0)
    twin = future(remote, START + 6, route)
    assert twin.season.station == 1.0
    assert twin.accounts.cost >= 800.0
    assert twin.run(STOP + 1).season.parcel_spared == 0.0


def test_the_cold_chain_pays_only_for_fresh_goods_with_enough_volume(remote):
    chain = given(Logistics(cold=0.89), group_size=0.0)
    twins = future(remote, START, chain), future(remote, START)
    fresh = (remote.sellers.selling > 0.0) & (remote.sellers.category == 0.0)
    other = (remote.sellers.selling > 0.0) & (remote.sellers.category > 0.0)
    income, volume, lost = [0.0, 0.0], 0.0, []
    for week in range(26):
        for arm, twin in enumerate(twins):
            twin.step()
            income[arm] = income[arm] + twin.sellers.income_online
            if week == 0:
                lost.append(1.0 - twin.sellers.kept[fresh].mean())
                assert (twin.sellers.kept[other] == 1.0).all()
        volume = volume + twins[1].sellers.sold
    gain = (income[0] - income[1]) / 26.0
    small = fresh & (volume <= np.median(volume[fresh]))
    assert -0.20 <= lost[0] - lost[1] <= -0.10
    assert np.median(gain[small]) <= 0.0 < np.median(gain[fresh & ~small])


def test_a_small_user_of_the_cold_chain_pays_the_least_charge(village):
    twin = village.branch()
    s, p = twin.sellers, twin.p
    twin.season.cold = 1.0 - p.coldchain0
    s.category[:], s.sold[:] = 0.0, 0.0
    fees, fixed = np.zeros(twin.women), np.full(twin.women, p.fixed_cost)
    settle_fees(twin, fees, fixed)
    least = p.fixed_cost + (1.0 - p.coldchain0) * p.cold_least
    assert fixed[s.selling > 0.0] == pytest.approx(least)
    assert (fixed[s.selling == 0.0] == p.fixed_cost).all()


# --- shocks ------------------------------------------------------------------------------------


def test_a_price_shock_presses_prices_and_sales_and_passes(village, usual):
    shocked = future(village, STOP, shocks=(Shock("price_shock", START),))
    assert shocked.season.price_level == 1.0 - shocked.p.price_shock_size
    assert shocked.sellers.sales.sum() < 0.95 * usual.sellers.sales.sum()
    price = [np.median(of_sellers(v, "price")) for v in (shocked, usual)]
    assert price[0] < price[1]
    shocked.step()
    assert shocked.season.price_level == 1.0
    mild = future(village, STOP, shocks=(Shock("price_shock", START),), price_shock_size=0.05)
    assert shocked.sellers.price.mean() < mild.sellers.price.mean()


def test_a_drive_doubles_the_sellers_and_costs_those_who_sold_before(remote):
    with_it = future(remote, START, shocks=(Shock("mass_onboarding", START),))
    without = future(remote, START)
    before = remote.sellers.selling > 0.0
    income, sales = [0.0, 0.0], [0.0, 0.0]
    most = 0
    for _ in range(52):
        for arm, twin in enumerate((with_it, without)):
            twin.step()
            income[arm] = income[arm] + twin.sellers.income_online[before].mean()
            sales[arm] += twin.sellers.sales.sum()
        most = max(most, int(with_it.sellers.selling.sum()))
    assert most >= 1.8 * before.sum()
    assert income[0] < income[1]
    rise = with_it.sellers.selling.sum() / without.sellers.selling.sum() - 1.0
    assert sales[0] / sales[1] - 1.0 < 0.5 * rise


def test_a_drive_in_a_village_without_women_left_stops_there(village):
    full = village.branch(replace(village.setup, measures=(), programme=None))
    full.sellers.status[full.sellers.selling == 0.0] = Status.AWAY
    full.setup = replace(full.setup, shocks=(Shock("mass_onboarding", START),))
    learning = full.run(START + 1).sellers.status == Status.LEARNING
    assert learning.sum() == 0


def test_faked_reviews_lift_ratings_until_they_are_found_out(village):
    shock = (Shock("brushed_reviews", START),)
    weeks = round(village.p.brush_weeks)
    early, plain = (future(village, START + 2, shocks=x) for x in (shock, ()))
    assert of_sellers(early, "rating").mean() > of_sellers(plain, "rating").mean()
    assert early.season.reputation == 1.0
    late, plain = (future(village, START + weeks + 1, shocks=x) for x in (shock, ()))
    assert of_sellers(late, "rating").mean() < of_sellers(plain, "rating").mean()
    fallen = late.season.reputation
    assert fallen == pytest.approx(1.0 - village.p.brush_reputation, abs=0.02)
    assert late.sellers.orders.sum() < plain.sellers.orders.sum()
    assert fallen < late.run(late.week + 52).season.reputation < 1.0


def test_violations_harm_a_village_that_buyers_look_at():
    assert reputation_next(1.0, 0.2, 1.0, 0.02, 0.5) == pytest.approx(0.9)
    assert reputation_next(1.0, 0.2, 0.0, 0.02, 0.5) == 1.0
    assert reputation_next(0.5, 0.0, 1.0, 0.02, 0.5) == pytest.approx(0.51)


def test_a_cut_of_logistics_makes_parcels_late(village, usual):
    weeks = round(village.p.logistics_cut_weeks)
    cut = future(village, START + weeks, shocks=(Shock("logistics_cut", START),))
    assert usual.season.delay_days == 0.0
    assert cut.season.delay_days == village.p.mountain_delay_days
    cut.step()
    assert cut.season.delay_days == 0.0
