"""Part of phase 13: sums over women, shops and families, and their order statistics."""

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from agents.columns import RowAgent, columns_of
from agents.rule import Floats, Ints, kernel
from agents.sellers import Seller

if TYPE_CHECKING:
    from model.village import Village

# what `shop_sums` and `woman_sums` fill, in their order
SHOP_SUMS = (
    "shops", "hands", "opened", "closed", "sales", "profit", "use", "rating", "brand", "identity",
    "income", "burnout", "before", "income_before", "burnout_before",
)
WOMAN_SUMS = (
    "trust_worker", "trust_institution", "legal", "fatigue", "time_poor", "penalised", "followers",
    "members", "reached", "watched",
)


@kernel
def shop_sums(
    selling: Floats, before: Floats, hands: Floats, sales: Floats, profit: Floats, use: Floats,
    rating: Floats, brand: Floats, identity: Floats, income: Floats, burnout: Floats, sums: Floats,
) -> None:
    """Sums over the shops open now (`SHOP_SUMS`), and over those open last week."""
    sums[:] = 0.0
    for i in range(selling.size):
        now, was = selling[i], before[i]
        sums[0] += now
        sums[1] += hands[i]
        sums[2] += now * (1.0 - was)
        sums[3] += was * (1.0 - now)
        sums[4] += sales[i]
        sums[5] += profit[i] * now
        sums[6] += min(use[i], 2.0) * now
        sums[7] += rating[i] * now
        sums[8] += brand[i] * now
        sums[9] += identity[i] * now
        sums[10] += income[i] * now
        sums[11] += burnout[i] * now
        sums[12] += was
        sums[13] += income[i] * was
        sums[14] += burnout[i] * was


@kernel
def woman_sums(
    trust_worker: Floats, trust_institution: Floats, legal: Floats, fatigue: Floats,
    leisure: Floats, least: float, penalty: Floats, lead: Floats, coop: Floats,
    association: Floats, reached: Floats, watched: Floats, sums: Floats,
) -> None:
    """Sums over all women (`WOMAN_SUMS`)."""
    sums[:] = 0.0
    for i in range(leisure.size):
        sums[0] += trust_worker[i]
        sums[1] += trust_institution[i]
        sums[2] += legal[i]
        sums[3] += fatigue[i]
        sums[4] += 1.0 if leisure[i] < least else 0.0
        sums[5] += 1.0 if penalty[i] > 0.0 else 0.0
        sums[6] += 1.0 if lead[i] >= 0.0 else 0.0
        sums[7] += 1.0 if coop[i] >= 0.0 or association[i] > 0.0 else 0.0
        sums[8] += reached[i]
        sums[9] += watched[i]


@kernel
def hamlet_spread(hamlet: Floats, selling: Floats) -> float:
    """Spread of the share of women selling between hamlets (standard deviation)."""
    hamlets = int(hamlet.max()) + 1
    women, sell = np.zeros(hamlets), np.zeros(hamlets)
    for i in range(hamlet.size):
        women[int(hamlet[i])] += 1.0
        sell[int(hamlet[i])] += selling[i]
    mean = 0.0
    for h in range(hamlets):
        sell[h] /= max(women[h], 1.0)
        mean += sell[h] / hamlets
    square = 0.0
    for h in range(hamlets):
        square += (sell[h] - mean) ** 2
    return math.sqrt(square / hamlets)


@kernel
def ranked(values: Floats, member: Floats, out: Floats) -> int:
    """Write the values of all members in ascending order; returns how many there are."""
    count = 0
    for i in range(values.size):
        if member[i] > 0.0:
            out[count] = values[i]
            count += 1
    out[:count].sort()
    return count


def median(ascending: Floats, count: int) -> float:
    """The middle of so many numbers in ascending order, none of no numbers.

    >>> median(np.array([1.0, 2.0, 3.0, 10.0]), 4), median(np.array([1.0, 2.0, 9.0]), 3)
    (2.5, 2.0)
    """
    if not count:
        return float("nan")
    half, odd = divmod(count, 2)
    return float(ascending[half] if odd else 0.5 * (ascending[half - 1] + ascending[half]))


@kernel
def gini(ascending: Floats, count: int) -> float:
    """Inequality of so many non-negative amounts in ascending order, 0 (equal) to 1.

    >>> float(gini(np.array([1.0, 1.0]), 2)), float(gini(np.array([0.0, 0.0, 0.0, 1.0]), 4))
    (0.0, 0.75)
    """
    total, weighted = 0.0, 0.0
    for i in range(count):
        total += ascending[i]
        weighted += (i + 1.0) * ascending[i]
    if total <= 0.0:
        return np.nan
    return 2.0 * weighted / (count * total) - (count + 1.0) / count


