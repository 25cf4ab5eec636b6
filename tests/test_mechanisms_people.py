"""Mechanisms for the woman and her family: whom they reach, how much, and what fades."""

import numpy as np
import pytest

from agents.sellers import Husband, Status
from model.mechanism import Delivery, Service
from model.phases.household import household
from model.phases.learning import learning
from model.phases.making import making
from model.phases.measures import chosen_women, in_target
from model.population import populate
from model.streams import Luck
from model.village import Village
from scenarios import load_scenario
from scenarios.catalogue import MEASURES
from scenarios.mechanisms.micro import Course, FollowUp, Outreach, RoleModel
from scenarios.mechanisms.support import Counselling, FamilyWork, SupportGroup
from tests.strategies import PROGRAMME, delivery, same_bits, small_setup


@pytest.fixture(scope="module")
def grown(compiled):
    """A hamlet in its second year, with many shops."""
    return Village(small_setup(women=120, weeks=400), 4).run(70)


def served(village, mechanism, sessions=1.0):
    """One week of a mechanism, every woman served alike."""
    rows = village.women
    given = np.full(rows, sessions) if np.isscalar(sessions) else sessions
    use = Delivery("test", "micro", mechanism, 1.0, 1.0, 0, 400)
    mechanism.apply(village, Service(use, np.ones(rows), given, given.copy(), 1.0))
    return village


def gained(village, mechanism, column, sessions=1.0):
    """What one week of a mechanism adds to a column."""
    before = village.sellers[column].copy()
    return served(village.branch(), mechanism, sessions).sellers[column] - before


def all_ready(village):
    """The same village, all of it ready to take everything in."""
    twin = village.branch()
    twin.sellers.mandarin[:], twin.sellers.age[:], twin.sellers.edu_years[:] = 1.0, 30.0, 9.0
    return twin


# --- Learning ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "fields", "number"),
    [
        ("mandarin", 0.0, {"bilingual": True}, "train_other_tongue"),
        ("age", 60.0, {"slow": True}, "train_pace"),
        ("edu_years", 3.0, {"slow": True}, "train_pace"),
    ],
)
def test_a_course_reaches_fewer_unless_it_is_made_for_them(grown, column, value, fields, number):
    village = all_ready(grown)
    village.sellers[column][:40] = value
    usual = gained(village, Course(taught=0.05), "taught")
    made_for_them = gained(village, Course(taught=0.05, **fields), "taught")
    ratio = usual[:40] / made_for_them[:40]
    np.testing.assert_allclose(ratio, getattr(village.p, number), rtol=1e-9)
    np.testing.assert_array_equal(usual[40:], made_for_them[40:])


def test_a_course_with_a_friend_counts_more_and_alone_as_usual(grown):
    village = all_ready(grown)
    together = gained(village, Course(taught=0.05, with_friend=True), "taught")
    alone = gained(village, Course(taught=0.05), "taught")
    most = village.p.train_with_friend
    assert alone.max() < together.max() <= most * alone.max() * (1 + 1e-12)
    one = np.zeros(village.women)
    one[3] = 1.0
    only_she = gained(village, Course(taught=0.05, with_friend=True), "taught", one)
    assert only_she[3] == alone[3]


def test_an_initiative_course_lasts_longer_than_a_class(grown):
    p = grown.p
    taught = served(all_ready(grown), Course(taught=p.train_oneoff), p.course_sessions)
    durable = served(all_ready(grown), Course(durable=p.train_initiative), p.course_sessions)
    for _ in range(52):
        learning(taught)
        learning(durable)
    assert durable.sellers.durable.mean() > 4 * taught.sellers.taught.mean()
    fields = MEASURES["real_project_practice"].fields
    assert fields["durable"] == "param:train_initiative"


def test_a_mentor_gives_while_she_is_there_and_half_is_gone_after_its_half_life(grown):
    village, mentor = grown.branch(), FollowUp(mentored=0.1)
    for _ in range(40):
        served(village, mentor, 0.25)
        learning(village)
    there = village.sellers.mentored.mean()
    assert 0.08 < there <= 0.1
    for _ in range(20):
        learning(village)
    early = village.sellers.mentored.mean()
    for _ in range(int(village.p.mentor_fade_half)):
        learning(village)
    assert village.sellers.mentored.mean() < 0.55 * early < 0.55 * there


