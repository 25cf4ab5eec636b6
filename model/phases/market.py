"""Phase 6, market: platforms give traffic, buyers choose, orders are met, lost or spoilt."""

import math
from typing import TYPE_CHECKING

import numpy as np

from agents.rule import Floats, Ints, Num, kernel, rule
from agents.sellers import CATEGORIES
from model.phases.events import fame
from model.phases.finance import buy_ahead
from model.phases.making import by_category
from model.phases.outlets import judge, keep_contracts, sell_to_middlemen, shipped_cold, spoilt
from model.streams import Luck

if TYPE_CHECKING:
    from model.village import Village


@rule
def attraction(
    selling: Num, hours: Num, appeal: Num, skill: Num, know_how: Num, fans: Num, luck: Num,
    throttle: Num, lead: Num, price: Num, rating: Num, brand: Num, similarity: Num,
    hours_reference: Num, skill_reference: Num, by_skill: Num, early_luck: Num,
    elasticity: Num, start_price: Num, rating_start: Num, by_rating: Num, by_brand: Num,
) -> Num:
    """What a shop draws of its platform's traffic, and of buyers once they see it.

    s = √(hours/reference) × exp(appeal + a (skill − reference) + know-how + early_luck × fans +
    luck) × throttle × exp(V/λ), with V = (ε − 1) λ ln(start/price) + rating + brand.
    Only price, rating and brand are what buyers weigh; the rest is traffic, a weight.
    """
    if selling == 0.0:
        return 0.0
    traffic = appeal + by_skill * (skill - skill_reference) + know_how
    traffic += early_luck * fans + luck + lead
    value = by_rating * (rating - rating_start) + by_brand * brand
    choice = (elasticity - 1.0) * math.log(start_price / price) + value / similarity
    return math.sqrt(hours / hours_reference) * throttle * math.exp(traffic + choice)


@rule
def village_share(attractions: Num, rivals: Num, reference: Num, similarity: Num) -> Num:
    """Share of a niche that buyers spend in the village.

    I / (rivals + I) with I = (Σ s / reference)^λ. At the reference village the share is a half
    whatever λ, so that changing λ is no hidden change of scale.

    >>> village_share(20.0, 1.0, 20.0, 0.4)
    0.5
    """
    if attractions <= 0.0:
        return 0.0
    inside = (attractions / reference) ** similarity
    return inside / (rivals + inside)


@rule
def price_next(
    price: Num, selling: Num, use: Num, category_use: Num, margin: Num, brand: Num,
    discipline: Num, rivals_price: Num, own_weight: Num, target_use: Num, by_use: Num,
    by_rivals: Num, brake_low: Num, brake_span: Num, brand_damping: Num,
    discipline_damping: Num, ceiling: Num,
) -> Num:
    """Prices move with use of capacity and with the rivals she sees.

    Cuts slow down as the margin vanishes; brand and the discipline of an association damp both.
    """
    if selling == 0.0:
        return price
    pressure = own_weight * min(use, 2.0) + (1.0 - own_weight) * category_use - target_use
    pressure = min(max(pressure, -1.0), 1.0)
    brake = 1.0
    if pressure < 0.0:
        brake = min(max((margin - brake_low) / brake_span, 0.0), 1.0)
    damping = (1.0 - brand_damping * brand) * (1.0 - discipline_damping * discipline)
    change = by_use * pressure * brake + by_rivals * math.log(rivals_price / price) * brake
    return min(price * math.exp(change * damping), ceiling)


@rule
def fans_next(
    fans: Num, selling: Num, sales: Num, luck: Num, speed: Num, sales_one: Num, start: Num,
    noise: Num,
) -> Num:
    """Fans follow sales and fade; a closed shop loses them.

    >>> round(fans_next(0.0, 1.0, 1500.0, 0.0, 0.07, 1500.0, -1.2, 0.2), 6)
    0.0
    """
    if selling == 0.0:
        return fans + speed * (start - fans)
    reach = math.log(max(sales, 1.0) / sales_one)
    return fans + speed * (max(reach, -4.0) - fans) + noise * speed**0.5 * luck


