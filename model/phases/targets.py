"""What a target may ask about a woman that is no column of her own."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats

if TYPE_CHECKING:
    from model.village import Village

HALF = 0.5  # who more likely knows than not, knows


def _flags(found: np.ndarray) -> Floats:
    return found.astype(np.float64)


def _children(v: "Village") -> Floats:
    f = v.families
    return _flags((f.children_u6 + f.children_6_12)[v.sellers.family.astype(np.int64)] > 0.0)


def _elders(v: "Village") -> Floats:
    return _flags(v.families.elders_need[v.sellers.family.astype(np.int64)] > 0.0)


def _in_body(v: "Village") -> Floats:
    return _flags((v.sellers.coop >= 0.0) | (v.sellers.association > 0.0))


def _knows(v: "Village") -> Floats:
    return _flags(v.sellers.knows >= HALF)


def _leads(v: "Village") -> Floats:
    lead = v.sellers.lead
    followed = np.zeros(v.women)
    followed[lead[lead >= 0.0].astype(np.int64)] = 1.0
    return followed


ASKED: Mapping[str, Callable[["Village"], Floats]] = {
    "children": _children,
    "elders": _elders,
    "in_body": _in_body,
    "knows": _knows,
    "leads": _leads,
}


def target_column(v: "Village", name: str) -> Floats:
    """The column that a condition of a target is about; flags as 0 and 1.

    Args:
        v: the village.
        name: a key of a target.
    """
    ask = ASKED.get(name)
    return v.sellers[name] if ask is None else ask(v)


def by_need(v: "Village", luck: Floats, rows: np.ndarray, chosen: Floats) -> Floats:
    """As many women as luck alone would reach, but the more in need the better need is known.

    Need is the rank in burnout and in poverty, both alike.

    Args:
        v: the village; `government.targeting` says how far need decides, 0 to 1.
        luck: lasting luck of every woman, by which she is reached otherwise.
        rows: the women a measure aims at.
        chosen: 1 for those whom luck alone would reach.
    """
    s, known = v.sellers, min(1.0, v.government.targeting)
    income = s.income_year + s.outside_wage
    need = _rank(_rank(-s.burnout[rows]) + _rank(income[rows]))
    order = np.argsort((1.0 - known) * _rank(luck[rows]) + known * need, kind="stable")
    found = np.zeros(v.women)
    found[rows[order[: int(chosen.sum())]]] = 1.0
    return found


def _rank(values: Floats) -> Floats:
    """Place of each value, the smallest first, from 0 to 1."""
    place = np.empty(values.size)
    place[np.argsort(values, kind="stable")] = np.arange(values.size)
    return place / max(1, values.size)
