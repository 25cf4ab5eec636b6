"""How far the results hang on guesses: draws of the most influential expert-guess inputs."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.layer_frames import GROUP, effects_frame
from experiments.outcomes import Cell
from experiments.statistics import Floats
from model.parameters import DECLARED

if TYPE_CHECKING:
    from scenarios.schema import Scenario

GUESSES = (
    "would_ever_sell",
    "base_demand",
    "target_capacity_use",
    "price_elasticity",
    "tau_chronic",
    "assumed_medium",
    "sw_trust_weeks",
    "rivalry_trust",
    "peer_rival_factor",
    "exit_reference_per_hour",
)
DRAWS = 10
REPLICATIONS_A_DRAW = 4
FURTHEST = 0.5  # of the range, either side of the scenario's own value


def guesses_of(scenario: "Scenario") -> dict[str, tuple[float, float]]:
    """The bounds of each guess: its declared range, no further than half of it from the own value.

    The scenario's own value was calibrated; the far end of a range would describe another place.
    """
    values = scenario.setup().values
    bounds = {}
    for name in GUESSES:
        declared = DECLARED[name]
        if not declared.readable or declared.low is None or declared.high is None:
            continue
        own: float = getattr(values, name)
        reach = FURTHEST * (declared.high - declared.low)
        bounds[name] = (max(declared.low, own - reach), min(declared.high, own + reach))
    return bounds


def draw_guesses(
    bounds: Mapping[str, tuple[float, float]], seed: int, draws: int = DRAWS
) -> list[dict[str, float]]:
    """Uniform values of every guess, each range cut into as many slices as there are draws.

    Args:
        bounds: lowest and highest value, by name.
        seed: the job's; a guess's values do not depend on which others there are.
        draws: how many.

    >>> len(draw_guesses({"tau_chronic": (50.0, 150.0)}, seed=1))
    10
    """
    drawn: list[dict[str, float]] = [{} for _ in range(draws)]
    for name, (low, high) in bounds.items():
        digest = hashlib.sha256(f"jinguo.guesses/{seed}/{name}".encode()).digest()
        luck = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))
        places = (luck.permutation(draws) + luck.random(draws)) / draws
        for draw, place in zip(drawn, places, strict=True):
            draw[name] = float(low + place * (high - low))
    return drawn


def with_guesses(scenario: "Scenario", draw: Mapping[str, float]) -> "Scenario":
    """The scenario under another draw of its guesses."""
    return scenario.model_copy(update={"parameters": {**scenario.parameters, **draw}})


def assumptions_frame(
    effects: pd.DataFrame, cells: Sequence[Cell], values: Mapping[int, Floats]
) -> pd.DataFrame:
    """Beside each effect and its Monte Carlo interval, its range over the draws.

    Args:
        effects: of the scenario's own values.
        cells: the outcomes.
        values: of each draw: arms x replications x outcomes.
    """
    drawn = [effects_frame(cells, draw).estimate.to_numpy() for draw in values.values()]
    frame = with_ranges(effects, drawn)
    keys = ["arm", "outcome", "horizon", *GROUP]
    columns = ["estimate", "low", "high", "draw_low", "draw_high", "draws", "unit"]
    return frame[[*keys, *columns]]


def with_ranges(effects: pd.DataFrame, drawn: Sequence[Floats]) -> pd.DataFrame:
    """Effects with their lowest and highest value over the draws, and how many draws had one.

    Args:
        effects: of the scenario's own values.
        drawn: of each draw the same effects, in the order of the rows.
    """
    frame = effects.copy()
    stacked = np.array(drawn).reshape(len(drawn), len(frame))
    held = np.isfinite(stacked)
    some = held.any(axis=0)
    frame["draw_low"] = np.where(
        some, np.where(held, stacked, np.inf).min(axis=0, initial=np.inf), np.nan
    )
    frame["draw_high"] = np.where(
        some, np.where(held, stacked, -np.inf).max(axis=0, initial=-np.inf), np.nan
    )
    frame["draws"] = held.sum(axis=0)
    return frame
