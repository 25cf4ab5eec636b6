"""Which way things go in the phase of measures: workers' hours, money, priority and trust."""

from dataclasses import replace

import numpy as np
import pytest

from model.phases.calendar import calendar
from model.phases.measures import measures
from model.setup import Shock
from model.village import Village
from tests.strategies import PROGRAMME, delivery, small_setup
from tests.twin_villages import after, asking, mean, put


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
        village.sellers.selling[:], village.sellers.skill[:] = (
            0.0,
            np.linspace(0.9, 0.1, village.women),
        )
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


def test_enough_staff_lifts_the_ceiling_but_pays_all_the_same():
    scarce, enough = (asking(money=80_000.0, unlimited_staff=e).run(30) for e in (False, True))
    assert enough.accounts.spent > 80_000.0 >= scarce.accounts.spent
    costs = [village.history.column("programme_cost").sum() for village in (scarce, enough)]
    assert costs[0] < costs[1]
    assert enough.ledger.imbalance() < 1e-9


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
        Village(small_setup(measures=[use], programme=PROGRAMME, shocks=s), 5).run(26)
        for s in ((), shock)
    )
    assert len(left.workers) == 1
    won, rest = (x.sellers.trust_worker.mean() - x.p.trust_worker_start for x in (kept, left))
    assert 0.0 < rest < 0.6 * won
