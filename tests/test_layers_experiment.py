"""The layers job on a village whose answers are known by hand."""

import numpy as np
import pandas as pd
import pytest

from experiments import layers
from experiments.assumptions import DRAWS, GUESSES, draw_guesses, guesses_of
from experiments.equity import SHARED
from experiments.outcomes import primary_cells, read_cells
from experiments.run import CAUSE_COLUMNS, ENOUGH, one_run, replicate_arms, seed_of
from experiments.statistics import ARMS
from model.errors import JinguoError
from model.indicators import INDICATORS
from model.parameters import DECLARED
from scenarios import load_scenario
from tests.stand_in_village import EFFECT, NAMES, PaperScenario, PaperVillage

EFFECT_COLUMNS = [
    "arm",
    "outcome",
    "horizon",
    "population",
    "subgroup",
    "estimate",
    "low",
    "high",
    "unit",
    "replications",
]
HEADLINE = "horizon == 'after_104' and population == 'selling_at_start' and subgroup == 'all'"


@pytest.fixture(scope="module")
def result():
    return layers(PaperScenario(), replications=12, seed=3)


@pytest.fixture(scope="module")
def staffed():
    return layers(PaperScenario(own_luck=0.0), replications=4, staff="enough")


def _headline(frame, outcome, first="arm"):
    rows = frame.query(HEADLINE).query("outcome == @outcome")
    return rows.set_index(first)


# --- runs --------------------------------------------------------------------------------------


def test_all_arms_of_a_replication_share_the_years_before_the_programme():
    scenario = PaperScenario()
    histories = replicate_arms(scenario, ARMS, seed=5).histories
    for arm in ARMS:
        assert np.array_equal(
            histories[arm][: scenario.start], histories["none"][: scenario.start]
        )
    assert not np.array_equal(histories["all"], histories["none"])


def test_an_arm_that_was_branched_equals_the_same_arm_run_from_its_first_week():
    scenario = PaperScenario()
    branched = replicate_arms(scenario, ARMS, seed=5).histories["micro"]
    straight = one_run(scenario.arm(("micro",)), seed=5)
    assert np.array_equal(branched[:, : len(straight.names)], straight.values)


def test_every_village_is_closed():
    before = PaperVillage.open_villages
    replicate_arms(PaperScenario(), ARMS, seed=1, staff="enough")
    with pytest.raises(ValueError, match="bridge"):
        one_run(PaperScenario(fault="raise", faulty=7), seed=7)
    assert PaperVillage.open_villages == before


def test_the_seed_of_a_replication_depends_on_root_and_number_only():
    seeds = {seed_of(root, number) for root in range(20) for number in range(50)}
    assert len(seeds) == 1000
    assert seed_of(1, 1) == 7325889911474517820
    assert all(0 <= seed < 2**63 for seed in seeds)


def test_a_real_village_is_branched_run_and_read_like_the_stand_in(tmp_path):
    path = tmp_path / "hamlet.yaml"
    path.write_text(
        """
title: {en: A hamlet, zh: 小村}
weeks: 70
village: {women: 30}
background: {pioneer: true}
programme: {start: 52, stop: 60, workers: 1, money: 50000}
""",
        encoding="utf-8",
    )
    scenario = load_scenario(path)
    result = layers(scenario, replications=2)
    straight = one_run(scenario, seed_of(1, 2))
    branched = result.histories.values[1, result.histories.arms.index("all")]
    assert np.array_equal(branched[:, : len(straight.names)], straight.values, equal_nan=True)
    assert (
        result.effects.query("population == 'all_women' and subgroup == 'all'")
        .notna()
        .to_numpy()
        .all()
    )
    account = result.programme.set_index(["arm", "quantity"])["estimate"]
    assert account["all", "cost"] > account["none", "cost"] == 0


# --- outcomes ----------------------------------------------------------------------------------


def test_outcomes_are_means_of_13_weeks_and_of_52_for_money():
    cells = primary_cells(NAMES, {"end": 66}, INDICATORS)
    history = np.tile(np.arange(80.0, dtype=np.float32)[:, None], (1, len(NAMES)))
    read = dict(zip([cell.indicator for cell in cells], read_cells(history, cells), strict=True))
    money = {indicator.name: indicator.money for indicator in INDICATORS}
    for name, value in read.items():
        assert value == (np.arange(14, 66).mean() if money[name] else np.arange(53, 66).mean())
    assert {cell.outcome for cell in cells} == {"income", "burnout", "trust"}


def test_weeks_without_an_outcome_are_left_out():
    cells = primary_cells(NAMES, {"end": 66}, INDICATORS)[:1]
    history = np.full((80, len(NAMES)), np.nan, dtype=np.float32)
    assert np.isnan(read_cells(history, cells)[0])
    history[60:63] = 4.0
    assert read_cells(history, cells)[0] == 4.0


# --- tables ------------------------------------------------------------------------------------


