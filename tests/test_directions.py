"""Which way things go: one cause changed in a twin village, and the effect it must have."""

from dataclasses import replace

import numpy as np
import pytest

from agents.sellers import Status
from model.phases.bodies import bodies, found
from model.phases.calendar import calendar
from model.phases.careers import careers
from model.phases.hours import hours
from model.phases.household import household
from model.phases.learning import learning
from model.phases.making import making
from model.phases.market import market
from model.phases.measures import measures
from model.phases.money import money
from model.phases.relations import relations
from model.phases.voice import voice
from model.phases.wellbeing import wellbeing
from model.setup import Shock
from model.ties import Kind, Ties
from model.village import Village
from tests.strategies import PROGRAMME, delivery, small_setup


def twins(village, change):
    """The village and its twin with one thing changed."""
    same, other = village.branch(), village.branch()
    change(other)
    return same, other


def after(village, change, phase, read):
    """A reading after one phase: as it is, and with the change."""
    pair = twins(village, change)
    for one in pair:
        phase(one)
    return tuple(read(one) for one in pair)


def mean(name, table="sellers"):
    return lambda village: float(getattr(village, table)[name].mean())


def put(name, value, table="sellers"):
    def change(village):
        getattr(village, table)[name][:] = value

    return change


def only_tie(village, pair=(0, 1), trust=0.5):
    """Two women who sell, know only each other and see each other often."""
    one = np.ones(1)
    a, b = np.array([pair[0]]), np.array([pair[1]])
    village.ties = Ties(village.women, a, b, one * Kind.NEIGHBOUR, one, one * trust, one * trust)
    s = village.sellers
    s.selling[:] = 0.0
    s.selling[list(pair)] = 1.0
    s.status[list(pair)] = Status.SELLING
    s.hours_leisure[:], s.shown_price[:], s.price[:], s.undercut[:], s.use[:] = 40.0, 2.0, 2.0, 0.0, 1.0


# --- 1 calendar ----------------------------------------------------------------------------------


def test_demand_and_rivals_grow_over_the_years(hamlet):
    def a_year_later(village):
        village.week += 52  # the same season

    before, later = after(hamlet, a_year_later, calendar, lambda v: (v.season.demand, v.season.rivals))
    assert later > before


def test_a_station_makes_parcels_cheaper():
    far = Village(small_setup(parameters={"station_coverage_2017": 0.1}, background=replace(
        small_setup().background, village_logistics=None)), 1).run(1)
    near = Village(small_setup(), 1).run(1)
    assert far.season.station == 0.0
    assert near.season.parcel_of_good < far.season.parcel_of_good


def test_a_cut_of_logistics_makes_parcels_dearer_for_a_quarter():
    shock = (Shock("logistics_cut", 10),)
    cut, whole = Village(small_setup(shocks=shock), 1).run(15), Village(small_setup(), 1).run(15)
    assert cut.season.parcel_of_good > whole.season.parcel_of_good
    assert cut.run(40).season.parcel_of_good == whole.run(40).season.parcel_of_good


# --- 2 measures, 5.11 social workers -------------------------------------------------------------


def asking(workers=2, hours=1.5, **programme):
    """A village whose women ask for more sessions than two workers have."""
    use = delivery("one_to_one_accompaniment", dose=1.0, coverage=1.0, target={}, hours=hours)
    terms = {"workers": workers, "money": 1e7, **programme}
    return Village(small_setup(measures=[use], programme=replace(PROGRAMME, **terms)), 1).run(10)


def test_workers_hours_are_never_exceeded_and_the_rest_is_counted():
    village = asking().run(30)
    now = village.history.frame().iloc[10:30]
    assert (now.hours_asked > 27.0).all()
    assert now.hours_served.max() <= 27.0 + 1e-9  # 2 workers × 18 h × 75 %
    np.testing.assert_allclose(now.hours_unserved, now.hours_asked - now.hours_served)
    assert now.hours_unserved.min() > 0.0


def test_more_workers_serve_more_and_enough_staff_serves_all():
    served = [asking(workers).run(11).accounts.served for workers in (1, 2, 3)]
    assert served == sorted(served)
    assert served[0] < served[2]
    everything = asking(unlimited_staff=True).run(11).accounts
    assert everything.served == everything.asked > served[2]


