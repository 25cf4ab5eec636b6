# ruff: noqa: A005 - the design names this file; absolute imports keep it apart from Python's own
"""How sure are we: paired differences, intervals, and what each layer accounts for."""

import hashlib
import itertools
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri, stdtrit

Floats = NDArray[np.float64]

ARMS = ("none", "micro", "meso", "macro", "micro+meso", "micro+macro", "meso+macro", "all")
LAYERS = ("micro", "meso", "macro")
PAIRS = tuple(itertools.combinations(LAYERS, 2))

CONFIDENCE = 0.95
RESAMPLES = 2_000
TIE = 1e-9  # standard deviations between two means that are the same but for rounding
FEWEST_FOR_BOOTSTRAP = 10  # below this the bootstrap is too narrow; Student's t is used
COLUMNS_AT_ONCE = 256  # keeps the resampled means of a large job within a few megabytes


@dataclass(frozen=True)
class Interval:
    """Means over replications with their 95 % interval, one entry per outcome."""

    estimate: Floats
    low: Floats
    high: Floats
    replications: NDArray[np.int64]

    def excludes_zero(self) -> NDArray[np.bool_]:
        """Where the whole interval lies on one side of zero."""
        return (self.low > 0) | (self.high < 0)


def layers_of(arm: str) -> tuple[str, ...]:
    """The layers whose measures an arm delivers.

    >>> layers_of("micro+macro"), layers_of("none"), layers_of("all")
    (('micro', 'macro'), (), ('micro', 'meso', 'macro'))
    """
    if arm == "none":
        return ()
    return LAYERS if arm == "all" else tuple(arm.split("+"))


def interval_of_mean(samples: Floats, *, name: str = "jinguo.paired") -> Interval:
    """Mean of each column over replications, with its 95 % interval.

    BCa bootstrap over replications (the same resamples for every column), Student's t below
    ten, none with one. A column may miss replications (NaN): it is judged on those it has.

    Args:
        samples: replications x outcomes; paired differences, or levels.
        name: names the resamples, so that the same data always give the same interval.
    """
    samples = np.asarray(samples, dtype=np.float64)
    shape = samples.shape[1]
    empty = np.full(shape, np.nan)
    result = Interval(empty, empty.copy(), empty.copy(), np.isfinite(samples).sum(axis=0))
    whole = result.replications == len(samples)
    for start in range(0, shape, COLUMNS_AT_ONCE):
        columns = start + np.flatnonzero(whole[start : start + COLUMNS_AT_ONCE])
        _fill(result, columns, samples[:, columns], name)
    for column in np.flatnonzero(~whole):
        held = samples[np.isfinite(samples[:, column]), column]
        _fill(result, np.array([column]), held[:, None], name)
    return result


def _fill(result: Interval, columns: NDArray[np.int64], samples: Floats, name: str) -> None:
    count = len(samples)
    if count == 0 or columns.size == 0:
        return
    result.estimate[columns] = samples.mean(axis=0)
    if count == 1:
        return
    ends = _bca(samples, name) if count >= FEWEST_FOR_BOOTSTRAP else student_interval(samples)
    result.low[columns], result.high[columns] = ends


def student_interval(samples: Floats) -> tuple[Floats, Floats]:
    """Ends of Student's 95 % interval of each column's mean."""
    count = len(samples)
    reach = stdtrit(count - 1, 0.5 + CONFIDENCE / 2)
    half = reach * samples.std(axis=0, ddof=1) / math.sqrt(count)
    mean = samples.mean(axis=0)
    return mean - half, mean + half


def _bca(samples: Floats, name: str) -> tuple[Floats, Floats]:
    """Ends of the bias-corrected and accelerated interval (Efron 1987), for small samples.

    The bootstrap's own spread is too narrow by √((n − 1)/n), and the normal quantile by what
    Student's t adds; the levels are widened by both (Hesterberg 2015).
    """
    count = len(samples)
    top = float(stdtrit(count - 1, 0.5 + CONFIDENCE / 2)) * math.sqrt(count / (count - 1))
    mean = samples.mean(axis=0)
    means = np.einsum("bn,nk->bk", resamples(count, name), samples)
    means.sort(axis=0)
    apart = TIE * samples.std(axis=0)  # sums of the same numbers round differently
    below = ((means < mean - apart).mean(axis=0) + (means <= mean + apart).mean(axis=0)) / 2
    bias = ndtri(np.clip(below, 1 / RESAMPLES, 1 - 1 / RESAMPLES))
    away = samples - mean
    spread = (away**2).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        acceleration = (away**3).sum(axis=0) / (6 * spread**1.5)
    alike = np.ptp(samples, axis=0) == 0
    acceleration[alike] = 0
    ends = []
    for z in (-top, top):
        shifted = bias + z
        level = ndtr(bias + shifted / (1 - acceleration * shifted))
        ends.append(np.where(alike, mean, _quantile(means, level)))
    return ends[0], ends[1]


