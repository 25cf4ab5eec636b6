"""Readers of patterns on hand-made runs whose answer is known, and windows that hold targets."""

from types import SimpleNamespace

import numpy as np
import pytest

from experiments import (
    patterns_bodies,
    patterns_events,
    patterns_market,
    patterns_people,
    patterns_training,
)
from experiments.patterns_trial import Given, Sum, branch, by_lot, gain, itself, readings, trimmed
from model.mechanism import Mechanism
from model.parameters import DECLARED, Values
from model.village import Village
from scenarios.catalogue import MECHANISMS
from tests.strategies import same_bits, small_setup


def parts_of(read, *runs):
    found = read(*runs, Values())
    return found, {part.name: part.value for part in found.parts}


def constant(value, women=20):
    return np.full(women, value)


def one(value):
    return Sum(value, 1.0)


# --- Known answers -----------------------------------------------------------------------------


def test_a_class_that_is_half_forgotten_and_a_followed_one_that_is_not():
    run = {
        "class_sales_225": constant(0.06), "class_sales_264": constant(0.024),
        "followed_sales_225": constant(0.06), "followed_sales_264": constant(0.054),
        "all_sales_225": constant(0.01),
    }
    found, values = parts_of(patterns_training.one_off, [run, run])
    assert values["f4_gain"] == pytest.approx(0.06)
    assert values["f4_kept"] == pytest.approx(0.4)
    assert values["f4_kept_followed"] == pytest.approx(0.9)
    assert values["f4_women"] == 40
    assert found.holds
    stays = {**run, "class_sales_264": constant(0.05)}
    assert not patterns_training.one_off([stays, stays], Values()).holds


def test_the_better_of_two_contents_is_set_against_the_class():
    run = {
        "class_income_260": constant(0.02), "initiative_income_260": constant(0.03),
        "mentor_income_260": constant(0.05), "mentor_income_312": constant(0.02),
    }
    found, values = parts_of(patterns_training.content, [run, run])
    assert values["f5_ratio"] == pytest.approx(2.5)
    assert values["f5_mentor_kept"] == pytest.approx(0.4)
    assert found.holds


def test_a_circle_of_rivals_gains_half():
    run = {
        "mixed_sales_260": constant(0.08), "mixed_sales_312": constant(0.07),
        "same_sales_260": constant(0.04),
    }
    found, values = parts_of(patterns_training.circles, [run, run])
    assert values["f6_rivals"] == pytest.approx(0.5)
    assert values["f6_kept"] == pytest.approx(0.875)
    assert found.holds


def test_kit_counts_as_idle_where_it_lies():
    run = {
        "alone": Sum(6.0, 10.0), "trained": Sum(2.0, 10.0), "alone_closed": Sum(3.0, 6.0),
        "trained_closed": Sum(1.0, 2.0),
    }
    found, values = parts_of(patterns_training.idle_kit, [run, run])
    assert (values["f18_alone"], values["f18_trained"], values["f18_closed"]) == (0.6, 0.2, 0.5)
    assert found.holds


def test_access_and_gap_are_relative_and_the_gap_before_is_a_part_of_it():
    access = {
        "with": Sum(101.0, 1.0), "without": Sum(100.0, 1.0), "twin": Sum(100.0, 1.0),
        "with_selling": Sum(3.0, 100.0),
    }
    gaps = {
        "gap_sellers": one(180.0), "gap_others": one(100.0),
        "before_sellers": one(120.0), "before_others": one(100.0),
    }
    found = patterns_market.selection([access, access], [gaps, gaps])
    values = {part.name: part.value for part in found.parts}
    assert values["f9_access"] == pytest.approx(0.01)
    assert values["f9_gap"] == pytest.approx(0.8)
    assert values["f9_before"] == pytest.approx(0.25)
    assert found.holds


def test_concentration_must_lie_between_in_both_places():
    def places(*shares):
        return {
            name: [SimpleNamespace(top_share=share)] * 2
            for name, share in zip(("libei", "ordinary_village"), shares, strict=True)
        }

    assert patterns_market.concentration(places(0.7, 0.5)).holds
    assert not patterns_market.concentration(places(0.8, 0.5)).holds


def test_followers_are_read_in_logs_against_their_own_before():
    half, most = float(np.log(0.5)), float(np.log(0.9))
    run = {f"{arm}_{what}": Sum(2 * half, 2.0) for arm in ("alone", "own", "cooperative")
           for what in ("fall", "later", "still", "followers")}
    run |= {"own_later": Sum(most, 1.0), "cooperative_later": Sum(most, 1.0)}
    found, values = parts_of(patterns_bodies.lead_leaves, [run, run])
    assert values["f11_fall"] == pytest.approx(-0.5)
    assert values["f11_own"] == pytest.approx(0.9)
    assert found.holds
    alike = {**run, "alone_later": Sum(most, 1.0)}
    assert not patterns_bodies.lead_leaves([alike, alike], Values()).holds


