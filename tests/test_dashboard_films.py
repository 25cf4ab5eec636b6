"""Films: what is recorded of a village, and what of it goes to the browser."""

import base64
import json

import numpy as np
import pytest

from scenarios.load import load_scenario
from tests.test_dashboard import small
from viz.dashboard.frames import ROLES, Recorder, film_village
from viz.dashboard.layout import places
from viz.dashboard.payload import as_csv, causes_of, packed, payload, portrait
from viz.dashboard.runner import Order, make


@pytest.fixture(scope="module")
def film():
    return make(Order(small(), 3))


def test_a_filmed_run_and_an_unfilmed_one_are_the_same_to_the_bit():
    scenario = small()
    plain, watched = scenario.village(5), scenario.village(5)
    plain.run()
    film_village(watched, "k")
    assert plain.sellers.block.tobytes() == watched.sellers.block.tobytes()
    assert plain.families.block.tobytes() == watched.families.block.tobytes()
    assert plain.history.values.tobytes() == watched.history.values.tobytes()
    assert plain.ties.half.tobytes() == watched.ties.half.tobytes()


def test_a_film_shows_what_the_village_was(film):
    v = small().village(3)
    v.run()
    s = v.sellers
    assert film.weeks == film.total == 60
    assert np.array_equal(film.history, v.history.values.astype(np.float32), equal_nan=True)
    assert np.allclose(film.women["burnout"][-1] / 250, s.burnout, atol=0.002)
    assert np.allclose(film.women["income"][-1], s.income, atol=0.5)
    assert film.counts[-1, 0] == s.selling.sum()
    assert film.counts[-1, 1] == ((s.selling > 0) & (s.burnout > v.p.burnout_cutoff)).sum()
    roles = film.women["role"][-1]
    codes = [ROLES.index(role) for role in ("alone", "follower", "cooperative", "lead")]
    selling = np.isin(roles, codes)
    assert np.array_equal(selling, s.selling > 0)


def test_a_film_cannot_be_changed(film):
    with pytest.raises(ValueError, match="read-only"):
        film.women["burnout"][0, 0] = 9
    with pytest.raises(AttributeError):
        film.seed = 2


def test_of_a_larger_village_three_hundred_are_shown_and_evenly():
    v = load_scenario("libei", {"village.women": 450}).village(1)
    cast = Recorder(v, "k").cast
    assert (cast.rows.size, cast.everybody) == (300, 450)
    share = np.bincount(v.sellers.hamlet[cast.rows].astype(int)) / np.bincount(
        v.sellers.hamlet.astype(int)
    )
    assert share.min() > 0.55
    assert share.max() < 0.78
    assert abs(v.sellers.would_sell[cast.rows].mean() - v.sellers.would_sell.mean()) < 0.02


def test_places_are_apart_and_the_same_every_time():
    hamlet = np.repeat([0, 1, 2], [30, 50, 20])
    ties = np.arange(100)
    found = places(hamlet, ties)
    assert np.array_equal(found, places(hamlet, ties))
    assert found.min() >= 0
    assert found.max() <= 1
    gaps = np.hypot(*(found[:, None] - found[None]).transpose(2, 0, 1)) + np.eye(100)
    assert gaps.min() > 0.02


def test_a_payload_is_plain_json_and_small(film):
    text = json.dumps(payload(film))
    assert len(text) < 500_000
    back = json.loads(text)
    burnout = np.frombuffer(base64.b64decode(back["burnout"]), np.uint8)
    assert np.array_equal(burnout.reshape(60, 60), film.women["burnout"])
    assert len(back["lines"]["income_now"]) == 60
    assert len(portrait(film, 4)["own"]["sales"]) == 15
    assert as_csv([("A", film)]).count("\n") == 61


def test_a_film_is_packed_once_for_all_visitors(film):
    assert json.loads(packed(film)) == json.loads(json.dumps(payload(film)))
    assert packed(film) is packed(film)
    assert packed(make(Order(small(), 4))) != packed(film)


def test_causes_are_those_of_the_village(film):
    found = causes_of(film, "income", 20, 50)
    assert len(found) == 5
    assert found == sorted(found, key=lambda c: -abs(c[1]))
