"""Comparing scenarios, on a village whose answers are known by hand and on a tiny real one."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.stats import t

from benchmarks.statistics_answers import answers
from experiments import compare, comparison
from experiments.comparison import clock_of
from experiments.comparison_run import Task, run_compared
from experiments.costs import dominated, ratio_of_means
from experiments.equity import equity_frame, gini
from experiments.guardrails import Limit, guardrails_frame
from experiments.joint import (
    chance_larger,
    differences,
    joint_interval,
    student_of_held,
    verdicts,
)
from experiments.people import BASELINE, FARED, People
from experiments.placebo import Certificate, certify
from experiments.planning import Rule, next_round, widest_of
from experiments.run import one_run, seed_of
from experiments.statistics import student_interval
from model.errors import JinguoError
from scenarios import load_scenario
from scenarios.schema import MeasureUse, ShockSpec
from tests.chinese_joints import spoilt_joints
from tests.stand_in_village import PaperScenario
from viz.answers.compare import read_smallest
from viz.tables.compare import asked, compare_data, compare_tables, notes
from viz.words import Words

NONE = PaperScenario(name="none", layers=())
MICRO = PaperScenario(name="micro", layers=("micro",))
ALL = PaperScenario(name="all")


@pytest.fixture
def paper(monkeypatch):
    """The stand-in village has no measures to set to zero."""
    monkeypatch.setattr(comparison, "certify", lambda arm, *_: Certificate(arm, 0))


# --- The statistics on known answers -----------------------------------------------------------


@pytest.mark.parametrize("answer", list(answers(800, 400)), ids=lambda a: a.name)
def test_statistics_give_the_known_answers(answer):
    loose = 0.015  # fewer trials than in the benchmark
    assert answer.low - loose <= answer.figure <= answer.high + loose


def test_a_joint_interval_of_one_even_column_is_students():
    pairs = np.linspace(-1.0, 1.0, 30)[:, None]
    assert np.allclose(joint_interval(pairs), student_interval(pairs))


def test_a_joint_interval_reaches_further_to_the_side_of_the_tail_and_never_less_far():
    pairs = np.random.default_rng(1).exponential(size=(30, 1))
    (low, high), (near_low, near_high) = joint_interval(pairs), student_interval(pairs)
    assert low == near_low
    assert high > near_high + 0.05
    assert np.allclose(joint_interval(-pairs), [-high, -low])


def test_joint_intervals_widen_with_the_number_of_columns():
    pairs = np.random.default_rng(1).normal(size=(30, 6))
    low, high = joint_interval(pairs)
    alone_low, alone_high = student_interval(pairs)
    assert (low < alone_low).all()
    assert (high > alone_high).all()


def test_a_village_without_the_group_does_not_silence_a_joint_interval():
    pairs = np.random.default_rng(1).normal(5.0, 1.0, size=(30, 4))
    held = pairs.copy()
    held[:12, 1] = np.nan
    held[1:, 2] = np.nan
    found = np.array(joint_interval(held))
    assert np.isnan(found[:, 2]).all()
    whole = np.array(joint_interval(pairs[:, [0, 1, 3]]))  # three columns have an interval
    assert np.allclose(found[:, [0, 3]], whole[:, [0, 2]])
    short = np.array(joint_interval(pairs[12:, [0, 1, 3]]))  # the middle one of its own 18 pairs
    assert np.allclose(found[:, 1], short[:, 1])
    reach = t.ppf(1.0 - 0.05 / (2 * 3), 17) * pairs[12:, 1].std(ddof=1) / np.sqrt(18)
    middle = pairs[12:, 1].mean()
    assert np.ravel(student_of_held(held[:, [1]], 3)) == pytest.approx([middle - reach,
                                                                        middle + reach])
    found = differences(held, np.zeros_like(held))
    alone = student_interval(pairs[12:, 1:2])
    assert (found.student[0][1], found.student[1][1]) == pytest.approx(np.ravel(alone))
    assert found.own.replications.tolist() == [30, 18, 1, 30]


def test_joint_intervals_with_missing_pairs_still_hold_all_at_once():
    luck, wrong = np.random.default_rng(4), 0
    for _ in range(1000):
        pairs = luck.normal(size=(30, 6))
        pairs[luck.random(pairs.shape) < 0.3] = np.nan
        low, high = joint_interval(pairs)
        wrong += bool(((low > 0) | (high < 0)).any())
    assert 0.03 <= wrong / 1000 <= 0.065


def test_a_row_without_an_interval_does_not_drive_the_stopping_rule():
    rows = pd.DataFrame({"outcome": ["income", "burnout"], "joint_low": [-10.0, np.nan],
                         "joint_high": [10.0, np.nan]})
    least = {"income": 50.0, "burnout": 0.03}
    assert widest_of(rows, least) == pytest.approx(0.2)
    assert next_round(Rule(), 50, widest_of(rows, least)) == 50
    assert next_round(Rule(), 50, widest_of(rows[1:], least)) == 50
    wide = rows.assign(joint_high=[65.0, np.nan])  # half of 75 is 0.75 of what matters
    assert next_round(Rule(), 50, widest_of(wide, least)) == 113
    assert next_round(Rule(), 50, widest_of(wide, {"income": 0.0, "burnout": 0.0})) == 200


def test_verdicts_say_equivalent_only_inside_the_smallest_difference():
    low, high = np.array([-0.01, 0.01, -0.05, 0.01]), np.array([0.02, 0.02, -0.01, np.nan])
    least, good = np.full(4, 0.03), np.array([1, 1, -1, 1])
    said = verdicts(low, high, least, good)
    assert said == ["equivalent", "equivalent", "better", "not_resolved"]
    assert verdicts(low, high, np.zeros(4), -good)[1:3] == ["worse", "worse"]


def test_sizes_and_chances_of_pairs_that_are_known():
    without = np.array([[1.0], [2.0], [3.0]])
    found = differences(without + np.array([[1.0], [1.0], [2.0]]), without)
    assert found.size[0] == pytest.approx((4 / 3) / 1.0)
    assert found.paired_size[0] == pytest.approx((4 / 3) / np.std([1, 1, 2], ddof=1))
    assert found.chance[0] == 1.0
    assert chance_larger(np.array([[0.0], [0.0]]))[0][0] == 0.5


def test_a_cost_ratio_is_not_defined_where_the_effect_may_be_nothing():
    luck = np.random.default_rng(2)
    cost = luck.normal(1000.0, 10.0, 40)
    sure = ratio_of_means(cost, luck.normal(10.0, 1.0, 40))
    assert sure.low < 100.0 < sure.high
    assert np.isnan(ratio_of_means(cost, luck.normal(0.1, 5.0, 40)).estimate)


# --- Guardrails and equity on women who are known ----------------------------------------------


def women(income, burnout, selling=1.0, count=30):
    """A village of women who are all alike."""
    baseline = np.zeros((len(BASELINE), count), np.float32)
    baseline[BASELINE.index("income")] = np.arange(count)
    baseline[BASELINE.index("selling")] = selling
    baseline[BASELINE.index("older"), :5] = 1.0
    fared = np.zeros((len(FARED), 1, count), np.float32)
    fared[FARED.index("income")] = income
    fared[FARED.index("burnout")] = burnout
    return People(baseline, fared)


def judged(change_income, change_burnout, noise=0.0):
    luck = np.random.default_rng(3)
    base = [women(100.0 + luck.normal(), 0.4) for _ in range(20)]
    arm = [
        women(b.at("income")[0] + change_income + noise * luck.normal(), 0.4 + change_burnout)
        for b in base
    ]
    frame = guardrails_frame({"base": base, "arm": arm}, "base", "selling_at_start", ["end"])
    return frame.set_index(["outcome", "subgroup"]).verdict


def test_a_limit_is_kept_breached_or_not_resolved():
    kept = judged(0.0, 0.0)
    assert (kept["income", "all"], kept["burnout", "all"]) == ("kept", "kept")
    breached = judged(-8.0, 0.08)
    assert (breached["income", "all"], breached["burnout", "all"]) == ("breached", "breached")
    assert judged(-5.0, 0.0, noise=5.0)["income", "all"] == "not_resolved"


def test_a_group_of_fewer_than_twenty_women_is_named_as_too_small():
    assert judged(-50.0, 0.0)["income", "older"] == "too_small"


def test_a_declared_limit_of_ones_own_is_judged():
    base, arm = [women(100.0, 0.4)] * 3, [women(97.0, 0.4)] * 3
    strict = (Limit("income", -0.01, relative=True),)
    frame = guardrails_frame(
        {"base": base, "arm": arm}, "base", "selling_at_start", ["end"], strict, ("all",)
    )
    assert frame.verdict.tolist() == ["breached"]
    assert frame.estimate.tolist() == [pytest.approx(-0.03)]


def test_equity_counts_women_who_are_worse_off_than_their_twins():
    base = women(100.0, 0.4)
    mixed = np.full(30, 110.0)
    mixed[:6] = 80.0
    frame = equity_frame(
        {"base": [base] * 3, "arm": [women(mixed, 0.4)] * 3}, "base", "selling_at_start", ["end"]
    )
    found = frame.set_index(["what", "group"]).estimate
    assert found["worse_off_income", "all"] == pytest.approx(6 / 30)
    assert found["worse_off_income", "older"] == pytest.approx(1.0)
    assert found["change_income_tenth", "1"] == pytest.approx(-20.0)
    assert found["change_income_tenth", "10"] == pytest.approx(10.0)
    assert found["gini_change", "all_women"] == pytest.approx(gini(mixed))


# --- The comparison on the stand-in village ----------------------------------------------------


@pytest.mark.usefixtures("paper")
def test_differences_are_those_of_the_layers():
    result = compare(NONE, MICRO, ALL, replications=12, smallest={"income": 2.0})
    primary = result.primary().set_index(["arm", "outcome"])
    assert primary.estimate["micro", "burnout"] == pytest.approx(-0.1, abs=0.01)
    assert primary.verdict["micro", "burnout"] == "better"
    assert primary.verdict["micro", "trust"] == "equivalent"
    assert primary.joint_low["micro", "burnout"] < primary.low["micro", "burnout"]
    assert set(result.guardrails.verdict) == {"too_small"}  # ten women sell in this village
    cost = result.costs.set_index(["arm", "quantity"]).estimate
    assert cost["micro", "cost"] == pytest.approx(100.0 * 14)
    assert cost["micro", "cost_per_woman"] == pytest.approx(100.0 * 14 / 20)


@pytest.mark.usefixtures("paper")
def test_auto_goes_on_until_the_difference_that_matters_is_resolved():
    told = []
    rule = Rule(first=10, least=5, most=60)
    result = compare(
        NONE, MICRO, smallest={"income": 0.4}, rule=rule,
        progress=lambda key, fields: told.append((key, fields)),
    )
    rounds = [fields for key, fields in told if key == "compare.next_round"]
    assert rounds
    half = result.primary().eval("(joint_high - joint_low) / 2").to_numpy()
    least = result.primary().outcome.map(result.smallest).to_numpy()
    assert (half <= 0.5 * least).all() or result.complete == rule.most
    narrow = compare(NONE, MICRO, smallest={"income": 500.0}, rule=rule)
    assert narrow.complete == rule.first


@pytest.mark.usefixtures("paper")
def test_a_stopped_comparison_goes_on_in_its_folder_and_more_can_be_added(tmp_path):
    first = compare(NONE, MICRO, replications=4, out=tmp_path / "out")
    told = []
    more = compare(
        NONE, MICRO, replications=6, out=tmp_path / "out",
        progress=lambda key, _: told.append(key),
    )
    assert told.count("results.replication_done") == 2
    fresh = compare(NONE, MICRO, replications=6)
    pd.testing.assert_frame_equal(more.effects, fresh.effects)
    assert first.complete == 4
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["status"] == "complete"
    assert manifest["base"] == "none"
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"effects.csv", "guardrails.csv", "costs.csv", "equity.csv", "series.parquet"} <= names


@pytest.mark.usefixtures("paper")
def test_two_processes_give_the_same_tables():
    one = compare(NONE, MICRO, replications=4)
    two = compare(NONE, MICRO, replications=4, processes=2)
    pd.testing.assert_frame_equal(one.effects, two.effects)
    pd.testing.assert_frame_equal(one.equity, two.equity)


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_tables_are_told_in_words(language):
    result = compare(NONE, MICRO, ALL, replications=4)
    words = Words(language)
    tables = list(compare_tables(result, words))
    assert tables[0].title == words.say("compare.table_guardrails")  # harm first
    said = [*asked(result, words), *notes(result, words), *map(str, tables)]
    assert spoilt_joints("\n".join(said)) == []
    said = json.dumps(compare_data(result), ensure_ascii=False)
    assert '"placebo"' in said
    assert all(notes(result, words))


@pytest.mark.usefixtures("paper")
@pytest.mark.parametrize(
    ("others", "key"),
    [
        ((), "compare.nothing_else"),
        ((NONE.model_copy(update={"name": "again"}),), "compare.same_twice"),
        ((PaperScenario(women=30),), "compare.other_women"),
        ((PaperScenario(weeks=90),), "compare.other_weeks"),
    ],
)
def test_what_cannot_be_compared_is_refused(others, key):
    with pytest.raises(JinguoError) as caught:
        compare(NONE, *others, replications=4)
    assert caught.value.key == key


def test_one_replication_is_not_enough():
    with pytest.raises(JinguoError) as caught:
        compare(NONE, MICRO, replications=1)
    assert caught.value.key == "compare.too_few"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("income", "compare.wrong_smallest"),
        ("income=-5", "compare.wrong_smallest"),
        ("incme=5", "compare.unknown_outcome"),
        ("burnout=0.03points", "compare.wrong_unit"),
    ],
)
def test_a_wrong_smallest_difference_is_told(text, key):
    with pytest.raises(JinguoError) as caught:
        read_smallest([text])
    assert caught.value.key == key


def test_a_cheaper_and_better_arm_dominates():
    effects = pd.DataFrame({
        "arm": ["a", "b"], "outcome": ["income"] * 2, "estimate": [9.0, 3.0],
        "low": [8.0, 2.0], "high": [10.0, 4.0],
    })
    costs = pd.DataFrame({
        "arm": ["a", "b"], "quantity": ["cost"] * 2, "estimate": [1.0, 2.0],
        "low": [0.5, 1.6], "high": [1.5, 2.4],
    })
    assert dominated(effects, costs) == [("a", "b")]
    dearer = costs.assign(estimate=[3.0, 2.0], low=[2.8, 1.6], high=[3.2, 2.4])
    assert dominated(effects, dearer) == []
    unsure = costs.assign(high=[1.9, 2.4])
    assert dominated(effects, unsure) == []
    alike = costs.assign(estimate=1.0, low=0.5, high=1.5)
    assert dominated(effects, alike) == [("a", "b")]


def test_the_interval_of_a_quotient_holds_the_truth_with_few_villages():
    luck, hits, held = np.random.default_rng(1), 0, 0
    for _ in range(400):
        below = luck.normal(10.0, 3.0, 5)
        found = ratio_of_means(0.6 * below + luck.normal(0.0, 3.0, 5), below)
        held += np.isfinite(found.low)
        hits += found.low <= 0.6 <= found.high
    assert 0.92 < hits / held < 0.98


# --- Real villages -----------------------------------------------------------------------------

SMALL = {"village.women": 60, "weeks": 60, "programme": None, "measures": []}
PROGRAMME = {"start": 30, "stop": 50, "workers": 1, "money": 200_000}


@pytest.fixture(scope="module")
def real(compiled):
    none = load_scenario("libei", SMALL | {"programme": PROGRAMME})
    measures = (MeasureUse(measure="sail_group"), MeasureUse(measure="tea_talk"))
    helped = none.model_copy(update={"name": "helped", "measures": measures})
    late = none.model_copy(update={"name": "late", "parameters": {"d_half": 20.0}})
    return {"none": none, "helped": helped, "late": late}


def test_every_arm_equals_the_same_scenario_run_alone(real):
    clock = clock_of(real)
    found = run_compared(Task(real, seed_of(1, 1), clock.start, tuple(clock.horizons.values())))
    for name, scenario in real.items():
        alone = one_run(scenario, seed_of(1, 1)).values
        assert np.array_equal(found.histories[name], alone, equal_nan=True)
    selling = found.people["none"].was("selling")
    assert np.array_equal(selling, found.people["helped"].was("selling"))
    assert not np.array_equal(found.histories["none"], found.histories["helped"], equal_nan=True)


def test_other_women_are_never_compared_as_the_same(real):
    twins = {name: real[name] for name in ("none", "helped")}
    assert clock_of(twins).population == "selling_at_start"
    assert clock_of(real).population == "all_women"  # `late` opens shops otherwise
    early, later = (
        real["none"].model_copy(update={"shocks": (ShockSpec(shock="price_shock", week=week),)})
        for week in (PROGRAMME["start"] - 1, PROGRAMME["start"])
    )
    assert clock_of({"none": real["none"], "early": early}).population == "all_women"
    assert clock_of({"none": real["none"], "later": later}).population == "selling_at_start"


def test_a_placebo_changes_no_bit_and_one_that_does_is_named(real, monkeypatch):
    certificate = certify("helped", real["helped"], real["none"], 5)
    assert certificate.holds
    assert certificate.measures == 2

    def zeroed_badly(measures, added):
        return [use.model_copy(update={"dose": 0.01}) for use in measures]

    monkeypatch.setattr("experiments.placebo._zeroed", zeroed_badly)
    broken = certify("helped", real["helped"], real["none"], 5)
    assert not broken.holds
    assert (broken.week, broken.phase) == (30, "measures")
    assert broken.column.startswith("sellers.")
