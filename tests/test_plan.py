"""Plans: every name resolved before a run, points inside the declared ranges, locks that hold."""

import json

import numpy as np
import pytest
import yaml

from experiments.design import places
from experiments.design_factors import Factor, parameter_factors, with_settings
from experiments.design_priors import value_at
from experiments.plan import read_plan
from experiments.plan_lock import lock_file, lock_plan, read_lock
from experiments.sweep_estimate import estimate
from experiments.sweeps import SweepStore, deviations_of
from model.errors import JinguoError, Problems
from model.parameters import DECLARED
from scenarios import load_scenario
from tests.sweep_stand_ins import paper_plan
from viz.words import Words, all_words, tell

TINY = {"scenario": "libei", "village": {"women": 60}, "weeks": 60, "replications": 2}
READABLE = [p for p in DECLARED.values() if p.readable and p.low is not None and p.low < p.high]


def design(**keys):
    return {**TINY, "design": keys}


# --- points ------------------------------------------------------------------------------------


@pytest.mark.parametrize("parameter", READABLE, ids=lambda p: p.name)
def test_every_prior_stays_in_its_declared_range_and_never_falls(parameter):
    values = [value_at(parameter, place) for place in np.linspace(0, 1, 21)]
    assert values == sorted(values)
    assert parameter.low <= values[0] < values[-1] <= parameter.high


def test_priors_are_those_their_sources_write():
    fee, median = DECLARED["platform_fee"], DECLARED["strain_to_stress"]
    assert fee.prior == "Tri(.6,5,10)"
    assert value_at(fee, (5 - 0.6) / (10 - 0.6)) == pytest.approx(5.0)
    assert median.prior == "LN(2,.4)"
    # the range is even around the median on the scale of logarithms, so the middle stays
    assert value_at(median, 0.5) == pytest.approx(2.0)
    even = DECLARED["base_demand"]
    assert value_at(even, 0.5) == pytest.approx((even.low + even.high) / 2)


@pytest.mark.parametrize(
    ("kind", "draws", "rows"),
    [
        ("grid", None, 4 * 4 * 3),
        ("latin_hypercube", 7, 7),
        ("sobol", 8, 8),
        ("morris", 5, 5 * (3 + 1)),
        ("saltelli", 8, 8 * (3 + 2)),
    ],
)
def test_designs_have_the_points_they_promise_and_come_back_the_same(kind, draws, rows):
    factors = [*parameter_factors(["spoil_nocold", "tau_acute"])]
    factors.append(Factor("structure.x", "structure", "x", levels=("a", "b", "c")))
    points = places(kind, factors, draws, seed=5)
    assert points.shape == (rows, 3)
    assert points.min() >= 0
    assert points.max() <= 1
    assert {factors[2].at(place) for place in points[:, 2]} == {"a", "b", "c"}
    again = places(kind, factors, draws, seed=5)
    assert points.tobytes() == again.tobytes()
    if kind != "grid":
        assert points.tobytes() != places(kind, factors, draws, seed=6).tobytes()


def test_a_latin_hypercube_visits_every_slice_once():
    points = places("latin_hypercube", parameter_factors(["spoil_nocold", "tau_acute"]), 10)
    for column in points.T:
        assert sorted((column * 10).astype(int)) == list(range(10))


def test_a_grid_takes_the_levels_that_are_written():
    plan = read_plan(design(kind="grid", parameters={"spoil_nocold": [0.15, 0.25]}))
    values = [list(plan.settings(draw).values()) for draw in range(plan.draws)]
    assert values == [[0.15], [0.25]]


def test_inputs_are_chosen_by_name_all_or_by_grade():
    assert [f.name for f in parameter_factors("tau_acute")] == ["tau_acute"]
    assert {f.name for f in parameter_factors("all")} == {p.name for p in READABLE}
    guesses = parameter_factors({"grade": "E"})
    assert guesses
    assert {DECLARED[f.name].grade for f in guesses} == {"E"}
    assert {f.grade for f in parameter_factors({"grade": ["M", "T"]})} == {"M", "T"}


