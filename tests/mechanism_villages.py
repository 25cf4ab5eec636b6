"""A hamlet that lives with measures made of one mechanism each, for everybody."""

from dataclasses import replace

from model.setup import Programme
from model.village import Village
from tests.strategies import delivery, small_setup

START, STOP = 10, 36
ENOUGH = Programme(START, STOP, workers=2, money=5e6, unlimited_staff=True)


def made_of(mechanism, dose=1.0, **changes):
    """A measure of one mechanism, for everybody, without worker hours."""
    basis = delivery("tea_talk", start=START, stop=STOP, dose=dose, coverage=1.0, target={})
    plain = {"group_size": 1.0, "hours": 0.0, "cost": 0.0, "own_hours": 0.0, **changes}
    return replace(basis, mechanism=mechanism, measure=mechanism.name, **plain)


def lived(*mechanisms, until=STOP, parameters=None, programme=ENOUGH, women=60, **changes):
    measures = tuple(made_of(m, **changes) for m in mechanisms)
    setup = small_setup(
        women, until, parameters=parameters, measures=measures, programme=programme
    )
    return Village(setup, seed=4).run()