def test_the_worst_off_are_served_first_when_that_is_the_rule():
    worst, able = asking(), asking(priority="most_able")
    for village in (worst, able):
        calendar(village)
        village.sellers.burnout[:] = np.linspace(0.1, 0.9, village.women)
        village.sellers.selling[:], village.sellers.skill[:] = 0.0, np.linspace(0.9, 0.1, village.women)
        measures(village)
    worst_off = slice(-15, None)
    assert worst.sellers.reached[worst_off].all()
    assert not able.sellers.reached[worst_off].any()


def test_the_money_ceiling_holds():
    village = asking(money=200_000.0).run(30)
    posts = 70_000 / 52 * 2 * 20
    assert posts < village.accounts.spent <= 200_000.0
    few = asking(money=posts + 500.0).run(30)
    assert few.accounts.spent == pytest.approx(posts + 500.0)
    assert few.history.column("hours_served")[25] == 0.0


def test_trust_in_her_worker_strengthens_a_session_and_grows_by_contact():
    village = asking(unlimited_staff=True)
    low, high = after(village, put("trust_worker", 0.9), measures, mean("relief"))
    assert high > low
    start = village.sellers.trust_worker.mean()
    assert village.run(25).sellers.trust_worker.mean() > start + 0.1


def test_half_of_full_trust_in_a_worker_takes_sixteen_weeks_of_contact():
    still = {"trust_worker_start": 0.0, "sw_turnover_first_year": 0.15}
    use = delivery("one_to_one_accompaniment", dose=1.0, coverage=1.0, target={}, hours=0.1)
    terms = replace(PROGRAMME, money=1e7, unlimited_staff=True)
    village = Village(small_setup(parameters=still, measures=[use], programme=terms), 5).run(26)
    assert village.sellers.trust_worker.mean() == pytest.approx(0.5, abs=0.01)


def test_a_leaving_worker_takes_trust_with_her():
    shock = (Shock("social_worker_leaves", 25),)
    use = delivery("one_to_one_accompaniment", dose=1.0, coverage=1.0, hours=0.1, target={})
    kept, left = (
        Village(small_setup(measures=[use], programme=PROGRAMME, shocks=s), 5).run(26) for s in ((), shock)
    )
    assert len(left.workers) == 1
    assert left.sellers.trust_worker.mean() < 0.6 * kept.sellers.trust_worker.mean()


# --- 3 household, 5.1 ----------------------------------------------------------------------------


def test_children_cost_hours_and_helping_elders_take_child_care_only(hamlet):
    hamlet.families.children_u6[:] = 0.0
    hamlet.families.elders_help[:] = 0.0
    none, child = after(hamlet, put("children_u6", 1.0, "families"), household, mean("hours_care"))
    assert child > none
    hamlet.families.children_u6[:] = 1.0
    alone, helped = after(hamlet, put("elders_help", 1.0, "families"), household, mean("hours_care"))
    assert helped < alone
    hamlet.families.children_u6[:], hamlet.families.children_6_12[:] = 0.0, 0.0
    alone, helped = after(hamlet, put("elders_help", 1.0, "families"), household, mean("hours_care"))
    assert helped == alone


def test_starting_to_sell_does_not_change_care(hamlet):
    before, selling = after(hamlet, put("selling", 1.0), household, mean("hours_care"))
    assert selling == before


