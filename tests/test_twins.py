"""Twins: the same luck in every arm, so that what differs is owed to the measures alone."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from agents.columns import Table
from experiments import layers
from experiments.statistics import ARMS, layers_of
from model.errors import JinguoError
from model.setup import Shock
from model.village import Village
from scenarios import load_scenario
from scenarios.catalogue import MEASURES
from tests.strategies import PROGRAMME, columns, delivery, same_bits, small_setup

LIBEI = [use.measure for use in load_scenario("libei").measures]
SMALL = {"village.women": 80, "weeks": 60, "programme.start": 30, "programme.stop": 45}


def run(measures=(), weeks=60, seed=4, **changes):
    programme = changes.pop("programme", PROGRAMME)
    return Village(
        small_setup(weeks=weeks, measures=measures, programme=programme, **changes), seed
    ).run()


@pytest.fixture(scope="module")
def without(compiled):
    return run()


@pytest.fixture(scope="module")
def small_libei(compiled):
    return load_scenario("libei", SMALL)


# --- what changes nothing ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "nothing",
    [
        {"dose": 0.0},
        {"coverage": 0.0},
        {"start": 60, "stop": 90},
        {"start": 30, "stop": 60},
    ],
    ids=["dose zero", "coverage zero", "after the last week", "after the programme"],
)
def test_a_measure_that_is_not_there_changes_not_one_bit(without, nothing):
    measures = [replace(delivery(name, start=10, stop=30), **nothing) for name in sorted(MEASURES)]
    assert same_bits(run(measures), without) == []


def test_measures_that_are_there_do_change_something(without):
    assert "history" in same_bits(run(LIBEI), without)


@pytest.mark.parametrize("measure", LIBEI)
def test_every_measure_of_libei_moves_some_column(libei_at_start, measure):
    # standards, joint delivery and deliberation work with the association that is there
    setup = libei_at_start.setup
    name = MEASURES[measure].same_as or measure
    kept = tuple(m for m in setup.measures if m.measure in {name, "self_discipline_association"})
    without_it = tuple(m for m in kept if m.measure != name)
    futures = [
        libei_at_start.branch(replace(setup, measures=m)).run(290) for m in (kept, without_it)
    ]
    changed = same_bits(*futures)
    assert [name for name in changed if name.startswith(("sellers", "ties", "few"))]


def test_a_measure_changes_nothing_before_it_starts(without):
    late = run([delivery("tea_talk", start=20, stop=30, coverage=1.0)])
    before = late.history.values[:20].tobytes() == without.history.values[:20].tobytes()
    assert before
    assert late.history.values.tobytes() != without.history.values.tobytes()


@pytest.mark.parametrize(
    "watch", ["graph", "agents", "agents_by_type", "history", "causes", "ledger"]
)
def test_watching_changes_nothing(without, watch):
    looks = {
        "graph": lambda v: v.graph.number_of_edges(),
        "agents": lambda v: sum(a.unique_id for a in v.agents),
        "agents_by_type": lambda v: [
            s.shuffle().agg("unique_id", len) for s in v.agents_by_type.values()
        ],
        "history": lambda v: v.history.frame().mul(0.0),
        "causes": lambda v: v.causes.frame("income"),
        "ledger": lambda v: v.ledger.imbalance(),
    }
    village = Village(small_setup(programme=PROGRAMME), 4)
    while village.week < 60:
        looks[watch](village)
        village.step()
    assert same_bits(village, without) == []


def test_a_changed_snapshot_of_the_graph_leaves_the_village_alone(hamlet):
    twin = hamlet.branch()
    graph = hamlet.graph
    graph.remove_nodes_from(range(30))
    frame = hamlet.history.frame()
    frame.loc[:] = 0.0
    assert same_bits(hamlet, twin) == []


# --- the same seed, the same village -------------------------------------------------------------


def test_the_same_seed_twice_gives_the_same_bits():
    assert same_bits(run(LIBEI), run(LIBEI)) == []


def test_another_seed_gives_another_village():
    one, other = run(seed=4), run(seed=5)
    assert not np.array_equal(one.sellers.age, other.sellers.age)
    assert one.history.values.tobytes() != other.history.values.tobytes()


def test_all_arms_have_the_same_women_families_and_ties_at_birth(small_libei):
    none, *others = [small_libei.arm(layers_of(arm)).village(7) for arm in ARMS]
    for other in others:
        assert same_bits(other, none) == []


# --- branching -----------------------------------------------------------------------------------


@pytest.mark.parametrize("week", [0, 1, 9, 10, 11, 25, 30, 45])
@pytest.mark.parametrize("awake", [False, True], ids=["asleep", "awake"])
def test_a_branch_goes_on_as_the_original_would(week, awake):
    # measures run from week 10 to 30 and make new ties
    shocks = (
        Shock("lead_seller_leaves", 20),
        Shock("social_worker_leaves", 26),
        Shock("logistics_cut", 33),
    )
    setup = small_setup(measures=LIBEI, programme=PROGRAMME, shocks=shocks)
    original = Village(setup, 4).run(week)
    if awake:
        assert len(original.agents) > 60
    branch = original.branch()
    if awake:
        assert len(branch.agents) > 60
    branch.run()
    assert original.week == week  # the branch has not touched it
    original.run()
    assert same_bits(branch, original) == []


def test_the_branch_above_is_of_a_village_that_made_new_ties():
    village = run(LIBEI)
    assert (village.ties.made > 0.0).any()
    assert village.bodies


@pytest.mark.parametrize("arm", ARMS)
def test_branching_into_an_arm_equals_running_it_from_the_start(small_libei, arm):
    setup = small_libei.arm(layers_of(arm)).setup()
    shared = small_libei.arm(()).village(3).run(30)
    assert same_bits(shared.branch(setup).run(), Village(setup, 3).run()) == []


def test_a_branch_shares_no_number_with_its_original(hamlet):
    twin = hamlet.branch()
    before = {name: values.copy() for name, values in columns(hamlet).items()}
    twin.sellers.block[:] = 1.0
    twin.families.block[:] = 1.0
    twin.ties.half[:] = 0.5
    twin.government.salience["care"] = 1.0
    twin.ledger.pay("gift", "donors", "fines", 3.0)
    after = columns(hamlet)
    assert all(before[name].tobytes() == after[name].tobytes() for name in before)


def test_a_branch_refuses_another_past(hamlet):
    other = replace(hamlet.setup, values=hamlet.setup.values.replace({"entry_rate": 0.5}))
    with pytest.raises(JinguoError) as caught:
        hamlet.branch(other)
    assert caught.value.key == "errors.branch_differs"


# --- across processes ----------------------------------------------------------------------------


def test_a_setup_travels_between_processes(small_libei):
    setup = small_libei.setup()
    again = pickle.loads(pickle.dumps(setup))
    assert again == setup
    assert same_bits(Village(again, 2).run(40), Village(setup, 2).run(40)) == []


def test_tables_and_ties_travel_between_processes(hamlet):
    for table in (hamlet.sellers, hamlet.families):
        again = pickle.loads(pickle.dumps(table))
        assert isinstance(again, Table)
        assert again.block.tobytes() == table.block.tobytes()
        again["burnout" if "burnout" in again.names else "support"][:] = 0.25
        assert again.block.tobytes() != table.block.tobytes()  # a column is a view of the block
    ties = pickle.loads(pickle.dumps(hamlet.ties))
    assert ties.half.tobytes() == hamlet.ties.half.tobytes()
    ties.trust[:] = 0.0
    assert (ties.half[0] == 0.0).all()


@pytest.fixture(scope="module")
def answer(small_libei):
    return layers(small_libei, replications=4, seed=5)


def test_one_and_two_processes_give_the_same_bits(small_libei, answer):
    other = layers(small_libei, replications=4, seed=5, processes=2)
    assert other.histories.values.tobytes() == answer.histories.values.tobytes()
    assert other.effects.equals(answer.effects)


# --- what twins are good for ---------------------------------------------------------------------


def test_twins_make_differences_more_certain(answer):
    late = answer.gain.query("population == 'all_women' and subgroup == 'all'")
    assert set(late.outcome) == {"income", "burnout", "trust"}
    assert (late.gain > 1.0).all()
