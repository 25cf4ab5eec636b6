"""Worked examples to check by hand: given columns, when a phase, then columns."""

from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from agents.few import SocialWorker
from agents.rule import Rule
from model.parameters import Values
from model.phases.bodies import found
from model.setup import Background, Programme, Setup
from model.ties import Kind, Ties
from model.village import Village
from model.week import WEEK
from scenarios.yaml_reader import read_yaml
from tests.strategies import delivery

CASES = Path(__file__).parent / "cases" / "model"
RULES = read_yaml(CASES / "rules.yaml").data
PHASES = read_yaml(CASES / "phases.yaml").data
SUBMODELS = {f"5.{n}" for n in range(1, 13)}
BY_NAME = {phase.__name__: phase for phase in WEEK}
WOMEN = 6
# every number that the examples speak of is told where it is not the declared default
FIXED = {"second_woman_share": 0.0, "luck_spread": 0.1}


@pytest.mark.parametrize(
    "case", RULES, ids=lambda case: case["rule"].removeprefix("model.phases.")
)
def test_a_rule_gives_what_was_worked_out_by_hand(case):
    module, name = case["rule"].rsplit(".", 1)
    rule = getattr(import_module(module), name)
    assert isinstance(rule, Rule)
    inputs = {key: float(value) for key, value in case["given"].items()}
    found = rule(**inputs)
    np.testing.assert_allclose(found, case["gives"], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "case", RULES, ids=lambda case: case["rule"].removeprefix("model.phases.")
)
def test_the_compiled_rule_gives_the_same(case):
    module, name = case["rule"].rsplit(".", 1)
    rule = getattr(import_module(module), name)
    several = isinstance(case["gives"], list)
    out = tuple(np.empty(2) for _ in case["gives"]) if several else np.empty(2)
    first, *others = rule.__wrapped__.__code__.co_varnames[: len(case["given"])]
    rule.into(out, np.full(2, float(case["given"][first])), *(case["given"][n] for n in others))
    rows = [column[1] for column in out] if several else out[1]
    np.testing.assert_allclose(rows, case["gives"], rtol=1e-12, atol=1e-15)


def village_of(case):
    """Six women, each alone in her family, with what a case gives."""
    values = Values({**FIXED, **case.get("parameters", {})})
    measures = tuple(
        delivery(
            m["measure"], values, m["start"], m["stop"], dose=m["dose"], coverage=m["coverage"]
        )
        for m in case.get("measures", ())
    )
    programme = Programme(**case["programme"]) if "programme" in case else None
    village = Village(
        Setup(
            "case",
            60,
            WOMEN,
            values,
            programme=programme,
            measures=measures,
            background=Background(**case.get("background", {})),
        ),
        seed=1,
    )
    village.week = case.get("week", 0)
    village.workers = [
        SocialWorker(village, village.p.direct_hours) for _ in range(case.get("workers", 0))
    ]
    if "ties" in case:
        a, b = np.array(case["ties"]).T
        ones = np.ones(a.size)
        village.ties = Ties(WOMEN, a, b, ones * Kind.NEIGHBOUR, ones, ones, ones)
    if "body" in case:
        body = dict(case["body"])
        members = np.isin(np.arange(WOMEN), body.pop("members")).astype(float)
        made = found(village, body.pop("kind"), members, body.pop("governance"))
        for name, value in body.items():
            setattr(made, name, float(value))
    for path, value in case.get("given", {}).items():
        place(village, path, value)
    return village


def reach(village, path):
    """What a dotted path speaks of."""
    owner, _, name = path.partition(".")
    thing = village
    for step in (owner, *name.split(".")):
        if step == "history":
            return village.history.column(name)[-1]
        if isinstance(thing, list):
            thing = thing[int(step)]
        else:
            thing = thing[step] if isinstance(thing, dict) else getattr(thing, step)
    return thing


def place(village, path, value):
    owner, name = path.split(".")
    here = getattr(village, owner)
    column = getattr(here, name)
    if not isinstance(column, np.ndarray):
        setattr(here, name, value)
    elif isinstance(value, list):
        column[:] = 0.0 if path != "sellers.lead" else -1.0
        column[: len(value)] = value
    else:
        column[:] = value


@pytest.mark.parametrize("case", PHASES, ids=lambda case: f"{case['phase']} {case['submodel']}")
def test_a_phase_gives_what_was_worked_out_by_hand(case):
    village = village_of(case)
    village.ledger.open_week()
    BY_NAME[case["phase"]](village)
    for path, wanted in case["then"].items():
        found = reach(village, path)
        if isinstance(wanted, list):
            found = found[: len(wanted)]
        np.testing.assert_allclose(found, wanted, rtol=1e-9, atol=1e-12, err_msg=path)


def test_every_phase_and_every_submodel_has_a_worked_example():
    assert {case["phase"] for case in PHASES} == set(BY_NAME)
    assert {case["submodel"] for case in (*RULES, *PHASES)} == SUBMODELS
