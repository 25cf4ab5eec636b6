"""What guesses move, told apart from luck: draws of villages whose spread is known."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.comparison_frames import ranges_frame
from experiments.job import Job, TaskName


def _rows(count):
    return pd.DataFrame({
        "arm": "a", "outcome": "income", "horizon": "end", "population": "all_women",
        "subgroup": "all", "estimate": np.zeros(count), "low": -1.0, "high": 1.0,
        "joint_low": -1.0, "joint_high": 1.0, "unit": "yuan/week",
    })


def _drawn(of_guesses, shared, own=0.2, count=400, draws=10, villages=4):
    """Draws of outcomes whose villages are lucky alike in every draw, and a little each time."""
    luck = np.random.default_rng(7)
    changes = luck.normal(size=(draws, 1, count)) * of_guesses
    changes = changes + luck.normal(size=(1, villages, count)) * shared
    changes = changes + luck.normal(size=(draws, villages, count)) * own
    return [np.stack([np.zeros_like(change), change]) for change in changes]


@pytest.mark.parametrize("shared", [0.0, 1.0, 3.0, 1000.0])
def test_the_spread_owed_to_guesses_is_the_true_one_whatever_luck_the_draws_share(shared):
    for true, low, high in ((1.0, 0.95, 1.05), (0.0, 0.0, 0.1)):
        found = ranges_frame(_rows(400), _drawn(true, shared)).draw_spread
        assert low <= np.sqrt((found**2).mean()) <= high


def test_a_village_that_one_draw_misses_says_nothing_of_the_guesses():
    drawn = _drawn(1.0, 3.0)
    whole = [draw[:, :3] for draw in drawn]
    drawn[4][:, 3] = np.nan
    drawn[0][:, 3] += 1e6
    found, alone = ranges_frame(_rows(400), drawn), ranges_frame(_rows(400), whole)
    assert np.allclose(found.draw_spread, alone.draw_spread)
    drawn[7][:] = np.nan  # a draw without any village, as of a job that was stopped
    found = ranges_frame(_rows(400), drawn)
    alone = ranges_frame(_rows(400), [*whole[:7], *whole[8:]])
    assert np.allclose(found.draw_spread, alone.draw_spread)
    assert set(found.draws) == {9}
    for draw in drawn:
        draw[:, 1:] = np.nan
    assert ranges_frame(_rows(400), drawn).draw_spread.isna().all()  # one village has no luck


def test_villages_keep_their_places_in_every_draw_of_a_stopped_job():
    cells = {TaskName(n, d): np.full((2, 3), 10.0 * n + d) for n in (1, 2) for d in (1, 2)}
    del cells[TaskName(1, 2)]
    found = Job.values_of_draws(SimpleNamespace(cells_of_draws=cells))
    assert found[1][0, :, 0].tolist() == [11.0, 21.0]
    assert np.isnan(found[2][:, 0]).all()
    assert (found[2][:, 1] == 22.0).all()
