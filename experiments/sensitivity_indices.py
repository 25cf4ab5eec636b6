"""What moves an outcome most: Morris screening and Sobol indices on replication means.

Each method needs its own design: Morris trajectories (elementary effects, Campolongo et al. 2007)
or Saltelli blocks (first-order indices as in Saltelli et al. 2010, total ones as in Jansen 1999).
SALib computes both; here stands what is handed to it, and when its answer may not be trusted.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.design import problem_of
from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.plan import Plan
from experiments.statistics import Floats
from experiments.store_read import Results, load_results
from experiments.store_sweep import read_manifest
from experiments.sweeps import plan_of
from model.errors import JinguoError, did_you_mean

METHODS = ("morris", "saltelli")
RESAMPLES = 500
SETTLED_WIDTH = 0.1  # of the widest 95 % interval of a total index, or of the largest effect
NOISE_LIMIT = 0.1  # share of the variance between draws that may be luck
FEWEST_BLOCKS = 4


@dataclass(frozen=True)
class Sensitivity:
    """What moves one outcome of one scenario.

    Attributes:
        scenario: its name.
        indicator: the outcome.
        weeks: averaged, from the first until before the last.
        method: `morris` or `saltelli`.
        table: one row a factor; of Morris `effect` (mean of absolute elementary effects, in units
            of the outcome over the whole range), `effect_low`, `effect_high`, `direction` (mean of
            the effects) and `spread` (of the effects: interaction or curvature); of Saltelli
            `first` and `total` with their intervals.
        blocks: trajectories or base samples that were used.
        dropped: those that were not, because a run of theirs failed or is missing.
        variance: of the outcome between draws.
        noise: share of it that is the luck of replications, at most all; NaN with one replication.
        settled: the intervals are narrow enough to rank by.
        guesses: lowest and highest share of the variance that rests on grade-E inputs; only of
            Saltelli. Between the two lie interactions of guesses with other inputs.
    """

    scenario: str
    indicator: str
    weeks: tuple[int, int]
    method: str
    table: pd.DataFrame
    blocks: int
    dropped: int
    variance: float
    noise: float
    settled: bool
    guesses: tuple[float, float] | None = None

    @property
    def noisy(self) -> bool:
        """Luck may be read as interaction here: more replications are needed."""
        return not self.noise <= NOISE_LIMIT


def sensitivity(
    store: str | Path,
    indicators: Sequence[str] = ("income", "burnout", "trust"),
    horizon: str = "end",
) -> list[Sensitivity]:
    """What moves each of these outcomes, in each scenario of a sweep.

    Args:
        store: a sweep with a Morris or Saltelli design, finished or not.
        indicators: the outcomes.
        horizon: when they are read: `end`, `after_52` or `after_104`.

    Raises:
        JinguoError: another design, an unknown outcome or horizon, or too few complete blocks.
    """
    path = Path(store).absolute()
    manifest = read_manifest(path)
    plan = plan_of(manifest, path, {})
    if plan.kind not in METHODS:
        found = plan.kind or "–"
        raise JinguoError("sweep.wrong_design", {"found": found, "allowed": METHODS})
    with load_results(path) as results:
        for name in indicators:
            results.check_indicator(name)
        return [
            _of_outcome(results, plan, scenario, name, _weeks(manifest, scenario, name, horizon))
            for scenario in plan.arms
            for name in indicators
        ]


def indices_frame(found: Sequence[Sensitivity]) -> pd.DataFrame:
    """Every index of some outcomes, one row a scenario, outcome and factor; the strongest first.

    Args:
        found: of `sensitivity`.
    """
    frames = []
    for one in found:
        first, end = one.weeks
        facts: dict[str, Any] = {
            "scenario": one.scenario, "indicator": one.indicator, "method": one.method,
            "week_first": first, "week_last": end - 1, "blocks": one.blocks,
            "dropped": one.dropped, "variance": one.variance, "noise": one.noise,
            "settled": one.settled,
        }
        frames.append(one.table.assign(**facts)[[*facts, *one.table.columns]])
    return pd.concat(frames, ignore_index=True)


def _weeks(manifest: Any, scenario: str, indicator: str, horizon: str) -> tuple[int, int]:
    from model.indicators import INDICATORS  # noqa: PLC0415 (slow to load)

    horizons = manifest["arms"][scenario]["horizons"]
    if horizon not in horizons:
        fields = {"at": "--horizon", "found": horizon, "allowed": tuple(horizons)}
        meant = did_you_mean(horizon, horizons)
        raise JinguoError("errors.unknown_choice", {**fields, "meant": meant})
    money = {one.name for one in INDICATORS if one.money}
    end = int(horizons[horizon])
    return max(0, end - (WEEKS_AVERAGED_MONEY if indicator in money else WEEKS_AVERAGED)), end


def _of_outcome(
    results: Results, plan: Plan, scenario: str, indicator: str, weeks: tuple[int, int]
) -> Sensitivity:
    frame = results.window_means(indicator, *weeks)
    frame = frame[(frame.scenario == scenario) & np.isfinite(frame["value"].astype(float))]
    by_draw = frame.groupby("draw")["value"]
    values = by_draw.mean().reindex(range(plan.draws)).to_numpy(dtype=np.float64)
    size = block_size(plan)
    blocks = values.reshape(-1, size)
    whole = np.isfinite(blocks).all(axis=1)
    if whole.sum() < FEWEST_BLOCKS:
        counts = {"found": int(whole.sum()), "needed": FEWEST_BLOCKS, "indicator": indicator}
        raise JinguoError("sweep.too_few_blocks", counts)
    used = blocks[whole].ravel()
    points = plan.places.reshape(-1, size, len(plan.factors))[whole]
    variance = float(used.var())
    noise = np.minimum(luck_of_draws(frame) / variance, 1.0) if variance > 0 else float("nan")
    names = [factor.name for factor in plan.factors]
    guesses = None
    if plan.kind == "morris":
        table = morris_table(names, points.reshape(-1, len(names)), used, plan.levels)
        settled = _narrow(table.effect_high - table.effect_low, float(table.effect.max()))
    else:
        graded = [factor.grade == "E" for factor in plan.factors]
        table, guesses = sobol_table(names, used, graded, second_order=plan.second_order)
        settled = _narrow(table.total_high - table.total_low, 1.0)
    table.insert(1, "grade", [factor.grade for factor in plan.factors])
    order = "effect" if plan.kind == "morris" else "total"
    table = table.sort_values(order, ascending=False, ignore_index=True)
    count, dropped = int(whole.sum()), int((~whole).sum())
    facts = (count, dropped, variance, noise, settled and variance > 0, guesses)
    return Sensitivity(scenario, indicator, weeks, plan.kind, table, *facts)


def luck_of_draws(frame: pd.DataFrame) -> float:
    """Variance that luck gives the means of the draws, relative to each other.

    Every draw has the same replications, so what a lucky village adds to all draws does not count:
    only what is left after the means of draws and of replications are taken away.
    """
    values = frame.pivot_table(index="draw", columns="replication", values="value")
    held = values.dropna(axis="columns").to_numpy(dtype=np.float64)
    draws, replications = held.shape
    if replications < 2 or draws < 2:  # noqa: PLR2004
        return float("nan")
    left = held - held.mean(axis=1, keepdims=True) - held.mean(axis=0) + held.mean()
    return float((left**2).sum() / ((draws - 1) * (replications - 1)) / replications)


def block_size(plan: Plan) -> int:
    """Draws of one trajectory, or of one base sample and its twins."""
    count = len(plan.factors)
    if plan.kind == "morris":
        return count + 1
    return 2 * count + 2 if plan.second_order else count + 2


def morris_table(
    names: Sequence[str], points: Floats, values: Floats, levels: int
) -> pd.DataFrame:
    """Elementary effects of each factor.

    Args:
        names: of the factors.
        points: trajectories x factors, 0 to 1.
        values: of the outcome.
        levels: of the design.
    """
    from SALib.analyze import morris  # noqa: PLC0415 (slow to load)

    if values.std() == 0:
        zeros = np.zeros(len(names))
        columns = ("effect", "effect_low", "effect_high", "direction", "spread")
        return pd.DataFrame({"factor": list(names), **dict.fromkeys(columns, zeros)})
    found = morris.analyze(problem_of(names), points, values, RESAMPLES, num_levels=levels, seed=1)
    effect, reach = np.asarray(found["mu_star"]), np.asarray(found["mu_star_conf"])
    return pd.DataFrame(
        {
            "factor": list(names),
            "effect": effect,
            "effect_low": effect - reach,
            "effect_high": effect + reach,
            "direction": np.asarray(found["mu"]),
            "spread": np.asarray(found["sigma"]),
        }
    )


def sobol_table(
    names: Sequence[str], values: Floats, graded_e: Sequence[bool], *, second_order: bool = False
) -> tuple[pd.DataFrame, tuple[float, float]]:
    """First-order and total indices of each factor, and the share that rests on guesses.

    The share: at least the sum of the first-order indices of the guesses, at most one minus
    that of the others.

    Args:
        names: of the factors.
        values: of the outcome, blocks of base samples.
        graded_e: which factors are expert guesses.
        second_order: the blocks are those for pairs, too.
    """
    from SALib.analyze import sobol  # noqa: PLC0415 (slow to load)

    columns = ("first", "first_low", "first_high", "total", "total_low", "total_high")
    if values.std() == 0:
        zeros = dict.fromkeys(columns, np.full(len(names), np.nan))
        return pd.DataFrame({"factor": list(names), **zeros}), (float("nan"),) * 2
    found = sobol.analyze(problem_of(names), values, second_order, RESAMPLES, seed=1)
    table = pd.DataFrame({"factor": list(names)})
    for column, name in (("first", "S1"), ("total", "ST")):
        index, reach = np.asarray(found[name]), np.asarray(found[f"{name}_conf"])
        table[column] = index
        table[f"{column}_low"], table[f"{column}_high"] = index - reach, index + reach
    guessed, first = np.asarray(graded_e), np.clip(table["first"].to_numpy(), 0, 1)
    low, high = float(first[guessed].sum()), float(1 - first[~guessed].sum())
    low = min(low, 1.0)
    return table, (low, min(max(high, low), 1.0))


def _narrow(widths: "pd.Series[float]", scale: float) -> bool:
    return bool(widths.max() <= SETTLED_WIDTH * scale)
