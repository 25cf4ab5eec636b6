"""Phase 13, record: indicators. Watching draws no luck and changes no state but the memory."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Ints, kernel
from agents.sellers import SEGMENTS
from model.indicators import BESIDE, GROUPS

if TYPE_CHECKING:
    from model.village import Village

MEANS = ("income", "burnout", *(name for name, _, _ in BESIDE))

# Who belongs where, a bit each: a woman's code is the sum of hers, and a group is all codes that
# hold its bits. Every column is summed once per code, whatever the number of groups.
BITS = {
    "selling_at_start": 1, "selling_now": 2, "poorest_third": 4, "left_behind": 8, "older": 16,
    "minority": 32, "full_time": 64,
}
NEEDED = np.array([BITS.get(population, 0) | BITS.get(part, 0) for population, part in GROUPS])
# ties of a group: its owner's, those between women selling at start, or between women selling now
TIES_OF = np.array([
    {"selling_at_start": 1, "selling_now": 2}.get(population, 0) for population, _ in GROUPS
])


@kernel
def codes_of(
    watched: Floats, selling: Floats, poorest: Floats, segment: Floats, minority: Floats,
    full_time: Floats, left_behind: float, older: float, code: Floats,
) -> None:
    """The sum of the bits (`BITS`) of every woman."""
    for i in range(code.size):
        bits = 0.0
        bits += watched[i] + 2.0 * selling[i] + 4.0 * poorest[i]
        bits += 8.0 if segment[i] == left_behind else 0.0
        bits += 16.0 if segment[i] == older else 0.0
        bits += 32.0 * minority[i] + 64.0 * full_time[i]
        code[i] = bits


@kernel
def fold(sums: Floats, counts: Floats, needed: int, out: Floats) -> None:
    """Means of one group, from the sums and counts of every code."""
    count = 0.0
    out[:] = 0.0
    for c in range(counts.size):
        if counts[c] > 0.0 and c & needed == needed:
            count += counts[c]
            for m in range(out.size):
                out[m] += sums[c, m]
    for m in range(out.size):
        out[m] = out[m] / count if count > 0.0 else np.nan


@kernel
def group_means(values: tuple[Floats, ...], code: Floats, needed: Ints, out: Floats) -> None:
    """Means of several columns over several groups; an empty group has none.

    Args:
        values: the columns.
        code: bits of every woman.
        needed: bits of every group.
        out: columns × groups.
    """
    columns, groups = out.shape
    sums = np.zeros((128, columns))
    counts = np.zeros(128)
    for i in range(code.size):
        c = int(code[i])
        counts[c] += 1.0
        for m in range(columns):
            sums[c, m] += values[m][i]
    for g in range(groups):
        fold(sums, counts, needed[g], out[:, g])


@kernel
def trust_means(
    start: Ints, other: Ints, trust: Floats, know_how: Floats, watched: Floats, kind: Floats,
    selling: Floats, code: Floats, needed: Ints, ties_of: Ints, out: Floats, shared: Floats,
) -> None:
    """Mean trust of the ties of every group; know-how shared on all and watched ties; kin trust.

    A tie belongs to a group when its owner does; the group of women selling at programme start
    counts only ties between such women, those of that week (`watched`).
    """
    sums = np.zeros((128, 6))
    heard, heard_watched, kin, kin_trust = 0.0, 0.0, 0.0, 0.0
    for i in range(code.size):
        c = int(code[i])
        all_trust, old_trust, now_trust, old, now = 0.0, 0.0, 0.0, 0.0, 0.0
        for k in range(start[i], start[i + 1]):
            sells = selling[other[k]]
            all_trust += trust[k]
            old_trust += trust[k] * watched[k]
            now_trust += trust[k] * sells
            old += watched[k]
            now += sells
            heard += know_how[k]
            heard_watched += know_how[k] * watched[k]
            is_kin = 1.0 if kind[k] == 0.0 else 0.0
            kin += is_kin
            kin_trust += is_kin * trust[k]
        sums[c, 0] += all_trust
        sums[c, 1] += old_trust
        sums[c, 2] += now_trust
        sums[c, 3] += float(start[i + 1] - start[i])
        sums[c, 4] += old
        sums[c, 5] += now
    for g in range(out.size):
        total, count = 0.0, 0.0
        for c in range(128):
            if c & needed[g] == needed[g]:
                total += sums[c, ties_of[g]]
                count += sums[c, 3 + ties_of[g]]
        out[g] = total / count if count > 0.0 else np.nan
    watched_ties = sums[:, 4].sum()
    shared[0] = heard / trust.size if trust.size else np.nan
    shared[1] = heard_watched / watched_ties if watched_ties > 0.0 else np.nan
    shared[2] = kin_trust / kin if kin > 0.0 else np.nan


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


def record(v: "Village") -> None:
    """Fill this week's row of the history."""
    s, ties, groups = v.sellers, v.ties, len(GROUPS)
    above, code = v.scratch("above"), v.scratch("code")
    above[:] = s.burnout > v.p.burnout_cutoff
    columns = (
        s.income, s.burnout, s.income_online, above, s.efficacy, s.skill, s.hours_leisure,
        s.hours_care,
    )
    codes_of(
        s.watched, s.selling, s.poorest, s.segment, s.minority, s.full_time,
        float(SEGMENTS.index("left_behind")), float(SEGMENTS.index("older")), code,
    )
    means = np.empty((len(MEANS), groups))
    group_means(columns, code, NEEDED, means)
    trust, shared = np.empty(groups), np.empty(3)
    trust_means(
        ties.start, ties.other, ties.trust, ties.know_how, ties.watched, ties.kind, s.selling,
        code, NEEDED, TIES_OF, trust, shared,
    )
    row = v.history.next_row()
    # the primary outcomes are income, burnout and trust; the others follow
    row[: 2 * groups] = means[:2].ravel()
    row[2 * groups : 3 * groups] = trust
    row[3 * groups : (len(MEANS) + 1) * groups] = means[2:].ravel()
    row[(len(MEANS) + 1) * groups :] = _village_row(v, shared)
    np.copyto(s.selling_before, s.selling)
    v.causes.close_week()