def test_effects_are_a_long_table_with_one_row_an_arm_outcome_horizon_and_group(result):
    assert list(result.effects.columns) == EFFECT_COLUMNS
    keys = EFFECT_COLUMNS[:5]
    assert not result.effects.duplicated(keys).any()
    assert list(result.effects["arm"].unique()) == list(ARMS[1:])
    assert set(result.effects["outcome"]) == {"income", "burnout", "trust"}
    assert set(result.effects["horizon"]) == {"end", "after_52", "after_104"}
    assert (result.effects["replications"] == 12).all()


def test_effects_hold_what_the_village_was_made_to_do(staffed):
    income = _headline(staffed.limited.effects, "income")["estimate"]
    weight = (80 - 52) / 52  # the programme began inside the year that is averaged
    expected = {"micro": 10, "meso": 5, "macro": 0, "micro+meso": 19, "all": 19, "meso+macro": 5}
    for arm, effect in expected.items():
        assert income[arm] == pytest.approx(effect * weight, abs=1e-4)
    burnout = _headline(staffed.limited.effects, "burnout")["estimate"]
    assert burnout["all"] == pytest.approx(EFFECT["burnout"]["micro"], abs=1e-6)


def test_the_interval_of_each_known_effect_lies_around_it(result):
    burnout = _headline(result.effects, "burnout").loc["micro"]
    assert burnout.low < -0.1 < burnout.high < 0
    trust = _headline(result.effects, "trust").loc["all"]
    assert trust.low < 0 < trust.high


def test_layer_shares_add_up_to_the_joint_effect_and_share_the_interaction(staffed):
    weight = (80 - 52) / 52
    part = _headline(staffed.limited.ledger, "income", "part")["estimate"] / weight
    expected = {"micro": 12, "meso": 7, "macro": 0, "joint": 19, "interaction": 4}
    assert part[list(expected)].to_dict() == pytest.approx(expected, abs=1e-3)
    assert part["interaction:micro+meso"] == pytest.approx(4, abs=1e-3)
    assert part["interaction:meso+macro"] == pytest.approx(0, abs=1e-3)


def test_a_percentage_stands_only_beside_a_joint_effect_that_is_surely_not_zero(result):
    burnout = _headline(result.ledger, "burnout", "part")
    assert burnout.percent["micro"] == pytest.approx(100, abs=15)
    assert _headline(result.ledger, "trust", "part").percent.isna().all()


def test_programme_accounts_are_sums_over_the_run_and_per_woman(result):
    account = result.programme.set_index(["arm", "quantity"])["estimate"]
    expected = {
        "cost": 1400,
        "cost_per_woman": 70,
        "cost_per_woman_reached": 700,
        "cost_per_woman_selling_at_start": 350,
        "women_reached": 2,
        "hours_served": 140,
        "hours_asked": 210,
        "hours_unserved": 70,
        "hours_per_woman_year": 140 / (20 * 14 / 52),
        "hours_per_woman_reached_year": 140 / (2 * 14 / 52),
        "services_cost": 0,
    }
    assert account["all"].to_dict() == pytest.approx(expected)
    assert account["none", "cost"] == 0
    assert np.isnan(account["none", "cost_per_woman_reached"])


def test_enough_staff_is_compared_with_the_same_villages_with_limited_staff(staffed):
    limited = _headline(staffed.limited.effects, "burnout")["estimate"]
    enough = _headline(staffed.effects, "burnout")["estimate"]
    crowding = _headline(staffed.crowding, "burnout")
    assert enough["micro"] == pytest.approx(2 * limited["micro"], abs=1e-6)
    assert crowding.loc["micro", "crowding"] == pytest.approx(0.1, abs=1e-6)
    assert crowding.loc["micro", "limited"] - crowding.loc["micro", "enough"] == pytest.approx(0.1)
    assert staffed.histories.arms[-1] == "all" + ENOUGH


def _shares(result, outcome):
    return result.women[result.women.outcome == outcome].set_index("group")


def test_women_who_gain_and_lose_are_counted_in_every_village(result, staffed):
    """Where all layers give each woman the same, all of them gain; luck divides villages."""
    for outcome in ("income", "burnout"):
        sure = _shares(staffed, outcome)
        assert (sure[["better", "better_low", "better_high"]] == 100.0).all(axis=None)
        assert (sure[["worse", "worse_low", "worse_high"]] == 0.0).all(axis=None)
        assert (sure.villages == 4).all()
    lucky = layers(PaperScenario(own_luck=3.0), replications=12, seed=3)
    found = _shares(lucky, "burnout").loc["all_women"]
    assert (found.women, found.villages) == (20, 12)
    lost = [share[1, SHARED.index("all_women"), 1] for share in _kept(lucky, 12).values()]
    assert found.worse == pytest.approx(np.mean(lost))
    assert 0.0 < found.worse < 100.0
    assert found.worse_low < found.worse < found.worse_high
    assert {"selling", "mother_young", "1", "10"} <= set(_shares(result, "income").index)
    assert "follower" not in _shares(result, "income").index  # there are none


def _kept(result, count):
    seeds = {number: seed_of(result.seed, number) for number in range(1, count + 1)}
    return {n: replicate_arms(result.scenario, ARMS, seed).women for n, seed in seeds.items()}


