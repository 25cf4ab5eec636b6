"""Phase 13, record: indicators. Watching draws no luck and changes no state but the memory."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Ints, kernel
from agents.sellers import SEGMENTS
from model.indicators import BESIDE, GROUPS, PRIMARY

if TYPE_CHECKING:
    from model.village import Village

MEANS = ("income", "burnout", *(name for name, _, _ in BESIDE))


@kernel
def group_means(values: tuple[Floats, ...], member: Floats, out: Floats) -> None:
    """Means of several columns over several groups; an empty group has none.

    Args:
        values: the columns.
        member: groups × women, 1 for members.
        out: columns × groups.
    """
    groups, women = member.shape
    for g in range(groups):
        count = 0.0
        for i in range(women):
            count += member[g, i]
        for c in range(out.shape[0]):
            total = 0.0
            for i in range(women):
                total += member[g, i] * values[c][i]
            out[c, g] = total / count if count > 0.0 else np.nan


@kernel
def trust_means(
    start: Ints, other: Ints, trust: Floats, know_how: Floats, watched: Floats,
    member: Floats, use_watched: Floats, out: Floats, shared: Floats,
) -> None:
    """Mean trust of the ties of every group, and know-how shared on all and on watched ties.

    A tie belongs to a group when its owner does; the group of women selling at programme start
    counts only ties between such women, those of that week (`watched`).
    """
    groups = out.size
    sums = np.zeros(groups)
    counts = np.zeros(groups)
    heard = np.zeros(2)
    ties = np.zeros(2)
    for i in range(member.shape[1]):
        for k in range(start[i], start[i + 1]):
            heard[0] += know_how[k]
            ties[0] += 1.0
            heard[1] += know_how[k] * watched[k]
            ties[1] += watched[k]
            for g in range(groups):
                if use_watched[g] == 1.0:
                    weight = member[g, i] * watched[k]
                elif use_watched[g] == 2.0:
                    weight = member[g, i] * member[g, other[k]]
                else:
                    weight = member[g, i]
                sums[g] += weight * trust[k]
                counts[g] += weight
    for g in range(groups):
        out[g] = sums[g] / counts[g] if counts[g] > 0.0 else np.nan
    for m in range(2):
        shared[m] = heard[m] / ties[m] if ties[m] > 0.0 else np.nan


TIES_OF = np.array([
    {"selling_at_start": 1.0, "selling_now": 2.0}.get(population, 0.0) for population, _ in GROUPS
])


def gini(values: Floats) -> float:
    """Inequality of non-negative amounts, 0 (equal) to 1.

    >>> gini(np.array([1.0, 1.0])), gini(np.array([0.0, 0.0, 0.0, 1.0]))
    (0.0, 0.75)
    """
    total = float(values.sum())
    if values.size == 0 or total <= 0.0:
        return float("nan")
    ranked = np.sort(values)
    rank = np.arange(1, values.size + 1)
    return float(2.0 * (rank * ranked).sum() / (values.size * total) - (values.size + 1) / values.size)


def members(v: "Village") -> Floats:
    """Groups × women: who belongs to each population and subgroup of `GROUPS`."""
    s = v.sellers
    population = {"all_women": np.ones(v.women), "selling_at_start": s.watched, "selling_now": s.selling}
    part = {
        "all": np.ones(v.women),
        "poorest_third": s.poorest,
        "left_behind": s.segment == SEGMENTS.index("left_behind"),
        "older": s.segment == SEGMENTS.index("older"),
        "minority": s.minority,
        "full_time": s.full_time,
    }
    return np.stack([population[name] * part[sub] for name, sub in GROUPS])


def record(v: "Village") -> None:
    """Fill this week's row of the history."""
    s = v.sellers
    above = v.scratch("above")
    above[:] = s.burnout > v.p.burnout_cutoff
    columns = (
        s.income, s.burnout, s.income_online, above, s.efficacy, s.skill, s.hours_leisure,
        s.hours_care,
    )
    member = members(v)
    means = np.empty((len(MEANS), len(GROUPS)))
    group_means(columns, member, means)
    trust, shared, ties = np.empty(len(GROUPS)), np.empty(2), v.ties
    trust_means(
        ties.start, ties.other, ties.trust, ties.know_how, ties.watched, member, TIES_OF, trust,
        shared,
    )
    by_name = dict(zip(MEANS, means, strict=True)) | {"trust": trust}
    row = v.history.next_row()
    grouped = np.concatenate([by_name[name] for name, _, _ in (*PRIMARY, *BESIDE)])
    row[: grouped.size] = grouped
    row[grouped.size :] = _village_row(v, shared)
    np.copyto(s.selling_before, s.selling)
    v.causes.close_week()


def _village_row(v: "Village", shared: Floats) -> list[float]:
    s, f, account = v.sellers, v.families, v.accounts
    selling = s.selling > 0.0
    watched = s.watched > 0.0
    shops = float(s.selling.sum())
    alive = [b for b in v.bodies if b.alive]
    return [
        float(np.median(s.income[watched])) if watched.any() else np.nan,
        shops,
        shops + float(s.hands.sum()),
        float((s.selling * (1.0 - s.selling_before)).sum()),
        float((s.selling_before * (1.0 - s.selling)).sum()),
        float(s.sales.sum()),
        float((s.income_online * s.selling).sum()),
        float(np.median(s.shown_price[selling])) if shops else np.nan,
        float((np.minimum(s.use, 2.0) * s.selling).sum()) / shops if shops else np.nan,
        gini(s.sales[selling]),
        _hamlet_gap(v),
        shared[0],
        shared[1],
        float(v.ties.trust[v.ties.kind == 0.0].mean()),
        float(s.trust_worker.mean()),
        float(s.trust_institution.mean()),
        float(s.rating[selling].mean()) if shops else np.nan,
        float(f.support.mean()),
        float(f.conflict.mean()),
        float(f.norm.mean()),
        float(f.care_man.mean()),
        float((s.hours_leisure < v.p.leisure_floor).mean()),
        float(s.fatigue.mean()),
        float((s.penalty_weeks > 0.0).sum()),
        float((s.lead >= 0.0).sum()),
        float(len(alive)),
        float(sum(b.activity < v.p.shell_activity for b in alive)),
        float(((s.coop >= 0.0) | (s.association > 0.0)).sum()),
        sum(b.governance for b in alive) / len(alive) if alive else np.nan,
        sum(b.activity for b in alive) / len(alive) if alive else np.nan,
        float(s.brand[selling].mean()) if shops else np.nan,
        float(s.identity[selling].mean()) if shops else np.nan,
        float(s.legal.mean()),
        float(len(v.government.proposals)),
        float(len(v.government.enacted)),
        *_who(v),
        account.cost,
        account.asked,
        account.served,
        account.asked - account.served,
        float(s.reached.sum()),
        float(s.watched.sum()),
    ]


def _hamlet_gap(v: "Village") -> float:
    """Spread of the share of women selling between hamlets (standard deviation)."""
    hamlet = v.sellers.hamlet.astype(np.int64)
    women = np.bincount(hamlet)
    return float(np.std(np.bincount(hamlet, weights=v.sellers.selling) / np.maximum(women, 1)))


def _who(v: "Village") -> list[float]:
    """What the change of the group itself does to the means over women selling now."""
    s = v.sellers
    now, before = s.selling, s.selling_before
    if not now.sum() or not before.sum():
        return [np.nan, np.nan]
    return [
        float((x * now).sum() / now.sum() - (x * before).sum() / before.sum())
        for x in (s.income, s.burnout)
    ]
