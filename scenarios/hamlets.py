"""What a survey did not ask: which households form a hamlet, and which ties are kin."""

from collections.abc import Sequence

import networkx as nx
import numpy as np
import numpy.typing as npt

from model.village_graph import KIN, NEIGHBOUR

SMALLEST_HAMLET = 15  # households; smaller groups join the hamlet they have most ties with
KIN_SHARE = 0.4  # of the ties, as in generated villages

Ends = npt.NDArray[np.int64]


def find_hamlets(households: int, a: Ends, b: Ends) -> npt.NDArray[np.int32]:
    """Groups of households with many ties inside and few outside, numbered by first household.

    Louvain communities (Blondel and others 2008) with a fixed seed. Groups below
    `SMALLEST_HAMLET` join the one they have most ties with, or, without such ties, that of the
    household before them in the file.

    Args:
        households: how many there are.
        a: one end of each tie.
        b: the other end.
    """
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(zip(a.tolist(), b.tolist(), strict=True))
    label = np.full(households, -1, dtype=np.int64)
    groups = nx.community.louvain_communities(graph, seed=1) if a.size else []
    for number, group in enumerate(sorted(groups, key=lambda group: (len(group), min(group)))):
        label[list(group)] = number
    _join_small_groups(label, graph, len(groups))
    _fill_by_order(label)
    return number_by_first(label.tolist())


def number_by_first(names: Sequence[object]) -> npt.NDArray[np.int32]:
    """Numbers from 0 for names, in the order in which they first occur.

    >>> number_by_first(["east", "west", "east"]).tolist()
    [0, 1, 0]
    """
    seen: dict[object, int] = {}
    return np.array([seen.setdefault(name, len(seen)) for name in names], dtype=np.int32)


def embeddedness(households: int, a: Ends, b: Ends) -> npt.NDArray[np.float64]:
    """Which share of the two households' other partners they share (Onnela and others 2007).

    Args:
        households: how many there are.
        a: one end of each tie.
        b: the other end.
    """
    partners: list[set[int]] = [set() for _ in range(households)]
    ends = list(zip(a.tolist(), b.tolist(), strict=True))
    for one, two in ends:
        partners[one].add(two)
        partners[two].add(one)
    shares = []
    for one, two in ends:
        shared = len(partners[one] & partners[two])
        others = len(partners[one]) + len(partners[two]) - 2 - shared
        shares.append(shared / others if others else 0.0)
    return np.array(shares, dtype=np.float64)


def guess_kinds(overlap: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Call the most embedded ties kin, `KIN_SHARE` of them, and the others neighbours.

    Args:
        overlap: embeddedness of each tie; of equals the first in the list is kin.
    """
    kind = np.full(overlap.size, NEIGHBOUR, dtype=np.int8)
    most = np.argsort(-overlap, kind="stable")[: round(KIN_SHARE * overlap.size)]
    kind[most] = KIN
    return kind


def _join_small_groups(label: npt.NDArray[np.int64], graph: "nx.Graph[int]", groups: int) -> None:
    """Join small groups in place; they are numbered from the smallest, so one pass is enough."""
    for number in range(groups):
        members = np.flatnonzero(label == number)
        if members.size >= SMALLEST_HAMLET:
            continue
        outside = [
            int(label[other])
            for member in members.tolist()
            for other in graph[member]
            if label[other] != number
        ]
        label[members] = np.bincount(outside).argmax() if outside else -1


def _fill_by_order(label: npt.NDArray[np.int64]) -> None:
    """Give the others the hamlet of the household before them: surveys go from door to door."""
    known = label[label >= 0]
    hamlet = int(known[0]) if known.size else 0
    for row in np.arange(label.size).tolist():
        hamlet = int(label[row]) if label[row] >= 0 else hamlet
        label[row] = hamlet