def test_know_how_of_a_mentor_sells(grown):
    def sales(gift):
        village = grown.branch()
        village.sellers.mentored[:30] = gift
        return village.run(village.week + 1).sellers.orders[:30].sum()

    assert sales(0.2) > sales(0.1) > sales(0.0)


def test_role_models_do_most_for_the_least_experienced_third(compiled):
    village = load_scenario("libei", {"village.women": 150}).village(seed=2).run(208)
    s = village.sellers
    rows = np.flatnonzero(s.selling > 0)
    gain = gained(village, RoleModel(gain=village.p.role_model), "durable")[rows]
    order = np.argsort(s.weeks_open[rows], kind="stable")
    third = rows.size // 3
    ratio = gain[order[:third]].mean() / gain[order[third:]].mean()
    assert ratio >= 1.5
    mean = 0.5 * (village.p.role_model_new + village.p.role_model_old)
    assert mean == pytest.approx(1.0)


# --- Standing by her ---------------------------------------------------------------------------


@pytest.mark.parametrize("mechanism", [Counselling(relief=0.3), SupportGroup(relief=0.3)])
def test_relief_above_the_cut_off_is_at_most_four_tenths_of_the_rest(grown, mechanism):
    village = grown.branch()
    s = village.sellers
    s.relief[:] = 0.0
    s.burnout[:60] = village.p.burnout_cutoff + 0.1
    s.burnout[60:] = village.p.burnout_cutoff - 0.1
    gain = gained(village, mechanism, "relief")
    assert 0.0 < gain[:60].mean() <= 0.4 * gain[60:].mean()


def test_women_who_are_accompanied_close_their_shops_less(grown):
    def open_after(backed):
        village = Village(
            small_setup(parameters={"exit_other": 0.006, "exit_backed": 0.6}, women=150), 9
        ).run(20)
        for _ in range(30):
            village.sellers.backed[:] = backed
            village.step()
        return (village.sellers.status == Status.LEFT).sum()

    assert open_after(1.0) < open_after(0.0)


def test_being_accompanied_fades(grown):
    village = served(grown.branch(), Counselling(backing=0.8))
    assert (village.sellers.backed == 0.8).all()
    for _ in range(int(village.p.backing_half)):
        learning(village)
    np.testing.assert_allclose(village.sellers.backed, 0.4)


def test_volunteers_hours_make_goods_and_cost_no_wage(grown):
    none, helped = grown.branch(), grown.branch()
    served(helped, FollowUp(helping_hours=4.0), 0.5)
    for village in (none, helped):
        making(village)
    s, p = helped.sellers, helped.p
    more = s.capacity - none.sellers.capacity
    assert (more[s.selling == 0] == 0.0).all()
    hour = p.hand_output * (none.scratch("output") / p.start_price)[s.selling > 0]
    np.testing.assert_allclose(more[s.selling > 0], 2.0 * hour, rtol=1e-9)
    np.testing.assert_array_equal(s.hands, none.sellers.hands)


def test_a_support_group_binds_its_members_and_makes_new_ties(grown):
    def after(mechanism):
        village = served(grown.branch(), mechanism)
        return village.ties.trust[village.ties.made == 0].sum(), village.ties.count

    with_ties, without = after(SupportGroup()), after(SupportGroup(new_ties=False))
    assert with_ties[1] > grown.ties.count == without[1]
    assert without[0] > grown.ties.trust[grown.ties.made == 0].sum()


def test_work_with_her_alone_lifts_support_at_home_by_its_dose(grown):
    def support(sessions):
        return served(grown.branch(), Counselling(support=0.4), sessions).families.support.mean()

    assert support(2.0) > support(1.0) > support(0.0) == grown.families.support.mean()


def test_combined_help_and_less_work_use_their_own_numbers():
    assert MEASURES["casework_growth_plan"].fields["relief"] == "param:d_combined"
    assert MEASURES["western_plan_volunteers"].fields["relief"] == "param:d_workload"


# --- The family --------------------------------------------------------------------------------


def test_fewer_than_three_contacts_change_nothing_at_home(grown):
    work = FamilyWork(support=0.4, norm=0.4, elders=True)

    def after(contacts):
        village = grown.branch()
        for _ in range(contacts):
            served(village, work)
        return village.run(village.week + 26)

    kept = {"families.sessions", "families.with_elders"}
    assert set(same_bits(after(0), after(2))) == kept
    none, many = after(0), after(12)
    assert many.families.support.mean() > none.families.support.mean()
    assert many.families.norm.mean() < none.families.norm.mean()
    assert many.families.care_man.mean() > none.families.care_man.mean()