def test_a_draw_sets_inputs_doses_and_structures():
    plan = read_plan(
        design(
            kind="grid",
            parameters={"spoil_nocold": [0.2]},
            doses={"tea_talk": [0.7]},
            structures={"household": "bargaining"},
        )
    )
    before = load_scenario("libei")
    drawn = with_settings(plan.arms["libei"], plan.settings(0))
    assert drawn.parameters == {**before.parameters, "spoil_nocold": 0.2}
    assert {use.measure: use.dose for use in drawn.measures if use.dose} == {"tea_talk": 0.7}
    assert drawn.structure.household == "bargaining"
    assert drawn.setup().values.spoil_nocold == 0.2
    assert len(drawn.measures) == len(before.measures)


def test_the_shortest_plan_runs_the_scenario_as_it_is():
    plan = read_plan({"scenario": "libei"})
    assert (plan.draws, plan.replications, plan.runs, plan.settings(0)) == (1, 10, 10, {})
    assert plan.arms["libei"] == load_scenario("libei")


def test_the_plan_says_what_it_will_take():
    expected = estimate(paper_plan(replications=5, chunk=None), processes=2)
    assert (expected.runs, expected.arms, expected.draws) == (40, 2, 4)
    assert expected.chunk % 2 == 0  # arms stay together
    assert expected.minutes > 0
    assert expected.megabytes > 0
    assert expected.deadline == 60.0


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plan", "key", "meant"),
    [
        ({"scenario": []}, "sweep.no_runs", None),
        ({**TINY, "replications": 0}, "errors.too_small", None),
        ({**TINY, "replication": 3}, "errors.unknown_key", "replications"),
        ({**TINY, "scenario": "libey"}, "errors.unknown_scenario", "libei"),
        ({**TINY, "scenario": ["libei", "libei"]}, "sweep.scenario_twice", None),
        ({**TINY, "village": {"wommen": 60}}, "errors.unknown_key", "women"),
        ({**TINY, "indicators": ["incme"]}, "sweep.unknown_indicator", "income"),
        ({**TINY, "indicators": []}, "sweep.no_levels", None),
        (design(kind="grid"), "sweep.empty_design", None),
        (design(parameters=[]), "sweep.empty_design", None),
        (design(kind="sobl", parameters="all"), "errors.unknown_choice", "sobol"),
        (design(parameters=["spoil_nocould"]), "errors.unknown_parameter", "spoil_nocold"),
        (design(parameters=["shops_2017"]), "errors.unknown_parameter", None),
        (design(parameters={"spoil_nocold": [0.9]}), "errors.parameter_out_of_range", None),
        (
            design(parameters={"spoil_nocold": {"low": 0.01}}),
            "errors.parameter_out_of_range",
            None,
        ),
        (design(parameters={"spoil_nocold": {"lo": 0.2}}), "errors.unknown_key", "low"),
        (design(parameters={"spoil_nocold": []}), "sweep.no_levels", None),
        (design(parameters={"spoil_nocold": ["x"]}), "errors.not_a_number", None),
        (design(parameters={"grade": "F"}), "errors.unknown_choice", None),
        (design(parameters=["mompost_wage"]), "sweep.fixed_parameter", None),
        (design(parameters=["tau_acute", "tau_acute"]), "sweep.factor_twice", None),
        (design(doses=["tea_tlk"]), "errors.unknown_measure", "tea_talk"),
        (design(doses={"tea_talk": [99]}), "errors.out_of_range", None),
        (design(structures=["houshold"]), "errors.unknown_choice", "household"),
        (design(structures={"household": "unitry"}), "errors.unknown_choice", "unitary"),
        (
            design(kind="morris", levels=5, parameters=["tau_acute"]),
            "sweep.odd_levels",
            None,
        ),
        (
            design(kind="sobol", draws=100, parameters=["tau_acute"]),
            "sweep.not_a_power_of_two",
            None,
        ),
        (
            design(kind="grid", levels=100, parameters={"grade": "M"}),
            "sweep.too_many_draws",
            None,
        ),
    ],
)
def test_what_a_plan_may_not_say_is_told_in_words(plan, key, meant):
    with pytest.raises(JinguoError) as caught:
        read_plan(plan)
    problem = caught.value.problems[0] if isinstance(caught.value, Problems) else caught.value
    assert problem.key == key
    if meant is not None:
        assert problem.fields["meant"] == meant
    for lang in ("en", "zh"):
        assert all(tell(caught.value, Words(lang)))