@pytest.mark.parametrize(("sessions", "nothing"), [(0.5, True), (2.9, True), (3.5, False)])
def test_fewer_than_three_family_sessions_do_nothing(hamlet, sessions, nothing):
    rest = [i for i, name in enumerate(hamlet.families.names) if name != "sessions"]
    none, some = after(
        hamlet, put("sessions", sessions, "families"), household, lambda v: v.families.block[rest].tobytes()
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
    usual, worse = after(hamlet, put(column, value, "families"), household, mean("support", "families"))
    assert worse < usual


def test_burnout_lowers_support_and_her_income_raises_it(hamlet):
    usual, burnt = after(hamlet, put("burnout", 0.9), household, mean("support", "families"))
    assert burnt < usual
    usual, rich = after(hamlet, put("income_smooth", 2000.0), household, mean("support", "families"))
    assert rich > usual


def test_conflict_rises_with_overload_where_support_is_low(hamlet):
    usual, more = after(hamlet, put("hours_selling", 60.0), household, mean("conflict", "families"))
    assert more > usual
    hamlet.sellers.hours_selling[:] = 60.0
    low, high = after(hamlet, put("support", 0.9, "families"), household, mean("conflict", "families"))
    assert high < low


def test_norms_soften_along_ties_to_women_who_sell(hamlet):
    hamlet.sellers.selling[:] = 0.0
    none, many = after(hamlet, put("selling", 1.0), household, mean("norm", "families"))
    assert many < none


# --- 4 hours, 5.2 --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "more"),
    [("efficacy", 0.9, True), ("fatigue", 0.9, False), ("income_year", 5000.0, False), ("wish_hours", 90.0, True)],
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
    [("skill", 0.9, True), ("burnout", 0.9, False), ("hours_selling", 60.0, True), ("hands", 3.0, True)],
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
    for column, change in (("price", -0.3), ("fans", 1.0), ("rating", 0.2), ("brand", 0.5), ("taught", 0.2), ("skill", 0.2)):

        def better(village, column=column, change=change):
            village.sellers[column][row] += change

        usual, changed = after(hamlet, better, market, lambda v: v.sellers.orders[row])
        assert changed > usual, column


def test_one_more_shop_takes_orders_from_those_with_the_same_goods(hamlet):
    s = hamlet.sellers
    new = int(np.flatnonzero(s.selling == 0.0)[0])

    def opens(village):
        t = village.sellers
        t.selling[new], t.hours_selling[new], t.category[new], t.capacity[new] = 1.0, 40.0, 1.0, 1000.0

    for category, loses in ((1.0, True), (2.0, False)):
        rows = (s.selling > 0) & (s.category == category)
        usual, crowded = after(hamlet, opens, market, lambda v, rows=rows: v.sellers.orders[rows].sum())
        assert bool(crowded < usual) is loses


def test_over_capacity_lowers_prices_and_shortage_raises_them(hamlet):
    s = hamlet.sellers
    s.margin[:], s.price[:] = 0.3, 1.9
    usual, over = after(hamlet, put("capacity", 1e5), market, lambda v: v.sellers.price[v.sellers.selling > 0].mean())
    _, short = after(hamlet, put("capacity", 10.0), market, lambda v: v.sellers.price[v.sellers.selling > 0].mean())
    assert over < usual
    assert over < 1.9 < short


@pytest.mark.parametrize("column", ["brand", "discipline"])
def test_brand_and_discipline_brake_the_fall_of_prices(hamlet, column):
    s = hamlet.sellers
    s.margin[:], s.capacity[:], s.brand[:] = 0.3, 1e5, 0.0
    free, held = after(hamlet, put(column, 1.0), market, lambda v: v.sellers.price[v.sellers.selling > 0].mean())
    assert held > free


def test_a_cold_chain_saves_fresh_goods_only_and_costs_their_sellers(hamlet):
    def cold(village):
        village.government.cold_chain = 0.5

    category = hamlet.sellers.category
    for goods, kept_better in ((category == 0, True), (category > 0, False)):
        usual, cooled = after(hamlet, cold, market, lambda v, g=goods: v.sellers.kept[g].mean())
        assert bool(cooled > usual) is kept_better
    selling_fresh = (category == 0) & (hamlet.sellers.selling > 0)
    usual, cooled = after(hamlet, cold, market, lambda v: v.sellers.unit_cost[selling_fresh].mean())
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
        hamlet, lambda v: setattr(v.bodies[0], "dividend_rule", 1.0), money,
        lambda v: np.sort(v.sellers.paid_out[v.sellers.coop >= 0])[-1],
    )
    assert ruled < usual


# --- 8 learning, 5.6 -----------------------------------------------------------------------------


def test_skill_grows_by_use_and_fades_without(hamlet):
    s = hamlet.sellers
    s.skill[:], s.skill_base[:], s.peer_gain[:] = 0.5, 0.2, 0.0
    idle, used = after(hamlet, put("selling", 1.0), learning, mean("skill"))
    hamlet.sellers.selling[:] = 0.0
    _, unused = after(hamlet, put("selling", 0.0), learning, mean("skill"))
    assert unused < 0.5 < used
    assert idle < used


