"""A star among sellers: the village's first seller is one whom many know (paper 000, 2.3.1)."""

from typing import TYPE_CHECKING

import numpy as np

from model.phases.relations import connect
from model.ties import Kind

if TYPE_CHECKING:
    from model.village import Village


def make_star(v: "Village") -> None:
    """Her shop attracts, buyers follow her, and part of the village's women know and trust her."""
    p, s = v.p, v.sellers
    if not s.selling.any():
        return
    star = int(np.argmax(s.selling))
    s.appeal[star] = max(s.appeal[star], p.star_appeal)
    s.fans[star] = max(s.fans[star], p.star_fans)
    known = v.luck.uniform("calendar.star", 0, v.women) < p.star_known
    known[star] = False
    others = np.flatnonzero(known).astype(np.int32)
    connect(v, np.full_like(others, star), others, Kind.TRADE, p.trust_kin)
