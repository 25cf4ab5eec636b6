"""Phase 13, record: indicators. Watching draws no luck and changes no state but the memory.

A week is one row of the history. `record_groups` fills the outcomes that are told group by group;
each further family of indicators (`model.indicators`) is one function, here and in
`record_together`; sums that several of them need are made once, in `record_sums`.
"""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats
from model.indicators import INDICATORS
from model.phases.record_groups import FIRST_OF_VILLAGE, by_group
from model.phases.record_past import looking_back, quarterly, remember
from model.phases.record_sums import (
    family_sums,
    gini,
    hamlet_spread,
    median,
    quantile,
    ranked,
    sums_of,
)
from model.phases.record_together import bodies_and_ties, offices

if TYPE_CHECKING:
    from model.village import Village

NAMES = tuple(indicator.name for indicator in INDICATORS[FIRST_OF_VILLAGE:])
TENTH = 0.1


def record(v: "Village") -> None:
    """Fill this week's row of the history."""
    remember(v)
    row = v.history.next_row()
    shared = by_group(v, row)
    total = sums_of(v)
    found = {
        **_money(v, total), **_shops(v, total), **_goods(v, total), **_women(v, total),
        **_families(v, total), **bodies_and_ties(v, total, shared), **offices(v),
        **_programme(v, total), **quarterly(v),
    }
    found |= looking_back(v, found)
    row[FIRST_OF_VILLAGE:] = [found[name] for name in NAMES]
    np.copyto(v.sellers.selling_before, v.sellers.selling)
    v.causes.close_week()


def over(amount: float, count: float) -> float:
    """A part or a mean; none of nothing.

    >>> over(3.0, 2.0), over(0.0, 0.0)
    (1.5, nan)
    """
    return amount / count if count else float("nan")


def _money(v: "Village", total: dict[str, float]) -> dict[str, float]:
    """What women earn, owe and know of funds; what the group itself does to the means."""
    s, women, order = v.sellers, v.women, v.scratch("order")
    count = ranked(s.income, s.watched, order)
    fixed = {
        "income_median_fixed": median(order, count),
        "income_p10_fixed": quantile(order, count, TENTH),
        "income_p90_fixed": quantile(order, count, 1.0 - TENTH),
    }
    count = ranked(s.income_online, s.selling, order)
    return {
        **fixed,
        "online_median_now": median(order, count),
        "online_p10_now": quantile(order, count, TENTH),
        "online_p90_now": quantile(order, count, 1.0 - TENTH),
        "income_who": _who(total, "income"),
        "burnout_who": _who(total, "burnout"),
        "debt": total["debt_all"] / women,
        "capital": total["capital_all"] / women,
        "knows": total["knows_all"] / women,
        "posts": total["post_all"],
    }


def _who(total: dict[str, float], name: str) -> float:
    """What the change of the group itself does to a mean over the women selling now."""
    now, before = total["shops"], total["before"]
    if not now or not before:
        return float("nan")
    return total[name] / now - total[f"{name}_before"] / before


def _shops(v: "Village", total: dict[str, float]) -> dict[str, float]:
    """How many shops there are, how they sell and how well."""
    s, order = v.sellers, v.scratch("order")
    shops = total["shops"]
    per_shop = 1.0 / shops if shops else np.nan
    reputation = v.season.reputation
    return {
        "shops": shops,
        "workers": shops + total["hands"],
        "opened": total["opened"],
        "closed": total["closed"],
        "sales": total["sales"],
        "profit": total["profit"],
        "capacity_use": total["use"] * per_shop,
        "sales_gini": gini(order, ranked(s.sales, s.selling, order)),
        "hamlet_gap": hamlet_spread(s.hamlet, s.selling),
        "rating": total["rating"] * per_shop,
        "reputation": reputation,
        "trust_consumer": min(1.0, total["rating"] * per_shop * reputation),
        "brand": total["brand"] * per_shop,
        "identity": total["identity"] * per_shop,
        "hours_selling": total["hours_selling_all"] * per_shop,
        "quality": total["quality_shops"] * per_shop,
        "standards": total["standards_shops"] * per_shop,
        "discipline": total["discipline_shops"] * per_shop,
        "fans": total["fans_shops"] * per_shop,
        "taught": sum(total[f"{x}_shops"] for x in ("taught", "durable", "mentored")) * per_shop,
        "contract": total["contract_shops"] * per_shop,
        "linked": total["linked_shops"] * per_shop,
        "event": v.season.event,
    }