def resamples(count: int, name: str) -> Floats:
    """Weight of each replication in each resample, fixed by the name: resamples x replications."""
    digest = hashlib.sha256(f"{name}/{count}".encode()).digest()
    luck = np.random.Generator(np.random.PCG64(int.from_bytes(digest[:8], "big")))
    picked = luck.integers(0, count, (RESAMPLES, count))
    picked += np.arange(RESAMPLES)[:, None] * count
    times = np.bincount(picked.ravel(), minlength=RESAMPLES * count)
    return times.reshape(RESAMPLES, count) / count


def _quantile(ordered: Floats, level: Floats) -> Floats:
    """The quantile of each sorted column at that column's own level."""
    place = level * (len(ordered) - 1)
    lower = np.floor(place).astype(np.int64)
    upper = np.minimum(lower + 1, len(ordered) - 1)
    columns = np.arange(ordered.shape[1])
    part = place - lower
    return np.asarray(ordered[lower, columns] * (1 - part) + ordered[upper, columns] * part)


def shapley(values: Floats) -> Floats:
    """What each layer accounts for: its mean gain over all orders of adding the layers.

    Args:
        values: arms x replications (x outcomes), arms as in `ARMS`.

    Returns:
        layers x replications (x outcomes); the layers sum to *all* minus *none*.

    >>> shapley(np.array([0.0, 1, 2, 3, 3, 4, 5, 6])[:, None]).ravel().tolist()
    [1.0, 2.0, 3.0]
    """
    shares = []
    for layer in LAYERS:
        others = [other for other in LAYERS if other != layer]
        weights = {0: 1 / 3, 1: 1 / 6, 2: 1 / 3}  # 1 / (3 * number of sets of that size)
        share = np.zeros_like(values[0], dtype=np.float64)
        for size, weight in weights.items():
            for before in itertools.combinations(others, size):
                share += weight * (_of(values, {*before, layer}) - _of(values, set(before)))
        shares.append(share)
    return np.stack(shares)


def interaction(values: Floats) -> Floats:
    """What the layers do to each other: all together minus the sum of each alone."""
    none = values[0]
    alone = sum(_of(values, {layer}) - none for layer in LAYERS)
    return np.asarray(_of(values, set(LAYERS)) - none - alone)


def pair_interactions(values: Floats) -> Floats:
    """Shapley interaction index of each pair of layers, in the order of `PAIRS`.

    Mean, over the third layer absent and present, of what two layers do beyond their sum.
    """
    found = []
    for first, second in PAIRS:
        third = next(layer for layer in LAYERS if layer not in {first, second})
        beyond = [
            _of(values, {first, second, *rest})
            - _of(values, {first, *rest})
            - _of(values, {second, *rest})
            + _of(values, set(rest))
            for rest in ((), (third,))
        ]
        found.append((beyond[0] + beyond[1]) / 2)
    return np.stack(found)


def _of(values: Floats, layers: set[str]) -> Floats:
    """The row of the arm that delivers exactly these layers."""
    arm = next(i for i, name in enumerate(ARMS) if set(layers_of(name)) == layers)
    return np.asarray(values[arm], dtype=np.float64)


def percentages(parts: Floats, joint: Interval) -> Floats:
    """Share of the joint effect, in percent, only where that effect is surely not zero."""
    with np.errstate(invalid="ignore", divide="ignore"):
        share = 100 * parts / joint.estimate
    return np.where(joint.excludes_zero(), share, np.nan)


def variance_gain(arm: Floats, none: Floats) -> Floats:
    """How much pairing narrows a difference: variance unpaired over variance paired.

    With other seeds in each arm the two variances would add. Infinite where every pair
    differs by the same amount, NaN where nothing varies or there is one replication.
    """
    if len(arm) < 2:  # noqa: PLR2004 - one pair has no variance
        return np.full(arm.shape[1], np.nan)
    unpaired = arm.var(axis=0, ddof=1) + none.var(axis=0, ddof=1)
    paired = (arm - none).var(axis=0, ddof=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(unpaired / paired)


def luck_of_means(held: Floats) -> float:
    """What luck adds to the variance of the means of rows that share the luck of their columns.

    The residual mean square of the two-way layout over the number of columns: luck that all rows
    share moves their means alike and adds nothing.

    Args:
        held: draws x villages, none missing. NaN with fewer than two of either.

    >>> luck_of_means(np.array([[1.0, 5.0], [3.0, 7.0]]))
    0.0
    """
    draws, villages = held.shape
    if min(draws, villages) < 2:  # noqa: PLR2004
        return float("nan")
    left = held - held.mean(axis=1, keepdims=True) - held.mean(axis=0) + held.mean()
    return float((left**2).sum() / ((draws - 1) * (villages - 1)) / villages)
