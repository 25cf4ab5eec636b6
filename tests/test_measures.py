"""Every measure of the papers is there by name, differs from the others, and does what it says."""

import functools
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from agents.columns import columns_of
from agents.families import Family
from agents.sellers import Seller
from model.parameters import DECLARED, Values
from model.setup import Programme
from scenarios.catalogue import MEASURES, resolve
from scenarios.measure_form import REFERENCE, STATES
from scenarios.papers import papers
from scenarios.schema import MeasureUse
from scenarios.yaml_reader import read_yaml
from tests import state_readers
from tests.state_readers import READERS, START, STOP, aimed_at, future, observe
from tests.strategies import delivery
from viz.tables.measures import count
from viz.words import all_words

ROWS = read_yaml(Path(__file__).parent / "cases" / "rows_of_evidence.yaml").data
LAYERS = ("micro", "meso", "macro")
NAMES = [name for layer in LAYERS for name in ROWS[layer]]
DISTINCT = [name for name in NAMES if name not in ROWS["same_as"]]
# Fields in which a number says how much of something is given: a part, no effect.
PARTS = {
    "counts", "fee", "contract", "governance", "open_books", "dividend", "logistics", "standards",
    "self_run", "links", "voice", "kit", "legal", "access", "informs", "salience", "targeting",
    "filled", "cold", "parcel",
}  # fmt: skip
# Costs nothing beside the hours of the workers, which are paid with their posts.
PRO_BONO = {"online_legal_advice"}
# What a state is compared with when "nothing" would say nothing: idle kit without strings.
AGAINST = {("usage_tied_funds", "idle_equipment"): "donor_equipment_money"}


# --- Rows -------------------------------------------------------------------------------------


def test_every_row_of_the_evidence_is_reached_by_its_name():
    assert sorted(NAMES) == sorted(MEASURES)
    assert {layer: len(ROWS[layer]) for layer in LAYERS} == {"micro": 35, "meso": 51, "macro": 42}
    for layer in LAYERS:
        assert {n for n in ROWS[layer] if MEASURES[n].layer != layer} == set()


def test_rows_that_are_one_thing_are_one_measure():
    assert {n: e.same_as for n, e in MEASURES.items() if e.same_as} == ROWS["same_as"]
    for name, other in ROWS["same_as"].items():
        one, two = delivery(name), delivery(other)
        assert replace(one, layer=two.layer) == two  # the name of its luck included
        assert MEASURES[name].label != MEASURES[other].label


def test_the_counts_of_the_catalogue_add_up():
    counts = count(MEASURES)
    assert (counts.rows, counts.distinct, counts.same) == (128, 122, 6)
    assert counts.m + counts.t + counts.e + counts.none == counts.distinct


@pytest.mark.parametrize("name", DISTINCT)
def test_a_row_says_what_its_paper_says_it_moves(name):
    """What the evidence names is moved, or told as expected and left open; nothing is turned."""
    said = {**MEASURES[name].expects, **MEASURES[name].moves}
    for state, direction in ROWS[LAYERS[_layer(name)]][name].items():
        told = {said.get(state)}
        if state == "price":
            told.add(said.get("brand"))
        assert direction in told, (name, state)


def _layer(name):
    return next(i for i, layer in enumerate(LAYERS) if name in ROWS[layer])


@pytest.mark.parametrize("name", NAMES)
def test_a_row_is_told_in_both_languages_with_its_paper_and_section(name):
    entry = MEASURES[name]
    assert entry.papers
    assert all(said.section for said in entry.papers)
    assert all(risk.section or risk.whose == "modeller" for risk in entry.risks)
    texts = [entry.label, entry.dose.unit, *entry.risks]
    assert not any(_chinese(text.en) for text in texts)
    assert all(_chinese(text.zh) for text in texts)


def _chinese(text):
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def test_every_state_has_its_words_and_a_reader():
    assert {f"measures.state_{state}" for state in STATES} <= set(all_words())
    assert set(STATES) == set(READERS)
    moved = {state for entry in MEASURES.values() for state in entry.moves}
    assert moved <= set(STATES)


def test_a_paper_without_an_author_is_told_so():
    assert [paper.code for paper in papers().values()] == ["000", "001", "002", "003", "004"]
    assert {name for name, paper in papers().items() if paper.author} == {
        "practice_models",
        "libei",
    }


# --- What a measure holds ---------------------------------------------------------------------


@pytest.mark.parametrize("name", DISTINCT)
def test_a_measure_holds_no_effect_numbers_of_its_own(name):
    for field, value in MEASURES[name].fields.items():
        if isinstance(value, str | bool):
            continue
        assert 0.0 <= value <= 1.0
        assert field in PARTS or value == 0.0, f"{name}: {field} = {value} is an effect"


def test_distinct_measures_differ_in_more_than_their_price():
    seen = {}
    for name in DISTINCT:
        told = delivery(name)
        does = (type(told.mechanism), told.mechanism, repr(told.target), told.dose)
        assert does not in seen.values(), (name, [n for n, x in seen.items() if x == does])
        seen[name] = does