@rule
def rating_next(
    rating: Num, selling: Num, quality: Num, lost: Num, speed: Num, start: Num, by_lost: Num
) -> Num:
    """Buyers' trust in a shop follows its quality, and falls when orders are not met.

    >>> rating_next(0.7, 1.0, 0.5, 0.0, 0.05, 0.7, 0.4)
    0.7
    """
    if selling == 0.0:
        return rating
    target = min(max(start + (quality - 0.5) - by_lost * lost, 0.0), 1.0)
    return rating + speed * (target - rating)


@rule
def incident_chance(
    selling: Num, streaming: Num, stream_reference: Num, legal: Num, rate: Num, trained: Num
) -> Num:
    """Weekly chance that a streamer breaks the rules (banned_word_rate; legal_training_rr).

    >>> incident_chance(1.0, 15.0, 15.0, 0.0, 0.25, 0.5)
    0.25
    """
    if selling == 0.0 or streaming <= 0.0:
        return 0.0
    return min(1.0, rate * streaming / stream_reference * (1.0 - (1.0 - trained) * legal))


@rule
def penalty_next(
    weeks: Num, throttle: Num, draw: Num, chance: Num, ban_share: Num, penalty: Num, ban: Num,
    left: Num, prosecuted: Num, fine: Num,
) -> Num:
    """Weeks of throttled traffic still to come, the traffic left by them, and a fine.

    >>> penalty_next(0.0, 1.0, 0.5, 0.01, 0.05, 2.0, 8.0, 0.3, 0.005, 21000.0)
    (0.0, 1.0, 0.0)
    """
    weeks = max(0.0, weeks - 1.0)
    if weeks == 0.0:
        throttle = 1.0
    if draw < chance:
        paid = fine if draw < chance * prosecuted else 0.0
        if draw < chance * ban_share:
            return ban, 0.0, paid
        return max(weeks, penalty), min(throttle, left), paid
    return weeks, throttle, 0.0


@rule
def sales_of(
    selling: Num, category: Num, orders: Num, capacity: Num, price: Num, brand: Num, spoil: Num,
    pack: Num, brand_cost: Num,
) -> Num:
    """Her week of sales: as many orders as capacity allows; fresh goods spoil on the way.

    The part kept, goods sent, share of orders lost, use of capacity, price shown, sales, packing.

    >>> sales_of(1.0, 0.0, 100.0, 100.0, 2.0, 0.0, 0.5, 0.1, 0.05)
    (0.5, 50.0, 0.5, 2.0, 2.0, 100.0, 0.1)
    """
    fresh = category == 0.0
    kept = 1.0 - spoil if fresh else 1.0
    able = capacity * kept
    sold = min(orders, able)
    lost = selling * (1.0 - sold / orders) if orders > 0.0 else 0.0
    use = selling * orders / max(able, 1e-9)
    packing = (pack if fresh else 0.0) + brand_cost * brand
    return kept, sold, lost, use, price, sold * price, packing


@rule
def cost_of_good(
    made_total: Num, capacity: Num, learning: Num, floor: Num, by_size: Num, most: Num,
    size_one: Num, packing: Num, parcel: Num, joint: Num, saving: Num,
) -> Num:
    """Unit cost: goods (cheaper with experience and size), packing, parcel."""
    goods = max(floor, 1.0 - learning * max(0.0, made_total))
    doublings = min(max(math.log(max(capacity, 1.0) / size_one) / 0.6931471805599453, 0.0), most)
    goods *= 1.0 - by_size * doublings
    return goods + packing + parcel * (1.0 - saving * joint)


@rule
def made_next(made_total: Num, sold: Num, one: Num) -> Num:
    """Log of all goods sent so far, in units of `one`.

    >>> made_next(0.0, 0.0, 1000.0)
    0.0
    """
    return math.log1p(math.expm1(made_total) + sold / one)


@rule
def cut_of(selling: Num, before: Num, now: Num) -> Num:
    """Her price cut of this week, in logs; negative when she raised it."""
    return selling * math.log(before / now)


