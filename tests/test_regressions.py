"""What once went wrong in the model and must not again: one small village for each."""

from dataclasses import replace

import mesa
import numpy as np
import pytest

from agents.few import SocialWorker
from agents.sellers import Mode, Status
from model.errors import JinguoError
from model.mechanism import Service
from model.phases.bodies import found
from model.phases.calendar import calendar
from model.phases.careers import careers
from model.phases.hours import hours
from model.phases.household import household
from model.phases.market import market
from model.setup import Background, Shock
from model.village import Village
from scenarios import load_scenario
from scenarios.files import library_names
from scenarios.mechanisms.meso import acquaint
from scenarios.mechanisms.support import FamilyWork
from tests.strategies import PROGRAMME, delivery, small_setup
from tests.twin_villages import after, found_cooperative, put, twins

# --- workers and their measures ------------------------------------------------------------------


@pytest.mark.parametrize("start", [0.05, 0.9], ids=["distrusted", "trusted"])
def test_trust_in_a_leaving_worker_never_rises(start):
    often = {"sw_turnover_first_year": 0.4}
    village = Village(small_setup(parameters=often, programme=PROGRAMME), 3).run(10)
    village.sellers.trust_worker[:] = start
    left = 0
    while village.week < PROGRAMME.stop:
        before = village.sellers.trust_worker.copy()
        village.step()
        if village.week > PROGRAMME.start + 1:
            left += sum(worker.tenure == 0 for worker in village.workers)
        assert (village.sellers.trust_worker <= before).all()
    assert left > 0


def test_a_worker_called_off_takes_trust_and_gives_none():
    shock = (Shock("social_worker_leaves", 15),)
    village = Village(small_setup(programme=PROGRAMME, shocks=shock), 3).run(15)
    village.sellers.trust_worker[:] = np.where(np.arange(village.women) % 2, 0.05, 0.8)
    village.step()
    assert (village.sellers.trust_worker[1::2] <= 0.05).all()  # a stranger is trusted no less
    assert (village.sellers.trust_worker[::2] < 0.55).all()


def test_the_only_worker_called_off_leaves_what_a_stranger_is_trusted():
    shock, one = (Shock("social_worker_leaves", 15),), replace(PROGRAMME, workers=1)
    village = Village(small_setup(programme=one, shocks=shock), 3).run(15)
    village.sellers.trust_worker[:] = 0.8
    village.step()
    start = village.p.trust_worker_start
    np.testing.assert_allclose(village.sellers.trust_worker, start, atol=0.01)


def test_workers_leave_the_village_when_the_programme_ends():
    village = Village(small_setup(programme=PROGRAMME), 3).run(PROGRAMME.stop)
    assert len(village.agents_by_type[SocialWorker]) == 2
    village.step()
    assert village.workers == []
    assert len(village.agents_by_type.get(SocialWorker, ())) == 0


def test_the_caseload_holds_over_all_individual_measures_together():
    alone = {"dose": 1.0, "coverage": 1.0, "target": {}, "hours": 0.01}
    names = ("one_to_one_accompaniment", "online_legal_advice")
    uses = [delivery(name, **alone) for name in names]
    few = {"caseload": 15.0}

    def women_served(given):
        setup = small_setup(parameters=few, measures=given, programme=PROGRAMME)
        return Village(setup, 3).run(12).accounts.cases

    assert women_served(uses[:1]) == women_served(uses) == 2 * 15
    assert all(use.group_size == 1.0 for use in uses)


def sessions_for_all(number):
    """A change that gives every woman so many sessions of family work at once."""
    use = delivery("family_meeting")

    def change(village):
        everybody = np.ones(village.women)
        work = FamilyWork(counts=1.0, support=0.5)
        got = everybody * float(number)
        work.apply(village, Service(use, everybody, got, got, 1.0))

    return change


def test_a_family_of_two_women_gets_no_double_sessions(hamlet):
    f = hamlet.families
    assert {1.0, 2.0} <= set(f.women)
    _, served = twins(hamlet, sessions_for_all(4))
    np.testing.assert_allclose(served.families.sessions - f.sessions, 4.0)


