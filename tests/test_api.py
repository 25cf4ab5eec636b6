"""The Python names of the project, exactly as they are promised."""

import gc
import weakref

import mesa
import networkx as nx
import numpy as np
import pandas as pd
import pytest

from agents.families import Family
from agents.few import Cooperative, LocalGovernment, Platform, SocialWorker
from agents.sellers import Seller
from experiments import layers
from model.indicators import INDICATORS
from model.ties import Kind
from model.village import Village
from scenarios import load_scenario
from tests.strategies import PROGRAMME, same_bits, small_setup

EFFECTS = (
    "arm outcome horizon population subgroup estimate low high unit replications"  # in this order
)


@pytest.fixture
def village(compiled):
    scenario = load_scenario("libei", {"village.women": 80, "weeks": 40})
    village = scenario.village(seed=1)
    yield village
    village.close()


def test_a_village_is_a_mesa_model_that_lives_week_by_week(village):
    assert isinstance(village, mesa.Model)
    assert (village.week, village.women) == (0, 80)
    assert isinstance(village.week, int)
    village.step()
    assert village.week == 1
    village.run(12)
    assert village.week == 12
    village.run()
    assert village.week == 40
    assert village.run() is village


def test_columns_are_arrays_that_stay_the_same_object(village):
    burnout = village.sellers["burnout"]
    assert isinstance(burnout, np.ndarray)
    assert burnout.shape == (village.women,)
    village.run(5)
    assert village.sellers["burnout"] is burnout
    assert village.sellers.burnout is burnout
    assert village.families["support"].shape == (len(village.families),)
    with pytest.raises(KeyError, match="burnut"):
        village.sellers["burnut"]


def test_all_agents_are_mesa_agents_of_their_types(village):
    village.run(5)
    by_type = village.agents_by_type
    assert {Seller, Family, Platform, LocalGovernment} <= set(by_type)
    assert {"select", "agg", "set", "do"} <= set(dir(village.agents))  # an AgentSet of any Mesa 3
    assert all(isinstance(agent, mesa.Agent) for agent in village.agents)
    assert len(by_type[Seller]) == village.women
    assert len(by_type[Family]) == len(village.families)
    assert len(by_type[Platform]) == 3
    assert len({agent.unique_id for agent in village.agents}) == len(village.agents)


def test_workers_and_bodies_are_agents_too():
    village = Village(small_setup(programme=PROGRAMME, measures=("tea_talk",)), 1).run(15)
    assert len(village.agents_by_type[SocialWorker]) == 2
    Cooperative(village, "cooperative", 15)
    assert len(village.agents_by_type[Cooperative]) == 1
    assert village.guests == []  # none of them is called beside the phases


def test_mesas_own_tools_work_on_views(village):
    village.run(20)
    women = village.agents_by_type[Seller]
    assert np.allclose(women.get("burnout"), village.sellers["burnout"])
    assert len(women.select(lambda w: w.selling > 0)) == village.sellers["selling"].sum()
    assert women.agg("income", np.mean) == pytest.approx(village.sellers["income"].mean())
    women.select(lambda w: w.row < 3).set("skill", 0.125)
    assert (village.sellers["skill"][:3] == 0.125).all()
    with pytest.raises(AttributeError, match="skil"):
        next(iter(women)).skil = 1.0


def test_the_graph_is_a_snapshot_with_typed_ties_and_trust(village):
    village.run(5)
    graph = village.graph
    assert isinstance(graph, nx.Graph)
    assert graph.number_of_nodes() == village.women
    assert graph.number_of_edges() == village.ties.count
    ties = village.ties
    for k in range(0, ties.other.size, 37):
        a, b = int(ties.tail[k]), int(ties.other[k])
        tie = graph.edges[a, b]
        assert tie["kind"] == Kind(int(ties.kind[k])).name.lower()
        assert tie["strength"] == ties.strength[k]
        assert tie["trust"][a] == ties.trust[k]
        assert tie["trust"][b] == ties.trust[ties.reverse[k]]


def test_the_history_is_a_frame_of_weeks_by_indicators(village):
    village.run(7)
    frame = village.history.frame()
    assert isinstance(frame, pd.DataFrame)
    assert frame.index.name == "week"
    assert list(frame.index) == list(range(7))
    assert tuple(frame.columns) == village.history.names == tuple(i.name for i in INDICATORS)
    assert village.history.values.shape == (7, len(INDICATORS))
    assert frame.burnout.iloc[-1] == pytest.approx(village.sellers["burnout"].mean())


@pytest.mark.parametrize("outcome", ["income", "burnout", "trust"])
def test_causes_are_a_frame_that_sums_to_the_weekly_change(village, outcome):
    village.run(30)
    causes = village.causes.frame(outcome)
    assert causes.index.name == "week"
    assert len(causes) == 30
    change = village.history.frame()[outcome].diff()
    assert (causes.sum(axis=1) - change).iloc[1:].abs().max() < 1e-9


def test_the_ledger_tells_its_largest_error(village):
    assert village.run().ledger.imbalance() < 1e-9


def test_a_branch_continues_exactly(village):
    village.run(20)
    future = village.branch()
    assert isinstance(future, Village)
    assert same_bits(future.run(), village.run()) == []


def test_a_village_is_not_copied_by_halves(village):
    import copy

    with pytest.raises(TypeError, match="branch"):
        copy.copy(village)


@pytest.mark.parametrize("awake", [False, True])
def test_a_closed_village_frees_its_memory(awake):
    village = Village(small_setup(), 1).run(3)
    if awake:
        assert len(village.agents) > 60
    future = village.branch()
    dead = [weakref.ref(village), weakref.ref(future), weakref.ref(village.platforms[0])]
    village.close()
    future.close()
    del village, future
    gc.collect()
    assert [ref() for ref in dead] == [None, None, None]


def test_layers_gives_the_long_table_of_effects(compiled):
    small = {"village.women": 60, "weeks": 40, "programme.start": 15, "programme.stop": 30}
    result = layers(load_scenario("libei", small), replications=2, seed=1)
    assert " ".join(result.effects.columns) == EFFECTS
    assert set(result.effects.horizon) == {"end"}  # the run ends before a year has passed
    everybody = result.effects.query("population == 'all_women' and subgroup == 'all'")
    assert len(everybody) == 7 * 3
    assert (everybody.replications == 2).all()


def test_the_front_door_leads_to_the_same_things():
    import jinguo

    assert jinguo.load_scenario is load_scenario
    assert jinguo.layers is layers
    assert jinguo.Village is Village
    assert sorted(jinguo.__all__) == jinguo.__all__