@kernel
def orders_of(
    attractions: Floats, category: Floats, presence: Floats, spending: Floats, rivals: float,
    reference: float, similarity: Floats, price: Floats, totals: Floats, orders: Floats,
) -> None:
    """Goods ordered from every shop: niche by niche, the village's share, then hers of it.

    Args:
        presence: platforms × women, how far she is on each platform.
        spending: platforms × categories, what buyers spend in each niche this week.
        totals: platforms × categories, filled with the attraction of all shops there.
    """
    platforms, women = presence.shape
    totals[:] = 0.0
    for m in range(platforms):
        for i in range(women):
            totals[m, int(category[i])] += presence[m, i] * attractions[i]
    for i in range(women):
        orders[i] = 0.0
    for m in range(platforms):
        for i in range(women):
            pull = presence[m, i] * attractions[i]
            if pull > 0.0:
                c = int(category[i])
                share = village_share(totals[m, c], rivals, reference, similarity[c])
                orders[i] += spending[m, c] * share * pull / totals[m, c] / price[i]


@kernel
def rivals_seen(
    start: Ints, other: Ints, strength: Floats, selling: Floats, category: Floats,
    price: Floats, use: Floats, capacity: Floats, category_use: Floats, seen: Floats,
    mean_use: Floats,
) -> None:
    """Mean log price of the rivals a seller sees: half her ties with the same goods, half all.

    Also writes, for every woman, the use of capacity in her category.
    """
    groups = category_use.size
    log_price = np.zeros(groups)
    count = np.zeros(groups)
    ordered = np.zeros(groups)
    can = np.zeros(groups)
    log_of = np.empty(price.size)
    for i in range(price.size):
        log_of[i] = math.log(price[i])
        if selling[i] > 0.0:
            c = int(category[i])
            log_price[c] += log_of[i]
            count[c] += 1.0
            ordered[c] += min(use[i], 2.0) * capacity[i]
            can[c] += capacity[i]
    for c in range(groups):
        category_use[c] = ordered[c] / can[c] if can[c] > 0.0 else 1.0
    for i in range(price.size):
        c = int(category[i])
        mean_use[i] = category_use[c]
        market = log_price[c] / count[c] if count[c] > 0.0 else log_of[i]
        near = 0.0
        weight = 0.0
        if selling[i] > 0.0:  # nobody else sets a price
            for k in range(start[i], start[i + 1]):
                j = other[k]
                # a product, not a branch: who sells what is hard to guess for the processor
                seen_here = strength[k] * selling[j] * (1.0 if category[j] == category[i] else 0.0)
                near += seen_here * log_of[j]
                weight += seen_here
        seen[i] = math.exp(0.5 * market + 0.5 * near / weight if weight > 0.0 else market)


def market(v: "Village") -> None:
    """One week of sales."""
    p, s, luck = v.p, v.sellers, v.luck
    rows = v.women
    noise = luck.normal("market.shop", v.week, rows)
    s.shop_luck *= p.luck_memory
    s.shop_luck += p.luck_spread * math.sqrt(1.0 - p.luck_memory**2) * noise
    _penalties(v, luck)
    similarity = by_category(v, "similarity", "similarity")
    know_how, lead, pull = v.scratch("know_how"), v.scratch("lead"), v.scratch("pull")
    know_how[:] = s.taught + s.durable + s.mentored + s.linked
    lead[:] = p.lead_boost * (s.lead >= 0.0)
    attraction.into(
        pull, s.selling, s.hours_selling, s.appeal, s.skill, know_how, s.fans, s.shop_luck,
        s.throttle, lead, s.price, s.rating, s.brand, similarity, p.effort_reference,
        p.skill_traffic_reference, p.traffic_skill, p.early_luck, -p.price_elasticity,
        p.start_price, p.rating_start, p.utility_rating, p.utility_brand,
    )
    _orders(v, pull)
    if v.season.event > 1.0 or s.event.any():
        fame(v)
    _sales(v)
    _prices(v)
    draw = luck.normal("market.fans", v.week, rows)
    fans_next.into(
        s.fans, s.fans, s.selling, s.sales, draw, p.fans_speed, p.fans_sales, p.fans_start,
        p.fans_noise,
    )
    rating_next.into(
        s.rating, s.rating, s.selling, s.quality, s.lost, p.rating_speed,
        p.rating_start - p.rating_late * v.season.delay_days, p.rating_lost,
    )


