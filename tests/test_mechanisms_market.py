"""Events, contracts, links to buyers: worked examples, directions, doses, prices paid."""

from dataclasses import replace

import numpy as np
import pytest

from model.phases.events import burst, shop_events, village_event
from model.phases.outlets import contract_pays, sell_to_middlemen, settle_fees
from model.setup import Shock
from scenarios.mechanisms.market import Equipment, Logistics, MarketEvent, MarketLink
from tests.market_arms import START, STOP, future, given, of_sellers
from tests.strategies import same_bits


@pytest.fixture(scope="module")
def village(libei_at_start):
    """A village like Libei before its programme, some 50 sellers."""
    return libei_at_start


@pytest.fixture(scope="module")
def usual(village):
    """What becomes of the village when nothing is done."""
    return future(village, STOP)


# --- nothing is nothing ------------------------------------------------------------------------


NOTHING = {
    "event": given(MarketEvent(peak=6.0), dose=0.0),
    "event of the usual size": given(MarketEvent(peak=1.0), dose=1.0),
    "link": given(MarketLink(traffic=0.3, fee=0.5, contract=0.5), dose=0.0),
    "empty link": given(MarketLink(), dose=1.0),
    "kit": given(Equipment(kit=1.0, usage_tied=True), dose=0.0),
    "no kit": given(Equipment(), dose=1.0),
    "logistics": given(Logistics(parcel=0.3, cold=0.5, station=True), dose=0.0, group_size=0.0),
    "empty logistics": given(Logistics(), dose=1.0, group_size=0.0),
}


@pytest.mark.parametrize("name", NOTHING)
def test_nothing_given_changes_no_bit_of_women_ties_and_money(village, name):
    measure = given(MarketEvent(peak=6.0), dose=0.0)
    without, with_it = (future(village, START + 8, m) for m in (measure, NOTHING[name]))
    differ = {n for n in same_bits(without, with_it) if n != "history"}
    assert differ <= {"sellers.reached", "sellers.event_weeks", "sellers.event_peak"}
    assert with_it.season == without.season


def test_consumer_trust_stays_exactly_usual_while_nothing_happens(usual, remote):
    assert usual.season.reputation == 1.0
    assert future(remote, START + 26).season.reputation == 1.0
    assert usual.season.event == usual.season.price_level == 1.0


def test_money_is_conserved_with_all_market_mechanisms_at_work(village):
    measures = (
        given(MarketEvent(peak=6.0, whole_village=True, consumer_trust=0.4), dose=0.2),
        replace(given(MarketEvent(peak=6.0), dose=0.2), measure="other event"),
        replace(given(MarketLink(traffic=0.2, fee=0.5, contract=0.5)), measure="link"),
        replace(given(Equipment(kit=1.0, usage_tied=True), cost=100.0), measure="kit"),
        replace(given(Logistics(parcel=0.3, cold=0.8), group_size=0.0), measure="carriage"),
    )
    shocks = tuple(Shock(s, START + 5) for s in ("price_shock", "brushed_reviews"))
    busy = future(village, START + 1, *measures, shocks=shocks)
    for _ in range(24):
        busy.step()
        assert busy.ledger.imbalance() < 1e-9
        owned = [busy.sellers.savings.sum(), busy.families.account.sum()]
        total = sum(owned) + sum(busy.ledger.balance.values())
        assert abs(total) < 1e-9 * max(1.0, busy.ledger.turnover)
    causes = busy.causes.frame("income").sum(axis=1)
    means = busy.history.frame()["income"]
    assert causes.iloc[-1] == pytest.approx(means.iloc[-1] - means.iloc[-2], abs=1e-6)


# --- events ------------------------------------------------------------------------------------


def test_a_burst_relaxes_as_a_power_of_time():
    assert [burst(6.0, t, 1.0) for t in (0, 1, 4)] == [6.0, 3.5, 2.0]
    assert burst(6.0, 3, 0.5) == 3.5
    assert burst(2.0, 1, 1.4) < burst(2.0, 1, 0.4)


