"""Bodies, money, norms and voice: worked examples and the figures they must show."""

from dataclasses import replace

import numpy as np
import pytest

from model.phases.bodies import bodies, found
from model.phases.cooperatives import pool
from model.phases.voice import hold_hearing, propose, voice
from model.setup import Programme
from model.village import Village
from scenarios.mechanisms.macro import BenefitFund, Finance, NormCampaign, Voice, WorkerSupport
from scenarios.mechanisms.meso import Association, Brand, CooperativeWork, PeerCircle, run_better
from tests.mechanism_villages import ENOUGH, START, STOP, lived, made_of
from tests.strategies import same_bits, small_setup
from tests.twin_villages import found_cooperative, only_tie

# --- All of them -------------------------------------------------------------------------------

EVERYTHING = (
    PeerCircle(taught=0.1, skill=0.3, efficacy=0.3, relief=0.3, institution=0.5, online=True),
    Association(founds=True, governance=1.0, standards=1.0, dividend=1.0),
    CooperativeWork(
        founds=True, pushed=True, governance=1.0, open_books=1.0, dividend=0.3, logistics=0.3,
        self_run=0.3, brand=0.3, links=1.0, institution=0.3, voice=0.5,
    ),
    Brand(brand=0.2, identity=0.3, quality=0.5, traffic=0.3, cohesion=True),
    Finance(grant=1200.0, seed=5000.0, loan=45_000.0, approve=0.9, access=0.5, informs=0.5),
    BenefitFund(share=4.0),
    NormCampaign(norm=0.2, efficacy=0.3, cohesion=True, identity=0.3, men=True),
    Voice(institution=0.5, efficacy=0.3, informs=0.5, answers=True),
    WorkerSupport(skill=0.5, recognition=0.5, autonomy=0.5),
)  # fmt: skip


@pytest.mark.parametrize("sponsor", ["programme", "government", "foundation"])
def test_money_is_conserved_and_causes_add_up_with_all_of_them_together(compiled, sponsor):
    easy = {"body_trust": 0.3, "loan_wish": 0.6, "policy_awareness": 0.7}
    village = lived(*EVERYTHING, until=60, parameters=easy, sponsor=sponsor)
    assert village.ledger.imbalance() < 1e-12
    history = village.history.frame()
    for outcome in ("income", "burnout", "trust"):
        told = village.causes.frame(outcome).sum(axis=1).to_numpy()[1:]
        np.testing.assert_allclose(told, np.diff(history[outcome]), atol=1e-9)
    assert village.sellers.seeded.sum() > 0
    assert village.sellers.capital.sum() > 0
    for name in ("trust_institution", "knows", "skill", "brand", "standards", "identity"):
        assert 0.0 <= village.sellers[name].min() <= village.sellers[name].max() <= 1.0, name
    assert village.families.norm.min() >= 0.0


@pytest.mark.parametrize("mechanism", EVERYTHING, ids=lambda m: m.name)
def test_without_a_dose_not_one_bit_changes(compiled, mechanism):
    assert same_bits(lived(mechanism, dose=0.0, until=30), lived(until=30)) == []


@pytest.mark.parametrize("mechanism", EVERYTHING, ids=lambda m: m.name)
def test_each_changes_something(compiled, mechanism):
    easy = {"body_trust": 0.3}
    one, none = (lived(*m, parameters=easy, sponsor="government") for m in ((mechanism,), ()))
    assert same_bits(one, none) != []


# --- Cooperatives ------------------------------------------------------------------------------


def test_a_third_of_the_cooperatives_under_a_quota_are_shells(hamlet):
    nobody = np.zeros(hamlet.women)
    shares = {}
    for pushed in (True, False):
        made = [found(hamlet, "cooperative", nobody, 0.35, pushed=pushed) for _ in range(400)]
        shares[pushed] = np.mean([body.interest == 0.0 for body in made])
    assert 0.30 <= shares[True] <= 0.45
    assert 0.05 <= shares[False] <= 0.20