def _penalties(v: "Village", luck: Luck) -> None:
    p, s = v.p, v.sellers
    chance, draw = v.scratch("chance"), luck.uniform("market.incident", v.week, v.women)
    incident_chance.into(
        chance, s.selling, s.hours_streaming, p.stream_part * p.hours_fulltime, s.legal,
        p.banned_word_rate, p.legal_training_rr,
    )
    penalty_next.into(
        (s.penalty_weeks, s.throttle, s.fine), s.penalty_weeks, s.throttle, draw, chance,
        p.ban_share,
        p.penalty_weeks, p.ban_weeks, p.penalty_mult, p.prosecuted_share, p.ad_fine,
    )
    np.less(draw, chance, out=s.violated)
    if v.season.event > 1.0 or v.season.reputation != 1.0:
        judge(v, luck, chance)


def _orders(v: "Village", pull: Floats) -> None:
    p, s, season = v.p, v.sellers, v.season
    shares = np.array([
        p.category_share_fresh, p.category_share_processed, p.category_share_craft,
        p.category_share_experience,
    ])
    platforms = np.array([a.share for a in v.platforms])
    demand = season.demand * season.event * season.reputation**p.reputation_elasticity
    spending = p.base_demand * demand * np.outer(platforms, shares / shares.sum())
    presence = v.scratch("presence", 3 * v.women).reshape(3, -1)
    presence[0] = 1.0
    presence[1] = p.stream_traffic * s.streamer
    presence[2] = p.group_traffic
    similarity = np.array([
        p.similarity_fresh, p.similarity_processed, p.similarity_craft, p.similarity_experience
    ])
    orders_of(
        pull, s.category, presence, spending, season.rivals,
        p.outside_competition * p.attraction_reference, similarity, s.price,
        np.empty((len(platforms), len(CATEGORIES))), s.orders,
    )


def _sales(v: "Village") -> None:
    """Meet what capacity allows; fresh goods spoil on the way."""
    p, s = v.p, v.sellers
    cold = shipped_cold(v)
    packing = v.scratch("packing")
    sales_of.into(
        (s.kept, s.sold, s.lost, s.use, s.shown_price, s.sales, packing), s.selling, s.category,
        s.orders, s.capacity, s.price, s.brand, spoilt(v, cold),
        p.pack_fresh + p.cold_fee * cold, p.brand_cost,
    )
    if s.contract.any():
        keep_contracts(v)
    if v.setup.background.middlemen:
        sell_to_middlemen(v)
    parcel = v.season.parcel_of_good
    cost_of_good.into(
        s.unit_cost, s.made_total, s.capacity, p.cost_learning, p.cost_floor, p.cost_size,
        p.cost_size_most, p.goods_reference, packing, parcel, s.joint_delivery, p.parcel_saving,
    )
    buy_ahead(v)
    made_next.into(s.made_total, s.made_total, s.sold, p.goods_reference)


def _prices(v: "Village") -> None:
    p, s, ties = v.p, v.sellers, v.ties
    seen, mean_use = v.scratch("seen"), v.scratch("mean_use")
    rivals_seen(
        ties.start, ties.other, ties.strength, s.selling, s.category, s.price, s.use,
        s.capacity, np.empty(len(CATEGORIES)), seen, mean_use,
    )
    if v.season.price_level < 1.0:
        seen *= v.season.price_level
    before = s.price.copy()
    price_next.into(
        s.price, s.price, s.selling, s.use, mean_use, s.margin, s.brand, s.discipline, seen,
        p.price_own_use, p.target_capacity_use, p.price_adjust_use, p.price_adjust_rivals,
        p.price_brake_low, p.price_brake_span, p.price_brand_damping,
        p.price_discipline_damping, p.price_ceiling,
    )
    cut_of.into(s.undercut, s.selling, before, s.price)
