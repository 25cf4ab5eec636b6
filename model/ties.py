"""The social graph inside the week: compressed sparse rows, two directed halves for every tie.

Half-tie k of row i runs `start[i] <= k < start[i + 1]` to row `other[k]`; `reverse[k]` is the same
tie seen from the other side. Trust belongs to the direction, strength and kind to the tie. A tie
that is not kept up loses strength but never its place, so that the same ties can be followed over
the years.
"""

from enum import IntEnum
from typing import Any

import networkx as nx
import numpy as np

from agents.rule import Floats, Ints, kernel


class Kind(IntEnum):
    """What made a tie."""

    KIN = 0
    NEIGHBOUR = 1
    TRADE = 2
    GROUP = 3


COLUMNS = ("trust", "strength", "kind", "made", "watched", "know_how")


class Ties:
    """All ties between the women of a village.

    Args:
        rows: number of women.
        a, b: the two ends of every tie, by row.
        kind, strength: of every tie.
        trust_ab, trust_ba: trust of a in b, and of b in a, 0 to 1.
    """

    def __init__(
        self, rows: int, a: Ints, b: Ints, kind: Floats, strength: Floats,
        trust_ab: Floats, trust_ba: Floats,
    ) -> None:
        self.rows = rows
        half = np.zeros((len(COLUMNS), 2 * a.size))
        half[0] = np.concatenate([trust_ab, trust_ba])
        half[1] = np.concatenate([strength, strength])
        half[2] = np.concatenate([kind, kind])
        self._arrange(np.concatenate([a, b]), np.concatenate([b, a]), half)

    def _arrange(self, tail: Ints, head: Ints, half: Floats) -> None:
        key = tail.astype(np.int64) * self.rows + head
        order = np.argsort(key, kind="stable")
        self._keys = key[order]
        self.tail = tail[order].astype(np.int32)
        self.other = head[order].astype(np.int32)
        self.start = np.searchsorted(self.tail, np.arange(self.rows + 1)).astype(np.int32)
        back = self.other.astype(np.int64) * self.rows + self.tail
        self.reverse = np.searchsorted(self._keys, back).astype(np.int32)
        self.half = np.ascontiguousarray(half[:, order])
        self.trust, self.strength, self.kind, self.made, self.watched, self.know_how = self.half

    @property
    def count(self) -> int:
        """Number of ties (each of two halves)."""
        return self.other.size // 2

    def make(
        self, a: Ints, b: Ints, kind: Kind, strength: float, trust: float, week: int
    ) -> None:
        """Make new ties; one that exists is strengthened instead.

        Args:
            a, b: the ends, by row; equal ends and repeated pairs are passed over.
            kind: what makes them.
            strength: of a new tie; an existing one gains as much, up to 1.
            trust: of a new tie, both ways.
            week: when.
        """
        low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b).astype(np.int64)
        pair = np.unique(low[low != high] * self.rows + high[low != high])
        low, high = pair // self.rows, pair % self.rows
        place = np.minimum(np.searchsorted(self._keys, pair), self._keys.size - 1)
        known = self._keys[place] == pair if self._keys.size else np.zeros(pair.size, bool)
        old = place[known]
        for half in (old, self.reverse[old]):
            self.strength[half] = np.minimum(1.0, self.strength[half] + strength)
        if known.all():
            return
        a, b = low[~known].astype(np.int32), high[~known].astype(np.int32)
        fresh = np.array([trust, strength, float(kind), float(week), 0.0, 0.0])
        self._insert(np.concatenate([a, b]), np.concatenate([b, a]), fresh)

    def _insert(self, tail: Ints, head: Ints, fresh: Floats) -> None:
        """Put new half-ties in their places; what a branch shares is rebuilt, never changed."""
        order = np.argsort(tail.astype(np.int64) * self.rows + head, kind="stable")
        back = np.argsort(order, kind="stable")[(order + order.size // 2) % order.size]
        tail, head = tail[order], head[order]
        keys = tail.astype(np.int64) * self.rows + head
        place = np.searchsorted(self._keys, keys)
        size = self.other.size + order.size
        old = (self._keys, self.tail, self.other, self.reverse, self.start, self.half)
        self._keys, self.half = np.empty(size, np.int64), np.empty((len(COLUMNS), size))
        self.tail, self.other, self.reverse = (np.empty(size, np.int32) for _ in range(3))
        self.start = self.start.copy()
        new = (self._keys, self.tail, self.other, self.reverse, self.start, self.half)
        insert_ties(old, place, keys, tail, head, back, fresh, new)
        self.trust, self.strength, self.kind, self.made, self.watched, self.know_how = self.half

    def copy(self) -> "Ties":
        """An independent copy; the arrangement is shared, being rebuilt and never changed."""
        twin = object.__new__(Ties)
        twin.__dict__.update(self.__dict__)
        twin.half = self.half.copy()
        twin.trust, twin.strength, twin.kind, twin.made, twin.watched, twin.know_how = twin.half
        return twin

    def __getstate__(self) -> dict[str, object]:
        """What travels between processes."""
        state = dict(self.__dict__)
        for name in COLUMNS:
            del state[name]
        return state

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state)
        self.trust, self.strength, self.kind, self.made, self.watched, self.know_how = self.half

    def graph(self) -> "nx.Graph[int]":
        """A networkx snapshot: typed ties with strength, and trust in both directions."""
        snapshot: nx.Graph[int] = nx.Graph()
        snapshot.add_nodes_from(range(self.rows))
        once = np.flatnonzero(self.tail < self.other)
        names = [kind.name.lower() for kind in Kind]
        snapshot.add_edges_from(
            (a, b, {"kind": names[int(kind)], "strength": strength, "trust": {a: ab, b: ba}})
            for a, b, kind, strength, ab, ba in zip(
                self.tail[once].tolist(), self.other[once].tolist(), self.kind[once].tolist(),
                self.strength[once].tolist(), self.trust[once].tolist(),
                self.trust[self.reverse[once]].tolist(), strict=True,
            )
        )
        return snapshot


@kernel
def sum_by(index: Floats, values: Floats, out: Floats) -> None:
    """Add the values of all rows that share an index (a family, a hamlet, a body)."""
    for i in range(out.size):
        out[i] = 0.0
    for i in range(values.size):
        out[int(index[i])] += values[i]


@kernel
def spread(index: Floats, values: Floats, out: Floats) -> None:
    """Give every row the value of its family, hamlet or body."""
    for i in range(out.size):
        out[i] = values[int(index[i])]


@kernel
def around(start: Ints, other: Ints, weight: Floats, values: Floats, out: Floats) -> None:
    """For every woman the sum of `values` of the others, weighted tie by tie."""
    for i in range(out.size):
        total = 0.0
        for k in range(start[i], start[i + 1]):
            total += weight[k] * values[other[k]]
        out[i] = total


@kernel
def insert_ties(
    old: tuple[Any, ...], place: Ints, keys: Ints, tail: Ints, head: Ints, back: Ints,
    fresh: Floats, new: tuple[Any, ...],
) -> None:
    """Copy all half-ties to new arrays, with some more at their places.

    Args:
        old: keys, tail, other, reverse, start and half as they are.
        place: for every new half-tie the old one that it stands before.
        keys, tail, head: of the new half-ties, in order.
        back: of every new half-tie, which new one is its other side.
        fresh: what each column of `half` is for a new one.
        new: the arrays to be filled, like `old`.
    """
    old_keys, old_tail, old_other, old_reverse, old_start, old_half = old
    new_keys, new_tail, new_other, new_reverse, new_start, new_half = new
    moved = np.empty(old_keys.size, np.int32)
    landed = np.empty(keys.size, np.int32)
    first = 0
    for n in range(keys.size + 1):  # the old half-ties before the n-th new one stay together
        last = place[n] if n < keys.size else old_keys.size
        a, b = first + n, last + n
        new_keys[a:b] = old_keys[first:last]
        new_tail[a:b] = old_tail[first:last]
        new_other[a:b] = old_other[first:last]
        for c in range(fresh.size):
            new_half[c, a:b] = old_half[c, first:last]
        moved[first:last] = np.arange(a, b)
        if n < keys.size:
            landed[n] = b
            new_keys[b], new_tail[b], new_other[b] = keys[n], tail[n], head[n]
            for c in range(fresh.size):
                new_half[c, b] = fresh[c]
        first = last
    for k in range(old_keys.size):
        new_reverse[moved[k]] = moved[old_reverse[k]]
    new_reverse[landed] = landed[back]
    for i in range(new_start.size):
        new_start[i] = old_start[i] + np.searchsorted(tail, i)