def _sums(v: "Village") -> dict[str, float]:
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
    names = (*SHOP_SUMS, *WOMAN_SUMS)
    return dict(zip(names, (*shops.tolist(), *women.tolist()), strict=True))


def _village_row(v: "Village", shared: Floats) -> list[float]:
    s, f, account, women = v.sellers, v.families, v.accounts, v.women
    total = _sums(v)
    order, families = v.scratch("order"), v.scratch("family_sums", 4)
    family_sums(f.support, f.conflict, f.norm, f.care_man, families)
    shops = total["shops"]
    per_shop = 1.0 / shops if shops else np.nan
    alive = [b for b in v.bodies if b.alive]
    return [
        median(order, ranked(s.income, s.watched, order)),
        shops,
        shops + total["hands"],
        total["opened"],
        total["closed"],
        total["sales"],
        total["profit"],
        median(order, ranked(s.shown_price, s.selling, order)),
        total["use"] * per_shop,
        gini(order, ranked(s.sales, s.selling, order)),
        hamlet_spread(s.hamlet, s.selling),
        shared[0],
        shared[1],
        shared[2],
        total["trust_worker"] / women,
        total["trust_institution"] / women,
        total["rating"] * per_shop,
        *(total / len(f) for total in families.tolist()),
        total["time_poor"] / women,
        total["fatigue"] / women,
        total["penalised"],
        total["followers"],
        float(len(alive)),
        float(sum(b.activity < v.p.shell_activity for b in alive)),
        total["members"],
        sum(b.governance for b in alive) / len(alive) if alive else np.nan,
        sum(b.activity for b in alive) / len(alive) if alive else np.nan,
        total["brand"] * per_shop,
        total["identity"] * per_shop,
        total["legal"] / women,
        float(len(v.government.proposals)),
        float(len(v.government.enacted)),
        *_who(total),
        account.cost,
        account.asked,
        account.served,
        account.asked - account.served,
        total["reached"],
        total["watched"],
    ]


def _who(total: dict[str, float]) -> list[float]:
    """What the change of the group itself does to the means over women selling now."""
    now, before = total["shops"], total["before"]
    if not now or not before:
        return [np.nan, np.nan]
    return [total[x] / now - total[f"{x}_before"] / before for x in ("income", "burnout")]