def test_demand_of_one_shop_jumps_by_the_peak_and_is_half_gone_within_four_weeks(village):
    best = np.zeros(village.women)
    best[np.argmax(village.sellers.sales)] = 1.0
    one, usual = village.branch(), village.branch()
    for twin in (one, usual):
        twin.setup = replace(twin.setup, programme=None, measures=())
    shop_events(one, best, 6.0)
    row = int(best.argmax())
    ratios = []
    others = []
    for _ in range(5):
        twins = (one, usual)
        for twin in twins:
            twin.step()
        ratios.append(one.sellers.orders[row] / usual.sellers.orders[row])
        others.append(one.sellers.lost[row] - usual.sellers.lost[row])
    # the event is a week old when it is first met: shops relax when a week of measures begins
    assert ratios[0] == pytest.approx(burst(6.0, 1, 1.0), rel=1e-9)
    assert ratios[4] - 1.0 < 0.5 * (6.0 - 1.0)
    assert others[0] > 0.2  # capacity cuts what is sold
    assert one.sellers.rating[row] < usual.sellers.rating[row]


def test_capacity_cuts_what_a_boom_sells(village, usual):
    boom = village.branch(replace(village.setup, measures=(), programme=None))
    village_event(boom, 6.0)
    before = future(village, START + 1).sellers
    boom.step()
    now = boom.sellers
    # many look at the village, so that a violation costs it consumer trust, and orders with it
    seen = boom.season.reputation**boom.p.reputation_elasticity
    expected = burst(6.0, 1, 1.0) * seen * before.orders.sum()
    assert now.orders.sum() == pytest.approx(expected, rel=1e-9)
    assert before.sales.sum() < now.sales.sum() < 2.0 * before.sales.sum()
    assert now.lost.mean() > before.lost.mean()


def test_match_days_that_repeat_keep_sales_up_and_draw_sellers_in(village):
    def boom(stop):
        twin = village.branch(replace(village.setup, measures=(), programme=None))
        days = replace(twin.setup.background, match_boom=(START, stop, 52))
        twin.setup = replace(twin.setup, background=days)
        return twin

    def lived(twin):
        sales = []
        for _ in range(104):
            twin.step()
            sales.append(float(twin.sellers.sales.sum()))
        return sum(sales[:52]), sum(sales[52:]), twin.history.frame()["shops"].iloc[START:].mean()

    none, once, yearly = (lived(boom(stop)) for stop in (START, START + 1, START + 300))
    assert once[0] == yearly[0] > 1.15 * none[0]
    assert once[1] < 1.1 * none[1]  # one event passes
    assert yearly[1] > yearly[0]  # repeated, it does not
    assert yearly[2] > none[2]


def test_fame_draws_women_in_by_its_declared_number(village):
    def asked(twin):
        village_event(twin, 6.0)
        twin.step()
        return float(twin.sellers.invited.max())

    none = replace(village.setup, measures=(), programme=None)
    told = np.log(burst(6.0, 1, 1.0)) * village.p.fame_entry
    assert asked(village.branch(none)) == pytest.approx(told)


@pytest.mark.parametrize("whole", [True, False])
def test_more_events_bring_more_and_nothing_is_left_two_years_later(village, usual, whole):
    def bursts(dose):
        seen = 0.0
        twin = future(village, START, given(MarketEvent(peak=6.0, whole_village=whole), dose))
        while twin.week < STOP:
            twin.step()
            event = twin.season.event - 1.0 if whole else of_sellers(twin, "event").mean()
            seen += float(event)
        return seen, twin

    (none, _), (few, _), (many, twin) = (bursts(dose) for dose in (0.0, 0.2, 0.8))
    assert 0.0 == none < few < many
    assert of_sellers(twin, "lost").mean() > of_sellers(usual, "lost").mean()
    later = twin.run(STOP + 104)
    assert (later.season.event - 1.0 if whole else later.sellers.event.mean()) < 0.1


def test_a_festival_makes_trust_and_identity_and_lifts_consumer_trust_a_little(village, usual):
    feast = MarketEvent(
        peak=2.0, whole_village=True, cohesion=True, identity=0.2, consumer_trust=0.4
    )
    after = future(village, STOP, given(feast, dose=0.25, own_hours=3.0))
    assert after.ties.trust.mean() > usual.ties.trust.mean()
    assert after.sellers.identity.mean() > usual.sellers.identity.mean()
    assert 1.0 < after.season.reputation <= after.p.reputation_most or after.season.event > 1.0
    assert of_sellers(after, "hours_leisure").mean() < of_sellers(usual, "hours_leisure").mean()


# --- links -------------------------------------------------------------------------------------


def test_weight_on_a_platform_is_taken_from_others(village):
    half = given(MarketLink(traffic=0.4), coverage=0.5)
    with_it, without = future(village, START + 1, half), future(village, START + 1)
    linked = with_it.sellers.linked > 0.0
    sells = without.sellers.selling > 0.0
    now, before = (v.sellers.orders * v.sellers.price for v in (with_it, without))
    gain = now[linked & sells].sum() / before[linked & sells].sum()
    loss = now[~linked & sells].sum() / before[~linked & sells].sum()
    assert 1.0 < gain < np.exp(0.4)
    assert loss < 1.0
    assert with_it.sellers.lost[linked].mean() > without.sellers.lost[linked].mean()
    assert 0.0 < now.sum() / before.sum() - 1.0 < 0.2  # the rest comes from shops elsewhere