def test_what_peers_pass_on_adds_to_skill(hamlet):
    usual, told = after(hamlet, put("peer_gain", 0.05), learning, mean("skill"))
    assert told > usual


def test_follow_up_slows_the_fading_of_what_was_taught(hamlet):
    hamlet.sellers.taught[:] = 0.1
    usual, followed = after(hamlet, put("follow_up", 1.0), learning, mean("taught"))
    assert usual < followed < 0.1


def test_a_change_of_rules_costs_skill_and_literacy_spares_part_of_it(hamlet):
    def change(village):
        village.season.rule_change = 1.0

    usual, lost = after(hamlet, change, learning, mean("skill"))
    assert lost < usual
    change(hamlet)
    plain, literate = after(hamlet, put("literacy", 1.0), learning, mean("skill"))
    assert literate > plain


def test_success_lifts_self_efficacy_and_burnout_lowers_it(hamlet):
    usual, rich = after(hamlet, put("income_year", 3000.0), learning, mean("efficacy"))
    assert rich > usual
    usual, burnt = after(hamlet, put("burnout", 0.9), learning, mean("efficacy"))
    assert burnt < usual


# --- 9 wellbeing, 5.7 ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "table", "value", "more"),
    [
        ("support", "families", 0.9, False), ("conflict", "families", 0.8, True),
        ("peer_support", "sellers", 0.9, False), ("efficacy", "sellers", 0.9, False),
        ("hours_selling", "sellers", 80.0, True), ("hours_streaming", "sellers", 20.0, True),
        ("trait", "sellers", 2.0, True), ("relief", "sellers", 0.5, False),
        ("income_smooth", "sellers", -500.0, True), ("hours_leisure", "sellers", 2.0, True),
    ],
)
def test_what_raises_burnout(hamlet, column, table, value, more):
    usual, changed = after(hamlet, put(column, value, table), wellbeing, mean("burnout"))
    assert bool(changed > usual) is more


def test_support_does_not_protect_where_the_structure_is_neutral():
    setup = small_setup(structure={"support": "neutral"})
    usual, supported = after(
        Village(setup, 3).run(40), put("support", 0.9, "families"), wellbeing, mean("burnout")
    )
    assert supported == usual


def test_fatigue_builds_up_over_long_hours_and_goes_in_weeks(hamlet):
    hamlet.sellers.hours_care[:] = 20.0
    usual, tired = after(hamlet, put("hours_selling", 80.0), wellbeing, mean("fatigue"))
    assert tired > usual


def test_a_severe_woman_gets_less_relief():
    village = asking(unlimited_staff=True)
    village.sellers.burnout[:] = 0.3
    mild, severe = after(village, put("burnout", 0.8), measures, mean("relief"))
    assert severe == pytest.approx(0.3 * mild)


# --- 10 relations, 5.8 ---------------------------------------------------------------------------


@pytest.mark.parametrize(("goods", "hurts"), [(1.0, True), (2.0, False)], ids=["same goods", "craft"])
def test_a_price_cut_of_a_neighbour_lowers_trust_only_where_goods_are_the_same(hamlet, goods, hurts):
    only_tie(hamlet)
    hamlet.sellers.category[0], hamlet.sellers.category[1] = 1.0, goods

    def cuts(village):
        village.sellers.undercut[1] = 0.1

    usual, cut = after(hamlet, cuts, relations, lambda v: v.ties.trust.copy())
    assert bool(cut[0] < usual[0]) is hurts  # of woman 0 in woman 1
    assert cut[1] == usual[1]  # who has lost nothing


def test_lack_of_orders_lowers_trust_between_rivals(hamlet):
    only_tie(hamlet)
    hamlet.sellers.category[:2] = 1.0
    usual, short = after(hamlet, put("use", 0.2), relations, lambda v: v.ties.trust.mean())
    assert short < usual


def test_leisure_keeps_trust_and_ties_alive(hamlet):
    usual, busy = after(hamlet, put("hours_leisure", 8.0), relations, lambda v: v.ties.half[:2].sum())
    assert busy < usual