@kernel
def family_sums(
    support: Floats, conflict: Floats, norm: Floats, care_man: Floats, sums: Floats
) -> None:
    """Sums over all families."""
    sums[:] = 0.0
    for i in range(support.size):
        sums[0] += support[i]
        sums[1] += conflict[i]
        sums[2] += norm[i]
        sums[3] += care_man[i]


# Sums of a column over all women, or weighted by a second column, each under its name.
WATCHED: Final = ("strain", "fatigue", "literacy", "hours_selling", "hours_farm", "hours_care")
OF_SHOPS: Final = (
    "quality", "standards", "discipline", "fans", "taught", "durable", "mentored", "undercut",
    "contract", "linked",
)
OF_WOMEN: Final = (
    "income", "strain", "literacy", "hours_selling", "hours_farm", "hours_care",
    "hours_streaming", "violated", "knows", "debt", "capital", "post", "poorest", "equipment",
    "sold",
)
PRODUCTS: Final[Mapping[str, tuple[str, str]]] = {
    **{f"{name}_watched": (name, "watched") for name in WATCHED},
    **{f"{name}_shops": (name, "selling") for name in OF_SHOPS},
    **{f"{name}_all": (name, "") for name in OF_WOMEN},
    "story": ("sold", "identity"),
    "joint": ("sold", "joint_delivery"),
    "reached_poorest": ("reached", "poorest"),
}
NO_WEIGHT = -1


def _places(kind: type[RowAgent], names: list[str]) -> Ints:
    """Where columns stand in the block of their table."""
    places = {name: row for row, name in enumerate(columns_of(kind))}
    return np.array([places[name] if name else NO_WEIGHT for name in names])


FIRST: Final = _places(Seller, [first for first, _ in PRODUCTS.values()])
SECOND: Final = _places(Seller, [second for _, second in PRODUCTS.values()])


@kernel
def product_sums(block: Floats, first: Ints, second: Ints, sums: Floats) -> None:
    """Sums over all rows of one column times another, or of one column alone.

    Args:
        block: columns × rows.
        first: a column for each sum.
        second: the column that weighs it, or NO_WEIGHT.
        sums: filled.
    """
    for k in range(sums.size):
        total = 0.0
        if second[k] == NO_WEIGHT:
            for i in range(block.shape[1]):
                total += block[first[k], i]
        else:
            for i in range(block.shape[1]):
                total += block[first[k], i] * block[second[k], i]
        sums[k] = total


def quantile(ascending: Floats, count: int, share: float) -> float:
    """The number below which a share of so many numbers in ascending order lie.

    Between two numbers it is read off the straight line; there is none of no numbers.

    >>> quantile(np.array([1.0, 2.0, 3.0, 4.0, 5.0, 99.0]), 5, 0.1)
    1.4
    """
    if not count:
        return float("nan")
    place = share * (count - 1)
    low = math.floor(place)
    high = min(low + 1, count - 1)
    return float(ascending[low] + (place - low) * (ascending[high] - ascending[low]))


def sums_of(v: "Village") -> dict[str, float]:
    """Every sum of the week, by its name (`SHOP_SUMS`, `WOMAN_SUMS`, `PRODUCTS`)."""
    s, least = v.sellers, v.p.leisure_floor
    shops, women = v.scratch("shop_sums", len(SHOP_SUMS)), v.scratch("woman_sums", len(WOMAN_SUMS))
    shop_sums(
        s.selling, s.selling_before, s.hands, s.sales, s.income_online, s.use, s.rating, s.brand,
        s.identity, s.income, s.burnout, shops,
    )
    woman_sums(
        s.trust_worker, s.trust_institution, s.legal, s.fatigue, s.hours_leisure, least,
        s.penalty_weeks, s.lead, s.coop, s.association, s.reached, s.watched, women,
    )
    products = v.scratch("products", len(PRODUCTS))
    product_sums(s.block, FIRST, SECOND, products)
    names = (*SHOP_SUMS, *WOMAN_SUMS, *PRODUCTS)
    numbers = (*shops.tolist(), *women.tolist(), *products.tolist())
    return dict(zip(names, numbers, strict=True))
