"""Part of phases 6 and 7: links to buyers, contracts, middlemen, consumer trust, cold chain."""

from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Num, rule
from agents.sellers import CATEGORIES
from model.parameters import weekly_count
from model.phases.events import shops_relax
from model.streams import Luck

if TYPE_CHECKING:
    from model.village import Village

FRESH = CATEGORIES.index("fresh")


def let_go(v: "Village") -> None:
    """Begin a week: links last only while somebody keeps them, and events fade."""
    s = v.sellers
    s.linked[:] = 0.0
    s.fee_spared[:] = 0.0
    if (s.event_peak > 1.0).any():
        shops_relax(v)


# --- consumer trust ----------------------------------------------------------------------------


@rule
def reputation_next(
    reputation: Num, harmed: Num, known: Num, speed: Num, by_incident: Num
) -> Num:
    """Buyers' trust in a village goes back to 1, and falls by what they hear of its sellers.

    Args:
        reputation: 1 is usual.
        harmed: part of the village's sales by shops that broke the rules this week.
        known: part of buyers who look at the village; without an event they see shops only.
        speed: way back to 1 in a week.
        by_incident: lost when all buyers look and all shops broke the rules.

    >>> reputation_next(1.0, 0.0, 1.0, 0.02, 0.5), reputation_next(1.0, 0.1, 1.0, 0.02, 0.5)
    (1.0, 0.95)
    """
    return max(0.0, reputation + speed * (1.0 - reputation) - by_incident * harmed * known)


def judge(v: "Village", luck: Luck, chance: Floats) -> None:
    """What buyers think of the village, after this week's incidents and last week's sales."""
    p, s, season = v.p, v.sellers, v.season
    caught = luck.uniform("market.incident", v.week, v.women) < chance
    total = float(s.sales.sum())
    harmed = float((s.sales * caught).sum()) / total if total > 0.0 else 0.0
    known = min(1.0, season.event - 1.0)
    season.reputation = reputation_next(
        season.reputation, harmed, known, p.reputation_speed, p.reputation_incident
    )


def raise_reputation(v: "Village", part: Floats, gain: float) -> None:
    """Buyers trust goods more that somebody they trust sells with, up to `reputation_most`.

    Args:
        v: the village.
        part: of a course, for every woman.
        gain: part of the way up that one course for all sellers goes.
    """
    s, season = v.sellers, v.season
    selling = float(s.selling.sum())
    if gain > 0.0 and selling > 0.0:
        part_of_all = float((part * s.selling).sum()) / selling
        room = max(0.0, v.p.reputation_most - season.reputation)
        season.reputation += min(1.0, gain * part_of_all) * room


# --- contracts and middlemen -------------------------------------------------------------------


@rule
def contract_pays(agreed: Num, price: Num, cut: Num) -> Num:
    """What a buyer under contract pays: the agreed price, pressed where hers is lower by now.

    >>> contract_pays(2.0, 2.2, 0.1), contract_pays(2.0, 1.9, 0.1), contract_pays(2.0, 1.5, 0.1)
    (2.0, 1.9, 1.8)
    """
    return max(agreed * (1.0 - cut), min(agreed, price))


def sign(v: "Village", kept: Floats, part: float) -> None:
    """Women without a contract find a buyer while somebody keeps the link.

    Args:
        v: the village.
        kept: how well the link to buyers is kept, 0 to 1.
        part: of her goods of this week that she agrees to deliver every week.
    """
    s = v.sellers
    draw = v.luck.uniform("measures.contract", v.week, v.women)
    may = (s.contract == 0.0) & (s.sold > 0.0) & (s.selling > 0.0)
    signs = may & (draw < v.p.contract_found * kept)
    s.contract[signs] = part
    s.contract_goods[signs] = s.sold[signs]
    s.contract_price[signs] = s.price[signs]


def keep_contracts(v: "Village") -> None:
    """Part of her goods goes to the buyer first, the rest to her orders; some contracts end.

    She shows only that rest online, so that a contract steadies what she sells and adds nothing.
    """
    p, s = v.p, v.sellers
    able, part = s.capacity * s.kept, s.contract * s.selling
    agreed = part * s.contract_goods
    under = agreed > 0.0
    s.orders[under] = ((1.0 - part) * s.orders + agreed)[under]
    firm = np.minimum(agreed, able)
    s.sold[under] = np.minimum(s.orders, able)[under]
    s.lost[under] = 1.0 - s.sold[under] / s.orders[under]
    s.use[under] = s.orders[under] / np.maximum(able[under], 1e-9)
    paid = v.scratch("contract_pays")
    contract_pays.into(paid, s.contract_price, s.price, p.middleman_price_cut)
    s.sales[under] = (firm * paid + (s.sold - firm) * s.price)[under]
    sent = under & (s.sold > 0.0)
    s.shown_price[sent] = s.sales[sent] / s.sold[sent]
    draw = v.luck.uniform("market.contract", v.week, v.women)
    breach = weekly_count(p.middleman_breach)
    broken = under & (draw < breach)
    s.trust_institution[broken] *= 1.0 - p.breach_trust
    over = (draw < breach + 1.0 / p.contract_weeks) | (s.selling == 0.0)
    s.contract[over] = 0.0
    s.contract_price[over] = 0.0


def sell_to_middlemen(v: "Village") -> None:
    """Far from a station and without fans, a part of the goods goes at the middleman's price.

    Costs are as if she had sent them herself: the cut is what the middleman keeps after his own.
    """
    p, s = v.p, v.sellers
    alone = (s.fans < p.middleman_fans) & (s.contract == 0.0) & (s.linked == 0.0)
    part = p.middleman_part * (1.0 - v.season.station) * alone
    pressed = 1.0 - p.middleman_price_cut * part
    s.shown_price *= pressed
    s.sales *= pressed


# --- carriage of fresh goods, fees -------------------------------------------------------------


def shipped_cold(v: "Village") -> float:
    """Part of fresh goods shipped cold: before, by the office's service, by measures."""
    return min(1.0, v.p.coldchain0 + v.government.cold_chain + v.season.cold)


def spoilt(v: "Village", cold: float) -> float:
    """Part of fresh goods lost on the way; what is not cold spoils more with every late day."""
    p = v.p
    spoil = p.spoil_nocold + cold * (p.spoil_cold - p.spoil_nocold)
    late = p.late_spoil * v.season.delay_days * (1.0 - cold)
    return float(min(1.0, spoil + late))


def settle_fees(v: "Village", fees: Floats, fixed: Floats) -> None:
    """Spare linked women a part of the platform's fee; charge users of the cold chain the least.

    The fee for each good is in her unit cost (`cold_fee`); a user who sends little pays as for
    the least load.

    Args:
        v: the village.
        fees: yuan of fees of every woman, changed in place.
        fixed: yuan of fixed costs, changed in place.
    """
    p, s = v.p, v.sellers
    fees *= 1.0 - s.fee_spared
    added = shipped_cold(v) - p.coldchain0
    if added > 0.0:
        users = s.selling * (s.category == FRESH)
        fixed += added * users * np.maximum(0.0, p.cold_least - p.cold_fee * s.sold)
