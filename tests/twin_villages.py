"""One cause changed in a twin village: the tools of the tests of direction."""

from dataclasses import replace

import numpy as np

from agents.sellers import Status
from model.phases.bodies import found
from model.ties import Kind, Ties
from model.village import Village
from tests.strategies import PROGRAMME, delivery, small_setup


def twins(village, change):
    """The village and its twin with one thing changed."""
    same, other = village.branch(), village.branch()
    change(other)
    return same, other


def after(village, change, phase, read):
    """A reading after one phase: as it is, and with the change."""
    pair = twins(village, change)
    for one in pair:
        phase(one)
    return tuple(read(one) for one in pair)


def mean(name, table="sellers"):
    return lambda village: float(getattr(village, table)[name].mean())


def put(name, value, table="sellers"):
    def change(village):
        getattr(village, table)[name][:] = value

    return change


def only_tie(village, pair=(0, 1), trust=0.5):
    """Two women who sell, know only each other and see each other often."""
    one = np.ones(1)
    a, b = np.array([pair[0]]), np.array([pair[1]])
    village.ties = Ties(village.women, a, b, one * Kind.NEIGHBOUR, one, one * trust, one * trust)
    s = village.sellers
    s.selling[:] = 0.0
    s.selling[list(pair)] = 1.0
    s.status[list(pair)] = Status.SELLING
    s.hours_leisure[:], s.shown_price[:], s.price[:], s.undercut[:], s.use[:] = (
        40.0,
        2.0,
        2.0,
        0.0,
        1.0,
    )


def asking(workers=2, hours=1.5, **programme):
    """A village whose women ask for more sessions than two workers have."""
    use = delivery("one_to_one_accompaniment", dose=1.0, coverage=1.0, target={}, hours=hours)
    terms = {"workers": workers, "money": 1e7, **programme}
    return Village(small_setup(measures=[use], programme=replace(PROGRAMME, **terms)), 1).run(10)


def found_cooperative(village, **numbers):
    """A cooperative of the first ten sellers, by their rows."""
    rows = np.flatnonzero(village.sellers.selling)[:10]
    members = np.zeros(village.women)
    members[rows] = 1.0
    body = found(village, "cooperative", members, governance=0.5)
    for name, value in numbers.items():
        setattr(body, name, value)
    return rows