def _goods(v: "Village", total: dict[str, float]) -> dict[str, float]:
    """Prices of goods, their story, the way they go, and the kit that packs them."""
    s, p, season, order = v.sellers, v.p, v.season, v.scratch("order")
    shops, sold = total["shops"], total["sold_all"]
    count = ranked(s.shown_price, s.selling, order)
    floor = quantile(order, count, TENTH)
    joint = total["joint"] / sold if sold else 0.0
    parcel = season.parcel_of_good * p.parcel_value / p.start_price
    return {
        "price_median": median(order, count),
        "price_cut": over(total["undercut_shops"], shops),
        "price_over_floor": over(total["sales"], sold) / floor if count else float("nan"),
        "story": over(total["story"], sold),
        "parcel_cost": parcel * (1.0 - p.parcel_saving * joint),
        "delay": season.delay_days,
        "spoilage": _spoilt(s.category, s.sold, s.kept),
        "idle_kit": _idle(s.equipment, s.kit_unused, total["equipment_all"]),
        "streams": total["hours_streaming_all"] / p.stream_hours,
        "incidents": total["violated_all"],
    }


def _spoilt(category: Floats, sold: Floats, kept: Floats) -> float:
    """Part of the fresh goods sent out that spoils on the way."""
    fresh = np.flatnonzero((category == 0.0) & (sold > 0.0))
    if not fresh.size:
        return float("nan")
    arrived = sold[fresh]
    return 1.0 - float(arrived.sum() / (arrived / kept[fresh]).sum())


def _idle(kit: Floats, unused: Floats, there: float) -> float:
    """Part of the kit given out that lies idle."""
    return float((kit * (unused > 0.0)).sum()) / there if there else float("nan")


def _women(v: "Village", total: dict[str, float]) -> dict[str, float]:
    """How women are, what they know, how long they work."""
    women, watched = v.women, total["watched"]
    load = sum(total[f"hours_{x}_all"] for x in ("selling", "farm", "care"))
    load_fixed = sum(total[f"hours_{x}_watched"] for x in ("selling", "farm", "care"))
    return {
        "time_poor": total["time_poor"] / women,
        "fatigue": total["fatigue"] / women,
        "burnout_acute_fixed": over(total["fatigue_watched"], watched),
        "burnout_chronic": total["strain_all"] / women,
        "burnout_chronic_fixed": over(total["strain_watched"], watched),
        "literacy": total["literacy_all"] / women,
        "literacy_fixed": over(total["literacy_watched"], watched),
        "legal": total["legal"] / women,
        "violations": total["penalised"],
        "load": load / women,
        "load_fixed": over(load_fixed, watched),
        "trust_worker": total["trust_worker"] / women,
        "trust_institution": total["trust_institution"] / women,
    }


def _families(v: "Village", total: dict[str, float]) -> dict[str, float]:
    """Support, quarrels, norms; who cares, who earns, who gets something of the benefit fund."""
    f, sums = v.families, v.scratch("family_sums", 4)
    family_sums(f.support, f.conflict, f.norm, f.care_man, sums)
    means = (sums / len(f)).tolist()
    care_man, others = float(sums[3]), float(f.other_income.sum())
    return {
        **dict(zip(("support", "conflict", "norm", "care_man"), means, strict=True)),
        "quarrels": means[1] * v.p.quarrels_month,
        "her_share": over(total["income_all"], total["income_all"] + others),
        "care_man_share": over(care_man, care_man + total["hours_care_all"]),
        **_fund(v),
    }


def _fund(v: "Village") -> dict[str, float]:
    """What families got of the benefit fund this week, by whom they got it for."""
    f = v.families
    if not f.fund_got.any():
        return dict.fromkeys(("fund_elders", "fund_children", "fund_disabled"), 0.0)
    children = f.children_u6 + f.children_6_12
    each = f.fund_got / np.maximum(1.0, f.elders_need + children + f.disabled)
    return {
        "fund_elders": float((each * f.elders_need).sum()),
        "fund_children": float((each * children).sum()),
        "fund_disabled": float((each * f.disabled).sum()),
    }


def _programme(v: "Village", total: dict[str, float]) -> dict[str, float]:
    """What the programme cost and served, and whom it reached."""
    account = v.accounts
    return {
        "programme_cost": account.cost,
        "hours_asked": account.asked,
        "hours_served": account.served,
        "hours_unserved": account.asked - account.served,
        "reached": total["reached"],
        "watched": total["watched"],
        "reached_poorest": over(total["reached_poorest"], total["poorest_all"]),
    }
