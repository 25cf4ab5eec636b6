"""What moves an outcome most: Morris screening and Sobol indices on replication means.

Each method needs its own design: Morris trajectories (elementary effects, Campolongo et al. 2007)
or Saltelli blocks (first-order indices as in Saltelli et al. 2010, total ones as in Jansen 1999;
SALib computes these). Every point used has the same replications, so shared luck cancels out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.design import problem_of
from experiments.design_factors import Factor
from experiments.outcomes import WEEKS_AVERAGED, WEEKS_AVERAGED_MONEY
from experiments.plan import Plan
from experiments.statistics import Floats, luck_of_means, student_interval
from experiments.store_read import Results, load_results
from experiments.store_sweep import read_manifest
from experiments.sweeps import plan_of
from model.errors import JinguoError, did_you_mean

METHODS = ("morris", "saltelli")
RESAMPLES = 500  # of the bootstrap of Sobol indices
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
        replications: that were used, the same at every point.
        unused: runs with a result that were left out, because others beside them have none.
        variance: of the outcome between draws.
        noise: share of it that is the luck of replications, at most all; NaN with one
            replication, or where nothing moves.
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
    replications: int
    unused: int
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
            "dropped": one.dropped, "replications": one.replications, "unused": one.unused,
            "variance": one.variance, "noise": one.noise, "settled": one.settled,
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
    runs = frame.pivot_table(index="draw", columns="replication", values="value")
    held = runs.reindex(range(plan.draws)).to_numpy(dtype=np.float64)
    size = block_size(plan)
    whole, together = most_complete(np.isfinite(held).reshape(-1, size, held.shape[1]).all(axis=1))
    if whole.sum() < FEWEST_BLOCKS:
        counts = {"found": int(whole.sum()), "needed": FEWEST_BLOCKS, "indicator": indicator}
        raise JinguoError("sweep.too_few_blocks", counts)
    used = held[np.ix_(whole.repeat(size), together)]
    points, values = plan.places[whole.repeat(size)], used.mean(axis=1)
    variance = float(values.var())
    noise = np.minimum(luck_of_means(used) / variance, 1.0) if variance > 0 else float("nan")
    guesses = None
    if plan.kind == "morris":
        table = morris_table(plan.factors, points, values)
        settled = _narrow(table.effect_high - table.effect_low, float(table.effect.max()))
    else:
        names = [factor.name for factor in plan.factors]
        graded = [factor.grade == "E" for factor in plan.factors]
        table, guesses = sobol_table(names, values, graded, second_order=plan.second_order)
        settled = _narrow(table.total_high - table.total_low, 1.0)
    table.insert(1, "grade", [factor.grade for factor in plan.factors])
    order = "effect" if plan.kind == "morris" else "total"
    table = table.sort_values(order, ascending=False, ignore_index=True)
    return Sensitivity(
        scenario, indicator, weeks, plan.kind, table,
        blocks=int(whole.sum()), dropped=int((~whole).sum()),
        replications=len(together), unused=len(frame) - used.size,
        variance=variance, noise=float(noise), settled=settled and variance > 0, guesses=guesses,
    )  # fmt: skip


def most_complete(
    complete: NDArray[np.bool_], fewest: int = FEWEST_BLOCKS
) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """The blocks and replications to use together, so that most runs are kept.

    Replications are taken from the most complete one on, as long as enough blocks have them all.

    Args:
        complete: blocks x replications, whether every run of a block has a result.
        fewest: blocks that are enough.

    Returns:
        Which blocks, and the places of the replications.
    """
    if not complete.any():
        return np.zeros(len(complete), dtype=bool), np.arange(0)
    order = np.argsort(-complete.sum(axis=0), kind="stable")
    shared = np.logical_and.accumulate(complete[:, order], axis=1)
    blocks = shared.sum(axis=0)
    kept = np.where(blocks >= fewest, blocks * np.arange(1, blocks.size + 1), 0)
    last = int(kept.argmax())
    return shared[:, last], np.sort(order[: last + 1])


def block_size(plan: Plan) -> int:
    """Draws of one trajectory, or of one base sample and its twins."""
    count = len(plan.factors)
    if plan.kind == "morris":
        return count + 1
    return 2 * count + 2 if plan.second_order else count + 2


def morris_table(factors: Sequence[Factor], points: Floats, values: Floats) -> pd.DataFrame:
    """Elementary effects of each factor, per step it took on its own scale (`Factor.relative`).

    A step that stays on the same level gives no effect; a factor that never leaves its level
    has effect 0. Intervals are Student's over trajectories.

    Args:
        factors: of the design.
        points: the trajectories one after the other x factors, 0 to 1.
        values: of the outcome.
    """
    count = len(factors)
    scaled = [
        [factor.relative(place) for factor, place in zip(factors, row, strict=True)]
        for row in points.tolist()
    ]
    steps = np.diff(np.reshape(scaled, (-1, count + 1, count)), axis=1)
    changes = np.diff(values.reshape(-1, count + 1), axis=1)[:, :, None]
    found = np.divide(changes, steps, out=np.full(steps.shape, np.nan), where=steps != 0)
    rows = []
    for place, factor in enumerate(factors):
        own = found[:, :, place]
        effects = own[np.isfinite(own)] if np.isfinite(own).any() else np.zeros(2)
        low = high = spread = float("nan")
        if effects.size > 1:  # one effect alone has no spread
            (low,), (high,) = student_interval(np.abs(effects)[:, None])
            low, spread = max(low, 0.0), effects.std(ddof=1)
        rows.append((factor.name, np.abs(effects).mean(), low, high, effects.mean(), spread))
    columns = ("factor", "effect", "effect_low", "effect_high", "direction", "spread")
    return pd.DataFrame(rows, columns=list(columns))


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
