"""What goes on without the project: programmes of others, circumstances, an early end, targets."""

from dataclasses import replace

import numpy as np
import pytest

from model.mechanism import Delivery
from model.parameters import DECLARED, Values
from model.phases.measures import in_target
from model.setup import Programme
from model.village import Village
from scenarios import load_scenario
from scenarios.catalogue import MEASURES, resolve
from scenarios.programmes import programmes
from scenarios.schema import MeasureUse
from tests.strategies import PROGRAMME, delivery, same_bits, small_setup

NAMES = sorted(programmes())


def of_others(name, start=4, stop=60, **changes):
    use = MeasureUse(measure=name, start=start, stop=stop)
    return replace(resolve(use, programmes()[name], Values()), **changes)


def village_with(*others: Delivery, seed=2, weeks=60, **changes):
    setup = small_setup(women=90, weeks=weeks, **changes)
    return Village(replace(setup, background=replace(setup.background, programmes=others)), seed)


@pytest.mark.parametrize("name", NAMES)
def test_a_programme_of_others_changes_the_village_and_conserves_money(name):
    without, having = village_with().run(40), village_with(of_others(name, coverage=1.0)).run(40)
    changed = {n for n in same_bits(without, having) if n.startswith(("sellers.", "families."))}
    known = having.government.targeting != without.government.targeting
    assert known or changed - {"sellers.hours_programme"}
    total = sum(float(c.sum()) for c in having.ledger.columns.values())
    assert abs(total + sum(having.ledger.balance.values())) < 1e-6 * having.ledger.turnover


@pytest.mark.parametrize("programme", [None, PROGRAMME], ids=["no project", "a project"])
def test_any_measure_of_others_costs_the_project_nothing_and_wins_it_no_trust(programme):
    theirs = [delivery(name, start=2, stop=20, coverage=1.0) for name in MEASURES]
    village = village_with(*theirs, programme=programme).run(9)
    assert village.accounts.spent == village.accounts.cost == 0.0
    assert village.ledger.balance.get("programme", 0.0) == 0.0
    np.testing.assert_array_equal(village.sellers.trust_worker, village.p.trust_worker_start)


def test_causes_add_up_with_every_programme_of_others():
    village = village_with(*(of_others(name) for name in NAMES), weeks=40).run(40)
    for outcome in ("income", "burnout", "trust"):
        moved = np.diff(village.history.column(outcome)[5:40])
        told = village.causes.frame(outcome).sum(axis=1).to_numpy()[6:40]
        np.testing.assert_allclose(told, moved, atol=1e-9)


@pytest.mark.parametrize("change", [{"dose": 0.0}, {"coverage": 0.0}, {"start": 59, "stop": 60}])
def test_a_programme_of_others_at_no_dose_changes_no_bit(change):
    nothing = of_others("media_trainings", **change)
    assert same_bits(village_with().run(40), village_with(nothing).run(40)) == []


def test_more_of_it_does_more():
    doses = (0.0, 0.1, 0.4)
    taught = [
        village_with(of_others("online_school_and_contests", dose=dose, coverage=1.0))
        .run(30).sellers.taught.sum()
        for dose in doses
    ]  # fmt: skip
    assert taught[0] < taught[1] < taught[2]


def test_what_others_do_takes_no_hour_and_no_yuan_of_the_project():
    course = of_others("online_school_and_contests", dose=1.0, coverage=1.0)
    work = {"programme": PROGRAMME, "measures": ("sail_group",)}
    alone, beside = village_with(**work).run(25), village_with(course, **work).run(25)
    assert beside.accounts.served == pytest.approx(alone.accounts.served, rel=0.2)
    posts = PROGRAMME.workers * alone.p.post_cost / 52.0 * (25 - PROGRAMME.start)
    assert beside.accounts.spent - posts == pytest.approx(alone.accounts.spent - posts, rel=0.2)
    assert beside.ledger.lines["background"] > 0.0
    nobody = village_with(course).run(25)
    assert nobody.accounts.cost == nobody.accounts.spent == 0.0
    assert nobody.sellers.reached.sum() == 0.0


def test_a_measure_that_others_carry_out_costs_them_its_workers_hours():
    group = delivery("sail_group", start=4, stop=60, sponsor="government", coverage=1.0)
    free = replace(group, hours=0.0)
    week = {}
    for name, course in (("paid", group), ("free", free)):
        village = village_with(course).run(12)
        week[name] = village.ledger.lines["background"]
    p = Values()
    an_hour = p.post_cost / (52.0 * p.direct_hours * (1.0 - p.admin_load))
    assert week["paid"] / week["free"] == pytest.approx((group.cost + 4 * an_hour) / group.cost)


def test_backgrounds_go_on_in_every_arm():
    scenario = load_scenario("rongjiang")
    for layers in ((), ("micro",), ("micro", "meso", "macro")):
        assert scenario.arm(layers).setup().background == scenario.setup().background
    boom = scenario.setup().background.match_boom
    assert boom == (124, scenario.weeks, 52)


