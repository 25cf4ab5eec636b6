"""Small real villages, and random ones for tests of what must hold in every village."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from model.parameters import DECLARED, Values
from model.phases.events import SHOCKS
from model.setup import Background, Programme, Setup, Shock
from model.village import Village
from scenarios.catalogue import MEASURES, resolve
from scenarios.schema import MeasureUse

# What makes a village of sixty women a market of its own, so that much happens in few weeks.
BUSY = {"would_ever_sell": 0.6, "entry_rate": 1.5, "learning_weeks": 1.0}
PROGRAMME = Programme(start=10, stop=30, workers=2, money=400_000.0)
FREE = [
    parameter
    for parameter in DECLARED.values()
    if parameter.readable and parameter.low is not None and parameter.low < parameter.high
]


def delivery(measure, values=None, start=10, stop=30, **changes):
    """One measure of the catalogue as a village receives it."""
    use = MeasureUse(measure=measure, start=start, stop=stop)
    return replace(resolve(use, MEASURES[measure], values or Values()), **changes)


def small_setup(women=60, weeks=60, parameters=None, measures=(), **changes):
    """A hamlet with a pioneer; measures are names, or deliveries as they are."""
    values = Values({**BUSY, **(parameters or {})})
    given = tuple(delivery(m, values) if isinstance(m, str) else m for m in measures)
    basis = Setup(
        name="hamlet",
        weeks=weeks,
        women=women,
        values=values,
        measures=given,
        background=Background(pioneer=True, county_push=(0, 20), village_logistics=0),
    )
    return replace(basis, **changes)


def columns(village):
    """Every stored number of a village, by name."""
    numbers = {f"sellers.{name}": village.sellers[name] for name in village.sellers}
    numbers |= {f"families.{name}": village.families[name] for name in village.families}
    numbers |= {"ties": village.ties.half, "ties.other": village.ties.other}
    numbers |= {"ties.start": village.ties.start, "ties.reverse": village.ties.reverse}
    numbers["history"] = village.history.values
    numbers["ledger"] = np.array(list(village.ledger.balance.values()))
    for outcome in ("income", "burnout", "trust"):
        numbers[f"causes.{outcome}"] = village.causes.frame(outcome).to_numpy()
    few = [*village.bodies, *village.workers, village.government]
    for place, agent in enumerate(few):
        numbers[f"few.{place}"] = np.frombuffer(repr(agent.state()).encode(), dtype=np.uint8)
    return numbers


def same_bits(one, other):
    """Names of what differs between two villages, in any bit."""
    a, b = columns(one), columns(other)
    nothing = np.empty(0)
    pairs = {name: (a.get(name, nothing), b.get(name, nothing)) for name in {**a, **b}}
    return [n for n, (x, y) in pairs.items() if (x.shape, x.tobytes()) != (y.shape, y.tobytes())]


@st.composite
def parameters(draw):
    """A few parameters anywhere inside their ranges."""
    chosen = draw(st.lists(st.sampled_from(FREE), max_size=8, unique_by=lambda p: p.name))
    return {p.name: draw(st.floats(p.low, p.high)) for p in chosen}


@st.composite
def deliveries(draw, values):
    """Any measure, in any dose its file allows, for anybody, for some weeks."""
    name = draw(st.sampled_from(sorted(MEASURES)))
    start = draw(st.integers(0, 20))
    dose = draw(st.floats(MEASURES[name].dose.low, MEASURES[name].dose.high))
    coverage, weeks = draw(st.floats(0.0, 1.0)), draw(st.integers(1, 20))
    return delivery(name, values, start, start + weeks, dose=dose, coverage=coverage)


@st.composite
def setups(draw):
    """A random village with a random programme."""
    values = Values({**BUSY, **draw(parameters())})
    start = draw(st.integers(0, 15))
    programme = Programme(
        start=start,
        stop=start + draw(st.integers(1, 20)),
        workers=draw(st.integers(0, 4)),
        money=draw(st.floats(0.0, 400_000.0)),
        priority=draw(st.sampled_from(["worst_off", "most_able", "first_come", "equal"])),
        unlimited_staff=draw(st.booleans()),
    )
    shocks = tuple(SHOCKS)
    return Setup(
        name="random",
        weeks=30,
        women=draw(st.integers(20, 70)),
        values=values,
        graph=draw(st.sampled_from(["generated", "random"])),
        structure={
            "household": draw(st.sampled_from(["unitary", "bargaining"])),
            "adoption": draw(st.sampled_from(["imitation", "payoff"])),
            "support": draw(st.sampled_from(["protective", "neutral"])),
        },
        programme=draw(st.none() | st.just(programme)),
        measures=tuple(
            draw(st.lists(deliveries(values), max_size=5, unique_by=lambda d: d.measure))
        ),
        shocks=tuple(
            Shock(draw(st.sampled_from(shocks)), draw(st.integers(0, 29)))
            for _ in range(draw(st.integers(0, 2)))
        ),
        background=Background(
            pioneer=draw(st.booleans()),
            county_push=(0, draw(st.integers(1, 30))),
            village_logistics=draw(st.none() | st.integers(0, 20)),
            federation_classes=draw(st.none() | st.just((0, 30))),
            match_boom=draw(st.none() | st.just((5, 30, 8))),
            middlemen=draw(st.booleans()),
        ),
    )


@st.composite
def villages(draw):
    """A random village before its first week."""
    return Village(draw(setups()), draw(st.integers(0, 2**40)))
