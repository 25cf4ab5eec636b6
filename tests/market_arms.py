"""Arms of a village of sellers in which one market mechanism is tried at a time."""

from dataclasses import replace

from model.mechanism import Delivery
from model.parameters import Values
from model.setup import Programme

START, STOP = 208, 234
NOBODY = Programme(START, STOP, workers=0, money=1e7, unlimited_staff=True)


def given(mechanism, dose=1.0, coverage=1.0, start=START, stop=STOP, **changes):
    """A mechanism as a village gets it, of no measure in the catalogue."""
    target = changes.pop("target", {"status": "selling"})
    return Delivery("tried", "meso", mechanism, dose, coverage, start, stop, target, **changes)


def future(village, week, *measures, shocks=(), **parameters):
    """The village in another future, up to a week; without measures there is no programme."""
    programme = NOBODY if measures else None
    setup = replace(village.setup, measures=measures, programme=programme, shocks=shocks)
    twin = village.branch(setup)
    if parameters:  # from now on only: what has happened stays
        values = dict(setup.values.items()) | parameters
        twin.setup = replace(setup, values=Values(values))
        twin.p = twin.setup.values
    return twin.run(week)


def of_sellers(village, name):
    """A column of the women who sell now."""
    s = village.sellers
    return s[name][s.selling > 0.0]
