"""Part of phase 13: the primary outcomes and what stands beside them, group by group."""

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


FIRST_OF_VILLAGE = (len(MEANS) + 1) * len(GROUPS)  # the first place after all of these


def by_group(v: "Village", row: Floats) -> Floats:
    """Fill the grouped indicators of a row.

    Returns:
        Know-how shared on all ties and on watched ones, and trust of kin (`trust_means`).
    """
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
    # the primary outcomes are income, burnout and trust; the others follow
    row[: 2 * groups] = means[:2].ravel()
    row[2 * groups : 3 * groups] = trust
    row[3 * groups : FIRST_OF_VILLAGE] = means[2:].ravel()
    return shared
