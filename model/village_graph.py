"""Who is tied to whom: the households of a village and the ties between them.

Drawn here to look like the measured villages, or read from a survey (scenarios/measured.py).
This is the graph at the border of the model: the women of a household share its ties.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

KIN, NEIGHBOUR, TRADE = 0, 1, 2
KINDS = ("kin", "neighbour", "trade")

# The numbers from here to STRENGTH are structure, not evidence. They were fitted by random search
# so that villages of 227 households agree with 38 measured ones (Banerjee and others 2013): over
# 20 villages the mean of each of mean degree, sd of degree, clustering, degree assortativity,
# share of the largest component and mean shortest path lies between the measured quartiles, and
# each single village between the measured minimum and maximum; at least 70 % of ties in hamlets.
HAMLET_SIZE = 45.0  # households, on average
BORDER_SHIFT = 0.13  # how far a border between hamlets may move, as a share of a hamlet
SOCIABILITY_SPREAD = 1.0  # sd of the logarithm: a few households know everybody
SOCIABILITY_CAP = 4.6
KEEP_TO_THEMSELVES = 0.031  # share of households without any tie
LINEAGES_PER_HAMLET = 4
LIVES_ELSEWHERE = 0.2  # share of households outside the hamlet of their lineage
NEIGHBOUR_PULL = 0.25  # odds of a tie between average neighbours next door
HALF_DISTANCE = 0.65  # where the pull of closeness has halved; a hamlet is 1 by 1
KIN_PULL = 1.8  # odds added within a lineage in the same hamlet
KIN_PULL_AFAR = 0.08  # odds within a lineage across hamlets
ACQUAINTANCES = 0.95  # ties to other hamlets, drawn for each household

# Above this size a village is a county: villages of the measured size, joined by a few ties.
LARGEST_VILLAGE = 700
COUNTY_VILLAGE = 250
TIES_TO_NEXT_VILLAGE = 5
TIES_TO_ANY_VILLAGE = 3

# Least and most strength of a tie of each kind; closeness and luck decide in between.
STRENGTH = np.array([[0.5, 1.0], [0.2, 0.8], [0.2, 0.8]])

SWAPS_PER_TIE = 10  # after so many the old ties have left no trace
MOST_ROUNDS = 200  # a star or a complete graph cannot be rewired: stop trying
VILLAGES_AT_ONCE = 64  # so that a county's candidate pairs stay small in memory


@dataclass(frozen=True, eq=False)
class HouseholdGraph:
    """Households in hamlets and the undirected ties between them.

    Attributes:
        hamlet: the hamlet of each household, from 0.
        a: the lower household of each tie; ties are sorted by `a`, then `b`.
        b: the higher household of each tie.
        kind: KIN, NEIGHBOUR or TRADE, for each tie.
        strength: above 0, at most 1, for each tie.
    """

    hamlet: npt.NDArray[np.int32]
    a: npt.NDArray[np.int32]
    b: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    strength: Floats

    @property
    def households(self) -> int:
        """How many households there are, those without ties included."""
        return int(self.hamlet.size)

    @property
    def ties(self) -> int:
        """How many ties there are."""
        return int(self.a.size)

    @property
    def inside_share(self) -> float:
        """Which share of the ties lies inside hamlets."""
        return float(np.mean(self.hamlet[self.a] == self.hamlet[self.b])) if self.ties else 1.0


@dataclass(frozen=True, eq=False)
class MeasuredVillage:
    """A surveyed village: its ties, and what the survey says of its households.

    Attributes:
        graph: its households and ties.
        columns: of `women`, `children_u6`, `children_6_12`, `elders` and `husband` (0 none,
            1 present, 2 away) those the survey has; NaN where a household's cell is empty.
        household: the survey's name of each household.
        notes: key and fields of what the reader should know, such as an ignored column.
        citation: whom to cite; empty when the files do not say.
    """

    graph: HouseholdGraph
    columns: Mapping[str, Floats]
    household: tuple[str, ...]
    notes: tuple[tuple[str, Mapping[str, object]], ...]
    citation: str

    @property
    def women(self) -> int:
        """How many women the survey knows of, counting one where it does not say."""
        known = self.columns.get("women", np.ones(self.graph.households))
        return int(np.where(np.isnan(known), 1.0, known).sum())


@dataclass(frozen=True, eq=False)
class _Settlement:
    """Households of some villages before they have ties."""

    village: Integers  # of each household
    hamlet: Integers
    hamlet_sizes: Integers
    hamlets: Integers  # of each village
    lineage: Integers
    sociability: Floats
    east: Floats
    north: Floats


def generate(households: int, seed: int) -> HouseholdGraph:
    """Draw a village, or a county of villages, that resembles the measured ones.

    Households next door, of one lineage, and sociable ones are tied more often. The chance of a
    tie does not depend on the size of the village, so large villages are not denser.

    Args:
        households: how many, at least 1.
        seed: the same seed gives the same village.
    """
    if households < 1:
        raise ValueError(f"a village has at least 1 household, not {households}")
    luck = _luck(seed, "village graph")
    sizes = _village_sizes(households)
    hamlets, sociabilities, keys, kinds, closenesses = [], [], [], [], []
    hamlet_offset = offset = 0
    for first in range(0, sizes.size, VILLAGES_AT_ONCE):
        part = _settle(sizes[first : first + VILLAGES_AT_ONCE], luck)
        a, b, kind, closeness = _ties_of(part, luck)
        hamlets.append(part.hamlet + hamlet_offset)
        sociabilities.append(part.sociability)
        keys.append((a + offset) * households + b + offset)
        kinds.append(kind)
        closenesses.append(closeness)
        hamlet_offset += part.hamlet_sizes.size
        offset += part.hamlet.size
    if sizes.size > 1:
        between = _ties_between_villages(sizes, np.concatenate(sociabilities), luck)
        keys.append(between)
        kinds.append(np.full(between.size, NEIGHBOUR))
        closenesses.append(np.zeros(between.size))
    key, kind = np.concatenate(keys), np.concatenate(kinds)
    strength = strength_of(kind, (np.concatenate(closenesses) + luck.random(key.size)) / 2.0)
    return from_keys(np.concatenate(hamlets), key, kind, strength)


def random_like(graph: HouseholdGraph, seed: int) -> HouseholdGraph:
    """A random graph with the same households and as many ties of each kind and strength.

    Args:
        graph: the village to imitate.
        seed: the same seed gives the same ties.
    """
    luck = _luck(seed, "random ties")
    n, wanted = graph.households, graph.ties
    key = np.empty(0, dtype=np.int64)
    while key.size < wanted:
        one, two = luck.integers(0, n, (2, wanted + 16))
        fresh = (np.minimum(one, two) * n + np.maximum(one, two))[one != two]
        key = np.unique(np.concatenate((key, fresh)))
    key = luck.permutation(key)[:wanted]
    return from_keys(graph.hamlet, key, graph.kind, graph.strength)


def rewired(graph: HouseholdGraph, seed: int) -> HouseholdGraph:
    """The same degrees, other partners: pairs of ties swap their ends until no trace is left.

    Args:
        graph: the village to rewire; hamlets stay, each tie keeps its kind and strength.
        seed: the same seed gives the same ties.
    """
    luck = _luck(seed, "rewired ties")
    n, half = graph.households, graph.ties // 2
    a, b = graph.a.astype(np.int64), graph.b.astype(np.int64)
    swaps = 0
    for _ in range(MOST_ROUNDS):
        if swaps >= SWAPS_PER_TIE * graph.ties:
            break
        one, two = luck.permutation(graph.ties)[: 2 * half].reshape(2, half)
        turn = luck.random(half) < 0.5  # noqa: PLR2004  a fair coin: which end is given away
        given = np.where(turn, a[two], b[two])
        kept = np.where(turn, b[two], a[two])
        fresh = np.concatenate((_key(a[one], given, n), _key(b[one], kept, n)))
        free = _unique_in(np.concatenate((_key(a, b, n), fresh)))[graph.ties :]
        ok = free[:half] & free[half:] & (a[one] != given) & (b[one] != kept)
        one, two = one[ok], two[ok]
        a[two], b[two], b[one] = b[one], kept[ok], given[ok]
        swaps += int(ok.sum())
    return from_keys(graph.hamlet, _key(a, b, n), graph.kind, graph.strength)


def without_bridges(graph: HouseholdGraph) -> HouseholdGraph:
    """The same village with every tie between two hamlets cut."""
    stay = graph.hamlet[graph.a] == graph.hamlet[graph.b]
    return HouseholdGraph(
        graph.hamlet, graph.a[stay], graph.b[stay], graph.kind[stay], graph.strength[stay]
    )


def from_keys(
    hamlet: npt.NDArray[np.integer],
    key: Integers,
    kind: npt.NDArray[np.integer],
    strength: Floats,
) -> HouseholdGraph:
    """A graph of ties given as `lower household * number of households + higher household`.

    Args:
        hamlet: the hamlet of each household.
        key: one number for each tie, none twice, in any order.
        kind: the kind of each tie.
        strength: the strength of each tie.
    """
    order = np.argsort(key, kind="stable")
    low, high = np.divmod(key[order], hamlet.size)
    return HouseholdGraph(
        hamlet.astype(np.int32),
        low.astype(np.int32),
        high.astype(np.int32),
        kind[order].astype(np.int8),
        strength[order],
    )


def strength_of(kind: npt.NDArray[np.integer], closeness: Floats) -> Floats:
    """How strong ties are: kin more than others, close ones more than distant ones.

    >>> strength_of(np.array([KIN, NEIGHBOUR]), np.array([1.0, 0.5]))
    array([1. , 0.5])
    """
    least: Floats = STRENGTH[kind, 0]
    most: Floats = STRENGTH[kind, 1]
    return least + (most - least) * closeness


def _luck(seed: int, purpose: str) -> np.random.Generator:
    digest = hashlib.sha256(f"{seed}/{purpose}".encode()).digest()
    return np.random.Generator(np.random.Philox(key=int.from_bytes(digest[:16], "little")))


def _village_sizes(households: int) -> Integers:
    count = 1 if households <= LARGEST_VILLAGE else round(households / COUNTY_VILLAGE)
    borders = np.arange(count + 1, dtype=np.int64) * households // count
    return np.diff(borders)


def _settle(sizes: Integers, luck: np.random.Generator) -> _Settlement:
    """Place the households of some villages in hamlets, lineages and on the map."""
    hamlets = np.maximum(1, np.rint(sizes / HAMLET_SIZE)).astype(np.int64)
    home_of = np.repeat(np.arange(sizes.size), hamlets)
    first_hamlet, first = np.cumsum(hamlets) - hamlets, np.cumsum(sizes) - sizes
    nth = np.arange(home_of.size) - first_hamlet[home_of] + 1
    shift = luck.uniform(-BORDER_SHIFT, BORDER_SHIFT, home_of.size) * (nth < hamlets[home_of])
    borders = first[home_of] + np.rint((nth + shift) * (sizes / hamlets)[home_of])
    borders = np.concatenate((np.zeros(1), borders)).astype(np.int64)
    hamlet_sizes = borders[1:] - borders[:-1]
    hamlet = np.repeat(np.arange(home_of.size), hamlet_sizes)
    village = home_of[hamlet]
    n = hamlet.size
    sociability = np.minimum(
        luck.lognormal(-(SOCIABILITY_SPREAD**2) / 2.0, SOCIABILITY_SPREAD, n), SOCIABILITY_CAP
    )
    sociability[luck.random(n) < KEEP_TO_THEMSELVES] = 0.0
    # Hamlets of one village differ less than the luck of a few sociable households would have it.
    mean = np.bincount(hamlet, sociability, home_of.size) / np.maximum(hamlet_sizes, 1)
    sociability /= np.sqrt(np.where(mean > 0.0, mean, 1.0))[hamlet]
    elsewhere = first_hamlet[village] + (luck.random(n) * hamlets[village]).astype(np.int64)
    origin = np.where(luck.random(n) < LIVES_ELSEWHERE, elsewhere, hamlet)
    lineage = origin * LINEAGES_PER_HAMLET + luck.integers(0, LINEAGES_PER_HAMLET, n)
    east, north = luck.random((2, n))
    return _Settlement(village, hamlet, hamlet_sizes, hamlets, lineage, sociability, east, north)


def _ties_of(
    place: _Settlement, luck: np.random.Generator
) -> tuple[Integers, Integers, Integers, Floats]:
    """Ties of some villages: lower end, higher end, kind, closeness; none twice, sorted."""
    parts = (
        _ties_in_hamlets(place, luck),
        _kin_across_hamlets(place, luck),
        _acquaintances(place, luck),
    )
    n = place.hamlet.size
    one, two, closeness = (np.concatenate([part[i] for part in parts]) for i in range(3))
    key, where = np.unique(_key(one, two, n), return_index=True)
    a, b = np.divmod(key, n)
    kind = np.where(place.lineage[a] == place.lineage[b], KIN, NEIGHBOUR)
    return a, b, kind, closeness[where]


def _ties_in_hamlets(
    place: _Settlement, luck: np.random.Generator
) -> tuple[Integers, Integers, Floats]:
    a, b = _pairs(place.hamlet_sizes)
    far = (place.east[a] - place.east[b]) ** 2 + (place.north[a] - place.north[b]) ** 2
    closeness = 1.0 / (1.0 + far / HALF_DISTANCE**2)
    pull = NEIGHBOUR_PULL * closeness + KIN_PULL * (place.lineage[a] == place.lineage[b])
    # In a small hamlet people know more of each other, not fewer others.
    pull *= (HAMLET_SIZE / np.maximum(place.hamlet_sizes, 1))[place.hamlet[a]]
    tied = _tied(place.sociability[a] * place.sociability[b] * pull, luck)
    return a[tied], b[tied], closeness[tied]


def _kin_across_hamlets(
    place: _Settlement, luck: np.random.Generator
) -> tuple[Integers, Integers, Floats]:
    by_lineage = np.argsort(place.lineage, kind="stable")
    a, b = (by_lineage[end] for end in _pairs(np.bincount(place.lineage)))
    apart = place.hamlet[a] != place.hamlet[b]
    a, b = a[apart], b[apart]
    tied = _tied(place.sociability[a] * place.sociability[b] * KIN_PULL_AFAR, luck)
    return a[tied], b[tied], np.zeros(int(tied.sum()))


def _acquaintances(
    place: _Settlement, luck: np.random.Generator
) -> tuple[Integers, Integers, Floats]:
    sizes = np.bincount(place.village, minlength=place.hamlets.size)
    k = place.hamlets
    # Pairs of one hamlet are dropped below: draw more where there are few hamlets.
    drawn = np.rint(ACQUAINTANCES * sizes * k / np.maximum(k - 1, 1)).astype(np.int64) * (k > 1)
    village = np.repeat(np.arange(sizes.size), drawn)
    a = _sociable(village, sizes, place.sociability, luck)
    b = _sociable(village, sizes, place.sociability, luck)
    apart = place.hamlet[a] != place.hamlet[b]
    return a[apart], b[apart], np.zeros(int(apart.sum()))


def _ties_between_villages(
    sizes: Integers, sociability: Floats, luck: np.random.Generator
) -> Integers:
    count = sizes.size
    near = np.repeat(np.arange(count), TIES_TO_NEXT_VILLAGE)
    start = np.repeat(np.arange(count), TIES_TO_ANY_VILLAGE)
    jump = 1 + (luck.random(start.size) * (count - 1)).astype(np.int64)
    one = np.concatenate((near, start))
    two = np.concatenate((near + 1, start + jump)) % count
    a = _sociable(one, sizes, sociability, luck)
    b = _sociable(two, sizes, sociability, luck)
    return np.unique(_key(a, b, sociability.size))


def _sociable(
    village: Integers, sizes: Integers, sociability: Floats, luck: np.random.Generator
) -> Integers:
    """For each entry of `village` one of its households, sociable ones more often."""
    reach = np.cumsum(sociability)
    last = np.cumsum(sizes) - 1
    top = reach[last]
    bottom = np.concatenate((np.zeros(1), top[:-1]))
    mark = bottom[village] + luck.random(village.size) * (top - bottom)[village]
    return np.minimum(np.searchsorted(reach, mark, side="right"), last[village])


def _tied(odds: Floats, luck: np.random.Generator) -> npt.NDArray[np.bool_]:
    # A fraction, not an exponential: the same bits on every processor.
    return luck.random(odds.size) * (1.0 + odds) < odds


def _pairs(sizes: Integers) -> tuple[Integers, Integers]:
    """Every pair within consecutive groups of these sizes, the lower number first."""
    group_end = np.repeat(np.cumsum(sizes), sizes)
    later = group_end - 1 - np.arange(group_end.size)
    a = np.repeat(np.arange(group_end.size), later)
    nth = np.arange(a.size) - np.repeat(np.cumsum(later) - later, later)
    return a, a + 1 + nth


def _key(one: Integers, two: Integers, n: int) -> Integers:
    return np.minimum(one, two) * n + np.maximum(one, two)


def _unique_in(keys: Integers) -> npt.NDArray[np.bool_]:
    """Which of the keys occur only once."""
    order = np.argsort(keys, kind="stable")
    same = np.diff(keys[order]) == 0
    alone = np.ones(keys.size, dtype=np.bool_)
    alone[order[1:][same]] = False
    alone[order[:-1][same]] = False
    return alone