@pytest.mark.parametrize(("number", "moves"), [(2, False), (5, True)])
def test_fewer_than_three_sessions_move_neither_care_nor_support(hamlet, number, moves):
    hamlet.families.husband_home[:], hamlet.families.husband_away[:] = 1.0, 0.0
    same, served = twins(hamlet, sessions_for_all(number))
    for one in (same, served):
        household(one)
    for column in ("support", "care_man", "conflict"):
        changed = served.families[column] != same.families[column]
        assert changed.all() if moves else not changed.any(), column


def test_public_care_is_paid_by_the_hour(hamlet):
    f, p = hamlet.families, hamlet.p
    hamlet.government.enacted = {"care": 90}

    def cost_of(families):
        village = hamlet.branch()
        village.families.elders_need[:], village.families.children_u6[:] = 0.0, 0.0
        village.families.children_u6[:families] = 1.0
        return village.run(53).government.spent

    assert len(f) > 20
    each = (cost_of(20) - cost_of(10)) / 10
    assert each == pytest.approx(p.service_care * p.service_care_cost)


# --- families and hours --------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [100.0, 5_000.0, 1e6])
def test_losses_however_large_do_not_raise_family_support(hamlet, loss):
    hamlet.sellers.income_smooth[:] = 0.0
    nothing, lost = after(
        hamlet, put("income_smooth", -loss), household, lambda v: v.families.support.copy()
    )
    assert (lost <= nothing).all()


def test_waking_hours_hold_under_extreme_care(hamlet):
    f, s = hamlet.families, hamlet.sellers
    f.children_u6[:], f.children_6_12[:], f.elders_need[:] = 5.0, 5.0, 5.0
    s.hours_programme[:] = 20.0
    household(hamlet)
    hours(hamlet)
    assert s.hours_care.max() == hamlet.p.waking_hours - hamlet.p.leisure_least
    total = s.hours_care + s.hours_farm + s.hours_programme + s.hours_selling + s.hours_leisure
    np.testing.assert_allclose(total, hamlet.p.waking_hours)
    assert (s.hours_leisure >= hamlet.p.leisure_least).all()
    assert min(s.hours_farm.min(), s.hours_programme.min(), s.hours_selling.min()) >= 0.0


def test_a_surveyed_household_without_women_has_numbers_all_the_same(tmp_path):
    women = [0, 2, 1, 0, 1, 3, 1, 1]
    rows = [f"h{row},{count}" for row, count in enumerate(women)]
    ties = [f"h{a},h{b}" for a in range(8) for b in range(a)]
    (tmp_path / "h.csv").write_text("\n".join(["household,women", *rows]))
    (tmp_path / "t.csv").write_text("\n".join(["household_a,household_b", *ties]))
    (tmp_path / "v.yaml").write_text(
        "extends: libei\nweeks: 16\nprogramme: {start: 8, stop: 14}\n"
        "village: {graph: measured, households: h.csv, ties: t.csv}\n"
    )
    village = load_scenario(tmp_path / "v.yaml").village(seed=1).run(16)
    assert village.women == sum(women)
    assert (village.families.women == 0.0).sum() == 2
    for table in (village.families, village.sellers):
        for name in table:
            assert np.isfinite(table[name]).all(), name


# --- shops and the market ------------------------------------------------------------------------


def test_a_banned_shop_loses_no_orders_it_never_had(hamlet):
    s = hamlet.sellers
    banned = int(np.flatnonzero(s.selling)[0])
    s.penalty_weeks[banned], s.throttle[banned] = 6.0, 0.0
    s.quality[banned], s.rating[banned] = 0.5, hamlet.p.rating_start
    market(hamlet)
    assert (s.orders[banned], s.lost[banned]) == (0.0, 0.0)
    assert s.rating[banned] == pytest.approx(hamlet.p.rating_start)


def test_a_new_shop_starts_with_the_whole_of_her_wish(hamlet):
    s = hamlet.sellers
    tired = int(np.flatnonzero(s.selling)[0])
    s.effort[tired] = 0.4
    s.status[tired], s.selling[tired], s.use[tired] = Status.LEFT, 0.0, 0.0
    hours(hamlet)
    s.status[tired], s.weeks_learning[tired] = Status.LEARNING, 50.0
    careers(hamlet)
    assert s.selling[tired] == 1.0
    hours(hamlet)
    assert s.effort[tired] == 1.0


