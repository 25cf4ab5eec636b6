"""Patterns: their estimators on series whose answer is known, and rows that can fail."""

import json
import math
import re

import numpy as np
import pytest

from experiments import patterns_burden, patterns_libei
from experiments.patterns import PATTERNS, check_patterns
from experiments.patterns_base import (
    Window,
    around,
    figure_of,
    median_figure,
    number,
    part_over_seeds,
    ratio_figure,
    row,
    target,
)
from experiments.patterns_end import LastWeeks, against
from experiments.patterns_runs import (
    KEPT,
    WEEKS_OF_RIVALRY,
    Change,
    TieWeek,
    fastest_entry,
    last_dear_quarter,
    price_war,
    rivalry,
    starts_of,
)
from experiments.patterns_setups import KINDS

QUARTER = 13
SMALL = {"village.women": 200}  # few sell in an ordinary village: some figures are missing
SURE = {"F1", "F2", "F3", "F7", "F8", "F9", "F10", "F13", "F17", "F20"}


@pytest.fixture(scope="module")
def judged():
    """All patterns, and what a report would carry of their runs."""
    runs = {}
    return check_patterns(replications=2, overrides=SMALL, carry=runs.update), runs


@pytest.fixture(scope="module")
def rows(judged):
    return {row.id: row for row in judged[0]}


# --- On few villages ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", PATTERNS)
def test_every_pattern_gives_a_well_formed_row(rows, name):
    found = rows[name]
    assert found.kind in {"built in", "calibrated", "emergent"}
    assert found.replications == 2
    assert found.kind == PATTERNS[name].kind
    assert (found.failing is not None) == (found.kind == "emergent")
    assert (found.figure_value, found.low, found.high) == (
        found.parts[0].value, found.parts[0].low, found.parts[0].high,
    )
    assert found.holds == all(part.holds for part in found.parts if part.window is not None)
    for part in found.parts:
        assert math.isfinite(part.value) or name not in SURE, part.name
        assert set(part.label) == {"en", "zh"}
        if part.inside is None and part.window is not None:
            assert part.holds == part.window.holds(part.value)


def test_a_report_carries_runs_of_every_kind(judged):
    told = judged[1]
    assert {run["arm"] for run in told["runs"]} == KINDS.keys()
    assert all(any(number is not None for number in run["numbers"]) for run in told["runs"])
    assert len({run["sha256"] for run in told["runs"]}) > len(told["runs"]) / 2
    assert len(json.dumps(told)) < 100_000


def test_figures_are_text_without_words(rows):
    for found in rows.values():
        assert not re.search(r"[A-Za-z\u4e00-\u9fff]", found.figure.replace("e", ""))


def test_the_same_seeds_give_the_same_rows_in_one_or_two_processes(rows):
    (twice,) = check_patterns(("F7",), 2, 2, overrides=SMALL)
    assert twice == rows["F7"]


def test_the_price_war_fails_where_prices_stay():
    still = {"parameters.price_adjust_use": 0.01, "parameters.price_adjust_rivals": 0.02}
    (found,) = check_patterns(("F2",), 2, overrides=still)
    price = found.parts[0]
    assert price.name == "f2_price"
    assert price.value > price.window.high
    assert not found.holds


def test_trust_stays_where_rivals_do_no_harm():
    kind = {
        "parameters.rivalry_trust": 0.0,
        "parameters.rivalry_gap": 0.0,
        "parameters.rivalry_orders": 0.0,
    }
    (found,) = check_patterns(("F3",), 2, overrides=kind)
    trust = found.parts[0]
    assert trust.name == "f3_trust"
    assert not trust.holds


def test_an_unknown_pattern_is_refused():
    with pytest.raises(KeyError):
        check_patterns(("F99",))


# --- Known answers -----------------------------------------------------------------------------


def test_a_logistic_curve_gives_its_own_rate():
    weeks = np.arange(353.0)
    for rate in (0.03, 0.048, 0.08):
        shops = 125.0 / (1.0 + 124.0 * np.exp(-rate * weeks))
        shops[-60:] = 125.0
        assert patterns_libei.logistic_rate(shops) == pytest.approx(rate, rel=1e-3)


def test_the_boom_ends_with_the_last_quarter_near_the_peak():
    assert last_dear_quarter(np.repeat([2.0, 2.0, 1.95, 1.93, 1.0], QUARTER)) == 2


def test_the_price_war_of_a_made_up_village_is_read_as_written():
    weeks, women = 312, 3
    boom = 52
    price = np.where(np.arange(weeks) < boom, 2.0, 1.2)
    sales = np.where(np.arange(weeks)[:, None] < boom, 100.0, 80.0) * np.ones(women)
    profit = sales * np.where(np.arange(weeks)[:, None] < boom, 0.3, 0.1)
    selling = np.ones((weeks, women), dtype=bool)
    war = price_war(price, np.full(weeks, 3.0), sales, profit, selling)
    assert patterns_libei.fall(war.price) == pytest.approx(-0.4)
    assert war.margin_shop == Change(pytest.approx(0.3), pytest.approx(0.1))
    assert war.sales_per_shop == Change(pytest.approx(100.0), pytest.approx(80.0))
    assert patterns_libei.fall(war.profit_per_shop) == pytest.approx(-11 / 15)


