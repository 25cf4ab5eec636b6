"""Which way things go, from learning to record: one cause changed, and what it must do."""

from dataclasses import replace

import numpy as np
import pytest

from agents.sellers import Status
from model.phases.bodies import bodies
from model.phases.careers import careers
from model.phases.household import household
from model.phases.learning import learning
from model.phases.market import market
from model.phases.measures import measures
from model.phases.relations import relations
from model.phases.voice import voice
from model.phases.wellbeing import wellbeing
from model.village import Village
from tests.strategies import PROGRAMME, small_setup
from tests.twin_villages import after, asking, found_cooperative, mean, only_tie, put

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
        ("support", "families", 0.9, False),
        ("conflict", "families", 0.8, True),
        ("peer_support", "sellers", 0.9, False),
        ("efficacy", "sellers", 0.9, False),
        ("hours_selling", "sellers", 80.0, True),
        ("hours_streaming", "sellers", 20.0, True),
        ("trait", "sellers", 2.0, True),
        ("relief", "sellers", 0.5, False),
        ("income_smooth", "sellers", -500.0, True),
        ("hours_leisure", "sellers", 2.0, True),
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


@pytest.mark.parametrize(
    ("goods", "hurts"), [(1.0, True), (2.0, False)], ids=["same goods", "craft"]
)
def test_a_price_cut_of_a_neighbour_lowers_trust_only_where_goods_are_the_same(
    hamlet, goods, hurts
):
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
    usual, busy = after(
        hamlet, put("hours_leisure", 8.0), relations, lambda v: v.ties.half[:2].sum()
    )
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
        ("skill", "sellers", 0.9, True),
        ("efficacy", "sellers", 0.95, True),
        ("support", "families", 0.95, True),
        ("norm", "families", 0.95, False),
        ("would_sell", "sellers", 0.0, False),
        ("invited", "sellers", 0.1, True),
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
        decided += (village.sellers.status == Status.LEARNING) & (
            big.sellers.status != Status.LEARNING
        )
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
    kept, lost = after(
        hamlet, leaves, lambda v: (careers(v), market(v)), lambda v: v.sellers.orders[follower]
    )
    assert lost != kept


def test_governance_fades_unless_the_members_run_the_body(hamlet):
    found_cooperative(hamlet)
    left, kept = after(
        hamlet,
        lambda v: setattr(v.bodies[0], "self_run", 1.0),
        bodies,
        lambda v: v.bodies[0].governance,
    )
    assert left < kept == 0.5


def test_free_riders_give_nothing_without_governance(hamlet):
    rows = found_cooperative(hamlet, governance=0.0)
    hamlet.sellers.contributor[:] = 1.0
    without, ruled = after(
        hamlet,
        lambda v: setattr(v.bodies[0], "governance", 1.0),
        bodies,
        lambda v: v.sellers.discipline[rows].sum(),
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
        hamlet,
        lambda v: v.ties.trust.__setitem__(slice(None), 0.1),
        many_weeks,
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
    single, joined = after(
        hamlet, put("association", 1.0), voice, lambda v: v.government.salience["care"]
    )
    assert joined >= single
    hamlet.sellers.hours_leisure[:20] = 5.0
    single, joined = after(
        hamlet, put("association", 1.0), voice, lambda v: v.government.salience["care"]
    )
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
    f, p = hamlet.families, hamlet.p
    in_need = ((f.children_u6 > 0.0) | (f.elders_need > 0.0)).sum()
    a_week = p.service_cost + p.service_care * p.service_care_cost * in_need
    assert in_need > 0
    assert hamlet.run(55).government.spent == pytest.approx(3 * a_week)


# --- 13 record -----------------------------------------------------------------------------------


def test_outcomes_follow_the_women_who_sold_when_the_programme_started():
    village = Village(
        small_setup(weeks=120, programme=replace(PROGRAMME, start=40, stop=60)), 3
    ).run(120)
    now = village.history.frame().iloc[-1]
    s = village.sellers
    fixed = s.watched > 0.0
    assert now.income_fixed == pytest.approx(s.income[fixed].mean())
    assert now.burnout_now == pytest.approx(s.burnout[s.selling > 0].mean())
    assert (s.watched != s.selling).any()