def test_a_shell_falls_idle_and_costs_nothing_while_another_stays_at_work(hamlet):
    idle, busy = hamlet, hamlet.branch()
    for village, interest in ((idle, 0.0), (busy, 1.0)):
        found_cooperative(village, interest=interest)
        village.bodies[-1].governance = 0.0
        for _ in range(30):
            village.week += 1
            bodies(village)
    assert idle.bodies[-1].activity < idle.p.shell_activity < busy.bodies[-1].activity
    for village in (idle, busy):
        village.ledger.open_week()
        pool(village, np.full(village.women, 100.0))
    assert idle.ledger.lines["bodies.running"] < busy.ledger.lines["bodies.running"]


def test_a_quota_founds_where_trust_would_not(compiled):
    wary = {"body_trust": 0.8, "body_trust_span": 0.03, "body_form": 0.0}
    own = lived(CooperativeWork(founds=True), parameters=wary)
    pushed = lived(CooperativeWork(founds=True, pushed=True), parameters=wary)
    assert own.bodies == []
    assert pushed.bodies[0].pushed


def test_cooperatives_bring_the_poorest_third_within_two_per_cent(libei_at_start):
    start, weeks = 208, 104
    term = Programme(start, start + weeks, workers=2, money=5e6, unlimited_staff=True)
    income = {}
    for founds in (False, True):
        work = replace(
            made_of(CooperativeWork(founds=founds, governance=1.0, dividend=0.5), dose=0.25),
            start=start, stop=start + weeks, group_size=0.0,
        )  # fmt: skip
        setup = replace(libei_at_start.setup, measures=(work,), programme=term)
        village = libei_at_start.branch(setup)
        if founds:
            found_cooperative(village, interest=1.0)
        s, poor = village.sellers, []
        while village.week < start + weeks:
            village.step()
            poor.append(s.income[s.poorest > 0].mean())
        income[founds] = np.mean(poor[52:])
    assert abs(income[True] / income[False] - 1.0) < 0.02


def test_the_core_keeps_less_of_the_surplus_where_a_dividend_rule_holds(hamlet):
    parts = {}
    for dividend in (0.0, 1.0):
        village = hamlet.branch()
        found_cooperative(village, interest=1.0, dividend_rule=dividend)
        pool(village, village.sellers.selling * 100.0)
        parts[dividend] = village.bodies[-1].core_part_of_surplus
    assert parts[1.0] < parts[0.0]
    assert hamlet.p.core_share <= parts[0.0] <= 1.0  # and its part by trade beside it


def test_meetings_on_rules_count_as_votes_and_a_body_that_runs_itself_goes_on_voting(hamlet):
    found_cooperative(hamlet, interest=1.0)
    body = hamlet.bodies[-1]
    run_better(hamlet, body, 1.0, {"logistics": 1.0})
    assert body.votes == 0.0
    run_better(hamlet, body, 1.0, {"governance": 1.0, "self_run": 1.0})
    held = body.votes
    assert held == 1.0
    bodies(hamlet)
    assert body.votes == pytest.approx(held + body.self_run * hamlet.p.body_votes / 52.0)


@pytest.mark.parametrize(("open_books", "sign"), [(0.0, -1), (1.0, 1)])
def test_closed_books_lower_the_trust_of_members(hamlet, open_books, sign):
    only_tie(hamlet)
    members = np.zeros(hamlet.women)
    members[:2] = 1.0
    body = found(hamlet, "cooperative", members, 0.35)
    body.interest, body.open_books, body.dividend_rule = 1.0, open_books, 0.25
    hamlet.sellers.sales[:2] = 100.0
    before = hamlet.ties.trust.copy()
    pool(hamlet, np.full(hamlet.women, 100.0))
    assert (sign * (hamlet.ties.trust - before) > 0.0).all()


def test_own_experience_weighs_bad_news_more_and_hearsay_does_not(hamlet):
    changes = {}
    for told, dividend in (("good", 1.0), ("bad", 0.0)):
        village = hamlet.branch()
        only_tie(village)  # 0 is a member, 1 hears of it
        members = np.zeros(village.women)
        members[[0, 2]] = 1.0
        body = found(village, "cooperative", members, 0.35)
        body.interest, body.open_books, body.dividend_rule = 1.0, 1.0, dividend
        village.sellers.sales[[0, 2]] = 100.0
        pool(village, np.full(village.women, 100.0))
        moved = village.ties.trust - 0.5
        assert moved[0] == 0.0  # the member's own trust in her neighbour
        changes[told] = moved[1] / (1.0 - 2.0 * village.p.core_share * (1.0 - dividend))
    assert changes["good"] == pytest.approx(changes["bad"])  # the same for each unit of fairness
    assert changes["good"] > 0.0