def test_ties_between_hamlets_fade_faster_than_within(hamlet):
    only_tie(hamlet)
    hamlet.sellers.hours_leisure[:], hamlet.sellers.hamlet[:] = 8.0, 0.0

    def apart(village):
        village.sellers.hamlet[1] = 1.0

    near, far = after(hamlet, apart, relations, lambda v: v.ties.strength.mean())
    assert far < near < 1.0


def test_rivals_and_distrust_keep_know_how_back(hamlet):
    only_tie(hamlet)
    s = hamlet.sellers
    s.category[0], s.category[1], s.skill[0], s.skill[1] = 1.0, 2.0, 0.2, 0.8

    def rivals(village):
        village.sellers.category[1] = 1.0

    def distrust(village):
        village.ties.trust[:] = 0.1

    for change in (rivals, distrust):
        usual, less = after(hamlet, change, relations, lambda v: v.sellers.peer_gain[0])
        assert 0.0 < less < usual


# --- 11 careers, 5.9 and 5.10 --------------------------------------------------------------------


def opened(village, change):
    """Women who may be expected to decide this week to open a shop."""
    return after(village, change, careers, lambda v: float(v.scratch("entry").sum()))


@pytest.fixture(scope="module")
def big(compiled):
    """Six hundred women early in the rise: enough of them for chances to show."""
    return Village(small_setup(women=600, weeks=100, parameters={"entry_rate": 0.5}), 3).run(30)


@pytest.mark.parametrize(
    ("column", "table", "value", "more"),
    [
        ("skill", "sellers", 0.9, True), ("efficacy", "sellers", 0.95, True),
        ("support", "families", 0.95, True), ("norm", "families", 0.95, False),
        ("would_sell", "sellers", 0.0, False), ("invited", "sellers", 0.1, True),
    ],
)
def test_what_makes_women_open_a_shop(big, column, table, value, more):
    usual, changed = opened(big, put(column, value, table))
    assert bool(changed > usual) is more
    assert changed != usual


def test_women_who_are_likely_to_open_do_open(big):
    first = big.branch()
    careers(first)
    chance = first.scratch("entry")
    decided = np.zeros(big.women)
    for seed in range(30):
        village = big.branch()
        village.luck = type(village.luck)(seed)
        careers(village)
        decided += (village.sellers.status == Status.LEARNING) & (big.sellers.status != Status.LEARNING)
    assert decided.sum() == pytest.approx(30 * chance.sum(), rel=0.3)


def test_success_is_seen_along_ties(big):
    def cut_off(village):
        village.ties.strength[:] = 0.0

    usual, alone = opened(big, cut_off)
    assert alone < usual


@pytest.mark.parametrize(("column", "value"), [("burnout", 1.0), ("income_smooth", -500.0)])
def test_burnt_out_and_unsuccessful_women_close(big, column, value):
    def change(village):
        put(column, value)(village)
        village.sellers.weeks_open[:] = 60.0

    def old(village):
        village.sellers.weeks_open[:] = 60.0

    same, other = big.branch(), big.branch()
    old(same)
    change(other)
    for one in (same, other):
        careers(one)
    assert other.sellers.selling.sum() < same.sellers.selling.sum()


def test_followers_lose_their_lead_when_she_closes(hamlet):
    s = hamlet.sellers
    lead, follower = np.flatnonzero(s.selling)[:2]
    s.lead[follower], s.mode[follower], s.fans[follower] = lead, 1.0, -1.0

    def leaves(village):
        village.sellers.selling[lead], village.sellers.status[lead] = 0.0, Status.LEFT

    _, gone = after(hamlet, leaves, careers, lambda v: v.sellers.lead[follower])
    assert gone == -1.0
    kept, lost = after(hamlet, leaves, lambda v: (careers(v), market(v)), lambda v: v.sellers.orders[follower])
    assert lost != kept


def found_cooperative(village, **numbers):
    """A cooperative of the first ten sellers, by their rows."""
    rows = np.flatnonzero(village.sellers.selling)[:10]
    members = np.zeros(village.women)
    members[rows] = 1.0
    body = found(village, "cooperative", members, pushed=False, governance=0.5)
    for name, value in numbers.items():
        setattr(body, name, value)
    return rows


def test_governance_fades_unless_the_members_run_the_body(hamlet):
    found_cooperative(hamlet)
    left, kept = after(hamlet, lambda v: setattr(v.bodies[0], "self_run", 1.0), bodies, lambda v: v.bodies[0].governance)
    assert left < kept == 0.5