def test_a_group_may_be_as_large_as_a_declared_number():
    use = MeasureUse(measure="mutual_aid_group", start=0, stop=1)
    entry = MEASURES["mutual_aid_group"]
    assert entry.group_size == f"{REFERENCE}group_size"
    assert resolve(use, entry, Values({"group_size": 8})).group_size == 8.0
    assert delivery("mutual_aid_group").group_size == DECLARED["group_size"].default


# --- What a measure does ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def village(compiled):
    """A village with bodies in it; tests branch it, never step it."""
    return state_readers.place()


@pytest.fixture(scope="module")
def alone(village):
    """The half-way state, the states moved and the bill of each measure alone, run once."""
    return functools.cache(lambda name: _alone(village, name))


@pytest.fixture(scope="module")
def without(village):
    """The same without any measure, every state read for the women of one target."""
    begun = future(village).run(START + 1)

    def read(name):
        aimed = aimed_at(begun, name)
        return aimed, of(aimed.tobytes())

    @functools.cache
    def of(mask):
        return observe(future(village), STATES, np.frombuffer(mask, dtype=bool))

    return read


class Alone(NamedTuple):
    """What a year of one measure did, in its highest dose, for all whom it aims at."""

    halfway: bytes
    states: dict[str, float]
    hours: float
    cost: float
    paid: float


def _alone(village, name):
    aimed = aimed_at(future(village).run(START + 1), name)
    told, entry = future(village, name, dose=MEASURES[name].dose.high), MEASURES[name]
    before, hours, cost = _given(told), 0.0, 0.0
    weeks = []
    while told.week < STOP:
        told.run(told.week + 1)
        hours, cost = hours + told.accounts.served, cost + told.accounts.cost
        weeks.append([READERS[state](told, aimed) for state in (*entry.moves, "idle_equipment")])
        if told.week == START + 26:
            halfway = people(told)
    means = np.array(weeks).mean(axis=0)
    states = dict(zip((*entry.moves, "idle_equipment"), map(float, means), strict=True))
    return Alone(halfway, states, hours, cost, _given(told) - before)


def people(village):
    """Who everybody is and how she is: what a measure that does something must touch."""
    sellers, families = village.sellers, village.families
    parts = [sellers[n] for n in columns_of(Seller)] + [families[n] for n in columns_of(Family)]
    parts.append(village.ties.half)
    bodies = [repr(b.state()) for b in [*village.bodies, *village.workers]]
    office = {**village.government.state(), "spent": 0.0}
    return b"".join([*(part.tobytes() for part in parts), repr([bodies, office]).encode()])


def test_no_two_measures_are_the_same_and_none_does_nothing(village, alone):
    """Each is given to all whom it aims at, so that only what it does can differ."""
    seen = {people(future(village).run(START + 26)): "nothing"}
    same = []
    for name in DISTINCT:
        state = alone(name).halfway
        if state in seen:
            same.append((name, seen[state]))
        seen[state] = name
    assert same == []


@pytest.mark.parametrize("name", DISTINCT)
def test_a_measure_moves_what_it_names_the_way_it_names(alone, without, name):
    moves = MEASURES[name].moves
    aimed, nothing = without(name)
    assert aimed.any()
    change = {}
    for state in moves:
        other = AGAINST.get((name, state))
        beside = alone(other).states if other else nothing
        change[state] = alone(name).states[state] - beside[state]
    assert {s: c for s, c in change.items() if not (c > 0.0 if moves[s] == "+" else c < 0.0)} == {}


def test_money_and_hours_of_every_measure_are_in_the_accounts(village, alone):
    """Beyond the posts, which are paid with or without it."""
    nothing = future(village)
    before, wages = _given(nothing), 0.0
    while nothing.week < STOP:
        nothing.run(nothing.week + 1)
        wages += nothing.accounts.cost
    given = _given(nothing) - before
    assert [n for n in DISTINCT if alone(n).hours <= 0.0] == []
    assert {n for n in DISTINCT if alone(n).cost <= wages} == PRO_BONO
    assert {n for n in DISTINCT if alone(n).paid <= given} == PRO_BONO


def _given(village):
    """Everything that has left the accounts of those who pay for programmes."""
    return -sum(village.ledger.balance[name] for name in ("programme", "donors", "government"))


def test_twice_the_coverage_with_the_same_workers_serves_no_more(village):
    """Served hours within 2 %, more women waiting, and the mean effect inside its interval."""
    limited = Programme(START, STOP, workers=2, money=5e6)
    served, waiting, effects = [], [], []
    for coverage in (0.5, 1.0):
        asks = {"programme": limited, "coverage": coverage, "dose": 1.0}
        told = future(village, "casework_growth_plan", **asks)
        hours, asked = 0.0, 0.0
        while told.week < STOP:
            told.run(told.week + 1)
            hours, asked = hours + told.accounts.served, asked + told.accounts.asked
        served.append(hours)
        waiting.append(asked - hours)
        effects.append(told.sellers.relief)
    assert served[1] == pytest.approx(served[0], rel=0.02)
    assert waiting[1] > 1.5 * waiting[0]
    change = effects[1] - effects[0]
    assert abs(change.mean()) < 1.96 * change.std() / np.sqrt(change.size) + 1e-9