def test_targets_and_context_are_told_apart_from_inputs():
    other = [p for p in DECLARED.values() if p.role in {"target", "context"}]
    for role in ("target", "context"):
        name = next(p.name for p in other if p.role == role)
        with pytest.raises(JinguoError) as caught:
            read_plan(design(parameters=[name]))
        assert (caught.value.key, caught.value.fields["role"]) == (
            "errors.parameter_not_input",
            role,
        )


def test_what_is_wrong_with_a_file_is_told_with_its_line(tmp_path):
    file = tmp_path / "plan.yaml"
    file.write_text("scenario: libei\nreplications: none\n", encoding="utf-8")
    with pytest.raises(Problems) as caught:
        read_plan(file)
    assert caught.value.problems[0].where == f"{file}:2"
    file.write_text("- libei\n", encoding="utf-8")
    with pytest.raises(JinguoError) as caught:
        read_plan(file)
    assert caught.value.key == "sweep.not_a_plan"


# --- locks -------------------------------------------------------------------------------------


def written(folder, **changes):
    file = folder / "plan.yaml"
    data = {"aims": "Does it help?", **TINY, "outcomes": ["income"], "stopping": "10", **changes}
    file.write_text(yaml.safe_dump(data), encoding="utf-8")
    return file


def test_a_lock_keeps_what_was_decided_and_later_changes_are_named(tmp_path):
    from experiments.sweeps import _keep_lock

    file = written(tmp_path)
    lock = lock_plan(read_plan(file))
    assert lock == lock_file(file)
    held = read_lock(file)
    assert lock_plan(read_plan(file)) == lock  # locking the same plan again changes nothing
    assert read_lock(file) == held
    written(tmp_path, stopping="when it looks good", replications=3)
    changed = read_plan(file)
    with pytest.raises(JinguoError) as caught:
        lock_plan(changed)
    assert caught.value.key == "sweep.locked_before"
    store = SweepStore.make(tmp_path / "store", changed, 1, 60.0)
    _keep_lock(store, changed)
    assert deviations_of(store.manifest) == ("stopping", "replications")


def test_a_lock_that_was_edited_is_refused(tmp_path):
    file = written(tmp_path)
    lock = lock_plan(read_plan(file))
    held = json.loads(lock.read_text(encoding="utf-8"))
    held["decided"]["aims"] = "It helps."
    lock.write_text(json.dumps(held), encoding="utf-8")
    with pytest.raises(JinguoError) as caught:
        read_lock(file)
    assert caught.value.key == "sweep.lock_changed"


# --- words -------------------------------------------------------------------------------------


def test_every_message_of_sweeps_has_its_words_and_every_word_is_used():
    import re
    from pathlib import Path

    root = Path(__file__).parent.parent
    texts = "".join(
        path.read_text(encoding="utf-8")
        for folder in ("experiments", "viz")
        for path in (root / folder).rglob("*.py")
    )
    used = set(re.findall(r"sweep\.\w+", texts))
    known = {key for key in all_words() if key.startswith("sweep.")}
    dynamic = {key for key in known if key.startswith(("sweep.row_", "sweep.head_"))}
    assert {key for key in used if f'"{key}"' in texts} - known == set()
    assert known - used - dynamic == set()