def test_shells_endings_and_the_poorest_of_made_up_cooperatives():
    def run(shell, poorest):
        found = {}
        for kind, on_paper in (("pushed", shell), ("own", 0.0)):
            for name, ended in (("poor", 1.0), ("good", 0.25)):
                found |= {
                    f"{kind}_{name}_shell": one(on_paper), f"{kind}_{name}_ended": one(ended),
                    f"{kind}_{name}_gain": Sum(100.0, 10.0),
                    f"{kind}_{name}_poorest": Sum(poorest, 3.0),
                }
        return found

    found, values = parts_of(patterns_bodies.shells, [run(0.3, 0.0), run(0.4, 0.3)])
    assert values["f12_pushed"] == pytest.approx(0.35)
    assert values["f12_ended"] == pytest.approx(4.0)
    assert values["f12_members"] == pytest.approx(10.0)
    assert found.holds
    rich, values = parts_of(patterns_bodies.shells, [run(0.35, 30.0), run(0.35, 33.0)])
    assert values["f12_sure"] == 1.0
    assert not rich.holds


def test_contributions_are_those_of_the_last_round_over_the_first():
    run = {
        "without": Sum(0.3, 0.6), "without_alive": one(1.0),
        "with": Sum(0.45, 0.5), "with_alive": one(1.0),
    }
    found, values = parts_of(patterns_bodies.free_riding, [run, run])
    assert values["f13_without"] == pytest.approx(-0.5)
    assert values["f13_with"] == pytest.approx(0.9)
    assert found.holds


def test_a_burst_holds_by_thinner_gains_or_by_entry_and_fails_without_either():
    def run(third, shops):
        years = {f"yearly_year_{i}": one(100.0 + i) for i in range(3)}
        years |= {f"none_year_{i}": one(90.0) for i in range(3)}
        years |= {f"once_year_{i}": one(95.0) for i in range(3)}
        years |= {f"none_per_shop_{i}": one(10.0) for i in range(3)}
        gains = {"yearly_per_shop_0": one(15.0), "yearly_per_shop_2": one(third)}
        counts = {"yearly_shops": one(shops), "none_shops": one(50.0)}
        return {**years, **gains, **counts, "peak": one(6.0), "half": one(1.0)}

    def holds(third, shops):
        return patterns_events.viral_burst([run(third, shops)] * 2, Values()).holds

    assert holds(14.0, 50.0)
    assert holds(16.0, 56.0)
    assert not holds(16.0, 54.0)


def test_legal_training_is_a_ratio_of_counts():
    run = {
        "none_begun": one(10.0), "taught_begun": one(5.0), "none_throttled": one(30.0),
        "taught_throttled": one(18.0), "women": one(12.0),
    }
    found, values = parts_of(patterns_people.legal_training, [run, run])
    assert values["f16_begun"] == pytest.approx(-0.5)
    assert values["f16_throttled"] == pytest.approx(-0.4)
    assert values["f16_counted"] == 20
    assert found.holds


def test_family_work_must_do_nothing_at_two_and_last_at_twelve():
    run = {f"{dose}_{what}": Sum(1.2, 60.0) for dose in (2, 12, 15)
           for what in ("after", "month_21", "largest")}
    run["2_largest"] = Sum(0.0, 60.0)
    found, values = parts_of(patterns_people.family_dose, [run, run])
    assert values["f17_twelve"] == pytest.approx(0.02)
    assert found.holds
    gone = {**run, "12_month_21": Sum(0.0, 60.0)}
    assert not patterns_people.family_dose([gone, gone], Values()).holds


def test_a_cold_chain_pays_the_upper_half_only():
    run = {
        "loss_fresh": Sum(-1.4, 10.0), "loss_craft": Sum(0.0, 3.0),
        "fresh_lower": Sum(-10.0, 5.0), "fresh_upper": Sum(50.0, 5.0),
        "craft_upper": Sum(0.0, 2.0),
    }
    found, values = parts_of(patterns_market.cold_chain, [run, run])
    assert values["f19_loss_fresh"] == pytest.approx(-0.14)
    assert (values["f19_lower"], values["f19_upper"]) == (-2.0, 10.0)
    assert found.holds
    cheap = {**run, "fresh_lower": Sum(5.0, 5.0)}
    assert not patterns_market.cold_chain([cheap, cheap], Values()).holds


def test_newcomers_are_judged_by_incumbents_and_by_the_part_of_the_rise():
    run = {
        "none_mean": one(400.0), "many_mean": one(360.0), "none_median": one(350.0),
        "many_median": one(330.0), "none_shops": one(30.0), "many_shops": one(60.0),
        "none_sales": one(1000.0), "many_sales": one(1200.0),
    }
    found, values = parts_of(patterns_market.onboarding, [run, run])
    assert values["f20_mean"] == pytest.approx(-0.1)
    assert values["f20_part"] == pytest.approx(0.2)
    assert found.holds


# --- Parts of watching -------------------------------------------------------------------------


def test_trimmed_means_pool_women_and_leave_out_both_ends():
    runs = [{"a": np.array([0.1] * 9 + [50.0])}, {"a": np.array([0.1] * 9 + [-50.0])}]
    assert gain(runs, itself, "a").value == pytest.approx(0.1)
    assert np.isnan(trimmed(np.zeros(0)))