def test_free_riders_give_nothing_without_governance(hamlet):
    rows = found_cooperative(hamlet, governance=0.0)
    hamlet.sellers.contributor[:] = 1.0
    without, ruled = after(
        hamlet, lambda v: setattr(v.bodies[0], "governance", 1.0), bodies, lambda v: v.sellers.discipline[rows].sum()
    )
    assert without == 0.0 < ruled


def test_joint_work_dies_of_free_riders_without_governance(hamlet):
    found_cooperative(hamlet, governance=0.0)
    usual, riders = after(hamlet, put("contributor", 1.0), bodies, lambda v: v.bodies[0].activity)
    assert riders < usual


def test_a_woman_joins_only_through_members_she_knows(hamlet):
    rows = found_cooperative(hamlet)
    hamlet.ties.trust[:] = 0.9

    def strangers(village):
        members = village.sellers.coop >= 0.0
        village.ties.strength[members[village.ties.tail] | members[village.ties.other]] = 0.0

    def joined(village):
        return int((village.sellers.coop == 0.0).sum())

    def many_weeks(village):
        for week in range(40):
            village.week = 52 + week
            bodies(village)

    knows, alone = after(hamlet, strangers, many_weeks, joined)
    assert knows > len(rows)
    assert alone <= len(rows)


def test_distrust_keeps_women_out_of_a_body(hamlet):
    found_cooperative(hamlet)
    hamlet.ties.trust[:] = 0.9

    def many_weeks(village):
        for week in range(40):
            village.week = 52 + week
            bodies(village)

    trusting, distrusting = after(
        hamlet, lambda v: v.ties.trust.__setitem__(slice(None), 0.1), many_weeks,
        lambda v: int((v.sellers.coop == 0.0).sum()),
    )
    assert distrusting < trusting


def test_poorly_governed_bodies_end_sooner(hamlet):
    def ended(governance):
        gone = 0
        for seed in range(150):
            village = hamlet.branch()
            village.luck = type(village.luck)(seed)
            rows = found_cooperative(village, governance=governance, self_run=1.0)
            assert rows.size
            for week in range(10):
                village.week = 52 + week
                bodies(village)
            gone += not village.bodies[0].alive
        return gone

    assert ended(0.0) > ended(1.0)


# --- 12 voice, 5.12 ------------------------------------------------------------------------------


def test_an_issue_grows_with_those_it_touches_and_with_organisation(hamlet):
    touched = put("burnout", 0.9)
    none, many = after(hamlet, touched, voice, lambda v: v.government.salience["counselling"])
    assert many > none
    touched(hamlet)
    single, joined = after(hamlet, put("association", 1.0), voice, lambda v: v.government.salience["care"])
    assert joined >= single
    hamlet.sellers.hours_leisure[:20] = 5.0
    single, joined = after(hamlet, put("association", 1.0), voice, lambda v: v.government.salience["care"])
    assert joined > single


def test_a_service_in_force_works_until_its_budget_ends(hamlet):
    hamlet.government.enacted = {"cold_chain": 60}
    assert hamlet.run(58).government.cold_chain > 0.0
    assert hamlet.run(62).government.cold_chain == 0.0


def test_public_care_frees_hours_and_a_service_is_paid_for(hamlet):
    def serve(village):
        village.government.care = 5.0

    usual, served = after(hamlet, serve, lambda v: (measures(v), household(v)), mean("hours_care"))
    assert served < usual
    hamlet.government.enacted = {"care": 90}
    spent = hamlet.run(55).government.spent
    assert spent == pytest.approx(3 * hamlet.p.service_cost)


# --- 13 record -----------------------------------------------------------------------------------


def test_outcomes_follow_the_women_who_sold_when_the_programme_started():
    village = Village(small_setup(weeks=120, programme=replace(PROGRAMME, start=40, stop=60)), 3).run(120)
    now = village.history.frame().iloc[-1]
    s = village.sellers
    fixed = s.watched > 0.0
    assert now.income_fixed == pytest.approx(s.income[fixed].mean())
    assert now.burnout_now == pytest.approx(s.burnout[s.selling > 0].mean())
    assert (s.watched != s.selling).any()