def test_a_lead_seller_who_leaves_frees_her_bodies_and_followers(hamlet):
    shocked = replace(hamlet.setup, shocks=(Shock("lead_seller_leaves", hamlet.week),))
    village = hamlet.branch(shocked)
    s = village.sellers
    found_cooperative(village)
    lead, *followers = np.flatnonzero(s.selling)[:6]
    s.coop[followers], s.mode[followers], s.lead[followers] = -1.0, Mode.FOLLOWER, lead
    s.fans[followers], s.association[lead] = -1.0, 1.0
    village.step()
    assert (s.status[lead], s.selling[lead]) == (Status.AWAY, 0.0)
    assert (s.coop[lead], s.association[lead], s.mode[lead]) == (-1.0, 0.0, Mode.ALONE)
    assert (s.lead[followers] == -1.0).all()
    assert not (s.mode[followers] == Mode.FOLLOWER).any()


def test_logistics_are_cut_in_the_week_of_the_shock_and_for_thirteen_in_all():
    shock = (Shock("logistics_cut", 5),)
    there = Background(village_logistics=0)
    village = Village(small_setup(shocks=shock, background=there), 1)
    stations = []
    for week in range(25):
        village.week = week
        calendar(village)
        stations.append(village.season.station)
    assert np.flatnonzero(np.array(stations) == 0.0).tolist() == list(range(5, 18))


# --- branches, guests, tables --------------------------------------------------------------------


@pytest.mark.parametrize(
    "change", [{"workers": 3}, {"money": 9e5}, {"stop": 40}, {"priority": "equal"}], ids=str
)
def test_a_programme_that_has_begun_cannot_be_exchanged(change):
    village = Village(small_setup(programme=PROGRAMME), 1).run(11)
    other = replace(village.setup, programme=replace(PROGRAMME, **change))
    with pytest.raises(JinguoError) as caught:
        village.branch(other)
    assert caught.value.key == "errors.branch_differs"
    with pytest.raises(JinguoError):
        village.branch(replace(village.setup, programme=None))


def test_a_programme_that_has_not_begun_can_be_exchanged():
    village = Village(small_setup(programme=PROGRAMME), 1).run(10)
    other = village.branch(replace(village.setup, programme=replace(PROGRAMME, workers=5)))
    assert len(other.run(11).workers) == 5


class Diary(mesa.Agent):
    """A user's own agent that notes the weeks it lives."""

    def __init__(self, model):
        super().__init__(model)
        self.weeks = []

    def step(self):
        self.weeks.append(self.model.week)


def test_guests_travel_into_a_branch():
    village = Village(small_setup(), 1)
    diary = Diary(village)
    future = village.run(3).branch()
    (twin,) = future.agents_by_type[Diary]
    assert twin.model is future
    future.run(5)
    village.step()
    assert (twin.weeks, diary.weeks) == ([0, 1, 2, 3, 4], [0, 1, 2, 3])


def test_a_guest_who_was_removed_is_stepped_no_more():
    village = Village(small_setup(), 1)
    diary, other = Diary(village), Diary(village)
    village.run(2)
    diary.remove()
    village.run(4)
    assert (diary.weeks, other.weeks) == ([0, 1], [0, 1, 2, 3])


def test_a_village_can_be_stepped_past_the_last_week_of_its_scenario():
    village = Village(small_setup(weeks=5), 1).run()
    for _ in range(8):
        village.step()
    assert village.week == len(village.history.frame()) == 13
    assert village.history.frame().notna().all().income
    assert village.branch().history.values.tobytes() == village.history.values.tobytes()


def test_columns_are_written_in_place_however_they_are_assigned():
    village = Village(small_setup(), 1)
    s = village.sellers
    skill, burnout = s.skill, s["burnout"]
    before = skill.copy()
    s["skill"] += 0.1
    s.skill += 0.1
    s.burnout = np.linspace(0.0, 1.0, village.women)
    assert s.skill is skill
    assert s["burnout"] is s.burnout is burnout
    assert np.shares_memory(s.burnout, s.block)
    np.testing.assert_allclose(skill, before + 0.2)
    assert burnout[-1] == s.block[s.names.index("burnout"), -1] == 1.0
    s.burnout = 0.25
    assert (burnout == 0.25).all()
    with pytest.raises(KeyError, match="skil"):
        s["skil"] = 0.5