def test_two_logs_of_sales_are_differences_of_women_who_sell_in_both_arms():
    after, before = np.array([2.0, 0.0, 8.0]), np.array([1.0, 3.0, 4.0])
    found = patterns_bodies.log_ratio(after, before)
    assert found.total == pytest.approx(2 * np.log(2.0))
    assert found.count == 2.0


def test_half_of_a_burst_is_gone_in_the_first_week_below_half_of_its_excess():
    assert patterns_events.half_gone(np.array([5.0, 4.0, 3.0, 2.0])) == 2.0
    assert np.isnan(patterns_events.half_gone(np.array([5.0, 4.9, 4.8])))


def test_a_circle_takes_goods_in_turn():
    category = np.array([1, 1, 1, 1, 0, 2])
    taken = patterns_training.in_turn(category, np.arange(6), 4)
    assert sorted(category[taken].tolist()) == [0, 1, 1, 2]


class Counted(Mechanism):
    """Counts what it is handed, in savings of nobody."""

    def apply(self, village, service):
        village.sellers.identity += service.effect


def test_what_is_given_reaches_the_picked_women_in_the_weeks_meant():
    village = Village(small_setup(), 1).run(5)
    rows = np.array([3, 7])
    given = Given(Counted(), rows, 0.5, 6, 12, 2.0, every=3)
    arm = branch(village, [given])
    before = arm.sellers.identity.copy()
    arm.run(7)
    assert (arm.sellers.identity - before)[rows] == pytest.approx(0.5, rel=0.02)
    assert arm.sellers.hours_programme[rows] == pytest.approx(1.0)
    arm.run(20)
    others = np.setdiff1d(np.arange(village.women), rows)
    assert (arm.sellers.identity - before)[rows] == pytest.approx(1.0, rel=0.2)
    assert not (arm.sellers.identity - before)[others].any()
    nothing = branch(village, [Given(Counted(), rows, 0.0, 6, 12)])
    assert same_bits(branch(village).run(20), nothing.run(20)) == []


def test_the_lot_is_the_same_in_every_arm_and_never_empty_where_there_is_one():
    village = Village(small_setup(), 1).run(5)
    among = np.arange(village.women) < 20
    assert by_lot(village, among, 6).tolist() == by_lot(branch(village), among, 6).tolist()
    assert by_lot(village, among, 0).size == 1
    assert by_lot(village, among & ~among, 3).size == 0


def test_a_reading_is_a_mean_over_the_weeks_up_to_its_horizon():
    village = Village(small_setup(), 1).run(20)
    sales = []
    twin = branch(village)
    for _ in range(8):
        twin.step()
        sales.append(twin.sellers.sales.copy())
    found = readings(branch(village), (24, 28))
    assert found[24].sales == pytest.approx(np.mean(sales[:4], axis=0))
    assert found[28].sales == pytest.approx(np.mean(sales[4:], axis=0))


def test_contributions_are_read_back_from_the_activity_of_a_body():
    village = Village(small_setup(), 1).run(30)
    members = np.ones(village.women)
    arm = branch(village)
    body = patterns_bodies.found_body(arm, "association", members, 0.0)
    start = body.activity
    given = patterns_bodies.rounds(arm, body)
    assert 0.0 < given[0] < start
    assert (np.diff(given) < 0.0).all()


def test_penalties_are_counted_when_they_begin_and_while_they_last():
    village = Village(small_setup(parameters={"ban_share": 0.0}), 1).run(20)
    rows = np.arange(village.women)
    begun, throttled = patterns_people.penalties(branch(village), rows)
    assert 0.0 <= begun <= throttled


# --- Windows -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("window", "value"),
    [
        (patterns_market.GAP, DECLARED["ecom_hh_gap"].default / 100),
        (patterns_market.LITTLE, DECLARED["access_itt"].default),
        (patterns_bodies.SHELLS, DECLARED["coop_shell_push"].default),
        (patterns_people.FEWER, DECLARED["legal_training_rr"].default - 1.0),
        (
            patterns_market.LOSS_FRESH,
            DECLARED["spoil_cold"].default - DECLARED["spoil_nocold"].default,
        ),
        (patterns_events.BURST, DECLARED["viral_peak"].default),
        (patterns_training.GAIN, DECLARED["train_oneoff"].default),
        (
            patterns_bodies.ENDS_SOONER,
            DECLARED["coop_exit_poor"].default / DECLARED["coop_exit_good"].default,
        ),
    ],
)
def test_windows_hold_what_they_were_drawn_around(window, value):
    assert window.holds(value)


def test_new_shops_are_asked_for_from_the_low_end_of_the_target():
    assert pytest.approx(DECLARED["viral_entry"].low / 100) == patterns_events.ENTERS


def test_the_mechanisms_of_the_test_set_ups_are_those_of_the_catalogue():
    for name in ("course", "follow_up", "peer_circle", "equipment", "legal_course", "family_work",
                 "logistics", "market_event", "cooperative"):
        assert issubclass(MECHANISMS[name], Mechanism)