def test_following_the_women_of_a_real_village_changes_no_number():
    scenario = load_scenario("libei", {"village.women": 60, "weeks": 330})
    followed = replicate_arms(scenario, ("none", "all"), seed=5)
    alone = [replicate_arms(scenario, (arm,), seed=5) for arm in ("none", "all")]
    for arm, other in zip(("none", "all"), alone, strict=True):
        own = np.array_equal(followed.histories[arm], other.histories[arm], equal_nan=True)
        assert own, arm
    assert [other.women for other in alone] == [None, None]
    place = followed.names.index("income")
    programme = scenario.programme
    weeks = slice(programme.stop - 52, programme.stop)
    means = {arm: h[weeks, place].mean(dtype=float) for arm, h in followed.histories.items()}
    women, worse, better = followed.women[0, SHARED.index("all_women")]
    assert women == 60
    assert worse + better <= 100.0
    assert (means["all"] > means["none"]) == (better > worse)


def test_pairing_narrows_what_the_villages_differ_in(result):
    gain = _headline(result.gain, "burnout")["gain"]
    assert (gain > 5).all()


def test_series_hold_every_week_and_bands_keep_the_two_uncertainties_apart(result):
    series = result.series
    assert list(series.columns) == ["arm", "replication", "week", *NAMES, *CAUSE_COLUMNS]
    assert len(series) == len(ARMS) * 12 * 80
    week = series.query("arm == 'micro' and week == 70")["burnout"]
    bands = result.series_bands().query("arm == 'micro' and outcome == 'burnout' and week == 70")
    band = bands.set_index("population").loc["all_women"]
    assert band["mean"] == pytest.approx(week.mean(), abs=1e-6)
    assert band.p10 == pytest.approx(np.quantile(week, 0.1), abs=1e-6)
    assert band.p10 < band.low < band["mean"] < band.high < band.p90


# --- how it is run -----------------------------------------------------------------------------


def test_one_and_two_processes_give_the_same_bits(result):
    other = layers(PaperScenario(), replications=12, seed=3, processes=2)
    assert other.histories.values.tobytes() == result.histories.values.tobytes()
    pd.testing.assert_frame_equal(other.effects, result.effects, check_exact=True)
    pd.testing.assert_frame_equal(other.ledger, result.ledger, check_exact=True)


def test_more_replications_keep_the_first_ones(result):
    fewer = layers(PaperScenario(), replications=5, seed=3)
    assert np.array_equal(fewer.histories.values, result.histories.values[:5])


def test_a_replication_that_raises_is_reported_and_left_out():
    scenario = PaperScenario(fault="raise", faulty=seed_of(1, 2))
    told = []
    result = layers(scenario, replications=3, progress=lambda *message: told.append(message))
    assert (result.complete, result.interrupted) == (2, False)
    assert result.failed[["replication", "kind"]].to_dict("records") == [
        {"replication": 2, "kind": "raised"}
    ]
    assert "the bridge is gone" in result.failed.message[0]
    assert result.histories.replications == (1, 3)
    assert "results.replication_failed" in {key for key, _ in told}


def test_one_replication_gives_estimates_without_intervals():
    effects = layers(PaperScenario(), replications=1).effects
    assert effects.estimate.notna().all()
    assert effects.low.isna().all()
    assert effects.high.isna().all()


@pytest.mark.parametrize(
    ("scenario", "asked", "key"),
    [
        (PaperScenario(layers=()), {}, "results.no_programme"),
        (PaperScenario(), {"replications": 0}, "results.too_few"),
        (PaperScenario(), {"processes": 0}, "results.too_few"),
        (PaperScenario(), {"staff": "plenty"}, "results.unknown_staff"),
        (
            PaperScenario(fault="raise", faulty=seed_of(1, 1)),
            {"replications": 1},
            "results.all_failed",
        ),
    ],
)
def test_what_cannot_be_compared_is_refused_with_a_message(scenario, asked, key):
    with pytest.raises(JinguoError) as caught:
        layers(scenario, **asked)
    assert caught.value.key == key


# --- assumptions -------------------------------------------------------------------------------


def test_guesses_are_expert_inputs_and_are_drawn_near_the_own_value():
    assert all(DECLARED[name].grade == "E" for name in GUESSES)
    scenario = PaperScenario(parameters={"tau_chronic": 60.0})
    bounds = guesses_of(scenario)
    assert bounds["tau_chronic"] == (50.0, 110.0)
    drawn = draw_guesses(bounds, seed=1)
    assert drawn == draw_guesses(bounds, seed=1) != draw_guesses(bounds, seed=2)
    for name, (low, high) in bounds.items():
        slices = [int((draw[name] - low) / (high - low) * DRAWS) for draw in drawn]
        assert sorted(slices) == list(range(DRAWS))


def test_assumptions_stand_beside_each_interval_as_a_range_over_draws():
    result = layers(PaperScenario(weeks=70), replications=2, assumptions=True)
    frame = result.assumptions
    assert len(frame) == len(result.effects)
    assert (frame["draws"] == DRAWS).all()
    assert (frame.draw_low <= frame.draw_high).all()
    assert list(result.draws.columns) == list(guesses_of(PaperScenario()))
    assert len(result.draws) == DRAWS