# --- money of a programme ------------------------------------------------------------------------


@pytest.fixture
def told_short(tmp_path):
    def fields(programme):
        path = tmp_path / "short.yaml"
        path.write_text(f"programme: {programme}\n")
        with pytest.raises(JinguoError) as caught:
            load_scenario(path).setup()
        assert caught.value.key == "errors.money_below_posts"
        return caught.value.fields

    return fields


def test_money_that_does_not_pay_the_posts_is_told(told_short):
    found = told_short("{start: 0, stop: 104, workers: 2, money: 279999}")
    assert found == {"money": 279_999.0, "need": 280_000, "workers": 2}


def test_money_for_the_posts_is_enough_and_without_workers_none_is_needed(tmp_path):
    for terms in ("workers: 2, money: 280000", "workers: 0, money: 0"):
        path = tmp_path / "enough.yaml"
        path.write_text(f"programme: {{start: 0, stop: 104, {terms}}}\n")
        assert load_scenario(path).setup().programme.stop == 104


@pytest.mark.parametrize("name", library_names())
def test_built_in_scenarios_pay_their_posts(name):
    scenario = load_scenario(name)
    for arm in (scenario, scenario.arm(()), scenario.with_staff("enough")):
        assert arm.setup().name == scenario.name


def test_horizons_past_the_last_week_are_not_read():
    def horizons(weeks):
        return load_scenario("libei", {"weeks": weeks}).horizons()

    assert horizons(416) == {"end": 312, "after_52": 364, "after_104": 416}
    assert horizons(415) == {"end": 312, "after_52": 364}
    assert horizons(320) == {"end": 312}
    assert horizons(300) == {"end": 300}


# --- what a week begins with -------------------------------------------------------------------


def test_who_decides_opens_after_the_weeks_of_learning_with_the_price_of_the_others():
    village = Village(small_setup(parameters={"learning_weeks": 3.0}), 3)
    s, decided, opened = village.run(1).sellers, {}, {}
    while village.week < 40:
        was = s.selling > 0
        village.step()
        for row in np.flatnonzero((s.status == Status.LEARNING) & (s.weeks_learning == 0.0)):
            decided.setdefault(row, village.week)
        for row in np.flatnonzero((s.selling > 0) & ~was):
            opened.setdefault(row, village.week)
            assert s.shown_price[row] == s.price_before[row] == s.price[row]
    weeks = [opened[row] - decided[row] for row in opened if row in decided]
    assert len(weeks) > 5
    assert set(weeks) == {3}


def test_norms_soften_by_the_share_of_ties_that_sell_not_by_how_many_there_are():
    village = Village(small_setup(parameters={"norm_speed": 0.0}), 3)
    s, f = village.sellers, village.families
    s.selling[:], f.norm[:] = 1.0, 0.5
    household(village)
    tied = np.zeros(len(f), bool)
    tied[s.family[np.diff(village.ties.start) > 0].astype(int)] = True
    assert len(set(f.women[tied])) > 1
    np.testing.assert_allclose(f.norm[tied], 0.5 * (1.0 - village.p.norm_success))


def test_a_shell_gives_its_members_nothing_from_the_first_week(monkeypatch):
    monkeypatch.setattr("model.phases.bodies._is_shell", lambda _village, *, pushed: pushed)
    village = Village(small_setup(), 3).run(20)
    body = found(village, "cooperative", village.sellers.selling.copy(), 0.5, pushed=True)
    assert (body.interest, body.activity) == (0.0, 0.0)
    village.step()
    assert village.sellers.joint_delivery.max() == 0.0


def test_the_odd_one_at_a_meeting_meets_another_who_came():
    village = Village(small_setup(parameters={"new_ties_meeting": 0.5}), 3)
    willing = np.argsort(village.luck.uniform("measures.meet", 0, village.women))[:3]
    before, came = village.ties.strength.sum(), np.zeros(village.women)
    came[willing] = 1.0
    acquaint(village, came, np.zeros(village.women))  # each of the three makes one
    gained = village.ties.strength.sum() - before
    assert gained == pytest.approx(2 * 2 * village.p.new_tie_strength)