def test_elders_who_take_part_stand_in_for_a_husband_who_is_away(grown):
    def support(*, elders):
        village = grown.branch()
        f = village.families
        f.husband_away[:], f.husband_home[:] = 1.0, 0.0
        f.elders_help[:10], f.elders_help[10:], f.elders_need[:] = 1.0, 0.0, 0.0
        served(village, FamilyWork(elders=elders), 10.0)
        household(village)
        return f.support.copy(), village.scratch("man_weight", len(f)).copy()

    (without, low), (with_them, full) = support(elders=False), support(elders=True)
    assert (with_them[:10] > without[:10]).all()
    np.testing.assert_array_equal(with_them[10:], without[10:])
    np.testing.assert_allclose(full[:10], 1.0)
    assert low[10:].max() == grown.p.dialogue_needs_man


def test_gains_at_home_decay_once_sessions_end(grown):
    village = grown.branch()
    none = grown.branch().run(grown.week + 160)
    with_it = served(village, FamilyWork(), 15.0).run(grown.week + 52)
    early = with_it.families.sessions.mean()
    late = with_it.run(grown.week + 160)
    assert late.families.sessions.mean() < 0.55 * early
    assert late.families.care_man.mean() > none.families.care_man.mean()


# --- Outreach and need -------------------------------------------------------------------------


def test_outreach_makes_the_worker_known_and_tells_who_is_in_need(grown):
    trust = [gained(grown, Outreach(trust=t), "trust_worker").mean() for t in (0.0, 0.2, 0.4)]
    assert trust[0] == 0.0 < trust[1] < trust[2]
    known = gained(grown, Outreach(informs=True), "knows")
    np.testing.assert_allclose(known, 1.0 - grown.sellers.knows)
    assert gained(grown, Outreach(invites=0.1), "invited").sum() > 0.0
    village = served(grown.branch(), Outreach(targeting=1.0), 0.5)
    first = village.government.targeting
    assert first == pytest.approx(0.5)
    village.run(village.week + int(village.p.targeting_half))
    assert village.government.targeting == pytest.approx(0.5 * first)


def test_known_need_decides_who_is_reached_and_not_how_many(grown):
    measure = delivery("tea_talk", coverage=0.3, target={"status": "selling"})
    by_luck = chosen_women(grown, measure)
    village = grown.branch()
    village.government.targeting = 1e-12
    np.testing.assert_array_equal(chosen_women(village, measure), by_luck)
    burnout = [grown.sellers.burnout[by_luck > 0].mean()]
    for known in (0.5, 1.0):
        village.government.targeting = known
        chosen = chosen_women(village, measure)
        assert chosen.sum() == by_luck.sum()
        assert in_target(village, measure.target)[chosen > 0].all()
        burnout.append(village.sellers.burnout[chosen > 0].mean())
    assert burnout[0] < burnout[1] <= burnout[2]


# --- Who she is --------------------------------------------------------------------------------


def test_belonging_to_a_minority_changes_no_bit():
    measures = ("sail_group", "acquaintance_tie", "home_streaming_posts", "womens_growth_group")
    setup = small_setup(measures=measures, programme=PROGRAMME)
    one, other = Village(setup, 6), Village(setup, 6)
    other.sellers.minority[:] = np.roll(one.sellers.minority, 7)
    assert (other.sellers.minority != one.sellers.minority).any()
    differ = same_bits(one.run(50), other.run(50))
    assert set(differ) <= {"sellers.minority", "history"}
    # the means of the history are summed group by group, so they may differ in the last digit
    told, again = one.history.frame(), other.history.frame()
    names = [n for n in told.columns if "minority" not in n]
    np.testing.assert_allclose(told[names], again[names], rtol=1e-12)


def test_shares_of_husbands_are_scaled_to_one():
    def shares(**parameters):
        setup = small_setup(women=3000, parameters=parameters)
        husband = populate(setup, Luck(1)).sellers.husband
        return [float((husband == kind).mean()) for kind in (Husband.AWAY, Husband.NONE)]

    away, none = shares()
    assert away == pytest.approx(0.33, abs=0.03)
    assert none == pytest.approx(0.10, abs=0.02)
    away, none = shares(husband_migrated_share=0.5, husband_present_share=0.25)
    assert away == pytest.approx(0.5 / 0.85, abs=0.03)
    assert none == pytest.approx(0.1 / 0.85, abs=0.02)
