"""Part of phase 13: what women are to each other, what their bodies do, and who hears them."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats
from model.phases.bodies import members_of

if TYPE_CHECKING:
    from model.village import Village


def bodies_and_ties(
    v: "Village", total: dict[str, float], shared: Floats
) -> dict[str, float]:
    """Know-how that goes along ties; cooperatives and associations and who takes part.

    Args:
        v: the village.
        total: sums of the week.
        shared: of know-how on all ties and on watched ones, and of kin trust.
    """
    women, told = v.women, shared[0] * v.ties.trust.size
    return {
        "know_how": shared[0],
        "know_how_fixed": shared[1],
        "trust_kin": shared[2],
        "information": told / women if v.ties.trust.size else 0.0,
        "followers": total["followers"],
        "body_members": total["members"],
        "selling_share": total["shops"] / women,
        "member_share": total["members"] / women,
        **_bodies(v),
    }


def _bodies(v: "Village") -> dict[str, float]:
    """How bodies are run, and what members give to them; no body has none of it."""
    p, alive = v.p, [b for b in v.bodies if b.alive]
    count, nothing = len(alive), float("nan")
    members = [float(members_of(v, b).sum()) for b in alive]
    given = sum(b.activity * n for b, n in zip(alive, members, strict=True))
    core = sum(
        math.ceil(max(1.0, p.core_part * n))
        for b, n in zip(alive, members, strict=True)
        if n > 0.0 and b.interest > 0.0
    )
    kept = [b.core_part_of_surplus for b in alive if b.core_part_of_surplus > 0.0]
    return {
        "bodies": float(count),
        "shells": float(sum(b.activity < p.shell_activity for b in alive)),
        "governance": sum(b.governance for b in alive) / count if alive else nothing,
        "activity": sum(b.activity for b in alive) / count if alive else nothing,
        "open_books": sum(b.open_books for b in alive) / count if alive else nothing,
        "votes": float(sum(b.votes for b in v.bodies)),
        "contribution": given / sum(members) if sum(members) else nothing,
        "elite_share": sum(kept) / len(kept) if kept else nothing,
        "office_share": min(1.0, core / v.women),
        "joint_actions": (v.accounts.joint + given) / v.women,
    }


def offices(v: "Village") -> dict[str, float]:
    """Proposals and services, hearings, and the workers of the programme."""
    office, workers = v.government, v.workers
    count, nothing = len(workers), float("nan")
    return {
        "proposals": float(len(office.proposals)),
        "services": float(len(office.enacted)),
        "services_cost": office.bill,
        "raised": float(office.raised),
        "answered": float(office.answered),
        "funded": float(office.funded),
        "meetings": office.meetings,
        "targeting": office.targeting,
        "worker_skill": sum(w.skill for w in workers) / count if count else nothing,
        "worker_tenure": sum(w.tenure for w in workers) / count if count else nothing,
    }


def density(strength: Floats, women: int) -> float:
    """Mean strength of tie over all pairs of women; no tie counts 0.

    Args:
        strength: of every half-tie, two for each tie.
        women: how many there are.

    >>> density(np.array([1.0, 0.5, 1.0, 0.5]), 3)
    0.5
    """
    pairs = women * (women - 1)
    return float(strength.sum()) / pairs if pairs else 0.0


def bridging(strength: Floats, apart: np.ndarray) -> float:
    """Part of all ties, by strength, that lead to another hamlet.

    >>> bridging(np.array([1.0, 0.5, 0.5]), np.array([False, True, True]))
    0.5
    """
    total = float(strength.sum())
    return float(strength[apart].sum()) / total if total else float("nan")


def reciprocity(trust: Floats, back: Floats) -> float:
    """Part of trust that is returned: Σ min(there, back) / Σ there.

    Args:
        trust: of every half-tie.
        back: the same ties, seen from the other side.

    >>> reciprocity(np.array([0.5, 0.5]), np.array([0.5, 0.5]))
    1.0
    >>> reciprocity(np.array([0.8, 0.2]), np.array([0.2, 0.8]))
    0.4
    """
    total = float(trust.sum())
    return float(np.minimum(trust, back).sum()) / total if total else float("nan")