# --- The project's weeks -----------------------------------------------------------------------


def test_a_project_without_an_end_lasts_as_long_as_projects_do():
    declared = round(DECLARED["project_weeks"].default)
    assert load_scenario("libei", {"programme.stop": None}).programme.stop == 208 + declared
    longer = {"programme.stop": None, "parameters.project_weeks": 156}
    scenario = load_scenario("libei", longer | {"programme.money": 900_000})
    assert scenario.programme.stop == 208 + 156
    assert {use.stop for use in scenario.setup().measures} == {208 + 156}


EARLY = {
    "village.women": 60, "weeks": 60, "programme.start": 10, "programme.stop": 40,
    "shocks": [{"shock": "project_ends_early", "week": 20}],
}  # fmt: skip


def test_a_project_that_ends_early_ends_in_every_arm():
    scenario = load_scenario("libei", EARLY)
    assert scenario.horizons()["end"] == 20
    for layers in ((), ("micro", "meso", "macro")):
        setup = scenario.arm(layers).setup()
        assert (setup.programme.start, setup.programme.stop) == (10, 20)
        assert all(measure.stop <= 20 for measure in setup.measures)
        assert setup.shocks == ()


def test_nobody_knows_beforehand_that_a_project_ends_early():
    early = load_scenario("libei", EARLY).village(1).run(20)
    whole = load_scenario("libei", {k: v for k, v in EARLY.items() if k != "shocks"}).village(1)
    assert same_bits(early, whole.run(20)) == []
    served = early.accounts.served
    assert served > 0.0
    early.run(21)
    assert early.workers == []
    assert early.accounts.cost == early.accounts.served == 0.0


def test_measures_of_their_own_weeks_end_with_the_project():
    late = [{"measure": "tea_talk", "start": 25, "stop": 30}]
    own = [{"measure": "sail_group", "start": 12, "stop": 30}]
    setup = load_scenario("libei", EARLY | {"measures": own + late}).setup()
    assert [(m.measure, m.start, m.stop) for m in setup.measures] == [("sail_group", 12, 20)]


# --- Targets -----------------------------------------------------------------------------------


def test_targets_ask_what_is_no_column_of_her_own():
    village = Village(small_setup(women=120), 1).run(20)
    s, f = village.sellers, village.families
    rows = s.family.astype(int)
    s.lead[:] = -1.0
    s.lead[3] = s.lead[4] = 7.0
    s.coop[:], s.association[:] = -1.0, 0.0
    s.coop[5], s.association[6] = 0.0, 1.0
    s.knows[:] = 0.0
    s.knows[[1, 2]] = 0.4, 0.6
    assert np.flatnonzero(in_target(village, {"leads": True})).tolist() == [7]
    assert np.flatnonzero(in_target(village, {"in_body": True})).tolist() == [5, 6]
    assert np.flatnonzero(in_target(village, {"knows": True})).tolist() == [2]
    assert in_target(village, {"knows": False}).sum() == 119
    young = (f.children_u6 + f.children_6_12)[rows] > 0.0
    np.testing.assert_array_equal(in_target(village, {"children": True}), young)
    np.testing.assert_array_equal(in_target(village, {"elders": True}), f.elders_need[rows] > 0.0)
    both = in_target(village, {"children": True, "full_time": True, "signal": True})
    np.testing.assert_array_equal(both, young & (s.full_time > 0.0) & (s.signal > 0.0))


def test_a_star_is_known_and_has_fans():
    setup = small_setup(women=120, weeks=40)
    bright = replace(setup, background=replace(setup.background, star=True))
    plain, star = Village(setup, 3).run(2), Village(bright, 3).run(2)
    first = int(np.argmax(plain.sellers.weeks_open))
    assert star.sellers.appeal[first] >= star.p.star_appeal
    assert star.sellers.fans[first] > plain.sellers.fans[first] + 1.0
    known = np.diff(star.ties.start)[first] - np.diff(plain.ties.start)[first]
    assert known == pytest.approx(star.p.star_known * 120, rel=0.5)
    dark = replace(setup, background=replace(setup.background, pioneer=False, star=True))
    without = replace(setup, background=replace(setup.background, pioneer=False))
    assert same_bits(Village(dark, 3).run(6), Village(without, 3).run(6)) == []


def test_a_programme_that_is_planned_longer_keeps_its_posts_money():
    short = Programme(start=10, stop=20, workers=2, money=120_000.0)
    planned = replace(short, planned_stop=40)
    spent = [
        village_with(measures=("sail_group", "tea_talk"), programme=programme)
        .run(20).accounts.spent
        for programme in (short, planned)
    ]  # fmt: skip
    assert spent[1] <= spent[0]


def test_what_others_begin_after_the_last_week_never_begins():
    short = load_scenario("cooperative", {
        "village.women": 60, "weeks": 30, "programme.start": 5, "programme.stop": 25,
    })  # fmt: skip
    late = [use.measure for use in short.background.measures if use.start >= 30]
    assert late
    assert not short.setup().background.programmes