def test_a_stronger_link_does_more_and_ends_when_nobody_keeps_it(village, usual):
    def sales(strength):
        tilt = given(MarketLink(traffic=0.3, literacy=0.4, taught=0.07), strength)
        twin = future(village, STOP, tilt)
        return float(of_sellers(twin, "linked").mean()), float(twin.sellers.sales.sum()), twin

    (none, s0, _), (weak, s1, _), (strong, s2, twin) = (sales(dose) for dose in (0.0, 0.3, 1.0))
    assert 0.0 == none < weak < strong == pytest.approx(0.3)
    assert s0 < s1 < s2
    assert twin.sellers.literacy.mean() > usual.sellers.literacy.mean()
    twin.step()
    assert (twin.sellers.linked == 0.0).all()


def test_fees_spared_are_the_part_that_was_promised(village):
    twin = village.branch()
    twin.sellers.fee_spared[:] = 0.5
    fees, fixed = np.full(twin.women, 10.0), np.full(twin.women, 20.0)
    twin.season.cold = 0.0
    settle_fees(twin, fees, fixed)
    assert (fees == 5.0).all()
    link = given(MarketLink(fee=0.5))
    spared, usual = (future(village, START + 1, m) for m in (link, given(MarketLink())))
    assert spared.ledger.lines["fees"] == pytest.approx(0.5 * usual.ledger.lines["fees"])
    assert spared.sellers.income_online.sum() > usual.sellers.income_online.sum()


def test_a_contract_steadies_sales(village):
    sure = {"contract_found": 0.3, "middleman_breach": 0.0, "contract_weeks": 104.0}
    contract = given(MarketLink(contract=0.8))
    twins = [future(village, START + 8, contract, **sure), future(village, START + 8, **sure)]
    under = (twins[0].sellers.contract > 0.0) & (twins[1].sellers.selling > 0.0)
    assert under.sum() > 0.8 * twins[0].sellers.selling.sum()
    swings = [[], []]
    for _ in range(40):
        for told, twin in zip(swings, twins, strict=True):
            twin.step()
            told.append(twin.sellers.sales.copy())
    stays = under & (twins[0].sellers.contract > 0.0) & (twins[1].sellers.selling > 0.0)
    cv = [(np.std(x, axis=0) / np.maximum(1.0, np.mean(x, axis=0)))[stays] for x in swings]
    assert np.median(cv[0]) < 0.8 * np.median(cv[1])


def test_a_buyer_presses_the_agreed_price_by_at_most_the_cut():
    assert contract_pays(2.0, 2.3, 0.1) == 2.0
    assert contract_pays(2.0, 1.9, 0.1) == 1.9
    assert contract_pays(2.0, 1.0, 0.1) == 1.8


def test_broken_contracts_cost_trust_in_institutions(village):
    contract = given(MarketLink(contract=0.5))
    kept, broken = (
        future(village, STOP, contract, contract_found=0.3, middleman_breach=share)
        for share in (0.0, 0.3)
    )
    trust = [v.sellers.trust_institution.mean() for v in (kept, broken)]
    assert trust[1] < trust[0]
    assert broken.sellers.contract.sum() < kept.sellers.contract.sum()


def test_contracts_run_out_when_nobody_keeps_the_link(village):
    twin = future(village, STOP, given(MarketLink(contract=0.5)))
    at_end = (twin.sellers.contract > 0.0).sum()
    assert at_end >= 5
    assert (twin.run(STOP + 104).sellers.contract > 0.0).sum() < 0.5 * at_end


def test_middlemen_take_their_cut_where_there_is_neither_station_nor_fans(remote, village):
    def pressed(twin, station):
        twin.season.station = station
        before = twin.sellers.sales.copy()
        sell_to_middlemen(twin)
        return twin.sellers.sales.sum() / before.sum()

    p = remote.p
    far, near = pressed(remote.branch(), 0.0), pressed(remote.branch(), 1.0)
    assert 1.0 - p.middleman_part * p.middleman_price_cut <= far < 1.0 == near
    twin = remote.branch()
    twin.sellers.linked[:] = 0.1
    assert pressed(twin, 0.0) == 1.0