def test_only_ties_between_women_who_go_on_selling_are_followed():
    weeks = 260
    opened = np.zeros(weeks)
    opened[40:53] = 5.0
    columns = {name: np.ones(weeks) for name in KEPT} | {"opened": opened, "closed": 0.0 * opened}
    centre = fastest_entry(opened, 0.0 * opened)
    pairs = np.array([0 * 3 + 1, 0 * 3 + 2, 1 * 3 + 0, 2 * 3 + 0])
    ties = []
    for week in range(weeks):
        later = week > centre + WEEKS_OF_RIVALRY // 2
        trust = np.array([0.4, 0.1, 0.4, 0.1]) if later else np.array([0.8, 0.9, 0.8, 0.9])
        ties.append(TieWeek(pairs, trust, trust / 2, np.array([True, True, not later])))
    seen = rivalry(ties, columns)
    assert (seen.week, seen.ties) == (46, 2)
    assert seen.trust == Change(pytest.approx(1.6), pytest.approx(0.8))
    assert seen.know_how == Change(pytest.approx(0.8), pytest.approx(0.4))


def test_only_first_starts_kept_for_half_a_year_are_counted():
    weeks, women = 120, 3
    selling = np.zeros((weeks, women))
    selling[60:, 0] = 1.0  # counted
    selling[60:70, 1] = 1.0  # closes too soon
    selling[100:, 2] = 1.0  # the run ends too soon
    hours = {
        "selling": selling,
        "hours_selling": 20.0 * selling,
        "hours_leisure": 50.0 - 15.0 * selling,
        "hours_care": np.full((weeks, women), 26.0),
        "care_man": np.full((weeks, women), 10.0),
        "sales": 100.0 * selling,
    }
    found = starts_of(hours, np.array([True, True, True]), np.zeros((3, 0)))
    assert (found.starts, found.husbands) == (1, 1)
    assert found.leisure == Change(50.0, 35.0)
    assert found.selling == Change(0.0, 20.0)
    judged = patterns_burden.double_burden([found, found], None)
    assert judged.holds
    assert next(p for p in judged.parts if p.name == "f7_leisure").value == pytest.approx(0.75)


def streamers(full: int, above: int, *, hours: float, wish: float) -> np.ndarray:
    burnout = np.where(np.arange(full) < above, 0.6, 0.2)
    return np.stack([np.full(full, wish), np.full(full, hours), burnout])


def test_burnout_among_streamers_is_counted_by_hand():
    usual = np.concatenate(
        [streamers(100, 50, hours=60, wish=1), streamers(100, 20, hours=40, wish=1),
         streamers(100, 10, hours=20, wish=0)], axis=1,
    )
    more = np.concatenate([streamers(200, 90, hours=60, wish=1), usual[:, 200:]], axis=1)
    values = type("Numbers", (), {"burnout_cutoff": 0.47})()
    found = patterns_burden.streamers_row([usual] * 4, [more] * 4, values, ("libei",))
    parts = {p.name: p.value for p in found.parts}
    assert parts["f8_above"] == pytest.approx(0.35)
    assert parts["f8_odds"] == pytest.approx((50 * 170) / (30 * 50))
    assert parts["f8_part_time"] == pytest.approx(0.10 / 0.35)
    assert parts["f8_moves"] == pytest.approx(0.10)
    assert found.holds


def test_the_cutoff_lies_where_as_many_are_above_as_counted():
    seen = np.stack([np.ones(1001), np.full(1001, 60.0), np.linspace(0.0, 1.0, 1001)])
    found = patterns_burden.cutoff_part([seen, seen], 2)
    assert found.value == pytest.approx(1.0 - target("burnout_prev_ft").default, abs=2e-3)


def test_what_is_lost_after_a_project_is_a_part_of_the_paired_gain():
    def weeks(burnout, later, governance):
        columns = {name: np.full(60, 0.5) for name in KEPT}
        reached = np.array([True, False])
        both = np.array([[burnout, 9.0], [later, 9.0]])
        return LastWeeks(both, both * 0.0, governance, columns, reached, 1, 30)

    end = against(weeks(0.5, 0.5, (0.0, 0.0)), weeks(0.3, 0.4, (0.6, 0.54)))
    assert end.burnout == Change(pytest.approx(-0.2), pytest.approx(-0.1))
    gone = patterns_libei.lost("f14_burnout", [end.burnout] * 2, patterns_libei.GONE)
    kept = patterns_libei.lost(
        "f14_governance_self_run", [end.governance] * 2, patterns_libei.KEPT_BY_SELF_RUN
    )
    assert (gone.value, kept.value) == (pytest.approx(0.5), pytest.approx(0.1))
    assert gone.holds
    assert kept.holds


# --- Figures and rows --------------------------------------------------------------------------


def test_an_interval_holds_the_figure_and_narrows_with_replications():
    luck = np.random.default_rng(1)
    few, many = (median_figure(luck.normal(5.0, 1.0, count)) for count in (10, 400))
    assert few.low < few.value < few.high
    assert many.high - many.low < few.high - few.low
    assert many.low < 5.0 < many.high


def test_one_replication_has_no_interval():
    only = median_figure([3.0])
    assert only.value == 3.0
    assert math.isnan(only.low)


def test_a_quotient_of_sums_weighs_large_villages_more():
    assert ratio_figure([1.0, 9.0], [10.0, 10.0]).value == 0.5
    assert ratio_figure([8.0], [10.0], -1.0).value == pytest.approx(-0.2)


def test_a_median_inside_is_not_enough_when_most_villages_lie_outside():
    lucky = part_over_seeds("f1_shops", [90.0, 115.0, 140.0], Window(100, 130))
    assert lucky.value == 115.0
    assert lucky.inside == pytest.approx(1 / 3)
    assert not lucky.holds
    assert not row("F1", "calibrated", [lucky], 3).holds


def test_a_missing_figure_does_not_hold():
    assert not Window().holds(math.nan)
    assert number(figure_of(lambda _picked: math.nan, 2).low) == "–"


def test_targets_are_kept_apart_from_inputs():
    with pytest.raises(ValueError, match="no target"):
        target("tau_chronic")
    with pytest.raises(ValueError, match="outside"):
        around(target("libei_size_shops"), 200, 300)