# --- Norms -------------------------------------------------------------------------------------


def softened(dose, until=STOP, stop=STOP, norm=0.18):
    """How far a campaign moved norms at home, in standard deviations of the start.

    Success around her, which softens norms too, is left out.
    """
    alone = {"norm_success": 0.0}
    term = replace(ENOUGH, stop=stop)
    with_it, none = (
        lived(
            NormCampaign(norm=n),
            dose=dose,
            until=until,
            stop=stop,
            programme=term,
            parameters=alone,
        )
        for n in (norm, 0.0)
    )
    gap = none.families.norm.mean() - with_it.families.norm.mean()
    return gap / with_it.p.state_spread


def test_one_event_moves_no_norm():
    assert softened(1.0, stop=START + 1) == 0.0
    assert softened(1.0, stop=START + 2) == 0.0


def test_more_events_move_norms_more_and_a_full_campaign_by_its_size():
    assert 0.0 < softened(0.2) < softened(1.0)
    years = softened(0.6, until=START + 130, stop=START + 130)
    assert years == pytest.approx(0.18, abs=0.02)


def test_men_who_take_part_support_more(compiled):
    support = [
        lived(NormCampaign(norm=0.18, men=men), dose=0.5).families.support.mean()
        for men in (False, True)
    ]
    assert support[1] > support[0]


# --- Voice, workers, circles -------------------------------------------------------------------


def test_organised_women_come_to_hearings_twice_as_often(hamlet):
    office, everybody = hamlet.government, np.ones(hamlet.women)
    hamlet.sellers.association[:] = 0.0
    hamlet.sellers.coop[:] = -1.0
    hold_hearing(hamlet, everybody, 1.0)
    alone, office.meetings = office.meetings, 0.0
    hamlet.sellers.association[:] = 1.0
    hold_hearing(hamlet, everybody, 1.0)
    assert office.meetings == pytest.approx(hamlet.p.voice_group * alone)


def test_a_governance_stream_has_issues_answered_sooner_and_what_is_budgeted_counts(hamlet):
    answered = {}
    for prompt in (0.0, 1.0):
        village = hamlet.branch()
        office = village.government
        office.proposals, office.answered = [], 0
        propose(village, "station")
        while office.answered == 0:
            village.week += 1
            office.prompt = prompt
            voice(village)
        answered[prompt] = village.week - hamlet.week
        for _ in range(60):
            village.week += 1
            voice(village)
        assert office.funded >= len(office.enacted)
    assert answered[1.0] == pytest.approx(0.5 * answered[0.0], abs=1)


def test_who_is_told_knows(compiled):
    told, none = (lived(Voice(informs=i)).sellers.knows.mean() for i in (0.8, 0.0))
    assert told > 0.95 > none


def test_a_worker_with_autonomy_has_more_hours(compiled):
    limits = {"programme": replace(ENOUGH, unlimited_staff=False)}
    asking = replace(made_of(PeerCircle(), dose=1.0), hours=8.0, measure="tea_talk")
    hours = []
    for autonomy in (0.0, 1.0):
        support = made_of(WorkerSupport(autonomy=autonomy))
        setup = small_setup(measures=(asking, support), **limits)
        hours.append(Village(setup, seed=4).run(STOP - 1).accounts.served)
    assert hours[1] > 1.02 * hours[0]


def test_weekly_circles_make_more_ties_for_each_meeting_and_online_ones_span_hamlets(compiled):
    def made(dose, weeks, **more):
        village = lived(PeerCircle(**more), dose=dose, until=START + weeks, women=250)
        new = village.ties.made >= START
        hamlet = village.sellers.hamlet
        across = hamlet[village.ties.tail[new]] != hamlet[village.ties.other[new]]
        return new.sum(), across.mean()

    assert made(1.0, 26)[0] > made(0.25, 26)[0]
    assert made(1.0, 26, online=True)[1] > made(1.0, 26)[1]
    online, face = (lived(PeerCircle(online=o, new_ties=False)) for o in (True, False))
    gains = [v.causes.frame("trust")["meetings"].sum() for v in (online, face)]
    assert 0.0 < gains[0] < gains[1]
