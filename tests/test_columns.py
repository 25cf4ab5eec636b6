"""Columns and the agents that are views of their rows."""

import pickle

import mesa
import numpy as np
import pytest

from agents.columns import Column, RowAgent, Table, columns_of
from agents.sellers import Seller
from scenarios import load_scenario


class Hen(RowAgent):
    """An agent of these tests."""

    eggs = Column("eggs/week", "eggs", 3.0)
    age = Column("years", "age")


@pytest.fixture
def hens():
    model = mesa.Model(rng=1)
    table = Table(Hen, 4)
    return table, [Hen(model, table, row) for row in range(4)]


def test_a_column_begins_with_its_default(hens):
    table, _ = hens
    assert table.eggs.tolist() == [3.0] * 4
    assert table.age.tolist() == [0.0] * 4
    assert list(table) == ["eggs", "age"] == list(columns_of(Hen))


def test_views_and_columns_are_the_same_numbers_both_ways(hens):
    table, views = hens
    table.eggs[2] = 5.0
    assert views[2].eggs == 5.0
    assert type(views[2].eggs) is float
    views[1].age = 2.5
    views[1].age += 1.0
    assert table["age"].tolist() == [0.0, 3.5, 0.0, 0.0]
    assert table.block[table.names.index("age"), 1] == 3.5


def test_a_misspelt_attribute_is_refused(hens):
    table, views = hens
    with pytest.raises(AttributeError, match="Hen has no column 'egs'"):
        views[0].egs = 1.0
    with pytest.raises(AttributeError):
        _ = views[0].egs
    with pytest.raises(AttributeError, match="egs"):
        _ = table.egs
    with pytest.raises(KeyError, match="Hen has no column 'egs'"):
        _ = table["egs"]


def test_a_view_is_a_mesa_agent_of_its_model(hens):
    _, views = hens
    assert all(isinstance(view, mesa.Agent) for view in views)
    assert len(views[0].model.agents) == 4
    assert len({view.unique_id for view in views}) == 4


def test_copies_are_independent(hens):
    table, _ = hens
    twin = table.copy()
    twin.eggs[:] = 9.0
    table.age[0] = 1.0
    assert table.eggs.tolist() == [3.0] * 4
    assert twin.age.tolist() == [0.0] * 4
    assert np.shares_memory(twin.eggs, twin.block)


def test_a_table_travels_through_a_pickle_as_one_block():
    table = Table(Seller, 500)
    table.burnout[:] = np.linspace(0.0, 1.0, 500)
    stored = pickle.dumps(table, protocol=5)
    assert len(stored) < table.block.nbytes * 1.05
    back = pickle.loads(stored)
    assert back.block.tobytes() == table.block.tobytes()
    back.burnout[3] = 7.0
    assert back["burnout"][3] == back.block[back.names.index("burnout"), 3] == 7.0
    assert table.burnout[3] != 7.0


def test_a_village_goes_on_alike_after_a_branch_and_after_a_pickle():
    village = load_scenario("libei", {"village.women": 40}).village(seed=2).run(211)
    others = {"branch": village.branch(), "pickle": pickle.loads(pickle.dumps(village))}
    village.run(216)
    for name, other in others.items():
        other.run(216)
        for column in village.sellers:
            assert (other.sellers[column] == village.sellers[column]).all(), (name, column)
        assert other.families.block.tobytes() == village.families.block.tobytes(), name
        assert other.ties.half.tobytes() == village.ties.half.tobytes(), name
        assert other.history.values.tobytes() == village.history.values.tobytes(), name
        assert other.ledger.imbalance() < 1e-9
        other.close()
    village.close()


def test_every_column_has_a_unit_and_a_meaning():
    for name, column in columns_of(Seller).items():
        assert column.unit, name
        assert column.meaning, name
        assert column.name == name


def test_the_agents_of_a_village_wake_on_first_use_and_change_nothing():
    village = load_scenario("libei", {"village.women": 20}).village(seed=1)
    before = village.sellers.block.tobytes()
    sellers = village.agents_by_type[Seller]
    assert len(sellers) == village.women
    assert before == village.sellers.block.tobytes()
    assert sorted(seller.row for seller in sellers) == list(range(village.women))
    assert sellers.get("age") == village.sellers.age.tolist()
    village.close()
