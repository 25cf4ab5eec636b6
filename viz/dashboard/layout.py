"""Where everybody stands in the picture: hamlets as discs, the best known women in their middle.

The places depend on nothing but who lives where and how many ties she was born with, so that they
are the same in every week and in both futures.
"""

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

GOLDEN = math.pi * (3.0 - math.sqrt(5.0))  # the sunflower's angle: no two in one line
GAP = 2.2  # between discs, in distances between neighbours
ROUNDS = 200
WIDE = 1.35  # the picture is wider than high


def places(hamlet: Ints, ties: Ints) -> Floats:
    """Places of all women, both coordinates within 0 and 1.

    Args:
        hamlet: of every woman.
        ties: how many she has.
    """
    found = np.zeros((hamlet.size, 2))
    names = np.unique(hamlet)
    sizes = np.array([np.count_nonzero(hamlet == name) for name in names])
    centres = discs(np.sqrt(sizes) + GAP / 2)
    for name, centre in zip(names, centres, strict=True):
        rows = np.flatnonzero(hamlet == name)
        ranked = rows[np.argsort(-ties[rows], kind="stable")]
        found[ranked] = centre + sunflower(rows.size)
    return _fitted(found)


def sunflower(count: int) -> Floats:
    """Places in a disc, the first in its middle, all about as far apart."""
    rank = np.arange(count)
    reach, angle = np.sqrt(rank + 0.5), rank * GOLDEN
    return np.column_stack([reach * np.cos(angle), reach * np.sin(angle)])


def discs(radii: Floats) -> Floats:
    """Middles of discs that lie close together and do not overlap.

    >>> discs(np.array([1.0])).tolist()
    [[0.0, 0.0]]
    """
    count = radii.size
    turn = 2.0 * math.pi * np.arange(count) / count
    ring = 0.0 if count == 1 else 2.0 * float(radii.max())
    middles = ring * np.column_stack([WIDE * np.cos(turn), np.sin(turn)])
    for _ in range(ROUNDS):
        middles = middles * 0.98  # towards the middle, then apart again
        for _ in range(4):
            middles += _push(middles, radii)
    return middles


def _push(middles: Floats, radii: Floats) -> Floats:
    """Half of each overlap, away from each other."""
    apart = middles[:, None] - middles[None]
    far = np.hypot(apart[..., 0], apart[..., 1])
    overlap = np.maximum(0.0, radii[:, None] + radii[None] - far)
    np.fill_diagonal(overlap, 0.0)
    way = apart / np.maximum(far, 1e-9)[..., None]
    moved: Floats = 0.5 * (overlap[..., None] * way).sum(axis=1)
    return moved


def _fitted(found: Floats) -> Floats:
    low, high = found.min(axis=0), found.max(axis=0)
    span = np.maximum(high - low, 1e-9)
    return (found - low) / span if found.shape[0] > 1 else np.full_like(found, 0.5)
