"""Paid posts that fit care: who takes them, who pays, and what they take of her week."""

from dataclasses import replace

import numpy as np
import pytest

from model.mechanism import Delivery, Service
from model.phases.money import money
from model.phases.posts import clear_posts, take_posts
from model.setup import Background
from model.village import Village
from scenarios.mechanisms.support import WorkPost
from tests.strategies import PROGRAMME, delivery, small_setup


@pytest.fixture(scope="module")
def grown(compiled):
    """A hamlet in its second year, with many shops."""
    return Village(small_setup(women=120, weeks=400), 4).run(70)


def posted(village, **fields):
    """A week in which a firm offers every woman a post."""
    clear_posts(village)
    village.ledger.open_week()
    everybody = np.ones(village.women)
    firm = Delivery("test", "micro", WorkPost(wage=3250.0, **fields), 1.0, 1.0, 0, 400)
    firm.mechanism.apply(village, Service(firm, everybody, everybody, everybody, 1.0))
    return village


def test_posts_go_to_women_who_do_not_sell_and_shrink_where_care_takes_the_time(grown):
    village = grown.branch()
    s, p = village.sellers, village.p
    s.hours_care[:20] = p.waking_hours - p.leisure_least - 0.5 * (p.post_hours + p.post_travel)
    posted(village)
    assert (s.post[s.selling > 0] == 0.0).all()
    assert (s.post[s.selling == 0] == 1.0).all()
    free = np.flatnonzero(s.selling == 0)
    full = 3250.0 * 12 / 52
    np.testing.assert_allclose(s.post_wage[free[free < 20]], 0.5 * full)
    assert s.post_wage.max() == pytest.approx(full)


def test_only_new_hires_are_subsidised_and_a_part_of_posts_is_filled(grown):
    village = grown.branch()
    posted(village, subsidy=2140.0, filled=0.4)
    hired = village.sellers.post.sum()
    idle = (village.sellers.selling == 0).sum()
    assert 0.25 * idle < hired < 0.55 * idle
    assert village.ledger.lines["posts_subsidies"] == 2140.0 * hired
    posted(village, subsidy=2140.0, filled=0.4)
    assert village.sellers.post.sum() == hired
    assert "posts_subsidies" not in village.ledger.lines


def test_public_posts_are_paid_by_the_government_and_without_a_subsidy(grown):
    village = grown.branch()
    clear_posts(village)
    village.ledger.open_week()
    before = village.ledger.balance["government"]
    everybody = np.ones(village.women)
    take_posts(village, everybody, 2000.0, 500.0, "government", at_home=True)
    paid = before - village.ledger.balance["government"]
    assert paid == pytest.approx(village.sellers.post_wage.sum())
    assert "posts_subsidies" not in village.ledger.lines


def with_posts(dose=1.0, background=None, women=60):
    use = delivery("home_streaming_posts", coverage=1.0, dose=dose, target={})
    base = small_setup(women=women, weeks=60, measures=(use,), programme=PROGRAMME)
    if background is None:
        return base
    return replace(base, measures=(), programme=None, background=background)


def test_a_post_brings_income_takes_leisure_and_ends_with_the_programme():
    week = PROGRAMME.start + 5
    none, half, full = (Village(with_posts(d), 2).run(week) for d in (0.0, 0.5, 1.0))
    rows = np.flatnonzero(full.sellers.post)
    income = [v.sellers.income[rows].mean() for v in (none, half, full)]
    leisure = [v.sellers.hours_leisure[rows].mean() for v in (none, half, full)]
    assert income[0] < income[1] < income[2]
    assert leisure[0] > leisure[1] > leisure[2]
    over = full.run(PROGRAMME.stop + 1).sellers
    assert over.post.sum() == over.post_wage.sum() == over.hours_post.sum() == 0.0


def test_money_hours_and_causes_of_income_add_up_with_posts():
    village = Village(with_posts(), 2)
    s, means = village.sellers, []
    for _ in range(40):
        village.step()
        means.append(s.income.mean())
        assert village.ledger.imbalance() < 1e-9
        week = s.hours_care + s.hours_farm + s.hours_programme + s.hours_selling + s.hours_leisure
        np.testing.assert_allclose(week, village.p.waking_hours, rtol=1e-12)
        assert (s.hours_post <= s.hours_farm).all()
    causes = village.causes.frame("income")
    assert causes["posts"].abs().sum() > 0.0
    told = causes.sum(axis=1).to_numpy()[1:]
    np.testing.assert_allclose(told, np.diff(means), atol=1e-8 * max(means))


def test_mothers_posts_go_to_few_mothers_of_small_children_while_they_last():
    background = Background(pioneer=True, mothers_posts=(5, 30))
    village = Village(with_posts(background=background, women=200), 3).run(10)
    s, f, p = village.sellers, village.families, village.p
    rows = np.flatnonzero(s.post)
    offered = p.mompost_posts / 100 * 200 * p.mompost_filled
    assert int(offered) <= rows.size <= int(offered) + 1
    family = s.family[rows].astype(int)
    assert ((f.children_u6 + f.children_6_12)[family] > 0).all()
    assert (s.post_wage[rows] <= p.mompost_wage * 12 / 52).all()
    held = set(rows.tolist())
    later = village.run(20).sellers
    assert {r for r in held if later.selling[r] == 0} <= set(np.flatnonzero(later.post).tolist())
    assert village.run(31).sellers.post.sum() == 0.0


def test_the_wage_of_a_post_is_outside_income_and_farm_work_is_paid_by_its_own_hours(grown):
    village = grown.branch()
    posted(village)
    s = village.sellers
    s.hours_farm[:] = s.hours_post + 13.0
    village.accounts.last = {}
    money(village)
    kept = village.p.outside_return
    farm = s.outside_wage * (kept + (1 - kept) * 13.0 / village.p.farm_hours)
    np.testing.assert_allclose(s.income_outside, farm + s.post_wage)
